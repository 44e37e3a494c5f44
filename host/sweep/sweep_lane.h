/* sweep_lane.h - a lane: a thread that takes one model from its files to its stored results, and
 * then the next.
 */
#ifndef RS_SWEEP_LANE_H
#define RS_SWEEP_LANE_H

#include "sweep/sweep_shared.h"

typedef struct rs_lane {
    rs_sweep_shared *shared;
    pthread_t thread;
    bool started;
    rs_evaluator *evaluator;           /* NULL until needed */
    const rs_planned_reading *reading; /* that the evaluator is for */
} rs_lane;

/* Scores and stores the model and those grouped with it. A model that fails is written down and
 * told of; what is returned is what ends the sweep. */
rs_status rs_lane_do(rs_lane *lane, const rs_sweep_item *item, rs_error *error);

#endif
