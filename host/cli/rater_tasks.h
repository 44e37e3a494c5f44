/* rater_tasks.h - tasks for named raters, and golden questions among them. */
#ifndef RS_RATER_TASKS_H
#define RS_RATER_TASKS_H

#include "cli/arguments.h"
#include "relabel/candidates.h"
#include "relabel/golden.h"
#include "relabel/rater_plan.h"

/* Zero-initialise; free with rs_rater_tasks_clear. */
typedef struct rs_rater_tasks {
    rs_rater_plan plan;
    uint32_t per_image;
    bool has_raters;
    bool has_golden;
    rs_golden golden;
} rs_rater_tasks;

rs_status rs_rater_tasks_take(const rs_arguments *arguments, rs_rater_tasks *raters,
                              rs_error *error);

/* Reads the golden set, whose classes are those of the candidates. */
rs_status rs_rater_tasks_read(const rs_arguments *arguments, const rs_candidates *candidates,
                              rs_rater_tasks *raters, rs_error *error);

bool rs_rater_tasks_is_golden(const rs_rater_tasks *raters, rs_span image);

/* Adds the classes of an image's golden pairs to `class_index`, which has `count` and room for all
 * classes. */
void rs_rater_tasks_ask(const rs_rater_tasks *raters, rs_span image, int32_t *class_index,
                        uint32_t *count);

/* Deals out the tasks, when there are raters. */
rs_status rs_rater_tasks_deal(rs_rater_tasks *raters, const rs_tasks *tasks, rs_error *error);

void rs_rater_tasks_clear(rs_rater_tasks *raters);

#endif
