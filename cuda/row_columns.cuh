/* row_columns.cuh - the values of a row that goes through a class map: those of its positions, each
 * of which stands for a class, from the columns of the class. As host/engine/map_row.c: of several
 * columns the first with the largest key.
 */
#ifndef RS_ROW_COLUMNS_CUH
#define RS_ROW_COLUMNS_CUH

#include <stdint.h>

#include "cuda/row_task.h"
#include "cuda/warp.cuh"

/* Where a position has its first column in `map.column`. */
__device__ __forceinline__ uint32_t rs_first_column(const rs_map_columns &map, uint32_t position)
{
    return map.column_begin == nullptr ? position : __ldg(map.column_begin + position);
}

/* The best of `best` and columns begin .. end - 1 of the map. */
template <class Type>
__device__ __forceinline__ typename Type::Bits
rs_best_column(const rs_map_columns &map, const unsigned char *row, uint32_t begin, uint32_t end,
               typename Type::Bits best)
{
    for (uint32_t at = begin; at < end; ++at) {
        const typename Type::Bits other = Type::bits(row, __ldg(map.column + at));
        best = Type::exact_key(other) > Type::exact_key(best) ? other : best;
    }
    return best;
}

/* At a column of the task, which with a class map is a position. */
template <class Type>
__device__ __forceinline__ typename Type::Bits
rs_bits_at(const rs_map_columns &map, const unsigned char *row, uint32_t column)
{
    if constexpr (Type::kMapped) {
        const uint32_t begin = rs_first_column(map, column);
        const typename Type::Bits first = Type::bits(row, __ldg(map.column + begin));
        return map.column_begin == nullptr
                   ? first
                   : rs_best_column<Type>(map, row, begin + 1,
                                          __ldg(map.column_begin + column + 1), first);
    } else {
        return Type::bits(row, column);
    }
}

/* Positions first .. end - 1 side by side into `places`, and -inf behind them up to a whole vector.
 * All lanes together; each comes back to its own places alone. The first columns of all are asked
 * for before the few that come beside them. */
template <class Type>
__device__ __forceinline__ void
rs_stage_positions(const rs_map_columns &map, const unsigned char *row, uint32_t first,
                   uint32_t end, uint32_t lane, typename Type::Bits *places)
{
#pragma unroll 4
    for (uint32_t p = first + lane; p < end; p += RS_WARP_LANES) {
        places[p - first] = Type::bits(row, __ldg(map.column + rs_first_column(map, p)));
    }
    if (lane < (Type::kPerVector - end % Type::kPerVector) % Type::kPerVector) {
        places[end - first + lane] = Type::unkey(Type::kMinusInfinity);
    }
    if (map.column_begin == nullptr) {
        return;
    }
#pragma unroll 1
    for (uint32_t p = first + lane; p < end; p += RS_WARP_LANES) {
        const uint32_t begin = __ldg(map.column_begin + p);
        const uint32_t behind_last = __ldg(map.column_begin + p + 1);
        places[p - first] =
            rs_best_column<Type>(map, row, begin + 1, behind_last, places[p - first]);
    }
}

#endif
