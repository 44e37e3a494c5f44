/* report_rows.c - one model's predictions after the other; only sums are kept. */
#include "sweep/report_rows.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "sweep/model_run.h"
#include "sweep/result_models.h"

/* ---- one model ---- */

static rs_status check_counts(const rs_report_model *model, const rs_run_result *result,
                              const char *sidecar, rs_error *error)
{
    static const char *const names[] = {"imagenet_top1", "real_top1"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i) {
        const rs_metric *written = rs_record_metric(&model->record, names[i]);
        const rs_metric *counted = rs_metrics_find(&result->metrics, names[i]);
        if (written != NULL && counted != NULL && written->correct != counted->correct) {
            return rs_fail(error, RS_MISMATCH, sidecar, rs_nowhere(),
                           "run the sweep again to write both anew",
                           "these predictions are not those of the record beside them: %s has "
                           "%llu right, not %llu",
                           names[i], (unsigned long long)counted->correct,
                           (unsigned long long)written->correct);
        }
    }
    return RS_OK;
}

/* A bit for every image, in the order of the labels, whatever that of the rows. */
static rs_status mark_right(const rs_run_result *result, const uint32_t *rank, uint64_t images,
                            uint64_t **right, rs_error *error)
{
    const uint32_t *order = result->order == NULL ? NULL : rs_order_get(result->order);
    RS_TRY(RS_NEW(right, (images + 63) / 64, "right images", error));
    for (uint64_t row = 0; row < result->rows.end; ++row) {
        const uint64_t image = order == NULL ? row : order[row];
        const uint64_t bit = rank[row] == 1 ? 1 : 0;
        (*right)[image / 64] |= bit << (image % 64);
    }
    return RS_OK;
}

static rs_status add_confusions(rs_report_source *source, const rs_run_result *result,
                                rs_error *error)
{
    rs_confusions confusions = {0};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_confusions_count(NULL, rs_labels_get_view(result->labels), result->rows,
                                    result->results.prediction, result->results.keep, &confusions,
                                    error));
    RS_TRY_DONE(rs_confusion_sum_add(&source->report.confusions, &confusions, error));
done:
    rs_confusions_clear(&confusions);
    return status;
}

/* The record keeps the oracle of this report's options, not of those it was made with. */
static rs_status add_classes(rs_report_source *source, size_t index, const rs_metrics *metrics,
                             rs_error *error)
{
    rs_report *const report = &source->report;
    report->model[index].record.oracle = metrics->oracle;
    if (report->classes.row == NULL) {
        RS_TRY(rs_class_summary_begin(metrics->per_class, rs_labels_get_view(source->report.labels),
                                      index, &report->classes, error));
    }
    rs_class_summary_add(&report->classes, index, metrics->per_class);
    return RS_OK;
}

static rs_status add_result(rs_report_source *source, size_t index, const rs_run_result *result,
                            rs_error *error)
{
    rs_report *const report = &source->report;
    rs_report_model *const model = &report->model[index];
    const rs_label_view *view = rs_labels_get_view(source->report.labels);
    RS_TRY(check_counts(model, result, source->result[index]->files.sidecar, error));
    RS_TRY(mark_right(result, result->results.real_rank, view->rows, &model->real_right, error));
    RS_TRY(add_confusions(source, result, error));
    return add_classes(source, index, &result->metrics, error);
}

static rs_status run_model(rs_report_source *source, size_t index, rs_error *error)
{
    const rs_model model = rs_result_model(source->result[index]);
    const rs_reading_options options = {.order = source->report.model[index].record.input.order};
    rs_run_setup setup = {
        .evaluated = source->report.stats->evaluated,
        .evaluator = source->evaluator,
        .metrics = source->metrics,
        .keep = 1,
        .per_row = true,
        .recorded = &source->report.model[index].record.warnings,
        .stop = source->stop,
    };
    RS_TRY(rs_readings_find(&source->readings, &options, &setup.reading, error));
    rs_run_result result;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_model_run(&setup, &model, &result, error));
    RS_TRY_DONE(add_result(source, index, &result, error));
done:
    rs_run_result_clear(&result);
    return status;
}

/* ---- tallies ---- */

static rs_status check_tally(const rs_report_source *source, size_t index, const rs_tally *tally,
                             rs_error *error)
{
    const char *const path = source->result[index]->files.tally;
    if (rs_tally_get_shape(tally)->labels_hash != rs_labels_hash(source->report.labels) ||
        rs_tally_rows(tally) != source->report.model[index].record.input.rows) {
        return rs_fail(error, RS_MISMATCH, path, rs_nowhere(),
                       "run the sweep again to write both anew",
                       "this tally is of other labels or rows than the record beside it");
    }
    return RS_OK;
}

static rs_status add_tally(rs_report_source *source, size_t index, const rs_tally *tally,
                           rs_error *error)
{
    rs_report_model *const model = &source->report.model[index];
    rs_metrics metrics = {0};
    RS_TRY(check_tally(source, index, tally, error));
    model->has_bins = rs_reliability_compute(tally, model->bin);
    if (source->result[index]->files.sidecar != NULL) {
        return RS_OK; /* classes came from there */
    }
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_metrics_compute(tally, &source->metrics, &metrics, error));
    RS_TRY_DONE(add_classes(source, index, &metrics, error));
done:
    rs_metrics_clear(&metrics);
    return status;
}

/* Calibration by confidence stands in tallies alone; classes do too, where there are no
 * predictions. */
static rs_status read_tally(rs_report_source *source, size_t index, rs_error *error)
{
    rs_tally *tally = NULL;
    RS_TRY(rs_tally_load(source->result[index]->files.tally, &tally, NULL, error));
    const rs_status status = add_tally(source, index, tally, error);
    rs_tally_free(tally);
    return status;
}

rs_status rs_report_read_rows(rs_report_source *source, rs_error *error)
{
    const rs_evaluator_options options = {.backend = RS_BACKEND_CPU, .topk_count = 1, .topk = {1}};
    RS_TRY(rs_evaluator_create(&options, &source->evaluator, error));
    for (size_t i = 0; i < source->report.count; ++i) {
        if (source->result[i]->files.sidecar != NULL) {
            RS_TRY(run_model(source, i, error));
        }
        if (source->result[i]->files.tally != NULL) {
            RS_TRY(read_tally(source, i, error));
        }
    }
    rs_confusion_sum_sort(&source->report.confusions);
    return rs_class_summary_end(&source->report.classes, error);
}
