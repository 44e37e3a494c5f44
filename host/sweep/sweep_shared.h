/* sweep_shared.h - what the lanes of a sweep share. */
#ifndef RS_SWEEP_SHARED_H
#define RS_SWEEP_SHARED_H

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

/* Tells of the event, whose counts are filled in here. */
void rs_sweep_tell(rs_sweep_shared *shared, rs_sweep_event *event);

#endif
