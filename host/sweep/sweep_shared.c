/* sweep_shared.c - one voice for all lanes. */
#include "sweep/sweep_shared.h"

void rs_sweep_tell(rs_sweep_shared *shared, rs_sweep_event *event)
{
    const rs_sweep *const sweep = shared->sweep;
    (void)pthread_mutex_lock(&shared->lock);
    shared->summary->done += event->kind == RS_SWEEP_DONE;
    shared->summary->failed += event->kind == RS_SWEEP_FAILED;
    event->finished = shared->summary->done + shared->summary->failed;
    event->to_do = shared->plan->item_count;
    event->fresh = shared->plan->fresh;
    if (sweep->report != NULL) {
        sweep->report(sweep->context, event);
    }
    (void)pthread_mutex_unlock(&shared->lock);
}
