/* row_kernel.cuh - what a warp does with a row: it is in registers, and everything is one pass.
 *
 * Row by row all lanes work on the row: its values into registers, the rank of each label by
 * counting what is ahead of it, the rest only where it is asked for. What a row gave is kept by the
 * lane of its number, so that at the end of a group of rows the lanes count theirs side by side
 * instead of one lane at a time.
 */
#ifndef RS_ROW_KERNEL_CUH
#define RS_ROW_KERNEL_CUH

#include <stdint.h>

#include "cuda/row_calibration.cuh"
#include "cuda/row_masses.cuh"
#include "cuda/row_predictions.cuh"
#include "cuda/row_reader.cuh"

/* Ties are looked for in this row of the labels. */
__device__ __forceinline__ bool rs_is_looked_at(const rs_row_task &task, uint32_t number)
{
    return (number & task.look_mask) == 0;
}

/* What is known of a row when its group is counted. Bits in one register: what the lane of the
 * row's number keeps is chosen in every row, a register at a time. */
struct rs_row_found {
    uint32_t rank; /* as of rs_row_outcome */
    uint32_t best_real_rank;
    uint32_t bits;
    rs_row_weight weight;
};

#define RS_FOUND_REAL_RANKS      7u /* real_rank_mask */
#define RS_FOUND_ORIGINAL_IN_SET 8u
#define RS_FOUND_WEIGHED         16u
#define RS_FOUND_FLAGS           8 /* from this bit on: rs_row_flags */

/* Packs an outcome and flags; of an invalid row there is no rank. */
__device__ __forceinline__ void rs_pack_found(const rs_row_outcome &outcome, bool valid,
                                              uint32_t flags, rs_row_found *found)
{
    const uint32_t bits = outcome.original_in_set ? RS_FOUND_ORIGINAL_IN_SET : 0u;
    found->rank = valid ? outcome.rank : 0u;
    found->best_real_rank = valid ? outcome.best_real_rank : 0u;
    found->bits |= bits | (valid ? outcome.real_rank_mask : 0u) |
                   (valid ? flags : static_cast<uint32_t>(RS_ROW_NAN)) << RS_FOUND_FLAGS;
}

/* All lanes together; `number` is which row of the labels it is. */
template <bool kCalibration, class Reader>
__device__ __forceinline__ void rs_read_row(Reader &reader, const unsigned char *row,
                                            uint32_t number, const rs_labels_of_row &labels,
                                            uint32_t flag_mask, rs_row_found *found)
{
    using Type = typename Reader::Type;
    const rs_row_task &task = reader.task;
    const rs_device_results &out = task.results;
    const bool flags = (number & flag_mask) == 0;
    const bool predictions = out.prediction != nullptr || out.value != nullptr;
    rs_row_outcome outcome = {};
    rs_label_lanes lanes;
    const bool sound = reader.rank_row(row, labels, &lanes, &outcome);
    bool valid = true;
    uint32_t found_flags = 0;
    const bool look = !sound || (Reader::kInTiles && flags);
    if (look || predictions || kCalibration) {
        const auto mine = reader.find_largest(row);
        const auto largest = rs_warp_max(mine);
        valid = largest != Type::kNan;
        if (valid && look) {
            found_flags = reader.find_flags(row, mine, largest, flags);
        }
        if (predictions) { /* before calibration takes the labels out of the tile */
            rs_write_predictions(reader, row, number - task.first_row, valid, mine);
        }
        if (kCalibration && valid) {
            found->weight.top = static_cast<double>(Type::value(largest));
            const auto top = Type::value(largest);
            const bool weighed =
                rs_weigh_rest(reader, row, number, labels, lanes, top, &found->weight.rest);
            found->bits = weighed ? RS_FOUND_WEIGHED : 0u;
        }
    }
    rs_pack_found(outcome, valid, found_flags, found);
}

#endif
