/* cmd_synth.c - reassess synth labels|logits */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/progress.h"
#include "cli/command.h"
#include "engine/row_value.h"
#include "formats/write.h"
#include "synth/synth_labels.h"
#include "synth/synth_logits.h"
#include "synth/synth_predictions.h"

/* Rows made and written at a time: some megabytes. */
enum { BLOCK_ROWS = 1024 };

static rs_status need_output(const rs_arguments *arguments, const char **path, rs_error *error)
{
    *path = rs_value(arguments, RS_OPT_OUT, NULL);
    if (*path == NULL) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "say where to with -o PATH",
                       "synth needs a place to write to");
    }
    return RS_OK;
}

static rs_status take_seed(const rs_arguments *arguments, uint64_t *seed, rs_error *error)
{
    *seed = 1;
    return rs_take_u64(arguments, RS_OPT_SEED, 0, UINT64_MAX, seed, error);
}

/* ---- labels ---- */

static rs_status make_labels(const rs_context *context, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    uint64_t rows = 50000;
    uint64_t columns = 1000;
    uint64_t seed = 0;
    const char *folder = NULL;
    RS_TRY(need_output(arguments, &folder, error));
    RS_TRY(take_seed(arguments, &seed, error));
    RS_TRY(rs_take_shape(arguments, &rows, &columns, error));
    if (rows == 0) {
        return rs_fail_option(error, RS_OPT_SHAPE, rs_value(arguments, RS_OPT_SHAPE, ""),
                              "at least one image");
    }
    rs_synth_labels *labels = NULL;
    RS_TRY(rs_synth_labels_create(rows, (uint32_t)columns, seed, &labels, error));
    const rs_status status = rs_synth_labels_write(labels, folder, error);
    rs_synth_labels_free(labels);
    return status;
}

/* ---- writing rows block by block, whatever makes them ---- */

typedef struct row_maker {
    rs_status (*make)(void *state, uint64_t first_row, uint64_t rows, void *out, rs_error *error);
    void *state;
    uint64_t rows;
    uint32_t columns;
    rs_dtype dtype;
} row_maker;

static rs_status put_blocks(const rs_context *context, const row_maker *maker,
                            rs_array_writer *writer, rs_error *error)
{
    void *block = NULL;
    rs_progress *progress = NULL;
    const uint64_t row_bytes = (uint64_t)maker->columns * rs_dtype_bytes(maker->dtype);
    RS_TRY(rs_alloc(&block, BLOCK_ROWS, row_bytes, "a block of rows", error));
    rs_status status =
        rs_progress_begin(STDERR_FILENO, !rs_given(context->arguments, RS_OPT_QUIET), "synth",
                          maker->rows, &progress, error);
    for (uint64_t row = 0; status == RS_OK && row < maker->rows; row += BLOCK_ROWS) {
        const uint64_t left = maker->rows - row;
        const uint64_t count = left < BLOCK_ROWS ? left : BLOCK_ROWS;
        if (*context->stop != 0) {
            status =
                rs_fail(error, RS_INTERRUPTED, NULL, rs_nowhere(), NULL, "stopped by a signal");
        }
        if (status == RS_OK) {
            status = maker->make(maker->state, row, count, block, error);
        }
        if (status == RS_OK) {
            status = rs_array_writer_put(writer, block, count, error);
            rs_progress_update(progress, row + count);
        }
    }
    rs_progress_end(progress);
    free(block);
    return status;
}

static rs_status write_rows(const rs_context *context, const row_maker *maker, rs_error *error)
{
    static const rs_write_format formats[] = {RS_WRITE_NPY, RS_WRITE_NPZ, RS_WRITE_SAFETENSORS,
                                              RS_WRITE_RAW};
    const rs_array_spec spec = {"logits", maker->dtype, maker->rows, maker->columns};
    rs_array_writer *writer = NULL;
    const char *path = NULL;
    RS_TRY(need_output(context->arguments, &path, error));
    RS_TRY(rs_array_writer_create(path, formats[rs_choice(context->arguments, RS_OPT_FORMAT, 0)],
                                  &spec, &writer, error));
    const rs_status status = put_blocks(context, maker, writer, error);
    if (status != RS_OK) {
        rs_array_writer_abort(writer);
        return status;
    }
    return rs_array_writer_commit(writer, error);
}

static rs_status take_dtype(const rs_arguments *arguments, rs_dtype *dtype, rs_error *error)
{
    const char *text = rs_value(arguments, RS_OPT_DTYPE, "f32");
    *dtype = rs_dtype_parse(text);
    if (!rs_dtype_is_float(*dtype)) {
        return rs_fail_option(error, RS_OPT_DTYPE, text, "one of f16|bf16|f32|f64");
    }
    return RS_OK;
}

/* ---- logits with a wanted accuracy ---- */

typedef struct logits_state {
    rs_synth_logits *plan;
    rs_dtype dtype;
} logits_state;

static rs_status make_logits(void *state, uint64_t first_row, uint64_t rows, void *out,
                             rs_error *error)
{
    const logits_state *logits = state;
    (void)error;
    rs_synth_logits_rows(logits->plan, first_row, rows, logits->dtype, out);
    return RS_OK;
}

static rs_status plan_logits(const rs_arguments *arguments, const rs_labels *labels,
                             row_maker *maker, rs_synth_logits **plan, rs_error *error)
{
    const rs_label_view *view = rs_labels_get_view(labels);
    uint64_t rows = 0;
    uint64_t columns = view->classes;
    rs_synth_logits_options options = {.labels = view, .accuracy = 0.76};
    RS_TRY(rs_take_shape(arguments, &rows, &columns, error));
    if ((rows != 0 && rows != view->rows) || columns < view->classes) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), "leave --shape out",
                       "the labels have %" PRIu64 " rows and %" PRIu32
                       " classes, --shape says %" PRIu64 " rows and %" PRIu64 " columns",
                       view->rows, view->classes, rows, columns);
    }
    RS_TRY(take_seed(arguments, &options.seed, error));
    RS_TRY(rs_take_fraction(arguments, RS_OPT_ACCURACY, &options.accuracy, error));
    RS_TRY(rs_take_fraction(arguments, RS_OPT_NAN_ROWS, &options.nan_share, error));
    options.rows = view->rows;
    options.columns = (uint32_t)columns;
    options.target =
        rs_choice(arguments, RS_OPT_BY, 0) == 1 ? RS_SYNTH_BY_REAL : RS_SYNTH_BY_ORIGINAL;
    maker->rows = options.rows;
    maker->columns = options.columns;
    return rs_synth_logits_create(&options, plan, error);
}

static rs_status write_logits(const rs_context *context, rs_error *error)
{
    logits_state state = {0};
    rs_labels *labels = NULL;
    row_maker maker = {.make = make_logits, .state = &state};
    RS_TRY(take_dtype(context->arguments, &state.dtype, error));
    maker.dtype = state.dtype;
    RS_TRY(rs_load_labels(context->arguments, &labels, error));
    rs_status status = plan_logits(context->arguments, labels, &maker, &state.plan, error);
    if (status == RS_OK) {
        status = write_rows(context, &maker, error);
    }
    rs_synth_logits_free(state.plan);
    rs_labels_free(labels);
    return status;
}

/* ---- logits from a real model's predictions ---- */

typedef struct carry_state {
    rs_source *classes;       /* N x k, int32 */
    rs_source *probabilities; /* N x k, a floating type */
    rs_synth_spread *spread;
    rs_dtype dtype;
    uint32_t given;           /* k */
    int32_t *class_block;     /* [BLOCK_ROWS * k] */
    uint8_t *raw_block;       /* the probabilities as the file has them */
    double *probability_block;
} carry_state;

static rs_status carry_rows(void *opaque, uint64_t first_row, uint64_t rows, void *out,
                            rs_error *error)
{
    carry_state *state = opaque;
    const rs_source_info *info = rs_source_get_info(state->probabilities);
    uint64_t read = 0;
    RS_TRY(rs_source_read(state->classes, first_row, rows, state->class_block, &read, error));
    RS_TRY(rs_source_read(state->probabilities, first_row, rows, state->raw_block, &read, error));
    for (uint64_t row = 0; row < rows; ++row) {
        for (uint32_t k = 0; k < state->given; ++k) {
            state->probability_block[row * state->given + k] =
                rs_row_value(info->dtype, state->raw_block + row * info->row_bytes, k);
        }
    }
    return rs_synth_spread_rows(state->spread, first_row, rows, state->given, state->class_block,
                                state->probability_block, state->dtype, out, error);
}

static rs_status open_carried(const rs_arguments *arguments, carry_state *state, rs_error *error)
{
    const char *classes = rs_value(arguments, RS_OPT_FROM_PREDICTIONS, NULL);
    const char *probabilities = rs_value(arguments, RS_OPT_PROBS, NULL);
    const rs_source_options options = {0};
    if (probabilities == NULL) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "name their file with --probs FILE",
                       "--from-predictions needs the probabilities of the classes");
    }
    RS_TRY(rs_source_open(classes, &options, &state->classes, error));
    RS_TRY(rs_source_open(probabilities, &options, &state->probabilities, error));
    const rs_source_info *left = rs_source_get_info(state->classes);
    const rs_source_info *right = rs_source_get_info(state->probabilities);
    if (left->content != RS_CONTENT_PREDICTIONS || left->rows == RS_ROWS_UNKNOWN) {
        return rs_fail(error, RS_UNSUPPORTED, classes, rs_nowhere(), NULL,
                       "--from-predictions needs a file of N x k integers");
    }
    if (right->content != RS_CONTENT_LOGITS || right->rows != left->rows ||
        right->columns != left->columns) {
        return rs_fail(error, RS_MISMATCH, probabilities, rs_nowhere(),
                       "both files must be of the same model",
                       "the classes are %" PRIu64 " x %" PRIu64 ", these are %" PRIu64 " x %" PRIu64
                       " %s",
                       left->rows, left->columns, right->rows, right->columns,
                       rs_dtype_name(right->dtype));
    }
    state->given = (uint32_t)left->columns;
    return RS_OK;
}

static rs_status prepare_carry(const rs_arguments *arguments, carry_state *state, row_maker *maker,
                               rs_error *error)
{
    uint64_t rows = 0;
    uint64_t columns = 1000;
    uint64_t seed = 0;
    void *memory = NULL;
    RS_TRY(take_dtype(arguments, &state->dtype, error));
    RS_TRY(take_seed(arguments, &seed, error));
    RS_TRY(rs_take_shape(arguments, &rows, &columns, error));
    RS_TRY(open_carried(arguments, state, error));
    const rs_source_info *info = rs_source_get_info(state->classes);
    if (rows != 0 && rows != info->rows) {
        return rs_fail(error, RS_MISMATCH, info->path, rs_nowhere(),
                       "leave the rows out: --shape 0,C",
                       "%" PRIu64 " rows, but --shape says %" PRIu64, info->rows, rows);
    }
    RS_TRY(rs_synth_spread_create((uint32_t)columns, seed, info->path, &state->spread, error));
    RS_TRY(rs_alloc(&memory, BLOCK_ROWS, info->row_bytes, "a block of classes", error));
    state->class_block = memory;
    RS_TRY(rs_alloc(&memory, BLOCK_ROWS, rs_source_get_info(state->probabilities)->row_bytes,
                    "a block of probabilities", error));
    state->raw_block = memory;
    RS_TRY(rs_alloc(&memory, BLOCK_ROWS, state->given * sizeof(double), "a block of probabilities",
                    error));
    state->probability_block = memory;
    *maker = (row_maker){carry_rows, state, info->rows, (uint32_t)columns, state->dtype};
    return RS_OK;
}

static rs_status write_carried(const rs_context *context, rs_error *error)
{
    carry_state state = {0};
    row_maker maker = {0};
    rs_status status = prepare_carry(context->arguments, &state, &maker, error);
    if (status == RS_OK) {
        status = write_rows(context, &maker, error);
    }
    free(state.probability_block);
    free(state.raw_block);
    free(state.class_block);
    rs_synth_spread_free(state.spread);
    rs_source_close(state.probabilities);
    rs_source_close(state.classes);
    return status;
}

rs_status rs_command_synth(const rs_context *context, rs_error *error)
{
    const rs_argument_list *what = &context->arguments->positional;
    if (what->count == 1 && strcmp(what->value[0], "labels") == 0) {
        return make_labels(context, error);
    }
    if (what->count == 1 && strcmp(what->value[0], "logits") == 0) {
        return rs_given(context->arguments, RS_OPT_FROM_PREDICTIONS) ? write_carried(context, error)
                                                                     : write_logits(context, error);
    }
    return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "see reassess help synth",
                   "say what to make: labels or logits");
}
