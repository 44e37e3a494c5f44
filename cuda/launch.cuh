/* launch.cuh - what lets one source serve nvcc and the SIMT executor of the tests.
 *
 * Kernels are launched through RS_LAUNCH only; its value is the cudaError_t of the launch. A kernel
 * that is a template stands in parentheses. RS_DYNAMIC_SHARED(type, name) is the shared memory that
 * the launch asked for.
 */
#ifndef RS_LAUNCH_CUH
#define RS_LAUNCH_CUH

#include <cuda_runtime.h>

#ifdef __CUDACC__
#define RS_LAUNCH(kernel, grid, block, shared_bytes, stream, ...) \
    ((kernel)<<<(grid), (block), (shared_bytes), (stream)>>>(__VA_ARGS__), cudaGetLastError())
#define RS_DYNAMIC_SHARED(type, name)                                                             \
    extern __shared__ __align__(16) unsigned char rs_dynamic_shared[];                            \
    type *const name = reinterpret_cast<type *>(rs_dynamic_shared)
#else
#define RS_LAUNCH         SIMT_LAUNCH
#define RS_DYNAMIC_SHARED SIMT_DYNAMIC_SHARED
#endif

#endif
