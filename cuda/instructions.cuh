/* instructions.cuh - what a device does in one instruction and C++ cannot say: comparisons of
 * floats, and of pairs of 16-bit floats in a word, that count.
 *
 * "Ahead" is greater or unordered: a NaN is ahead of whatever it is compared with, and everything
 * is ahead of a NaN. Denormals are numbers. The executor of the tests has each in plain C++, and a
 * device that is too old for one has it too; what nvcc makes of the rest a device alone can tell.
 */
#ifndef RS_INSTRUCTIONS_CUH
#define RS_INSTRUCTIONS_CUH

#include <math.h>
#include <stdint.h>

#include "base/half.h"
#include "base/row_order.h"
#include "cuda/launch.cuh"

/* The same pointer, of which the compiler forgets where it came from: it would rather work it out
 * again for every row than keep it. */
__device__ __forceinline__ const unsigned char *rs_opaque(const unsigned char *pointer)
{
#ifdef __CUDACC__
    asm volatile("" : "+l"(pointer));
#endif
    return pointer;
}

/* Of pairs of bf16, which came with 9.0; those of f16 are as old as any device here. */
#if __CUDA_ARCH__ >= 900
#define RS_HAS_BF16_PAIRS 1
#else
#define RS_HAS_BF16_PAIRS 0
#endif

/* 1 when x is ahead of t, else 0. */
__device__ __forceinline__ float rs_ahead_f32(float x, float t)
{
#ifdef __CUDACC__
    float one;
    asm("set.gtu.f32.f32 %0, %1, %2;" : "=f"(one) : "f"(x), "f"(t));
    return one;
#else
    return !(x <= t) ? 1.0f : 0.0f;
#endif
}

/* 2^x, to two units in the last place; below 2^-126 it may be 0. */
__device__ __forceinline__ float rs_exp2_f32(float x)
{
#ifdef __CUDACC__
    float power;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(power) : "f"(x));
    return power;
#else
    return exp2f(x);
#endif
}

/* rs_key_f32 without a branch: adding 0 makes +0 of -0, and 0x7fffffff of any NaN (PTX ISA,
 * "NaN"), whose key is the largest by itself. */
__device__ __forceinline__ uint32_t rs_fast_key_f32(uint32_t bits)
{
#ifdef __CUDACC__
    const int32_t plain = __float_as_int(__fadd_rn(__uint_as_float(bits), 0.0f));
    return static_cast<uint32_t>(plain ^ (plain >> 31 | INT32_MIN));
#else
    return rs_key_f32(bits);
#endif
}

/* A 16-bit float, whose +inf is `infinity`, as an integer of the same order; not of a NaN. */
__device__ __forceinline__ int rs_ordered_16(uint32_t half)
{
    const int magnitude = static_cast<int>(half & 0x7fffu);
    return (half & 0x8000u) != 0 ? -magnitude : magnitude;
}

__device__ __forceinline__ bool rs_is_nan_16(uint32_t half, uint32_t infinity)
{
    return (half & 0x7fffu) > infinity;
}

__device__ __forceinline__ bool rs_is_ahead_16(uint32_t x, uint32_t t, uint32_t infinity)
{
    return rs_is_nan_16(x, infinity) || rs_is_nan_16(t, infinity) ||
           rs_ordered_16(x) > rs_ordered_16(t);
}

/* 0xffff in each half of the word where x is ahead of t. */
__device__ __forceinline__ uint32_t rs_plain_mask_16(uint32_t x, uint32_t t, uint32_t infinity)
{
    return (rs_is_ahead_16(x & 0xffffu, t & 0xffffu, infinity) ? 0xffffu : 0u) |
           (rs_is_ahead_16(x >> 16, t >> 16, infinity) ? 0xffff0000u : 0u);
}

/* The larger of each half; a NaN where one of the two is. */
__device__ __forceinline__ uint32_t rs_plain_larger_16(uint32_t a, uint32_t b, uint32_t infinity)
{
    uint32_t larger = 0;
#pragma unroll
    for (int shift = 0; shift < 32; shift += 16) {
        const uint32_t x = a >> shift & 0xffffu;
        const uint32_t y = b >> shift & 0xffffu;
        const bool first =
            rs_is_nan_16(x, infinity) ||
            (!rs_is_nan_16(y, infinity) && rs_ordered_16(x) > rs_ordered_16(y));
        larger |= (first ? x : y) << shift;
    }
    return larger;
}

__device__ __forceinline__ float rs_larger_f32(float a, float b)
{
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 800
    float larger;
    asm("max.NaN.f32 %0, %1, %2;" : "=f"(larger) : "f"(a), "f"(b));
    return larger;
#else
    return a > b || a != a ? a : b;
#endif
}

/* f16: `ahead` gives 1 or 0, `plus` adds such counts, exact up to 2,048; `mask` as above. */
struct rs_pair_f16 {
    static constexpr uint32_t kInfinity = 0x7c00u;

    static __device__ __forceinline__ uint32_t ahead(uint32_t x, uint32_t t)
    {
#ifdef __CUDACC__
        uint32_t ones;
        asm("set.gtu.f16x2.f16x2 %0, %1, %2;" : "=r"(ones) : "r"(x), "r"(t));
        return ones;
#else
        return rs_plain_mask_16(x, t, kInfinity) & 0x3c003c00u;
#endif
    }
    static __device__ __forceinline__ uint32_t plus(uint32_t a, uint32_t b)
    {
#ifdef __CUDACC__
        uint32_t sum;
        asm("add.f16x2 %0, %1, %2;" : "=r"(sum) : "r"(a), "r"(b));
        return sum;
#else
        const auto add = [](uint32_t x, uint32_t y) -> uint32_t {
            return rs_f16_from_f32(rs_f16_to_f32(static_cast<uint16_t>(x)) +
                                   rs_f16_to_f32(static_cast<uint16_t>(y)));
        };
        return add(a >> 16, b >> 16) << 16 | add(a & 0xffffu, b & 0xffffu);
#endif
    }
    static __device__ __forceinline__ float widen(uint32_t half)
    {
#ifdef __CUDACC__
        float wide;
        asm("cvt.f32.f16 %0, %1;" : "=f"(wide) : "h"(static_cast<uint16_t>(half)));
        return wide;
#else
        return rs_f16_to_f32(static_cast<uint16_t>(half));
#endif
    }
    static __device__ __forceinline__ uint32_t mask(uint32_t x, uint32_t t)
    {
#ifdef __CUDACC__
        uint32_t mask;
        asm("set.gtu.u32.f16x2 %0, %1, %2;" : "=r"(mask) : "r"(x), "r"(t));
        return mask;
#else
        return rs_plain_mask_16(x, t, kInfinity);
#endif
    }
    static __device__ __forceinline__ uint32_t larger(uint32_t a, uint32_t b)
    {
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 800
        uint32_t larger;
        asm("max.NaN.f16x2 %0, %1, %2;" : "=r"(larger) : "r"(a), "r"(b));
        return larger;
#else
        return rs_plain_larger_16(a, b, kInfinity);
#endif
    }
};

/* The two bf16 of a word as floats. Volatile: made anew for every label, and not held in as many
 * registers as there are columns. */
__device__ __forceinline__ float rs_low_bf16(uint32_t word)
{
    uint32_t bits = word << 16;
#ifdef __CUDACC__
    asm volatile("shl.b32 %0, %1, 16;" : "=r"(bits) : "r"(word));
#endif
    return __uint_as_float(bits);
}

__device__ __forceinline__ float rs_high_bf16(uint32_t word)
{
    uint32_t bits = word & 0xffff0000u;
#ifdef __CUDACC__
    asm volatile("and.b32 %0, %1, 0xffff0000;" : "=r"(bits) : "r"(word));
#endif
    return __uint_as_float(bits);
}

/* bf16; counts are exact up to 256. Before 9.0 rs_type_bf16 counts in floats. */
struct rs_pair_bf16 {
    static constexpr uint32_t kInfinity = 0x7f80u;

    static __device__ __forceinline__ uint32_t ahead(uint32_t x, uint32_t t)
    {
#if defined(__CUDACC__) && RS_HAS_BF16_PAIRS
        uint32_t ones;
        asm("set.gtu.bf16x2.bf16x2 %0, %1, %2;" : "=r"(ones) : "r"(x), "r"(t));
        return ones;
#else
        return rs_plain_mask_16(x, t, kInfinity) & 0x3f803f80u;
#endif
    }
    static __device__ __forceinline__ uint32_t plus(uint32_t a, uint32_t b)
    {
#if defined(__CUDACC__) && RS_HAS_BF16_PAIRS
        uint32_t sum; /* 1 * b + a: the sum itself takes two instructions */
        asm("{.reg .b32 one; mov.b32 one, 0x3f803f80; fma.rn.bf16x2 %0, %1, one, %2;}"
            : "=r"(sum)
            : "r"(b), "r"(a));
        return sum;
#else
        const auto add = [](uint32_t x, uint32_t y) -> uint32_t {
            return rs_bf16_from_f32(widen(x) + widen(y));
        };
        return add(a >> 16, b >> 16) << 16 | add(a & 0xffffu, b & 0xffffu);
#endif
    }
    static __device__ __forceinline__ float widen(uint32_t half)
    {
        return __uint_as_float(half << 16);
    }
    static __device__ __forceinline__ uint32_t mask(uint32_t x, uint32_t t)
    {
#if defined(__CUDACC__) && RS_HAS_BF16_PAIRS
        uint32_t mask;
        asm("set.gtu.u32.bf16x2 %0, %1, %2;" : "=r"(mask) : "r"(x), "r"(t));
        return mask;
#else
        return (!(rs_low_bf16(x) <= rs_low_bf16(t)) ? 0xffffu : 0u) |
               (!(rs_high_bf16(x) <= rs_high_bf16(t)) ? 0xffff0000u : 0u);
#endif
    }
    static __device__ __forceinline__ uint32_t larger(uint32_t a, uint32_t b)
    {
#if defined(__CUDACC__) && __CUDA_ARCH__ >= 800
        uint32_t larger;
        asm("max.NaN.bf16x2 %0, %1, %2;" : "=r"(larger) : "r"(a), "r"(b));
        return larger;
#else
        return rs_plain_larger_16(a, b, kInfinity);
#endif
    }
};

#endif
