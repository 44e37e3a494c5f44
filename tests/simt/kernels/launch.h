/* launch.h - what lets one source serve nvcc and the executor; the header a project keeps of its
 * own. */
#ifndef SIMT_KERNELS_LAUNCH_H
#define SIMT_KERNELS_LAUNCH_H

#include <cuda_runtime.h>

#ifdef __CUDACC__
#define RS_LAUNCH(kernel, grid, block, shared_bytes, stream, ...)                                  \
    ((kernel)<<<(grid), (block), (shared_bytes), (stream)>>>(__VA_ARGS__), cudaGetLastError())
#define RS_DYNAMIC_SHARED(type, name)                                                              \
    extern __shared__ __align__(16) unsigned char rs_dynamic_shared[];                             \
    type *const name = reinterpret_cast<type *>(rs_dynamic_shared)
#else
#define RS_LAUNCH SIMT_LAUNCH
#define RS_DYNAMIC_SHARED SIMT_DYNAMIC_SHARED
#endif

#endif
