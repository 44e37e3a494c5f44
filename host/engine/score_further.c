/* score_further.c - further label sets of a row: their ranks beside those of the pass's own.
 *
 * Sets of the same images have most labels in common. Only a label that no set before has had is
 * ranked, by a sweep of a row that lies in the nearest cache by then: so a further set costs little
 * beside the pass, whose time goes into fetching rows.
 *
 * Those rows leave no room in the caches for more counters, which lie by class. So what a row gives
 * is written down, its counters are called for, and it is counted a few rows later, when they are
 * there.
 */
#include "engine/score_rows.h"
#include "tally/count_row.h"

/* Of a column; that of a label which was not ranked before joins the `*listed` that were. There is
 * room: they are distinct, and none is without a class. */
static uint32_t rank_of(const rs_row_scorer *scorer, const void *row, uint32_t column,
                        uint32_t *listed)
{
    const rs_row_labels *const labels = &scorer->labels;
    for (uint32_t i = 0; i < *listed; ++i) {
        if (labels->column[i] == column) {
            return labels->ahead[i] + 1;
        }
    }
    const uint32_t at = (*listed)++;
    labels->column[at] = column;
    (void)scorer->kernel->rank(row, scorer->width, &labels->column[at], 1, &labels->ahead[at]);
    return labels->ahead[at] + 1;
}

static void rank_set(const rs_row_scorer *scorer, const void *row, const rs_further_set *set,
                     uint64_t row_index, uint32_t *listed, rs_row_outcome *outcome)
{
    const uint32_t begin = set->real_begin[row_index];
    const uint32_t end = set->real_begin[row_index + 1];
    outcome->set_size = end - begin;
    for (uint32_t i = begin; i < end; ++i) {
        const uint32_t column =
            row == NULL ? RS_NO_LABEL : rs_column_of(scorer, set->real_class[i]);
        if (column != RS_NO_LABEL) {
            rs_outcome_add_real(outcome, rank_of(scorer, row, column, listed));
        }
        outcome->original_in_set =
            outcome->original_in_set || set->real_class[i] == outcome->original;
    }
}

struct rs_row_outcome *rs_further_outcomes(rs_row_scorer *scorer)
{
    if (scorer->waiting_rows == RS_WAITING_ROWS) {
        rs_count_waiting(scorer);
    }
    return &scorer->waiting[scorer->pass->further_count * scorer->waiting_rows++];
}

void rs_count_waiting(rs_row_scorer *scorer)
{
    const size_t sets = scorer->pass->further_count;
    for (size_t s = 0; s < sets; ++s) {
        uint64_t *const counters = scorer->further + s * scorer->further_layout.counters;
        for (uint32_t i = 0; i < scorer->waiting_rows; ++i) {
            rs_count_row(counters, &scorer->further_layout, scorer->pass->topk,
                         &scorer->waiting[i * sets + s]);
        }
    }
    scorer->waiting_rows = 0;
}

/* Calls for the counters of the class, up to two lines of the cache. */
static void fetch_counters(const rs_row_scorer *scorer, size_t set, int32_t original)
{
    const rs_tally_layout *const layout = &scorer->further_layout;
    const uint64_t *const first =
        scorer->further + set * layout->counters + rs_tally_class_index(layout, original);
    __builtin_prefetch(first, 1);
    __builtin_prefetch(first + layout->class_stride - 1, 1);
}

void rs_score_further(rs_row_scorer *scorer, const void *row, uint64_t row_index, uint32_t rank)
{
    const rs_pass *const pass = scorer->pass;
    rs_row_outcome *const outcome = rs_further_outcomes(scorer);
    uint32_t listed = scorer->labels.count;
    const int32_t original = pass->labels.original[row_index];
    for (size_t s = 0; s < pass->further_count; ++s) {
        fetch_counters(scorer, s, original);
        outcome[s] = (rs_row_outcome){.original = original, .rank = rank};
        rank_set(scorer, row, &pass->further[s], row_index, &listed, &outcome[s]);
    }
}
