/* cmd_labels.c - reassess labels */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file_write.h"
#include "cli/command.h"
#include "cli/load_labels.h"
#include "report/label_report.h"

typedef void (*render_function)(const rs_labels *, const rs_label_stats *, rs_text *);

/* `path` NULL: to standard output. */
static rs_status write_out(const char *path, render_function render, const rs_labels *labels,
                           const rs_label_stats *stats, rs_error *error)
{
    rs_text text = {0};
    render(labels, stats, &text);
    return path == NULL ? rs_print(&text, error) : rs_file_write_text(path, &text, error);
}

static rs_status write_all(const rs_arguments *arguments, const rs_labels *labels,
                           const rs_label_stats *stats, rs_error *error)
{
    const char *json = rs_value(arguments, RS_OPT_JSON, NULL);
    const char *csv = rs_value(arguments, RS_OPT_PER_CLASS, NULL);
    if (csv != NULL) {
        RS_TRY(write_out(csv, rs_label_report_csv, labels, stats, error));
    }
    if (json != NULL) {
        RS_TRY(write_out(json, rs_label_report_json, labels, stats, error));
    }
    if (rs_given(arguments, RS_OPT_QUIET) || (json != NULL && strcmp(json, "-") == 0)) {
        return RS_OK;
    }
    return write_out(NULL, rs_label_report_table, labels, stats, error);
}

rs_status rs_command_labels(const rs_context *context, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    rs_label_stats_options options = {.oracle_cut = 0.9, .pairs = 10};
    rs_label_stats stats = {0};
    rs_labels *labels = NULL;
    bool *excluded = NULL;
    if (arguments->positional.count > 0) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(),
                       "name label files with --real and --labels", "labels takes no arguments");
    }
    RS_TRY(rs_take_fraction(arguments, RS_OPT_ORACLE_CUT, &options.oracle_cut, error));
    rs_status status = rs_load_labels(arguments, RS_LABELS_BOTH, &labels, error);
    if (status == RS_OK) {
        status = rs_load_excluded(arguments, labels, &excluded, error);
    }
    if (status == RS_OK) {
        options.oracle_excluded = excluded;
        status = rs_label_stats_compute(labels, &options, &stats, error);
    }
    if (status == RS_OK) {
        status = write_all(arguments, labels, &stats, error);
    }
    rs_label_stats_clear(&stats);
    free(excluded);
    rs_labels_free(labels);
    return status;
}
