/* sweep_plan.h - what of a sweep is to be done, and why. */
#ifndef RS_SWEEP_PLAN_H
#define RS_SWEEP_PLAN_H

#include "sweep/result_store.h"
#include "sweep/sweep.h"
#include "sweep/sweep_settings.h"

/* A reading, or why it cannot be had: then its models fail, and others do not. */
typedef struct rs_planned_reading {
    rs_reading made;
    rs_sweep_settings settings;
    rs_error error; /* status RS_OK: made */
} rs_planned_reading;

/* What is to be done: a model, and what the plan found out about it. */
typedef struct rs_sweep_item {
    const rs_model *model;
    const rs_planned_reading *reading;
    rs_result_files files;
    size_t group;          /* so many models, from this one on, are scored together */
    uint64_t weight_bytes; /* of a head's file */
    uint64_t row_bytes;    /* of its features */
    char why[sizeof((rs_result_state *)0)->why];
} rs_sweep_item;

typedef struct rs_sweep_plan {
    rs_planned_reading *reading; /* [reading_count] */
    size_t reading_count;
    rs_sweep_item *item; /* [item_count] */
    size_t item_count;
    size_t fresh; /* models left alone */
} rs_sweep_plan;

/* RS_INTERRUPTED when stopped. Clear in any case. */
rs_status rs_sweep_plan_make(const rs_sweep *sweep, rs_sweep_plan *plan, rs_error *error);
void rs_sweep_plan_clear(rs_sweep_plan *plan);

/* The key of what would be made now, and whether it was made already. *key (free with rs_json_free)
 * is NULL on failure, as when an input is not there. */
rs_status rs_sweep_check(const rs_sweep *sweep, const rs_sweep_item *item, rs_json **key,
                         rs_result_state *state, rs_error *error);

#endif
