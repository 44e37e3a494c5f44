/* mistakes_tasks.c - gathers the pairs of all models, sorts them by image, splits them into
 * tasks. */
#include "cli/mistakes_tasks.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/task_options.h"

typedef struct asked_pair {
    uint32_t image;
    int32_t class_index;
} asked_pair;

typedef struct making {
    rs_task_options options;
    rs_wordnet *wordnet;
    rs_class_texts texts;
    rs_task_splitter *splitter;
    rs_tasks tasks;
    asked_pair *pair;
    uint64_t count;
    int32_t *class_index; /* of one image */
} making;

/* ---- which pairs ---- */

static int compare_pairs(const void *a, const void *b)
{
    const asked_pair *const left = a;
    const asked_pair *const right = b;
    if (left->image != right->image) {
        return left->image < right->image ? -1 : 1;
    }
    return (left->class_index > right->class_index) - (left->class_index < right->class_index);
}

static void gather_model(const rs_mistakes_summary *summary, const rs_mistakes *mistakes,
                         making *work)
{
    uint64_t rank = 0;
    for (uint64_t at = 0; rs_mistakes_next(summary, mistakes, &at, &rank); ++at) {
        const rs_mistake *const mistake = &mistakes->list[at];
        if (mistake->prediction >= 0 && mistake->verdict == RS_MISTAKE_UNJUDGED) {
            work->pair[work->count++] = (asked_pair){mistake->image, mistake->prediction};
        }
    }
}

static rs_status gather(const rs_mistakes_summary *summary, making *work, rs_error *error)
{
    uint64_t most = 0;
    for (size_t i = 0; i < summary->model_count; ++i) {
        most += summary->models[i].found.count;
    }
    RS_TRY(RS_NEW(&work->pair, most, "mistakes", error));
    for (size_t i = 0; i < summary->model_count; ++i) {
        gather_model(summary, &summary->models[i].found, work);
    }
    qsort(work->pair, work->count, sizeof *work->pair, compare_pairs);
    /* at most every model has another class */
    RS_TRY(RS_NEW(&work->class_index, summary->model_count, "classes", error));
    return RS_OK;
}

/* ---- tasks ---- */

static rs_status describe(const rs_mistakes_summary *summary, making *work, rs_error *error)
{
    if (work->options.wordnet) {
        RS_TRY(rs_wordnet_load(NULL, &work->wordnet, error));
    }
    const rs_labels *const labels = summary->setup->labels;
    const rs_status status = rs_class_texts_of_labels(labels, work->wordnet, &work->texts, error);
    if (status == RS_MISMATCH && error != NULL && error->file[0] == '\0') {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                       "give --synsets FILE, or do without WordNet: --hierarchy none",
                       "the classes have no synset ids, which say where they are in WordNet");
    }
    return status;
}

/* The classes of the image at `from`, each once; *next is where the next image begins. */
static uint32_t take_image(making *work, uint64_t from, uint64_t *next)
{
    const uint32_t image = work->pair[from].image;
    uint32_t count = 0;
    uint64_t at = from;
    for (; at < work->count && work->pair[at].image == image; ++at) {
        const int32_t class_index = work->pair[at].class_index;
        if (count == 0 || work->class_index[count - 1] != class_index) {
            work->class_index[count++] = class_index;
        }
    }
    *next = at;
    return count;
}

static rs_status make_tasks(const rs_mistakes_summary *summary, making *work, rs_error *error)
{
    char made_up[RS_IMAGE_NAME_BYTES];
    RS_TRY(rs_task_splitter_make(&work->texts, work->wordnet, work->options.per_task,
                                 &work->splitter, error));
    for (uint64_t at = 0, next = 0; at < work->count; at = next) {
        const uint32_t count = take_image(work, at, &next);
        const rs_span name =
            rs_image_rows_name(summary->setup->images, work->pair[at].image, made_up);
        RS_TRY(rs_tasks_add(&work->tasks, work->splitter, name, work->class_index, count, error));
    }
    return RS_OK;
}

static rs_status write_tasks(const rs_arguments *arguments, making *work, rs_outputs *outputs,
                             rs_error *error)
{
    static const char *const answers[] = {"Not a mistake", "Undecided", "Clear mistake"};
    static const char question[] = "Is this in the image?";
    const char *const lines = rs_value(arguments, RS_OPT_TASKS, NULL);
    const char *const page = rs_value(arguments, RS_OPT_HTML, NULL);
    rs_tasks_look *const look = &work->options.look;
    look->texts = &work->texts;
    look->question = question;
    look->answers = answers;
    look->title = look->title == NULL ? "Is it a mistake?" : look->title;
    rs_file_writer *file = NULL;
    if (lines != NULL) {
        RS_TRY(rs_outputs_open(outputs, lines, &file, error));
        RS_TRY(rs_tasks_write(&work->tasks, look, file, error));
    }
    if (page != NULL) {
        RS_TRY(rs_outputs_open(outputs, page, &file, error));
        RS_TRY(rs_tasks_write_page(&work->tasks, look, file, error));
    }
    return RS_OK;
}

static rs_status make_and_write(const rs_arguments *arguments, const rs_mistakes_summary *summary,
                                making *work, rs_outputs *outputs, rs_error *error)
{
    RS_TRY(rs_task_options_take(arguments, &work->options, error));
    RS_TRY(describe(summary, work, error));
    RS_TRY(gather(summary, work, error));
    RS_TRY(make_tasks(summary, work, error));
    return write_tasks(arguments, work, outputs, error);
}

rs_status rs_mistakes_write_tasks(const rs_arguments *arguments, const rs_mistakes_summary *summary,
                                  rs_outputs *outputs, rs_error *error)
{
    if (!rs_given(arguments, RS_OPT_TASKS) && !rs_given(arguments, RS_OPT_HTML)) {
        return RS_OK;
    }
    if (!summary->has_names) {
        return rs_fail(
            error, RS_USAGE, NULL, rs_nowhere(),
            "give --files LIST: the file names of all images, in the order of the labels",
            "tasks name their images, and the labels do not tell how they are called");
    }
    making work = {.tasks = rs_tasks_make()};
    const rs_status status = make_and_write(arguments, summary, &work, outputs, error);
    rs_tasks_clear(&work.tasks);
    rs_task_splitter_free(work.splitter);
    rs_class_texts_clear(&work.texts);
    rs_wordnet_free(work.wordnet);
    free(work.pair);
    free(work.class_index);
    return status;
}
