/* row_type.cuh - the element types of a row, as the row kernel sees them.
 *
 * A lane loads 16 bytes at a time, a `Vector`, and holds the values as they came, two 16-bit ones
 * to a word: floats are compared as floats, and those that are ahead of a label counted as floats,
 * by instructions (instructions.cuh) that know NaN and -0 without a branch. f64 alone is held as
 * keys (base/row_order.h), since most devices have next to no arithmetic for it. A column that is
 * not there holds -inf, which is ahead of nothing.
 */
#ifndef RS_ROW_TYPE_CUH
#define RS_ROW_TYPE_CUH

#include "cuda/element.cuh"
#include "cuda/instructions.cuh"

/* Single elements: what every type has. A key is of the element's bits, or of more where a register
 * holds no less; so is what is held of a value. */
template <class Element, class KeyBits> struct rs_row_type {
    using Bits = typename Element::Bits;
    using Key = KeyBits;
    using Real = typename Element::Real;
    static constexpr bool kMapped = false;
    static constexpr uint32_t kBytes = sizeof(Bits);
    static constexpr uint32_t kPerVector = 16 / sizeof(Bits);
    static constexpr Key kNan = static_cast<Bits>(~static_cast<Bits>(0));
    static constexpr Key kInfinity = Element::kInfinityKey;
    static constexpr Key kMinusInfinity = static_cast<Bits>(~Element::kInfinityKey);

    static __device__ __forceinline__ Bits bits(const unsigned char *row, uint32_t column)
    {
        return __ldg(reinterpret_cast<const Bits *>(row) + column);
    }
    static __device__ __forceinline__ double exact(Bits bits)
    {
        return static_cast<double>(Element::value(bits));
    }
    /* Of any bits: every NaN has the largest. */
    static __device__ __forceinline__ Bits exact_key(Bits bits)
    {
        return Element::key(bits);
    }
    /* The value a key was made from; of -0 it is +0. */
    static __device__ __forceinline__ Bits unkey(Key key)
    {
        const Bits narrow = static_cast<Bits>(key);
        return static_cast<Bits>((narrow & Element::kSign) != 0 ? narrow ^ Element::kSign
                                                                : ~narrow);
    }
    static __device__ __forceinline__ Real value(Key key)
    {
        return Element::value(unkey(key));
    }
};

/* A float is held as its bits. `below` is what a value must be ahead of to be no smaller than the
 * given one: the next smaller number, and of -inf a NaN. */
struct rs_type_f32 : rs_row_type<rs_element_f32, uint32_t> {
    using Word = uint32_t;
    struct Vector {
        Word word[4];
    };
    static constexpr Word kPadding = 0xff800000u; /* -inf */

    static __device__ __forceinline__ Vector take(const uint4 &raw)
    {
        return {{raw.x, raw.y, raw.z, raw.w}};
    }
    static __device__ __forceinline__ Word hold(Bits bits)
    {
        return bits;
    }
    static __device__ __forceinline__ Word held(Key key)
    {
        return unkey(key);
    }
    static __device__ __forceinline__ Word get(const Vector &vector, uint32_t element)
    {
        return vector.word[element];
    }
    static __device__ __forceinline__ void put(Vector &vector, uint32_t element, Word held)
    {
        vector.word[element] = held;
    }
    static __device__ __forceinline__ Key key(Word held)
    {
        return rs_fast_key_f32(held);
    }
    static __device__ __forceinline__ Real number(Word held)
    {
        return __uint_as_float(held);
    }
    static __device__ __forceinline__ bool is_finite(Word held)
    {
        return fabsf(__uint_as_float(held)) < HUGE_VALF;
    }
    static __device__ __forceinline__ bool is_same(Word a, Word b)
    {
        return __uint_as_float(a) == __uint_as_float(b);
    }
    static __device__ __forceinline__ Word below(Word held)
    {
        if ((held << 1) == 0) {
            return 0x80000001u;
        }
        return static_cast<int32_t>(held) < 0 ? held + 1u : held - 1u;
    }
    static __device__ __forceinline__ Word splat(Word held)
    {
        return held;
    }
    static __device__ __forceinline__ Word larger(Word a, Word b)
    {
        return __float_as_uint(rs_larger_f32(__uint_as_float(a), __uint_as_float(b)));
    }
    static __device__ __forceinline__ Key top_key(Word word)
    {
        return key(word);
    }

    /* Marks values that are ahead of a threshold, 1 << index, in the low bits of two floats. */
    struct Marker {
        float low = 8388608.0f;
        float high = 8388608.0f;

        __device__ __forceinline__ void add(Word held, Word threshold, uint32_t index)
        {
            const float one = rs_ahead_f32(__uint_as_float(held), __uint_as_float(threshold));
            float &half = index < 16u ? low : high;
            half = fmaf(one, static_cast<float>(1u << index % 16u), half);
        }
        __device__ __forceinline__ uint32_t marks() const
        {
            return (__float_as_uint(low) & 0xffffu) | __float_as_uint(high) << 16;
        }
    };

    /* Counts what is ahead of a threshold, in floats: adding floats and comparing them are
     * different pipes. From 2^23 on the last bit of a float is 1. */
    struct Counter {
        float even = 8388608.0f;
        float odd = 0.0f;

        __device__ __forceinline__ void add(const Vector &vector, Word threshold)
        {
            const float t = __uint_as_float(threshold);
            even += rs_ahead_f32(__uint_as_float(vector.word[0]), t);
            odd += rs_ahead_f32(__uint_as_float(vector.word[1]), t);
            even += rs_ahead_f32(__uint_as_float(vector.word[2]), t);
            odd += rs_ahead_f32(__uint_as_float(vector.word[3]), t);
        }
        __device__ __forceinline__ uint32_t total() const
        {
            return __float_as_uint(even + odd) - 0x4b000000u;
        }
    };
};

/* Keys, which are compared as integers; `below` is the next smaller key. */
struct rs_type_f64 : rs_row_type<rs_element_f64, uint64_t> {
    using Word = uint64_t;
    struct Vector {
        Word word[2];
    };
    static constexpr Word kPadding = kMinusInfinity;

    static __device__ __forceinline__ Vector take(const uint4 &raw)
    {
        return {{rs_key_f64(static_cast<uint64_t>(raw.y) << 32 | raw.x),
                 rs_key_f64(static_cast<uint64_t>(raw.w) << 32 | raw.z)}};
    }
    static __device__ __forceinline__ Word hold(Bits bits)
    {
        return rs_key_f64(bits);
    }
    static __device__ __forceinline__ Word held(Key key)
    {
        return key;
    }
    static __device__ __forceinline__ Word get(const Vector &vector, uint32_t element)
    {
        return vector.word[element];
    }
    static __device__ __forceinline__ void put(Vector &vector, uint32_t element, Word held)
    {
        vector.word[element] = held;
    }
    static __device__ __forceinline__ Key key(Word held)
    {
        return held;
    }
    static __device__ __forceinline__ Real number(Word held)
    {
        return value(held);
    }
    static __device__ __forceinline__ bool is_finite(Word held)
    {
        return held < kInfinity && held > kMinusInfinity;
    }
    static __device__ __forceinline__ bool is_same(Word a, Word b)
    {
        return a == b;
    }
    static __device__ __forceinline__ Word below(Word held)
    {
        return held - 1u;
    }
    static __device__ __forceinline__ Word splat(Word held)
    {
        return held;
    }
    static __device__ __forceinline__ Word larger(Word a, Word b)
    {
        return a > b ? a : b;
    }
    static __device__ __forceinline__ Key top_key(Word word)
    {
        return word;
    }

    struct Marker {
        uint32_t found = 0;

        __device__ __forceinline__ void add(Word held, Word threshold, uint32_t index)
        {
            found |= held > threshold ? 1u << index : 0u;
        }
        __device__ __forceinline__ uint32_t marks() const
        {
            return found;
        }
    };

    struct Counter {
        uint32_t count = 0;

        __device__ __forceinline__ void add(const Vector &vector, Word threshold)
        {
            count += vector.word[0] > threshold;
            count += vector.word[1] > threshold;
        }
        __device__ __forceinline__ uint32_t total() const
        {
            return count;
        }
    };
};

/* Two 16-bit floats to a word, held as their bits; `below` as of floats. */
template <class Half, class Pair> struct rs_type_16 : rs_row_type<Half, uint32_t> {
    using Base = rs_row_type<Half, uint32_t>;
    using Key = uint32_t; /* 16 bits of it */
    using Word = uint32_t;
    struct Vector {
        Word word[4];
    };
    static constexpr Word kPadding = (Pair::kInfinity | 0x8000u) * 0x10001u; /* -inf, twice */

    static __device__ __forceinline__ Vector take(const uint4 &raw)
    {
        return {{raw.x, raw.y, raw.z, raw.w}};
    }
    static __device__ __forceinline__ Word hold(typename Base::Bits bits)
    {
        return bits;
    }
    static __device__ __forceinline__ Word held(Key key)
    {
        return Base::unkey(key);
    }
    static __device__ __forceinline__ Word get(const Vector &vector, uint32_t element)
    {
        const uint32_t word = vector.word[element / 2];
        return element % 2 != 0 ? word >> 16 : word & 0xffffu;
    }
    static __device__ __forceinline__ void put(Vector &vector, uint32_t element, Word held)
    {
        uint32_t &word = vector.word[element / 2];
        word = element % 2 != 0 ? (word & 0xffffu) | held << 16
                                : (word & 0xffff0000u) | (held & 0xffffu);
    }
    static __device__ __forceinline__ Key key(Word held)
    {
        return Half::key(static_cast<uint16_t>(held));
    }
    static __device__ __forceinline__ float number(Word held)
    {
        return Pair::widen(held);
    }
    static __device__ __forceinline__ bool is_finite(Word held)
    {
        return (held & 0x7fffu) < Pair::kInfinity;
    }
    static __device__ __forceinline__ bool is_same(Word a, Word b)
    {
        return a == b || ((a | b) & 0x7fffu) == 0;
    }
    static __device__ __forceinline__ Word below(Word held)
    {
        if ((held & 0x7fffu) == 0) {
            return 0x8001u;
        }
        return (held & 0x8000u) != 0 ? held + 1u : held - 1u;
    }
    static __device__ __forceinline__ Word splat(Word held)
    {
        return held * 0x10001u;
    }
    static __device__ __forceinline__ Word larger(Word a, Word b)
    {
        return Pair::larger(a, b);
    }
    static __device__ __forceinline__ Key top_key(Word word)
    {
        const Key low = key(word & 0xffffu);
        const Key high = key(word >> 16);
        return low > high ? low : high;
    }

    /* A bit for each half, 16 apart. */
    struct Marker {
        uint32_t found = 0;

        __device__ __forceinline__ void add(Word word, Word threshold, uint32_t index)
        {
            found |= Pair::mask(word, threshold) & 0x10001u << index;
        }
        __device__ __forceinline__ uint32_t marks() const
        {
            return found;
        }
    };

    /* Two at a time, in the type itself: a lane has at most 64 values, so no half counts more than
     * 32, which both types hold exactly. */
    struct PairCounter {
        uint32_t even = 0;
        uint32_t odd = 0;

        __device__ __forceinline__ void add(const Vector &vector, Word threshold)
        {
            even = Pair::plus(even, Pair::ahead(vector.word[0], threshold));
            odd = Pair::plus(odd, Pair::ahead(vector.word[1], threshold));
            even = Pair::plus(even, Pair::ahead(vector.word[2], threshold));
            odd = Pair::plus(odd, Pair::ahead(vector.word[3], threshold));
        }
        __device__ __forceinline__ uint32_t total() const
        {
            const uint32_t both = Pair::plus(even, odd);
            const float sum = Pair::widen(both & 0xffffu) + Pair::widen(both >> 16);
            return __float_as_uint(sum + 8388608.0f) - 0x4b000000u;
        }
    };
};

struct rs_type_f16 : rs_type_16<rs_element_f16, rs_pair_f16> {
    using Counter = PairCounter;
};

/* A bf16 is the upper half of a float, and counted as such before 9.0. */
struct rs_type_bf16 : rs_type_16<rs_element_bf16, rs_pair_bf16> {
    struct FloatCounter {
        float even = 8388608.0f;
        float odd = 0.0f;

        __device__ __forceinline__ void add(const Vector &vector, Word threshold)
        {
            const float t = __uint_as_float(threshold & 0xffff0000u);
#pragma unroll
            for (const Word word : vector.word) {
                even += rs_ahead_f32(rs_low_bf16(word), t);
                odd += rs_ahead_f32(rs_high_bf16(word), t);
            }
        }
        __device__ __forceinline__ uint32_t total() const
        {
            return __float_as_uint(even + odd) - 0x4b000000u;
        }
    };
#if RS_HAS_BF16_PAIRS
    using Counter = PairCounter;
#else
    using Counter = FloatCounter;
#endif
};

/* Of rows that go through a class map: kernels of their own. */
template <class Type> struct rs_mapped : Type {
    static constexpr bool kMapped = true;
};

#endif
