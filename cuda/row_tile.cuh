/* row_tile.cuh - a stretch of a row in the registers of a warp, and what is asked of it.
 *
 * Vector s of lane t holds the columns from (s * 32 + t) * kPerVector on, so that a warp's loads
 * are consecutive. Every index into a tile is known when compiling, once the loops are unrolled:
 * nothing goes through local memory. What depends on a column known only at run time is selected.
 */
#ifndef RS_ROW_TILE_CUH
#define RS_ROW_TILE_CUH

#include <stdint.h>

#include "cuda/row_type.cuh"
#include "cuda/warp.cuh"

template <class Type, int kVectors> struct rs_tile {
    using Word = typename Type::Word;
    using Key = typename Type::Key;
    static constexpr int kCount = kVectors;
    static constexpr uint32_t kWords = sizeof(typename Type::Vector) / sizeof(Word);
    static constexpr uint32_t kStep = RS_WARP_LANES * Type::kPerVector; /* columns of a vector */
    static constexpr uint32_t kColumns = kVectors * kStep;
    static constexpr uint32_t kStage = kVectors * RS_WARP_LANES; /* vectors of all lanes */

    typename Type::Vector vector[kVectors];

    /* The lane's first column, in a tile that begins at column `first`. Its other columns are this
     * plus an amount known when compiling, so none of them needs a register. */
    static __device__ __forceinline__ uint32_t origin(uint32_t first, uint32_t lane)
    {
        return first + lane * Type::kPerVector;
    }

    /* How far element e of vector s is from there. */
    static __device__ __forceinline__ constexpr int offset(int s, uint32_t e)
    {
        return static_cast<int>(static_cast<uint32_t>(s) * kStep + e);
    }

    /* Columns that are not there. */
    static __device__ __forceinline__ typename Type::Vector padding()
    {
        typename Type::Vector none;
        for (Word &word : none.word) {
            word = Type::kPadding;
        }
        return none;
    }

    __device__ __forceinline__ void load_vector(const uint4 *from, int s)
    {
        vector[s] = Type::take(__ldcs(from + static_cast<uint32_t>(s) * RS_WARP_LANES));
    }

    /* Whole vectors: the row is aligned to 16 bytes and no vector crosses its end. All loads are
     * under way before the first value is used. Where only the last vector can be missing, as in
     * rows of 1,000, nothing has to be put in the place of the others. */
    __device__ __forceinline__ void load_vectors(const unsigned char *row, uint32_t first,
                                                 uint32_t columns, uint32_t lane)
    {
        const uint32_t begin = origin(first, lane);
        const int end = static_cast<int>(columns) - static_cast<int>(begin);
        const uint4 *const from =
            reinterpret_cast<const uint4 *>(row + static_cast<size_t>(begin) * Type::kBytes);
        if (columns - first >= kColumns - kStep) {
#pragma unroll
            for (int s = 0; s < kVectors - 1; ++s) {
                load_vector(from, s);
            }
        } else {
#pragma unroll
            for (int s = 0; s < kVectors - 1; ++s) {
                vector[s] = padding();
                if (offset(s, 0) < end) {
                    load_vector(from, s);
                }
            }
        }
        vector[kVectors - 1] = padding();
        if (offset(kVectors - 1, 0) < end) {
            load_vector(from, kVectors - 1);
        }
    }

    /* Element by element, for any row. The same columns in the same places. */
    __device__ __forceinline__ void load_elements(const unsigned char *row, uint32_t first,
                                                  uint32_t columns, uint32_t lane)
    {
        const uint32_t begin = origin(first, lane);
        const int end = static_cast<int>(columns) - static_cast<int>(begin);
        const unsigned char *const from = row + static_cast<size_t>(begin) * Type::kBytes;
#pragma unroll
        for (int s = 0; s < kVectors; ++s) {
            vector[s] = padding();
#pragma unroll
            for (uint32_t e = 0; e < Type::kPerVector; ++e) {
                if (offset(s, e) < end) {
                    Type::put(vector[s], e,
                              Type::hold(Type::bits(from, static_cast<uint32_t>(offset(s, e)))));
                }
            }
        }
    }

    /* From memory of this warp, where the tile lies in whole vectors. */
    __device__ __forceinline__ void load_staged(const uint4 *staged, uint32_t first,
                                                uint32_t columns, uint32_t lane)
    {
        const int end = static_cast<int>(columns) - static_cast<int>(origin(first, lane));
#pragma unroll
        for (int s = 0; s < kVectors; ++s) {
            vector[s] = padding();
            if (offset(s, 0) < end) {
                vector[s] =
                    Type::take(staged[static_cast<uint32_t>(s) * RS_WARP_LANES + lane]);
            }
        }
    }

    /* Calls visit(held value, distance of the column from the lane's origin) for every place,
     * ascending; columns that are not there hold -inf. */
    template <class Visit> __device__ __forceinline__ void for_each(Visit visit) const
    {
#pragma unroll
        for (int s = 0; s < kVectors; ++s) {
#pragma unroll
            for (uint32_t e = 0; e < Type::kPerVector; ++e) {
                visit(Type::get(vector[s], e), offset(s, e));
            }
        }
    }

    /* The lane's columns ahead of a label: the larger ones, and in vectors before the label's,
     * which is number `before` counted from the lane's first, the equal ones too: whatever is ahead
     * of `below`, the next smaller value. One threshold a vector costs no more than one for all. In
     * the label's own vector equal columns are left to count_equal. */
    __device__ __forceinline__ uint32_t count_ahead(int before, Word value, Word below) const
    {
        typename Type::Counter counter;
#pragma unroll
        for (int s = 0; s < kVectors; ++s) {
            counter.add(vector[s], s * static_cast<int>(RS_WARP_LANES) < before ? below : value);
        }
        return counter.total();
    }

    /* Of a vector that is number `own` counted from the lane's first, if the lane has it: columns
     * before element `element` that equal a value. */
    __device__ __forceinline__ uint32_t count_equal(int own, uint32_t element, Word value) const
    {
        uint32_t equal = 0;
#pragma unroll
        for (int s = 0; s < kVectors; ++s) {
            if (s * static_cast<int>(RS_WARP_LANES) == own) {
#pragma unroll
                for (uint32_t e = 0; e + 1 < Type::kPerVector; ++e) {
                    equal += e < element && Type::is_same(Type::get(vector[s], e), value);
                }
            }
        }
        return equal;
    }

    /* The lane's columns ahead of a threshold. */
    __device__ __forceinline__ uint32_t count_above(Word threshold) const
    {
        typename Type::Counter counter;
#pragma unroll
        for (int s = 0; s < kVectors; ++s) {
            counter.add(vector[s], threshold);
        }
        return counter.total();
    }

    /* Which of the lane's values in kMarked vectors from number `part` on are ahead of a
     * threshold: a bit each, and the column that a bit stands for, from the lane's origin. */
    static constexpr int kMarked = 32 / static_cast<int>(Type::kPerVector) < kVectors
                                       ? 32 / static_cast<int>(Type::kPerVector)
                                       : kVectors;
    __device__ __forceinline__ uint32_t mark_above(int part, Word threshold) const
    {
        typename Type::Marker marker;
#pragma unroll
        for (int s = 0; s < kMarked; ++s) {
#pragma unroll
            for (uint32_t w = 0; w < kWords; ++w) {
                marker.add(vector[part + s].word[w], threshold,
                           static_cast<uint32_t>(s) * kWords + w);
            }
        }
        return marker.marks();
    }
    static __device__ __forceinline__ uint32_t marked(int part, uint32_t mark)
    {
        const bool paired = Type::kPerVector > kWords;
        const uint32_t word = paired ? mark % 16u : mark;
        const uint32_t half = paired ? mark / 16u : 0u;
        return static_cast<uint32_t>(offset(part + static_cast<int>(word / kWords),
                                            word % kWords * (Type::kPerVector / kWords) + half));
    }

    /* The lane's largest value, where a word holds two the larger of each half; a NaN where one
     * is. */
    __device__ __forceinline__ Word largest() const
    {
        Word word = vector[0].word[0];
#pragma unroll
        for (int i = 1; i < kVectors * static_cast<int>(kWords); ++i) {
            word = Type::larger(word, vector[i / static_cast<int>(kWords)]
                                          .word[i % static_cast<int>(kWords)]);
        }
        return word;
    }

    /* Takes a column out, if it is here: -inf in its place. */
    __device__ __forceinline__ void remove(uint32_t first, uint32_t lane, uint32_t column)
    {
        const int column_at = static_cast<int>(column) - static_cast<int>(origin(first, lane));
#pragma unroll
        for (int s = 0; s < kVectors; ++s) {
#pragma unroll
            for (uint32_t e = 0; e < Type::kPerVector; ++e) {
                if (offset(s, e) == column_at) {
                    Type::put(vector[s], e, Type::kPadding);
                }
            }
        }
    }
};

#endif
