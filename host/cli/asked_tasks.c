/* asked_tasks.c - image by image, split as `reassess tasks` splits candidates. */
#include "cli/asked_tasks.h"

#include <stdlib.h>

#include "base/checked.h"
#include "cli/task_options.h"

typedef struct making {
    const rs_asked_tasks *wanted;
    rs_task_options options;
    rs_wordnet *wordnet;
    rs_class_texts texts;
    rs_task_splitter *splitter;
    rs_tasks tasks;
    int32_t *class_index; /* of one image */
} making;

static rs_status describe(making *work, rs_error *error)
{
    if (work->options.wordnet) {
        RS_TRY(rs_wordnet_load(NULL, &work->wordnet, error));
    }
    const rs_status status =
        rs_class_texts_of_labels(work->wanted->labels, work->wordnet, &work->texts, error);
    if (status == RS_MISMATCH && error != NULL && error->file[0] == '\0') {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                       "give --synsets FILE, or do without WordNet: --hierarchy none",
                       "the classes have no synset ids, which say where they are in WordNet");
    }
    return status;
}

static rs_status make_tasks(making *work, rs_error *error)
{
    const rs_asked *const asked = work->wanted->asked;
    const rs_label_view *const view = rs_labels_get_view(work->wanted->labels);
    char made_up[RS_IMAGE_NAME_BYTES];
    RS_TRY(RS_NEW(&work->class_index, view->classes, "classes", error));
    RS_TRY(rs_task_splitter_make(&work->texts, work->wordnet, work->options.per_task,
                                 &work->splitter, error));
    for (uint64_t at = 0, next = 0; at < asked->count; at = next) {
        next = rs_asked_image_end(asked, at);
        for (uint64_t i = at; i < next; ++i) {
            work->class_index[i - at] = asked->pair[i].class_index;
        }
        const rs_span name =
            rs_image_rows_name(work->wanted->images, asked->pair[at].image, made_up);
        RS_TRY(rs_tasks_add(&work->tasks, work->splitter, name,
                            view->original == NULL ? RS_CLASS_UNKNOWN
                                                   : view->original[asked->pair[at].image],
                            work->class_index, (uint32_t)(next - at), error));
    }
    return RS_OK;
}

static rs_status write_tasks(making *work, rs_outputs *outputs, rs_error *error)
{
    const rs_asked_tasks *const wanted = work->wanted;
    rs_tasks_look *const look = &work->options.look;
    look->texts = &work->texts;
    look->question = wanted->question;
    look->answers = wanted->answers;
    look->title = look->title == NULL ? wanted->title : look->title;
    return rs_task_files_write(&work->tasks, look, wanted->lines, wanted->page, outputs, error);
}

rs_status rs_asked_tasks_write(const rs_arguments *arguments, const rs_asked_tasks *wanted,
                               rs_outputs *outputs, uint32_t *count, rs_error *error)
{
    making work = {.wanted = wanted, .tasks = rs_tasks_make()};
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_task_options_take(arguments, &work.options, error));
    RS_TRY_DONE(describe(&work, error));
    RS_TRY_DONE(make_tasks(&work, error));
    RS_TRY_DONE(write_tasks(&work, outputs, error));
    *count = work.tasks.count;
done:
    rs_tasks_clear(&work.tasks);
    rs_task_splitter_free(work.splitter);
    rs_class_texts_clear(&work.texts);
    rs_wordnet_free(work.wordnet);
    free(work.class_index);
    return status;
}
