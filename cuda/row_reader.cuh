/* row_reader.cuh - a row in the registers of a warp, the ranks of its labels, its largest value.
 *
 * kTiled: rows that do not fit into the registers of a warp come through them in tiles, and are
 * read once more for each further question (calibration, predictions, the values of labels).
 * Otherwise every value is read once.
 */
#ifndef RS_ROW_READER_CUH
#define RS_ROW_READER_CUH

#include <stdint.h>

#include "cuda/row_labels.cuh"
#include "cuda/row_task.h"
#include "cuda/row_tile.cuh"
#include "reassess/evaluator.h"

template <class RowType, int kVectors, bool kTiled> struct rs_row_reader {
    using Type = RowType;
    using Key = typename Type::Key;
    using Word = typename Type::Word;
    using Real = typename Type::Real;
    using Tile = rs_tile<Type, kVectors>;

    const rs_row_task &task;
    const uint32_t lane;
    uint32_t *const candidate; /* RS_WARP_LANES columns, shared, of this warp */
    rs_labels_of_group group;
    const bool whole_vectors;
    Tile tile; /* the row, unless kTiled */

    __device__ __forceinline__ rs_row_reader(const rs_row_task &given, uint32_t my_lane,
                                             uint32_t *places)
        : task(given), lane(my_lane), candidate(places), group{0, 0, -1},
          whole_vectors((reinterpret_cast<uintptr_t>(given.rows) | given.stride_bytes) % 16 == 0 &&
                        given.columns % Type::kPerVector == 0)
    {
    }

    __device__ __forceinline__ void load(const unsigned char *row, uint32_t first)
    {
        if (whole_vectors) {
            tile.load_vectors(row, first, task.columns, lane);
        } else {
            tile.load_elements(row, first, task.columns, lane);
        }
    }

    /* Calls work(first column) with each stretch of the row in `tile`. */
    template <class Work>
    __device__ __forceinline__ void for_each_tile(const unsigned char *row, Work work)
    {
        uint32_t first = 0;
        do {
            if (kTiled) {
                load(row, first);
            }
            work(first);
            first += Tile::kColumns;
        } while (kTiled && first < task.columns);
    }

    /* ---- ranks ---- */

    /* The lane's own label. */
    struct Label {
        uint32_t column; /* RS_NO_COLUMN: none */
        Word value;
        uint32_t equal; /* columns before it in its own vector that equal it */
    };

    /* Reads the label, and the vector it is in, from memory: which register of which lane holds it
     * is known only at run time, and the row asks for the same bytes anyway. */
    __device__ __forceinline__ Label read_label(const unsigned char *row, uint32_t column) const
    {
        Label label = {column, 0, 0};
        if (column == RS_NO_COLUMN) {
            return label;
        }
        label.value = Type::load(row, column);
        const uint32_t element = column % Type::kPerVector;
        const uint32_t begin = column - element;
        if (whole_vectors) {
            const auto vector = Type::take(__ldg(reinterpret_cast<const uint4 *>(
                row + static_cast<size_t>(begin) * Type::kBytes)));
#pragma unroll
            for (uint32_t e = 0; e + 1 < Type::kPerVector; ++e) {
                label.equal += e < element && Type::is_same(Type::get(vector, e), label.value);
            }
        } else {
            for (uint32_t at = begin; at < column; ++at) {
                label.equal += Type::is_same(Type::load(row, at), label.value);
            }
        }
        return label;
    }

    /* Columns of the tile ahead of the label of lane `owner`. */
    __device__ __forceinline__ uint32_t count_ahead(uint32_t first, const Label &label,
                                                    uint32_t owner) const
    {
        const Word value = rs_warp_from(Type::splat(label.value), owner);
        const Word below = rs_warp_from(Type::splat(Type::below(label.value)), owner);
        const uint32_t place = rs_warp_from(label.column / Type::kPerVector, owner);
        const int before =
            static_cast<int>(place - first / Type::kPerVector) - static_cast<int>(lane);
        const uint32_t equal = first == 0 && lane == owner ? label.equal : 0u;
        return rs_warp_add(tile.count_ahead(before, value, below) + equal);
    }

    /* Of a row in tiles: columns ahead of the lane's own label. */
    __device__ __forceinline__ uint32_t count_in_tiles(const unsigned char *row,
                                                       const Label &label, unsigned present)
    {
        uint32_t mine = 0;
        if (present == 0) {
            return mine;
        }
        for_each_tile(row, [&](uint32_t first) {
            unsigned left = present;
            while (left != 0) {
                const uint32_t owner = rs_take_lane(&left);
                const uint32_t ahead = count_ahead(first, label, owner);
                mine += lane == owner ? ahead : 0u;
            }
        });
        return mine;
    }

    /* Ranks of up to 32 labels, of which the first is number `first` of the row. True when they
     * prove the row sound: a NaN is ahead of every number, and in a row of equal values every
     * column before a label is ahead of it. */
    __device__ __forceinline__ bool rank_labels(const unsigned char *row,
                                                const rs_label_lanes &lanes, const Label &label,
                                                uint32_t set_size, uint32_t first,
                                                rs_row_outcome *outcome)
    {
        const unsigned proofs =
            __ballot_sync(RS_WHOLE_WARP, label.column != 0u && Type::is_finite(label.value));
        const uint32_t mine = kTiled ? count_in_tiles(row, label, lanes.present) : 0u;
        uint32_t sound = 0; /* a bool would be packed and unpacked */
        unsigned left = lanes.present;
        while (left != 0) {
            const uint32_t owner = rs_take_lane(&left);
            const uint32_t ahead =
                kTiled ? rs_warp_from(mine, owner) : count_ahead(0, label, owner);
            if ((lanes.original >> owner & 1u) != 0) {
                outcome->rank = ahead + 1u;
            }
            if (first + owner < set_size) {
                rs_outcome_add_real(outcome, ahead + 1u);
            }
            sound |= ahead == 0 ? proofs >> owner & 1u : 0u;
        }
        return sound != 0;
    }

    /* Reads a row, unless it comes in tiles, and ranks all its labels, of which `lanes` are the
     * first. True when they prove it sound. Labels are asked for before the row is. */
    __device__ __forceinline__ bool rank_row(const unsigned char *row,
                                             const rs_labels_of_row &labels,
                                             rs_label_lanes *lanes, rs_row_outcome *outcome)
    {
        *lanes = rs_take_labels(task, group, labels, 0, lane, &outcome->original_in_set);
        const Label label = read_label(row, lanes->column);
        if (!kTiled) {
            load(row, 0);
        }
        bool sound = rank_labels(row, *lanes, label, labels.size, 0, outcome);
        for (uint32_t first = RS_WARP_LANES; first <= labels.size; first += RS_WARP_LANES) {
            const rs_label_lanes more =
                rs_take_labels(task, group, labels, first, lane, &outcome->original_in_set);
            const Label other = read_label(row, more.column);
            sound = rank_labels(row, more, other, labels.size, first, outcome) || sound;
        }
        return sound;
    }

    /* ---- the largest value ---- */

    /* The key of the lane's largest; kNan where there is a NaN. */
    __device__ __forceinline__ Key find_largest(const unsigned char *row)
    {
        Word largest = Type::kPadding;
        for_each_tile(row, [&](uint32_t) {
            largest = kTiled ? Type::larger(largest, tile.largest()) : tile.largest();
        });
        return Type::top_key(largest);
    }

    /* Of a row without a NaN, whose lanes have `mine` as their largest. Ties are looked for in rows
     * whose flags are asked for, and where every lane has the largest value, as in a row of equal
     * ones. Where -inf is the largest, all are. */
    __device__ __forceinline__ uint8_t find_flags(const unsigned char *row, Key mine, Key largest,
                                                  bool wanted)
    {
        const bool other = mine != largest && Tile::origin(0, lane) < task.columns;
        uint32_t equal = 0;
        if (wanted || __any_sync(RS_WHOLE_WARP, other) == 0) {
            const Word below = Type::splat(Type::below(Type::held(largest)));
            for_each_tile(row, [&](uint32_t) { equal += tile.count_above(below); });
            equal = largest == Type::kMinusInfinity ? task.columns : rs_warp_add(equal);
        }
        return static_cast<uint8_t>((largest == Type::kInfinity ? RS_ROW_INF : 0) |
                                    (equal > 1u ? RS_ROW_TIED : 0) |
                                    (equal > 1u && equal == task.columns ? RS_ROW_CONSTANT : 0));
    }
};

#endif
