/* checks_bench.c - what the checks of a sound model cost, beside the pass over its warm file.
 *
 *     checks_bench [--rows N] [--columns C] [--rounds R] [--dtype f32,...] [--clock wall|cpu]
 *                  [--folder DIR] [--isa NAME]
 *
 * Nothing can turn the checks off, so each is run again by itself, in the same round as the pass
 * that has them: the look for ties in up to 1,024 rows of the mapped file (less what it takes to
 * rank the labels of the same rows, which in a pass brings them into the cache), and what is made
 * of the counts and ranks afterwards (near chance? few near misses? which side do the sets take? do
 * wrong rows stand together? what are images of 17 classes said to be that are hardly ever right,
 * as AlexNet has them?). That ranks of rows are kept is told by a pass that does not keep them.
 * Rows of one value and infinite rows cost nothing to tell apart: what proves a row free of NaN
 * proves that too, and the rows without that proof are looked through for a NaN in any case. Beside
 * them stands what a doubtful result costs: a diagnosis of it. Ratios are medians of the rounds'.
 * One thread.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "bench_run.h"
#include "engine/row_kernel.h"
#include "evaluate/doubt.h"
#include "evaluate/glance.h"
#include "sweep/column_doubt.h"
#include "sweep/order_doubt.h"
#include "tally/tally_layout.h"

enum { RUN_PASS = 0, RUN_PLAIN, RUN_RANK, RUN_LOOK, RUN_DOUBT, RUN_DIAGNOSIS, RUNS };

typedef struct bench {
    rs_bench_data data;
    rs_labels *labels;
    rs_bench_file file;
    rs_evaluator *evaluator;
    rs_metrics metrics;
    rs_candidate *candidate;
    int32_t *answer; /* first predictions */
    uint32_t *rank;  /* of the original labels */
    uint64_t found;  /* kept, so that it has to be computed */
    rs_isa isa;
} bench;

typedef struct settings {
    rs_bench_settings all;
    rs_isa isa;
} settings;

/* ---- the runs ---- */

static rs_status run_pass(bench *b, bool keep_ranks, rs_error *error)
{
    rs_tally *tally = NULL;
    rs_row_results results = {.rank = b->rank};
    RS_TRY(rs_evaluator_score(b->evaluator, b->labels, b->file.source, NULL,
                              keep_ranks ? &results : NULL, NULL, &tally, error));
    rs_metrics_clear(&b->metrics);
    const rs_status status = rs_metrics_compute(tally, NULL, &b->metrics, error);
    rs_tally_free(tally);
    return status;
}

/* The rows at which the engine looks (score_rows.c): their labels are ranked, then they are looked
 * at, or not. */
static void run_rows(bench *b, bool look)
{
    const rs_source_info *const info = rs_source_get_info(b->file.source);
    const rs_row_kernel *const kernel = rs_row_kernel_get(b->isa, info->dtype);
    const uint64_t step = (uint64_t)rs_look_mask(info->rows) + 1;
    const uint32_t columns = (uint32_t)info->columns;
    for (uint64_t row = 0; row < info->rows; row += step) {
        uint64_t rows = 0;
        uint64_t stride = 0;
        uint32_t ahead = 0;
        const uint32_t label = (uint32_t)b->data.original[row];
        const void *const values = rs_source_view(b->file.source, row, &rows, &stride);
        b->found += kernel->rank(values, columns, &label, 1, &ahead);
        if (look && ahead == 0) {
            b->found += kernel->tied(values, columns, label);
        } else if (look) {
            const uint32_t count = kernel->find_candidates(values, columns, 2, b->candidate);
            b->found += rs_select_best(b->candidate, count, 2) > 1 &&
                        b->candidate[0].key == b->candidate[1].key;
        }
    }
}

static rs_status run_doubt(bench *b, rs_error *error)
{
    enum { POOR_CLASSES = 17 };
    const rs_metric *const top1 = rs_metrics_find(&b->metrics, "imagenet_top1");
    const rs_column_look look = {
        .source = b->file.source, .labels = rs_labels_get_view(b->labels), .metrics = &b->metrics};
    bool asks = false;
    b->found += rs_near_chance(top1->correct, top1->total, b->metrics.classes);
    b->found += rs_doubt_order(&b->metrics, b->labels) != RS_ORDER_FINE;
    b->found += rs_ranks_ask_for_a_look(look.labels, b->rank, top1->value);
    for (uint32_t c = 0; c < POOR_CLASSES && c < b->metrics.classes; ++c) {
        b->metrics.per_class[c * (b->metrics.classes / POOR_CLASSES)].imagenet_correct = 1;
    }
    RS_TRY(rs_columns_ask_for_a_look(&look, &asks, error));
    b->found += asks;
    return RS_OK;
}

static rs_status run_diagnosis(bench *b, rs_error *error)
{
    const rs_doubted_pass pass = {.prediction = b->answer, .stride = 1};
    rs_diagnosis diagnosis;
    RS_TRY(rs_diagnose(b->labels, &pass, &diagnosis, error));
    b->found += diagnosis.found;
    return RS_OK;
}

static rs_status run_once(bench *b, int which, rs_error *error)
{
    switch (which) {
    case RUN_PASS:
    case RUN_PLAIN:
        return run_pass(b, which == RUN_PASS, error);
    case RUN_RANK:
    case RUN_LOOK:
        run_rows(b, which == RUN_LOOK);
        return RS_OK;
    case RUN_DOUBT:
        return run_doubt(b, error);
    default:
        return run_diagnosis(b, error);
    }
}

/* ---- rounds ---- */

static rs_status measure(bench *b, const rs_bench_settings *set, rs_error *error)
{
    static double elapsed[RUNS][RS_BENCH_ROUNDS_MAX];
    static double checks[RS_BENCH_ROUNDS_MAX];
    static double kept[RS_BENCH_ROUNDS_MAX];
    for (unsigned round = 0; round <= set->rounds; ++round) { /* the first one warms up */
        const unsigned slot = round > 0 ? round - 1 : 0;
        for (int which = 0; which < RUNS; ++which) {
            if (which <= RUN_LOOK) { /* all find the caches alike */
                RS_TRY(run_pass(b, true, error));
            }
            const double begin = rs_bench_now_ms(set->clock);
            RS_TRY(run_once(b, which, error));
            elapsed[which][slot] = rs_bench_now_ms(set->clock) - begin;
        }
        elapsed[RUN_LOOK][slot] -= elapsed[RUN_RANK][slot];
        checks[slot] =
            100.0 * (elapsed[RUN_LOOK][slot] + elapsed[RUN_DOUBT][slot]) / elapsed[RUN_PASS][slot];
        kept[slot] = 100.0 * (elapsed[RUN_PASS][slot] / elapsed[RUN_PLAIN][slot] - 1.0);
    }
    const double share = rs_bench_median(checks, set->rounds);
    printf("%-5s | %9.3f | %9.3f %9.4f %8.2f %% (%.2f to %.2f) | %7.2f %% | %9.2f\n",
           rs_dtype_name(b->data.dtype), rs_bench_median(elapsed[RUN_PASS], set->rounds),
           rs_bench_median(elapsed[RUN_LOOK], set->rounds),
           rs_bench_median(elapsed[RUN_DOUBT], set->rounds), share, checks[0],
           checks[set->rounds - 1], rs_bench_median(kept, set->rounds),
           rs_bench_median(elapsed[RUN_DIAGNOSIS], set->rounds));
    (void)fflush(stdout);
    return RS_OK;
}

/* ---- material ---- */

static rs_status first_predictions(bench *b, rs_error *error)
{
    rs_tally *tally = NULL;
    RS_TRY(RS_NEW(&b->answer, b->data.rows, "predictions", error));
    rs_row_results results = {.keep = 1, .prediction = b->answer};
    const rs_status status = rs_evaluator_score(b->evaluator, b->labels, b->file.source, NULL,
                                                &results, NULL, &tally, error);
    rs_tally_free(tally);
    return status;
}

static rs_status prepare(bench *b, rs_dtype dtype, const rs_bench_settings *set, rs_error *error)
{
    const rs_evaluator_options options = {.backend = RS_BACKEND_CPU, .threads = 1, .isa = b->isa};
    rs_bench_data *const data = &b->data;
    RS_TRY(rs_bench_data_make(data, dtype, set->rows, set->columns, error));
    RS_TRY(rs_labels_create(data->rows, data->columns, data->original, data->real_begin,
                            data->real_class, &b->labels, error));
    RS_TRY(rs_bench_file_write(&b->file, data, set->folder, error));
    RS_TRY(rs_evaluator_create(&options, &b->evaluator, error));
    RS_TRY(RS_NEW(&b->candidate, data->columns, "candidates", error));
    RS_TRY(RS_NEW(&b->rank, data->rows, "ranks", error));
    return first_predictions(b, error);
}

static rs_status bench_dtype(void *context, rs_dtype dtype, rs_error *error)
{
    const settings *const set = context;
    bench b = {.isa = set->isa};
    rs_status status = RS_OK;
    RS_TRY_DONE(prepare(&b, dtype, &set->all, error));
    RS_TRY_DONE(measure(&b, &set->all, error));
done:
    rs_metrics_clear(&b.metrics);
    rs_evaluator_free(b.evaluator);
    rs_labels_free(b.labels);
    free(b.candidate);
    free(b.answer);
    free(b.rank);
    rs_bench_data_free(&b.data);
    rs_bench_file_remove(&b.file);
    return status;
}

static bool read_setting(void *context, const char *name, const char *value)
{
    settings *const set = context;
    return strcmp(name, "--isa") == 0 && rs_bench_isa(value, &set->isa);
}

int main(int argc, char **argv)
{
    settings set = {.all = rs_bench_defaults, .isa = rs_isa_best()};
    set.all.folder = ".";
    if (!rs_bench_read(argc, argv, &set.all, read_setting, &set) || set.all.columns < 2) {
        fprintf(stderr,
                "usage: checks_bench [--rows N] [--columns C] [--rounds R] "
                "[--dtype f32,f16,bf16,f64] [--clock wall|cpu] [--folder DIR] [--isa NAME]\n");
        return 2;
    }
    printf("%" PRIu64 " x %" PRIu32 " in a warm file, one thread, %u rounds; ms: medians\n\n"
           "dtype |      pass |      look     doubt   both, of the pass          |  ranks kept | "
           "diagnosis\n",
           set.all.rows, set.all.columns, set.all.rounds);
    return rs_bench_each_dtype("checks_bench", &set.all, bench_dtype, &set);
}
