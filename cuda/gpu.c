/* gpu.c - a device is opened, prepared for a pass, brought to rest, closed. */
#include "cuda/gpu.h"

#include <stdio.h>

#include "cuda/device_error.h"

rs_status rs_gpu_use(const rs_gpu *gpu, rs_error *error)
{
    return RS_CUDA(cudaSetDevice(gpu->device), gpu->device, error);
}

rs_status rs_gpu_open(rs_gpu *gpu, int device, rs_ranges ranges, rs_error *error)
{
    struct cudaDeviceProp properties;
    *gpu = (rs_gpu){.device = device,
                    .ranges = ranges,
                    .labels = {.device = device},
                    .ring = {.device = device}};
    RS_TRY(rs_gpu_use(gpu, error));
    RS_TRY(RS_CUDA(cudaGetDeviceProperties(&properties, device), device, error));
    gpu->multiprocessors = (uint32_t)properties.multiProcessorCount;
    gpu->kind = (rs_gpu_kind){properties.major, properties.minor, properties.multiProcessorCount,
                                properties.l2CacheSize, properties.memoryBusWidth};
    (void)snprintf(gpu->name, sizeof gpu->name, "%.*s", (int)sizeof gpu->name - 1,
                   properties.name);
    RS_TRY(rs_ring_open(&gpu->ring, device, error));
    return RS_CUDA(cudaEventCreateWithFlags(&gpu->ready, cudaEventDisableTiming), device, error);
}

rs_status rs_gpu_prepare(rs_gpu *gpu, const rs_pass *pass, rs_error *error)
{
    const int device = gpu->device;
    RS_TRY(rs_gpu_use(gpu, error));
    RS_TRY(rs_device_labels_prepare(&gpu->labels, pass, gpu->ring.stream[0], error));
    RS_TRY(RS_CUDA(cudaEventRecord(gpu->ready, gpu->ring.stream[0]), device, error));
    for (size_t i = 1; i < RS_RING_STREAMS; ++i) {
        RS_TRY(RS_CUDA(cudaStreamWaitEvent(gpu->ring.stream[i], gpu->ready, 0), device, error));
    }
    return RS_OK;
}

rs_status rs_gpu_settle(rs_gpu *gpu, rs_error *error)
{
    rs_status status = rs_gpu_use(gpu, error);
    for (size_t i = 0; i < RS_RING_STREAMS; ++i) {
        const cudaError_t code = cudaStreamSynchronize(gpu->ring.stream[i]);
        if (status == RS_OK) {
            status = RS_CUDA(code, gpu->device, error);
        }
    }
    /* A call that fails once is over; a device that is lost says so again and again. */
    gpu->lost = status != RS_OK && (cudaSetDevice(gpu->device) != cudaSuccess ||
                                     cudaStreamSynchronize(gpu->ring.stream[0]) != cudaSuccess);
    (void)cudaGetLastError();
    return status;
}

void rs_gpu_close(rs_gpu *gpu)
{
    (void)cudaSetDevice(gpu->device);
    rs_cublas_close(&gpu->cublas);
    rs_ring_close(&gpu->ring);
    rs_device_labels_free(&gpu->labels);
    rs_device_array_free(&gpu->pair_keys);
    if (gpu->ready != NULL) {
        (void)cudaEventDestroy(gpu->ready);
        gpu->ready = NULL;
    }
}
