/* crc_rows.c - forwards to the mapped rows once they are proved. */
#include "formats/crc_rows.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "formats/array.h"
#include "formats/zip_archive.h"

enum { UNPROVED, RIGHT, WRONG };

/* What changes, apart: a view is asked of a const source. */
typedef struct proof {
    pthread_mutex_t lock;
    atomic_int state;
} proof;

typedef struct crc_rows {
    rs_source base;
    rs_source *rows;
    const uint8_t *elements;
    uint64_t header_bytes; /* in front of them */
    uint32_t crc;          /* of both */
    char *label;
    proof *proof;
} crc_rows;

struct rs_crc_pass {
    crc_rows *rows_of;
    uint64_t part_rows;
    uint64_t parts;
    uint32_t *crc; /* [parts] */
};

static uint32_t sum_header(const crc_rows *of)
{
    return rs_crc32(0, of->elements - of->header_bytes, (size_t)of->header_bytes);
}

static void prove(const crc_rows *of, uint32_t crc)
{
    atomic_store(&of->proof->state, crc == of->crc ? RIGHT : WRONG);
}

/* Sums everything up, unless that was done. Under the lock. */
static void sum_all(const crc_rows *of)
{
    if (atomic_load(&of->proof->state) == UNPROVED) {
        prove(of, rs_crc32(sum_header(of), of->elements, (size_t)of->base.info.bytes));
    }
}

static bool is_right(const crc_rows *of)
{
    if (atomic_load(&of->proof->state) == UNPROVED) {
        (void)pthread_mutex_lock(&of->proof->lock);
        sum_all(of);
        (void)pthread_mutex_unlock(&of->proof->lock);
    }
    return atomic_load(&of->proof->state) == RIGHT;
}

static void crc_prepare(rs_source *source)
{
    const crc_rows *const of = (const crc_rows *)source;
    if (atomic_load(&of->proof->state) == UNPROVED &&
        pthread_mutex_trylock(&of->proof->lock) == 0) {
        sum_all(of);
        (void)pthread_mutex_unlock(&of->proof->lock);
    }
}

static const void *crc_view(const rs_source *source, uint64_t first_row, uint64_t *rows,
                            uint64_t *row_stride_bytes)
{
    const crc_rows *const of = (const crc_rows *)source;
    return is_right(of) ? rs_source_view(of->rows, first_row, rows, row_stride_bytes) : NULL;
}

static rs_status crc_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                          uint64_t *rows_read, rs_error *error)
{
    const crc_rows *const of = (const crc_rows *)source;
    *rows_read = 0;
    return is_right(of) ? rs_source_read(of->rows, first_row, rows, out, rows_read, error)
                        : rs_zip_fail_sum(of->label, error);
}

static void crc_close(rs_source *source)
{
    crc_rows *const of = (crc_rows *)source;
    rs_source_close(of->rows);
    if (of->proof != NULL) {
        (void)pthread_mutex_destroy(&of->proof->lock);
    }
    free(of->proof);
    free(of->label);
    rs_source_release(source);
    free(source);
}

static const rs_source_vtable crc_vtable = {crc_view, crc_read, crc_close};

rs_status rs_crc_rows_open(rs_source *rows, uint64_t header_bytes, uint32_t crc, const char *label,
                           rs_source **source, rs_error *error)
{
    const rs_source_info *const info = &rows->info;
    crc_rows *of = NULL;
    *source = NULL;
    rs_status status = RS_NEW(&of, 1, "a source", error);
    if (status != RS_OK) {
        rs_source_close(rows);
        return status;
    }
    of->rows = rows;
    of->elements = rs_array_rows_mapped(rows);
    of->header_bytes = header_bytes;
    of->crc = crc;
    RS_TRY_DONE(rs_source_init(&of->base, &crc_vtable, info, error));
    RS_TRY_DONE(rs_copy_text(&of->label, label, error));
    RS_TRY_DONE(RS_NEW(&of->proof, 1, "a source", error));
    (void)pthread_mutex_init(&of->proof->lock, NULL);
    atomic_init(&of->proof->state, UNPROVED);
    (void)snprintf(of->base.file_dtype, RS_FILE_DTYPE_BYTES, "%s", rows->file_dtype);
    of->base.info.bytes = info->bytes;
    of->base.info.random_access = true;
    of->base.prepare = crc_prepare;
    *source = &of->base;
    return RS_OK;
done:
    crc_close(&of->base);
    return status;
}

/* ---- on the way ---- */

rs_status rs_crc_pass_begin(rs_source *source, uint64_t part_rows, rs_crc_pass **pass,
                            rs_error *error)
{
    uint64_t together = 0;
    uint64_t stride_bytes = 0;
    rs_crc_pass *made = NULL;
    rs_status status = RS_OK;
    *pass = NULL;
    if (source->vtable != &crc_vtable) {
        return RS_OK;
    }
    crc_rows *const of = (crc_rows *)source;
    if (atomic_load(&of->proof->state) != UNPROVED ||
        rs_source_view(of->rows, 0, &together, &stride_bytes) == NULL) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&made, 1, "checksums", error));
    made->rows_of = of;
    made->part_rows = part_rows;
    made->parts = source->info.rows / part_rows + (source->info.rows % part_rows != 0);
    RS_TRY_DONE(RS_NEW(&made->crc, made->parts, "checksums", error));
    *pass = made;
    return RS_OK;
done:
    rs_crc_pass_free(made);
    return status;
}

const unsigned char *rs_crc_pass_row(const rs_crc_pass *pass, uint64_t row)
{
    return pass->rows_of->elements + row * pass->rows_of->base.info.row_bytes;
}

void rs_crc_pass_set(rs_crc_pass *pass, uint64_t first_row, uint32_t crc)
{
    pass->crc[first_row / pass->part_rows] = crc;
}

rs_status rs_crc_pass_end(rs_crc_pass *pass, rs_error *error)
{
    const crc_rows *const of = pass->rows_of;
    uint32_t crc = sum_header(of);
    for (uint64_t part = 0; part < pass->parts; ++part) {
        const uint64_t left = of->base.info.rows - part * pass->part_rows;
        const uint64_t rows = left < pass->part_rows ? left : pass->part_rows;
        crc = rs_crc32_join(crc, pass->crc[part], rows * of->base.info.row_bytes);
    }
    prove(of, crc);
    return crc == of->crc ? RS_OK : rs_zip_fail_sum(of->label, error);
}

void rs_crc_pass_free(rs_crc_pass *pass)
{
    if (pass != NULL) {
        free(pass->crc);
        free(pass);
    }
}
