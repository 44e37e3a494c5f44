/* heads_run.c - heads on features, from their files to a record each. */
#include <stdlib.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/progress.h"
#include "evaluate/evaluator_impl.h"
#include "sweep/input_hash.h"
#include "sweep/model_run.h"

/* What the engine takes and gives, an entry for each head. */
typedef struct head_lists {
    rs_head *heads;
    rs_row_results **results;
    rs_tally **tallies;
} head_lists;

static rs_status lists_make(size_t count, head_lists *lists, rs_error *error)
{
    void *memory = NULL;
    RS_TRY(rs_alloc(&memory, count, sizeof(rs_head), "heads", error));
    lists->heads = memory;
    RS_TRY(rs_alloc(&memory, count, sizeof(rs_row_results *), "heads", error));
    lists->results = memory;
    RS_TRY(rs_alloc(&memory, count, sizeof(rs_tally *), "heads", error));
    lists->tallies = memory;
    return RS_OK;
}

static void lists_clear(head_lists *lists, size_t count)
{
    for (size_t h = 0; lists->tallies != NULL && h < count; ++h) {
        rs_tally_free(lists->tallies[h]);
    }
    free(lists->heads);
    free(lists->results);
    free(lists->tallies);
}

static rs_status begin_head(const rs_run_setup *setup, const rs_run_heads *heads, size_t h,
                            const rs_source_info *features, rs_run_result *result, rs_error *error)
{
    const rs_head *const head = rs_head_get(heads->heads[h]);
    const rs_run_model model = {
        .name = heads->names[h], .paths = &heads->features, .path_count = 1};
    rs_source_info logits = *features; /* which have no source of their own */
    logits.dtype = rs_head_logits_dtype(head, features->dtype);
    logits.columns = head->classes;
    RS_TRY(rs_run_begin(setup, &model, &logits, result, error));
    result->record.input.head = (rs_record_head){
        .weight = rs_head_weight_path(heads->heads[h]),
        .bias = rs_head_bias_path(heads->heads[h]),
        .dtype = head->dtype,
        .features = features->columns,
        .features_dtype = features->dtype,
    };
    return rs_run_make_results(setup, false, result, error);
}

static void report_rows(void *context, uint64_t rows)
{
    rs_progress_update(context, rows);
}

static rs_status score(const rs_run_setup *setup, const rs_run_heads *heads, rs_source *features,
                       const head_lists *lists, const rs_run_result *first, rs_error *error)
{
    rs_progress *progress = NULL;
    RS_TRY(rs_progress_begin(STDERR_FILENO, setup->progress, heads->features,
                             first->rows.end - first->rows.begin, &progress, error));
    const rs_watch watch = {report_rows, progress, setup->stop};
    const rs_status status =
        rs_evaluator_score_heads(setup->evaluator, first->labels, features, lists->heads,
                                 heads->count, setup->has_row_range ? &setup->row_range : NULL,
                                 lists->results, &watch, lists->tallies, error);
    rs_progress_end(progress);
    return status;
}

static rs_status end_head(const rs_run_setup *setup, const rs_run_heads *heads, double score_ms,
                          rs_run_result *result, rs_error *error)
{
    rs_record *const record = &result->record;
    record->timing.score_ms = score_ms;
    RS_TRY(rs_run_end(setup, result, error));
    if (rs_evaluator_products_are_plain(setup->evaluator)) {
        RS_TRY(rs_warnings_add(&record->warnings, RS_WARNING_PRODUCTS, error,
                               "OpenBLAS was not found: products are computed in plain C, which is "
                               "slow; install libopenblas"));
    }
    if (setup->hash_input) {
        RS_TRY(rs_input_hash(&heads->features, 1, &record->input.hash, error));
        record->input.has_hash = true;
    }
    record->timing.total_ms = rs_clock_ms() - setup->start_ms;
    return RS_OK;
}

/* The first result owns the features. */
static rs_status run(const rs_run_setup *setup, const rs_run_heads *heads, head_lists *lists,
                     rs_run_result *results, rs_error *error)
{
    rs_source_options options = setup->reading->options.source;
    const double begin_ms = rs_clock_ms();
    options.stop = setup->stop;
    RS_TRY(rs_source_open(heads->features, &options, &results[0].source, error));
    rs_source *const features = results[0].source;
    const double open_ms = rs_clock_ms() - begin_ms;
    for (size_t h = 0; h < heads->count; ++h) {
        RS_TRY(begin_head(setup, heads, h, rs_source_get_info(features), &results[h], error));
        results[h].record.timing.open_ms = open_ms;
        lists->heads[h] = *rs_head_get(heads->heads[h]);
        lists->results[h] = &results[h].results;
    }
    const double score_begin_ms = rs_clock_ms();
    RS_TRY(score(setup, heads, features, lists, &results[0], error));
    const double score_ms = (rs_clock_ms() - score_begin_ms) / (double)heads->count;
    for (size_t h = 0; h < heads->count; ++h) {
        results[h].tally = lists->tallies[h];
        lists->tallies[h] = NULL;
        RS_TRY(end_head(setup, heads, score_ms, &results[h], error));
    }
    return RS_OK;
}

rs_status rs_heads_run(const rs_run_setup *setup, const rs_run_heads *heads, rs_run_result *results,
                       rs_error *error)
{
    head_lists lists = {.heads = NULL};
    for (size_t h = 0; h < heads->count; ++h) {
        results[h] = (rs_run_result){0};
    }
    rs_status status = lists_make(heads->count, &lists, error);
    if (status == RS_OK) {
        status = run(setup, heads, &lists, results, error);
    }
    lists_clear(&lists, heads->count);
    return status;
}
