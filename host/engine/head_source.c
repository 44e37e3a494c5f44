/* head_source.c - a source whose rows are products.
 *
 * The thread that reads computes: features of one tile are brought to the type of the product, and
 * one call of the library on this thread multiplies them with the whole head.
 */
#include "engine/head_source.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "engine/average_row.h"
#include "base/row_value.h"
#include "formats/input.h"
#include "formats/row_span.h"
#include "formats/source_impl.h"

enum { TILE_ROWS = 256, TILE_ROWS_LEAST = 64, TILE_COLUMNS = 1024 };

typedef struct head_source {
    rs_source base;
    rs_source *features;
    const rs_head *head;
    const rs_openblas *blas;
    const rs_average_kernel *kernel;
    rs_dtype dtype; /* of the product */
    size_t size;
    void *weight; /* [classes * features], of that type; NULL: the head's own is */
    void *bias;   /* [classes], likewise; NULL: none */
    uint64_t tile_rows;
} head_source;

/* Room for one tile. */
typedef struct tile_room {
    void *rows;          /* features as they are read */
    unsigned char *wide; /* features in the type of the product */
    unsigned char *logits;
} tile_room;

rs_dtype rs_head_logits_dtype(const rs_head *head, rs_dtype features)
{
    if (head == NULL || !rs_dtype_is_float(head->dtype) || !rs_dtype_is_float(features)) {
        return RS_DTYPE_NONE;
    }
    const bool wide = head->dtype == RS_DTYPE_F64 || features == RS_DTYPE_F64;
    return wide ? RS_DTYPE_F64 : RS_DTYPE_F32;
}

uint64_t rs_head_tile_rows(const rs_head *head)
{
    return head->classes <= TILE_COLUMNS ? TILE_ROWS : TILE_ROWS_LEAST;
}

/* `count` values of a floating type as floats or doubles. */
static void widen(const rs_average_kernel *kernel, rs_dtype from, const void *values,
                  uint64_t count, rs_dtype to, void *out)
{
    double *const wide = out;
    if (to == RS_DTYPE_F32) {
        kernel->widen(from, values, count, out);
        return;
    }
    for (uint64_t i = 0; i < count; ++i) {
        wide[i] = rs_row_value(from, (const unsigned char *)values + i * rs_dtype_bytes(from), 0);
    }
}

/* ---- one tile ---- */

static void room_clear(tile_room *room)
{
    free(room->rows);
    free(room->wide);
    free(room->logits);
}

static rs_status room_make(const head_source *of, tile_room *room, rs_error *error)
{
    const uint64_t values = of->tile_rows * of->head->features;
    *room = (tile_room){.rows = NULL};
    RS_TRY(rs_alloc_aligned(&room->rows, of->tile_rows, (size_t)of->features->info.row_bytes,
                            "features", error));
    RS_TRY(RS_NEW_ALIGNED_ROWS(&room->wide, values, of->size, "features", error));
    return RS_NEW_ALIGNED_ROWS(&room->logits, of->tile_rows, of->base.info.row_bytes, "logits",
                               error);
}

/* Features of rows [first, first + wanted); a stream may end before. What is not there is 0. */
static rs_status load_features(const head_source *of, uint64_t first, uint64_t wanted,
                               tile_room *room, uint64_t *rows, rs_error *error)
{
    const rs_source_info *const info = &of->features->info;
    const uint64_t row_bytes = of->head->features * of->size;
    uint64_t done = 0;
    while (done < wanted) {
        rs_row_span span;
        RS_TRY(rs_row_span_take(of->features, first + done, wanted - done, room->rows, &span,
                                error));
        if (span.count == 0) {
            break;
        }
        for (uint64_t i = 0; i < span.count; ++i) {
            widen(of->kernel, info->dtype, span.first + i * span.stride_bytes, of->head->features,
                  of->dtype, room->wide + (done + i) * row_bytes);
        }
        done += span.count;
    }
    memset(room->wide + done * row_bytes, 0, (of->tile_rows - done) * row_bytes);
    *rows = done;
    return RS_OK;
}

/* All rows of a tile, whatever is in it. */
static void multiply_tile(const head_source *of, const tile_room *room, unsigned char *out)
{
    const uint64_t row_bytes = of->base.info.row_bytes;
    const rs_product product = {
        .dtype = of->dtype,
        .rows = of->tile_rows,
        .columns = of->head->classes,
        .depth = of->head->features,
        .left = room->wide,
        .right = of->weight != NULL ? of->weight : of->head->weight,
        .right_transposed = true,
        .add = of->bias != NULL,
        .out = out,
        .left_stride = of->head->features,
        .right_stride = of->head->features,
        .out_stride = of->head->classes,
    };
    for (uint64_t i = 0; of->bias != NULL && i < of->tile_rows; ++i) {
        memcpy(out + i * row_bytes, of->bias, (size_t)row_bytes);
    }
    rs_openblas_multiply(of->blas, &product);
}

/* Rows [first, first + rows) of one tile. Those before `first` are computed too where they can be
 * read, so that each row has its own place in the product. */
static rs_status read_tile(const head_source *of, uint64_t first, uint64_t rows, tile_room *room,
                           unsigned char *out, uint64_t *rows_read, rs_error *error)
{
    const uint64_t skipped = of->base.info.random_access ? first % of->tile_rows : 0;
    const uint64_t row_bytes = of->base.info.row_bytes;
    const bool direct = skipped == 0 && rows == of->tile_rows;
    uint64_t got = 0;
    RS_TRY(load_features(of, first - skipped, skipped + rows, room, &got, error));
    *rows_read = got > skipped ? got - skipped : 0;
    multiply_tile(of, room, direct ? out : room->logits);
    if (!direct) {
        memcpy(out, room->logits + skipped * row_bytes, (size_t)(*rows_read * row_bytes));
    }
    return RS_OK;
}

static rs_status read_tiles(const head_source *of, uint64_t first, uint64_t rows, tile_room *room,
                            unsigned char *out, uint64_t *rows_read, rs_error *error)
{
    uint64_t done = 0;
    while (done < rows) {
        const uint64_t row = first + done;
        const uint64_t offset = of->base.info.random_access ? row % of->tile_rows : 0;
        const uint64_t left = of->tile_rows - offset;
        const uint64_t wanted = rows - done < left ? rows - done : left;
        uint64_t got = 0;
        RS_TRY(read_tile(of, row, wanted, room, out + done * of->base.info.row_bytes, &got, error));
        done += got;
        if (got < wanted) {
            break;
        }
    }
    *rows_read = done;
    return RS_OK;
}

/* ---- the source ---- */

static rs_status head_read(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                           uint64_t *rows_read, rs_error *error)
{
    const head_source *const of = (const head_source *)source;
    tile_room room;
    rs_status status = RS_OK;
    RS_TRY_DONE(room_make(of, &room, error));
    RS_TRY_DONE(read_tiles(of, first_row, rows, &room, out, rows_read, error));
done:
    room_clear(&room);
    return status;
}

static void head_close(rs_source *source)
{
    head_source *const of = (head_source *)source;
    free(of->weight);
    free(of->bias);
    rs_source_release(source);
    free(of);
}

static const rs_source_vtable head_vtable = {NULL, head_read, head_close};

/* The head in the type of the product. */
static rs_status take_head(head_source *of, rs_error *error)
{
    const rs_head *const head = of->head;
    const uint64_t values = (uint64_t)head->classes * head->features;
    if (head->dtype != of->dtype) {
        RS_TRY(rs_alloc_aligned(&of->weight, values, of->size, "a head", error));
        widen(of->kernel, head->dtype, head->weight, values, of->dtype, of->weight);
    }
    if (head->bias == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_alloc_aligned(&of->bias, head->classes, of->size, "a bias", error));
    for (uint32_t c = 0; c < head->classes; ++c) {
        if (of->dtype == RS_DTYPE_F64) {
            ((double *)of->bias)[c] = head->bias[c];
        } else {
            ((float *)of->bias)[c] = (float)head->bias[c];
        }
    }
    return RS_OK;
}

static rs_status fill(head_source *of, rs_error *error)
{
    const rs_source_info *const info = &of->features->info;
    of->dtype = rs_head_logits_dtype(of->head, info->dtype);
    of->size = rs_dtype_bytes(of->dtype);
    of->tile_rows = rs_head_tile_rows(of->head);
    const rs_source_info shape = {
        .path = info->path,
        .format = "head",
        .dtype = of->dtype,
        .rows = info->rows,
        .columns = of->head->classes,
    };
    RS_TRY(rs_source_init(&of->base, &head_vtable, &shape, error));
    of->base.info.bytes = info->bytes;
    of->base.info.random_access = info->random_access;
    return take_head(of, error);
}

rs_status rs_head_source_open(rs_source *features, const rs_head *head, const rs_openblas *blas,
                              rs_isa isa, rs_source **source, rs_error *error)
{
    *source = NULL;
    head_source *of = NULL;
    RS_TRY(RS_NEW(&of, 1, "a head", error));
    of->features = features;
    of->head = head;
    of->blas = blas;
    of->kernel = rs_average_kernel_get(isa);
    const rs_status status = fill(of, error);
    if (status != RS_OK) {
        head_close(&of->base);
        return status;
    }
    *source = &of->base;
    return RS_OK;
}
