/* count_labels.c - the counts of a tally that depend on the labels alone.
 *
 * It runs once per pass and must not be felt beside it: two sweeps over the label arrays, the first
 * a short one for large sets, so that nothing can fail once counting has begun. Rows that came one
 * by one are counted together, so that thousands of ranges are joined once.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "tally/set_counts.h"
#include "tally/tally_impl.h"

static uint32_t set_size(const rs_label_view *labels, uint64_t row)
{
    return labels->real_begin[row + 1] - labels->real_begin[row];
}

static bool is_large(const rs_label_view *labels, uint64_t row)
{
    return set_size(labels, row) > RS_SMALL_SET_SIZE;
}

static uint64_t count_large(const rs_label_view *labels, const rs_row_range *range)
{
    uint64_t large_rows = 0;
    for (uint64_t row = range->begin; row < range->end; ++row) {
        large_rows += is_large(labels, row);
    }
    return large_rows;
}

/* *joined gets the tally's list of large sets and those of the new rows. */
static rs_status join_large_sets(const rs_tally *tally, const rs_label_view *labels,
                                 const rs_row_cover *rows, rs_set_count **joined,
                                 size_t *joined_count, rs_error *error)
{
    uint64_t large_rows = 0;
    for (size_t i = 0; i < rows->count; ++i) {
        large_rows += count_large(labels, &rows->range[i]);
    }
    rs_set_count *added = NULL;
    RS_TRY(RS_NEW(&added, large_rows, "set sizes", error));
    size_t count = 0;
    for (size_t i = 0; i < rows->count && large_rows > 0; ++i) {
        for (uint64_t row = rows->range[i].begin; row < rows->range[i].end; ++row) {
            const int32_t original = labels->original[row];
            if (is_large(labels, row) && rs_set_holds(labels, row, original)) {
                added[count++] = (rs_set_count){(uint32_t)original, set_size(labels, row), 1};
            }
        }
    }
    const rs_status status = rs_set_counts_join(tally->large_sets, tally->large_set_count, added,
                                                count, joined, joined_count, error);
    free(added);
    return status;
}

/* Whether a class is in the label set of a row. Most have one label: nothing is branched by there
 * but how many there are. */
static bool set_holds(const rs_label_view *labels, uint64_t row, int32_t class_index)
{
    const uint32_t end = labels->real_begin[row + 1];
    bool holds = false;
    for (uint32_t i = labels->real_begin[row]; i < end; ++i) {
        holds |= labels->real_class[i] == class_index;
    }
    return holds;
}

/* What the label set of a row says. */
typedef struct set_fact {
    uint32_t size;
    bool holds; /* y_i */
} set_fact;

static set_fact look_at_set(const rs_label_view *labels, uint64_t row)
{
    return (set_fact){set_size(labels, row), set_holds(labels, row, labels->original[row])};
}

/* `amount` rows of such a set; the opposite of a number takes them away. */
static inline void add_set(rs_label_counts *counts, const set_fact *set, uint64_t amount)
{
    const uint64_t holds = set->holds ? amount : 0;
    counts->nonempty += set->size > 0 ? amount : 0;
    counts->in_set += holds;
    counts->by_size[(set->size - 1u) % RS_SMALL_SET_SIZE] +=
        set->size <= RS_SMALL_SET_SIZE ? holds : 0;
}

static rs_label_counts *counts_of(rs_tally *tally, const rs_label_view *labels, uint64_t row)
{
    const uint32_t classes = tally->shape.classes;
    const int32_t original = labels->original[row];
    /* unknown labels are negative, so beyond every class as unsigned numbers */
    return &tally->labels[(uint32_t)original < classes ? (uint32_t)original : classes];
}

/* Everything but the large sets. */
static void count_rows(rs_tally *tally, const rs_label_view *labels, rs_row_range range)
{
    uint64_t with_2 = 0;
    uint64_t with_3 = 0;
    for (uint64_t row = range.begin; row < range.end; ++row) {
        const set_fact set = look_at_set(labels, row);
        rs_label_counts *const counts = counts_of(tally, labels, row);
        counts->images += 1;
        add_set(counts, &set, 1);
        with_2 += set.size >= 2;
        with_3 += set.size >= 3;
    }
    tally->rows_with_2 += with_2;
    tally->rows_with_3 += with_3;
}

static rs_status check_range(const rs_tally *tally, const rs_label_view *labels, rs_row_range range,
                             rs_error *error)
{
    if (labels->classes != tally->shape.classes) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), NULL,
                       "labels of %" PRIu32 " classes for a tally of %" PRIu32, labels->classes,
                       tally->shape.classes);
    }
    if (range.begin > range.end || range.end > labels->rows) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), NULL,
                       "rows %" PRIu64 ":%" PRIu64 " of labels of %" PRIu64 " rows", range.begin,
                       range.end, labels->rows);
    }
    return RS_OK;
}

rs_status rs_tally_count_label_rows(rs_tally *tally, const rs_label_view *labels,
                                    const rs_row_cover *rows, rs_error *error)
{
    for (size_t i = 0; i < rows->count; ++i) {
        RS_TRY(check_range(tally, labels, rows->range[i], error));
    }
    rs_row_cover cover;
    rs_set_count *large_sets = NULL;
    size_t large_set_count = 0;
    RS_TRY(rs_row_cover_join(&tally->cover, rows, &cover, error));
    const rs_status status =
        join_large_sets(tally, labels, rows, &large_sets, &large_set_count, error);
    if (status != RS_OK) {
        rs_row_cover_clear(&cover);
        return status;
    }
    for (size_t i = 0; i < rows->count; ++i) {
        count_rows(tally, labels, rows->range[i]);
    }
    rs_tally_replace_sets(tally, &cover, large_sets, large_set_count);
    return RS_OK;
}

rs_status rs_tally_count_labels(rs_tally *tally, const rs_label_view *labels, rs_row_range range,
                                rs_error *error)
{
    const rs_row_cover rows = {.range = &range, .count = 1};
    RS_TRY(check_range(tally, labels, range, error));
    return range.begin == range.end ? RS_OK
                                    : rs_tally_count_label_rows(tally, labels, &rows, error);
}

/* ---- beside another tally ---- */

/* Rows that differ: what the first set says goes, what the other says comes. */
static void exchange_rows(rs_tally *tally, const rs_set_differences *of, size_t set,
                          rs_row_range range)
{
    const rs_label_view *const first = rs_labels_get_view(of->first);
    const rs_label_view *const labels = rs_labels_get_view(of->labels[set]);
    const uint64_t *const in_set = of->places + set;
    const rs_differing_row *at = of->row + rs_differing_index(of, range.begin, 0);
    for (; at->row < range.end; ++at) {
        const uint64_t place = UINT64_C(1) << at->original % RS_PLACES;
        const bool known = at->original != RS_NO_PLACE;
        set_fact own = {set_size(first, at->row), false};
        set_fact other = {set_size(labels, at->row), false};
        own.holds = at->original < own.size;
        other.holds = known && (in_set[(size_t)(at - of->row) * of->sets] & place) != 0;
        if (at->listed == RS_MANY_PLACES) {
            own = look_at_set(first, at->row);
            other = look_at_set(labels, at->row);
        }
        rs_label_counts *const counts = counts_of(tally, first, at->row);
        add_set(counts, &own, UINT64_MAX);
        add_set(counts, &other, 1);
        tally->rows_with_2 += (uint64_t)(other.size >= 2) - (own.size >= 2);
        tally->rows_with_3 += (uint64_t)(other.size >= 3) - (own.size >= 3);
    }
}

rs_status rs_tally_count_labels_beside(rs_tally *tally, const rs_tally *own,
                                       const rs_set_differences *differences, size_t set,
                                       rs_error *error)
{
    const rs_row_cover *const rows = &own->cover;
    rs_row_cover cover;
    rs_set_count *large_sets = NULL;
    size_t large_set_count = 0;
    rs_status status = RS_OK;
    if (own->shape.labels_hash != rs_labels_hash(differences->first)) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), NULL,
                       "label sets that were told apart from others than were counted");
    }
    RS_TRY(rs_row_cover_join(&tally->cover, rows, &cover, error));
    if (differences->largest[set] > RS_SMALL_SET_SIZE) {
        status = join_large_sets(tally, rs_labels_get_view(differences->labels[set]), rows,
                                 &large_sets, &large_set_count, error);
    }
    if (status != RS_OK) {
        rs_row_cover_clear(&cover);
        return status;
    }
    memcpy(tally->labels, own->labels, ((size_t)own->shape.classes + 1) * sizeof *own->labels);
    tally->rows_with_2 = own->rows_with_2;
    tally->rows_with_3 = own->rows_with_3;
    for (size_t i = 0; i < rows->count; ++i) {
        exchange_rows(tally, differences, set, rows->range[i]);
    }
    rs_tally_replace_sets(tally, &cover, large_sets, large_set_count);
    return RS_OK;
}
