/* comparison.c - pairs by their bits, then the tests of all pairs together. */
#include "analyse/comparison.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "analyse/bits.h"
#include "analyse/mcnemar.h"
#include "analyse/multiple_tests.h"
#include "analyse/power.h"
#include "base/checked.h"
#include "base/error.h"

static const double holm_level = 0.05;

/* ---- work for threads: pair after pair ---- */

typedef struct pair_work {
    const rs_outcomes *outcomes;
    const rs_bootstrap *bootstrap;
    rs_comparison *out;
    double *room; /* [threads * replicates] */
    atomic_uint_fast64_t next;
} pair_work;

rs_paired rs_paired_among(const rs_outcomes *outcomes, rs_measure measure, const uint64_t *among,
                          uint64_t total, size_t first, size_t second)
{
    const size_t words = outcomes->words;
    const uint64_t *const a = outcomes->right[measure] + first * words;
    const uint64_t *const b = outcomes->right[measure] + second * words;
    rs_paired paired = {0};
    for (size_t i = 0; i < words; ++i) {
        const uint64_t wanted = among == NULL ? ~UINT64_C(0) : among[i];
        paired.both += rs_bit_count(a[i] & b[i] & wanted);
        paired.first_only += rs_bit_count(a[i] & ~b[i] & wanted);
        paired.second_only += rs_bit_count(b[i] & ~a[i] & wanted);
    }
    paired.neither = total - paired.both - paired.first_only - paired.second_only;
    paired.log_p = rs_mcnemar_log_p(paired.first_only, paired.second_only);
    if (total > 0) {
        const double n = (double)total;
        const double flips = (double)paired.first_only + (double)paired.second_only;
        const double gain = (double)paired.first_only - (double)paired.second_only;
        paired.difference = gain / n;
        paired.stderr_value = sqrt(fmax(flips - gain * gain / n, 0.0)) / n;
        paired.detectable = rs_detectable_difference(paired.first_only + paired.second_only, total);
        paired.score = rs_tango_interval(paired.first_only, paired.second_only, total);
    }
    return paired;
}

static uint64_t count_same(const rs_outcomes *outcomes, size_t first, size_t second)
{
    const int32_t *const a = outcomes->prediction + first * outcomes->rows;
    const int32_t *const b = outcomes->prediction + second * outcomes->rows;
    uint64_t same = 0;
    for (uint64_t i = 0; i < outcomes->rows; ++i) {
        same += (a[i] == b[i]) & (a[i] >= 0);
    }
    return same;
}

static void compare_pairs(void *context, unsigned worker)
{
    pair_work *const work = context;
    rs_comparison *const out = work->out;
    (void)worker;
    for (;;) {
        const uint64_t at = atomic_fetch_add(&work->next, 1);
        if (at >= out->pair_count) {
            return;
        }
        rs_model_pair *const pair = &out->pair[at];
        pair->same_prediction = count_same(work->outcomes, pair->first, pair->second);
        for (int measure = 0; measure < RS_MEASURES; ++measure) {
            pair->by[measure] = rs_paired_among(work->outcomes, (rs_measure)measure, NULL,
                                                out->total[measure], pair->first, pair->second);
        }
    }
}

static void find_intervals(void *context, unsigned worker)
{
    pair_work *const work = context;
    rs_comparison *const out = work->out;
    const uint64_t replicates = work->bootstrap->replicates;
    double *const room = work->room + worker * replicates;
    for (;;) {
        const uint64_t at = atomic_fetch_add(&work->next, 1);
        if (at >= out->pair_count) {
            return;
        }
        rs_model_pair *const pair = &out->pair[at];
        for (size_t measure = 0; measure < RS_MEASURES; ++measure) {
            const uint32_t *const sums = work->bootstrap->sum;
            const size_t models = measure * out->models;
            pair->by[measure].bootstrap = rs_bootstrap_difference(
                sums + (models + pair->first) * replicates,
                sums + (models + pair->second) * replicates,
                sums + (RS_MEASURES * out->models + measure) * replicates, replicates, room);
        }
    }
}

/* ---- all pairs together ---- */

static rs_status correct_for_all(rs_comparison *comparison, rs_error *error)
{
    rs_tested *test = NULL;
    RS_TRY(RS_NEW(&test, comparison->pair_count, "tests of pairs", error));
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        for (size_t i = 0; i < comparison->pair_count; ++i) {
            test[i] =
                (rs_tested){.p = exp(comparison->pair[i].by[measure].log_p), .index = (uint32_t)i};
        }
        comparison->significant[measure] = rs_holm(test, comparison->pair_count, holm_level);
        for (size_t i = 0; i < comparison->pair_count; ++i) {
            rs_paired *const paired = &comparison->pair[test[i].index].by[measure];
            paired->holm_p = test[i].adjusted;
            paired->significant = test[i].significant;
        }
    }
    free(test);
    return RS_OK;
}

static rs_status add_intervals(const rs_outcomes *outcomes, const rs_bootstrap_options *options,
                               rs_evaluator *evaluator, rs_thread_pool *pool, const rs_watch *watch,
                               rs_comparison *comparison, rs_error *error)
{
    rs_patterns patterns = {0};
    rs_bootstrap bootstrap = {0};
    double *room = NULL;
    const unsigned threads = rs_thread_pool_threads(pool);
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_patterns_make(outcomes, &patterns, error));
    comparison->patterns = patterns.count;
    RS_TRY_DONE(rs_bootstrap_run(&patterns, options, evaluator, pool, watch, &bootstrap, error));
    RS_TRY_DONE(
        RS_NEW_ROWS(&room, bootstrap.replicates, threads, "differences of replicates", error));
    if (bootstrap.replicates > 0) {
        pair_work work = {.bootstrap = &bootstrap, .out = comparison, .room = room};
        rs_thread_pool_run(pool, threads, find_intervals, &work);
    }
done:
    free(room);
    rs_bootstrap_clear(&bootstrap);
    rs_patterns_clear(&patterns);
    return status;
}

/* ---- the comparison ---- */

static rs_status make_pairs(const rs_outcomes *outcomes, rs_comparison *comparison, rs_error *error)
{
    const size_t models = outcomes->models;
    comparison->models = models;
    comparison->images = outcomes->images;
    comparison->pair_count = models * (models - 1) / 2;
    RS_TRY(RS_NEW(&comparison->pair, comparison->pair_count, "pairs", error));
    size_t at = 0;
    for (size_t first = 0; first < models; ++first) {
        for (size_t second = first + 1; second < models; ++second) {
            comparison->pair[at++] = (rs_model_pair){.first = first, .second = second};
        }
    }
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        RS_TRY(RS_NEW(&comparison->correct[measure], models, "models", error));
        comparison->total[measure] = rs_outcomes_total(outcomes, (rs_measure)measure);
        for (size_t i = 0; i < models; ++i) {
            comparison->correct[measure][i] = rs_outcomes_correct(outcomes, (rs_measure)measure, i);
        }
    }
    return RS_OK;
}

rs_status rs_comparison_make(const rs_outcomes *outcomes, const rs_bootstrap_options *options,
                             rs_evaluator *evaluator, rs_thread_pool *pool, const rs_watch *watch,
                             rs_comparison *comparison, rs_error *error)
{
    *comparison = (rs_comparison){.replicates = options->replicates, .seed = options->seed};
    RS_TRY(make_pairs(outcomes, comparison, error));
    pair_work work = {.outcomes = outcomes, .out = comparison};
    rs_thread_pool_run(pool, rs_thread_pool_threads(pool), compare_pairs, &work);
    RS_TRY(correct_for_all(comparison, error));
    if (options->replicates == 0) {
        return RS_OK;
    }
    return add_intervals(outcomes, options, evaluator, pool, watch, comparison, error);
}

void rs_comparison_clear(rs_comparison *comparison)
{
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        free(comparison->correct[measure]);
    }
    free(comparison->pair);
    *comparison = (rs_comparison){0};
}

const rs_model_pair *rs_comparison_pair(const rs_comparison *comparison, size_t a, size_t b)
{
    const size_t first = a < b ? a : b;
    const size_t second = a < b ? b : a;
    const size_t before = first * (2 * comparison->models - first - 1) / 2;
    return &comparison->pair[before + second - first - 1];
}
