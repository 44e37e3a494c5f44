/* asked_tasks.h - pairs that people are to judge as rating tasks, for the commands that find such
 * pairs by themselves. */
#ifndef RS_ASKED_TASKS_H
#define RS_ASKED_TASKS_H

#include "cli/output.h"
#include "relabel/asked.h"
#include "relabel/image_rows.h"
#include "relabel/tasks.h"
#include "reassess/labels.h"

typedef struct rs_asked_tasks {
    const rs_labels *labels;
    const rs_image_rows *images; /* their names */
    const rs_asked *asked;       /* sorted */
    const char *lines;           /* where tasks go; NULL: nowhere */
    const char *page;            /* where the page goes; NULL: nowhere */
    const char *title;           /* of the page, unless --title says one; NULL: tasks.h's */
    const char *question;        /* NULL: that of tasks.h */
    const char *const *answers;  /* likewise */
} rs_asked_tasks;

/* Made and looking as the options of tasks say. *count: how many there are. */
rs_status rs_asked_tasks_write(const rs_arguments *arguments, const rs_asked_tasks *wanted,
                               rs_outputs *outputs, uint32_t *count, rs_error *error);

#endif
