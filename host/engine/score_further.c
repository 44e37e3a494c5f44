/* score_further.c - further label sets of a row: what they count otherwise than the pass's own.
 *
 * Sets of the same images agree in most of them, and there a row counts for each as it does for the
 * pass's own. So only the difference is counted: of a row where a set has other labels, what it
 * gives by that set is added, and what it gave by the pass's own is taken away (modulo 2^64; the
 * engine adds the pass's own counters in the end).
 *
 * Only a label that no set before has had is ranked, by a sweep of a row that lies in the nearest
 * cache by then, and no further than it counts.
 *
 * Rows leave no room in the caches for more counters, which lie by class. So what a row gives is
 * written down, its counters are called for, and it is counted a few rows later, when they are
 * there.
 */
#include <string.h>

#include "base/checked.h"
#include "engine/score_rows.h"

/* Counters that are added to or taken from. */
typedef struct counters_by {
    uint64_t *at;
    uint64_t sign; /* 1, or -1 */
} counters_by;

#define RS_COUNTER                                   const counters_by
#define RS_COUNTER_ADD(counters, index)              ((counters)->at[index] += (counters)->sign)
#define RS_COUNTER_ADD_SHARE(counters, index, share) \
    ((counters)->at[index] += (counters)->sign * (share))
#define RS_COUNTER_ADD_IF(counters, index, condition) /* nothing to guess wrong */ \
    ((counters)->at[index] += (counters)->sign & -(uint64_t)(condition))
#include "tally/count_row.h"

enum { WAITING_ROWS = 16 };

struct rs_waiting_row {
    size_t set;
    rs_row_outcome own;
    rs_row_outcome by_set;
};

rs_status rs_waiting_rows_init(rs_row_scorer *scorer, rs_error *error)
{
    const rs_pass *const pass = scorer->pass;
    if (pass->further_count == 0) {
        return RS_OK;
    }
    /* Beyond the last of top-K, and of the first three predictions, ranks count alike. */
    const uint32_t last = pass->topk[pass->topk_count - 1];
    scorer->further_ahead = (last > 3 ? last : 3) - 1;
    return RS_NEW(&scorer->waiting, WAITING_ROWS, "what rows gave", error);
}

/* ---- counting ---- */

void rs_count_waiting(rs_row_scorer *scorer)
{
    const rs_tally_layout *const layout = &scorer->further_layout;
    for (uint32_t i = 0; i < scorer->waiting_rows; ++i) {
        const struct rs_waiting_row *const row = &scorer->waiting[i];
        uint64_t *const at = scorer->further + row->set * layout->counters;
        rs_count_row(&(counters_by){at, 1}, layout, scorer->pass->topk, &row->by_set);
        rs_count_row(&(counters_by){at, UINT64_MAX}, layout, scorer->pass->topk, &row->own);
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

static bool is_alike(const rs_pass *pass, const rs_further_set *set, uint64_t row_index)
{
    const rs_label_view *const own = &pass->labels;
    const uint32_t begin = own->real_begin[row_index];
    const uint32_t count = own->real_begin[row_index + 1] - begin;
    const uint32_t other = set->real_begin[row_index];
    if (set->real_begin[row_index + 1] - other != count) {
        return false;
    }
    for (uint32_t i = 0; i < count; ++i) { /* both ascend */
        if (own->real_class[begin + i] != set->real_class[other + i]) {
            return false;
        }
    }
    return true;
}

rs_row_outcome *rs_further_outcome(rs_row_scorer *scorer, size_t set, uint64_t row_index,
                                   const rs_row_outcome *own)
{
    if (is_alike(scorer->pass, &scorer->pass->further[set], row_index)) {
        return NULL;
    }
    if (scorer->waiting_rows == WAITING_ROWS) {
        rs_count_waiting(scorer);
    }
    fetch_counters(scorer, set, own->original);
    struct rs_waiting_row *const row = &scorer->waiting[scorer->waiting_rows++];
    *row = (struct rs_waiting_row){
        .set = set, .own = *own, .by_set = {.original = own->original, .rank = own->rank}};
    return &row->by_set;
}

/* ---- rows of values ---- */

/* Of a column, as far as it counts; that of a label which was not ranked before joins the `*listed`
 * that were. There is room: they are distinct, and none is without a class. */
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
    labels->ahead[at] =
        scorer->kernel->rank_within(row, scorer->width, column, scorer->further_ahead);
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

void rs_score_further(rs_row_scorer *scorer, const void *row, uint64_t row_index,
                      const rs_row_outcome *own)
{
    const rs_pass *const pass = scorer->pass;
    uint32_t listed = scorer->labels.count;
    for (size_t s = 0; s < pass->further_count; ++s) {
        rs_row_outcome *const outcome = rs_further_outcome(scorer, s, row_index, own);
        if (outcome != NULL) {
            rank_set(scorer, row, &pass->further[s], row_index, &listed, outcome);
        }
    }
}
