/* count_labels.c - the counts of a tally that depend on the labels alone.
 *
 * It runs once per pass and must not be felt beside it: two sweeps over the label arrays, the first
 * a short one for large sets, so that nothing can fail once counting has begun. Rows that came one
 * by one are counted together, so that thousands of ranges are joined once.
 */
#include <inttypes.h>
#include <stdlib.h>

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

/* Everything but the large sets. */
static void count_rows(rs_tally *tally, const rs_label_view *labels, rs_row_range range)
{
    const uint32_t classes = tally->shape.classes;
    uint64_t with_2 = 0;
    uint64_t with_3 = 0;
    for (uint64_t row = range.begin; row < range.end; ++row) {
        const int32_t original = labels->original[row];
        const uint32_t size = set_size(labels, row);
        /* unknown labels are negative, so beyond every class as unsigned numbers */
        const uint32_t block = (uint32_t)original < classes ? (uint32_t)original : classes;
        const uint64_t holds = set_holds(labels, row, original);
        rs_label_counts *const counts = &tally->labels[block];

        counts->images += 1;
        counts->nonempty += size > 0;
        with_2 += size >= 2;
        with_3 += size >= 3;
        counts->in_set += holds;
        counts->by_size[(size - 1u) % RS_SMALL_SET_SIZE] += size <= RS_SMALL_SET_SIZE ? holds : 0;
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
