/* cmd_eval.c - reassess eval: labels once, then model after model. */
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/eval_output.h"
#include "cli/eval_settings.h"
#include "cli/load_rated.h"
#include "cli/load_slices.h"
#include "cli/models.h"
#include "cli/output_check.h"
#include "cli/run_inputs.h"
#include "report/sidecar.h"

/* How many predictions the lines of --per-row hold when --keep-topk does not say. */
enum { PER_ROW_PREDICTIONS = 5 };

typedef struct eval_state {
    rs_eval_settings settings;
    rs_models models;
    rs_run_inputs inputs;
    rs_rated *rated;
    rs_slices slices;
} eval_state;

static rs_status make_sidecar_paths(const rs_arguments *arguments, const eval_state *state,
                                    char **paths, rs_error *error)
{
    const rs_eval_settings *const settings = &state->settings;
    for (size_t i = 0; i < state->models.count; ++i) {
        RS_TRY(rs_sidecar_path(settings->keep_dir, state->models.model[i].name,
                               settings->keep_topk, &paths[i], error));
        RS_TRY(rs_check_output(arguments, RS_OPT_KEEP_TOPK, paths[i], error));
        for (size_t j = 0; j < i; ++j) {
            if (strcmp(paths[i], paths[j]) == 0) {
                return rs_fail(error, RS_USAGE, paths[i], rs_nowhere(),
                               "tell them apart with --name",
                               "--keep-topk would write two models to this file");
            }
        }
    }
    return RS_OK;
}

/* The files of --keep-topk have the models' names: one each, and none that is an input. */
static rs_status check_sidecars(const rs_arguments *arguments, const eval_state *state,
                                rs_error *error)
{
    const size_t count = state->models.count;
    char **paths = NULL;
    rs_status status = RS_OK;
    if (state->settings.keep_topk == 0) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&paths, count, "file names", error));
    status = make_sidecar_paths(arguments, state, paths, error);
    for (size_t i = 0; i < count; ++i) {
        free(paths[i]);
    }
    free(paths);
    return status;
}

static rs_status refuse_folders(const rs_argument_list *models, rs_error *error)
{
    for (size_t i = 0; i < models->count; ++i) {
        if (rs_is_folder(models->value[i])) {
            return rs_fail(error, RS_IO, models->value[i], rs_nowhere(),
                           "name a file inside it, or score all of them: reassess sweep --out "
                           "RESULTS FOLDER",
                           "this is a folder, a file is needed");
        }
    }
    return RS_OK;
}

static rs_status load_slices(const rs_arguments *arguments, eval_state *state, rs_error *error)
{
    const bool asked = rs_given(arguments, RS_OPT_SLICE);
    RS_REFUSE(!asked && state->settings.per_slice != NULL, error, NULL,
              "--per-slice writes what --slice counts: say --slice too");
    state->inputs.setup.slices = asked ? &state->slices : NULL;
    return rs_load_slices(arguments, state->inputs.labels, &state->slices, error);
}

/* Or confusions are counted from predictions, which are kept for that. */
static bool counts_in_the_pass(const eval_state *state)
{
    return state->models.model[0].weight_path == NULL &&
           rs_confusions_in_pass(state->inputs.evaluator, rs_labels_get_view(state->inputs.labels));
}

static rs_status prepare(const rs_context *context, eval_state *state, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    rs_eval_settings *settings = &state->settings;
    RS_TRY(rs_eval_settings_take(arguments, settings, error));
    RS_TRY(refuse_folders(&arguments->positional, error));
    RS_TRY(rs_models_make(arguments, &settings->reading, &state->models, error));
    RS_TRY(check_sidecars(arguments, state, error));
    RS_TRY(rs_run_inputs_make(context, settings, &state->inputs, error));
    RS_TRY(rs_load_rated(arguments, state->inputs.labels, &state->rated, error));
    RS_TRY(load_slices(arguments, state, error));

    rs_run_setup *const setup = &state->inputs.setup;
    setup->keep = settings->keep_topk;
    if (setup->keep == 0 && settings->per_row != NULL) {
        setup->keep = PER_ROW_PREDICTIONS;
    }
    setup->pairs = settings->confusions != NULL && counts_in_the_pass(state);
    if (setup->keep == 0 && settings->confusions != NULL && !setup->pairs) {
        setup->keep = 1;
    }
    setup->per_row = settings->per_row != NULL;
    setup->hash_input = settings->hash;
    setup->average_precision = settings->average_precision;
    setup->rated = state->rated;
    return RS_OK;
}

static rs_status write_confusions(const eval_state *state, const rs_run_result *result,
                                  rs_eval_output *output, rs_error *error)
{
    rs_confusions confusions;
    if (state->settings.confusions == NULL) {
        return RS_OK;
    }
    if (state->inputs.setup.pairs) {
        RS_TRY(rs_confusions_of_pairs(&result->pairs, &confusions, error));
    } else {
        RS_TRY(rs_confusions_count(state->inputs.evaluator, rs_labels_get_view(result->labels),
                                   result->rows, result->results.prediction, result->results.keep,
                                   &confusions, error));
    }
    const rs_status status = rs_eval_output_confusions(output, result, &confusions, error);
    rs_confusions_clear(&confusions);
    return status;
}

static rs_status check_strict(const eval_state *state, const rs_run_result *result, rs_error *error)
{
    if (!state->settings.strict) {
        return RS_OK;
    }
    if (result->metrics.nan_rows > 0) {
        return rs_fail(error, RS_STRICT, result->record.input.path, rs_nowhere(),
                       "see --per-row for which rows they are",
                       "--strict: some rows are invalid (they hold a NaN)");
    }
    if (result->doubtful) {
        return rs_fail(error, RS_STRICT, result->record.input.path, rs_nowhere(), NULL,
                       result->near_chance ? "--strict: the accuracy is near chance"
                                           : "--strict: the result is doubtful, as was warned");
    }
    return RS_OK;
}

/* What all models of a command share. */
typedef struct eval_report {
    rs_eval_output output;
    rs_status strict; /* the first strict check that failed; all models are written all the same */
    rs_error strict_error;
    size_t failed;
    rs_status failure; /* of the first model that failed */
} eval_report;

/* Of several models one that cannot be scored is named, and the others are, as in a sweep. */
static rs_status fail_model(const eval_state *state, const rs_model *model, const rs_error *failure,
                            eval_report *report, rs_error *error)
{
    char text[3 * RS_ERROR_TEXT_BYTES + RS_ERROR_FILE_BYTES];
    if (failure->status == RS_INTERRUPTED || state->models.count == 1) {
        *error = *failure;
        return failure->status;
    }
    rs_say("reassess: ", "%s: failed: %s", model->name, rs_error_text(failure, text, sizeof text));
    report->failure = report->failed == 0 ? failure->status : report->failure;
    report->failed += 1;
    return RS_OK;
}

/* Warnings, files, tables. */
static rs_status report_model(const eval_state *state, const rs_run_result *result,
                              eval_report *report, rs_error *error)
{
    for (size_t i = 0; i < result->record.warnings.count; ++i) {
        rs_warn("%s: %s", result->record.model, result->record.warnings.item[i].text);
    }
    RS_TRY(rs_eval_output_add(&report->output, result, error));
    RS_TRY(write_confusions(state, result, &report->output, error));
    if (report->strict == RS_OK) {
        report->strict = check_strict(state, result, &report->strict_error);
    }
    return RS_OK;
}

static rs_status eval_model(const eval_state *state, const rs_model *model, eval_report *report,
                            rs_error *error)
{
    rs_run_result result;
    rs_error failure = {0};
    const rs_status status = rs_model_run(&state->inputs.setup, model, &result, &failure) == RS_OK
                                 ? report_model(state, &result, report, error)
                                 : fail_model(state, model, &failure, report, error);
    rs_run_result_clear(&result);
    return status;
}

/* ---- heads ---- */

/* Those that can be loaded; the others fail by themselves. */
static rs_status load_heads(const eval_state *state, rs_head_run *heads, size_t *count,
                            eval_report *report, rs_error *error)
{
    const rs_models *const models = &state->models;
    *count = 0;
    for (size_t h = 0; h < models->count; ++h) {
        rs_error failure = {0};
        rs_head_run *const head = &heads[*count];
        if (rs_head_run_load(&models->model[h], state->inputs.setup.stop, head, &failure) ==
            RS_OK) {
            *count += 1;
            continue;
        }
        rs_head_run_clear(head);
        RS_TRY(fail_model(state, &models->model[h], &failure, report, error));
    }
    return RS_OK;
}

/* Scores the heads in one pass over their features. When that fails not all of them may be to
 * blame: each is tried by itself, where the features can be read again. What a device failed at
 * is not for another try to hide. */
static rs_status run_heads(const eval_state *state, rs_head_run *heads, size_t count,
                           eval_report *report, rs_error *error)
{
    rs_error failure = {0};
    if (rs_heads_run(&state->inputs.setup, heads, count, &failure) == RS_OK) {
        for (size_t h = 0; h < count; ++h) {
            RS_TRY(report_model(state, &heads[h].result, report, error));
        }
        return RS_OK;
    }
    const bool once = strcmp(heads[0].model->paths[0], "-") == 0;
    for (size_t h = 0; h < count; ++h) {
        rs_run_result *const result = &heads[h].result;
        rs_run_result_clear(result);
        const bool again = count > 1 && !once && failure.status != RS_INTERRUPTED &&
                           failure.status != RS_DEVICE;
        if (again && rs_heads_run(&state->inputs.setup, &heads[h], 1, &failure) == RS_OK) {
            RS_TRY(report_model(state, result, report, error));
        } else {
            RS_TRY(fail_model(state, heads[h].model, &failure, report, error));
        }
    }
    return RS_OK;
}

static rs_status eval_heads(const eval_state *state, eval_report *report, rs_error *error)
{
    rs_head_run *heads = NULL;
    size_t count = 0;
    RS_TRY(RS_NEW(&heads, state->models.count, "heads", error));
    rs_status status = load_heads(state, heads, &count, report, error);
    if (status == RS_OK && count > 0) {
        status = run_heads(state, heads, count, report, error);
    }
    for (size_t h = 0; h < count; ++h) {
        rs_head_run_clear(&heads[h]);
    }
    free(heads);
    return status;
}

static rs_status eval_all(const eval_state *state, eval_report *report, rs_error *error)
{
    if (state->models.model[0].weight_path != NULL) {
        return eval_heads(state, report, error);
    }
    for (size_t i = 0; i < state->models.count; ++i) {
        RS_TRY(eval_model(state, &state->models.model[i], report, error));
    }
    return RS_OK;
}

static rs_status fail_some(const eval_state *state, const eval_report *report, rs_error *error)
{
    const bool all = report->failed == state->models.count;
    return rs_fail(error, report->failure, NULL, rs_nowhere(), "the lines above say why",
                   "%zu of %zu models failed%s", report->failed, state->models.count,
                   all ? "" : ", the others were scored");
}

static rs_status eval_models(const rs_context *context, const eval_state *state, rs_error *error)
{
    eval_report report = {.strict = RS_OK, .output.files = rs_outputs_begin(context)};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_eval_output_begin(&state->settings, state->models.count, &report.output, error));
    RS_TRY_DONE(eval_all(state, &report, error));
    if (report.failed == state->models.count) { /* then files would have nothing in them */
        status = fail_some(state, &report, error);
    }
done:
    status = rs_eval_output_end(&report.output, status, error);
    if (status == RS_OK && report.failed > 0) {
        status = fail_some(state, &report, error);
    }
    if (status == RS_OK && report.strict != RS_OK) {
        *error = report.strict_error;
        status = report.strict;
    }
    return status;
}

rs_status rs_command_eval(const rs_context *context, rs_error *error)
{
    eval_state state = {0};
    rs_status status = prepare(context, &state, error);
    if (status == RS_OK) {
        status = eval_models(context, &state, error);
    }
    rs_rated_free(state.rated);
    rs_slices_clear(&state.slices);
    rs_run_inputs_clear(&state.inputs);
    rs_models_clear(&state.models);
    return status;
}
