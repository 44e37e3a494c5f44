/* cmd_tasks.c - reassess tasks: candidates to rating tasks and the page to answer them on. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/rater_tasks.h"
#include "cli/task_options.h"
#include "evaluate/doubt.h"
#include "labels/wordnet.h"
#include "relabel/candidates.h"
#include "report/tasks_report.h"

typedef struct tasks_state {
    rs_task_options options;
    rs_candidates candidates;
    rs_wordnet *wordnet;
    rs_class_texts texts;
    rs_task_splitter *splitter;
    rs_tasks tasks;
    rs_rater_tasks raters;
    int32_t *asked;   /* [classes] candidates of an image */
    uint64_t agreed;  /* images on which all agree */
    uint64_t nothing; /* images without a candidate */
} tasks_state;

static rs_status take_options(const rs_arguments *arguments, tasks_state *state, rs_error *error)
{
    RS_REFUSE(arguments->positional.count != 1, error, "see reassess help tasks",
              "tasks needs one file of candidates");
    RS_REFUSE(!rs_given(arguments, RS_OPT_OUT) && !rs_given(arguments, RS_OPT_HTML), error,
              "see reassess help tasks", "give -o FILE.jsonl or --html FILE");
    RS_TRY(rs_rater_tasks_take(arguments, &state->raters, error));
    return rs_task_options_take(arguments, &state->options, error);
}

/* WordNet, unless it is not wanted, and what it and the labels say of the classes. */
static rs_status describe_classes(tasks_state *state, rs_error *error)
{
    const rs_candidates *candidates = &state->candidates;
    if (state->options.wordnet) {
        RS_TRY(rs_wordnet_load(NULL, &state->wordnet, error));
    }
    const rs_status status = rs_class_texts_make(
        candidates->classes, (const char *const *)candidates->id,
        (const char *const *)candidates->name, state->wordnet, &state->texts, error);
    if (status == RS_MISMATCH && error->file[0] == '\0') {
        return rs_fail(error, RS_MISMATCH, candidates->path, rs_nowhere(),
                       "give --synsets to reassess propose, or split by class order with "
                       "--hierarchy none",
                       "the classes have no synset ids, which say where they are in WordNet");
    }
    return status;
}

/* ---- doubts ---- */

/* First predictions of model `m`, of all images. */
static void take_firsts(const rs_candidates *candidates, uint32_t m, int32_t *first)
{
    for (uint32_t i = 0; i < candidates->images.count; ++i) {
        first[i] = -1;
        for (uint64_t at = candidates->begin[i]; at < candidates->begin[i + 1]; ++at) {
            if ((candidates->first[at] >> m & 1u) != 0) {
                first[i] = candidates->class_index[at];
            }
        }
    }
}

static rs_status doubt_models(const rs_candidates *candidates, const rs_labels *labels,
                              int32_t *first, rs_error *error)
{
    char text[RS_DOUBT_BYTES];
    for (uint32_t m = 0; m < candidates->models; ++m) {
        take_firsts(candidates, m, first);
        RS_TRY(rs_doubt_firsts(labels, NULL, first, text, error));
        if (text[0] != '\0') {
            rs_warn("%s: model %" PRIu32 " of %" PRIu32
                    ": %s; mend that with reassess propose before people are asked",
                    candidates->path, m + 1, candidates->models, text);
        }
    }
    return RS_OK;
}

/* What propose says of the models, once more: the candidates may come from elsewhere. */
static rs_status doubt(const rs_candidates *candidates, rs_error *error)
{
    rs_labels *labels = NULL;
    int32_t *first = NULL;
    rs_status status = RS_OK;
    if (candidates->images.count == 0 || candidates->classes == 0) {
        return RS_OK;
    }
    RS_TRY_DONE(RS_NEW(&first, candidates->images.count, "predictions", error));
    RS_TRY_DONE(rs_labels_create(candidates->images.count, candidates->classes,
                                 candidates->original, NULL, NULL, &labels, error));
    RS_TRY_DONE(doubt_models(candidates, labels, first, error));
done:
    rs_labels_free(labels);
    free(first);
    return status;
}

/* ---- tasks ---- */

/* An image that is golden is asked about whatever models say, and its settled classes with it. */
static rs_status add_image(tasks_state *state, uint32_t image, rs_error *error)
{
    const rs_candidates *candidates = &state->candidates;
    const rs_span name = rs_name_table_get(&candidates->images, image);
    const uint64_t begin = candidates->begin[image];
    uint32_t count = (uint32_t)(candidates->begin[image + 1] - begin);
    if (rs_candidates_agree(candidates, image) &&
        !rs_rater_tasks_is_golden(&state->raters, name)) {
        ++state->agreed;
        return RS_OK;
    }
    for (uint32_t i = 0; i < count; ++i) {
        state->asked[i] = candidates->class_index[begin + i];
    }
    rs_rater_tasks_ask(&state->raters, name, state->asked, &count);
    state->nothing += count == 0;
    return rs_tasks_add(&state->tasks, state->splitter, name, candidates->original[image],
                        state->asked, count, error);
}

/* Golden images that no model was asked about. */
static rs_status add_golden(tasks_state *state, rs_error *error)
{
    const rs_name_table *const images = &state->raters.golden.pairs.images;
    for (uint32_t i = 0; state->raters.has_golden && i < images->count; ++i) {
        const rs_span name = rs_name_table_get(images, i);
        uint32_t count = 0;
        if (rs_name_table_find(&state->candidates.images, name) >= 0) {
            continue;
        }
        rs_rater_tasks_ask(&state->raters, name, state->asked, &count);
        RS_TRY(rs_tasks_add(&state->tasks, state->splitter, name, RS_CLASS_UNKNOWN, state->asked,
                            count, error));
    }
    return RS_OK;
}

static rs_status make_tasks(tasks_state *state, rs_error *error)
{
    const rs_candidates *candidates = &state->candidates;
    RS_TRY(RS_NEW(&state->asked, candidates->classes, "classes", error));
    RS_TRY(rs_task_splitter_make(&state->texts, state->wordnet, state->options.per_task,
                                 &state->splitter, error));
    for (uint32_t i = 0; i < candidates->images.count; ++i) {
        RS_TRY(add_image(state, i, error));
    }
    RS_TRY(add_golden(state, error));
    return rs_rater_tasks_deal(&state->raters, &state->tasks, error);
}

/* ---- what comes out ---- */

static rs_status write_all(const rs_arguments *arguments, const tasks_state *state,
                           rs_outputs *outputs, rs_error *error)
{
    rs_tasks_look look = state->options.look;
    look.texts = &state->texts;
    look.plan = state->raters.has_raters ? &state->raters.plan : NULL;
    const rs_tasks_summary summary = {
        .candidates = &state->candidates,
        .tasks = &state->tasks,
        .per_task = state->options.per_task,
        .agreed = state->agreed,
        .nothing = state->nothing,
        .plan = look.plan,
        .page = rs_value(arguments, RS_OPT_HTML, NULL),
    };
    const char *out = rs_value(arguments, RS_OPT_OUT, NULL);
    const char *html = rs_value(arguments, RS_OPT_HTML, NULL);
    RS_TRY(rs_task_files_write(&state->tasks, &look, out, html, outputs, error));
    RS_WRITE_TO(outputs, rs_value(arguments, RS_OPT_JSON, NULL), error, rs_tasks_json, &summary);
    RS_WRITE_TO(outputs, RS_TABLE_PATH(arguments, RS_OPT_OUT, RS_OPT_HTML, RS_OPT_JSON), error,
                rs_tasks_table, &summary);
    return RS_OK;
}

static rs_status run(const rs_context *context, tasks_state *state, rs_error *error)
{
    const rs_arguments *const arguments = context->arguments;
    RS_TRY(take_options(arguments, state, error));
    RS_TRY(rs_candidates_read(arguments->positional.value[0], &state->candidates, error));
    RS_TRY(doubt(&state->candidates, error));
    RS_TRY(describe_classes(state, error));
    RS_TRY(rs_rater_tasks_read(arguments, &state->candidates, &state->raters, error));
    RS_TRY(make_tasks(state, error));
    rs_outputs outputs = rs_outputs_begin(context);
    return rs_outputs_end(&outputs, write_all(arguments, state, &outputs, error), error);
}

rs_status rs_command_tasks(const rs_context *context, rs_error *error)
{
    tasks_state state = {.tasks = rs_tasks_make()};
    const rs_status status = run(context, &state, error);
    rs_candidates_clear(&state.candidates);
    rs_task_splitter_free(state.splitter);
    rs_class_texts_clear(&state.texts);
    rs_wordnet_free(state.wordnet);
    rs_tasks_clear(&state.tasks);
    rs_rater_tasks_clear(&state.raters);
    free(state.asked);
    return status;
}
