/* open.c - finds out by its first bytes what an input is, and opens it. */
#include "formats/open.h"

#include "base/error.h"
#include "formats/convert_advice.h"
#include "formats/dtype_names.h"
#include "formats/format_table.h"
#include "formats/input.h"
#include "formats/ranked.h"
#include "formats/raw.h"

enum { SNIFF_BYTES = 512 };

static rs_status open_input(rs_input *input, const rs_source_options *options, rs_source **source,
                            rs_error *error)
{
    RS_TRY(rs_input_peek(input, SNIFF_BYTES, error));
    if (options->raw_columns > 0 && input->head_bytes > 0) {
        return rs_raw_open(input, options, source, error);
    }
    const rs_read_format *const format = rs_read_format_of(input);
    return format != NULL ? format->open(input, options, source, error)
                          : rs_fail_unknown(input, error);
}

rs_status rs_open_rows(const char *path, const rs_source_options *options, rs_source **source,
                       rs_error *error)
{
    rs_input input;
    *source = NULL;
    RS_TRY(rs_input_open(path, &input, error));
    input.stop = options->stop;
    const rs_status status = open_input(&input, options, source, error);
    rs_input_close(&input);
    return status;
}

bool rs_is_rows_file(const char *path)
{
    rs_input input;
    bool known = false;
    if (rs_input_open(path, &input, NULL) != RS_OK) {
        return false;
    }
    if (input.regular && rs_input_peek(&input, SNIFF_BYTES, NULL) == RS_OK) {
        known = rs_read_format_of(&input) != NULL;
    }
    rs_input_close(&input);
    return known;
}

rs_status rs_open_ranked(rs_source *rows, const rs_source_options *options, rs_source **source,
                         rs_error *error)
{
    const char *const name = rs_shown_path(rows->path);
    rs_source *scores = NULL;
    rs_status status = RS_OK;
    *source = NULL;
    if (options->scores_path == NULL) {
        if (rows->info.content == RS_CONTENT_LOGITS) {
            *source = rows;
            return RS_OK;
        }
        return rs_ranked_open(rows, NULL, options->classes, options->class_map, source, error);
    }
    if (rows->info.content == RS_CONTENT_LOGITS) {
        RS_TRY_DONE(rs_fail(error, RS_USAGE, name, rs_nowhere(), "leave --pred-scores out",
                            "scores rank predictions, but these are floats of type %s",
                            rows->file_dtype));
    }
    if (rows->info.file_name_order) {
        RS_TRY_DONE(rs_fail(error, RS_USAGE, name, rs_nowhere(), "leave --pred-scores out",
                            "a CSV of predictions carries its own scores"));
    }
    const rs_source_options of_scores = {.io = options->io, .stop = options->stop};
    RS_TRY_DONE(rs_open_rows(options->scores_path, &of_scores, &scores, error));
    return rs_ranked_open(rows, scores, options->classes, options->class_map, source, error);
done:
    rs_source_close(rows);
    return status;
}

rs_status rs_source_options_check(const rs_source_options *options, rs_error *error)
{
    RS_TRY(rs_one_of(options->dtype, RS_DTYPE_LAST, "dtype", error));
    return rs_one_of(options->io, RS_IO_PREAD, "io", error);
}

rs_status rs_source_open(const char *path, const rs_source_options *options, rs_source **source,
                         rs_error *error)
{
    RS_NEED(source, error);
    *source = NULL;
    RS_NEED(path, error);
    static const rs_source_options defaults = {0};
    rs_source *rows = NULL;
    if (options == NULL) {
        options = &defaults;
    }
    RS_TRY(rs_source_options_check(options, error));
    const rs_status status = rs_open_rows(path, options, &rows, error);
    return rows == NULL ? status : rs_open_ranked(rows, options, source, error);
}
