/* slice_comparison.c - group after group: its images as bits, and the pairs among these. */
#include "analyse/slice_comparison.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/bits.h"
#include "analyse/multiple_tests.h"
#include "base/checked.h"
#include "base/error.h"

static const double holm_level = 0.05;

typedef struct group_work {
    const rs_outcomes *outcomes;
    const rs_comparison *pairs;
    rs_slice_comparison *out;
    const uint64_t *begin; /* [groups + 1] where the images of each are */
    const uint32_t *image;
    uint64_t *room; /* [threads * words] zeros between groups */
    atomic_uint_fast64_t next;
} group_work;

static uint64_t count_common(const uint64_t *a, const uint64_t *b, size_t words)
{
    uint64_t count = 0;
    for (size_t i = 0; i < words; ++i) {
        count += rs_bit_count(a[i] & b[i]);
    }
    return count;
}

static void compare_group(const group_work *work, uint64_t group, const uint64_t *among)
{
    const rs_outcomes *const outcomes = work->outcomes;
    rs_slice_comparison *const out = work->out;
    const size_t words = outcomes->words;
    out->images[group] = count_common(outcomes->scored, among, words);
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        const uint64_t total = count_common(outcomes->counted[measure], among, words);
        out->total[measure][group] = total;
        for (size_t m = 0; m < out->models; ++m) {
            out->correct[measure][group * out->models + m] =
                count_common(outcomes->right[measure] + m * words, among, words);
        }
        for (size_t p = 0; p < out->pairs; ++p) {
            const rs_model_pair *const pair = &work->pairs->pair[p];
            out->paired[measure][group * out->pairs + p] = rs_paired_among(
                outcomes, (rs_measure)measure, among, total, pair->first, pair->second);
        }
    }
}

static void compare_groups(void *context, unsigned worker)
{
    group_work *const work = context;
    uint64_t *const among = work->room + worker * work->outcomes->words;
    for (;;) {
        const uint64_t group = atomic_fetch_add(&work->next, 1);
        if (group >= work->out->slices->count) {
            return;
        }
        for (uint64_t i = work->begin[group]; i < work->begin[group + 1]; ++i) {
            rs_bit_set(among, work->image[i]);
        }
        compare_group(work, group, among);
        memset(among, 0, work->outcomes->words * sizeof *among);
    }
}

/* The images of each group one behind the other: a counting sort. */
static rs_status sort_members(const rs_slices *slices, uint64_t **begin, uint32_t **image,
                              rs_error *error)
{
    RS_TRY(RS_NEW(begin, (uint64_t)slices->count + 2, "groups", error));
    RS_TRY(RS_NEW(image, slices->members, "images of groups", error));
    uint64_t *const next = *begin + 1; /* is the end of a group once all are in */
    for (uint64_t m = 0; m < slices->members; ++m) {
        next[slices->member[m].group + 1] += 1;
    }
    for (uint32_t g = 0; g < slices->count; ++g) {
        next[g + 1] += next[g];
    }
    for (uint64_t m = 0; m < slices->members; ++m) {
        (*image)[next[slices->member[m].group]++] = slices->member[m].image;
    }
    return RS_OK;
}

/* Over all pairs in all groups that have counted images. */
static rs_status correct_for_all(rs_slice_comparison *made, rs_error *error)
{
    const uint64_t count = (uint64_t)made->slices->count * made->pairs;
    rs_tested *test = NULL;
    RS_TRY(RS_NEW(&test, count, "tests of groups", error));
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        uint64_t tests = 0;
        for (uint64_t i = 0; i < count; ++i) {
            if (made->total[measure][i / made->pairs] > 0) {
                test[tests++] = (rs_tested){.p = exp(made->paired[measure][i].log_p),
                                            .index = (uint32_t)i};
            }
        }
        made->tests[measure] = tests;
        made->significant[measure] = rs_holm(test, tests, holm_level);
        for (uint64_t i = 0; i < tests; ++i) {
            rs_paired *const paired = &made->paired[measure][test[i].index];
            paired->holm_p = test[i].adjusted;
            paired->significant = test[i].significant;
        }
    }
    free(test);
    return RS_OK;
}

static rs_status make_room(rs_slice_comparison *made, rs_error *error)
{
    const uint64_t groups = made->slices->count;
    RS_TRY(RS_NEW(&made->images, groups, "groups", error));
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        RS_TRY(RS_NEW(&made->total[measure], groups, "groups", error));
        RS_TRY(RS_NEW_ROWS(&made->correct[measure], groups, made->models, "models in groups",
                           error));
        RS_TRY(RS_NEW_ROWS(&made->paired[measure], groups, made->pairs, "pairs in groups", error));
    }
    return groups * made->pairs <= UINT32_MAX
               ? RS_OK
               : rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "compare fewer models at once",
                         "there are too many pairs in groups");
}

rs_status rs_slice_comparison_make(const rs_outcomes *outcomes, const rs_comparison *pairs,
                                   const rs_slices *slices, rs_thread_pool *pool,
                                   rs_slice_comparison *made, rs_error *error)
{
    uint64_t *begin = NULL;
    uint32_t *image = NULL;
    uint64_t *room = NULL;
    const unsigned threads = rs_thread_pool_threads(pool);
    rs_status status = RS_OK;
    *made = (rs_slice_comparison){
        .slices = slices, .models = pairs->models, .pairs = pairs->pair_count};
    RS_TRY_DONE(make_room(made, error));
    RS_TRY_DONE(sort_members(slices, &begin, &image, error));
    RS_TRY_DONE(RS_NEW_ROWS(&room, threads, outcomes->words, "images of groups", error));
    group_work work = {.outcomes = outcomes,
                       .pairs = pairs,
                       .out = made,
                       .begin = begin,
                       .image = image,
                       .room = room};
    rs_thread_pool_run(pool, threads, compare_groups, &work);
    status = correct_for_all(made, error);
done:
    free(room);
    free(image);
    free(begin);
    return status;
}

void rs_slice_comparison_clear(rs_slice_comparison *made)
{
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        free(made->total[measure]);
        free(made->correct[measure]);
        free(made->paired[measure]);
    }
    free(made->images);
    *made = (rs_slice_comparison){0};
}
