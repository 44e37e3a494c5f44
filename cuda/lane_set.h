/* lane_set.h - the devices that share a pass: which they are, how their slots are filled, which
 * slot is waited for, and how all come to rest.
 */
#ifndef RS_LANE_SET_H
#define RS_LANE_SET_H

#include "cuda/lane.h"
#include "cuda/read_ahead.h"
#include "reassess/evaluator.h"

enum { RS_LANES_MAX = RS_DEVICE_LAST + 1 };

typedef struct rs_lane_set {
    rs_lane *lane[RS_LANES_MAX];
    size_t count;
} rs_lane_set;

/* All lanes but the lost ones; when all are lost, all: what the driver says of them is then the
 * error. */
void rs_lane_set_choose(rs_lane_set *set, rs_lane *lanes, size_t count);

/* Leaves out devices of another kind than the first one's: a product may have other bits there. */
void rs_lane_set_keep_alike(rs_lane_set *set);

/* Starts readers that get the slots of all lanes in turn, so that a short input is spread too. */
rs_status rs_lane_set_read(const rs_lane_set *set, rs_read_ahead *reader, rs_source *source,
                           const rs_read_plan *plan, rs_error *error);

/* All slots are to be idle when a pass ends, whatever happened: `status`, which is what comes back
 * unless it was RS_OK and a device fails now. */
rs_status rs_lane_set_settle(const rs_lane_set *set, rs_status status, rs_error *error);

/* Slots on their way, the oldest first. */
typedef struct rs_under_way {
    rs_ring_slot *slot[RS_SLOTS_MAX];
    unsigned count;
} rs_under_way;

/* Which slot to wait for: the oldest, but with several devices one that is done, so that a slow
 * device does not hold up a fast one. */
rs_status rs_under_way_choose(const rs_under_way *under_way, const rs_lane_set *set,
                              unsigned *chosen, rs_error *error);
void rs_under_way_remove(rs_under_way *under_way, unsigned chosen);

#endif
