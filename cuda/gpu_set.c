/* gpu_set.c - see gpu_set.h. */
#include "cuda/gpu_set.h"

#include <string.h>

void rs_gpu_set_choose(rs_gpu_set *set, rs_gpu *gpus, size_t count)
{
    bool any = false;
    set->count = 0;
    for (size_t i = 0; i < count; ++i) {
        any = any || !gpus[i].lost;
    }
    for (size_t i = 0; i < count; ++i) {
        if (!any || !gpus[i].lost) {
            set->gpu[set->count++] = &gpus[i];
        }
    }
}

void rs_gpu_set_keep_alike(rs_gpu_set *set)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->count; ++i) {
        if (memcmp(&set->gpu[i]->kind, &set->gpu[0]->kind, sizeof(rs_gpu_kind)) == 0) {
            set->gpu[kept++] = set->gpu[i];
        }
    }
    set->count = kept;
}

rs_status rs_gpu_set_settle(const rs_gpu_set *set, rs_status status, rs_error *error)
{
    for (size_t i = 0; i < set->count; ++i) {
        const rs_status settled = rs_gpu_settle(set->gpu[i], status == RS_OK ? error : NULL);
        status = status == RS_OK ? settled : status;
        for (size_t s = 0; s < RS_RING_SLOTS; ++s) {
            rs_slot_unlock(&set->gpu[i]->ring.slot[s]);
        }
    }
    return status;
}
