/* cmd_merge.c - reassess merge: what sweeps wrote, as one file and a leaderboard. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/output.h"
#include "report/leaderboard.h"
#include "report/record_line.h"
#include "report/slice_report.h"
#include "sweep/merge.h"

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text);
    const size_t end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static rs_status check_output(const char *path, rs_error *error)
{
    static const char *const known[] = {".csv", ".jsonl", ".md", ".tex"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; ++i) {
        if (path == NULL || ends_with(path, known[i])) {
            return RS_OK;
        }
    }
    return rs_fail(error, RS_USAGE, path, rs_nowhere(),
                   "name it FILE.csv, FILE.jsonl, FILE.md or FILE.tex",
                   "the name does not say which form the results are to have");
}

/* Joined results among their own parts would be two results of one model. */
static rs_status prepare_out(const char *out, const rs_argument_list *folders, bool *made,
                             rs_error *error)
{
    struct stat there;
    if (out == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_prepare_folder(out, made, error));
    if (stat(out, &there) != 0) {
        return rs_fail_errno(error, out, "look at", errno);
    }
    for (size_t i = 0; i < folders->count; ++i) {
        struct stat folder;
        if (stat(folders->value[i], &folder) == 0 && folder.st_dev == there.st_dev &&
            folder.st_ino == there.st_ino) {
            return rs_fail(error, RS_USAGE, out, rs_nowhere(), "name a folder of their own",
                           "--out is one of the folders to be merged");
        }
    }
    return RS_OK;
}

static rs_status write_output(const char *path, const rs_merged *merged,
                              const rs_record *const *records, rs_outputs *outputs,
                              rs_error *error)
{
    rs_text text = {0};
    if (path == NULL) {
        return RS_OK;
    }
    if (ends_with(path, ".csv")) {
        rs_merged_csv(records, merged->count, &text);
    }
    for (size_t i = 0; !ends_with(path, ".csv") && i < merged->count; ++i) {
        rs_record_line(&merged->model[i].line, &text);
    }
    return rs_outputs_add(outputs, path, &text, error);
}

/* A line for each model, group and accuracy. */
static rs_status write_slices(const char *path, const rs_merged *merged, rs_outputs *outputs,
                              rs_error *error)
{
    rs_text text = {0};
    size_t models = 0;
    if (path == NULL) {
        return RS_OK;
    }
    rs_slice_heading(&text);
    for (size_t i = 0; i < merged->count; ++i) {
        const rs_record *const record = &merged->model[i].record;
        if (record->slices != NULL) {
            rs_slice_lines(record->model, record->slices, &text);
            ++models;
        }
    }
    if (models == 0) {
        rs_text_clear(&text);
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "sweep them with --slice",
                       "--per-slice writes what a sweep counted, but no record has slices");
    }
    return rs_outputs_add(outputs, path, &text, error);
}

/* The leaderboard: on standard output, and where -o names a file of tables, there. */
static rs_status write_tables(const rs_arguments *arguments, const rs_record **records,
                              size_t count, rs_outputs *outputs, rs_error *error)
{
    const char *const path = rs_value(arguments, RS_OPT_OUT, NULL);
    const bool to_file = path != NULL && rs_rows_path(arguments) == NULL;
    rs_text text = {0};
    rs_text copy = {0};
    rs_status status = rs_leaderboard(records, count, rs_value(arguments, RS_OPT_SORT, NULL), &text,
                                      error);
    rs_text_append(&copy, text.data, text.length);
    if (status == RS_OK && to_file) {
        status = rs_outputs_add_tables(outputs, path, &copy, error);
    }
    if (status == RS_OK && !rs_given(arguments, RS_OPT_QUIET)) {
        status = rs_outputs_show(outputs, &text, error);
    }
    rs_text_clear(&copy);
    rs_text_clear(&text);
    return status;
}

static void warn_failures(const rs_merged *merged)
{
    const char *at = merged->failures.length == 0 ? "" : merged->failures.data;
    while (*at != '\0') {
        const char *end = strchrnul(at, '\n');
        rs_warn("failed: %.*s", (int)(end - at), at);
        at = *end == '\0' ? end : end + 1;
    }
}

/* What the records themselves doubt: who reads the table has not seen them. */
static rs_status warn_of_doubts(const rs_merged *merged, rs_error *error)
{
    rs_warned warned = {0};
    rs_status status = RS_OK;
    for (size_t i = 0; i < merged->count && status == RS_OK; ++i) {
        status = rs_warned_add(&warned, &merged->model[i].record, error);
    }
    rs_warn_of_records(&warned);
    rs_warned_clear(&warned);
    return status;
}

static rs_status report(const rs_arguments *arguments, const rs_merged *merged, rs_outputs *outputs,
                        rs_error *error)
{
    const rs_record **records = NULL;
    RS_TRY(RS_NEW(&records, merged->count, "records", error));
    for (size_t i = 0; i < merged->count; ++i) {
        records[i] = &merged->model[i].record;
    }
    rs_status status = RS_OK;
    RS_TRY_DONE(write_output(rs_rows_path(arguments), merged, records, outputs, error));
    RS_TRY_DONE(write_slices(rs_value(arguments, RS_OPT_PER_SLICE, NULL), merged, outputs, error));
    RS_TRY_DONE(write_tables(arguments, records, merged->count, outputs, error));
done:
    free(records);
    return status;
}

/* After everything else: what is there is worth having. */
static rs_status check_count(const rs_arguments *arguments, size_t count, rs_error *error)
{
    uint64_t expected = 0;
    RS_TRY(rs_take_u64(arguments, RS_OPT_EXPECT, 1, UINT64_C(1) << 32, &expected, error));
    if (count >= expected) {
        return RS_OK;
    }
    return rs_fail(error, RS_STRICT, arguments->positional.value[0], rs_nowhere(),
                   "run the sweep again: it does what is missing",
                   "--expect: %zu model%s there, not %" PRIu64, count,
                   count == 1 ? " is" : "s are", expected);
}

rs_status rs_command_merge(const rs_context *context, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    const rs_argument_list *folders = &arguments->positional;
    rs_merged merged;
    RS_REFUSE(folders->count == 0, error, "see reassess help merge",
              "name the folders that sweeps wrote");
    const char *const out = rs_value(arguments, RS_OPT_OUT_DIR, NULL);
    RS_TRY(check_output(rs_value(arguments, RS_OPT_OUT, NULL), error));
    bool made = false;
    RS_TRY(prepare_out(out, folders, &made, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_merge_folders((const char *const *)folders->value, folders->count,
                                 rs_given(arguments, RS_OPT_MIXED), &merged, error));
    if (merged.count == 0) {
        status = rs_fail(error, RS_FORMAT, folders->value[0], rs_nowhere(),
                         "reassess sweep --out writes such a folder", "no results are in it");
        goto done;
    }
    warn_failures(&merged);
    RS_TRY_DONE(warn_of_doubts(&merged, error));
    rs_outputs outputs = rs_outputs_begin(context);
    status = report(arguments, &merged, &outputs, error);
    if (status == RS_OK && out != NULL) { /* model by model, each whole; the list of them waits */
        status = rs_merged_store(&merged, out, outputs.stop, error);
    }
    RS_TRY_DONE(rs_outputs_end(&outputs, status, error));
    status = check_count(arguments, merged.count, error);
done:
    rs_drop_folder(out, made, status);
    rs_merged_clear(&merged);
    return status;
}
