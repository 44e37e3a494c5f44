/* sets_bench.c - what a second label set costs beside the pass over a warm file.
 *
 *     sets_bench [--rows N] [--columns C] [--rounds R] [--dtype f32,...] [--threads N]
 *                [--calibration 0|1] [--clock wall|cpu] [--folder DIR] [--sets N] [--isa NAME]
 *                [--kind N]
 *
 * Every round runs the pass by the first set alone, twice, to show what is noise, and then by the
 * first and a second one, for each second set: the first one again; the original labels alone; the
 * first one with one to three labels anywhere in 10 % of the images, as two sets that people made
 * of the same images differ, and in 30 %; three labels anywhere in every image; and, as bad as it
 * gets, the second, third and fourth prediction in every image. The pass ends with the tally of the
 * second set; beside it stands what its metrics take, what telling the sets apart took, which is
 * done once for all passes, and in how many rows they differ. Its file is not read. Ratios are
 * medians of the rounds'. With --sets so many sets of that kind, up to three, are counted beside
 * the first one, each drawn by itself where it is drawn at all. With --kind only that second set is
 * run, by its place in the table from 0 on: for a tool that counts instructions.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/random.h"
#include "bench_run.h"
#include "evaluate/further_sets.h"

enum { SET_MAX = 10, FURTHER_MAX = 3 };

typedef enum second_set {
    NONE = 0,
    CONTROL,
    AGAIN,
    ORIGINAL,
    TENTH,
    OTHERS,
    THREE,
    NEXT,
    SETS
} second_set;

static const char *const set_name[SETS] = {
    "none",
    "none, once more",
    "the first one again",
    "the original labels alone",
    "others in 10 % of the images",
    "others in 30 % of the images",
    "three others in every image",
    "predictions 2 to 4 in every image",
};

typedef struct settings {
    rs_bench_settings all;
    unsigned threads;
    bool calibration;
    size_t sets; /* beside the first one */
    rs_isa isa;
    int kind; /* of second set; below 0: all */
} settings;

typedef struct bench {
    rs_bench_data data;
    rs_labels *labels[SETS][FURTHER_MAX]; /* NONE: the first set */
    rs_set_differences *differences[SETS];
    double told_apart[SETS]; /* ms that those took, once */
    size_t sets;
    rs_bench_file file;
    rs_evaluator *evaluator;
    int32_t *predicted; /* [rows][4] */
    uint32_t *begin;    /* of the set that is made */
    int32_t *set;
} bench;

/* ---- the runs ---- */

static rs_status run_pass(bench *b, rs_tally **tally, rs_error *error)
{
    return rs_evaluator_score(b->evaluator, b->labels[NONE][0], b->file.source, NULL, NULL, NULL,
                              tally, error);
}

static rs_status run_several(bench *b, int which, rs_tally **tally, rs_tally **others,
                             rs_error *error)
{
    rs_further *further = NULL;
    rs_status status = RS_OK;
    RS_TRY(rs_further_begin(b->evaluator, b->differences[which], 1,
                            rs_source_get_info(b->file.source), &further, error));
    RS_TRY_DONE(run_pass(b, tally, error));
    for (size_t s = 0; s < b->sets; ++s) {
        RS_TRY_DONE(rs_further_take(further, 0, s, *tally, &others[s], error));
    }
done:
    rs_further_free(further);
    return status;
}

/* *elapsed: the pass, and what is made of the counts of the second set. */
static rs_status run_once(bench *b, int which, clockid_t clock, double elapsed[2], rs_error *error)
{
    rs_tally *tally = NULL;
    rs_tally *others[FURTHER_MAX] = {NULL};
    rs_metrics metrics = {0};
    rs_status status = RS_OK;
    const double begin = rs_bench_now_ms(clock);
    RS_TRY_DONE(which > CONTROL ? run_several(b, which, &tally, others, error)
                                : run_pass(b, &tally, error));
    elapsed[0] = rs_bench_now_ms(clock) - begin;
    elapsed[1] = 0;
    if (others[0] != NULL) {
        RS_TRY_DONE(rs_metrics_compute(others[0], NULL, &metrics, error));
        elapsed[1] = rs_bench_now_ms(clock) - begin - elapsed[0];
    }
done:
    rs_metrics_clear(&metrics);
    for (size_t s = 0; s < FURTHER_MAX; ++s) {
        rs_tally_free(others[s]);
    }
    rs_tally_free(tally);
    return status;
}

/* ---- rounds ---- */

static bool is_run(const settings *of, int which)
{
    return of->kind < 0 || which == NONE || which == of->kind;
}

static rs_status measure(bench *b, const settings *of, rs_error *error)
{
    static double elapsed[SETS][RS_BENCH_ROUNDS_MAX];
    static double analysed[SETS][RS_BENCH_ROUNDS_MAX];
    static double more[SETS][RS_BENCH_ROUNDS_MAX];
    const rs_bench_settings *const set = &of->all;
    for (unsigned round = 0; round <= set->rounds; ++round) { /* the first one warms up */
        const unsigned slot = round > 0 ? round - 1 : 0;
        for (int which = 0; which < SETS; ++which) {
            double took[2] = {0};
            if (!is_run(of, which)) {
                continue;
            }
            RS_TRY(run_once(b, which, set->clock, took, error));
            elapsed[which][slot] = took[0];
            analysed[which][slot] = took[1];
            more[which][slot] = 100.0 * (elapsed[which][slot] / elapsed[NONE][slot] - 1.0);
        }
    }
    for (int which = 0; which < SETS; ++which) {
        if (!is_run(of, which)) {
            continue;
        }
        const double time = rs_bench_median(elapsed[which], set->rounds);
        const double part = rs_bench_median(more[which], set->rounds);
        const rs_set_differences *const differ = b->differences[which];
        printf("%-5s | %-33s | %9.3f %9.3f | %6.1f %% (%.1f to %.1f) | %7.3f | %10.3f | %5.1f %%\n",
               rs_dtype_name(b->data.dtype), set_name[which], elapsed[which][0], time, part,
               more[which][set->rounds / 4], more[which][set->rounds * 3 / 4],
               rs_bench_median(analysed[which], set->rounds), b->told_apart[which],
               differ == NULL ? 0.0 : 100.0 * differ->count / (double)b->data.rows);
    }
    (void)fflush(stdout);
    return RS_OK;
}

/* ---- material ---- */

static rs_status predict(bench *b, rs_error *error)
{
    rs_tally *tally = NULL;
    RS_TRY(RS_NEW_ROWS(&b->predicted, b->data.rows, 4, "predictions", error));
    rs_row_results results = {.keep = 4, .prediction = b->predicted};
    const rs_status status = rs_evaluator_score(b->evaluator, b->labels[NONE][0], b->file.source,
                                                NULL, &results, NULL, &tally, error);
    rs_tally_free(tally);
    return status;
}

/* Distinct labels of an image by a second set; returns how many. */
static uint32_t make_set(const bench *b, second_set which, uint64_t row, rs_random *random,
                         int32_t *set)
{
    const uint32_t begin = b->data.real_begin[row];
    const uint32_t own = b->data.real_begin[row + 1] - begin;
    const bool some = which == TENTH || which == OTHERS;
    const bool other = some && rs_random_below(random, 100) < (which == TENTH ? 10u : 30u);
    if (which == AGAIN || (some && !other)) {
        memcpy(set, b->data.real_class + begin, own * sizeof *set);
        return own;
    }
    if (which == ORIGINAL) {
        set[0] = b->data.original[row];
        return 1;
    }
    if (which == NEXT) {
        memcpy(set, b->predicted + 4 * row + 1, 3 * sizeof *set);
        return 3;
    }
    const uint32_t third = b->data.columns / 3; /* a label in each: so they are distinct */
    const uint32_t count = which == THREE ? 3 : 1 + rs_random_below(random, 3);
    for (uint32_t i = 0; i < count; ++i) {
        set[i] = (int32_t)(i * third + rs_random_below(random, third));
    }
    return count;
}

static rs_status make_labels(bench *b, second_set which, size_t number, rs_error *error)
{
    rs_random random = rs_random_make(2 + number, (uint64_t)which);
    for (uint64_t row = 0; row < b->data.rows; ++row) {
        const uint32_t begin = b->begin[row];
        b->begin[row + 1] = begin + make_set(b, which, row, &random, b->set + begin);
    }
    return rs_labels_create(b->data.rows, b->data.columns, b->data.original, b->begin, b->set,
                            &b->labels[which][number], error);
}

static rs_status tell_apart(bench *b, int which, clockid_t clock, rs_error *error)
{
    const double begin = rs_bench_now_ms(clock);
    RS_TRY(rs_set_differences_make(b->labels[NONE][0], (const rs_labels *const *)b->labels[which],
                                   b->sets, &b->differences[which], error));
    b->told_apart[which] = rs_bench_now_ms(clock) - begin;
    return RS_OK;
}

static rs_status prepare(bench *b, rs_dtype dtype, const settings *set, rs_error *error)
{
    const rs_evaluator_options options = {.backend = RS_BACKEND_CPU,
                                          .threads = set->threads,
                                          .isa = set->isa,
                                          .calibration = set->calibration};
    rs_bench_data *const data = &b->data;
    RS_TRY(rs_bench_data_make(data, dtype, set->all.rows, set->all.columns, error));
    RS_TRY(RS_NEW(&b->begin, data->rows + 1, "labels", error));
    RS_TRY(RS_NEW_ROWS(&b->set, data->rows, SET_MAX, "labels", error));
    RS_TRY(rs_labels_create(data->rows, data->columns, data->original, data->real_begin,
                            data->real_class, &b->labels[NONE][0], error));
    RS_TRY(rs_bench_file_write(&b->file, data, set->all.folder, error));
    RS_TRY(rs_evaluator_create(&options, &b->evaluator, error));
    RS_TRY(predict(b, error));
    b->sets = set->sets;
    for (int which = AGAIN; which < SETS; ++which) {
        for (size_t s = 0; s < b->sets; ++s) {
            RS_TRY(make_labels(b, (second_set)which, s, error));
        }
        RS_TRY(tell_apart(b, which, set->all.clock, error));
    }
    return RS_OK;
}

static rs_status bench_dtype(void *context, rs_dtype dtype, rs_error *error)
{
    const settings *const set = context;
    bench b = {.evaluator = NULL};
    rs_status status = RS_OK;
    RS_TRY_DONE(prepare(&b, dtype, set, error));
    RS_TRY_DONE(measure(&b, set, error));
done:
    rs_evaluator_free(b.evaluator);
    for (int which = 0; which < SETS; ++which) {
        rs_set_differences_free(b.differences[which]);
        for (size_t s = 0; s < FURTHER_MAX; ++s) {
            rs_labels_free(b.labels[which][s]);
        }
    }
    free(b.predicted);
    free(b.begin);
    free(b.set);
    rs_bench_data_free(&b.data);
    rs_bench_file_remove(&b.file);
    return status;
}

static bool read_setting(void *context, const char *name, const char *value)
{
    settings *const set = context;
    if (strcmp(name, "--threads") == 0) {
        set->threads = (unsigned)strtoul(value, NULL, 10);
    } else if (strcmp(name, "--calibration") == 0) {
        set->calibration = strcmp(value, "1") == 0;
    } else if (strcmp(name, "--sets") == 0) {
        set->sets = (size_t)strtoul(value, NULL, 10);
    } else if (strcmp(name, "--kind") == 0) {
        set->kind = (int)strtoul(value, NULL, 10);
    } else if (strcmp(name, "--isa") == 0) {
        return rs_bench_isa(value, &set->isa);
    } else {
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    settings set = {
        .all = rs_bench_defaults, .threads = 1, .sets = 1, .isa = RS_ISA_AUTO, .kind = -1};
    set.all.folder = ".";
    if (!rs_bench_read(argc, argv, &set.all, read_setting, &set) || set.all.columns < 6 ||
        set.sets < 1 || set.sets > FURTHER_MAX) {
        fprintf(stderr,
                "usage: sets_bench [--rows N] [--columns C] [--rounds R] "
                "[--dtype f32,f16,bf16,f64] [--threads N] [--calibration 0|1] "
                "[--clock wall|cpu] [--folder DIR] [--sets 1|2|3] [--isa NAME] [--kind N]\n");
        return 2;
    }
    printf("%" PRIu64 " x %" PRIu32 " in a warm file, %u threads, %u rounds, %zu beside it; ms\n\n"
           "dtype | second set                        |     least    median | more, median "
           "(quartiles) | metrics | told apart | differ\n",
           set.all.rows, set.all.columns, set.threads, set.all.rounds, set.sets);
    return rs_bench_each_dtype("sets_bench", &set.all, bench_dtype, &set);
}
