/* report_gather.c - records, labels, and the predictions beside the records. */
#include "sweep/report_gather.h"

#include <stdlib.h>
#include <string.h>

#include "analyse/bits.h"
#include "base/checked.h"
#include "base/error.h"
#include "labels/wordnet.h"
#include "report/gallery_find.h"
#include "sweep/report_rows.h"
#include "sweep/result_store.h"

/* ---- labels ---- */

/* Synsets have names in WordNet, where that is installed; without it ids must do. */
static rs_status make_titles(rs_report_source *source, rs_error *error)
{
    rs_wordnet *wordnet = NULL;
    rs_error unused = {0};
    const bool wanted = rs_labels_name(source->report.labels, 0) == NULL &&
                        rs_labels_synset(source->report.labels, 0) != NULL;
    if (wanted && rs_wordnet_load(NULL, &wordnet, &unused) != RS_OK) {
        wordnet = NULL;
    }
    const rs_status status =
        rs_class_titles_make(source->report.labels, wordnet, &source->titles, error);
    rs_wordnet_free(wordnet);
    return status;
}

static rs_status describe_labels(rs_report_source *source, rs_error *error)
{
    const rs_metrics_options *const metrics = &source->metrics;
    const rs_label_stats_options options = {.oracle_rows = metrics->oracle_rows,
                                            .oracle_cut = metrics->oracle_cut,
                                            .oracle_excluded = metrics->oracle_excluded};
    RS_TRY(rs_label_stats_compute(source->report.labels, &options, &source->stats, error));
    source->report.stats = &source->stats;
    source->report.oracle_cut = metrics->oracle_cut;
    source->report.titles = &source->titles;
    return make_titles(source, error);
}

/* ---- records ---- */

static rs_status check_labels(const rs_report_source *source, const rs_result *result,
                              const rs_record *record, rs_error *error)
{
    const uint64_t images = rs_labels_get_view(source->report.labels)->rows;
    if (record->labels.hash != rs_labels_hash(source->report.labels)) {
        return rs_fail(error, RS_MISMATCH, result->files.record, rs_nowhere(),
                       "name the labels of the sweep with --real and --labels, or keep results of "
                       "other labels in a folder of their own",
                       "%.100s was scored against other labels than these", record->model);
    }
    if (record->input.rows < images) { /* more where some come again */
        return rs_fail(error, RS_MISMATCH, result->files.record, rs_nowhere(), NULL,
                       "%.100s has %llu rows, the labels %llu", record->model,
                       (unsigned long long)record->input.rows, (unsigned long long)images);
    }
    return RS_OK;
}

static rs_status read_record(rs_report_source *source, const rs_result *result, rs_error *error)
{
    rs_report_model *const model = &source->report.model[source->report.count];
    source->report.count += 1; /* what is read of it is cleared with the others, whatever comes */
    RS_TRY(rs_result_load_record(&result->files, &model->record, error));
    RS_TRY(check_labels(source, result, &model->record, error));
    model->imagenet = rs_record_metric(&model->record, "imagenet_top1");
    model->real = rs_record_metric(&model->record, "real_top1");
    return RS_OK;
}

/* Sorting moved the models away from their results: found again by name. */
static rs_status match_results(rs_report_source *source, rs_error *error)
{
    RS_TRY(RS_NEW(&source->result, source->report.count, "results", error));
    for (size_t i = 0; i < source->report.count; ++i) {
        size_t low = 0;
        size_t high = source->folder.count;
        while (low < high) { /* the folder is sorted by name, whole models before their parts */
            const size_t middle = low + (high - low) / 2;
            if (strcmp(source->folder.result[middle].model, source->report.model[i].record.model) <
                0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        source->result[i] = &source->folder.result[low];
    }
    return RS_OK;
}

static rs_status read_failures(rs_report_source *source, rs_error *error)
{
    const size_t count = source->folder.failed_count;
    RS_TRY(RS_NEW(&source->failures, count, "failures", error));
    for (size_t i = 0; i < count; ++i) {
        source->failures[i] =
            (rs_report_failure){source->folder.failed[i].model, source->folder.failed[i].reason};
    }
    source->report.failure = source->failures;
    source->report.failure_count = count;
    return RS_OK;
}

static rs_status read_records(const char *folder, rs_report_source *source, rs_error *error)
{
    RS_TRY(rs_result_folder_list(folder, &source->folder, error));
    RS_TRY(RS_NEW(&source->report.model, source->folder.count, "models", error));
    for (size_t i = 0; i < source->folder.count; ++i) {
        if (source->folder.result[i].has_row_range) {
            source->report.parts_left_out += 1;
        } else {
            RS_TRY(read_record(source, &source->folder.result[i], error));
        }
    }
    if (source->report.count == 0) {
        return rs_fail(error, RS_MISMATCH, folder, rs_nowhere(),
                       "reassess sweep --out DIR MODEL... writes them",
                       source->report.parts_left_out > 0
                           ? "all results in this folder are of row ranges"
                           : "there are no results in this folder");
    }
    rs_report_sort(source->report.model, source->report.count);
    RS_TRY(match_results(source, error));
    return read_failures(source, error);
}

/* ---- what follows from all records ---- */

static rs_status compute_trend(rs_report_source *source, rs_error *error)
{
    rs_report *const report = &source->report;
    const rs_trend_options options = {.replicates = RS_TREND_REPLICATES,
                                      .seed = RS_TREND_SEED,
                                      .labels_correct = source->stats.own_correct,
                                      .labels_total = source->stats.own_total,
                                      .imagenet_rows = source->stats.known,
                                      .real_rows = source->stats.evaluated};
    rs_trend_point *points = NULL;
    RS_TRY(RS_NEW(&points, report->count, "models", error));
    size_t count = 0;
    for (size_t i = 0; i < report->count; ++i) {
        const rs_report_model *model = &report->model[i];
        if (model->imagenet != NULL && model->real != NULL) {
            points[count++] = (rs_trend_point){.name = model->record.model,
                                               .imagenet = model->imagenet->value,
                                               .real = model->real->value,
                                               .covariance = rs_record_covariance(&model->record)};
        }
    }
    const rs_status status = rs_trend_compute(points, count, &options, &report->trend, error);
    free(points);
    return status;
}

/* Of more models than this every pair would take longer than all else. */
enum { MOST_RANKED = 1000 };

static rs_status find_ranks(rs_report *report, rs_error *error)
{
    const uint64_t **right = NULL;
    rs_rank_range *range = NULL;
    rs_status status = RS_OK;
    if (report->count > MOST_RANKED) {
        return RS_OK;
    }
    RS_TRY_DONE(RS_NEW(&right, report->count, "models", error));
    RS_TRY_DONE(RS_NEW(&range, report->count, "ranks", error));
    for (size_t i = 0; i < report->count; ++i) {
        right[i] = report->model[i].real_right;
    }
    RS_TRY_DONE(rs_rank_ranges((const uint64_t *const *)right, report->count,
                               rs_bit_words(rs_labels_get_view(report->labels)->rows), range,
                               error));
    for (size_t i = 0; i < report->count; ++i) {
        report->model[i].rank = range[i];
    }
done:
    free(right);
    free(range);
    return status;
}

rs_status rs_report_gather(const rs_report_options *options, const char *folder,
                           rs_report_source *source, rs_error *error)
{
    *source = (rs_report_source){
        .report = {.labels = options->labels, .gallery = options->gallery},
        .metrics = options->metrics,
        .people = options->people,
        .readings = {.labels = options->labels},
        .stop = options->stop,
    };
    RS_TRY(describe_labels(source, error));
    RS_TRY(read_records(folder, source, error));
    RS_TRY(compute_trend(source, error));
    RS_TRY(rs_report_read_rows(source, error));
    if (options->gallery != NULL) {
        RS_TRY(rs_gallery_find(&source->report, options->gallery, error));
    }
    return find_ranks(&source->report, error);
}
