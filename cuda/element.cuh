/* element.cuh - the element types of rows, once: what their bits are, how they are ordered
 * (base/row_order.h), which number they stand for.
 */
#ifndef RS_ELEMENT_CUH
#define RS_ELEMENT_CUH

#include <stdint.h>

#include "base/half.h"
#include "base/row_order.h"
#include "cuda/launch.cuh"
#include "reassess/logits.h"

struct rs_element_f32 {
    using Bits = uint32_t;
    using Real = float; /* what exponentials are computed in */
    static constexpr Bits kSign = 0x80000000u;
    static constexpr Bits kInfinityKey = 0xff800000u;

    static __device__ __forceinline__ Bits key(Bits bits)
    {
        return rs_key_f32(bits);
    }
    static __device__ __forceinline__ Real value(Bits bits)
    {
        return __uint_as_float(bits);
    }
};

struct rs_element_f16 {
    using Bits = uint16_t;
    using Real = float;
    static constexpr Bits kSign = 0x8000u;
    static constexpr Bits kInfinityKey = 0xfc00u;

    static __device__ __forceinline__ Bits key(Bits bits)
    {
        return rs_key_f16(bits);
    }
    static __device__ __forceinline__ Real value(Bits bits)
    {
        return rs_f16_to_f32(bits);
    }
};

struct rs_element_bf16 {
    using Bits = uint16_t;
    using Real = float;
    static constexpr Bits kSign = 0x8000u;
    static constexpr Bits kInfinityKey = 0xff80u;

    static __device__ __forceinline__ Bits key(Bits bits)
    {
        return rs_key_bf16(bits);
    }
    static __device__ __forceinline__ Real value(Bits bits)
    {
        return rs_bf16_to_f32(bits);
    }
};

struct rs_element_f64 {
    using Bits = uint64_t;
    using Real = double;
    static constexpr Bits kSign = 0x8000000000000000u;
    static constexpr Bits kInfinityKey = 0xfff0000000000000u;

    static __device__ __forceinline__ Bits key(Bits bits)
    {
        return rs_key_f64(bits);
    }
    static __device__ __forceinline__ Real value(Bits bits)
    {
        return __longlong_as_double(static_cast<long long>(bits));
    }
};

/* Gives `launch` the element type of a dtype and returns what it returns; one of up to 32 bits. */
template <class Launch> cudaError_t rs_with_narrow_element(rs_dtype dtype, Launch launch)
{
    switch (dtype) {
    case RS_DTYPE_F32:
        return launch(rs_element_f32());
    case RS_DTYPE_F16:
        return launch(rs_element_f16());
    case RS_DTYPE_BF16:
        return launch(rs_element_bf16());
    default:
        return cudaErrorInvalidValue;
    }
}

/* Any of them. */
template <class Launch> cudaError_t rs_with_element(rs_dtype dtype, Launch launch)
{
    return dtype == RS_DTYPE_F64 ? launch(rs_element_f64())
                                 : rs_with_narrow_element(dtype, launch);
}

#endif
