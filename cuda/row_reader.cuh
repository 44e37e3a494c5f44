/* row_reader.cuh - a row in the registers of a warp, the ranks of its labels, its largest value.
 *
 * kTiled: rows that do not fit into the registers of a warp come through them in tiles, and are
 * read once more for each further question (calibration, predictions, the values of labels).
 * Otherwise every value is read once.
 */
#ifndef RS_ROW_READER_CUH
#define RS_ROW_READER_CUH

#include <stdint.h>

#include "cuda/row_columns.cuh"
#include "cuda/row_labels.cuh"
#include "cuda/row_tile.cuh"
#include "reassess/evaluator.h"

template <class RowType, int kVectors, bool kTiled> struct rs_row_reader {
    using Type = RowType;
    using Key = typename Type::Key;
    using Word = typename Type::Word;
    using Real = typename Type::Real;
    using Tile = rs_tile<Type, kVectors>;
    static constexpr bool kInTiles = kTiled;

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
        if constexpr (Type::kMapped) {
            load_mapped(row, first);
        } else if (whole_vectors) {
            tile.load_vectors(row, first, task.columns, lane);
        } else {
            tile.load_elements(row, first, task.columns, lane);
        }
    }

    /* The columns of a tile lie anywhere in the row: their values are brought side by side first,
     * in shared memory that the launch has of each warp for a tile. */
    __device__ __forceinline__ void load_mapped(const unsigned char *row, uint32_t first)
    {
        RS_DYNAMIC_SHARED(uint4, tiles);
        uint4 *const staged = tiles + threadIdx.x / RS_WARP_LANES * Tile::kStage;
        const uint32_t end = min(task.columns, first + Tile::kColumns);
        __syncwarp(); /* all lanes have what was there before */
        rs_stage_positions<Type>(task.map, row, first, end, lane,
                                 reinterpret_cast<typename Type::Bits *>(staged));
        __syncwarp();
        tile.load_staged(staged, first, task.columns, lane);
    }

    /* The value at a column, or behind a class map at a position. */
    __device__ __forceinline__ Word value_at(const unsigned char *row, uint32_t column) const
    {
        return Type::hold(rs_bits_at<Type>(task.map, row, column));
    }
    __device__ __forceinline__ double exact_at(const unsigned char *row, uint32_t column) const
    {
        return Type::exact(rs_bits_at<Type>(task.map, row, column));
    }

    /* Asks for a row, of which nothing else has to be known: unless it comes in tiles, it is in
     * `tile` then. */
    __device__ __forceinline__ void ask_for(const unsigned char *row)
    {
        if (!kTiled) {
            load(row, 0);
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
    };

    /* Reads the label from memory: which register of which lane holds it is known only at run time,
     * and the row asks for the same bytes anyway. */
    __device__ __forceinline__ Label read_label(const unsigned char *row, uint32_t column) const
    {
        return {column, column != RS_NO_COLUMN ? value_at(row, column) : 0};
    }

    /* Columns of the tile ahead of the label of lane `owner`. */
    __device__ __forceinline__ uint32_t count_ahead(uint32_t first, const Label &label,
                                                    uint32_t owner) const
    {
        const Word value = rs_warp_from(label.value, owner);
        const Word below = Type::splat(Type::below(value));
        const uint32_t column = rs_warp_from(label.column, owner);
        const uint32_t place = column / Type::kPerVector - first / Type::kPerVector;
        const int before = static_cast<int>(place) - static_cast<int>(lane);
        uint32_t ahead = tile.count_ahead(before, Type::splat(value), below);
        if (place < Tile::kColumns / Type::kPerVector) { /* not below 0, before the tile */
            ahead += tile.count_equal(before, column % Type::kPerVector, value);
        }
        return rs_warp_add(ahead);
    }

    /* Of a whole row: columns ahead of the label of lane `owner`. Most labels are the largest value
     * and alone with it, which one count shows (*alone); of the others hardly any has an equal, and
     * only then it matters which columns come before it. */
    __device__ __forceinline__ uint32_t count_in_row(const Label &label, uint32_t owner,
                                                     bool *alone) const
    {
        const Word value = rs_warp_from(label.value, owner);
        const Word below = Type::splat(Type::below(value));
        const uint32_t no_smaller = rs_warp_add(tile.count_above(below)); /* and the label */
        *alone = no_smaller == 1u;
        if (*alone) {
            return 0;
        }
        const uint32_t larger = rs_warp_add(tile.count_above(Type::splat(value)));
        if (no_smaller - larger == 1u) {
            return larger;
        }
        return count_ahead(0, label, owner);
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
     * prove the row sound: a NaN is ahead of every number, and a label that is alone with the
     * largest value says that nothing else is to be said of the row. In tiles ties are not known,
     * but in a row of equal values every column before a label is ahead of it. */
    __device__ __forceinline__ bool rank_labels(const unsigned char *row,
                                                const rs_label_lanes &lanes, const Label &label,
                                                uint32_t set_size, uint32_t first,
                                                rs_row_outcome *outcome)
    {
        const unsigned proofs =
            __ballot_sync(RS_WHOLE_WARP,
                          (!kTiled || label.column != 0u) && Type::is_finite(label.value));
        const uint32_t mine = kTiled ? count_in_tiles(row, label, lanes.present) : 0u;
        uint32_t sound = 0; /* a bool would be packed and unpacked */
        unsigned left = lanes.present;
        while (left != 0) {
            const uint32_t owner = rs_take_lane(&left);
            bool proves = false;
            const uint32_t ahead = kTiled ? rs_warp_from(mine, owner)
                                          : count_in_row(label, owner, &proves);
            if ((lanes.original >> owner & 1u) != 0) {
                outcome->rank = ahead + 1u;
            }
            if (first + owner < set_size) {
                rs_outcome_add_real(outcome, ahead + 1u);
            }
            sound |= (kTiled ? ahead == 0 : proves) ? proofs >> owner & 1u : 0u;
        }
        return sound != 0;
    }

    /* Ranks all labels of a row, of which `lanes` are the first. True when they prove it sound. */
    __device__ __forceinline__ bool rank_row(const unsigned char *row,
                                             const rs_labels_of_row &labels,
                                             rs_label_lanes *lanes, rs_row_outcome *outcome)
    {
        *lanes = rs_take_labels(task, group, labels, 0, lane, &outcome->original_in_set);
        const Label label = read_label(row, lanes->column);
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
