/* cmd_aggregate.c - reassess aggregate: votes to scores, raters, label sets. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/relabel_inputs.h"
#include "labels/wordnet.h"
#include "relabel/aggregate_run.h"
#include "relabel/scores.h"
#include "report/aggregate_report.h"

typedef struct aggregate_state {
    rs_relabel_inputs inputs;
    rs_aggregate_options options;
    rs_aggregate result;
    double threshold; /* -1: the method's own rule */
    bool *expert;     /* [classes] in which the original label votes */
    int8_t *label_vote;
    int8_t *golden_label_vote;
    rs_real_sets sets;
    rs_label_sets_counts counts;
} aggregate_state;

/* ---- what is wanted ---- */

static rs_status take_options(const rs_arguments *arguments, aggregate_state *state,
                              rs_error *error)
{
    uint64_t iterations = 0;
    rs_aggregate_options *options = &state->options;
    RS_REFUSE(arguments->positional.count > 0, error, "give the answers with --votes FILE",
              "aggregate takes no arguments");
    RS_REFUSE(!rs_given(arguments, RS_OPT_VOTES), error, "see reassess help aggregate",
              "--votes FILE is needed");
    *options = rs_aggregate_defaults(
        (rs_aggregate_method)rs_choice(arguments, RS_OPT_METHOD, RS_AGGREGATE_GOLDEN));
    iterations = options->iterations_max;
    RS_TRY(rs_take_number(arguments, RS_OPT_SMOOTHING, 1e9, "a number from 0 on",
                          &options->smoothing, error));
    RS_TRY(rs_take_number(arguments, RS_OPT_TOLERANCE, 1.0, "a number from 0 to 1",
                          &options->tolerance, error));
    RS_TRY(rs_take_u64(arguments, RS_OPT_ITERATIONS, 1, 1000000, &iterations, error));
    options->iterations_max = (uint32_t)iterations;
    state->threshold = -1.0;
    return rs_take_fraction(arguments, RS_OPT_THRESHOLD, &state->threshold, error);
}

/* ---- the original label as a rater ---- */

static rs_status find_expert_classes(const rs_arguments *arguments, aggregate_state *state,
                                     rs_error *error)
{
    const char *value = rs_value(arguments, RS_OPT_EXPERT_CLASSES, NULL);
    const uint32_t classes = rs_labels_get_view(state->inputs.labels)->classes;
    RS_TRY(RS_NEW(&state->expert, classes, "a list of classes", error));
    if (!rs_is_synset_id(value)) {
        return rs_take_classes(arguments, RS_OPT_EXPERT_CLASSES, classes, state->expert, error);
    }
    rs_wordnet *wordnet = NULL;
    RS_TRY(rs_wordnet_load(NULL, &wordnet, error));
    const rs_status status =
        rs_wordnet_classes(wordnet, value, state->inputs.labels, state->expert, error);
    rs_wordnet_free(wordnet);
    return status;
}

/* The label is judged on golden pairs of all classes, and votes on candidates of the chosen
 * ones. */
static rs_status make_label_votes(const rs_arguments *arguments, aggregate_state *state,
                                  rs_error *error)
{
    const rs_relabel_inputs *inputs = &state->inputs;
    const char *value = rs_value(arguments, RS_OPT_EXPERT_CLASSES, "none");
    if (strcmp(value, "none") == 0) {
        return RS_OK;
    }
    RS_TRY(rs_relabel_need_labels(inputs, "--expert-classes", error));
    RS_TRY(find_expert_classes(arguments, state, error));
    RS_TRY(rs_label_vote_make(&inputs->votes.pairs, inputs->votes.path, inputs->labels,
                              &inputs->images, state->expert, &state->label_vote, error));
    state->options.label_vote = state->label_vote;
    if (inputs->has_golden) {
        RS_TRY(rs_label_vote_make(&inputs->golden.pairs, inputs->golden.path, inputs->labels,
                                  &inputs->images, NULL, &state->golden_label_vote, error));
        state->options.golden_label_vote = state->golden_label_vote;
    }
    return RS_OK;
}

/* ---- what comes out ---- */

static rs_status make_sets(const rs_arguments *arguments, aggregate_state *state, rs_error *error)
{
    const rs_relabel_inputs *inputs = &state->inputs;
    bool *taken = NULL;
    if (!rs_given(arguments, RS_OPT_OUT)) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&taken, state->result.pairs, "labels", error));
    for (uint32_t pair = 0; pair < state->result.pairs; ++pair) {
        taken[pair] =
            rs_aggregate_takes(state->options.method, state->threshold, state->result.score[pair]);
    }
    const rs_taken_pairs from = {&inputs->votes.pairs, inputs->votes.path, taken};
    const rs_status status = rs_label_sets_make(&from, inputs->labels, &inputs->images,
                                                &state->sets, &state->counts, error);
    free(taken);
    return status;
}

static rs_status write_all(const rs_arguments *arguments, const aggregate_state *state,
                           rs_outputs *outputs, rs_error *error)
{
    const rs_aggregate_summary summary = {
        .votes = &state->inputs.votes,
        .options = &state->options,
        .result = &state->result,
        .threshold = state->threshold,
        .sets = rs_given(arguments, RS_OPT_OUT) ? &state->counts : NULL,
    };
    const char *scores = rs_value(arguments, RS_OPT_SCORES_OUT, NULL);
    const char *sets = rs_value(arguments, RS_OPT_OUT, NULL);
    rs_file_writer *file = NULL;
    if (scores != NULL) {
        RS_TRY(rs_scores_prepare(scores, &state->inputs.votes.pairs, state->result.score, &file,
                                 error));
        RS_TRY(rs_outputs_take(outputs, file, error));
    }
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_RATERS_OUT, NULL), error,
                rs_aggregate_raters_csv, &summary);
    if (sets != NULL) {
        RS_TRY(rs_label_sets_prepare(sets, &state->sets, &file, error));
        RS_TRY(rs_outputs_take(outputs, file, error));
    }
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_JSON, NULL), error, rs_aggregate_json,
                &summary);
    RS_WRITE_TO(
        outputs,
        RS_TABLE_PATH(arguments, RS_OPT_SCORES_OUT, RS_OPT_RATERS_OUT, RS_OPT_JSON, RS_OPT_OUT),
        error, rs_aggregate_table, &summary);
    return RS_OK;
}

static void warn(const aggregate_state *state)
{
    const rs_aggregate *result = &state->result;
    if (state->options.method == RS_AGGREGATE_EM && !result->converged) {
        rs_warn("not converged after %u iterations: a score still changed by %.1e; give more "
                "--iterations or a larger --tolerance",
                result->iterations, result->change);
    }
    const uint64_t split = state->options.method == RS_AGGREGATE_EM
                               ? rs_aggregate_split_pairs(result, &state->inputs.votes)
                               : 0;
    if (split > 0) {
        rs_warn("the prior ended at %.0f %%: no pair is told from another, although raters answer "
                "both yes and no on %" PRIu64 " of them. The scores say nothing: give more votes, "
                "--golden, or --method majority",
                100.0 * result->prior, split);
    }
    if (result->swapped) {
        rs_warn("present and absent came out the wrong way round and were exchanged: on most pairs "
                "the raters contradict each other");
    }
}

static rs_status aggregate(const rs_context *context, aggregate_state *state, rs_error *error)
{
    const rs_arguments *arguments = context->arguments;
    RS_TRY(take_options(arguments, state, error));
    const bool needs_labels =
        rs_given(arguments, RS_OPT_OUT) || rs_given(arguments, RS_OPT_EXPERT_CLASSES);
    RS_TRY(rs_relabel_inputs_read(arguments, needs_labels, &state->inputs, error));
    if (rs_given(arguments, RS_OPT_OUT)) {
        RS_TRY(rs_relabel_need_labels(&state->inputs, "-o", error));
    }
    state->options.golden = state->inputs.has_golden ? &state->inputs.golden : NULL;
    state->options.golden_votes =
        state->inputs.has_golden_votes ? &state->inputs.golden_votes : NULL;
    RS_TRY(make_label_votes(arguments, state, error));
    RS_TRY(rs_aggregate_run(&state->inputs.votes, &state->options, &state->result, error));
    RS_TRY(make_sets(arguments, state, error));
    warn(state);
    rs_outputs outputs = rs_outputs_begin(context);
    return rs_outputs_end(&outputs, write_all(arguments, state, &outputs, error), error);
}

rs_status rs_command_aggregate(const rs_context *context, rs_error *error)
{
    aggregate_state state = {.threshold = -1.0};
    const rs_status status = aggregate(context, &state, error);
    rs_relabel_inputs_clear(&state.inputs);
    rs_aggregate_clear(&state.result);
    rs_real_sets_clear(&state.sets);
    free(state.expert);
    free(state.label_vote);
    free(state.golden_label_vote);
    return status;
}
