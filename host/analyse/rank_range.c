/* rank_range.c - every pair of models once, then every model's tests together. */
#include "analyse/rank_range.h"

#include <math.h>
#include <stdlib.h>

#include "analyse/bits.h"
#include "analyse/mcnemar.h"
#include "analyse/multiple_tests.h"
#include "base/checked.h"
#include "base/error.h"

static const double level = 0.05;

typedef struct rank_work {
    const uint64_t *const *right;
    size_t count;
    size_t words;
    uint64_t *total; /* [count] right ones */
    double *p;       /* [count][count] */
    rs_tested *test; /* [count] */
} rank_work;

static uint64_t count_bits(const uint64_t *bits, const uint64_t *without, size_t words)
{
    uint64_t count = 0;
    for (size_t i = 0; i < words; ++i) {
        count += rs_bit_count(bits[i] & ~(without == NULL ? 0 : without[i]));
    }
    return count;
}

static void compare_all(rank_work *work)
{
    for (size_t i = 0; i < work->count; ++i) {
        for (size_t k = 0; k < i && work->right[i] != NULL; ++k) {
            if (work->right[k] == NULL) {
                continue;
            }
            const uint64_t alone = count_bits(work->right[i], work->right[k], work->words);
            const uint64_t other = alone + work->total[k] - work->total[i];
            const double p = exp(rs_mcnemar_log_p(alone, other));
            work->p[i * work->count + k] = p;
            work->p[k * work->count + i] = p;
        }
    }
}

static rs_rank_range range_of(const rank_work *work, size_t model)
{
    size_t tests = 0;
    for (size_t k = 0; k < work->count; ++k) {
        if (k != model && work->right[k] != NULL) {
            work->test[tests++] = (rs_tested){.p = work->p[model * work->count + k],
                                              .index = (uint32_t)k};
        }
    }
    rs_rank_range range = {1, tests + 1};
    const uint32_t apart = rs_holm(work->test, tests, level);
    for (size_t t = 0; t < tests && apart > 0; ++t) {
        if (work->test[t].significant) {
            const bool better = work->total[work->test[t].index] > work->total[model];
            range.best += better;
            range.worst -= !better;
        }
    }
    return range;
}

rs_status rs_rank_ranges(const uint64_t *const *right, size_t count, size_t words,
                         rs_rank_range *range, rs_error *error)
{
    rank_work work = {.right = right, .count = count, .words = words};
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&work.total, count, "ranks", error));
    RS_TRY_DONE(RS_NEW_ROWS(&work.p, count, count, "tests of all pairs", error));
    RS_TRY_DONE(RS_NEW(&work.test, count, "tests", error));
    for (size_t i = 0; i < count; ++i) {
        work.total[i] = right[i] == NULL ? 0 : count_bits(right[i], NULL, words);
    }
    compare_all(&work);
    for (size_t i = 0; i < count; ++i) {
        range[i] = right[i] == NULL ? (rs_rank_range){0, 0} : range_of(&work, i);
    }
done:
    free(work.total);
    free(work.p);
    free(work.test);
    return status;
}
