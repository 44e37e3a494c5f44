/* gpu.h - one device of an engine: its streams and slots, its labels and counters.
 *
 * An engine has one of these for every device it was asked to use. Rows are spread over them chunk
 * by chunk, and the counters of all are added at the end of a pass. CUDA calls for a device are
 * made while it is the thread's current one: rs_gpu_use.
 */
#ifndef RS_GPU_H
#define RS_GPU_H

#include "cuda/cublas_library.h"
#include "cuda/device_labels.h"
#include "cuda/ranges.h"
#include "cuda/ring.h"

/* On devices with the same numbers cuBLAS chooses the same kernels. */
typedef struct rs_gpu_kind {
    int major, minor; /* compute capability */
    int multiprocessors;
    int cache_bytes; /* L2 */
    int bus_bits;
} rs_gpu_kind;

typedef struct rs_gpu {
    int device;
    rs_gpu_kind kind;
    uint32_t multiprocessors;
    bool lost; /* the device no longer answers: passes go on without it */
    char name[48];
    rs_ranges ranges; /* of the engine */
    rs_ring ring;
    rs_device_labels labels;
    rs_device_array pair_keys; /* of a pass that counts pairs (device_keys.h), a key for each row */
    cudaEvent_t ready; /* labels are there and counters are zero */
    rs_cublas cublas;  /* opened by the first product */
} rs_gpu;

/* What was made is closed by rs_gpu_close, also after a failure. */
rs_status rs_gpu_open(rs_gpu *gpu, int device, rs_ranges ranges, rs_error *error);
rs_status rs_gpu_use(const rs_gpu *gpu, rs_error *error);

/* Labels and counters first, in one stream; the other streams wait for it. */
rs_status rs_gpu_prepare(rs_gpu *gpu, const rs_pass *pass, rs_error *error);

/* Waits until all slots are idle, whatever happened, and finds out whether the device is lost. */
rs_status rs_gpu_settle(rs_gpu *gpu, rs_error *error);
void rs_gpu_close(rs_gpu *gpu);

#endif
