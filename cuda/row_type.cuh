/* row_type.cuh - the element types of a row, as the row kernel sees them.
 *
 * A lane loads 16 bytes at a time, a `Vector`, and turns them into keys (base/row_order.h) at once.
 * Keys replace the values in the same registers, two 16-bit keys to a word: they are compared as
 * integers and never converted to floats, except where calibration needs numbers. Key 0 belongs to
 * no value and stands for a column that is not there.
 */
#ifndef RS_ROW_TYPE_CUH
#define RS_ROW_TYPE_CUH

#include "cuda/element.cuh"

/* Single elements: what every type has. A key is of the element's bits, or of more where a register
 * holds no less. */
template <class Element, class KeyBits> struct rs_row_type {
    using Bits = typename Element::Bits;
    using Key = KeyBits;
    using Real = typename Element::Real;
    static constexpr uint32_t kBytes = sizeof(Bits);
    static constexpr uint32_t kPerVector = 16 / sizeof(Bits);
    static constexpr Key kNan = static_cast<Bits>(~static_cast<Bits>(0));
    static constexpr Key kInfinity = Element::kInfinityKey;

    static __device__ __forceinline__ Bits bits(const unsigned char *row, uint32_t column)
    {
        return __ldg(reinterpret_cast<const Bits *>(row) + column);
    }
    static __device__ __forceinline__ Key load(const unsigned char *row, uint32_t column)
    {
        return Element::key(bits(row, column));
    }
    static __device__ __forceinline__ double exact(const unsigned char *row, uint32_t column)
    {
        return static_cast<double>(Element::value(bits(row, column)));
    }
    /* The number a key was made from; of -0 it is +0. */
    static __device__ __forceinline__ Real value(Key key)
    {
        const Bits narrow = static_cast<Bits>(key);
        return Element::value(static_cast<Bits>((narrow & Element::kSign) != 0
                                                    ? narrow ^ Element::kSign
                                                    : ~narrow));
    }
};

/* A key fills a word. */
template <class Element> struct rs_type_whole : rs_row_type<Element, typename Element::Bits> {
    using Base = rs_row_type<Element, typename Element::Bits>;
    using Key = typename Base::Key;
    struct Vector {
        Key word[Base::kPerVector];
    };

    static __device__ __forceinline__ Key get(const Vector &vector, uint32_t element)
    {
        return vector.word[element];
    }
    static __device__ __forceinline__ void put(Vector &vector, uint32_t element, Key key)
    {
        vector.word[element] = key;
    }
};

struct rs_type_f32 : rs_type_whole<rs_element_f32> {
    static __device__ __forceinline__ Vector keys(const uint4 &raw)
    {
        return {{rs_key_f32(raw.x), rs_key_f32(raw.y), rs_key_f32(raw.z), rs_key_f32(raw.w)}};
    }
};

struct rs_type_f64 : rs_type_whole<rs_element_f64> {
    static __device__ __forceinline__ Vector keys(const uint4 &raw)
    {
        return {{rs_key_f64(static_cast<uint64_t>(raw.y) << 32 | raw.x),
                 rs_key_f64(static_cast<uint64_t>(raw.w) << 32 | raw.z)}};
    }
};

/* Two 16-bit keys to a word. */
template <class Half> struct rs_type_16 : rs_row_type<Half, uint32_t> {
    using Key = uint32_t; /* 16 bits of it */
    struct Vector {
        uint32_t word[4];
    };

    static __device__ __forceinline__ uint32_t key_pair(uint32_t bits)
    {
        const uint32_t low = Half::key(static_cast<uint16_t>(bits & 0xffffu));
        const uint32_t high = Half::key(static_cast<uint16_t>(bits >> 16));
        return high << 16 | low;
    }
    static __device__ __forceinline__ Vector keys(const uint4 &raw)
    {
        return {{key_pair(raw.x), key_pair(raw.y), key_pair(raw.z), key_pair(raw.w)}};
    }
    static __device__ __forceinline__ Key get(const Vector &vector, uint32_t element)
    {
        const uint32_t word = vector.word[element / 2];
        return element % 2 != 0 ? word >> 16 : word & 0xffffu;
    }
    static __device__ __forceinline__ void put(Vector &vector, uint32_t element, Key key)
    {
        uint32_t &word = vector.word[element / 2];
        word = element % 2 != 0 ? (word & 0xffffu) | key << 16 : (word & 0xffff0000u) | key;
    }
};

using rs_type_f16 = rs_type_16<rs_element_f16>;
using rs_type_bf16 = rs_type_16<rs_element_bf16>;

__device__ __forceinline__ float rs_exp(float x)
{
    return expf(x);
}

__device__ __forceinline__ double rs_exp(double x)
{
    return exp(x);
}

#endif
