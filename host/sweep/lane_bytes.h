/* lane_bytes.h - how much memory a lane of a sweep takes at most. */
#ifndef RS_LANE_BYTES_H
#define RS_LANE_BYTES_H

#include "sweep/sweep_plan.h"

/* With `threads` threads, for `item` and the models that are scored together with it. */
uint64_t rs_lane_bytes(const rs_sweep *sweep, const rs_sweep_item *item, unsigned threads);

/* Marks heads on the same features, one after the other, to be scored in one pass: at most
 * sweep->heads_at_once, and no more than `bytes` of memory hold. */
void rs_lane_group_heads(const rs_sweep *sweep, uint64_t bytes, rs_sweep_plan *plan);

/* The model, with its group, that needs most; NULL: there is none to do. */
const rs_sweep_item *rs_lane_neediest(const rs_sweep *sweep, const rs_sweep_plan *plan);

#endif
