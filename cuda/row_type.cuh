/* row_type.cuh - the element types of a row, as the row kernel sees them.
 *
 * A lane loads 16 bytes at a time, a `Vector`, and turns them into keys (base/row_order.h) at once.
 * Keys replace the values in the same registers, two 16-bit keys to a word: they are compared as
 * integers and never converted to floats, except where calibration needs numbers. Key 0 belongs to
 * no value and stands for a column that is not there.
 */
#ifndef RS_ROW_TYPE_CUH
#define RS_ROW_TYPE_CUH

#include <stdint.h>

#include "base/half.h"
#include "base/row_order.h"
#include "cuda/launch.cuh"

/* The bits a key was made from; of -0 those of +0. `top` is the sign bit of the type. */
template <class Bits> __device__ __forceinline__ Bits rs_bits_of_key(Bits key, Bits top)
{
    return static_cast<Bits>((key & top) != 0 ? key ^ top : ~key);
}

struct rs_type_f32 {
    using Key = uint32_t;
    using Real = float; /* what exponentials are computed in */
    struct Vector {
        Key word[4];
    };
    static constexpr uint32_t kBytes = 4;
    static constexpr uint32_t kPerVector = 4;
    static constexpr Key kNan = 0xffffffffu;
    static constexpr Key kInfinity = 0xff800000u;

    static __device__ __forceinline__ Vector keys(const uint4 &raw)
    {
        return {{rs_key_f32(raw.x), rs_key_f32(raw.y), rs_key_f32(raw.z), rs_key_f32(raw.w)}};
    }
    static __device__ __forceinline__ Key get(const Vector &vector, uint32_t element)
    {
        return vector.word[element];
    }
    static __device__ __forceinline__ void put(Vector &vector, uint32_t element, Key key)
    {
        vector.word[element] = key;
    }
    static __device__ __forceinline__ Key load(const unsigned char *row, uint32_t column)
    {
        return rs_key_f32(__ldg(reinterpret_cast<const unsigned int *>(row) + column));
    }
    static __device__ __forceinline__ Real value(Key key)
    {
        return __uint_as_float(rs_bits_of_key<uint32_t>(key, 0x80000000u));
    }
    static __device__ __forceinline__ double exact(const unsigned char *row, uint32_t column)
    {
        return static_cast<double>(__ldg(reinterpret_cast<const float *>(row) + column));
    }
};

/* Both 16-bit types; they differ in their keys and in what a value is. */
template <class Half> struct rs_type_16 {
    using Key = uint32_t; /* 16 bits of it */
    using Real = float;
    struct Vector {
        uint32_t word[4];
    };
    static constexpr uint32_t kBytes = 2;
    static constexpr uint32_t kPerVector = 8;
    static constexpr Key kNan = 0xffffu;
    static constexpr Key kInfinity = Half::kInfinityKey;

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
    static __device__ __forceinline__ uint16_t bits(const unsigned char *row, uint32_t column)
    {
        return __ldg(reinterpret_cast<const unsigned short *>(row) + column);
    }
    static __device__ __forceinline__ Key load(const unsigned char *row, uint32_t column)
    {
        return Half::key(bits(row, column));
    }
    static __device__ __forceinline__ Real value(Key key)
    {
        return Half::to_f32(rs_bits_of_key<uint16_t>(static_cast<uint16_t>(key), 0x8000u));
    }
    static __device__ __forceinline__ double exact(const unsigned char *row, uint32_t column)
    {
        return static_cast<double>(Half::to_f32(bits(row, column)));
    }
};

struct rs_half_f16 {
    static constexpr uint32_t kInfinityKey = 0xfc00u;
    static __device__ __forceinline__ uint16_t key(uint16_t bits)
    {
        return rs_key_f16(bits);
    }
    static __device__ __forceinline__ float to_f32(uint16_t bits)
    {
        return rs_f16_to_f32(bits);
    }
};

struct rs_half_bf16 {
    static constexpr uint32_t kInfinityKey = 0xff80u;
    static __device__ __forceinline__ uint16_t key(uint16_t bits)
    {
        return rs_key_bf16(bits);
    }
    static __device__ __forceinline__ float to_f32(uint16_t bits)
    {
        return rs_bf16_to_f32(bits);
    }
};

using rs_type_f16 = rs_type_16<rs_half_f16>;
using rs_type_bf16 = rs_type_16<rs_half_bf16>;

struct rs_type_f64 {
    using Key = uint64_t;
    using Real = double;
    struct Vector {
        Key word[2];
    };
    static constexpr uint32_t kBytes = 8;
    static constexpr uint32_t kPerVector = 2;
    static constexpr Key kNan = ~static_cast<Key>(0);
    static constexpr Key kInfinity = 0xfff0000000000000u;

    static __device__ __forceinline__ Vector keys(const uint4 &raw)
    {
        return {{rs_key_f64(static_cast<uint64_t>(raw.y) << 32 | raw.x),
                 rs_key_f64(static_cast<uint64_t>(raw.w) << 32 | raw.z)}};
    }
    static __device__ __forceinline__ Key get(const Vector &vector, uint32_t element)
    {
        return vector.word[element];
    }
    static __device__ __forceinline__ void put(Vector &vector, uint32_t element, Key key)
    {
        vector.word[element] = key;
    }
    static __device__ __forceinline__ Key load(const unsigned char *row, uint32_t column)
    {
        return rs_key_f64(__ldg(reinterpret_cast<const unsigned long long *>(row) + column));
    }
    static __device__ __forceinline__ Real value(Key key)
    {
        const uint64_t bits = rs_bits_of_key<uint64_t>(key, 0x8000000000000000u);
        return __longlong_as_double(static_cast<long long>(bits));
    }
    static __device__ __forceinline__ double exact(const unsigned char *row, uint32_t column)
    {
        return __ldg(reinterpret_cast<const double *>(row) + column);
    }
};

__device__ __forceinline__ float rs_exp(float x)
{
    return expf(x);
}

__device__ __forceinline__ double rs_exp(double x)
{
    return exp(x);
}

#endif
