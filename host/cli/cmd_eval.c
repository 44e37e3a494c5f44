/* cmd_eval.c - reassess eval: labels once, then model after model. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/eval_output.h"
#include "cli/eval_settings.h"
#include "cli/models.h"
#include "cli/run_inputs.h"
#include "report/sidecar.h"

/* How many predictions the lines of --per-row hold when --keep-topk does not say. */
enum { PER_ROW_PREDICTIONS = 5 };

typedef struct eval_state {
    rs_eval_settings settings;
    rs_models models;
    rs_run_inputs inputs;
} eval_state;

static rs_status prepare(const rs_context *context, eval_state *state, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    rs_eval_settings *settings = &state->settings;
    RS_TRY(rs_eval_settings_take(arguments, settings, error));
    RS_TRY(rs_models_make(arguments, &state->models, error));
    RS_TRY(rs_run_inputs_make(context, settings, &state->inputs, error));

    rs_run_setup *const setup = &state->inputs.setup;
    setup->keep = settings->keep_topk;
    if (setup->keep == 0 && settings->per_row != NULL) {
        setup->keep = PER_ROW_PREDICTIONS;
    }
    if (setup->keep == 0 && settings->confusions != NULL) {
        setup->keep = 1;
    }
    setup->per_row = settings->per_row != NULL;
    setup->hash_input = settings->hash;
    return RS_OK;
}

static rs_status write_sidecar(const eval_state *state, const rs_run_result *result,
                               rs_error *error)
{
    if (state->settings.keep_topk == 0) {
        return RS_OK;
    }
    return rs_sidecar_write(state->settings.keep_dir, &result->record, &result->results,
                            result->rows.end - result->rows.begin, error);
}

static rs_status write_confusions(const eval_state *state, const rs_run_result *result,
                                  rs_eval_output *output, rs_error *error)
{
    rs_confusions confusions;
    if (state->settings.confusions == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_confusions_count(state->inputs.evaluator, rs_labels_get_view(result->labels),
                               result->rows, result->results.prediction, result->results.keep,
                               &confusions, error));
    const rs_status status =
        rs_eval_output_confusions(output, &result->record, &confusions, error);
    rs_confusions_clear(&confusions);
    return status;
}

static rs_status check_strict(const eval_state *state, const rs_run_result *result,
                              rs_error *error)
{
    if (!state->settings.strict) {
        return RS_OK;
    }
    if (result->metrics.nan_rows > 0) {
        return rs_fail(error, RS_STRICT, result->record.input->path, rs_nowhere(),
                       "see --per-row for which rows they are",
                       "--strict: some rows are invalid (they hold a NaN)");
    }
    if (result->near_chance) {
        return rs_fail(error, RS_STRICT, result->record.input->path, rs_nowhere(), NULL,
                       "--strict: the accuracy is near chance");
    }
    return RS_OK;
}

/* *strict gets the first strict check that failed; all models are scored and written all the
 * same. */
static rs_status eval_model(const eval_state *state, const rs_model *model, rs_eval_output *output,
                            rs_status *strict, rs_error *strict_error, rs_error *error)
{
    const rs_run_model run = {
        .name = model->name,
        .paths = model->paths,
        .path_count = model->path_count,
        .scores_path = model->scores_path,
        .ensemble = state->settings.is_ensemble ? &state->settings.ensemble : NULL,
    };
    rs_run_result result;
    rs_status status = rs_model_run(&state->inputs.setup, &run, &result, error);
    if (status == RS_OK) {
        status = write_sidecar(state, &result, error);
    }
    if (status == RS_OK) {
        for (size_t i = 0; i < result.record.warnings.count; ++i) {
            rs_warn("%s: %s", model->name, result.record.warnings.text[i]);
        }
        status = rs_eval_output_add(output, &result.record, rs_labels_get_view(result.labels),
                                    result.order, result.rows, &result.results, error);
    }
    if (status == RS_OK) {
        status = write_confusions(state, &result, output, error);
    }
    if (status == RS_OK && *strict == RS_OK) {
        *strict = check_strict(state, &result, strict_error);
    }
    rs_run_result_clear(&result);
    return status;
}

static rs_status eval_models(const eval_state *state, rs_error *error)
{
    size_t name_width = strlen("model");
    for (size_t i = 0; i < state->models.count; ++i) {
        const size_t length = strlen(state->models.model[i].name);
        name_width = length > name_width ? length : name_width;
    }
    rs_eval_output output = {0};
    rs_error strict_error = {0};
    rs_status strict = RS_OK;
    rs_status status =
        rs_eval_output_begin(&state->settings, state->models.count, name_width, &output, error);
    for (size_t i = 0; status == RS_OK && i < state->models.count; ++i) {
        status = eval_model(state, &state->models.model[i], &output, &strict, &strict_error, error);
    }
    if (status == RS_OK) {
        status = rs_eval_output_commit(&output, error);
    }
    rs_eval_output_abort(&output);
    if (status == RS_OK && strict != RS_OK) {
        *error = strict_error;
        status = strict;
    }
    return status;
}

rs_status rs_command_eval(const rs_context *context, rs_error *error)
{
    eval_state state = {0};
    rs_status status = prepare(context, &state, error);
    if (status == RS_OK) {
        status = eval_models(&state, error);
    }
    rs_run_inputs_clear(&state.inputs);
    rs_models_clear(&state.models);
    return status;
}
