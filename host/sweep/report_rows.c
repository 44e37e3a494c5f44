/* report_rows.c - the predictions of some models at a time; only sums are kept.
 *
 * Each model is read and scored by one thread, which adds its confusions to a sum of its own, as
 * counts are the same in any order. All else is added by one thread in the order of the page, so
 * the page does not depend on how many threads there are.
 */
#include "sweep/report_rows.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/progress.h"
#include "engine/thread_pool.h"
#include "sweep/model_run.h"
#include "sweep/result_models.h"
#include "sweep/sidecar_check.h"

enum { BATCH_MODELS = 16 };

/* A model that is read. */
typedef struct row_item {
    size_t index;
    const rs_reading *reading;
    rs_run_result result; /* of its predictions, where they are there */
    rs_tally *tally;      /* its file, where it is there */
    uint64_t *right;      /* a bit for every image that is right by ReaL */
    int32_t *said;        /* of every image, where it is asked for */
    rs_mistakes mistakes; /* where people were asked */
    rs_error error;
    rs_status status;
} row_item;

typedef struct row_batch {
    rs_report_source *source;
    rs_evaluator **evaluator;     /* [workers] */
    rs_confusion_sum *confusions; /* [workers] of the models that each took */
    unsigned workers;
    row_item *item; /* [BATCH_MODELS] */
    size_t count;
    atomic_size_t next;
} row_batch;

/* ---- one model ---- */

/* What each image was taken for. */
static rs_status keep_said(const rs_run_result *result, uint64_t images, int32_t **said,
                           rs_error *error)
{
    const uint32_t *order = result->order == NULL ? NULL : rs_order_get(result->order);
    RS_TRY(RS_NEW(said, images, "predictions", error));
    for (uint64_t row = 0; row < result->rows.end; ++row) {
        (*said)[order == NULL ? row : order[row]] =
            result->results.prediction[row * result->results.keep];
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
    rs_report_model *const model = &report->model[index];
    RS_TRY(RS_NEW(&model->class_correct, report->classes.count, "classes", error));
    for (size_t i = 0; i < report->classes.count; ++i) {
        const uint32_t class_index = report->classes.row[i].class_index;
        model->class_correct[i] = (uint32_t)metrics->per_class[class_index].oracle_correct;
    }
    return RS_OK;
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

/* ---- several models at a time ---- */

static rs_status run_model(const rs_report_source *source, rs_evaluator *evaluator,
                           rs_confusion_sum *confusions, row_item *item)
{
    const rs_model model = rs_result_model(source->result[item->index]);
    const rs_run_setup setup = {
        .reading = item->reading,
        .evaluated = source->report.stats->evaluated,
        .evaluator = evaluator,
        .metrics = source->metrics,
        .keep = 1,
        .per_row = true,
        .recorded = &source->report.model[item->index].record.warnings,
        .stop = source->stop,
    };
    rs_run_result *const result = &item->result;
    RS_TRY(rs_model_run(&setup, &model, result, &item->error));
    const rs_recorded_right right = rs_recorded_right_of(&source->report.model[item->index].record);
    RS_TRY(rs_recorded_right_check(&right, &result->metrics,
                                   source->result[item->index]->files.sidecar, &item->error));
    RS_TRY(mark_right(result, result->results.real_rank,
                      rs_labels_get_view(source->report.labels)->rows, &item->right, &item->error));
    if (source->report.gallery != NULL) {
        RS_TRY(keep_said(result, rs_labels_get_view(source->report.labels)->rows, &item->said,
                         &item->error));
    }
    RS_TRY(rs_confusion_sum_add(confusions, rs_labels_get_view(result->labels),
                                result->results.prediction, result->results.keep, &item->error));
    const rs_mistakes_input input = {
        .rows = result->rows.end,
        .prediction = result->results.prediction,
        .stride = result->results.keep,
        .order = result->order,
    };
    return source->people == NULL
               ? RS_OK
               : rs_mistakes_find(source->people, &input, &item->mistakes, &item->error);
}

static rs_status read_item(const row_batch *batch, unsigned worker, row_item *item)
{
    const rs_result_files *const files = &batch->source->result[item->index]->files;
    if (files->sidecar != NULL) {
        RS_TRY(
            run_model(batch->source, batch->evaluator[worker], &batch->confusions[worker], item));
    }
    return files->tally == NULL ? RS_OK
                                : rs_tally_load(files->tally, &item->tally, NULL, &item->error);
}

/* Relaxed: it orders nothing but who takes which, so that ThreadSanitizer sees what two models
 * share even where one happened to be read after the other. */
static size_t take_next(row_batch *batch)
{
    return atomic_fetch_add_explicit(&batch->next, 1, memory_order_relaxed);
}

static void work(void *context, unsigned worker)
{
    row_batch *const batch = context;
    for (size_t i = take_next(batch); i < batch->count; i = take_next(batch)) {
        row_item *const item = &batch->item[i];
        item->status = read_item(batch, worker, item);
    }
}

/* Calibration by confidence stands in tallies alone; classes do too, where there are no
 * predictions. */
static rs_status add_item(rs_report_source *source, row_item *item, rs_error *error)
{
    if (item->status != RS_OK) {
        if (error != NULL) {
            *error = item->error;
        }
        return item->status;
    }
    if (source->result[item->index]->files.sidecar != NULL) {
        RS_TRY(add_classes(source, item->index, &item->result.metrics, error));
        rs_report_model *const model = &source->report.model[item->index];
        model->real_right = item->right;
        item->right = NULL;
        model->said = item->said;
        item->said = NULL;
        model->by_original = item->mistakes.original;
        model->by_real = item->mistakes.real;
        model->preference = item->mistakes.preference;
    }
    return item->tally == NULL ? RS_OK : add_tally(source, item->index, item->tally, error);
}

static void clear_items(row_batch *batch)
{
    for (size_t i = 0; i < batch->count; ++i) {
        rs_run_result_clear(&batch->item[i].result);
        rs_tally_free(batch->item[i].tally);
        free(batch->item[i].right);
        free(batch->item[i].said);
        rs_mistakes_clear(&batch->item[i].mistakes);
        batch->item[i] = (row_item){0};
    }
    batch->count = 0;
}

/* The next models from `first` on; what is found of labels is shared, so it is found before. */
static rs_status begin_items(row_batch *batch, size_t first, rs_error *error)
{
    rs_report_source *const source = batch->source;
    batch->count = 0;
    atomic_store(&batch->next, 0);
    for (size_t i = first; i < source->report.count && batch->count < BATCH_MODELS; ++i) {
        const rs_reading_options options = {.order = source->report.model[i].record.input.order};
        row_item *const item = &batch->item[batch->count++];
        *item = (row_item){.index = i};
        if (source->result[i]->files.sidecar != NULL) {
            RS_TRY(rs_readings_find(&source->readings, &options, &item->reading, error));
        }
    }
    return RS_OK;
}

static rs_status run_batch(row_batch *batch, rs_thread_pool *pool, size_t first, rs_error *error)
{
    rs_status status = RS_OK;
    RS_TRY_DONE(begin_items(batch, first, error));
    const unsigned most = (unsigned)batch->count;
    rs_thread_pool_run(pool, batch->workers < most ? batch->workers : most, work, batch);
    for (size_t i = 0; i < batch->count; ++i) {
        RS_TRY_DONE(add_item(batch->source, &batch->item[i], error));
    }
done:
    clear_items(batch);
    return status;
}

static rs_status make_evaluators(row_batch *batch, unsigned threads, rs_error *error)
{
    const rs_evaluator_options options = {
        .backend = RS_BACKEND_CPU, .threads = 1, .topk_count = 1, .topk = {1}};
    const unsigned most = threads < BATCH_MODELS ? threads : BATCH_MODELS;
    RS_TRY(RS_NEW(&batch->evaluator, most, "evaluators", error));
    RS_TRY(RS_NEW(&batch->confusions, most, "confusions", error));
    for (; batch->workers < most; ++batch->workers) {
        RS_TRY(rs_evaluator_create(&options, &batch->evaluator[batch->workers], error));
    }
    return RS_OK;
}

rs_status rs_report_read_rows(rs_report_source *source, rs_error *error)
{
    row_batch batch = {.source = source};
    rs_thread_pool *pool = NULL;
    rs_progress *progress = NULL;
    rs_status status = RS_OK;
    RS_TRY(
        rs_progress_begin(STDERR_FILENO, true, "models", source->report.count, &progress, error));
    RS_TRY_DONE(rs_thread_pool_create(0, &pool, error));
    RS_TRY_DONE(make_evaluators(&batch, rs_thread_pool_threads(pool), error));
    RS_TRY_DONE(RS_NEW(&batch.item, BATCH_MODELS, "models that are read", error));
    for (size_t i = 0; i < source->report.count; i += BATCH_MODELS) {
        rs_progress_update(progress, i);
        RS_TRY_DONE(run_batch(&batch, pool, i, error));
    }
    for (unsigned w = 0; w < batch.workers; ++w) {
        RS_TRY_DONE(rs_confusion_sum_join(&source->report.confusions, &batch.confusions[w], error));
    }
    RS_TRY_DONE(rs_confusion_sum_end(&source->report.confusions, error));
    RS_TRY_DONE(rs_class_summary_end(&source->report.classes, error));
done:
    for (unsigned w = 0; w < batch.workers; ++w) {
        rs_evaluator_free(batch.evaluator[w]);
        rs_confusion_sum_clear(&batch.confusions[w]);
    }
    free(batch.confusions);
    free(batch.evaluator);
    free(batch.item);
    rs_thread_pool_free(pool);
    rs_progress_end(progress);
    return status;
}
