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
#include "engine/counters_by.h"
#include "engine/score_rows.h"

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
    bool direct;              /* each class is a column */
    uint64_t share[RS_SMALL_SETS];
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
    further->ahead_limit = rs_ahead_limit(pass);
    further->direct = pass->map == NULL && scorer->width >= pass->classes;
    rs_small_shares(further->share);
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
        const rs_counters_by added = {at, 1, further->share, SIZE_MAX};
        const rs_counters_by taken = {at, UINT64_MAX, further->share, SIZE_MAX};
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
        const rs_counters_by counters = {further->counters[set], further->kinds[set][kind],
                                         further->share, SIZE_MAX};
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

rs_row_outcome *rs_further_outcome(rs_row_scorer *scorer, size_t set, const rs_row_outcome *own)
{
    struct rs_further_rows *const further = scorer->further;
    if (further->waiting_rows == WAITING_ROWS) {
        count_waiting(scorer);
    }
    /* The counters of the class, up to two lines of the cache, and those of a choice. Not in a
     * function of its own: gcc leaves out calls of one that does nothing else. */
    const rs_tally_layout *const layout = &further->layout;
    const uint64_t *const counters = further->counters[set];
    const size_t first = rs_tally_class_index(layout, own->original);
    const size_t choice = rs_tally_choice_index(layout, (uint32_t)own->original);
    __builtin_prefetch(counters + first, 1);
    __builtin_prefetch(counters + first + layout->class_stride - 1, 1);
    const size_t several = -(size_t)((own->set_size >= 2) & own->original_in_set);
    __builtin_prefetch(counters + ((first & ~several) | ((choice + RS_CHOICE_SIZED) & several)), 1);
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

_Static_assert((int)RS_EXTRAS_BEHIND >= RS_LABELS_LOOKED, "more are looked at than there are");
#define LOOKED_PLACES ((UINT64_C(1) << RS_LABELS_LOOKED) - 1u)

static inline uint64_t first_places(uint32_t count)
{
    return count < RS_PLACES ? (UINT64_C(1) << count) - 1u : UINT64_MAX;
}

/* How many they are: without an instruction for it, what compilers offer is a call. */
static inline uint32_t count_places(uint64_t places)
{
    uint64_t sums = places - (places >> 1 & UINT64_C(0x5555555555555555));
    sums = (sums & UINT64_C(0x3333333333333333)) + (sums >> 2 & UINT64_C(0x3333333333333333));
    sums = (sums + (sums >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (uint32_t)(sums * UINT64_C(0x0101010101010101) >> 56);
}

/* Ranks the label of a place, as far as it counts. Whether it has a column, and so a rank. */
static bool rank_extra(rs_row_scorer *scorer, const void *row, uint32_t place, int32_t label)
{
    const uint32_t column = rs_column_of(scorer, label);
    if (column == RS_NO_LABEL) {
        return false;
    }
    scorer->labels.ahead[place] =
        scorer->kernel->rank_within(row, scorer->width, column, scorer->further->ahead_limit);
    return true;
}

/* Ranks the labels that only further sets have; those of the pass's own are ranked and in their
 * places. Returns which places have a rank that may count: most of these labels are told by few
 * columns not to be among the first, RS_LABELS_LOOKED of them at a time, so that how many there are
 * is no branch. Those behind the last are of another row. */
static uint64_t rank_extras(rs_row_scorer *scorer, const void *row, const rs_differing_row *at)
{
    const int32_t *const extra = scorer->pass->differences->extra + at->extra_begin;
    const uint32_t extras = at[1].extra_begin - at->extra_begin;
    uint64_t ranked = first_places(at->listed);
    for (uint32_t i = 0; i < extras; i += RS_LABELS_LOOKED) {
        uint64_t left = first_places(extras - i);
        if (scorer->further->direct) {
            left &= ~scorer->kernel->beyond(row, scorer->width, (const uint32_t *)extra + i,
                                            scorer->further->ahead_limit);
        }
        left &= LOOKED_PLACES;
        for (; left != 0; left &= left - 1u) {
            const uint32_t next = i + (uint32_t)__builtin_ctzll(left);
            const uint32_t place = at->listed + next;
            ranked |= (uint64_t)rank_extra(scorer, row, place, extra[next]) << place;
        }
    }
    return ranked;
}

/* Of the labels in a set mostly one has a rank, or none. */
static void take_places(const rs_row_labels *labels, uint64_t ranked, uint64_t in_set,
                        uint32_t original, rs_row_outcome *outcome)
{
    for (uint64_t left = in_set & ranked; left != 0; left &= left - 1u) {
        rs_outcome_add_real(outcome, labels->ahead[__builtin_ctzll(left)] + 1u);
    }
    outcome->set_size = count_places(in_set);
    outcome->original_in_set = (original < RS_PLACES) & (bool)(in_set >> original % RS_PLACES & 1u);
}

static void score_places(rs_row_scorer *scorer, const void *row, uint32_t index,
                         const rs_row_outcome *own)
{
    const rs_pass *const pass = scorer->pass;
    const rs_differing_row *const at = &pass->differences->row[index];
    const uint64_t *const in_set = pass->differences->places + (size_t)index * pass->further_count;
    const uint64_t ranked = rank_extras(scorer, row, at);
    const uint64_t own_set = first_places(own->set_size);
    for (size_t s = 0; s < pass->further_count; ++s) {
        if (in_set[s] != own_set) {
            take_places(&scorer->labels, ranked, in_set[s], at->original,
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
