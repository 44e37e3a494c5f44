/* open.c - finds out by its first bytes what an input is, and opens it. */
#include "formats/open.h"

#include <string.h>

#include "base/error.h"
#include "formats/input.h"
#include "formats/npy.h"
#include "formats/ranked.h"

enum { SNIFF_BYTES = 512 };

static rs_status open_input(rs_input *input, const rs_source_options *options, rs_source **source,
                            rs_error *error)
{
    RS_TRY(rs_input_peek(input, SNIFF_BYTES, error));
    if (rs_npy_is_magic(input->head, input->head_bytes)) {
        return rs_npy_open(input, options, source, error);
    }
    return rs_fail(error, RS_UNSUPPORTED, input->path, rs_at_byte(0), NULL, "unknown format");
}

rs_status rs_open_rows(const char *path, const rs_source_options *options, rs_source **source,
                       rs_error *error)
{
    rs_input input;
    *source = NULL;
    RS_TRY(rs_input_open(path, &input, error));
    const rs_status status = open_input(&input, options, source, error);
    rs_input_close(&input);
    return status;
}

rs_status rs_open_ranked(rs_source *rows, const rs_source_options *options, rs_source **source,
                         rs_error *error)
{
    *source = NULL;
    if (rows->info.content == RS_CONTENT_LOGITS) {
        if (options->scores_path == NULL) {
            *source = rows;
            return RS_OK;
        }
        const rs_status status =
            rs_fail(error, RS_USAGE, rows->path, rs_nowhere(), "leave --pred-scores out",
                    "scores rank predictions, but these are floats of type %s", rows->file_dtype);
        rs_source_close(rows);
        return status;
    }
    rs_source *scores = NULL;
    if (options->scores_path != NULL) {
        const rs_source_options score_options = {.io = options->io};
        const rs_status status = rs_open_rows(options->scores_path, &score_options, &scores, error);
        if (status != RS_OK) {
            rs_source_close(rows);
            return status;
        }
    }
    return rs_ranked_open(rows, scores, source, error);
}

rs_status rs_source_open(const char *path, const rs_source_options *options, rs_source **source,
                         rs_error *error)
{
    static const rs_source_options defaults = {0};
    rs_source *rows = NULL;
    *source = NULL;
    if (options == NULL) {
        options = &defaults;
    }
    RS_TRY(rs_open_rows(path, options, &rows, error));
    return rs_open_ranked(rows, options, source, error);
}
