/* heads_run.c - heads on features, from their files to a record each. */
#include <inttypes.h>
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
    RS_TRY(RS_NEW(&lists->heads, count, "heads", error));
    RS_TRY(RS_NEW(&lists->results, count, "heads", error));
    return RS_NEW(&lists->tallies, count, "heads", error);
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

/* The pass itself knows the features' file alone, which is not the one to be mended. */
static rs_status check_classes(const rs_run_setup *setup, const rs_head_run *run, rs_error *error)
{
    const rs_class_map *const map = rs_reading_map(setup->reading);
    const uint32_t classes = rs_head_get(run->file)->classes;
    const uint32_t wanted =
        map != NULL ? map->columns : rs_labels_get_view(run->result.labels)->classes;
    if (classes == wanted) {
        return RS_OK;
    }
    return rs_fail(error, RS_MISMATCH, rs_head_weight_path(run->file), rs_nowhere(),
                   map != NULL ? "the class map needs a line for every row of the head's weight"
                               : "say with --class-map which class each row of its weight is, or "
                                 "with --classes how many classes the labels have",
                   "a head of %" PRIu32 " classes, but the %s %" PRIu32, classes,
                   map != NULL ? "class map is for" : "labels have", wanted);
}

static rs_status begin_head(const rs_run_setup *setup, const rs_source_info *features,
                            rs_head_run *run, rs_error *error)
{
    const rs_head *const head = rs_head_get(run->file);
    rs_run_result *const result = &run->result;
    rs_source_info logits = *features; /* which have no source of their own */
    logits.dtype = rs_head_logits_dtype(head, features->dtype);
    logits.columns = head->classes;
    RS_TRY(rs_run_begin(setup, run->model, &logits, result, error));
    RS_TRY(check_classes(setup, run, error));
    result->record.input.head = (rs_record_head){
        .weight = rs_head_weight_path(run->file),
        .bias = rs_head_bias_path(run->file),
        .dtype = head->dtype,
        .features = features->columns,
        .features_dtype = features->dtype,
    };
    return rs_run_make_results(setup, false, result, error);
}

/* The first result owns the features. */
static rs_status score(const rs_run_setup *setup, const rs_head_run *first, size_t count,
                       const head_lists *lists, rs_error *error)
{
    const rs_run_result *const result = &first->result;
    rs_progress *progress = NULL;
    RS_TRY(rs_progress_begin(STDERR_FILENO, setup->progress, first->model->paths[0],
                             result->rows.end - result->rows.begin, &progress, error));
    const rs_watch watch = rs_progress_watch(progress, setup->stop);
    const rs_status status =
        rs_evaluator_score_heads(setup->evaluator, result->labels, result->source, lists->heads,
                                 count, setup->has_row_range ? &setup->row_range : NULL,
                                 lists->results, &watch, lists->tallies, error);
    rs_progress_end(progress);
    return status;
}

static rs_status end_head(const rs_run_setup *setup, double score_ms, rs_head_run *run,
                          rs_error *error)
{
    rs_record *const record = &run->result.record;
    record->timing.score_ms = score_ms;
    RS_TRY(rs_run_end(setup, &run->result, error));
    if (rs_evaluator_products_are_plain(setup->evaluator)) {
        RS_TRY(rs_warnings_add(&record->warnings, RS_WARNING_PRODUCTS, error,
                               "OpenBLAS was not found: products are computed in plain C, which is "
                               "slow; install libopenblas"));
    }
    if (setup->hash_input) {
        RS_TRY(rs_input_hash(run->model->paths, 1, &record->input.hash, error));
        record->input.has_hash = true;
    }
    record->timing.total_ms = rs_clock_ms() - setup->start_ms;
    return RS_OK;
}

static rs_status run(const rs_run_setup *setup, rs_head_run *heads, size_t count, head_lists *lists,
                     rs_error *error)
{
    rs_source **const features = &heads[0].result.source;
    const double begin_ms = rs_clock_ms();
    RS_TRY(rs_model_open(heads[0].model, setup->reading, setup->stop, features, error));
    const double open_ms = rs_clock_ms() - begin_ms;
    for (size_t h = 0; h < count; ++h) {
        RS_TRY(begin_head(setup, rs_source_get_info(*features), &heads[h], error));
        heads[h].result.record.timing.open_ms = open_ms;
        lists->heads[h] = *rs_head_get(heads[h].file);
        lists->results[h] = &heads[h].result.results;
    }
    rs_run_result *const first = &heads[0].result;
    const double score_begin_ms = rs_clock_ms();
    RS_TRY(rs_run_sets_begin(setup, rs_source_get_info(*features), count, first, error));
    RS_TRY(score(setup, heads, count, lists, error));
    const double score_ms = (rs_clock_ms() - score_begin_ms) / (double)count;
    for (size_t h = 0; h < count; ++h) {
        heads[h].result.tally = lists->tallies[h];
        lists->tallies[h] = NULL;
        RS_TRY(rs_run_sets_take(setup, first, h, &heads[h].result, error));
        RS_TRY(end_head(setup, score_ms, &heads[h], error));
    }
    rs_further_free(first->further);
    first->further = NULL;
    return RS_OK;
}

rs_status rs_heads_run(const rs_run_setup *setup, rs_head_run *heads, size_t count, rs_error *error)
{
    head_lists lists = {.heads = NULL};
    rs_status status = RS_OK;
    RS_TRY_DONE(lists_make(count, &lists, error));
    RS_TRY_DONE(run(setup, heads, count, &lists, error));
done:
    lists_clear(&lists, count);
    return status;
}

rs_status rs_head_run_load(const rs_model *model, const volatile sig_atomic_t *stop,
                           rs_head_run *head, rs_error *error)
{
    *head = (rs_head_run){.model = model};
    return rs_head_load(model->weight_path, model->bias_path, stop, &head->file, error);
}

void rs_head_run_clear(rs_head_run *head)
{
    rs_run_result_clear(&head->result);
    rs_head_free(head->file);
    *head = (rs_head_run){0};
}
