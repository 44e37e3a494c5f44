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

rs_status rs_cuda_check(cudaError_t code, const char *call, const char *file, int line, int device,
                        rs_error *error);

#endif
