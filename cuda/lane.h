/* lane.h - one device of an engine: its streams and slots, its labels and counters.
 *
 * An engine has a lane for every device it was asked to use. Rows are spread over the lanes chunk
 * by chunk, and the counters of all lanes are added at the end of a pass. A lane's CUDA calls are
 * made while its device is the thread's current one: rs_lane_use.
 */
#ifndef RS_LANE_H
#define RS_LANE_H

#include "cuda/cublas_library.h"
#include "cuda/device_labels.h"
#include "cuda/ring.h"

/* On devices with the same numbers cuBLAS chooses the same kernels. */
typedef struct rs_lane_kind {
    int major, minor; /* compute capability */
    int multiprocessors;
    int cache_bytes; /* L2 */
    int bus_bits;
} rs_lane_kind;

typedef struct rs_lane {
    int device;
    rs_lane_kind kind;
    uint32_t multiprocessors;
    bool lost; /* the device no longer answers: passes go on without it */
    char name[48];
    rs_ring ring;
    rs_device_labels labels;
    cudaEvent_t ready; /* labels are there and counters are zero */
    rs_cublas cublas;  /* opened by the first product */
} rs_lane;

/* What was made is closed by rs_lane_close, also after a failure. */
rs_status rs_lane_open(rs_lane *lane, int device, rs_error *error);
rs_status rs_lane_use(const rs_lane *lane, rs_error *error);

/* Labels and counters first, in one stream; the other streams wait for it. */
rs_status rs_lane_prepare(rs_lane *lane, const rs_pass *pass, rs_error *error);

/* Waits until all slots are idle, whatever happened, and finds out whether the device is lost. */
rs_status rs_lane_settle(rs_lane *lane, rs_error *error);
void rs_lane_close(rs_lane *lane);

#endif
