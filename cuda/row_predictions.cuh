/* row_predictions.cuh - the best columns of a row that a reader has: by a threshold that few
 * columns reach, or where many do, one by one.
 */
#ifndef RS_ROW_PREDICTIONS_CUH
#define RS_ROW_PREDICTIONS_CUH

#include "cuda/row_reader.cuh"

/* One that is there, or not: RS_NO_COLUMN. */
template <class Reader>
__device__ __forceinline__ void rs_write_prediction(const Reader &reader, const unsigned char *row,
                                                    uint64_t at, uint32_t column)
{
    const rs_row_task &task = reader.task;
    const bool there = column != RS_NO_COLUMN;
    if (task.results.prediction != nullptr) {
        int32_t class_index = static_cast<int32_t>(column); /* -1 */
        if (there && task.position_class != nullptr) {
            class_index = task.position_class[column];
        }
        task.results.prediction[at] = class_index;
    }
    if (task.results.value != nullptr) { /* read again: a key does not know -0 */
        task.results.value[at] = there ? reader.exact_at(row, column) : 0.0;
    }
}

/* The K-th largest of what the lanes have as their largest, equal ones once: at least K values are
 * no smaller, and hardly more than K of all. 0 when there are fewer. */
template <class Key> __device__ __forceinline__ Key rs_threshold_of(Key mine, uint32_t keep)
{
    Key threshold = 0;
    for (uint32_t k = 0; k < keep; ++k) {
        threshold = rs_warp_max(mine);
        mine = mine == threshold ? 0 : mine;
    }
    return threshold;
}

/* Columns no smaller than the threshold, into the warp's places; how many there are, which may be
 * more than there are places. */
template <class Reader>
__device__ __forceinline__ uint32_t rs_collect(Reader &reader, const unsigned char *row,
                                               typename Reader::Key threshold)
{
    using Type = typename Reader::Type;
    using Tile = typename Reader::Tile;
    const auto below = Type::splat(Type::below(Type::held(threshold)));
    uint32_t found = 0;
    reader.for_each_tile(row, [&](uint32_t first) {
        const uint32_t origin = Tile::origin(first, reader.lane);
#pragma unroll
        for (int part = 0; part < Tile::kCount; part += Tile::kMarked) {
            uint32_t marks = reader.tile.mark_above(part, below);
            unsigned lanes = __ballot_sync(RS_WHOLE_WARP, marks != 0);
            while (lanes != 0) {
                const uint32_t place = found + rs_lanes_before(lanes, reader.lane);
                if (marks != 0 && place < RS_WARP_LANES) {
                    const int mark = __ffs(static_cast<int>(marks)) - 1;
                    reader.candidate[place] =
                        origin + Tile::marked(part, static_cast<uint32_t>(mark));
                }
                marks &= marks - 1u;
                found += static_cast<uint32_t>(__popc(lanes));
                lanes = __ballot_sync(RS_WHOLE_WARP, marks != 0);
            }
        }
    });
    return found;
}

__device__ __forceinline__ bool rs_is_before(uint32_t a, uint32_t column_a, uint32_t b,
                                             uint32_t column_b)
{
    return (static_cast<uint64_t>(a) << 32 | ~column_a) >
           (static_cast<uint64_t>(b) << 32 | ~column_b);
}

__device__ __forceinline__ bool rs_is_before(uint64_t a, uint32_t column_a, uint64_t b,
                                             uint32_t column_b)
{
    return rs_key_before(a, column_a, b, column_b);
}

/* Of a row without a NaN, of which the lanes' largest are `mine`; not more columns than there are,
 * or lanes. A lane takes a candidate, and counts those ahead of it. False when there are too many
 * candidates, or columns that are not there would be among them. */
template <class Reader>
__device__ __forceinline__ bool rs_write_best(Reader &reader, const unsigned char *row,
                                              uint64_t number, typename Reader::Key mine)
{
    using Type = typename Reader::Type;
    using Key = typename Reader::Key;
    const uint32_t keep = reader.task.results.keep;
    const Key threshold = rs_threshold_of(mine, keep);
    if (threshold <= Type::kMinusInfinity) {
        return false;
    }
    const uint32_t found = rs_collect(reader, row, threshold);
    __syncwarp(); /* also where they are too many, for those of the next row */
    if (found > RS_WARP_LANES) {
        return false;
    }
    const bool here = reader.lane < found;
    const uint32_t column = here ? reader.candidate[reader.lane] : RS_NO_COLUMN;
    __syncwarp(); /* before those of the next row come */
    const Key key = here ? Type::key(reader.value_at(row, column)) : 0;
    uint32_t ahead = 0;
    for (uint32_t i = 0; i < found; ++i) {
        ahead += rs_is_before(rs_warp_from(key, i), rs_warp_from(column, i), key, column);
    }
    if (here && ahead < keep) {
        rs_write_prediction(reader, row, number * keep + ahead, column);
    }
    return true;
}

/* Any number of them: the best of what comes after the last one found, again and again. */
template <class Reader>
__device__ __forceinline__ void rs_write_one_by_one(const Reader &reader, const unsigned char *row,
                                                    uint64_t number, bool valid)
{
    using Type = typename Reader::Type;
    using Key = typename Reader::Key;
    const rs_row_task &task = reader.task;
    Key last = Type::kNan; /* every value of a valid row comes after it */
    uint32_t last_column = 0;
    for (uint32_t k = 0; k < task.results.keep; ++k) {
        Key best = 0;
        uint32_t best_column = RS_NO_COLUMN;
        const uint32_t end = valid && k < task.columns ? task.columns : 0u;
        for (uint32_t column = reader.lane; column < end; column += RS_WARP_LANES) {
            const Key key = Type::key(reader.value_at(row, column));
            const bool after = key < last || (key == last && column > last_column);
            if (after && key > best) {
                best = key;
                best_column = column;
            }
        }
        last = rs_warp_max(best);
        last_column = rs_warp_min(best == last ? best_column : RS_NO_COLUMN);
        if (reader.lane == 0) {
            rs_write_prediction(reader, row, number * task.results.keep + k, last_column);
        }
    }
}

template <class Reader>
__device__ __forceinline__ void rs_write_predictions(Reader &reader, const unsigned char *row,
                                                     uint64_t number, bool valid,
                                                     typename Reader::Key mine)
{
    const uint32_t keep = reader.task.results.keep;
    if (!valid || keep > RS_WARP_LANES || keep > reader.task.columns ||
        !rs_write_best(reader, row, number, mine)) {
        rs_write_one_by_one(reader, row, number, valid);
    }
}

#endif
