/* plugin.c - the two symbols that the shared module exports. */
#include <stdio.h>

#include "cuda/cuda_engine.h"
#include "cuda/device_error.h"
#include "engine/engine_plugin.h"
#include "engine_abi.h"
#include "reassess/version.h"

static rs_status device_count(int *count, rs_error *error)
{
    *count = 0; /* a driver that cannot be used leaves it as it is */
    return RS_CUDA(cudaGetDeviceCount(count), 0, error);
}

static rs_status describe(int device, char *out, size_t out_bytes, rs_error *error)
{
    struct cudaDeviceProp properties;
    RS_TRY(RS_CUDA(cudaGetDeviceProperties(&properties, device), device, error));
    (void)snprintf(out, out_bytes, "%s, compute capability %d.%d, %.1f GB", properties.name,
                   properties.major, properties.minor, (double)properties.totalGlobalMem * 1e-9);
    return RS_OK;
}

__attribute__((visibility("default"))) const char rs_engine_plugin_abi[] = RS_ENGINE_PLUGIN_ABI;

__attribute__((visibility("default"))) const rs_engine_plugin *rs_engine_plugin_get(void)
{
    static const rs_engine_plugin plugin = {
        .device_count = device_count,
        .describe = describe,
        .open = rs_cuda_engine_open,
        .images_create = rs_device_images_create,
        .images_add = rs_device_images_add,
        .images_fetch = rs_device_images_fetch,
        .images_mark = rs_device_images_mark,
        .images_free = rs_device_images_free,
    };
    return &plugin;
}
