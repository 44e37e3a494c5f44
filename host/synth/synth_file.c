/* synth_file.c - one loop over blocks of rows for both kinds of made-up logits. */
#include "synth/synth_file.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/float_type.h"
#include "base/watch.h"
#include "synth/synth_predictions.h"
#include "synth/synth_value.h"

enum { BLOCK_BYTES = 4 << 20 };

/* Makes `rows` rows from `first_row` on. */
typedef rs_status make_rows(void *context, uint64_t first_row, uint64_t rows, rs_dtype dtype,
                            void *out, rs_error *error);

typedef struct block_plan {
    uint64_t rows;
    uint32_t columns;
    make_rows *make;
    void *context;
} block_plan;

static uint64_t rows_per_block(uint64_t rows, uint64_t row_bytes)
{
    const uint64_t fit = row_bytes < BLOCK_BYTES ? BLOCK_BYTES / row_bytes : 1;
    return fit < rows ? fit : rows;
}

static rs_status write_blocks(const block_plan *plan, rs_dtype dtype, rs_array_writer *writer,
                              const rs_watch *watch, rs_error *error)
{
    const uint64_t row_bytes = (uint64_t)plan->columns * rs_dtype_bytes(dtype);
    const uint64_t block_rows = rows_per_block(plan->rows, row_bytes);
    void *block = NULL;
    RS_TRY(rs_alloc_aligned(&block, block_rows, row_bytes, "a block of logits", error));
    rs_status status = RS_OK;
    for (uint64_t row = 0; row < plan->rows; row += block_rows) {
        const uint64_t left = plan->rows - row;
        const uint64_t rows = left < block_rows ? left : block_rows;
        if (rs_watch_stops(watch)) {
            status = rs_fail(error, RS_INTERRUPTED, NULL, rs_at_row(row), NULL,
                             "stopped by a signal; nothing was written");
            goto done;
        }
        RS_TRY_DONE(plan->make(plan->context, row, rows, dtype, block, error));
        RS_TRY_DONE(rs_array_writer_put(writer, block, rows, error));
        rs_watch_tell(watch, row + rows);
    }
done:
    free(block);
    return status;
}

static rs_status write_plan(const block_plan *plan, const rs_synth_target_file *file,
                            const rs_watch *watch, rs_error *error)
{
    if (!rs_dtype_is_float(file->dtype)) {
        return rs_fail(error, RS_RANGE, file->path, rs_nowhere(), "choose " RS_FLOATS_TEXT,
                       "logits cannot be of type %s", rs_dtype_name(file->dtype));
    }
    const rs_array_spec spec = {
        .name = "logits", .dtype = file->dtype, .rows = plan->rows, .columns = plan->columns};
    rs_array_writer *writer = NULL;
    RS_TRY(rs_array_writer_create(file->path, file->format, &spec, &writer, error));
    const rs_status status = write_blocks(plan, file->dtype, writer, watch, error);
    if (status != RS_OK) {
        rs_array_writer_abort(writer);
        return status;
    }
    return rs_array_writer_commit(writer, error);
}

typedef struct planned_rows {
    const rs_synth_logits *plan;
    const uint32_t *from; /* NULL: row by row */
} planned_rows;

static rs_status make_logits(void *context, uint64_t first_row, uint64_t rows, rs_dtype dtype,
                             void *out, rs_error *error)
{
    const planned_rows *const planned = context;
    const uint64_t row_bytes =
        (uint64_t)rs_synth_logits_get_options(planned->plan)->columns * rs_dtype_bytes(dtype);
    (void)error;
    if (planned->from == NULL) {
        rs_synth_logits_rows(planned->plan, first_row, rows, dtype, out);
        return RS_OK;
    }
    for (uint64_t i = 0; i < rows; ++i) {
        rs_synth_logits_rows(planned->plan, planned->from[first_row + i], 1, dtype,
                             (char *)out + i * row_bytes);
    }
    return RS_OK;
}

rs_status rs_synth_logits_write(const rs_synth_logits *plan, const rs_synth_rows *rows,
                                const rs_synth_target_file *file, const rs_watch *watch,
                                rs_error *error)
{
    const bool picked = rows != NULL && rows->from != NULL;
    planned_rows planned = {plan, picked ? rows->from : NULL};
    const block_plan blocks = {.rows = picked ? rows->count
                                              : rs_synth_logits_get_options(plan)->rows,
                               .columns = rs_synth_logits_get_options(plan)->columns,
                               .make = make_logits,
                               .context = &planned};
    return write_plan(&blocks, file, watch, error);
}

/* ---- from predictions ---- */

typedef struct given_rows {
    rs_synth_spread *spread;
    rs_source *classes;
    rs_source *scores;
    uint64_t columns;
    uint32_t count; /* classes a row */
    int32_t *class_block;
    uint8_t *score_bytes; /* as the file has them */
    double *score_block;
    uint64_t block_rows; /* room in the blocks */
    const uint32_t *from; /* which rows of the files; NULL: row by row */
} given_rows;

static rs_status read_rows(rs_source *source, uint64_t first_row, uint64_t rows, void *out,
                           rs_error *error)
{
    uint64_t got = 0;
    RS_TRY(rs_source_read(source, first_row, rows, out, &got, error));
    if (got != rows) {
        return rs_fail(error, RS_FORMAT, rs_source_get_info(source)->path,
                       rs_at_row(first_row + got), "the file is truncated; copy it again",
                       "the file ends before its last row");
    }
    return RS_OK;
}

static rs_status read_given(given_rows *given, uint64_t first_row, uint64_t rows, rs_error *error)
{
    const size_t score_bytes =
        (size_t)given->count * rs_dtype_bytes(rs_source_get_info(given->scores)->dtype);
    if (given->from == NULL) {
        RS_TRY(read_rows(given->classes, first_row, rows, given->class_block, error));
        return read_rows(given->scores, first_row, rows, given->score_bytes, error);
    }
    for (uint64_t i = 0; i < rows; ++i) {
        const uint64_t row = given->from[first_row + i];
        RS_TRY(read_rows(given->classes, row, 1, given->class_block + i * given->count, error));
        RS_TRY(read_rows(given->scores, row, 1, given->score_bytes + i * score_bytes, error));
    }
    return RS_OK;
}

static rs_status make_given_piece(given_rows *given, uint64_t first_row, uint64_t rows,
                                  rs_dtype dtype, void *out, rs_error *error)
{
    RS_TRY(read_given(given, first_row, rows, error));
    const rs_dtype score_dtype = rs_source_get_info(given->scores)->dtype;
    for (uint64_t i = 0; i < rows * given->count; ++i) {
        const uint64_t bits = rs_value_load(score_dtype, given->score_bytes, i);
        given->score_block[i] = rs_value_decode(score_dtype, bits);
    }
    const rs_synth_placed block = {given->count, given->class_block, given->score_block};
    return rs_synth_spread_rows(given->spread, first_row, rows, &block, dtype, out, error);
}

static rs_status make_given(void *context, uint64_t first_row, uint64_t rows, rs_dtype dtype,
                            void *out, rs_error *error)
{
    given_rows *const given = context;
    const uint64_t row_bytes = given->columns * rs_dtype_bytes(dtype);
    for (uint64_t done = 0; done < rows;) {
        const uint64_t left = rows - done;
        const uint64_t piece = left < given->block_rows ? left : given->block_rows;
        RS_TRY(make_given_piece(given, first_row + done, piece, dtype,
                                (char *)out + done * row_bytes, error));
        done += piece;
    }
    return RS_OK;
}

static rs_status open_given(const rs_synth_given *from, given_rows *given, rs_error *error)
{
    const rs_source_options class_options = {.tensor = from->classes_tensor};
    const rs_source_options score_options = {.tensor = from->scores_tensor};
    RS_TRY(rs_source_open(from->classes_path, &class_options, &given->classes, error));
    RS_TRY(rs_source_open(from->scores_path, &score_options, &given->scores, error));
    const rs_source_info *const classes = rs_source_get_info(given->classes);
    const rs_source_info *const scores = rs_source_get_info(given->scores);
    if (classes->content != RS_CONTENT_PREDICTIONS) {
        return rs_fail(error, RS_MISMATCH, from->classes_path, rs_nowhere(),
                       "give the file of integer classes, N x k", "it holds %s, not predictions",
                       classes->file_dtype);
    }
    if (scores->content != RS_CONTENT_LOGITS) {
        return rs_fail(error, RS_MISMATCH, from->scores_path, rs_nowhere(),
                       "give the file of probabilities, N x k",
                       "it holds integers, not the probabilities of the predictions");
    }
    if (classes->rows == RS_ROWS_UNKNOWN || scores->rows == RS_ROWS_UNKNOWN) {
        return rs_fail(error, RS_UNSUPPORTED, from->classes_path, rs_nowhere(),
                       "write the predictions to a file first",
                       "the number of rows must be known from the start");
    }
    if (classes->rows != scores->rows || classes->columns != scores->columns) {
        return rs_fail(error, RS_MISMATCH, from->scores_path, rs_nowhere(),
                       "give the probabilities of these predictions",
                       "%" PRIu64 " x %" PRIu64 " probabilities for %" PRIu64 " x %" PRIu64
                       " predictions",
                       scores->rows, scores->columns, classes->rows, classes->columns);
    }
    if (classes->columns > RS_SYNTH_GIVEN_MAX) {
        return rs_fail(error, RS_RANGE, from->classes_path, rs_nowhere(),
                       "keep the best few of each row",
                       "%" PRIu64 " predictions a row, at most %d can be placed", classes->columns,
                       RS_SYNTH_GIVEN_MAX);
    }
    if (from->rows.from != NULL && from->rows.count != classes->rows) {
        return rs_fail(error, RS_MISMATCH, from->classes_path, rs_nowhere(),
                       "--order is that of the predictions of all images",
                       "%" PRIu64 " rows, but the order has %" PRIu64, classes->rows,
                       from->rows.count);
    }
    given->from = from->rows.from;
    given->columns = from->columns;
    given->count = (uint32_t)classes->columns;
    return rs_synth_spread_create(from->columns, from->seed, from->classes_path, &given->spread,
                                  error);
}

static rs_status allocate_given(given_rows *given, rs_error *error)
{
    enum { GIVEN_BLOCK_ROWS = 1024 };
    const uint64_t values = (uint64_t)GIVEN_BLOCK_ROWS * given->count;
    given->block_rows = GIVEN_BLOCK_ROWS;
    RS_TRY(RS_NEW(&given->class_block, values, "predictions", error));
    RS_TRY(RS_NEW(&given->score_block, values, "probabilities", error));
    RS_TRY(RS_NEW_ROWS(&given->score_bytes, values, sizeof(double), "probabilities", error));
    return RS_OK;
}

rs_status rs_synth_given_write(const rs_synth_given *from, const rs_synth_target_file *file,
                               const rs_watch *watch, uint64_t *rows, rs_error *error)
{
    given_rows given = {0};
    rs_status status = RS_OK;
    RS_TRY_DONE(open_given(from, &given, error));
    RS_TRY_DONE(allocate_given(&given, error));
    const block_plan blocks = {.rows = rs_source_get_info(given.classes)->rows,
                               .columns = from->columns,
                               .make = make_given,
                               .context = &given};
    if (rows != NULL) {
        *rows = blocks.rows;
    }
    RS_TRY_DONE(write_plan(&blocks, file, watch, error));
done:
    rs_synth_spread_free(given.spread);
    rs_source_close(given.classes);
    rs_source_close(given.scores);
    free(given.class_block);
    free(given.score_block);
    free(given.score_bytes);
    return status;
}
