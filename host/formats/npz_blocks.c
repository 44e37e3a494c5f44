/* npz_blocks.c - the members are opened one after the other, each when its first row is asked for:
 * a set that was saved batch by batch has hundreds.
 */
#include "formats/npz_blocks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/byte_stream.h"

typedef struct block_rows {
    rs_source base;
    rs_zip *zip;
    uint64_t *member; /* [count] its number in the archive */
    rs_array *array;  /* [count] */
    uint64_t *begin;  /* [count + 1] the row with which it begins */
    size_t count;
    size_t current;  /* the member that is being read, ... */
    rs_source *open; /* ... once it was begun */
} block_rows;

static rs_status open_current(block_rows *rows_of, rs_error *error)
{
    char *label = NULL;
    rs_byte_stream *stream = NULL;
    rs_status status = RS_OK;
    const uint64_t member = rows_of->member[rows_of->current];
    if (rows_of->open != NULL) {
        return RS_OK;
    }
    RS_TRY_DONE(rs_zip_label(rows_of->zip, member, &label, error));
    RS_TRY_DONE(rs_zip_member_open(rows_of->zip, member, &stream, error));
    status = rs_stream_rows_open(stream, rows_of->base.path, label, rows_of->base.info.format,
                                 &rows_of->array[rows_of->current], &rows_of->open, error);
done:
    free(label);
    return status;
}

static void leave_current(block_rows *rows_of)
{
    rs_source_close(rows_of->open);
    rows_of->open = NULL;
    ++rows_of->current;
}

static rs_status blocks_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                             uint64_t *rows_read, rs_error *error)
{
    block_rows *const rows_of = (block_rows *)source;
    *rows_read = 0;
    if (first_row < rows_of->begin[rows_of->current]) {
        return rs_fail(error, RS_USAGE, source->path, rs_at_row(first_row),
                       "write it to a file first",
                       "a stream cannot be read again from row %" PRIu64, first_row);
    }
    while (*rows_read < rows && rows_of->current < rows_of->count) {
        const uint64_t row = first_row + *rows_read;
        const uint64_t end = rows_of->begin[rows_of->current + 1];
        const uint64_t left = row < end ? end - row : 0;
        const uint64_t wanted = rows - *rows_read < left ? rows - *rows_read : left;
        uint64_t got = 0;
        if (wanted > 0) {
            RS_TRY(open_current(rows_of, error));
            RS_TRY(rs_source_read(rows_of->open, row - rows_of->begin[rows_of->current], wanted,
                                  (uint8_t *)out + *rows_read * source->info.row_bytes, &got,
                                  error));
            *rows_read += got;
        }
        if (row + got >= end) {
            leave_current(rows_of);
        }
    }
    return RS_OK;
}

static void blocks_close(rs_source *source)
{
    block_rows *const rows_of = (block_rows *)source;
    rs_source_close(rows_of->open);
    rs_zip_close(rows_of->zip);
    free(rows_of->member);
    free(rows_of->array);
    free(rows_of->begin);
    rs_source_release(source);
    free(source);
}

static const rs_source_vtable blocks_vtable = {NULL, blocks_read, blocks_close};

static rs_status fill(block_rows *rows_of, const char *path, const rs_listed_array *list,
                      const rs_blocks *blocks, rs_error *error)
{
    uint64_t bytes = 0;
    RS_TRY(RS_NEW(&rows_of->member, blocks->count, "a list of members", error));
    RS_TRY(RS_NEW(&rows_of->array, blocks->count, "a list of members", error));
    RS_TRY(RS_NEW(&rows_of->begin, blocks->count + 1, "a list of members", error));
    rows_of->count = blocks->count;
    for (size_t i = 0; i < blocks->count; ++i) {
        const rs_array *const array = &list[blocks->index[i]].array;
        rows_of->member[i] = blocks->index[i];
        rows_of->array[i] = *array;
        rows_of->begin[i + 1] = rows_of->begin[i] + array->rows;
        bytes += array->bytes;
    }
    rs_source_info shape = rs_array_source(&rows_of->array[0], path, "npz");
    shape.rows = rows_of->begin[blocks->count];
    RS_TRY(rs_source_init(&rows_of->base, &blocks_vtable, &shape, error));
    (void)snprintf(rows_of->base.file_dtype, RS_FILE_DTYPE_BYTES, "%s",
                   rows_of->array[0].file_dtype);
    rows_of->base.info.bytes = bytes;
    return RS_OK;
}

rs_status rs_npz_blocks_open(rs_zip *zip, const char *path, const rs_listed_array *list,
                             const rs_blocks *blocks, rs_source **source, rs_error *error)
{
    block_rows *rows_of = NULL;
    *source = NULL;
    rs_status status = RS_NEW(&rows_of, 1, "a source", error);
    if (status != RS_OK) {
        rs_zip_close(zip);
        return status;
    }
    rows_of->zip = zip;
    status = fill(rows_of, path, list, blocks, error);
    if (status != RS_OK) {
        blocks_close(&rows_of->base);
        return status;
    }
    *source = &rows_of->base;
    return RS_OK;
}
