/* cmd_labels.c - reassess labels */
#include <stdlib.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/load_labels.h"
#include "cli/output.h"
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

rs_status rs_command_labels(const rs_context *context, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    rs_label_stats_options options = {.oracle_cut = 0.9, .pairs = 10};
    rs_label_stats stats = {0};
    rs_labels *labels = NULL;
    rs_outputs outputs = {.count = 0};
    bool *excluded = NULL;
    if (arguments->positional.count > 0) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(),
                       "name label files with --real and --labels", "labels takes no arguments");
    }
    RS_TRY(rs_take_fraction(arguments, RS_OPT_ORACLE_CUT, &options.oracle_cut, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_load_labels(arguments, RS_LABELS_BOTH, &labels, error));
    RS_TRY_DONE(rs_load_excluded(arguments, labels, &excluded, error));
    options.oracle_excluded = excluded;
    RS_TRY_DONE(rs_label_stats_compute(labels, &options, &stats, error));
    status = write_all(arguments, labels, &stats, &outputs, error);
    status = rs_outputs_end(&outputs, status, error);
done:
    rs_label_stats_clear(&stats);
    free(excluded);
    rs_labels_free(labels);
    return status;
}
