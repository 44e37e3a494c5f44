/* cmd_labels.c - reassess labels: label files, and with raters' scores which images were rated. */
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/fetch_labels.h"
#include "cli/load_labels.h"
#include "cli/load_rated.h"
#include "cli/output.h"
#include "relabel/image_rows.h"
#include "relabel/scores.h"
#include "report/label_report.h"

static rs_status write_all(const rs_arguments *arguments, const rs_labels *labels,
                           const rs_label_stats *stats, rs_outputs *outputs, rs_error *error)
{
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_PER_CLASS, NULL), error, rs_label_report_csv,
                labels, stats);
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_JSON, NULL), error, rs_label_report_json,
                labels, stats);
    RS_WRITE_TO(outputs, RS_TABLE_PATH(arguments, RS_OPT_PER_CLASS, RS_OPT_JSON), error,
                rs_label_report_table, labels, stats);
    return RS_OK;
}

/* The rows of the images that scores are of. */
static rs_status mark_rated(const rs_scores *scores, const rs_image_rows *images, bool *rated,
                            rs_error *error)
{
    uint32_t *row = NULL;
    RS_TRY(rs_image_rows_map(images, &scores->pairs, scores->path, &row, error));
    for (uint32_t i = 0; i < scores->pairs.images.count; ++i) {
        rated[row[i]] = true;
    }
    free(row);
    return RS_OK;
}

/* *rated is NULL where no scores were given. */
static rs_status load_rated(const rs_arguments *arguments, const rs_labels *labels, bool **rated,
                            rs_error *error)
{
    const char *const path = rs_value(arguments, RS_OPT_RATER_SCORES, NULL);
    const char *const files = rs_value(arguments, RS_OPT_FILES, NULL);
    const uint64_t rows = rs_labels_get_view(labels)->rows;
    rs_scores scores = {.pairs = rs_pairs_make()};
    rs_image_rows images = {.rows = 0};
    *rated = NULL;
    if (path == NULL) {
        return rs_need_rated(arguments, error);
    }
    RS_TRY(rs_image_rows_read(files, rows, &images, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_scores_read(path, labels, &scores, error));
    RS_TRY_DONE(RS_NEW(rated, rows, "rated images", error));
    RS_TRY_DONE(mark_rated(&scores, &images, *rated, error));
done:
    rs_scores_clear(&scores);
    rs_image_rows_clear(&images);
    return status;
}

rs_status rs_command_labels(const rs_context *context, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    rs_label_stats_options options = {.oracle_cut = 0.9, .pairs = 10};
    rs_label_stats stats = {0};
    rs_labels *labels = NULL;
    rs_outputs outputs = rs_outputs_begin(context);
    bool *excluded = NULL;
    bool *rated = NULL;
    RS_REFUSE(arguments->positional.count > 0, error, "name label files with --real and --labels",
              "labels takes no arguments");
    if (rs_given(arguments, RS_OPT_FETCH)) {
        return rs_fetch_labels(arguments, error);
    }
    RS_TRY(rs_take_fraction(arguments, RS_OPT_ORACLE_CUT, &options.oracle_cut, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_load_labels(arguments, RS_LABELS_BOTH, &labels, error));
    RS_TRY_DONE(rs_load_excluded(arguments, labels, &excluded, error));
    RS_TRY_DONE(load_rated(arguments, labels, &rated, error));
    options.oracle_excluded = excluded;
    options.rated = rated;
    RS_TRY_DONE(rs_label_stats_compute(labels, &options, &stats, error));
    status = write_all(arguments, labels, &stats, &outputs, error);
    status = rs_outputs_end(&outputs, status, error);
done:
    rs_label_stats_clear(&stats);
    free(excluded);
    free(rated);
    rs_labels_free(labels);
    return status;
}
