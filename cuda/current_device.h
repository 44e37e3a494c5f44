/* current_device.h - whoever calls into the module finds the device current that was so before.
 *
 *     const int before = rs_device_before();
 *     ...
 *     rs_device_back(before);
 */
#ifndef RS_CURRENT_DEVICE_H
#define RS_CURRENT_DEVICE_H

#include <cuda_runtime_api.h>

/* -1: not known, and left as it will be. */
static inline int rs_device_before(void)
{
    int device = -1;
    if (cudaGetDevice(&device) != cudaSuccess) {
        (void)cudaGetLastError(); /* what is called next says it */
        return -1;
    }
    return device;
}

/* Of one that is current still nothing is asked: that could make a context. */
static inline void rs_device_back(int before)
{
    int now = before;
    if (before >= 0 && cudaGetDevice(&now) == cudaSuccess && now != before) {
        (void)cudaSetDevice(before);
    }
    if (before >= 0) {
        (void)cudaGetLastError(); /* of a device that is lost, which was told */
    }
}

#endif
