/* cmd_eval.c - reassess eval: labels once, then model after model. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/eval_output.h"
#include "cli/eval_settings.h"
#include "cli/models.h"
#include "report/sidecar.h"
#include "sweep/model_run.h"

/* How many predictions the lines of --per-row hold when --keep-topk does not say. */
enum { PER_ROW_PREDICTIONS = 5 };

typedef struct eval_state {
    rs_eval_settings settings;
    rs_models models;
    rs_labels *labels;
    rs_labels *reordered;
    rs_order *order;
    rs_class_map *class_map;
    bool *excluded;
    rs_evaluator *evaluator;
    rs_run_setup setup;
} eval_state;

static rs_status prepare_labels(const rs_arguments *arguments, eval_state *state, rs_error *error)
{
    const char *map_path = rs_value(arguments, RS_OPT_CLASS_MAP, NULL);
    RS_TRY(rs_load_labels(arguments, &state->labels, error));
    RS_TRY(rs_load_excluded(arguments, state->labels, &state->excluded, error));
    if (map_path != NULL) {
        RS_TRY(rs_class_map_load(map_path, state->labels, &state->class_map, error));
    }
    if (state->settings.order == RS_ORDER_FILE) {
        return RS_OK;
    }
    RS_TRY(
        rs_order_create(state->labels, state->settings.order,
                        state->settings.order == RS_ORDER_LIST ? state->settings.order_text : NULL,
                        &state->order, error));
    return rs_labels_reorder(state->labels, state->order, &state->reordered, error);
}

static rs_status prepare(const rs_context *context, eval_state *state, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    rs_eval_settings *settings = &state->settings;
    RS_TRY(rs_eval_settings_take(arguments, settings, error));
    RS_TRY(rs_models_make(arguments, &state->models, error));
    const double labels_begin_ms = rs_clock_ms();
    RS_TRY(prepare_labels(arguments, state, error));
    const double labels_ms = rs_clock_ms() - labels_begin_ms;
    settings->evaluator.class_map = state->class_map;
    settings->metrics.oracle_excluded = state->excluded;
    RS_TRY(rs_evaluator_create(&settings->evaluator, &state->evaluator, error));

    uint32_t keep = settings->keep_topk;
    if (keep == 0 && settings->per_row != NULL) {
        keep = PER_ROW_PREDICTIONS;
    }
    if (keep == 0 && settings->confusions != NULL) {
        keep = 1;
    }
    state->setup = (rs_run_setup){
        .labels = state->labels,
        .ordered = state->reordered != NULL ? state->reordered : state->labels,
        .order = state->order,
        .order_kind = settings->order,
        .order_text = settings->order_text,
        .evaluated = rs_count_evaluated(state->labels),
        .evaluator = state->evaluator,
        .source = settings->source,
        .metrics = settings->metrics,
        .has_row_range = settings->has_row_range,
        .row_range = settings->row_range,
        .keep = keep,
        .per_row = settings->per_row != NULL,
        .hash_input = settings->hash,
        .progress = settings->progress,
        .labels_ms = labels_ms,
        .start_ms = context->start_ms,
        .stop = context->stop,
    };
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
    RS_TRY(rs_confusions_count(state->evaluator, rs_labels_get_view(result->labels), result->rows,
                               result->results.prediction, result->results.keep, &confusions,
                               error));
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
    const rs_run_model run = {model->name, model->paths, model->path_count, model->scores_path};
    rs_run_result result;
    rs_status status = rs_model_run(&state->setup, &run, &result, error);
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
    rs_evaluator_free(state.evaluator);
    rs_class_map_free(state.class_map);
    rs_labels_free(state.reordered);
    rs_order_free(state.order);
    rs_labels_free(state.labels);
    free(state.excluded);
    rs_models_clear(&state.models);
    return status;
}
