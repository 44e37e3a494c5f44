/* device_error.h - every CUDA call is checked here: what failed, where, on which device, what to
 * do.
 */
#ifndef RS_DEVICE_ERROR_H
#define RS_DEVICE_ERROR_H

#include <cuda_runtime_api.h>

#include "base/error.h"

/* RS_OK, or RS_MEMORY when the device (or page-locked memory) is full, or RS_DEVICE. */
#define RS_CUDA(call, device, error) \
    rs_cuda_check((call), #call, __FILE__, __LINE__, (device), (error))

/* What to do about a device that fails for no reason that is known, or where there is none. */
#define RS_DEVICE_ADVICE \
    "run again; if it fails again, choose another device (--device), or use --backend cpu"
#define RS_NO_DRIVER_ADVICE                                                         \
    "use --backend cpu, or a machine with a GPU (a container has to be started with " \
    "access to it)"

rs_status rs_cuda_check(cudaError_t code, const char *call, const char *file, int line, int device,
                        rs_error *error);

#endif
