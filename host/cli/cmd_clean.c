/* cmd_clean.c - reassess clean: labels, folds, then fold after fold. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/eval_settings.h"
#include "cli/load_labels.h"
#include "cli/model_look.h"
#include "cli/models.h"
#include "cli/output.h"
#include "evaluate/doubt.h"
#include "formats/input.h"
#include "report/clean_report.h"

enum { DTYPE_BYTES = 48 };

typedef struct clean_state {
    rs_eval_settings settings;
    rs_models models; /* one a fold */
    rs_clean_options options;
    rs_labels *labels;
    rs_reading reading;
    rs_folds folds;
    rs_row_names names;
    rs_evaluator *evaluator;
    rs_clean clean;
    char (
        *dtypes)[DTYPE_BYTES]; /* [models.count] as the files spell them; the sources are closed */
    rs_clean_input *inputs;
    double pass_ms;
    bool ordered; /* eval's own words about the order of rows or columns were said */
    bool looked;  /* at every input, as eval does */
} clean_state;

/* ---- what is wanted ---- */

static rs_status check_arguments(const rs_arguments *arguments, rs_error *error)
{
    const bool folds = rs_given(arguments, RS_OPT_FOLDS);
    const bool parts = rs_given(arguments, RS_OPT_PARTS);
    RS_REFUSE(!rs_given(arguments, RS_OPT_LABELS), error, "see reassess help clean",
              "--labels FILE is needed: the labels that are to be cleaned");
    RS_REFUSE(folds && parts, error, "give one of them",
              "--folds and --parts both say what several files are");
    RS_REFUSE(arguments->positional.count > 1 && !folds && !parts, error,
              "say --folds when each predicts a fold of its own, --parts when they are "
              "consecutive row blocks",
              "there are several files");
    RS_REFUSE(arguments->positional.count > RS_FOLDS_MAX, error, NULL, "at most %d folds can be",
              RS_FOLDS_MAX);
    return RS_OK;
}

static rs_status read_labels(const rs_arguments *arguments, clean_state *state, rs_error *error)
{
    RS_TRY(rs_load_labels(arguments, RS_LABELS_GIVEN, &state->labels, error));
    return rs_row_names_read(rs_value(arguments, RS_OPT_FILES, NULL), state->labels, &state->names,
                             error);
}

static rs_status make_folds(const rs_arguments *arguments, clean_state *state, rs_error *error)
{
    const char *value = rs_value(arguments, RS_OPT_FOLDS, NULL);
    if (value == NULL) {
        return RS_OK;
    }
    rs_folds_kind kind = RS_FOLDS_LIST;
    if (strcmp(value, "blocks") == 0) {
        kind = RS_FOLDS_BLOCKS;
    } else if (strcmp(value, "stripes") == 0) {
        kind = RS_FOLDS_STRIPES;
    }
    RS_TRY(rs_folds_make(kind, value, rs_labels_get_view(state->labels)->rows,
                         (uint32_t)state->models.count, &state->folds, error));
    state->options.folds = &state->folds;
    return RS_OK;
}

static rs_status make_evaluator(clean_state *state, rs_error *error)
{
    rs_evaluator_options *const options = &state->settings.evaluator;
    RS_TRY(rs_reading_make(&state->settings.reading, state->labels, &state->reading, error));
    RS_TRY(rs_reading_reorder(&state->reading, error));
    state->options.order = state->reading.order;
    options->class_map = rs_reading_map(&state->reading);
    options->values = rs_reading_values(&state->reading);
    return rs_evaluator_create(options, &state->evaluator, error);
}

static rs_status prepare(const rs_arguments *arguments, clean_state *state, rs_error *error)
{
    RS_TRY(check_arguments(arguments, error));
    RS_TRY(rs_eval_settings_take(arguments, &state->settings, error));
    RS_TRY(rs_take_number(arguments, RS_OPT_MARGIN, 1e300, "a number from 0 on",
                          &state->options.margin, error));
    RS_TRY(rs_models_make(arguments, &state->settings.reading, &state->models, error));
    RS_TRY(RS_NEW(&state->inputs, state->models.count, "inputs", error));
    RS_TRY(RS_NEW(&state->dtypes, state->models.count, "inputs", error));
    RS_TRY(read_labels(arguments, state, error));
    RS_TRY(make_folds(arguments, state, error));
    RS_TRY(make_evaluator(state, error));
    state->options.labels = state->labels;
    return rs_clean_begin(&state->options, &state->clean, error);
}

/* ---- the pass ---- */

static rs_status judge_source(const rs_context *context, clean_state *state, uint32_t fold,
                              rs_source *source, rs_error *error)
{
    rs_progress *progress = NULL;
    RS_TRY(rs_progress_begin(STDERR_FILENO, state->settings.progress,
                             state->models.model[fold].name, state->clean.rows, &progress, error));
    const rs_watch watch = rs_progress_watch(progress, context->catch_signals());
    const double begin_ms = rs_clock_ms();
    const rs_status status =
        rs_clean_judge(&state->clean, state->evaluator, source, fold, &watch, error);
    state->pass_ms += rs_clock_ms() - begin_ms;
    rs_progress_end(progress);
    return status;
}

/* What eval would say of a fold's input. Of several the order is doubted by all of them together:
 * each has its share of the rows. */
static rs_status look_at(const rs_context *context, clean_state *state, uint32_t fold,
                         uint64_t rows, bool by_file_name, rs_error *error)
{
    const bool in_part = state->models.count > 1;
    rs_reading of_fold = {.options = state->reading.options,
                          .class_map = state->reading.class_map,
                          .positions = state->reading.positions};
    const rs_reading *reading = &state->reading;
    rs_labels *labels = NULL;
    rs_model_look look = {0};
    if (in_part && rows != RS_ROWS_UNKNOWN) {
        RS_TRY(rs_clean_fold_labels(&state->clean, fold, rows, by_file_name, &labels, error));
        of_fold.labels = labels;
        of_fold.options.order = "file";
        reading = &of_fold;
    }
    const rs_run_setup setup =
        rs_model_look_setup(&state->settings, reading, state->evaluator, context->catch_signals());
    const rs_model *const model = &state->models.model[fold];
    const rs_status status =
        rs_model_look_at(&setup, model, in_part ? model->name : NULL, in_part, &look, error);
    state->looked = state->looked && look.done;
    state->ordered = state->ordered || look.ordered;
    rs_labels_free(labels);
    return status;
}

static rs_status judge_fold(const rs_context *context, clean_state *state, uint32_t fold,
                            rs_error *error)
{
    rs_source *source = NULL;
    const rs_model *const model = &state->models.model[fold];
    RS_TRY(rs_model_open(model, &state->reading, context->catch_signals(), &source, error));
    const rs_source_info *const info = rs_source_get_info(source);
    (void)strncpy(state->dtypes[fold], info->file_dtype, sizeof state->dtypes[fold] - 1);
    state->inputs[fold] = (rs_clean_input){
        .path = rs_shown_path(model->paths[0]),
        .format = info->format,
        .file_dtype = state->dtypes[fold],
        .bytes = info->bytes,
    };
    rs_status status = judge_source(context, state, fold, source, error);
    if (status == RS_OK && info->bytes == 0) {
        state->inputs[fold].bytes = info->row_bytes * state->clean.rows; /* a stream gave them */
    }
    const uint64_t rows = info->rows;
    const bool by_file_name = info->file_name_order;
    rs_source_close(source); /* or its rows would be in memory twice */
    return status == RS_OK ? look_at(context, state, fold, rows, by_file_name, error) : status;
}

static rs_status judge(const rs_context *context, clean_state *state, rs_error *error)
{
    state->looked = true;
    for (size_t fold = 0; fold < state->models.count; ++fold) {
        RS_TRY(judge_fold(context, state, (uint32_t)fold, error));
    }
    rs_clean_finish(&state->clean);
    return RS_OK;
}

/* ---- what comes out ---- */

/* What first predictions alone say of their order: of a stream, which is read once, of several
 * folds and of what a sound model is not looked at for. */
static rs_status warn_of_firsts(const clean_state *state, rs_error *error)
{
    const rs_clean *const clean = &state->clean;
    char text[RS_DOUBT_BYTES];
    RS_TRY(rs_doubt_firsts(state->labels, state->reading.order, clean->first, text, error));
    if (text[0] != '\0') {
        rs_warn("%s", text);
    }
    rs_doubt_reversed_ranks(&clean->hits, rs_labels_get_view(state->labels)->classes, text);
    if (text[0] != '\0') {
        rs_warn("%s", text);
    }
    return RS_OK;
}

static rs_status warn(const clean_state *state, rs_error *error)
{
    const rs_clean *const clean = &state->clean;
    if (clean->verdicts[RS_CLEAN_INVALID] > 0) {
        rs_warn("%" PRIu64 " of %" PRIu64 " rows are invalid (they hold a NaN) and are dropped",
                clean->verdicts[RS_CLEAN_INVALID], clean->rows);
    }
    if (!state->ordered) {
        RS_TRY(warn_of_firsts(state, error));
    }
    if (!state->looked && clean->ranked && rs_hits_look_unsorted(&clean->hits)) {
        rs_warn("%s", RS_UNSORTED_TEXT);
    }
    return RS_OK;
}

static rs_status write_all(const rs_arguments *arguments, const clean_state *state,
                           rs_outputs *outputs, rs_error *error)
{
    const rs_clean_summary summary = {
        .clean = &state->clean,
        .names = &state->names,
        .inputs = state->inputs,
        .input_count = state->models.count,
        .engine = rs_evaluator_engine(state->evaluator),
        .pass_ms = state->pass_ms,
    };
    const char *const kept = rs_value(arguments, RS_OPT_OUT, NULL);
    const char *const dropped = rs_value(arguments, RS_OPT_DROPPED, NULL);
    rs_file_writer *file = NULL;
    if (kept != NULL) {
        RS_TRY(rs_outputs_open(outputs, kept, &file, error));
        RS_TRY(rs_clean_write_kept(&summary, file, error));
    }
    if (dropped != NULL) {
        RS_TRY(rs_outputs_open(outputs, dropped, &file, error));
        RS_TRY(rs_clean_write_dropped(&summary, file, error));
    }
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_PER_CLASS, NULL), error, rs_clean_class_csv,
                &summary);
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_JSON, NULL), error, rs_clean_json, &summary);
    RS_WRITE_TO(
        outputs,
        RS_TABLE_PATH(arguments, RS_OPT_OUT, RS_OPT_DROPPED, RS_OPT_PER_CLASS, RS_OPT_JSON), error,
        rs_clean_table, &summary);
    return RS_OK;
}

static rs_status clean(const rs_context *context, clean_state *state, rs_error *error)
{
    RS_TRY(prepare(context->arguments, state, error));
    RS_TRY(judge(context, state, error));
    RS_TRY(warn(state, error));
    rs_outputs outputs = rs_outputs_begin(context);
    return rs_outputs_end(&outputs, write_all(context->arguments, state, &outputs, error), error);
}

rs_status rs_command_clean(const rs_context *context, rs_error *error)
{
    clean_state state = {0};
    const rs_status status = clean(context, &state, error);
    rs_clean_clear(&state.clean);
    rs_evaluator_free(state.evaluator);
    rs_row_names_clear(&state.names);
    rs_folds_clear(&state.folds);
    rs_reading_clear(&state.reading);
    rs_labels_free(state.labels);
    rs_models_clear(&state.models);
    free(state.inputs);
    free(state.dtypes);
    return status;
}
