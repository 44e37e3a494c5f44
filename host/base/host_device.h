/* host_device.h - lets one inline definition serve C, C++ and CUDA device code. */
#ifndef RS_HOST_DEVICE_H
#define RS_HOST_DEVICE_H

#if defined(__CUDACC__)
#define RS_HOST_DEVICE __host__ __device__
#else
#define RS_HOST_DEVICE
#endif

#endif
