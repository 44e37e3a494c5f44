/* subset_search.c - zeta transforms block by block, and the best of each count of right pairs. */
#include "relabel/subset_search.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

/* 2^15 sums of eight bytes: a quarter of a megabyte. */
enum { BLOCK_MODELS = 15 };

/* Two counts in one number, so that one addition adds both: all pairs above, right ones below. */
#define PAIR(all, right) ((uint64_t)(all) << 32 | (uint64_t)(right))

typedef struct searcher {
    const rs_subset_task *task;
    uint32_t block_models;
    uint64_t *sum;     /* [2^block_models] */
    uint32_t distinct; /* masks, each once */
    uint32_t *mask;
    uint64_t *pairs; /* [distinct] */
    uint64_t total;
    rs_subset_point *best; /* [present + 1] fewest proposals for so many right ones; 0: none */
} searcher;

/* ---- masks ---- */

typedef struct masked_pair {
    uint32_t mask;
    uint32_t right;
} masked_pair;

RS_SORTS(compare_masks, masked_pair)
{
    return RS_COMPARE(left->mask, right->mask);
}

static rs_status gather_masks(searcher *search, rs_error *error)
{
    const rs_subset_task *task = search->task;
    masked_pair *sorted = NULL;
    RS_TRY(RS_NEW(&sorted, task->count, "pairs", error));
    for (uint32_t i = 0; i < task->count; ++i) {
        sorted[i] = (masked_pair){task->mask[i], task->is_right[i] != 0};
    }
    qsort(sorted, task->count, sizeof *sorted, compare_masks);
    for (uint32_t i = 0; i < task->count; ++i) {
        if (i == 0 || sorted[i].mask != sorted[i - 1].mask) {
            search->mask[search->distinct++] = sorted[i].mask;
        }
        search->pairs[search->distinct - 1] += PAIR(1, sorted[i].right);
        search->total += PAIR(1, sorted[i].right);
    }
    free(sorted);
    return RS_OK;
}

/* ---- one block ---- */

/* After it, sum[t] is that of all subsets of t. */
static void transform(uint64_t *sum, uint32_t models)
{
    const uint32_t size = UINT32_C(1) << models;
    for (uint32_t step = 1; step < size; step *= 2) {
        for (uint32_t begin = 0; begin < size; begin += 2 * step) {
            uint64_t *const without = sum + begin;
            uint64_t *const with = without + step;
            for (uint32_t i = 0; i < step; ++i) {
                with[i] += without[i];
            }
        }
    }
}

static bool is_simpler(uint32_t a, uint32_t b)
{
    const int more = __builtin_popcount(a) - __builtin_popcount(b);
    return more < 0 || (more == 0 && a < b);
}

static void note(searcher *search, uint32_t subset, uint64_t counts)
{
    const uint32_t proposed = (uint32_t)(counts >> 32);
    const uint32_t right = (uint32_t)counts;
    rs_subset_point *const best = &search->best[right];
    if (best->subset == 0 || proposed < best->proposed ||
        (proposed == best->proposed && is_simpler(subset, best->subset))) {
        *best = (rs_subset_point){subset, proposed, right};
    }
}

/* The subsets whose models above the block are `high`. */
static void search_block(searcher *search, uint32_t high)
{
    const uint32_t size = UINT32_C(1) << search->block_models;
    const uint64_t all = search->total + PAIR(search->task->always, search->task->always_right);
    for (uint32_t t = 0; t < size; ++t) {
        search->sum[t] = 0;
    }
    for (uint32_t i = 0; i < search->distinct; ++i) {
        if ((search->mask[i] >> search->block_models & high) == 0) {
            search->sum[search->mask[i] & (size - 1)] += search->pairs[i];
        }
    }
    transform(search->sum, search->block_models);
    for (uint32_t low = high == 0 ? 1 : 0; low < size; ++low) { /* the empty subset is none */
        note(search, high << search->block_models | low, all - search->sum[size - 1 - low]);
    }
}

/* ---- the front ---- */

/* Of two points with right <= more right, is the precision of the first the larger one? */
static bool is_more_precise(const rs_subset_point *a, const rs_subset_point *b)
{
    return (uint64_t)a->right * b->proposed > (uint64_t)b->right * a->proposed;
}

static rs_status make_front(const searcher *search, rs_subset_point **front, size_t *count,
                            rs_error *error)
{
    const uint32_t present = search->task->present;
    size_t found = 0;
    rs_subset_point *points = NULL;
    RS_TRY(RS_NEW(&points, (uint64_t)present + 1, "subsets", error));
    for (uint32_t left = present + 1; left > 0; --left) { /* from the best recall down */
        const rs_subset_point *point = &search->best[left - 1];
        if (point->subset != 0 && (found == 0 || is_more_precise(point, &points[found - 1]))) {
            points[found++] = *point;
        }
    }
    for (size_t i = 0; i < found / 2; ++i) {
        const rs_subset_point held = points[i];
        points[i] = points[found - 1 - i];
        points[found - 1 - i] = held;
    }
    *front = points;
    *count = found;
    return RS_OK;
}

static rs_status make_room(searcher *search, rs_error *error)
{
    RS_TRY(RS_NEW_ALIGNED(&search->sum, UINT64_C(1) << search->block_models, "sums over subsets",
                          error));
    RS_TRY(RS_NEW(&search->mask, search->task->count, "pairs", error));
    RS_TRY(RS_NEW(&search->pairs, search->task->count, "pairs", error));
    RS_TRY(RS_NEW(&search->best, (uint64_t)search->task->present + 1, "subsets", error));
    return RS_OK;
}

rs_status rs_subset_front(const rs_subset_task *task, rs_subset_point **front, size_t *count,
                          rs_error *error)
{
    searcher search = {
        .task = task,
        .block_models = task->models < BLOCK_MODELS ? task->models : BLOCK_MODELS,
    };
    *front = NULL;
    *count = 0;
    rs_status status = RS_OK;
    RS_TRY_DONE(make_room(&search, error));
    RS_TRY_DONE(gather_masks(&search, error));
    const uint32_t blocks = UINT32_C(1) << (task->models - search.block_models);
    for (uint32_t high = 0; high < blocks; ++high) {
        search_block(&search, high);
    }
    RS_TRY_DONE(make_front(&search, front, count, error));
done:
    free(search.sum);
    free(search.mask);
    free(search.pairs);
    free(search.best);
    return status;
}

const rs_subset_point *rs_subset_choose(const rs_subset_point *front, size_t count,
                                        uint32_t present, double min_recall)
{
    for (size_t i = 0; i < count; ++i) { /* the most precise come first */
        if ((double)front[i].right / (double)present >= min_recall) {
            return &front[i];
        }
    }
    return NULL;
}
