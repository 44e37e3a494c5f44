/* cmd_mistakes.c - reassess mistakes: model after model, then what is left of them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/mistakes_tasks.h"
#include "cli/output.h"
#include "cli/people.h"
#include "cli/run_inputs.h"
#include "cli/scored_models.h"
#include "cli/task_options.h"
#include "relabel/aggregate.h"
#include "relabel/row_margins.h"
#include "report/mistakes_report.h"

enum { PREDICTIONS = 2, SHOWN = 20 };

typedef struct mistakes_state {
    rs_eval_settings settings;
    rs_result_models models;
    rs_run_inputs inputs;
    rs_warned warned;
    rs_people people;
    rs_mistakes_setup setup;
    rs_model_mistakes *found; /* [models.count] */
    rs_opinions opinions;     /* of several models */
    rs_consensus consensus;
    rs_mistakes_summary summary;
} mistakes_state;

/* ---- what is wanted ---- */

static rs_status take_near(const rs_arguments *arguments, double *near, rs_error *error)
{
    RS_REFUSE(rs_given(arguments, RS_OPT_NEAR) && !rs_given(arguments, RS_OPT_RATER_SCORES), error,
              "say whose with --rater-scores FILE", "--near is given, but no raters' scores");
    return rs_take_fraction(arguments, RS_OPT_NEAR, near, error);
}

/* Of a sample both halves of the table are wanted, so it is drawn from the mistakes by either. */
static rs_status take_sample(const rs_arguments *arguments, rs_mistakes_summary *summary,
                             rs_error *error)
{
    RS_REFUSE(rs_given(arguments, RS_OPT_SAMPLE) && rs_given(arguments, RS_OPT_SHOW), error,
              "leave one of them out",
              "--show takes the first mistakes, --sample takes some at random");
    RS_REFUSE(rs_given(arguments, RS_OPT_SEED) && !rs_given(arguments, RS_OPT_SAMPLE), error,
              "say how many with --sample N", "--seed is given, but no sample is drawn");
    if (rs_given(arguments, RS_OPT_SAMPLE) && !rs_given(arguments, RS_OPT_WRONG_BY)) {
        summary->by = RS_WRONG_BY_EITHER;
    }
    summary->seed = 1;
    RS_TRY(rs_take_u64(arguments, RS_OPT_SAMPLE, 1, RS_MAX_ROWS, &summary->sample, error));
    return rs_take_u64(arguments, RS_OPT_SEED, 0, UINT64_MAX, &summary->seed, error);
}

/* Taken where tasks are made, but looked at before anything is scored. */
static rs_status check_task_options(const rs_arguments *arguments, rs_error *error)
{
    rs_task_options options;
    if (!rs_given(arguments, RS_OPT_TASKS) && !rs_given(arguments, RS_OPT_HTML)) {
        RS_REFUSE_GIVEN(arguments, error, "say where with --tasks FILE.jsonl or --html FILE.html",
                        "is about rating tasks, and none are written", RS_OPT_PER_TASK,
                        RS_OPT_IMAGES, RS_OPT_EXAMPLES, RS_OPT_EXAMPLE_COUNT, RS_OPT_TITLE,
                        RS_OPT_POST);
    }
    return rs_task_options_take(arguments, &options, error);
}

static rs_status take_options(const rs_arguments *arguments, mistakes_state *state, rs_error *error)
{
    rs_mistakes_summary *const summary = &state->summary;
    state->setup.threshold = RS_DEFAULT_THRESHOLD;
    state->setup.near = RS_NEAR_THRESHOLD;
    summary->by = (rs_wrong_by)rs_choice(arguments, RS_OPT_WRONG_BY, RS_WRONG_BY_REAL);
    RS_TRY(rs_eval_settings_take(arguments, &state->settings, error));
    RS_TRY(rs_take_fraction(arguments, RS_OPT_THRESHOLD, &state->setup.threshold, error));
    RS_TRY(take_near(arguments, &state->setup.near, error));
    RS_TRY(rs_take_u64(arguments, RS_OPT_SHOW, 1, RS_MAX_ROWS, &summary->limit, error));
    RS_TRY(take_sample(arguments, summary, error));
    RS_TRY(check_task_options(arguments, error));
    summary->shown = summary->limit == 0 ? SHOWN : summary->limit;
    return RS_OK;
}

static rs_status read_people(const rs_arguments *arguments, mistakes_state *state, rs_error *error)
{
    const rs_labels *const labels = state->inputs.labels;
    RS_TRY(rs_people_read(arguments, labels, &state->people, &state->setup, error));
    state->summary.has_names = rs_given(arguments, RS_OPT_FILES) || rs_labels_are_ilsvrc(labels);
    state->summary.circular = state->people.circular;
    return RS_OK;
}

/* What several models agree on; of one there is nothing to agree. */
static rs_status begin_consensus(const rs_arguments *arguments, mistakes_state *state,
                                 rs_error *error)
{
    if (state->models.models.count > 1) {
        return rs_opinions_begin(state->inputs.labels, &state->opinions, error);
    }
    RS_REFUSE(rs_given(arguments, RS_OPT_CONSENSUS), error, "name several, or a folder of them",
              "--consensus is what models agree on, and there is one model");
    return RS_OK;
}

static rs_status prepare(const rs_context *context, mistakes_state *state, rs_error *error)
{
    RS_TRY(take_options(context->arguments, state, error));
    RS_TRY(
        rs_scored_models_make(context->arguments, &state->settings.reading, &state->models, error));
    RS_TRY(RS_NEW(&state->found, state->models.models.count, "models", error));
    RS_TRY(rs_run_inputs_make(context, &state->settings, &state->inputs, error));
    state->inputs.setup.keep = PREDICTIONS;
    RS_TRY(begin_consensus(context->arguments, state, error));
    return read_people(context->arguments, state, error);
}

/* ---- one model ---- */

/* Ranked predictions have margins where scores came with them. *margin is NULL where not. */
static rs_status find_margins(const rs_model *model, const rs_run_result *result, double **margin,
                              rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(result->source);
    const uint64_t rows = result->rows.end;
    *margin = NULL;
    if (info->content == RS_CONTENT_LOGITS) {
        return rs_row_margins_of(&result->results, rows, margin, error);
    }
    if (model->scores_path != NULL) {
        return rs_row_margins_read(model->scores_path, NULL, rows, result->source, margin, error);
    }
    if (strcmp(info->format, "npz") != 0 || model->path_count > 1) {
        return RS_OK;
    }
    const rs_status status =
        rs_row_margins_read(info->path, "values", rows, result->source, margin, error);
    return status == RS_USAGE ? RS_OK : status; /* a sidecar of ranked predictions has none */
}

static rs_status find_in(mistakes_state *state, const rs_model *model, const rs_run_result *result,
                         rs_mistakes *found, rs_error *error)
{
    double *margin = NULL;
    RS_TRY(find_margins(model, result, &margin, error));
    const rs_mistakes_input input = {
        .rows = result->rows.end,
        .prediction = result->results.prediction,
        .stride = result->results.keep,
        .margin = margin,
        .order = result->order,
    };
    rs_status status = rs_mistakes_find(&state->setup, &input, found, error);
    if (status == RS_OK && state->opinions.first != NULL) {
        status = rs_opinions_add(&state->opinions, &input, error);
    }
    free(margin);
    return status;
}

static rs_status judge_model(mistakes_state *state, size_t index, rs_error *error)
{
    const rs_model *const model = &state->models.models.model[index];
    rs_model_mistakes *const found = &state->found[index];
    rs_run_result result;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_scored_model_run(&state->models, index, &state->inputs, &state->warned, &result,
                                    error));
    found->model = model->name;
    found->path = model->paths[0];
    RS_TRY_DONE(find_in(state, model, &result, &found->found, error));
    if (state->summary.sample > 0) {
        RS_TRY_DONE(rs_mistakes_sample(&found->found, state->summary.by, state->summary.sample,
                                       state->summary.seed, error));
    }
done:
    rs_run_result_clear(&result);
    return status;
}

/* ---- what comes out ---- */

static rs_status write_all(const rs_arguments *arguments, mistakes_state *state,
                           rs_outputs *outputs, rs_error *error)
{
    state->summary.setup = &state->setup;
    state->summary.models = state->found;
    state->summary.model_count = state->models.models.count;
    RS_TRY(rs_mistakes_sort(state->found, state->models.models.count, error));
    if (state->opinions.first != NULL) {
        RS_TRY(rs_consensus_find(&state->opinions, &state->consensus, error));
        state->summary.consensus = &state->consensus;
        RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_CONSENSUS, NULL), error, rs_consensus_csv,
                    &state->summary);
    }
    RS_WRITE_TO(outputs, rs_rows_path(arguments), error, rs_mistakes_csv, &state->summary);
    RS_WRITE_TABLES(outputs, arguments, error, rs_mistakes_table, &state->summary);
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_JSON, NULL), error, rs_mistakes_json,
                &state->summary);
    RS_TRY(rs_mistakes_write_tasks(arguments, &state->summary, outputs, error));
    RS_WRITE_TO(outputs,
                RS_TABLE_PATH(arguments, RS_OPT_OUT, RS_OPT_JSON, RS_OPT_TASKS, RS_OPT_HTML,
                              RS_OPT_CONSENSUS),
                error, rs_mistakes_table, &state->summary);
    return RS_OK;
}

static rs_status find_all(const rs_context *context, mistakes_state *state, rs_error *error)
{
    RS_TRY(prepare(context, state, error));
    rs_status judged = RS_OK;
    for (size_t i = 0; judged == RS_OK && i < state->models.models.count; ++i) {
        judged = judge_model(state, i, error);
    }
    rs_warn_of_records(&state->warned);
    RS_TRY(judged);
    rs_outputs outputs = rs_outputs_begin(context);
    return rs_outputs_end(&outputs, write_all(context->arguments, state, &outputs, error), error);
}

rs_status rs_command_mistakes(const rs_context *context, rs_error *error)
{
    mistakes_state state = {.people = rs_people_make()};
    const rs_status status = find_all(context, &state, error);
    for (size_t i = 0; state.found != NULL && i < state.models.models.count; ++i) {
        rs_mistakes_clear(&state.found[i].found);
    }
    free(state.found);
    rs_consensus_clear(&state.consensus);
    rs_opinions_clear(&state.opinions);
    rs_people_clear(&state.people);
    rs_warned_clear(&state.warned);
    rs_run_inputs_clear(&state.inputs);
    rs_result_models_clear(&state.models);
    return status;
}
