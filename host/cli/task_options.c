#include "cli/task_options.h"

#include "base/error.h"
#include "cli/command.h"

enum { EXAMPLES_MAX = 8, EXAMPLES = 3 };

rs_status rs_task_options_take(const rs_arguments *arguments, rs_task_options *options,
                               rs_error *error)
{
    uint64_t per_task = RS_TASK_CANDIDATES;
    uint64_t examples = EXAMPLES;
    if (!rs_given(arguments, RS_OPT_HTML)) {
        RS_REFUSE_GIVEN(arguments, error, "say where to write it with --html FILE.html",
                        "is about the page, and none is written", RS_OPT_EXAMPLES,
                        RS_OPT_EXAMPLE_COUNT, RS_OPT_TITLE, RS_OPT_POST);
    }
    RS_TRY(rs_take_u64(arguments, RS_OPT_EXAMPLE_COUNT, 1, EXAMPLES_MAX, &examples, error));
    RS_TRY(rs_take_u64(arguments, RS_OPT_PER_TASK, 1, RS_TASK_CANDIDATES_MAX, &per_task, error));
    *options = (rs_task_options){
        .per_task = (uint32_t)per_task,
        .wordnet =
            rs_choice(arguments, RS_OPT_HIERARCHY, RS_HIERARCHY_WORDNET) == RS_HIERARCHY_WORDNET,
        .look =
            {
                .image_url = rs_value(arguments, RS_OPT_IMAGES, NULL),
                .example_url = rs_value(arguments, RS_OPT_EXAMPLES, NULL),
                .examples = (uint32_t)examples,
                .post = rs_value(arguments, RS_OPT_POST, NULL),
                .title = rs_value(arguments, RS_OPT_TITLE, NULL),
            },
    };
    return rs_tasks_look_check(&options->look, error);
}

static void warn_of_picture(const rs_tasks *tasks, const rs_tasks_look *look, const char *page)
{
    rs_text lost = {0};
    rs_tasks_lost_picture(tasks, look, page, &lost);
    if (lost.length > 0) {
        rs_warn("%s: the picture of the first task is not there: %s; --images says where pictures "
                "are, seen from the page",
                page, lost.data);
    }
    rs_text_clear(&lost);
}

rs_status rs_task_files_write(const rs_tasks *tasks, const rs_tasks_look *look, const char *lines,
                              const char *page, rs_outputs *outputs, rs_error *error)
{
    rs_file_writer *file = NULL;
    RS_TRY(rs_tasks_check_originals(tasks, look, error));
    if (lines != NULL) {
        RS_TRY(rs_outputs_open(outputs, lines, &file, error));
        RS_TRY(rs_tasks_write(tasks, look, file, error));
    }
    if (page != NULL) {
        warn_of_picture(tasks, look, page);
        RS_TRY(rs_outputs_open(outputs, page, &file, error));
        RS_TRY(rs_tasks_write_page(tasks, look, file, error));
    }
    return RS_OK;
}
