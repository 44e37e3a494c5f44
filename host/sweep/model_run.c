/* model_run.c - one model from its files to its record. */
#include "sweep/model_run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/progress.h"
#include "evaluate/doubt.h"
#include "formats/source_impl.h"
#include "sweep/input_hash.h"
#include "sweep/rank_doubt.h"
#include "sweep/repeat_doubt.h"
#include "sweep/row_doubt.h"

uint64_t rs_count_evaluated(const rs_labels *labels)
{
    const rs_label_view *view = rs_labels_get_view(labels);
    uint64_t evaluated = 0;
    for (uint64_t i = 0; i < view->rows; ++i) {
        evaluated += view->real_begin[i + 1] > view->real_begin[i];
    }
    return evaluated;
}

/* ---- one pass ---- */

enum { RANKS_MOST = 1 << 22 }; /* rows of which ranks are kept though nobody asked for them */

rs_status rs_run_score(const rs_run_setup *setup, const char *name, rs_run_result *result,
                       rs_row_results *results, rs_tally **tally, rs_error *error)
{
    rs_progress *progress = NULL;
    RS_TRY(rs_progress_begin(STDERR_FILENO, setup->progress, name,
                             result->rows.end - result->rows.begin, &progress, error));
    const rs_watch watch = rs_progress_watch(progress, setup->stop);
    const rs_status status = rs_evaluator_score(setup->evaluator, result->labels, result->source,
                                                setup->has_row_range ? &setup->row_range : NULL,
                                                results, &watch, tally, error);
    rs_progress_end(progress);
    return status;
}

/* Room for what was asked for each row. No more predictions are kept than a row holds: beyond them
 * nothing is known. First predictions are always kept beside raters' scores, and of a stream, which
 * cannot be read again, in case the result has to be explained. The pass writes every row of
 * them, so nothing is cleared. */
rs_status rs_run_make_results(const rs_run_setup *setup, bool again, rs_run_result *result,
                              rs_error *error)
{
    rs_row_results *rows = &result->results;
    const uint64_t count = result->rows.end - result->rows.begin;
    const uint64_t columns = result->record.input.classes;
    rows->keep = setup->keep < columns ? setup->keep : (uint32_t)columns;
    if (setup->keep == 0 && (!again || setup->rated != NULL)) {
        rows->keep = setup->rated != NULL ? 1 : rs_run_ranks_to_keep(result);
    }
    if (setup->keep == 0 && setup->rated != NULL && !setup->per_row) {
        rows->wrong_only = true; /* to search every row would nearly double the pass */
        RS_TRY(RS_NEW_ALIGNED(&rows->rank, count, "ranks", error));
    }
    if (setup->slices != NULL && !setup->per_row) {
        if (rows->rank == NULL) {
            RS_TRY(RS_NEW_ALIGNED(&rows->rank, count, "ranks", error));
        }
        RS_TRY(RS_NEW_ALIGNED(&rows->real_rank, count, "ranks", error));
    }
    if (setup->recorded == NULL && !setup->has_row_range && !setup->per_row &&
        rows->rank == NULL && count <= RANKS_MOST) {
        RS_TRY(RS_NEW_ALIGNED(&rows->rank, count, "ranks", error)); /* for rs_run_doubt_accuracy */
    }
    if (rows->keep > 0) {
        RS_TRY(RS_NEW_ALIGNED_ROWS(&rows->prediction, count, rows->keep, "predictions", error));
    }
    if (setup->keep > 0) {
        RS_TRY(RS_NEW_ALIGNED_ROWS(&rows->value, count, rows->keep, "prediction values", error));
    }
    if (setup->per_row) {
        RS_TRY(RS_NEW(&rows->rank, count, "ranks", error));
        RS_TRY(RS_NEW(&rows->real_rank, count, "ranks", error));
        RS_TRY(RS_NEW(&rows->flags, count, "row flags", error));
    }
    return RS_OK;
}

/* ---- doubts ---- */

/* A softmax of probabilities is nearly uniform: the average would say little of its member. */
static rs_status doubt_members(rs_run_result *result, rs_error *error)
{
    const rs_ensemble_info *const ensemble =
        result->source == NULL ? NULL : rs_source_get_ensemble(result->source);
    for (size_t m = 0; ensemble != NULL && m < ensemble->member_count; ++m) {
        const bool taken_for_logits = ensemble->taken != RS_VALUES_PROBS;
        if (ensemble->looks_different[m]) {
            RS_TRY(rs_warnings_add(&result->record.warnings, RS_WARNING_MEMBER, error,
                                   "%s: the rows look like %s, but were taken for %s: say --values "
                                   "%s",
                                   ensemble->member[m]->path,
                                   taken_for_logits ? "probabilities" : "logits",
                                   taken_for_logits ? "logits" : "probabilities",
                                   taken_for_logits ? "probs" : "logits"));
        }
    }
    return RS_OK;
}

static rs_status doubt_ranks(rs_record *record, rs_error *error)
{
    return rs_ranks_look_unsorted(record)
               ? rs_warnings_add(&record->warnings, RS_WARNING_COUNTS, error, RS_UNSORTED_TEXT)
               : RS_OK;
}

rs_status rs_doubt_counts(rs_record *record, rs_error *error)
{
    if (record->labels.synthetic) {
        RS_TRY(rs_warnings_add(&record->warnings, RS_WARNING_COUNTS, error,
                               "the labels are synthetic: the numbers say nothing about ImageNet"));
    }
    RS_TRY(doubt_ranks(record, error));
    if (record->nan_rows == 0) {
        return RS_OK;
    }
    return rs_warnings_add(&record->warnings, RS_WARNING_COUNTS, error,
                           "%" PRIu64 " of %" PRIu64
                           " rows are invalid (they hold a NaN) and count as wrong",
                           record->nan_rows, record->input.rows);
}

rs_bracket_rows rs_run_first_predictions(const rs_run_result *result)
{
    return (rs_bracket_rows){
        .begin = result->rows.begin,
        .end = result->rows.end,
        .prediction = result->results.prediction,
        .stride = result->results.keep,
        .image = result->order == NULL ? NULL : rs_order_get(result->order),
    };
}

/* Rows that were not searched because their label is first. */
static void complete_predictions(rs_run_result *result)
{
    const rs_row_results *const rows = &result->results;
    const int32_t *const original =
        rs_labels_get_view(result->labels)->original + result->rows.begin;
    const uint64_t count = result->rows.end - result->rows.begin;
    for (uint64_t i = 0; rows->wrong_only && i < count; ++i) {
        if (rows->rank[i] == 1) {
            rows->prediction[i * rows->keep] = original[i];
        }
    }
}

/* What raters were never asked about. */
static rs_status count_bracket(const rs_run_setup *setup, rs_run_result *result, rs_error *error)
{
    if (setup->rated == NULL) {
        return RS_OK;
    }
    const rs_bracket_rows rows = rs_run_first_predictions(result);
    return rs_bracket_count(setup->rated, &rows, &result->record.bracket, error);
}

static rs_status doubt_raters(const rs_run_setup *setup, rs_run_result *result, rs_error *error)
{
    const char *const doubt = setup->rated == NULL ? "" : rs_rated_doubt(setup->rated);
    return doubt[0] == '\0' ? RS_OK
                            : rs_warnings_add_text(&result->record.warnings, RS_WARNING_RATERS,
                                                   doubt, error);
}

static rs_status count_slices(const rs_run_setup *setup, rs_run_result *result, rs_error *error)
{
    if (setup->slices == NULL) {
        return RS_OK;
    }
    const rs_slice_rows rows = {
        .rows = result->rows,
        .labels = rs_labels_get_view(result->labels),
        .image = result->order == NULL ? NULL : rs_order_get(result->order),
        .rank = result->results.rank,
        .real_rank = result->results.real_rank,
    };
    RS_TRY(rs_slice_counts_make(setup->slices, rs_tally_get_shape(result->tally), &rows,
                                &result->slices, error));
    result->record.slices = result->slices;
    return RS_OK;
}

static rs_status doubt(const rs_run_setup *setup, rs_run_result *result, rs_error *error)
{
    rs_record *const record = &result->record;
    RS_TRY(setup->looks_only ? doubt_ranks(record, error) : rs_doubt_counts(record, error));
    RS_TRY(rs_run_doubt_rows(setup, result, error));
    RS_TRY(rs_doubt_repeats(result->source, result->order, rs_reading_map(setup->reading), record,
                            &result->doubtful, error));
    RS_TRY(doubt_members(result, error));
    RS_TRY(doubt_raters(setup, result, error));
    RS_TRY(rs_run_doubt_accuracy(setup, result, error));
    return result->near_chance
               ? RS_OK
               : rs_doubt_values(record, rs_evaluator_values(setup->evaluator), error);
}

/* Beside what a record warned of stand raters' scores that it may not have known. */
static rs_status take_doubts(const rs_run_setup *setup, rs_run_result *result, rs_error *error)
{
    for (size_t i = 0; i < setup->recorded->count; ++i) {
        const rs_warning *const item = &setup->recorded->item[i];
        RS_TRY(rs_warnings_add_text(&result->record.warnings, item->kind, item->text, error));
    }
    return doubt_raters(setup, result, error);
}

rs_status rs_run_end(const rs_run_setup *setup, rs_run_result *result, rs_error *error)
{
    complete_predictions(result);
    RS_TRY(rs_metrics_compute(result->tally, &setup->metrics, &result->metrics, error));
    RS_TRY(rs_record_take_metrics(&result->record, &result->metrics, error));
    RS_TRY(count_bracket(setup, result, error));
    RS_TRY(count_slices(setup, result, error));
    return setup->recorded == NULL ? doubt(setup, result, error)
                                   : take_doubts(setup, result, error);
}

/* ---- the whole ---- */

rs_status rs_run_begin(const rs_run_setup *setup, const rs_model *model,
                       const rs_source_info *input, rs_run_result *result, rs_error *error)
{
    rs_record *const record = &result->record;
    rs_record_begin(record, model->name);
    rs_record_take_source(record, input);
    rs_record_take_labels(record, setup->reading->labels, setup->evaluated);
    rs_record_take_engine(record, rs_evaluator_engine(setup->evaluator));
    record->input.order = rs_reading_order_text(setup->reading, input);
    record->input.has_row_range = setup->has_row_range;
    record->input.row_range = setup->row_range;
    record->timing.labels_ms = setup->labels_ms;
    result->labels = rs_reading_labels(setup->reading, input);
    result->images = setup->reading->labels;
    result->order = rs_reading_order(setup->reading, input);
    result->rows = (rs_row_range){0, rs_labels_get_view(result->labels)->rows};
    if (setup->has_row_range) {
        result->rows = setup->row_range;
    }
    return model->path_count > 1 && !setup->reading->options.ensemble
               ? rs_record_take_parts(record, model->paths, model->path_count, error)
               : RS_OK;
}

static rs_status average_precision(const rs_run_setup *setup, rs_run_result *result,
                                   rs_error *error)
{
    if (!setup->average_precision) {
        return RS_OK;
    }
    const rs_precision_rows rows = {
        .source = result->source,
        .labels = rs_labels_get_view(result->labels),
        .map = rs_reading_map(setup->reading),
        .rows = result->rows,
        .stop = setup->stop,
    };
    return rs_average_precision(&rows, &result->record.precision, error);
}

/* The pass that counts; others that look at the rows again count no pairs. */
static rs_status score_once(const rs_run_setup *setup, rs_run_result *result, rs_error *error)
{
    rs_confusions_ask(setup->evaluator, setup->pairs ? &result->pairs : NULL);
    const rs_status status =
        rs_run_score(setup, result->record.model, result, &result->results, &result->tally, error);
    rs_confusions_ask(setup->evaluator, NULL);
    return status;
}

rs_status rs_model_run(const rs_run_setup *setup, const rs_model *model, rs_run_result *result,
                       rs_error *error)
{
    const double begin_ms = rs_clock_ms();
    rs_record *const record = &result->record;
    *result = (rs_run_result){0};
    RS_TRY(rs_model_open(model, setup->reading, setup->stop, &result->source, error));
    const rs_source_info *const info = rs_source_get_info(result->source);
    RS_TRY(rs_run_begin(setup, model, info, result, error));
    RS_TRY(rs_record_take_ensemble(record, rs_source_get_ensemble(result->source), error));
    record->timing.open_ms = rs_clock_ms() - begin_ms;
    RS_TRY(rs_run_make_results(setup, info->random_access, result, error));
    const double score_ms = rs_clock_ms();
    RS_TRY(rs_run_sets_begin(setup, info, 1, result, error));
    RS_TRY(score_once(setup, result, error));
    RS_TRY(rs_run_sets_take(setup, result, 0, result, error));
    rs_further_free(result->further);
    result->further = NULL;
    record->timing.score_ms = rs_clock_ms() - score_ms;
    RS_TRY(rs_run_end(setup, result, error));
    RS_TRY(average_precision(setup, result, error));
    if (setup->hash_input) {
        RS_TRY(rs_input_hash(model->paths, model->path_count, &record->input.hash, error));
        record->input.has_hash = true;
    }
    record->timing.total_ms = rs_clock_ms() - setup->start_ms;
    return RS_OK;
}

void rs_run_result_clear(rs_run_result *result)
{
    rs_further_free(result->further);
    free(result->pairs.entry);
    for (size_t s = 0; s < result->set_tallies; ++s) {
        rs_tally_free(result->set_tally[s]);
    }
    free(result->set_tally);
    rs_record_clear(&result->record);
    rs_metrics_clear(&result->metrics);
    rs_tally_free(result->tally);
    rs_slice_counts_free(result->slices);
    free(result->results.prediction);
    free(result->results.value);
    free(result->results.rank);
    free(result->results.real_rank);
    free(result->results.flags);
    rs_source_close(result->source);
    *result = (rs_run_result){0};
}
