/* window.c - forwards to the inner source, shifted. */
#include "formats/window.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/source_impl.h"

typedef struct window_rows {
    rs_source base;
    rs_source *inner;
    uint64_t begin;
} window_rows;

static const void *window_view(const rs_source *source, uint64_t first_row, uint64_t *rows,
                               uint64_t *row_stride_bytes)
{
    const window_rows *const window = (const window_rows *)source;
    const void *const first =
        rs_source_view(window->inner, window->begin + first_row, rows, row_stride_bytes);
    const uint64_t left = source->info.rows - first_row;
    *rows = *rows < left ? *rows : left;
    return first;
}

static rs_status window_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                             uint64_t *rows_read, rs_error *error)
{
    window_rows *const window = (window_rows *)source;
    const uint64_t first = window->begin + first_row;
    RS_TRY(rs_source_read(window->inner, first, rows, out, rows_read, error));
    if (*rows_read < rows) {
        return rs_fail(error, RS_MISMATCH, source->path, rs_at_row(first + *rows_read),
                       "every image needs its row, in order",
                       "the input ends after %" PRIu64 " rows, more are needed",
                       first + *rows_read);
    }
    return RS_OK;
}

static void window_close(rs_source *source)
{
    rs_source_release(source);
    free(source);
}

rs_status rs_window_open(rs_source *inner, rs_source **window, rs_error *error)
{
    static const rs_source_vtable viewed = {window_view, window_read, window_close};
    static const rs_source_vtable plain = {NULL, window_read, window_close};
    window_rows *made = NULL;
    *window = NULL;
    RS_TRY(RS_NEW(&made, 1, "a source", error));
    rs_source_info shape = inner->info;
    shape.rows = 1;
    const rs_status status =
        rs_source_init(&made->base, inner->vtable->view == NULL ? &plain : &viewed, &shape, error);
    if (status != RS_OK) {
        window_close(&made->base);
        return status;
    }
    (void)snprintf(made->base.file_dtype, RS_FILE_DTYPE_BYTES, "%s", inner->file_dtype);
    made->base.info.content = shape.content;
    made->base.info.random_access = shape.random_access;
    made->inner = inner;
    *window = &made->base;
    return RS_OK;
}

void rs_window_set(rs_source *window, uint64_t begin, uint64_t rows)
{
    ((window_rows *)window)->begin = begin;
    window->info.rows = rows;
}
