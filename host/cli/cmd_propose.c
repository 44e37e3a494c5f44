/* cmd_propose.c - reassess propose: model after model, then which of them to ask. */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/progress.h"
#include "cli/command.h"
#include "cli/eval_settings.h"
#include "cli/model_look.h"
#include "cli/models.h"
#include "cli/output.h"
#include "cli/propose_ask.h"
#include "cli/relabel_inputs.h"
#include "labels/image_order.h"
#include "relabel/candidates_write.h"
#include "report/propose_report.h"
#include "report/wording.h"

typedef struct propose_state {
    const rs_context *context;
    rs_eval_settings settings;
    rs_models models;
    rs_relabel_inputs inputs;
    rs_reading reading;
    rs_evaluator *evaluator; /* looks at models before anything is made of them */
    double min_recall;
    bool unjudged_absent;
    uint64_t extra;
    rs_proposer *proposers; /* [models.count] */
    rs_proposals proposals;
    rs_golden_proposals golden;
    rs_subset_point *front;
    rs_subset_ends *ends; /* [summary.front_count] */
    uint64_t folds;       /* 0: nothing is held out */
    rs_holdout holdout;
    rs_propose_summary summary;
} propose_state;

/* ---- what is wanted ---- */

static rs_status take_folds(const rs_arguments *arguments, propose_state *state, rs_error *error)
{
    RS_REFUSE(rs_given(arguments, RS_OPT_HOLDOUT) && !rs_given(arguments, RS_OPT_GOLDEN), error,
              "give --golden FILE", "--holdout is given, but no golden set");
    return rs_take_u64(arguments, RS_OPT_HOLDOUT, 2, UINT32_MAX, &state->folds, error);
}

static rs_status take_options(const rs_arguments *arguments, propose_state *state, rs_error *error)
{
    state->min_recall = 0.97;
    RS_TRY(rs_propose_refuse_ask_options(arguments, error));
    RS_TRY(rs_eval_settings_take(arguments, &state->settings, error));
    RS_TRY(rs_take_fraction(arguments, RS_OPT_MIN_RECALL, &state->min_recall, error));
    RS_TRY(take_folds(arguments, state, error));
    RS_TRY(rs_models_make(arguments, &state->settings.reading, &state->models, error));
    state->unjudged_absent =
        rs_choice(arguments, RS_OPT_UNJUDGED, RS_UNJUDGED_ABSENT) == RS_UNJUDGED_ABSENT;
    RS_REFUSE(state->models.count > RS_PROPOSE_MODELS_MAX, error, "leave some out",
              "%zu models, at most %d can be searched", state->models.count, RS_PROPOSE_MODELS_MAX);
    return RS_OK;
}

static rs_status make_evaluator(propose_state *state, rs_error *error)
{
    rs_evaluator_options *const options = &state->settings.evaluator;
    options->class_map = rs_reading_map(&state->reading);
    options->values = rs_reading_values(&state->reading);
    return rs_evaluator_create(options, &state->evaluator, error);
}

static rs_status read_inputs(const rs_arguments *arguments, propose_state *state, rs_error *error)
{
    RS_TRY(rs_relabel_inputs_read(arguments, true, &state->inputs, error));
    RS_TRY(rs_relabel_need_labels(&state->inputs, "propose", error));
    const rs_labels *labels = state->inputs.labels;
    RS_TRY(rs_reading_make(&state->settings.reading, labels, &state->reading, error));
    RS_TRY(rs_reading_reorder(&state->reading, error));
    RS_TRY(make_evaluator(state, error));
    if (!rs_labels_are_ilsvrc(labels) && !rs_given(arguments, RS_OPT_FILES)) {
        rs_warn("these are not the ILSVRC labels, but the images are called as its images are: "
                "give their file names with --files LIST");
    }
    state->extra = rs_labels_get_view(labels)->rows;
    return rs_take_u64(arguments, RS_OPT_EXTRA, 0, UINT32_MAX, &state->extra, error);
}

/* ---- one model ---- */

static rs_status open_model(const propose_state *state, const rs_model *model, rs_source **source,
                            rs_source **scores, rs_error *error)
{
    const rs_model scores_alone = {.paths = (const char *const *)&model->scores_path,
                                   .path_count = 1};
    const volatile sig_atomic_t *const stop = state->context->catch_signals();
    RS_TRY(rs_model_open(model, &state->reading, stop, source, error));
    return model->path_count > 1 || model->scores_path == NULL || state->extra == 0
               ? RS_OK
               : rs_model_open(&scores_alone, &state->reading, stop, scores, error);
}

static rs_status scan_source(const propose_state *state, const rs_model *model, rs_source *source,
                             rs_source *scores, rs_model_scan *scan, rs_error *error)
{
    rs_progress *progress = NULL;
    const rs_label_view *labels = rs_labels_get_view(state->inputs.labels);
    const rs_order *order = rs_reading_order(&state->reading, rs_source_get_info(source));
    RS_TRY(rs_order_check_once(order, error));
    RS_TRY(rs_progress_begin(STDERR_FILENO, state->settings.progress, model->name, labels->rows,
                             &progress, error));
    const rs_watch watch = rs_progress_watch(progress, state->context->catch_signals());
    const rs_scan_options options = {
        .labels = labels,
        .map = rs_reading_map(&state->reading),
        .order = order == NULL ? NULL : rs_order_get(order),
        .values = rs_reading_values(&state->reading),
        .extra = state->extra,
        .watch = &watch,
    };
    const rs_status status = rs_model_scan_run(&options, source, scores, scan, error);
    rs_progress_end(progress);
    return status;
}

/* What first predictions alone say of their order: of a stream, which is read once, and of what a
 * sound model is not looked at for. */
static rs_status doubt_firsts(const propose_state *state, const rs_model *model,
                              const rs_source *source, const rs_model_scan *scan, rs_error *error)
{
    char text[RS_DOUBT_BYTES];
    const rs_order *const order = rs_reading_order(&state->reading, rs_source_get_info(source));
    RS_TRY(rs_doubt_firsts(state->inputs.labels, order, scan->first, text, error));
    if (text[0] != '\0') {
        rs_warn("%s: %s", model->name, text);
    }
    rs_doubt_reversed_ranks(&scan->hits, rs_labels_get_view(state->inputs.labels)->classes, text);
    if (text[0] != '\0') {
        rs_warn("%s: %s", model->name, text);
    }
    return RS_OK;
}

/* What eval would say of it: people would be asked about another order's pairs. */
static rs_status doubt(const propose_state *state, const rs_model *model, const rs_source *source,
                       const rs_model_scan *scan, rs_error *error)
{
    const rs_run_setup setup = rs_model_look_setup(
        &state->settings, &state->reading, state->evaluator, state->context->catch_signals());
    rs_model_look look;
    RS_TRY(rs_model_look_at(&setup, model, model->name, false, &look, error));
    if (!look.ordered) {
        RS_TRY(doubt_firsts(state, model, source, scan, error));
    }
    if (!look.done && rs_hits_look_unsorted(&scan->hits)) {
        rs_warn("%s: %s", model->name, RS_UNSORTED_TEXT);
    }
    return RS_OK;
}

static rs_status add_model(propose_state *state, size_t index, rs_error *error)
{
    const rs_model *model = &state->models.model[index];
    rs_source *source = NULL;
    rs_source *scores = NULL;
    rs_model_scan scan = {0};
    rs_status status = RS_OK;
    RS_TRY_DONE(open_model(state, model, &source, &scores, error));
    RS_TRY_DONE(scan_source(state, model, source, scores, &scan, error));
    RS_TRY_DONE(doubt(state, model, source, &scan, error));
    state->proposers[index] = (rs_proposer){
        model->name,      model->paths[0], scan.logits.count,
        scan.probs.count, scan.invalid,    scan.shapeless,
    };
    RS_TRY_DONE(rs_proposals_add(&state->proposals, &scan, error));
done:
    rs_model_scan_clear(&scan);
    rs_source_close(source);
    rs_source_close(scores);
    return status;
}

static void warn_rows(const propose_state *state)
{
    for (size_t i = 0; i < state->models.count; ++i) {
        const rs_proposer *proposer = &state->proposers[i];
        if (proposer->invalid > 0) {
            rs_warn("%s: %" PRIu64 " row%s a NaN or no prediction and propose%s nothing",
                    proposer->name, proposer->invalid, proposer->invalid == 1 ? " holds" : "s hold",
                    proposer->invalid == 1 ? "s" : "");
        }
        if (proposer->shapeless > 0) {
            rs_warn("%s: %" PRIu64
                    " rows have an infinite maximum and propose nothing by probability",
                    proposer->name, proposer->shapeless);
        }
    }
}

static rs_status add_models(propose_state *state, rs_error *error)
{
    RS_TRY(RS_NEW(&state->proposers, state->models.count, "models", error));
    RS_TRY(rs_proposals_begin(rs_labels_get_view(state->inputs.labels), &state->proposals, error));
    for (size_t i = 0; i < state->models.count; ++i) {
        RS_TRY(add_model(state, i, error));
    }
    warn_rows(state);
    return RS_OK;
}

/* ---- which models ---- */

static rs_status hold_out(propose_state *state, rs_error *error)
{
    state->summary.holdout = &state->holdout;
    return rs_subset_hold_out(&state->golden, (uint32_t)state->folds, state->min_recall,
                              &state->holdout, error);
}

static rs_status choose_models(propose_state *state, rs_error *error)
{
    rs_propose_summary *const summary = &state->summary;
    *summary = (rs_propose_summary){
        .models = state->proposers,
        .model_count = (uint32_t)state->models.count,
        .images = rs_labels_get_view(state->inputs.labels)->rows,
        .extra = state->extra,
        .proposals = &state->proposals,
        .golden = &state->golden,
        .unjudged_absent = state->unjudged_absent,
        .min_recall = state->min_recall,
    };
    if (!state->inputs.has_golden) {
        return RS_OK;
    }
    summary->golden_path = state->inputs.golden.path;
    RS_TRY(rs_golden_proposals_make(&state->proposals, &state->inputs.golden, &state->inputs.images,
                                    state->unjudged_absent, &state->golden, error));
    RS_TRY(rs_subset_front(&state->golden.task, &state->front, &summary->front_count, error));
    summary->front = state->front;
    summary->chosen = rs_subset_choose(state->front, summary->front_count,
                                       state->golden.task.present, state->min_recall);
    RS_TRY(RS_NEW(&state->ends, summary->front_count, "subsets", error));
    for (size_t i = 0; i < summary->front_count; ++i) {
        RS_TRY(rs_subset_ends_of(&state->golden, state->front[i].subset, &state->ends[i], error));
    }
    summary->ends = state->ends;
    return state->folds == 0 ? RS_OK : hold_out(state, error);
}

static rs_status fail_recall(const propose_state *state, rs_error *error)
{
    const rs_propose_summary *summary = &state->summary;
    const rs_subset_point *best = &summary->front[summary->front_count - 1];
    return rs_fail(error, RS_RANGE, summary->golden_path, rs_nowhere(),
                   "add models, propose more with --extra, or lower --min-recall",
                   "no subset of the %" PRIu32 " model%s reaches a recall of %.2f %%: the best is "
                   "%.2f %% (%" PRIu32 " of %" PRIu32 " pair%s), with %d model%s",
                   summary->model_count, rs_plural(summary->model_count),
                   100.0 * state->min_recall,
                   100.0 * (double)best->right / (double)state->golden.task.present, best->right,
                   state->golden.task.present, rs_plural(state->golden.task.present),
                   __builtin_popcount(best->subset),
                   rs_plural((uint64_t)__builtin_popcount(best->subset)));
}

/* ---- what comes out ---- */

static rs_status write_candidates(propose_state *state, const char *path, rs_outputs *outputs,
                                  rs_error *error)
{
    const char *names[RS_PROPOSE_MODELS_MAX];
    const uint32_t asked = rs_propose_asked(&state->summary);
    uint32_t count = 0;
    for (size_t i = 0; i < state->models.count; ++i) {
        if ((asked >> i & 1u) != 0) {
            names[count++] = state->proposers[i].name;
        }
    }
    rs_proposals_keep(&state->proposals, asked);
    const rs_candidates_head head = {state->inputs.labels, &state->inputs.images, names,
                                     state->extra};
    rs_file_writer *file = NULL;
    RS_TRY(rs_outputs_open(outputs, path, &file, error));
    return rs_candidates_write(&head, &state->proposals, file, error);
}

static bool none_is_good(const propose_state *state)
{
    return state->inputs.has_golden && state->summary.chosen == NULL;
}

/* The front is shown also when no subset is good enough; candidates are then not written. */
static rs_status write_all(const rs_arguments *arguments, propose_state *state, rs_outputs *outputs,
                           rs_error *error)
{
    const char *out = rs_value(arguments, RS_OPT_OUT, NULL);
    RS_WRITE_TO(outputs, RS_TABLE_PATH(arguments, RS_OPT_OUT, RS_OPT_JSON), error, rs_propose_table,
                &state->summary);
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_JSON, NULL), error, rs_propose_json,
                &state->summary);
    return out == NULL || none_is_good(state) ? RS_OK
                                              : write_candidates(state, out, outputs, error);
}

static rs_status run(const rs_arguments *arguments, propose_state *state, rs_error *error)
{
    RS_TRY(take_options(arguments, state, error));
    RS_TRY(read_inputs(arguments, state, error));
    RS_TRY(add_models(state, error));
    RS_TRY(choose_models(state, error));
    rs_outputs outputs = rs_outputs_begin(state->context);
    RS_TRY(rs_outputs_end(&outputs, write_all(arguments, state, &outputs, error), error));
    return none_is_good(state) ? fail_recall(state, error) : RS_OK;
}

rs_status rs_command_propose(const rs_context *context, rs_error *error)
{
    if (rs_given(context->arguments, RS_OPT_ASK)) {
        return rs_propose_ask(context, error);
    }
    propose_state state = {.context = context};
    const rs_status status = run(context->arguments, &state, error);
    free(state.front);
    free(state.ends);
    free(state.proposers);
    rs_golden_proposals_clear(&state.golden);
    rs_proposals_clear(&state.proposals);
    rs_evaluator_free(state.evaluator);
    rs_reading_clear(&state.reading);
    rs_relabel_inputs_clear(&state.inputs);
    rs_models_clear(&state.models);
    return status;
}
