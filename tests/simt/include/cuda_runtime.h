/* cuda_runtime.h - stands in for CUDA's header of this name: the C API, and for C++ the device
 * side.
 *
 * Test-only. With this folder first on the include path a .cu file compiles as plain C++17 and its
 * kernels run on the executor (README.md). C11 sources get the API alone.
 */
#ifndef SIMT_CUDA_RUNTIME_H
#define SIMT_CUDA_RUNTIME_H

#include "cuda_runtime_api.h"

#ifdef __cplusplus

/* The architecture whose path is executed. nvcc defines __CUDA_ARCH__ only in its device passes;
 * here one pass is both, so host code of a .cu file sees it too. */
#ifndef SIMT_CUDA_ARCH
#define SIMT_CUDA_ARCH 900
#endif
#define __CUDA_ARCH__ SIMT_CUDA_ARCH

#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __grid_constant__

#include "simt/atomics.h"
#include "simt/barriers.h"
#include "simt/bits.h"
#include "simt/execution.h"
#include "simt/float_math.h"
#include "simt/launch.h"
#include "simt/loads.h"
#include "simt/shared.h"
#include "simt/warp.h"

#endif
#endif
