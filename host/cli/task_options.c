#include "cli/task_options.h"

#include "base/error.h"

enum { EXAMPLES_MAX = 8, EXAMPLES = 3 };

rs_status rs_task_options_take(const rs_arguments *arguments, rs_task_options *options,
                               rs_error *error)
{
    uint64_t per_task = RS_TASK_CANDIDATES;
    uint64_t examples = EXAMPLES;
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
                .title = rs_value(arguments, RS_OPT_TITLE, NULL),
            },
    };
    return RS_OK;
}
