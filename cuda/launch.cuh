/* launch.cuh - what lets one source serve nvcc and the SIMT executor of the tests.
 *
 * Kernels are launched through RS_LAUNCH only; its value is the cudaError_t of the launch. A kernel
 * that is a template stands in parentheses.
 */
#ifndef RS_LAUNCH_CUH
#define RS_LAUNCH_CUH

#include <cuda_runtime.h>

#ifdef __CUDACC__
#define RS_LAUNCH(kernel, grid, block, shared_bytes, stream, ...) \
    ((kernel)<<<(grid), (block), (shared_bytes), (stream)>>>(__VA_ARGS__), cudaGetLastError())
#else
#define RS_LAUNCH SIMT_LAUNCH
#endif

#endif
