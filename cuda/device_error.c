/* device_error.c - a CUDA error code becomes an error that says what to do.
 *
 * What is advised can be done by somebody who may install nothing: drivers and kernel logs belong
 * to whoever runs the machine.
 */
#include "cuda/device_error.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { ADVICE_BYTES = 160, OLDEST_MAJOR = 12 };

static const char *advice_for(cudaError_t code)
{
    switch (code) {
    case cudaErrorMemoryAllocation:
        return "free memory of the device or the machine, choose another device (--device), or use "
               "--backend cpu";
    case cudaErrorNoDevice:
        return "no device can be seen (is CUDA_VISIBLE_DEVICES empty?); use --backend cpu";
    case cudaErrorInvalidDevice:
        return "reassess info lists the devices there are";
    case cudaErrorDevicesUnavailable:
        return "somebody else holds the device; choose another one (--device), or use "
               "--backend cpu";
    case cudaErrorNoKernelImageForDevice:
        return "build again with CMAKE_CUDA_ARCHITECTURES for this device, or use --backend cpu";
    default:
        return RS_DEVICE_ADVICE;
    }
}

/* Whether it comes of a driver that is older than what this was built for. */
static bool is_of_versions(cudaError_t code)
{
    return code == cudaErrorInsufficientDriver || code == cudaErrorStubLibrary ||
           code == cudaErrorCallRequiresNewerDriver || code == cudaErrorUnsupportedPtxVersion ||
           code == cudaErrorSystemDriverMismatch || code == cudaErrorCompatNotSupportedOnDevice;
}

static int major_of(int version)
{
    return version / 1000;
}

static int minor_of(int version)
{
    return version % 1000 / 10;
}

/* A build for the driver's CUDA is what a user can get without anybody's help. */
static void advise_on_versions(int driver, char advice[ADVICE_BYTES])
{
    const int major = major_of(driver);
    if (major >= OLDEST_MAJOR && major < major_of(CUDART_VERSION)) {
        (void)snprintf(advice, ADVICE_BYTES,
                       "use --backend cpu, or a build for CUDA %d (docs/BUILDING.md)", major);
    } else if (driver == 0) {
        (void)snprintf(advice, ADVICE_BYTES, "%s", RS_NO_DRIVER_ADVICE);
    } else {
        (void)snprintf(advice, ADVICE_BYTES, "use --backend cpu, or a machine with a newer driver");
    }
}

static rs_status fail_of_versions(cudaError_t code, const char *call, int device, rs_error *error)
{
    char advice[ADVICE_BYTES];
    int driver = 0;
    if (cudaDriverGetVersion(&driver) != cudaSuccess) {
        driver = 0;
        (void)cudaGetLastError();
    }
    advise_on_versions(driver, advice);
    if (driver == 0) {
        return rs_fail(error, RS_DEVICE, NULL, rs_nowhere(), advice,
                       "%.*s failed on CUDA device %d: there is no driver (%s), and this build is "
                       "for CUDA %d.%d",
                       (int)strcspn(call, "("), call, device, cudaGetErrorName(code),
                       major_of(CUDART_VERSION), minor_of(CUDART_VERSION));
    }
    return rs_fail(error, RS_DEVICE, NULL, rs_nowhere(), advice,
                   "%.*s failed on CUDA device %d: the driver is of CUDA %d.%d, and this build for "
                   "%d.%d (%s)",
                   (int)strcspn(call, "("), call, device, major_of(driver), minor_of(driver),
                   major_of(CUDART_VERSION), minor_of(CUDART_VERSION), cudaGetErrorName(code));
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
    if (is_of_versions(code)) {
        return fail_of_versions(code, call, device, error);
    }
    return rs_fail(error, status, NULL, rs_nowhere(), advice_for(code),
                   "%.*s failed on CUDA device %d (%s:%d): %s, %s", (int)strcspn(call, "("), call,
                   device, slash != NULL ? slash + 1 : file, line, cudaGetErrorName(code),
                   cudaGetErrorString(code));
}
