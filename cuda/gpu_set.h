/* gpu_set.h - the devices that share a pass: which they are, and how all come to rest. */
#ifndef RS_GPU_SET_H
#define RS_GPU_SET_H

#include "cuda/gpu.h"
#include "reassess/evaluator.h"

enum { RS_GPUS_MAX = RS_DEVICE_LAST + 1 };

typedef struct rs_gpu_set {
    rs_gpu *gpu[RS_GPUS_MAX];
    size_t count;
} rs_gpu_set;

/* All devices but the lost ones; when all are lost, all: what the driver says of them is then the
 * error. */
void rs_gpu_set_choose(rs_gpu_set *set, rs_gpu *gpus, size_t count);

/* Leaves out devices of another kind than the first one's: a product may have other bits there. */
void rs_gpu_set_keep_alike(rs_gpu_set *set);

/* All slots are to be idle when a pass ends, whatever happened: `status`, which is what comes back
 * unless it was RS_OK and a device fails now. */
rs_status rs_gpu_set_settle(const rs_gpu_set *set, rs_status status, rs_error *error);

#endif
