/* cmd_report.c - reassess report: a folder of results as one HTML file. */
#include "base/error.h"
#include "base/file_write.h"
#include "cli/command.h"
#include "cli/report_gather.h"

static rs_status check_arguments(const rs_arguments *arguments, rs_error *error)
{
    if (arguments->positional.count != 1) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "see reassess help report",
                       "one folder of results is needed, %zu were given",
                       arguments->positional.count);
    }
    if (!rs_given(arguments, RS_OPT_OUT)) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "see reassess help report",
                       "-o FILE.html is needed");
    }
    return RS_OK;
}

static void warn_of_missing(const rs_report *report)
{
    size_t without = 0;
    for (size_t i = 0; i < report->count; ++i) {
        without += report->model[i].real_right == NULL;
    }
    if (without > 0) {
        rs_warn("%zu of %zu models have no predictions in the folder: confusions and neighbours "
                "(without a tally classes too) are about the others",
                without, report->count);
    }
    if (report->parts_left_out > 0) {
        rs_warn("%zu records of row ranges are left out; reassess merge --out joins them",
                report->parts_left_out);
    }
    if (report->failure_count > 0) {
        rs_warn("%zu models failed in their last run; the notes of the report say why",
                report->failure_count);
    }
}

rs_status rs_command_report(const rs_context *context, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    rs_report_source source = {0};
    rs_text page = {0};
    RS_TRY(check_arguments(arguments, error));
    rs_status status = rs_report_gather(context, arguments->positional.value[0], &source, error);
    if (status == RS_OK) {
        status = rs_report_html(&source.report, &page, error);
    }
    if (status == RS_OK) {
        warn_of_missing(&source.report);
        status = rs_file_write_whole(rs_value(arguments, RS_OPT_OUT, NULL), page.data, page.length,
                                     error);
    }
    rs_text_clear(&page);
    rs_report_source_clear(&source);
    return status;
}
