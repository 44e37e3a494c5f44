/* array_rows.c - rows of an array that can be reached in any order: mapped, read by offset, or
 * held.
 *
 * Row-major little-endian elements that are mapped are handed out as they lie. Everything else is
 * copied by rs_source_read, which turns Fortran order and byte order around as it goes: the file is
 * never converted as a whole.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "formats/array.h"

/* Rows transposed together: a few cache lines of every column, which pay for the jump to the
 * next. */
enum { TILE_ROWS = 64 };

typedef struct array_rows {
    rs_source base;
    rs_array array;
    int fd;                   /* -1: the elements are in memory */
    const uint8_t *elements;  /* NULL: they are read */
    void *map;                /* whole file, or NULL */
    size_t map_bytes;
    uint8_t *owned;           /* elements from malloc, or NULL */
} array_rows;

static const void *array_view(const rs_source *source, uint64_t first_row, uint64_t *rows,
                              uint64_t *row_stride_bytes)
{
    const array_rows *rows_of = (const array_rows *)source;
    if (rows_of->elements == NULL || rows_of->array.fortran_order || rows_of->array.swap_bytes) {
        return NULL;
    }
    *rows = source->info.rows - first_row;
    *row_stride_bytes = source->info.row_bytes;
    return rows_of->elements + first_row * source->info.row_bytes;
}

/* `count` elements of one column, side by side, to every `columns`-th element of `out`. */
static void scatter(const uint8_t *from, uint64_t count, size_t size, uint64_t columns,
                    uint8_t *out)
{
    const uint64_t step = columns * size;
    switch (size) {
    case 2:
        for (uint64_t i = 0; i < count; ++i) {
            memcpy(out + i * step, from + i * 2, 2);
        }
        break;
    case 4:
        for (uint64_t i = 0; i < count; ++i) {
            memcpy(out + i * step, from + i * 4, 4);
        }
        break;
    default:
        for (uint64_t i = 0; i < count; ++i) {
            memcpy(out + i * step, from + i * size, size);
        }
    }
}

static void transpose_mapped(const array_rows *rows_of, uint64_t first_row, uint64_t rows,
                             uint8_t *out)
{
    const rs_array *array = &rows_of->array;
    const size_t size = rs_dtype_bytes(array->dtype);
    for (uint64_t done = 0; done < rows; done += TILE_ROWS) {
        const uint64_t count = rows - done < TILE_ROWS ? rows - done : TILE_ROWS;
        for (uint64_t column = 0; column < array->columns; ++column) {
            const uint64_t at = (column * array->rows + first_row + done) * size;
            scatter(rows_of->elements + at, count, size, array->columns,
                    out + (done * array->columns + column) * size);
        }
    }
}

static rs_status transpose_read(const array_rows *rows_of, uint64_t first_row, uint64_t rows,
                                uint8_t *out, rs_error *error)
{
    const rs_array *array = &rows_of->array;
    const size_t size = rs_dtype_bytes(array->dtype);
    void *part = NULL;
    RS_TRY(rs_alloc(&part, rows, size, "a part of a column", error));
    rs_status status = RS_OK;
    for (uint64_t column = 0; column < array->columns; ++column) {
        const uint64_t at = array->offset + (column * array->rows + first_row) * size;
        RS_TRY_DONE(rs_file_pread(rows_of->fd, rs_shown_path(rows_of->base.path), part,
                                  (size_t)(rows * size), at, error));
        scatter(part, rows, size, array->columns, out + column * size);
    }
done:
    free(part);
    return status;
}

static rs_status array_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                            uint64_t *rows_read, rs_error *error)
{
    const array_rows *rows_of = (const array_rows *)source;
    const rs_array *array = &rows_of->array;
    const uint64_t bytes = rows * source->info.row_bytes;
    const uint64_t at = first_row * source->info.row_bytes;
    if (array->fortran_order && rows_of->elements != NULL) {
        transpose_mapped(rows_of, first_row, rows, out);
    } else if (array->fortran_order) {
        RS_TRY(transpose_read(rows_of, first_row, rows, out, error));
    } else if (rows_of->elements != NULL) {
        memcpy(out, rows_of->elements + at, (size_t)bytes);
    } else {
        RS_TRY(rs_file_pread(rows_of->fd, rs_shown_path(source->path), out, (size_t)bytes,
                             array->offset + at, error));
    }
    if (array->swap_bytes) {
        rs_swap_elements(out, rows * array->columns, rs_dtype_bytes(array->dtype));
    }
    *rows_read = rows;
    return RS_OK;
}

static void array_close(rs_source *source)
{
    array_rows *rows_of = (array_rows *)source;
    if (rows_of->map != NULL) {
        (void)munmap(rows_of->map, rows_of->map_bytes);
    }
    if (rows_of->fd >= 0) {
        (void)close(rows_of->fd);
    }
    free(rows_of->owned);
    rs_source_release(source);
    free(source);
}

static const rs_source_vtable array_vtable = {array_view, array_read, array_close};

static rs_status make(const char *path, const char *format, const rs_array *array,
                      array_rows **made, rs_error *error)
{
    array_rows *rows_of = NULL;
    *made = NULL;
    RS_TRY(RS_NEW(&rows_of, 1, "a source", error));
    const rs_source_info shape = rs_array_source(array, path, format);
    const rs_status status = rs_source_init(&rows_of->base, &array_vtable, &shape, error);
    rows_of->fd = -1;
    if (status != RS_OK) {
        array_close(&rows_of->base);
        return status;
    }
    rows_of->array = *array;
    (void)snprintf(rows_of->base.file_dtype, RS_FILE_DTYPE_BYTES, "%s", array->file_dtype);
    rows_of->base.info.bytes = array->bytes;
    rows_of->base.info.random_access = true;
    *made = rows_of;
    return RS_OK;
}

/* The whole file: a mapping starts at a page, the elements need not. */
static rs_status map_file(const rs_input *input, array_rows *rows_of, rs_error *error)
{
    void *map = mmap(NULL, (size_t)input->size, PROT_READ, MAP_PRIVATE, input->fd, 0);
    if (map == MAP_FAILED) {
        return rs_fail_errno(error, input->name, "map", errno);
    }
    rows_of->map = map;
    rows_of->map_bytes = (size_t)input->size;
    rows_of->elements = (const uint8_t *)map + rows_of->array.offset;
    /* Row after row, or, in Fortran order, all columns at once. */
    (void)madvise(map, rows_of->map_bytes,
                  rows_of->array.fortran_order ? MADV_WILLNEED : MADV_SEQUENTIAL);
    return RS_OK;
}

rs_status rs_array_rows_open(rs_input *input, const char *format, const rs_array *array, rs_io io,
                             rs_source **source, rs_error *error)
{
    array_rows *rows_of = NULL;
    *source = NULL;
    RS_TRY(make(input->path, format, array, &rows_of, error));
    rs_status status = RS_OK;
    if (io == RS_IO_MMAP) {
        status = map_file(input, rows_of, error);
    } else if (io == RS_IO_PREAD || !rs_input_is_local(input) ||
               map_file(input, rows_of, NULL) != RS_OK) {
        status = rs_input_take(input, &rows_of->fd, error);
    }
    if (status != RS_OK) {
        array_close(&rows_of->base);
        return status;
    }
    *source = &rows_of->base;
    return RS_OK;
}

const uint8_t *rs_array_rows_mapped(const rs_source *source)
{
    return ((const array_rows *)source)->elements;
}

rs_status rs_array_rows_own(uint8_t *elements, const char *path, const char *format,
                            const rs_array *array, rs_source **source, rs_error *error)
{
    array_rows *rows_of = NULL;
    *source = NULL;
    RS_TRY(make(path, format, array, &rows_of, error));
    rows_of->owned = elements;
    rows_of->elements = elements;
    *source = &rows_of->base;
    return RS_OK;
}
