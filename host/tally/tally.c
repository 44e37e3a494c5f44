/* tally.c - making, adding and comparing tallies.
 *
 * Adding either succeeds or leaves the sum as it was: everything that can fail (shapes, rows
 * counted twice, memory) comes before the first counter changes.
 */
#include "reassess/tally.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "reassess/logits.h"
#include "tally/set_counts.h"
#include "tally/tally_impl.h"

static rs_status check_shape(const rs_tally_shape *shape, rs_error *error)
{
    if (shape->classes == 0 || shape->classes > RS_MAX_COLUMNS) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), NULL,
                       "%" PRIu32 " classes; there can be 1 to %u", shape->classes, RS_MAX_COLUMNS);
    }
    if (shape->topk_count == 0 || shape->topk_count > RS_TOPK_MAX) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), NULL,
                       "%" PRIu32 " values of K; there can be 1 to %d", shape->topk_count,
                       RS_TOPK_MAX);
    }
    RS_REFUSE(shape->topk[0] != 1, error, NULL, "the smallest K must be 1, not %" PRIu32,
              shape->topk[0]);
    for (uint32_t k = 1; k < shape->topk_count; ++k) {
        RS_REFUSE(shape->topk[k] <= shape->topk[k - 1], error, NULL,
                  "the values of K must ascend: %" PRIu32 " follows %" PRIu32, shape->topk[k],
                  shape->topk[k - 1]);
    }
    if (shape->depth == 0) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), NULL, "no rank is known (depth 0)");
    }
    return RS_OK;
}

rs_status rs_tally_create(const rs_tally_shape *shape, rs_tally **tally, rs_error *error)
{
    RS_NEED(tally, error);
    *tally = NULL;
    RS_NEED(shape, error);
    rs_status status = RS_OK;
    RS_TRY(check_shape(shape, error));
    rs_tally *made = NULL;
    RS_TRY(RS_NEW(&made, 1, "a tally", error));
    made->shape = *shape;
    for (uint32_t k = shape->topk_count; k < RS_TOPK_MAX; ++k) {
        made->shape.topk[k] = 0;
    }
    made->layout = rs_tally_layout_of(shape->classes, shape->topk_count, shape->calibration);

    RS_TRY_DONE(RS_NEW(&made->counters, made->layout.counters, "counters", error));
    RS_TRY_DONE(RS_NEW(&made->labels, (uint64_t)shape->classes + 1, "counts of the labels", error));
    *tally = made;
done:
    if (status != RS_OK) {
        rs_tally_free(made);
    }
    return status;
}

void rs_tally_free(rs_tally *tally)
{
    if (tally == NULL) {
        return;
    }
    free(tally->counters);
    free(tally->labels);
    free(tally->large_sets);
    rs_row_cover_clear(&tally->cover);
    free(tally);
}

const rs_tally_shape *rs_tally_get_shape(const rs_tally *tally)
{
    return tally != NULL ? &tally->shape : NULL;
}

uint64_t rs_tally_rows(const rs_tally *tally)
{
    return tally != NULL ? rs_row_cover_rows(&tally->cover) : 0;
}

uint64_t *rs_tally_counters(rs_tally *tally)
{
    return tally->counters;
}

void rs_tally_replace_sets(rs_tally *tally, const rs_row_cover *cover, rs_set_count *large_sets,
                           size_t large_set_count)
{
    rs_row_cover_clear(&tally->cover);
    tally->cover = *cover;
    free(tally->large_sets);
    tally->large_sets = large_sets;
    tally->large_set_count = large_set_count;
}

/* What differs between two shapes, in words; NULL when nothing does. */
static const char *shape_difference(const rs_tally_shape *a, const rs_tally_shape *b)
{
    if (a->classes != b->classes) {
        return "numbers of classes";
    }
    if (a->labels_hash != b->labels_hash || a->label_rows != b->label_rows) {
        return "labels";
    }
    if (a->topk_count != b->topk_count || memcmp(a->topk, b->topk, sizeof a->topk) != 0) {
        return "values of K";
    }
    if (a->depth != b->depth) {
        return "depths of the ranks";
    }
    if (a->calibration != b->calibration) {
        return "choices of calibration";
    }
    return a->row_flags != b->row_flags ? "choices of row flags" : NULL;
}

_Static_assert(sizeof(rs_label_counts) == (3 + RS_SMALL_SET_SIZE) * sizeof(uint64_t),
               "label counts are compared as bytes, so there can be no padding");

static void add_label_counts(rs_label_counts *sum, const rs_label_counts *part)
{
    sum->images += part->images;
    sum->nonempty += part->nonempty;
    sum->in_set += part->in_set;
    for (int s = 0; s < RS_SMALL_SET_SIZE; ++s) {
        sum->by_size[s] += part->by_size[s];
    }
}

rs_status rs_tally_add(rs_tally *sum, const rs_tally *part, rs_error *error)
{
    RS_NEED(sum, error);
    RS_NEED(part, error);
    const char *const difference = shape_difference(&sum->shape, &part->shape);
    if (difference != NULL) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                       "add only what was scored with the same labels and options",
                       "the parts have different %s", difference);
    }
    rs_row_cover cover;
    rs_set_count *large_sets = NULL;
    size_t large_set_count = 0;
    RS_TRY(rs_row_cover_join(&sum->cover, &part->cover, &cover, error));
    const rs_status status =
        rs_set_counts_join(sum->large_sets, sum->large_set_count, part->large_sets,
                           part->large_set_count, &large_sets, &large_set_count, error);
    if (status != RS_OK) {
        rs_row_cover_clear(&cover);
        return status;
    }

    for (size_t i = 0; i < sum->layout.counters; ++i) {
        sum->counters[i] += part->counters[i];
    }
    for (size_t c = 0; c <= sum->shape.classes; ++c) {
        add_label_counts(&sum->labels[c], &part->labels[c]);
    }
    sum->rows_with_2 += part->rows_with_2;
    sum->rows_with_3 += part->rows_with_3;
    sum->form_1_rows += part->form_1_rows;
    sum->form_2_rows += part->form_2_rows;
    rs_tally_replace_sets(sum, &cover, large_sets, large_set_count);
    return RS_OK;
}

bool rs_tally_equal(const rs_tally *a, const rs_tally *b)
{
    return a != NULL && b != NULL && shape_difference(&a->shape, &b->shape) == NULL &&
           a->rows_with_2 == b->rows_with_2 && a->rows_with_3 == b->rows_with_3 &&
           a->form_1_rows == b->form_1_rows && a->form_2_rows == b->form_2_rows &&
           memcmp(a->counters, b->counters, a->layout.counters * sizeof *a->counters) == 0 &&
           memcmp(a->labels, b->labels, ((size_t)a->shape.classes + 1) * sizeof *a->labels) == 0 &&
           rs_set_counts_equal(a->large_sets, a->large_set_count, b->large_sets,
                               b->large_set_count) &&
           rs_row_cover_equal(&a->cover, &b->cover);
}
