/* lane_set.c - what passes over rows and passes over features have in common. */
#include "cuda/lane_set.h"

#include <assert.h>
#include <string.h>

#include "cuda/device_error.h"

static_assert(RS_SLOTS_MAX == (int)RS_LANES_MAX * (int)RS_RING_SLOTS, "room for every slot");

void rs_lane_set_choose(rs_lane_set *set, rs_lane *lanes, size_t count)
{
    bool any = false;
    set->count = 0;
    for (size_t i = 0; i < count; ++i) {
        any = any || !lanes[i].lost;
    }
    for (size_t i = 0; i < count; ++i) {
        if (!any || !lanes[i].lost) {
            set->lane[set->count++] = &lanes[i];
        }
    }
}

void rs_lane_set_keep_alike(rs_lane_set *set)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->count; ++i) {
        if (memcmp(&set->lane[i]->kind, &set->lane[0]->kind, sizeof(rs_lane_kind)) == 0) {
            set->lane[kept++] = set->lane[i];
        }
    }
    set->count = kept;
}

rs_status rs_lane_set_read(const rs_lane_set *set, rs_read_ahead *reader, rs_source *source,
                           const rs_read_plan *plan, rs_error *error)
{
    rs_ring_slot *slot[RS_SLOTS_MAX];
    size_t slots = 0;
    for (size_t s = 0; s < RS_RING_SLOTS; ++s) {
        for (size_t i = 0; i < set->count; ++i) {
            slot[slots++] = &set->lane[i]->ring.slot[s];
        }
    }
    return rs_read_ahead_start(reader, slot, slots, source, plan, error);
}

rs_status rs_lane_set_settle(const rs_lane_set *set, rs_status status, rs_error *error)
{
    for (size_t i = 0; i < set->count; ++i) {
        const rs_status settled = rs_lane_settle(set->lane[i], status == RS_OK ? error : NULL);
        status = status == RS_OK ? settled : status;
        for (size_t s = 0; s < RS_RING_SLOTS; ++s) {
            rs_slot_unlock(&set->lane[i]->ring.slot[s]);
        }
    }
    return status;
}

rs_status rs_under_way_choose(const rs_under_way *under_way, const rs_lane_set *set,
                              unsigned *chosen, rs_error *error)
{
    *chosen = 0;
    for (unsigned i = 0; set->count > 1 && i < under_way->count; ++i) {
        const rs_ring_slot *const slot = under_way->slot[i];
        const cudaError_t code = cudaEventQuery(slot->done);
        if (code == cudaSuccess) {
            *chosen = i;
            return RS_OK;
        }
        if (code != cudaErrorNotReady) {
            return RS_CUDA(code, slot->lane->device, error);
        }
        (void)cudaGetLastError(); /* or the next launch would be told of it */
    }
    return RS_OK;
}

void rs_under_way_remove(rs_under_way *under_way, unsigned chosen)
{
    --under_way->count;
    memmove(under_way->slot + chosen, under_way->slot + chosen + 1,
            (under_way->count - chosen) * sizeof(rs_ring_slot *));
}
