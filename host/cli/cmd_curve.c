/* cmd_curve.c - reassess curve: precision and recall of scores, raters, majority and labels. */
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/golden_marks.h"
#include "cli/models.h"
#include "cli/output.h"
#include "cli/relabel_inputs.h"
#include "relabel/aggregate.h"
#include "report/curve_report.h"

typedef struct curve_state {
    rs_relabel_inputs inputs;
    rs_models models;
    rs_scores *scores; /* [models.count] */
    rs_named_curve *curves;
    rs_named_mark *marks;
    double *recipe; /* of the votes' pairs; NULL: not known */
    rs_figure figure;
} curve_state;

static rs_status check_arguments(const rs_arguments *arguments, rs_error *error)
{
    RS_REFUSE(!rs_given(arguments, RS_OPT_GOLDEN), error, "see reassess help curve",
              "--golden FILE is needed");
    RS_REFUSE(arguments->positional.count == 0 && !rs_given(arguments, RS_OPT_VOTES) &&
                  !rs_given(arguments, RS_OPT_GOLDEN_VOTES) && !rs_given(arguments, RS_OPT_LABELS),
              error, "see reassess help curve",
              "there is nothing to draw: give SCORES.npz, --votes, --golden-votes or --labels");
    return RS_OK;
}

/* ---- scores ---- */

static rs_status read_scores(const rs_arguments *arguments, curve_state *state, rs_error *error)
{
    if (arguments->positional.count == 0) {
        return RS_OK;
    }
    const rs_reading_options reading = {.order = NULL}; /* scores are not rows */
    RS_TRY(rs_models_make(arguments, &reading, &state->models, error));
    RS_TRY(RS_NEW(&state->scores, state->models.count, "scores", error));
    RS_TRY(RS_NEW(&state->curves, state->models.count, "curves", error));
    for (size_t i = 0; i < state->models.count; ++i) {
        RS_TRY(rs_scores_read(state->models.model[i].paths[0], state->inputs.labels,
                              &state->scores[i], error));
        RS_TRY(rs_golden_complete(&state->inputs.golden, &state->scores[i].pairs, error));
    }
    return RS_OK;
}

/* After all scores were read: each may add pairs to a golden set of lists. */
static rs_status make_curves(curve_state *state, rs_error *error)
{
    const rs_relabel_inputs *const inputs = &state->inputs;
    if (inputs->has_votes && inputs->has_golden_votes && state->models.count > 0) {
        RS_TRY(rs_recipe_scores(&inputs->golden, &inputs->votes, &inputs->golden_votes,
                                &state->recipe, error));
    }
    for (size_t i = 0; i < state->models.count; ++i) {
        rs_named_curve *const named = &state->curves[i];
        named->name = state->models.model[i].name;
        named->path = state->models.model[i].paths[0];
        RS_TRY(rs_curve_make(&inputs->golden, &state->scores[i], &named->curve, error));
        named->in_sample =
            rs_scores_in_sample(&inputs->golden, &state->scores[i], &inputs->votes, state->recipe);
        ++state->figure.curve_count;
    }
    state->figure.curves = state->curves;
    return RS_OK;
}

/* ---- marks ---- */

static rs_status add_majority(const curve_state *state, rs_golden_marks *marks, rs_error *error)
{
    static const char name[] = "majority of answers";
    rs_curve_mark mark;
    RS_TRY(rs_curve_majority(&state->inputs.golden, &state->inputs.votes, &mark, error));
    marks->mark[marks->count++] =
        (rs_named_mark){RS_MARK_MAJORITY, {name, sizeof name - 1}, mark};
    return RS_OK;
}

static rs_status make_marks(curve_state *state, rs_error *error)
{
    const rs_relabel_inputs *inputs = &state->inputs;
    const rs_votes *const experts = inputs->golden.experts;
    const uint64_t raters = inputs->has_golden_votes ? inputs->golden_votes.raters.count : 0;
    const uint64_t judges = experts == NULL ? 0 : experts->raters.count;
    RS_TRY(RS_NEW(&state->marks, raters + 2 * judges + 2, "marks", error));
    rs_golden_marks marks = {.golden = &inputs->golden, .mark = state->marks};
    RS_TRY(rs_golden_marks_add_labels(&marks, inputs->labels, &inputs->images, error));
    if (inputs->has_votes) {
        RS_TRY(add_majority(state, &marks, error));
    }
    RS_TRY(rs_golden_marks_add_experts(&marks, error));
    if (inputs->has_golden_votes) {
        RS_TRY(rs_golden_marks_add_people(&marks, RS_MARK_RATER, &inputs->golden_votes, error));
    }
    state->figure.marks = state->marks;
    state->figure.mark_count = marks.count;
    return RS_OK;
}

/* ---- what comes out ---- */

static rs_status write_all(const rs_arguments *arguments, const rs_figure *figure,
                           rs_outputs *outputs, rs_error *error)
{
    RS_WRITE_TO(outputs, rs_rows_path(arguments), error, rs_figure_csv, figure);
    RS_WRITE_TABLES(outputs, arguments, error, rs_figure_table, figure);
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_SVG, NULL), error, rs_figure_svg, figure);
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_JSON, NULL), error, rs_figure_json, figure);
    RS_WRITE_TO(outputs, RS_TABLE_PATH(arguments, RS_OPT_OUT, RS_OPT_JSON, RS_OPT_SVG), error,
                rs_figure_table, figure);
    return RS_OK;
}

static rs_status draw(const rs_context *context, curve_state *state, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    rs_figure *const figure = &state->figure;
    figure->threshold = RS_DEFAULT_THRESHOLD;
    RS_TRY(check_arguments(arguments, error));
    RS_TRY(rs_take_fraction(arguments, RS_OPT_THRESHOLD, &figure->threshold, error));
    RS_TRY(rs_relabel_inputs_read(arguments, false, &state->inputs, error));
    RS_TRY(read_scores(arguments, state, error));
    RS_TRY(make_curves(state, error));
    RS_TRY(make_marks(state, error));
    figure->golden_path = state->inputs.golden.path;
    rs_golden_count(&state->inputs.golden, &figure->judged, &figure->present);
    rs_outputs outputs = rs_outputs_begin(context);
    return rs_outputs_end(&outputs, write_all(arguments, figure, &outputs, error), error);
}

rs_status rs_command_curve(const rs_context *context, rs_error *error)
{
    curve_state state = {0};
    const rs_status status = draw(context, &state, error);
    for (size_t i = 0; i < state.models.count; ++i) {
        if (state.scores != NULL) {
            rs_scores_clear(&state.scores[i]);
        }
        if (state.curves != NULL) {
            rs_curve_clear(&state.curves[i].curve);
        }
    }
    free(state.scores);
    free(state.curves);
    free(state.marks);
    free(state.recipe);
    rs_models_clear(&state.models);
    rs_relabel_inputs_clear(&state.inputs);
    return status;
}
