/* mistakes_tasks.c - gathers the pairs of all models, and asks about each once. */
#include "cli/mistakes_tasks.h"

#include "base/error.h"
#include "cli/asked_tasks.h"

static rs_status gather_model(const rs_mistakes_summary *summary, const rs_mistakes *mistakes,
                              rs_asked *asked, rs_error *error)
{
    uint64_t rank = 0;
    for (uint64_t at = 0; rs_mistakes_next(summary, mistakes, &at, &rank); ++at) {
        const rs_mistake *const mistake = &mistakes->list[at];
        if (mistake->prediction >= 0 && mistake->verdict == RS_MISTAKE_UNJUDGED) {
            RS_TRY(rs_asked_add(asked, mistake->image, mistake->prediction, error));
        }
    }
    return RS_OK;
}

static rs_status make_and_write(const rs_arguments *arguments, const rs_mistakes_summary *summary,
                                rs_asked *asked, rs_outputs *outputs, rs_error *error)
{
    static const char *const answers[] = {"Not a mistake", "Undecided", "Clear mistake"};
    for (size_t i = 0; i < summary->model_count; ++i) {
        RS_TRY(gather_model(summary, &summary->models[i].found, asked, error));
    }
    rs_asked_sort(asked);
    const rs_asked_tasks wanted = {
        .labels = summary->setup->labels,
        .images = summary->setup->images,
        .asked = asked,
        .lines = rs_value(arguments, RS_OPT_TASKS, NULL),
        .page = rs_value(arguments, RS_OPT_HTML, NULL),
        .title = "Is it a mistake?",
        .question = "Is this in the image?",
        .answers = answers,
    };
    uint32_t count = 0;
    return rs_asked_tasks_write(arguments, &wanted, outputs, &count, error);
}

rs_status rs_mistakes_write_tasks(const rs_arguments *arguments, const rs_mistakes_summary *summary,
                                  rs_outputs *outputs, rs_error *error)
{
    if (!rs_given(arguments, RS_OPT_TASKS) && !rs_given(arguments, RS_OPT_HTML)) {
        return RS_OK;
    }
    RS_REFUSE(!summary->has_names, error,
              "give --files LIST: the file names of all images, in the order of the labels",
              "tasks name their images, and the labels do not tell how they are called");
    rs_asked asked = {.count = 0};
    const rs_status status = make_and_write(arguments, summary, &asked, outputs, error);
    rs_asked_clear(&asked);
    return status;
}
