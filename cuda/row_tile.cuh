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
    using Key = typename Type::Key;
    static constexpr uint32_t kColumns = kVectors * RS_WARP_LANES * Type::kPerVector;

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
        return static_cast<int>(static_cast<uint32_t>(s) * RS_WARP_LANES * Type::kPerVector + e);
    }

    /* Whole vectors: the row is aligned to 16 bytes and no vector crosses its end. All loads are
     * under way before the first value is used. */
    __device__ __forceinline__ void load_vectors(const unsigned char *row, uint32_t first,
                                                 uint32_t columns, uint32_t lane)
    {
        const uint32_t begin = origin(first, lane);
        const int end = static_cast<int>(columns) - static_cast<int>(begin);
        const uint4 *const from =
            reinterpret_cast<const uint4 *>(row + static_cast<size_t>(begin) * Type::kBytes);
        uint4 raw[kVectors];
#pragma unroll
        for (int s = 0; s < kVectors; ++s) {
            raw[s] = make_uint4(0, 0, 0, 0);
            if (offset(s, 0) < end) {
                raw[s] = __ldcs(from + static_cast<uint32_t>(s) * RS_WARP_LANES);
            }
        }
#pragma unroll
        for (int s = 0; s < kVectors; ++s) {
            vector[s] = Type::keys(raw[s]);
#pragma unroll
            for (auto &word : vector[s].word) {
                word = offset(s, 0) < end ? word : 0;
            }
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
#pragma unroll
            for (uint32_t e = 0; e < Type::kPerVector; ++e) {
                const uint32_t column = static_cast<uint32_t>(offset(s, e));
                const Key key = offset(s, e) < end ? Type::load(from, column) : 0;
                Type::put(vector[s], e, key);
            }
        }
    }

    /* Calls visit(key, distance of the column from the lane's origin) for every place, ascending;
     * columns that are not there have key 0. */
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

    /* The lane's columns ahead of the label, whose key is `key`: the larger ones, and before the
     * label the equal ones too. */
    __device__ __forceinline__ uint32_t count_ahead(uint32_t first, uint32_t lane, uint32_t label,
                                                    Key key) const
    {
        const int label_at = static_cast<int>(label) - static_cast<int>(origin(first, lane));
        uint32_t ahead = 0;
        for_each([&](Key other, int at) {
            ahead += at < label_at ? other >= key : other > key;
        });
        return ahead;
    }

    /* The key of a column in this tile, the same column in all lanes. */
    __device__ __forceinline__ Key pick(uint32_t first, uint32_t column) const
    {
        const uint32_t place = (column - first) / Type::kPerVector;
        const uint32_t element = (column - first) % Type::kPerVector;
        const int slot = static_cast<int>(place / RS_WARP_LANES);
        typename Type::Vector chosen = vector[0];
#pragma unroll
        for (int s = 1; s < kVectors; ++s) {
            chosen = s == slot ? vector[s] : chosen;
        }
        Key key = Type::get(chosen, 0);
#pragma unroll
        for (uint32_t e = 1; e < Type::kPerVector; ++e) {
            key = e == element ? Type::get(chosen, e) : key;
        }
        return rs_warp_from(key, place % RS_WARP_LANES);
    }

    /* Takes a column out, if it is here. */
    __device__ __forceinline__ void remove(uint32_t first, uint32_t lane, uint32_t column)
    {
        const int column_at = static_cast<int>(column) - static_cast<int>(origin(first, lane));
#pragma unroll
        for (int s = 0; s < kVectors; ++s) {
#pragma unroll
            for (uint32_t e = 0; e < Type::kPerVector; ++e) {
                if (offset(s, e) == column_at) {
                    Type::put(vector[s], e, 0);
                }
            }
        }
    }
};

#endif
