/* rater_plan.h - who rates what: every image by as many raters, all of them with as much to do, and
 * golden questions among the others for everybody.
 */
#ifndef RS_RATER_PLAN_H
#define RS_RATER_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/status.h"
#include "relabel/name_table.h"
#include "relabel/tasks.h"

enum { RS_PLAN_RATERS_MAX = 1000 };

/* Rater r has tasks task[begin[r] .. begin[r + 1]), in their order. Zero-initialise; free with
 * rs_rater_plan_clear. */
typedef struct rs_rater_plan {
    rs_name_table names;
    uint32_t per_image;
    uint32_t golden; /* images that all raters get */
    uint64_t *begin; /* [names.count + 1] */
    uint32_t *task;
} rs_rater_plan;

/* Names from "a,b,c". RS_USAGE when one is empty or comes twice, or there are too many. */
rs_status rs_rater_plan_name(rs_rater_plan *plan, const char *list, rs_error *error);

/* Deals the tasks out. `is_golden` says so of each image of `tasks`; NULL: none is. Every other
 * image goes to the `per_image` raters (at most as many as there are) with the fewest candidates so
 * far, so that what two of them have to do differs by no more than the candidates of an image.
 * Golden images stand evenly among the others, with each rater from another one on. The same tasks
 * and names give the same plan. */
rs_status rs_rater_plan_make(rs_rater_plan *plan, const rs_tasks *tasks, const bool *is_golden,
                             uint32_t per_image, rs_error *error);

/* Candidates and images of a rater's tasks. */
uint64_t rs_rater_plan_candidates(const rs_rater_plan *plan, const rs_tasks *tasks, uint32_t rater);
uint32_t rs_rater_plan_images(const rs_rater_plan *plan, const rs_tasks *tasks, uint32_t rater);

void rs_rater_plan_clear(rs_rater_plan *plan);

#endif
