/* original_npy.c - labels are read as what formats/ takes an integer array for: ranked predictions, one
 * class a row.
 */
#include "labels/original_npy.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "labels/label_text.h"
#include "reassess/labels.h"
#include "reassess/logits.h"

static const char *const shape_advice =
    "save a one-dimensional integer array: numpy.save(file, labels.astype('int32'))";

bool rs_is_npy(const uint8_t *data, size_t size)
{
    return size >= 6 && memcmp(data, "\x93NUMPY", 6) == 0;
}

static rs_status check_info(const char *path, const rs_source_info *info, rs_error *error)
{
    if (info->content != RS_CONTENT_PREDICTIONS || info->dtype != RS_DTYPE_I32) {
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

static rs_status check_labels(const char *path, const int32_t *label, uint64_t rows, rs_error *error)
{
    for (uint64_t i = 0; i < rows; ++i) {
        if (label[i] < RS_CLASS_UNKNOWN || label[i] >= (int32_t)RS_CLASSES_MAX) {
            return rs_fail(error, RS_RANGE, path, rs_at_row(i),
                           "classes are counted from 0; -1 stands for an unknown label",
                           "class %" PRId32 " is outside -1 to %u", label[i], RS_CLASSES_MAX - 1);
        }
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
    return check_labels(path, label, rows, error);
}

rs_status rs_original_npy_read(const char *path, int32_t **label, uint64_t *rows, rs_error *error)
{
    *label = NULL;
    *rows = 0;
    rs_source *source = NULL;
    RS_TRY(rs_source_open(path, NULL, &source, error));
    const rs_source_info *const info = rs_source_get_info(source);
    void *memory = NULL;
    rs_status status = check_info(path, info, error);
    if (status == RS_OK) {
        status = rs_alloc(&memory, info->rows, sizeof **label, "labels", error);
    }
    if (status == RS_OK) {
        status = read_rows(path, source, memory, info->rows, error);
    }
    if (status == RS_OK) {
        *rows = info->rows;
        *label = memory;
    } else {
        free(memory);
    }
    rs_source_close(source);
    return status;
}
