/* picked_rows.c - rows are read in runs that stand one behind the other in the source. */
#include "formats/picked_rows.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/input.h"

typedef struct picked_rows {
    rs_source base;
    rs_source *rows_of;
    uint64_t *row;
} picked_rows;

/* How many rows from `first` on stand one behind the other, up to `most`. */
static uint64_t run_length(const picked_rows *picked, uint64_t first, uint64_t most)
{
    uint64_t length = 1;
    while (length < most && picked->row[first + length] == picked->row[first] + length) {
        ++length;
    }
    return length;
}

/* A stream's last row also checks how it ends. */
static rs_status read_end(const picked_rows *picked, void *out, rs_error *error)
{
    rs_source *const from = picked->rows_of;
    const uint64_t last = picked->row[picked->base.info.rows - 1];
    uint64_t got = 0;
    return from->info.random_access || last + 1 == from->info.rows
               ? RS_OK
               : rs_source_read(from, from->info.rows - 1, 1, out, &got, error);
}

static rs_status read_runs(const picked_rows *picked, uint64_t first, uint64_t rows, uint8_t *out,
                           uint64_t *rows_read, rs_error *error)
{
    while (*rows_read < rows) {
        const uint64_t at = first + *rows_read;
        const uint64_t wanted = run_length(picked, at, rows - *rows_read);
        uint64_t got = 0;
        RS_TRY(rs_source_read(picked->rows_of, picked->row[at], wanted,
                              out + *rows_read * picked->base.info.row_bytes, &got, error));
        *rows_read += got;
        if (got < wanted) {
            return RS_OK; /* the source ends here */
        }
    }
    return RS_OK;
}

static rs_status picked_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                             uint64_t *rows_read, rs_error *error)
{
    const picked_rows *const picked = (const picked_rows *)source;
    void *spare = NULL;
    *rows_read = 0;
    RS_TRY(read_runs(picked, first_row, rows, out, rows_read, error));
    if (first_row + *rows_read < source->info.rows) {
        return RS_OK;
    }
    RS_TRY(rs_alloc(&spare, source->info.row_bytes, 1, "a row", error));
    const rs_status status = read_end(picked, spare, error);
    free(spare);
    return status;
}

static void picked_close(rs_source *source)
{
    picked_rows *const picked = (picked_rows *)source;
    rs_source_close(picked->rows_of);
    free(picked->row);
    rs_source_release(source);
    free(source);
}

static const rs_source_vtable picked_vtable = {NULL, picked_read, picked_close};

static rs_status check_order(const rs_source_info *info, const uint64_t *row, uint64_t rows,
                             rs_error *error)
{
    for (uint64_t i = 1; !info->random_access && i < rows; ++i) {
        if (row[i] < row[i - 1]) {
            return rs_fail(error, RS_UNSUPPORTED, rs_shown_path(info->path), rs_nowhere(),
                           "save it as an .npy file, of which any row can be read",
                           "these rows come one after the other, and cannot be put into another "
                           "order");
        }
    }
    return RS_OK;
}

static rs_status make(rs_source *rows_of, uint64_t *row, uint64_t rows, picked_rows **made,
                      rs_error *error)
{
    const rs_source_info *const info = &rows_of->info;
    RS_TRY(check_order(info, row, rows, error));
    RS_TRY(RS_NEW(made, 1, "a source", error));
    rs_source_info shape = *info;
    shape.rows = rows;
    return rs_source_init(&(*made)->base, &picked_vtable, &shape, error);
}

rs_status rs_pick_rows(rs_source *rows_of, uint64_t *row, uint64_t rows, rs_source **source,
                       rs_error *error)
{
    picked_rows *made = NULL;
    *source = NULL;
    const rs_status status = make(rows_of, row, rows, &made, error);
    if (status != RS_OK) {
        free(made);
        free(row);
        rs_source_close(rows_of);
        return status;
    }
    made->rows_of = rows_of;
    made->row = row;
    (void)snprintf(made->base.file_dtype, RS_FILE_DTYPE_BYTES, "%s", rows_of->file_dtype);
    made->base.info.bytes = rows_of->info.bytes;
    made->base.info.random_access = rows_of->info.random_access;
    made->base.info.file_name_order = rows_of->info.file_name_order;
    made->base.may_miss = rows_of->may_miss;
    made->base.repeats = rows_of->repeats;
    made->base.differ = rows_of->differ;
    made->base.longer = rows_of->longer;
    *source = &made->base;
    return RS_OK;
}

const uint64_t *rs_picked_rows_get(const rs_source *source, uint64_t *rows)
{
    if (source == NULL || source->vtable != &picked_vtable) {
        return NULL;
    }
    const picked_rows *const picked = (const picked_rows *)source;
    *rows = picked->rows_of->info.rows;
    return picked->row;
}
