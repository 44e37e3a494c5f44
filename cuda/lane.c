/* lane.c - a device is opened, prepared for a pass, brought to rest, closed. */
#include "cuda/lane.h"

#include <stdio.h>

#include "cuda/device_error.h"

rs_status rs_lane_use(const rs_lane *lane, rs_error *error)
{
    return RS_CUDA(cudaSetDevice(lane->device), lane->device, error);
}

rs_status rs_lane_open(rs_lane *lane, int device, rs_error *error)
{
    struct cudaDeviceProp properties;
    *lane = (rs_lane){.device = device, .labels = {.device = device}, .ring = {.device = device}};
    RS_TRY(rs_lane_use(lane, error));
    RS_TRY(RS_CUDA(cudaGetDeviceProperties(&properties, device), device, error));
    lane->multiprocessors = (uint32_t)properties.multiProcessorCount;
    lane->kind = (rs_lane_kind){properties.major, properties.minor, properties.multiProcessorCount,
                                properties.l2CacheSize, properties.memoryBusWidth};
    (void)snprintf(lane->name, sizeof lane->name, "%.*s", (int)sizeof lane->name - 1,
                   properties.name);
    RS_TRY(rs_ring_open(&lane->ring, device, error));
    for (size_t i = 0; i < RS_RING_SLOTS; ++i) {
        lane->ring.slot[i].lane = lane;
    }
    return RS_CUDA(cudaEventCreateWithFlags(&lane->ready, cudaEventDisableTiming), device, error);
}

rs_status rs_lane_prepare(rs_lane *lane, const rs_pass *pass, rs_error *error)
{
    const int device = lane->device;
    RS_TRY(rs_lane_use(lane, error));
    RS_TRY(rs_device_labels_prepare(&lane->labels, pass, lane->ring.stream[0], error));
    RS_TRY(RS_CUDA(cudaEventRecord(lane->ready, lane->ring.stream[0]), device, error));
    for (size_t i = 1; i < RS_RING_STREAMS; ++i) {
        RS_TRY(RS_CUDA(cudaStreamWaitEvent(lane->ring.stream[i], lane->ready, 0), device, error));
    }
    return RS_OK;
}

rs_status rs_lane_settle(rs_lane *lane, rs_error *error)
{
    rs_status status = rs_lane_use(lane, error);
    for (size_t i = 0; i < RS_RING_STREAMS; ++i) {
        const cudaError_t code = cudaStreamSynchronize(lane->ring.stream[i]);
        if (status == RS_OK) {
            status = RS_CUDA(code, lane->device, error);
        }
    }
    /* A call that fails once is over; a device that is lost says so again and again. */
    lane->lost = status != RS_OK && (cudaSetDevice(lane->device) != cudaSuccess ||
                                     cudaStreamSynchronize(lane->ring.stream[0]) != cudaSuccess);
    (void)cudaGetLastError();
    return status;
}

void rs_lane_close(rs_lane *lane)
{
    (void)cudaSetDevice(lane->device);
    rs_cublas_close(&lane->cublas);
    rs_ring_close(&lane->ring);
    rs_device_labels_free(&lane->labels);
    if (lane->ready != NULL) {
        (void)cudaEventDestroy(lane->ready);
        lane->ready = NULL;
    }
}
