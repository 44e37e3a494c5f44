/* task_options.h - how rating tasks are made and look, for the commands that write them. */
#ifndef RS_TASK_OPTIONS_H
#define RS_TASK_OPTIONS_H

#include "cli/output.h"
#include "relabel/tasks.h"

typedef struct rs_task_options {
    uint32_t per_task;
    bool wordnet;       /* split along it, and take definitions from it */
    rs_tasks_look look; /* texts are the command's to set */
} rs_task_options;

rs_status rs_task_options_take(const rs_arguments *arguments, rs_task_options *options,
                               rs_error *error);

/* The tasks as JSON lines and as a page, each where its path is not NULL. Warns when the page would
 * show no picture. */
rs_status rs_task_files_write(const rs_tasks *tasks, const rs_tasks_look *look, const char *lines,
                              const char *page, rs_outputs *outputs, rs_error *error);

#endif
