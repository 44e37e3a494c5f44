/* cmd_fit.c - reassess fit: labels, a look at the features, then epoch after epoch. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/eval_settings.h"
#include "cli/fit_settings.h"
#include "cli/load_labels.h"
#include "cli/output.h"
#include "cli/output_check.h"
#include "evaluate/evaluator_impl.h"
#include "report/fit_report.h"

#define CHECKPOINT_MS 60e3
#define HELD_BYTES    (UINT64_C(4) << 30)

enum { CLASSES_NAMED = 5 };

typedef struct fit_state {
    rs_eval_settings input;
    rs_fit_settings settings;
    rs_labels *labels;
    rs_reading reading;
    rs_fit_targets targets;
    rs_fit_features features;
    rs_evaluator *evaluator; /* the engine of --backend cuda; NULL: heads are trained here */
    rs_training *fit;
    char *checkpoint;
    uint64_t resumed; /* rows that the checkpoint had gone through */
    double fit_ms;
} fit_state;

/* ---- what is wanted ---- */

static rs_status check_output(const rs_arguments *arguments, fit_state *state, rs_error *error)
{
    const char *const path = rs_value(arguments, RS_OPT_OUT, NULL);
    RS_REFUSE(path == NULL, error, NULL,
              "-o HEADS.npz is needed: where the heads are to be written");
    RS_TRY(rs_fit_check_path(path, error));
    RS_TRY(rs_format_text(&state->checkpoint, error, "%s.checkpoint", path));
    return rs_check_output(arguments, RS_OPT_OUT, state->checkpoint, error);
}

/* Before anything is read: a device that is not there is told at once. */
static rs_status open_engine(fit_state *state, rs_error *error)
{
    rs_fit_options *const options = &state->settings.options;
    options->threads = state->input.evaluator.threads;
    options->memory_bytes = state->input.evaluator.memory_bytes;
    if (state->input.evaluator.backend != RS_BACKEND_CUDA) {
        return RS_OK;
    }
    RS_TRY(rs_evaluator_create(&state->input.evaluator, &state->evaluator, error));
    options->engine = state->evaluator->engine;
    return RS_OK;
}

static rs_status read_labels(const rs_arguments *arguments, fit_state *state, rs_error *error)
{
    RS_TRY(rs_load_labels(arguments, RS_LABELS_GIVEN, &state->labels, error));
    RS_TRY(rs_reading_make(&state->input.reading, state->labels, &state->reading, error));
    return rs_fit_targets_make(state->labels, state->reading.order, state->settings.sets,
                               &state->settings.keep, &state->targets, error);
}

static rs_status open_features(const rs_context *context, fit_state *state, rs_error *error)
{
    rs_source_options options = state->input.reading.source;
    rs_source *source = NULL;
    options.stop = context->catch_signals();
    const rs_watch watch = {.stop = options.stop};
    const uint64_t given = state->input.evaluator.memory_bytes;
    RS_TRY(rs_source_open(rs_value(context->arguments, RS_OPT_FEATURES, NULL), &options, &source,
                          error));
    return rs_fit_features_take(source, state->targets.rows, given == 0 ? HELD_BYTES : given,
                                &watch, &state->features, error);
}

/* Steps of that size do not overshoot: the loss bends by no more than the mean squared norm. */
static rs_status set_rate(fit_state *state, rs_error *error)
{
    if (!state->settings.default_rate) {
        return RS_OK;
    }
    if (!(state->features.mean_square > 0.0)) {
        return rs_fail(error, RS_FORMAT, state->features.info->path, rs_nowhere(),
                       "were they ever written? With --lr heads learn the bias alone",
                       "all features are 0");
    }
    for (size_t h = 0; h < state->settings.options.head_count; ++h) {
        state->settings.heads[h].lr = 1.0 / state->features.mean_square;
    }
    return RS_OK;
}

static rs_status warn_of_classes(const fit_state *state, bool kept, rs_error *error)
{
    rs_text names = {0};
    uint64_t *rows = NULL;
    uint32_t named = 0;
    RS_TRY(RS_NEW(&rows, state->targets.classes, "classes", error));
    const uint32_t without = rs_fit_count_classes(&state->targets, kept, rows);
    for (uint32_t c = 0; c < state->targets.classes && named < CLASSES_NAMED; ++c) {
        if (rows[c] == 0) {
            rs_text_printf(&names, "%s%" PRIu32, named++ == 0 ? "" : ", ", c);
        }
    }
    free(rows);
    const rs_status status = rs_text_check(&names, error);
    if (status == RS_OK && without > 0) {
        rs_warn("%" PRIu32 " of %" PRIu32 " classes have no %srow to learn from: %s%s", without,
                state->targets.classes, kept ? "kept " : "", names.data,
                without > named ? ", ..." : "");
    }
    rs_text_clear(&names);
    return status;
}

static rs_status prepare(const rs_context *context, fit_state *state, rs_error *error)
{
    const rs_arguments *const arguments = context->arguments;
    const bool listed = rs_given(arguments, RS_OPT_KEEP) || rs_given(arguments, RS_OPT_DROP);
    RS_TRY(rs_fit_settings_take(arguments, &state->settings, error));
    RS_TRY(rs_eval_settings_take(arguments, &state->input, error));
    RS_TRY(check_output(arguments, state, error));
    RS_TRY(open_engine(state, error));
    RS_TRY(read_labels(arguments, state, error));
    if (!listed || rs_given(arguments, RS_OPT_GRID)) {
        RS_TRY(warn_of_classes(state, false, error));
    }
    if (listed) {
        RS_TRY(warn_of_classes(state, true, error));
    }
    RS_TRY(open_features(context, state, error));
    RS_TRY(set_rate(state, error));
    RS_TRY(rs_fit_begin(&state->settings.options, &state->features, &state->targets, &state->fit,
                        error));
    return rs_fit_resume(state->fit, state->checkpoint, &state->resumed, error);
}

/* ---- the run ---- */

typedef struct shown {
    rs_progress *progress;
    uint64_t resumed;
} shown;

static void report_step(void *context, uint64_t rows, double loss)
{
    const shown *const to = context;
    char note[40];
    (void)snprintf(note, sizeof note, "loss %.4f", loss);
    rs_progress_note(to->progress, rows - to->resumed, note);
}

static rs_status train(const rs_context *context, fit_state *state, rs_error *error)
{
    shown to = {.resumed = state->resumed};
    const rs_fit_watch watch = {
        .step_done = report_step,
        .context = &to,
        .stop = context->catch_signals(),
        .checkpoint = state->checkpoint,
        .checkpoint_ms = CHECKPOINT_MS,
        .heads = rs_value(context->arguments, RS_OPT_OUT, NULL),
    };
    RS_TRY(rs_progress_begin(STDERR_FILENO, state->input.progress, "training",
                             rs_fit_total_rows(state->fit) - state->resumed, &to.progress, error));
    const double begin_ms = rs_clock_ms();
    const rs_status status = rs_fit_run(state->fit, &watch, error);
    state->fit_ms = rs_clock_ms() - begin_ms;
    rs_progress_end(to.progress);
    return status;
}

/* A rate that is far too large need not end in NaN: float holds much. */
static void warn_of_losses(const fit_state *state)
{
    const rs_fit_options *const options = &state->settings.options;
    for (size_t h = 0; h < options->head_count; ++h) {
        const double first = rs_fit_first_loss(state->fit, h);
        const double last = rs_fit_get(state->fit, h, options->epoch_count - 1)->loss;
        if (last > first) {
            rs_warn("%s%sthe loss was %.4g at first and is %.4g now: lower --lr (%.4g)",
                    options->heads[h].name, options->heads[h].name[0] == '\0' ? "" : ": ", first,
                    last, options->heads[h].lr);
        }
    }
}

static rs_status write_all(const rs_arguments *arguments, const fit_state *state,
                           rs_outputs *outputs, rs_error *error)
{
    const rs_fit_summary summary = {
        .fit = state->fit,
        .options = &state->settings.options,
        .features = &state->features,
        .classes = state->targets.classes,
        .path = rs_value(arguments, RS_OPT_OUT, NULL),
        .resumed_rows = state->resumed,
        .fit_ms = state->fit_ms,
    };
    rs_file_writer *file = NULL;
    RS_TRY(rs_fit_write(state->fit, summary.path, &file, error));
    RS_TRY(rs_outputs_take(outputs, file, error));
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_JSON, NULL), error, rs_fit_json, &summary);
    RS_WRITE_TO(outputs, RS_TABLE_PATH(arguments, RS_OPT_JSON), error, rs_fit_table, &summary);
    return RS_OK;
}

/* The checkpoint stays until the heads are on the disk: where that is full, nothing is lost. */
static rs_status fit(const rs_context *context, fit_state *state, rs_error *error)
{
    RS_TRY(prepare(context, state, error));
    if (state->resumed > 0) {
        rs_say("reassess: ", "going on from %s", state->checkpoint);
    }
    RS_TRY(train(context, state, error));
    warn_of_losses(state);
    rs_outputs outputs = rs_outputs_begin(context);
    const rs_status status =
        rs_outputs_end(&outputs, write_all(context->arguments, state, &outputs, error), error);
    if (status == RS_OK) {
        (void)unlink(state->checkpoint);
    } else {
        rs_error ignored;
        (void)rs_fit_save(state->fit, state->checkpoint, &ignored);
    }
    return status;
}

rs_status rs_command_fit(const rs_context *context, rs_error *error)
{
    fit_state state = {.labels = NULL};
    const rs_status status = fit(context, &state, error);
    rs_fit_free(state.fit);
    rs_evaluator_free(state.evaluator);
    rs_fit_features_clear(&state.features);
    rs_fit_targets_clear(&state.targets);
    rs_reading_clear(&state.reading);
    rs_labels_free(state.labels);
    free(state.checkpoint);
    return status;
}
