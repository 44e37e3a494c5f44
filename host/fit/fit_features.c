/* fit_features.c - one look at every row before hours of work: a NaN would spoil all weights in the
 * step that meets it.
 */
#include "fit/fit_features.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/row_value.h"
#include "formats/input.h"
#include "formats/row_span.h"

enum { BLOCK_BYTES = 1 << 20, SQUARE_LANES = 8 };

/* ---- rows as numbers ---- */

static void widen(const rs_fit_features *features, const void *row, void *out)
{
    if (features->dtype == RS_DTYPE_F64) {
        memcpy(out, row, (size_t)features->info->row_bytes);
    } else {
        features->kernel->widen(features->info->dtype, row, features->columns, out);
    }
}

rs_status rs_fit_features_short(const rs_fit_features *features, uint64_t row, rs_error *error)
{
    return rs_fail(error, RS_FORMAT, rs_shown_path(features->info->path), rs_at_row(row),
                   "the file was cut while it was read; copy it again",
                   "the features end before row %" PRIu64, row);
}

rs_status rs_fit_features_get(const rs_fit_features *features, uint64_t row, void *room, void *out,
                              rs_error *error)
{
    rs_row_span span;
    RS_TRY(rs_row_span_take(features->source, row, 1, room, &span, error));
    if (span.count == 0) {
        return rs_fit_features_short(features, row, error);
    }
    widen(features, span.first, out);
    return RS_OK;
}

/* ---- what can be read only once ---- */

static rs_status fail_rows(const rs_fit_features *features, const char *amount, uint64_t got,
                           rs_error *error)
{
    return rs_fail(error, RS_MISMATCH, rs_shown_path(features->info->path), rs_nowhere(),
                   "every row of the features needs a label, in the order of --order",
                   "%s%" PRIu64 " rows of features, but %" PRIu64 " labels", amount, got,
                   features->rows);
}

static rs_status hold(rs_fit_features *features, uint64_t memory_bytes, rs_error *error)
{
    const rs_source_info *const info = features->info;
    uint64_t bytes = 0;
    uint64_t got = 0;
    uint64_t more = 0;
    if (!rs_mul_u64(features->rows, info->row_bytes, &bytes) || bytes > memory_bytes) {
        return rs_fail(error, RS_MEMORY, rs_shown_path(info->path), rs_nowhere(),
                       "save them as .npy or .safetensors, which are read where they lie, or allow "
                       "more with --memory",
                       "features that can be read only once are held in memory, and these take "
                       "%" PRIu64 " MB of the %" PRIu64 " MB allowed",
                       bytes >> 20, memory_bytes >> 20);
    }
    RS_TRY(rs_alloc_aligned(&features->held, features->rows + 1, (size_t)info->row_bytes,
                            "features", error));
    RS_TRY(rs_source_read(features->source, 0, features->rows, features->held, &got, error));
    if (got < features->rows) {
        return fail_rows(features, "", got, error);
    }
    void *const end = (unsigned char *)features->held + bytes;
    RS_TRY(rs_source_read(features->source, got, 1, end, &more, error));
    if (more > 0) {
        return fail_rows(features, "more than ", got, error);
    }
    features->opened = features->source;
    features->source = NULL;
    return rs_source_open_memory(features->held, info->dtype, features->rows, info->columns,
                                 info->row_bytes, &features->source, error);
}

/* ---- the look ---- */

static rs_status fail_value(const rs_fit_features *features, uint64_t row, const void *values,
                            rs_error *error)
{
    uint32_t column = 0;
    while (column + 1 < features->columns &&
           isfinite(rs_row_value(features->dtype, values, column))) {
        ++column;
    }
    const double value = rs_row_value(features->dtype, values, column);
    return rs_fail(error, RS_FORMAT, rs_shown_path(features->info->path), rs_at_row(row),
                   "make the features of this row again, or train without it: nothing can be "
                   "learned from it",
                   isnan(value) ? "feature %" PRIu32 " is NaN"
                                : "feature %" PRIu32 " is infinite, or too large to be squared",
                   column);
}

static double square_f32(const float *value, uint32_t count)
{
    double lane[SQUARE_LANES] = {0.0};
    double sum = 0.0;
    uint32_t i = 0;
    for (; i + SQUARE_LANES <= count; i += SQUARE_LANES) {
        for (uint32_t l = 0; l < SQUARE_LANES; ++l) {
            lane[l] += (double)value[i + l] * (double)value[i + l];
        }
    }
    for (; i < count; ++i) {
        sum += (double)value[i] * (double)value[i];
    }
    for (uint32_t l = 0; l < SQUARE_LANES; ++l) {
        sum += lane[l];
    }
    return sum;
}

static double square_f64(const double *value, uint32_t count)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < count; ++i) {
        sum += value[i] * value[i];
    }
    return sum;
}

typedef struct look {
    void *room; /* [block_rows] rows as they are stored */
    void *wide; /* one as numbers */
    uint64_t block_rows;
    rs_hash_state *hash;
    double sum;
} look;

static rs_status look_at_rows(rs_fit_features *features, look *at, uint64_t first,
                              const rs_row_span *span, rs_error *error)
{
    for (uint64_t i = 0; i < span->count; ++i) {
        const unsigned char *const row = span->first + i * span->stride_bytes;
        rs_hash_update(at->hash, row, (size_t)features->info->row_bytes);
        widen(features, row, at->wide);
        const double square = features->dtype == RS_DTYPE_F64
                                  ? square_f64(at->wide, features->columns)
                                  : square_f32(at->wide, features->columns);
        if (!isfinite(square)) {
            return fail_value(features, first + i, at->wide, error);
        }
        at->sum += square;
    }
    return RS_OK;
}

static rs_status look_through(rs_fit_features *features, look *at, const rs_watch *watch,
                              rs_error *error)
{
    for (uint64_t row = 0; row < features->rows;) {
        const uint64_t left = features->rows - row;
        rs_row_span span;
        if (rs_watch_stops(watch)) {
            return rs_fail(error, RS_INTERRUPTED, rs_shown_path(features->info->path),
                           rs_nowhere(), "run the same command again",
                           "stopped before all features were looked at");
        }
        RS_TRY(rs_row_span_take(features->source, row,
                                left < at->block_rows ? left : at->block_rows, at->room, &span,
                                error));
        if (span.count == 0) {
            return rs_fit_features_short(features, row, error);
        }
        span.count = span.count < at->block_rows ? span.count : at->block_rows;
        RS_TRY(look_at_rows(features, at, row, &span, error));
        row += span.count;
    }
    features->mean_square = at->sum / (double)features->rows;
    return RS_OK;
}

static rs_status look_at_all(rs_fit_features *features, const rs_watch *watch, rs_error *error)
{
    const uint64_t row_bytes = features->info->row_bytes;
    look at = {.block_rows = BLOCK_BYTES / row_bytes + 1};
    rs_status status = RS_OK;
    RS_TRY_DONE(
        rs_alloc_aligned(&at.room, at.block_rows, (size_t)row_bytes, "features", error));
    RS_TRY_DONE(rs_alloc_aligned(&at.wide, features->columns, rs_dtype_bytes(features->dtype),
                                 "features", error));
    RS_TRY_DONE(rs_hash_begin(&at.hash, error));
    status = look_through(features, &at, watch, error);
    features->hash = rs_hash_end(at.hash);
done:
    free(at.room);
    free(at.wide);
    return status;
}

rs_status rs_fit_features_take(rs_source *source, uint64_t rows, uint64_t memory_bytes,
                               const rs_watch *watch, rs_fit_features *features, rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(source);
    *features = (rs_fit_features){
        .source = source,
        .info = info,
        .rows = rows,
        .columns = (uint32_t)info->columns,
        .dtype = info->dtype == RS_DTYPE_F64 ? RS_DTYPE_F64 : RS_DTYPE_F32,
        .kernel = rs_average_kernel_get(RS_ISA_AUTO),
    };
    if (info->content != RS_CONTENT_LOGITS) {
        return rs_fail(error, RS_UNSUPPORTED, rs_shown_path(info->path), rs_nowhere(),
                       "features are floats, N x D", "integers are no features");
    }
    if (info->rows != RS_ROWS_UNKNOWN && info->rows != rows) {
        return fail_rows(features, "", info->rows, error);
    }
    if (!info->random_access) {
        RS_TRY(hold(features, memory_bytes, error));
    }
    return look_at_all(features, watch, error);
}

void rs_fit_features_clear(rs_fit_features *features)
{
    rs_source_close(features->source);
    rs_source_close(features->opened);
    free(features->held);
    *features = (rs_fit_features){.source = NULL};
}
