/* sweep_impl.h - what the lanes of a sweep share, and one lane. */
#ifndef RS_SWEEP_IMPL_H
#define RS_SWEEP_IMPL_H

#include <pthread.h>

#include "sweep/read_ahead.h"
#include "sweep/sweep_plan.h"

typedef struct rs_sweep_shared {
    const rs_sweep *sweep;
    rs_sweep_plan *plan;
    uint64_t evaluated;
    unsigned lane_threads;
    uint64_t lane_memory_bytes;
    unsigned most_scoring; /* lanes that may score at once: there are processors for no more */
    rs_read_ahead *ahead;

    pthread_mutex_t lock; /* for what follows, and while `report` is called */
    pthread_cond_t scored;
    unsigned scoring;
    size_t next; /* model to be taken */
    rs_sweep_summary *summary;
    rs_status status; /* of the sweep: not RS_OK once no further model is to be taken */
    rs_error error;
} rs_sweep_shared;

typedef struct rs_lane {
    rs_sweep_shared *shared;
    pthread_t thread;
    bool started;
    rs_evaluator *evaluator;           /* NULL until needed */
    const rs_planned_reading *reading; /* that the evaluator is for */
} rs_lane;

/* Tells of the event, whose counts are filled in here. */
void rs_sweep_tell(rs_sweep_shared *shared, rs_sweep_event *event);

/* Scores and stores the model and those grouped with it. A model that fails is written down and
 * told of; what is returned is what ends the sweep. */
rs_status rs_lane_do(rs_lane *lane, const rs_sweep_item *item, rs_error *error);

#endif
