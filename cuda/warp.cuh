/* warp.cuh - reductions of a whole warp, after which every lane knows the result.
 *
 * One instruction on compute capability 8.0 and later for 32-bit integers, five shuffles otherwise.
 * All 32 lanes take part, always.
 */
#ifndef RS_WARP_CUH
#define RS_WARP_CUH

#include <stdint.h>

#include "cuda/launch.cuh"

#define RS_WARP_LANES 32u
#define RS_WHOLE_WARP 0xffffffffu

template <class T, class Join> __device__ __forceinline__ T rs_warp_fold(T value, Join join)
{
#pragma unroll
    for (int step = 16; step > 0; step /= 2) {
        value = join(value, __shfl_xor_sync(RS_WHOLE_WARP, value, step));
    }
    return value;
}

__device__ __forceinline__ uint32_t rs_warp_add(uint32_t value)
{
#if __CUDA_ARCH__ >= 800
    return __reduce_add_sync(RS_WHOLE_WARP, value);
#else
    return rs_warp_fold(value, [](uint32_t a, uint32_t b) { return a + b; });
#endif
}

__device__ __forceinline__ uint32_t rs_warp_max(uint32_t value)
{
#if __CUDA_ARCH__ >= 800
    return __reduce_max_sync(RS_WHOLE_WARP, value);
#else
    return rs_warp_fold(value, [](uint32_t a, uint32_t b) { return a > b ? a : b; });
#endif
}

__device__ __forceinline__ uint32_t rs_warp_min(uint32_t value)
{
#if __CUDA_ARCH__ >= 800
    return __reduce_min_sync(RS_WHOLE_WARP, value);
#else
    return rs_warp_fold(value, [](uint32_t a, uint32_t b) { return a < b ? a : b; });
#endif
}

__device__ __forceinline__ uint32_t rs_warp_or(uint32_t value)
{
#if __CUDA_ARCH__ >= 800
    return __reduce_or_sync(RS_WHOLE_WARP, value);
#else
    return rs_warp_fold(value, [](uint32_t a, uint32_t b) { return a | b; });
#endif
}

__device__ __forceinline__ uint64_t rs_warp_max(uint64_t value)
{
    return rs_warp_fold(value, [](uint64_t a, uint64_t b) { return a > b ? a : b; });
}

/* Lanes are paired the same way every time, so the sum of the same lanes is the same to the last
 * bit. */
__device__ __forceinline__ double rs_warp_add(double value)
{
    return rs_warp_fold(value, [](double a, double b) { return a + b; });
}

/* How many of a set of lanes come before this one. */
__device__ __forceinline__ uint32_t rs_lanes_before(unsigned lanes, uint32_t lane)
{
    return static_cast<uint32_t>(__popc(lanes & ((1u << lane) - 1u)));
}

template <class T> __device__ __forceinline__ T rs_warp_from(T value, uint32_t lane)
{
    return __shfl_sync(RS_WHOLE_WARP, value, static_cast<int>(lane));
}

#endif
