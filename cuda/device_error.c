/* device_error.c - a CUDA error code becomes an error that says what to do. */
#include "cuda/device_error.h"

#include <string.h>

static const char *advice_for(cudaError_t code)
{
    switch (code) {
    case cudaErrorMemoryAllocation:
        return "free memory of the device or the machine, or use --backend cpu";
    case cudaErrorInsufficientDriver:
    case cudaErrorStubLibrary:
        return "install an NVIDIA driver for CUDA 13 or later, or use --backend cpu";
    case cudaErrorNoDevice:
        return "no device can be seen (is CUDA_VISIBLE_DEVICES empty?); use --backend cpu";
    case cudaErrorInvalidDevice:
        return "reassess info lists the devices there are";
    case cudaErrorNoKernelImageForDevice:
        return "build again with CMAKE_CUDA_ARCHITECTURES for this device, or use --backend cpu";
    default:
        return "run again; if it fails again, look at nvidia-smi and the kernel log, or use "
               "--backend cpu";
    }
}

rs_status rs_cuda_check(cudaError_t code, const char *call, const char *file, int line, int device,
                        rs_error *error)
{
    if (code == cudaSuccess) {
        return RS_OK;
    }
    const char *const slash = strrchr(file, '/');
    const rs_status status = code == cudaErrorMemoryAllocation ? RS_MEMORY : RS_DEVICE;
    (void)cudaGetLastError(); /* or the next launch would be told of it again */
    return rs_fail(error, status, NULL, rs_nowhere(), advice_for(code),
                   "%.*s failed on CUDA device %d (%s:%d): %s, %s", (int)strcspn(call, "("), call,
                   device, slash != NULL ? slash + 1 : file, line, cudaGetErrorName(code),
                   cudaGetErrorString(code));
}
