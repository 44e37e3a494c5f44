/* source.c - the public functions of a source: they check and clip, the vtable does the work. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/source_impl.h"

rs_status rs_check_shape(const char *file, uint64_t rows, uint64_t columns, rs_error *error)
{
    if (columns == 0 || columns > RS_MAX_COLUMNS) {
        return rs_fail(error, RS_RANGE, file, rs_nowhere(),
                       "rows are images and columns are classes; is the array transposed or empty?",
                       "%" PRIu64 " columns, from 1 to %u can be scored", columns, RS_MAX_COLUMNS);
    }
    if (rows == 0) {
        return rs_fail(error, RS_RANGE, file, rs_nowhere(), "save the model's outputs again",
                       "the array has no rows");
    }
    if (rows > RS_MAX_ROWS) {
        return rs_fail(error, RS_RANGE, file, rs_nowhere(), "score it in parts",
                       "%" PRIu64 " rows, at most %" PRIu64 " can be scored", rows, RS_MAX_ROWS);
    }
    return RS_OK;
}

rs_status rs_source_init(rs_source *source, const rs_source_vtable *vtable,
                         const rs_source_info *shape, rs_error *error)
{
    const uint64_t rows = shape->rows;
    *source = (rs_source){.vtable = vtable};
    RS_TRY(rs_check_shape(shape->path, rows == RS_ROWS_UNKNOWN ? 1 : rows, shape->columns, error));
    RS_TRY(rs_copy_text(&source->path, shape->path, error));
    source->info = (rs_source_info){
        .path = source->path,
        .format = shape->format,
        .dtype = shape->dtype,
        .file_dtype = source->file_dtype,
        .content = rs_dtype_is_float(shape->dtype) ? RS_CONTENT_LOGITS : RS_CONTENT_PREDICTIONS,
        .rows = rows,
        .columns = shape->columns,
        .row_bytes = shape->columns * rs_dtype_bytes(shape->dtype),
    };
    return RS_OK;
}

void rs_source_release(rs_source *source)
{
    free(source->path);
    source->path = NULL;
}

const rs_source_info *rs_source_get_info(const rs_source *source)
{
    return source != NULL ? &source->info : NULL;
}

const void *rs_source_view(const rs_source *source, uint64_t first_row, uint64_t *rows,
                           uint64_t *row_stride_bytes)
{
    if (source == NULL || rows == NULL || row_stride_bytes == NULL) {
        return NULL;
    }
    *rows = 0;
    *row_stride_bytes = 0;
    if (source->vtable->view == NULL || first_row >= source->info.rows) {
        return NULL;
    }
    return source->vtable->view(source, first_row, rows, row_stride_bytes);
}

rs_status rs_source_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                         uint64_t *rows_read, rs_error *error)
{
    RS_NEED(source, error);
    RS_NEED(out, error);
    RS_NEED(rows_read, error);
    *rows_read = 0;
    if (source->info.rows != RS_ROWS_UNKNOWN) {
        if (first_row >= source->info.rows) {
            return RS_OK;
        }
        if (rows > source->info.rows - first_row) {
            rows = source->info.rows - first_row;
        }
    }
    if (rows == 0) {
        return RS_OK;
    }
    return source->vtable->read(source, first_row, rows, out, rows_read, error);
}

void rs_source_close(rs_source *source)
{
    if (source != NULL) {
        source->vtable->close(source);
    }
}
