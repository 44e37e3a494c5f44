/* score_further.c - further label sets of a row: what it counts by each of them.
 *
 * Sets of the same images agree in most of them, and there a row counts for each as it does for the
 * pass's own. So only the difference is counted: of a row where a set has other labels, what it
 * gives by that set is added, and what it gave by the pass's own is taken away (modulo 2^64); in
 * the end what all rows gave is added to each. Which rows these are, and of which labels the rank
 * is not known from the pass's own, was found out before (labels/set_differences.h): all other rows
 * cost a look at a bit.
 *
 * Only a label that no set before has had is ranked, by a sweep of a row that lies in the nearest
 * cache by then, and no further than it counts.
 *
 * Who is right by which set is what no processor foresees, so nothing is branched by there:
 * counters of classes get an amount of 0 or 1, and for those of all classes together the rows of
 * each kind are counted, of which there are few. Rows leave no room in the caches for more
 * counters, which lie by class: what a row gives is written down, its counters are called for, and
 * it is counted a few rows later, when they are there.
 */
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "engine/score_rows.h"

enum { SMALL_SETS = 16 };

/* Counters to which an amount is added; the opposite of a number takes it away. */
typedef struct counters_by {
    uint64_t *at;
    uint64_t amount;
    const uint64_t *share; /* [SMALL_SETS] rs_oracle_share of sizes below that */
} counters_by;

#define RS_COUNTER                      const counters_by
#define RS_COUNTER_ADD(counters, index) ((counters)->at[index] += (counters)->amount)
#define RS_COUNTER_ADD_IF(counters, index, condition) \
    ((counters)->at[index] += (counters)->amount & -(uint64_t)(condition))
#define RS_COUNTER_ADD_SHARE_IF(counters, index, set_size, condition) \
    ((counters)->at[index] +=                                         \
     ((counters)->amount * share_of((counters), (set_size))) & -(uint64_t)(condition))
static inline uint64_t share_of(const counters_by *counters, uint32_t set_size);
#include "tally/count_row.h"

static inline uint64_t share_of(const counters_by *counters, uint32_t set_size)
{
    return set_size < SMALL_SETS ? counters->share[set_size] : rs_oracle_share(set_size);
}

enum { WAITING_ROWS = 16, KINDS = 256 };

typedef struct waiting_row {
    size_t set;
    rs_row_outcome own;
    rs_row_outcome by_set;
} waiting_row;

struct rs_further_rows {
    rs_tally_layout layout;
    uint64_t **counters;      /* [sets] what is counted otherwise; not owned */
    uint64_t (*kinds)[KINDS]; /* [sets] rows of each kind: by the set, less those by the pass's */
    uint32_t ahead_limit;     /* with more columns than this ahead, a label counts alike */
    uint64_t share[SMALL_SETS];
    uint32_t next_index; /* of the differing rows, the one behind the last */
    uint32_t waiting_rows;
    waiting_row waiting[WAITING_ROWS];
};

rs_status rs_further_rows_init(rs_row_scorer *scorer, uint64_t *block, rs_error *error)
{
    const rs_pass *const pass = scorer->pass;
    if (pass->further_count == 0) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&scorer->further, 1, "label sets", error));
    struct rs_further_rows *const further = scorer->further;
    further->layout = rs_tally_layout_of(pass->classes, pass->topk_count, false);
    /* Beyond the last of top-K, and of the first three predictions, ranks count alike. */
    const uint32_t last = pass->topk[pass->topk_count - 1];
    further->ahead_limit = (last > 3 ? last : 3) - 1;
    for (uint32_t size = 0; size < SMALL_SETS; ++size) {
        further->share[size] = rs_oracle_share(size);
    }
    RS_TRY(RS_NEW(&further->counters, pass->further_count, "label sets", error));
    for (size_t s = 0; s < pass->further_count; ++s) {
        further->counters[s] =
            block != NULL ? block + s * further->layout.counters : pass->further[s].counters;
    }
    return RS_NEW(&further->kinds, pass->further_count, "kinds of rows", error);
}

void rs_further_rows_free(struct rs_further_rows *further)
{
    if (further != NULL) {
        free(further->counters);
        free(further->kinds);
        free(further);
    }
}

/* ---- counting ---- */

/* All that counters of all classes together look at (tally/count_row.h). */
static inline uint32_t kind_of(const rs_row_outcome *row)
{
    const uint32_t size = row->set_size < 3 ? row->set_size : 3;
    const uint32_t known = row->original >= 0;
    return size | row->real_rank_mask << 2 | (uint32_t)row->original_in_set << 5 | known << 6 |
           (uint32_t)(row->rank == 1) << 7;
}

static rs_row_outcome row_of_kind(uint32_t kind)
{
    return (rs_row_outcome){
        .original = (kind >> 6 & 1u) != 0 ? 0 : RS_CLASS_UNKNOWN,
        .rank = kind >> 7 & 1u,
        .set_size = kind & 3u,
        .original_in_set = (kind >> 5 & 1u) != 0,
        .real_rank_mask = kind >> 2 & 7u,
    };
}

static void count_waiting(rs_row_scorer *scorer)
{
    struct rs_further_rows *const further = scorer->further;
    const rs_tally_layout layout = further->layout; /* so that no counter may be a part of it */
    const uint32_t rows = further->waiting_rows;
    for (uint32_t i = 0; i < rows; ++i) {
        const waiting_row *const row = &further->waiting[i];
        uint64_t *const at = further->counters[row->set];
        const counters_by added = {at, 1, further->share};
        const counters_by taken = {at, UINT64_MAX, further->share};
        rs_count_set_by_class(&added, &layout, scorer->pass->topk, &row->by_set);
        rs_count_set_by_class(&taken, &layout, scorer->pass->topk, &row->own);
        ++further->kinds[row->set][kind_of(&row->by_set)];
        --further->kinds[row->set][kind_of(&row->own)];
    }
    further->waiting_rows = 0;
}

static void count_kinds(const struct rs_further_rows *further, size_t set)
{
    for (uint32_t kind = 0; kind < KINDS; ++kind) {
        const counters_by counters = {further->counters[set], further->kinds[set][kind],
                                      further->share};
        const rs_row_outcome row = row_of_kind(kind);
        rs_count_set_at_all(&counters, &row);
    }
}

void rs_further_rows_end(rs_row_scorer *scorer)
{
    struct rs_further_rows *const further = scorer->further;
    if (further == NULL) {
        return;
    }
    count_waiting(scorer);
    for (size_t s = 0; s < scorer->pass->further_count; ++s) {
        count_kinds(further, s);
        for (size_t i = 0; i < further->layout.counters; ++i) {
            further->counters[s][i] += scorer->counters[i];
        }
    }
}

/* Calls for the counters of the class, up to two lines of the cache. */
static void fetch_counters(const struct rs_further_rows *further, size_t set, int32_t original)
{
    const rs_tally_layout *const layout = &further->layout;
    const uint64_t *const first =
        further->counters[set] + rs_tally_class_index(layout, original);
    __builtin_prefetch(first, 1);
    __builtin_prefetch(first + layout->class_stride - 1, 1);
}

rs_row_outcome *rs_further_outcome(rs_row_scorer *scorer, size_t set, const rs_row_outcome *own)
{
    struct rs_further_rows *const further = scorer->further;
    if (further->waiting_rows == WAITING_ROWS) {
        count_waiting(scorer);
    }
    fetch_counters(further, set, own->original);
    waiting_row *const row = &further->waiting[further->waiting_rows++];
    *row = (waiting_row){
        .set = set, .own = *own, .by_set = {.original = own->original, .rank = own->rank}};
    return &row->by_set;
}

/* ---- rows of values ---- */

/* Where a column is listed among the labels of the row; their number: it is not. Most rows list
 * few: no branch for each of those. */
static inline uint32_t place_of(const rs_row_labels *labels, uint32_t column)
{
    const uint32_t count = labels->count;
    uint32_t among = 0;
    for (uint32_t i = 0; i < RS_LABELS_LOOKED; ++i) {
        among |= (uint32_t)(labels->column[i] == column) << i;
    }
    among &= count < RS_LABELS_LOOKED ? (1u << count) - 1u : ~0u; /* no others mean anything */
    if (among != 0) {
        return (uint32_t)__builtin_ctz(among);
    }
    uint32_t at = count < RS_LABELS_LOOKED ? count : RS_LABELS_LOOKED;
    while (at < count && labels->column[at] != column) {
        ++at;
    }
    return at;
}

/* Of a column, as far as it counts; that of a label which was not ranked before joins those that
 * were. There is room: they are distinct, and none is without a class. */
static uint32_t rank_of(rs_row_scorer *scorer, const void *row, uint32_t column)
{
    rs_row_labels *const labels = &scorer->labels;
    const uint32_t at = place_of(labels, column);
    if (at == labels->count) {
        labels->column[at] = column;
        labels->ahead[at] = scorer->kernel->rank_within(row, scorer->width, column,
                                                        scorer->further->ahead_limit);
        labels->count += 1;
    }
    return labels->ahead[at] + 1;
}

/* Of a row whose places are not known, or not all columns. */
static void rank_set(rs_row_scorer *scorer, const void *row, const rs_further_set *set,
                     uint64_t row_index, rs_row_outcome *outcome)
{
    const uint32_t begin = set->real_begin[row_index];
    const uint32_t end = set->real_begin[row_index + 1];
    outcome->set_size = end - begin;
    for (uint32_t i = begin; i < end; ++i) {
        const int32_t label = set->real_class[i];
        const uint32_t column = row == NULL ? RS_NO_LABEL : rs_column_of(scorer, label);
        if (column != RS_NO_LABEL) {
            rs_outcome_add_real(outcome, rank_of(scorer, row, column));
        }
        outcome->original_in_set |= label == outcome->original;
    }
}

/* ---- rows whose places are known ---- */

/* Ranks the labels that only further sets have; those of the pass's own are ranked and in their
 * places. Returns how many places there are. */
static uint32_t rank_extras(rs_row_scorer *scorer, const void *row, const rs_differing_row *at)
{
    rs_row_labels *const labels = &scorer->labels;
    uint32_t place = at->listed;
    for (uint32_t i = at->extra_begin; i < at[1].extra_begin; ++i, ++place) {
        const uint32_t column = rs_column_of(scorer, scorer->pass->differences->extra[i]);
        labels->ahead[place] = column == RS_NO_LABEL
                                   ? UINT32_MAX /* its rank is 0: it has none */
                                   : scorer->kernel->rank_within(row, scorer->width, column,
                                                                 scorer->further->ahead_limit);
    }
    return place;
}

static void take_places(const rs_row_labels *labels, uint32_t places, uint64_t in_set,
                        uint32_t original, rs_row_outcome *outcome)
{
    uint32_t size = 0;
    for (uint32_t i = 0; i < places; ++i) {
        const uint32_t is_in = (uint32_t)(in_set >> i) & 1u;
        rs_outcome_add_real(outcome, (labels->ahead[i] + 1u) & -is_in);
        size += is_in;
    }
    outcome->set_size = size;
    outcome->original_in_set = original < RS_PLACES && (in_set >> original & 1u) != 0;
}

static void score_places(rs_row_scorer *scorer, const void *row, uint32_t index,
                         const rs_row_outcome *own)
{
    const rs_pass *const pass = scorer->pass;
    const rs_differing_row *const at = &pass->differences->row[index];
    const uint64_t *const in_set = pass->differences->places + (size_t)index * pass->further_count;
    const uint32_t places = rank_extras(scorer, row, at);
    const uint64_t own_set =
        own->set_size < RS_PLACES ? (UINT64_C(1) << own->set_size) - 1u : UINT64_MAX;
    for (size_t s = 0; s < pass->further_count; ++s) {
        if (in_set[s] != own_set) {
            take_places(&scorer->labels, places, in_set[s], at->original,
                        rs_further_outcome(scorer, s, own));
        }
    }
}

void rs_score_further(rs_row_scorer *scorer, const void *row, uint64_t row_index,
                      const rs_row_outcome *own)
{
    const rs_pass *const pass = scorer->pass;
    const uint32_t index =
        rs_differing_index(pass->differences, row_index, scorer->further->next_index);
    scorer->further->next_index = index + 1;
    if (row != NULL && scorer->labels.count == pass->differences->row[index].listed) {
        score_places(scorer, row, index, own);
        return;
    }
    for (size_t s = 0; s < pass->further_count; ++s) {
        rank_set(scorer, row, &pass->further[s], row_index, rs_further_outcome(scorer, s, own));
    }
}
