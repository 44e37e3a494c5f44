/* slice_counts.c - one walk over the pairs of an image and a group. */
#include "analyse/slice_counts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/proportion.h"
#include "base/checked.h"
#include "base/error.h"

static void count_row(const rs_slice_counts *counts, const rs_slice_rows *rows, uint64_t row,
                      rs_slice_count *to)
{
    const rs_label_view *const labels = rows->labels;
    const uint32_t rank = rows->rank[row - rows->rows.begin];
    const uint32_t real_rank = rows->real_rank[row - rows->rows.begin];
    to->known += labels->original[row] >= 0;
    to->nonempty += labels->real_begin[row + 1] > labels->real_begin[row];
    for (uint32_t k = 0; k < counts->topk_count; ++k) {
        to->imagenet[k] += rank != 0 && rank <= counts->topk[k];
        to->real[k] += real_rank != 0 && real_rank <= counts->topk[k];
    }
}

/* row_of[image]: its row, the first where it comes again, or `none`. */
static rs_status find_rows(const rs_slice_rows *rows, uint64_t images, uint64_t none,
                           uint64_t **row_of, rs_error *error)
{
    RS_TRY(RS_NEW(row_of, images, "rows of images", error));
    for (uint64_t i = 0; i < images; ++i) {
        (*row_of)[i] = none;
    }
    for (uint64_t row = rows->rows.begin; row < rows->rows.end; ++row) {
        const uint64_t image = rows->image == NULL ? row : rows->image[row];
        if (image < images && (*row_of)[image] == none) {
            (*row_of)[image] = row;
        }
    }
    return RS_OK;
}

rs_status rs_slice_counts_create(const rs_slices *slices, rs_slice_counts **counts,
                                 rs_error *error)
{
    rs_slice_counts *made = NULL;
    *counts = NULL;
    RS_TRY(rs_alloc((void **)(void *)&made, 1,
                    sizeof *made + slices->count * sizeof made->count[0], "groups", error));
    made->count = (void *)(made + 1);
    made->slices = slices;
    *counts = made;
    return RS_OK;
}

rs_status rs_slice_counts_make(const rs_slices *slices, const rs_tally_shape *shape,
                               const rs_slice_rows *rows, rs_slice_counts **counts,
                               rs_error *error)
{
    const uint64_t none = UINT64_MAX;
    uint64_t images = 0;
    uint64_t *row_of = NULL;
    rs_slice_counts *made = NULL;
    RS_TRY(rs_slice_counts_create(slices, &made, error));
    made->topk_count = shape->topk_count;
    memcpy(made->topk, shape->topk, sizeof made->topk);
    for (uint64_t m = 0; m < slices->members; ++m) {
        images = slices->member[m].image >= images ? slices->member[m].image + 1ull : images;
    }
    const rs_status status = find_rows(rows, images, none, &row_of, error);
    if (status != RS_OK) {
        rs_slice_counts_free(made);
        return status;
    }
    for (uint64_t m = 0; m < slices->members; ++m) {
        const uint64_t row = row_of[slices->member[m].image];
        if (row != none) {
            count_row(made, rows, row, &made->count[slices->member[m].group]);
        }
    }
    free(row_of);
    *counts = made;
    return RS_OK;
}

static bool are_alike(const rs_slice_counts *a, const rs_slice_counts *b)
{
    bool alike = a->slices->count == b->slices->count && a->topk_count == b->topk_count &&
                 memcmp(a->topk, b->topk, a->topk_count * sizeof a->topk[0]) == 0;
    for (uint32_t g = 0; alike && g < a->slices->count; ++g) {
        const rs_slice_group *const left = &a->slices->group[g];
        const rs_slice_group *const right = &b->slices->group[g];
        alike = strcmp(left->by, right->by) == 0 && strcmp(left->name, right->name) == 0;
    }
    return alike;
}

bool rs_slice_counts_add(rs_slice_counts *sum, const rs_slice_counts *part)
{
    if (!are_alike(sum, part)) {
        return false;
    }
    for (uint32_t g = 0; g < sum->slices->count; ++g) {
        rs_slice_count *const to = &sum->count[g];
        const rs_slice_count *const from = &part->count[g];
        to->known += from->known;
        to->nonempty += from->nonempty;
        for (uint32_t k = 0; k < sum->topk_count; ++k) {
            to->imagenet[k] += from->imagenet[k];
            to->real[k] += from->real[k];
        }
    }
    return true;
}

void rs_slice_counts_free(rs_slice_counts *counts)
{
    free(counts);
}

rs_metric rs_slice_metric(const rs_slice_counts *counts, uint32_t group, uint32_t k, bool real)
{
    const rs_slice_count *const count = &counts->count[group];
    rs_metric metric = {
        .correct = real ? count->real[k] : count->imagenet[k],
        .total = real ? count->nonempty : count->known,
    };
    (void)snprintf(metric.name, sizeof metric.name, "%s_top%" PRIu32, real ? "real" : "imagenet",
                   counts->topk[k]);
    if (metric.total == 0) {
        metric.reason = real ? "no row has a label set" : "no row has an original label";
        return metric;
    }
    const rs_proportion share = rs_proportion_of(metric.correct, metric.total);
    metric.value = share.value;
    metric.stderr_value = share.stderr_value;
    metric.ci95_low = share.low;
    metric.ci95_high = share.high;
    return metric;
}
