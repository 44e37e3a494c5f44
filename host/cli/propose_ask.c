/* propose_ask.c - model after model, then one list of what nobody was asked about. */
#include "cli/propose_ask.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/asked_tasks.h"
#include "cli/load_rated.h"
#include "cli/run_inputs.h"
#include "cli/scored_models.h"
#include "report/ask_report.h"

typedef struct ask_state {
    rs_eval_settings settings;
    rs_result_models models;
    rs_run_inputs inputs;
    rs_warned warned;
    rs_rated *rated;
    rs_image_rows images; /* for their names */
    rs_ask_model *found;  /* [models.count] */
    rs_asked asked;
} ask_state;

/* ---- what is wanted ---- */

rs_status rs_propose_refuse_ask_options(const rs_arguments *arguments, rs_error *error)
{
    RS_REFUSE_GIVEN(arguments, error, "make tasks of candidates with reassess tasks, or say --ask",
                    "is for propose --ask", RS_OPT_REAL, RS_OPT_RATER_SCORES, RS_OPT_PER_TASK,
                    RS_OPT_HIERARCHY, RS_OPT_IMAGES, RS_OPT_EXAMPLES, RS_OPT_EXAMPLE_COUNT,
                    RS_OPT_TITLE, RS_OPT_HTML, RS_OPT_POST);
    return RS_OK;
}

static rs_status check_options(const rs_arguments *arguments, rs_error *error)
{
    RS_REFUSE_GIVEN(arguments, error, "leave it out", "is about candidates, and --ask makes none",
                    RS_OPT_GOLDEN, RS_OPT_MIN_RECALL, RS_OPT_UNJUDGED, RS_OPT_HOLDOUT,
                    RS_OPT_EXTRA);
    RS_REFUSE(!rs_given(arguments, RS_OPT_RATER_SCORES), error,
              "name the scores that the label sets were made of, as reassess aggregate "
              "--scores-out writes them",
              "--ask needs --rater-scores FILE, which tells what raters were asked");
    return RS_OK;
}

static rs_status prepare(const rs_context *context, ask_state *state, rs_error *error)
{
    const rs_arguments *const arguments = context->arguments;
    RS_TRY(check_options(arguments, error));
    RS_TRY(rs_eval_settings_take(arguments, &state->settings, error));
    RS_TRY(rs_scored_models_make(arguments, &state->settings.reading, &state->models, error));
    RS_TRY(RS_NEW(&state->found, state->models.models.count, "models", error));
    RS_TRY(rs_run_inputs_make(context, &state->settings, &state->inputs, error));
    RS_TRY(rs_load_rated(arguments, state->inputs.labels, &state->rated, error));
    state->inputs.setup.rated = state->rated;
    return rs_image_rows_read(rs_value(arguments, RS_OPT_FILES, NULL),
                              rs_labels_get_view(state->inputs.labels)->rows, &state->images,
                              error);
}

/* ---- one model ---- */

static rs_status ask_about(ask_state *state, size_t index, rs_error *error)
{
    const rs_model *const model = &state->models.models.model[index];
    rs_run_result result;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_scored_model_run(&state->models, index, &state->inputs, &state->warned, &result,
                                    error));
    state->found[index] = (rs_ask_model){model->name, model->paths[0], result.record.bracket};
    const rs_bracket_rows rows = rs_run_first_predictions(&result);
    RS_TRY_DONE(rs_bracket_ask(state->rated, &rows, &state->asked, error));
done:
    rs_run_result_clear(&result);
    return status;
}

/* ---- what comes out ---- */

static rs_status write_all(const rs_arguments *arguments, ask_state *state, rs_outputs *outputs,
                           rs_error *error)
{
    rs_ask_summary summary = {
        .scores = rs_value(arguments, RS_OPT_RATER_SCORES, NULL),
        .models = state->found,
        .model_count = state->models.models.count,
        .asked = &state->asked,
        .has_tasks = rs_given(arguments, RS_OPT_OUT) || rs_given(arguments, RS_OPT_HTML),
    };
    const rs_asked_tasks wanted = {
        .labels = state->inputs.labels,
        .images = &state->images,
        .asked = &state->asked,
        .lines = rs_value(arguments, RS_OPT_OUT, NULL),
        .page = rs_value(arguments, RS_OPT_HTML, NULL),
    };
    if (summary.has_tasks) {
        RS_TRY(rs_asked_tasks_write(arguments, &wanted, outputs, &summary.tasks, error));
    }
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_JSON, NULL), error, rs_ask_json, &summary);
    RS_WRITE_TO(outputs, RS_TABLE_PATH(arguments, RS_OPT_OUT, RS_OPT_HTML, RS_OPT_JSON), error,
                rs_ask_table, &summary);
    return RS_OK;
}

static rs_status run(const rs_context *context, ask_state *state, rs_error *error)
{
    RS_TRY(prepare(context, state, error));
    rs_status done = RS_OK;
    for (size_t i = 0; done == RS_OK && i < state->models.models.count; ++i) {
        done = ask_about(state, i, error);
    }
    rs_warn_of_records(&state->warned);
    RS_TRY(done);
    rs_asked_sort(&state->asked);
    rs_outputs outputs = rs_outputs_begin(context);
    return rs_outputs_end(&outputs, write_all(context->arguments, state, &outputs, error), error);
}

rs_status rs_propose_ask(const rs_context *context, rs_error *error)
{
    ask_state state = {.found = NULL};
    const rs_status status = run(context, &state, error);
    rs_asked_clear(&state.asked);
    free(state.found);
    rs_image_rows_clear(&state.images);
    rs_rated_free(state.rated);
    rs_warned_clear(&state.warned);
    rs_run_inputs_clear(&state.inputs);
    rs_result_models_clear(&state.models);
    return status;
}
