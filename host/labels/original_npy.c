/* original_npy.c - labels are what formats/ takes an integer array for: ranked predictions, one
 * class a row, of which -1 says that there is none.
 */
#include "labels/original_npy.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/open.h"
#include "formats/ranked.h"
#include "reassess/logits.h"

static const char *const shape_advice =
    "save a one-dimensional array of integers, as int32";

bool rs_is_npy(const uint8_t *data, size_t size)
{
    return size >= 6 && memcmp(data, "\x93NUMPY", 6) == 0;
}

static rs_status check_info(const char *path, const rs_source_info *info, rs_error *error)
{
    if (rs_dtype_is_float(info->dtype)) {
        return rs_fail(error, RS_FORMAT, path, rs_nowhere(), shape_advice,
                       "labels must be integers, not %s", info->file_dtype);
    }
    if (info->columns != 1) {
        return rs_fail(error, RS_FORMAT, path, rs_nowhere(), shape_advice,
                       "labels must be one number an image, not %" PRIu64, info->columns);
    }
    if (info->rows == 0 || info->rows >= UINT32_MAX) {
        return rs_fail(error, RS_RANGE, path, rs_nowhere(), shape_advice,
                       "%" PRIu64 " labels cannot be", info->rows);
    }
    return RS_OK;
}

static rs_status read_rows(const char *path, rs_source *source, int32_t *label, uint64_t rows,
                           rs_error *error)
{
    uint64_t got = 0;
    RS_TRY(rs_source_read(source, 0, rows, label, &got, error));
    if (got != rows) {
        return rs_fail(error, RS_FORMAT, path, rs_at_row(got),
                       "the file is truncated or shrank while it was read; copy it again",
                       "the file ends after %" PRIu64 " of %" PRIu64 " labels", got, rows);
    }
    return RS_OK;
}

/* A source of int32 labels, each -1 or below RS_MAX_COLUMNS. */
static rs_status open_labels(const char *path, rs_source **source, rs_error *error)
{
    static const rs_source_options options = {0};
    rs_source *rows = NULL;
    *source = NULL;
    RS_TRY(rs_open_rows(path, &options, &rows, error));
    const rs_status status = check_info(path, rs_source_get_info(rows), error);
    if (status != RS_OK) {
        rs_source_close(rows);
        return status;
    }
    rows->may_miss = true;
    return rs_ranked_open(rows, NULL, 0, NULL, source, error);
}

rs_status rs_original_npy_read(const char *path, int32_t **label, uint64_t *rows, rs_error *error)
{
    *label = NULL;
    *rows = 0;
    rs_source *source = NULL;
    RS_TRY(open_labels(path, &source, error));
    const uint64_t count = rs_source_get_info(source)->rows;
    int32_t *made = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&made, count, "labels", error));
    RS_TRY_DONE(read_rows(path, source, made, count, error));
    *rows = count;
    *label = made;
    made = NULL;
done:
    free(made);
    rs_source_close(source);
    return status;
}
