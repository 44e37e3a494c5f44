/* element.cuh - the element types of rows, once: what their bits are, how they are ordered
 * (base/row_order.h), which number they stand for.
 */
#ifndef RS_ELEMENT_CUH
#define RS_ELEMENT_CUH

#include <stdint.h>

#include "base/float_type.h"
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

/* Those that are narrower than a float. */
#define RS_DEFINE_HALF(ID, name, bits, infinity, normal)                                           \
    struct rs_element_##name {                                                                     \
        using Bits = uint##bits##_t;                                                               \
        using Real = float;                                                                        \
        static constexpr Bits kSign = static_cast<Bits>(RS_FLOAT_SIGN(bits));                      \
        static constexpr Bits kInfinityKey = static_cast<Bits>((infinity) | RS_FLOAT_SIGN(bits));  \
                                                                                                   \
        static __device__ __forceinline__ Bits key(Bits pattern)                                   \
        {                                                                                          \
            return rs_key_##name(pattern);                                                         \
        }                                                                                          \
        static __device__ __forceinline__ Real value(Bits pattern)                                 \
        {                                                                                          \
            return rs_##name##_to_f32(pattern);                                                    \
        }                                                                                          \
    };
RS_FLOATS_16(RS_DEFINE_HALF)
#undef RS_DEFINE_HALF

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
#define RS_LAUNCH_ELEMENT(ID, name, bits, infinity, normal) \
    case RS_DTYPE_##ID:                                     \
        return launch(rs_element_##name());
        RS_FLOATS_32(RS_LAUNCH_ELEMENT)
        RS_FLOATS_16(RS_LAUNCH_ELEMENT)
#undef RS_LAUNCH_ELEMENT
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
