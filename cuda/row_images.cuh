/* row_images.cuh - which image a row is, and that an image counts once, the first time it comes.
 *
 * A bit of an image is set by the row that takes it; a row that finds it set is a repeat. What the
 * row gave is written to the image's own place, by that row alone. So neither the split into
 * batches nor their order nor the streams they are in can show in what is there in the end.
 */
#ifndef RS_ROW_IMAGES_CUH
#define RS_ROW_IMAGES_CUH

#include <stdint.h>

#include "cuda/row_kernel.cuh"

#define RS_NO_IMAGE 0xffffffffu /* rows of labels are fewer */

static_assert(sizeof(rs_row_task) + sizeof(rs_launch_shape) <= 4096, "the arguments of a launch");

/* Whether nothing is said of the images of a task: they are the next ones. */
__device__ __forceinline__ bool rs_takes_next(const rs_row_task &task)
{
    return task.images.seen != nullptr && task.images.index == nullptr && !task.images.is_listed;
}

/* The image of the first row, where nothing is said. Before the first row of the block. */
__device__ __forceinline__ uint64_t rs_next_image(const rs_row_task &task)
{
    return rs_takes_next(task) ? task.images.state->next : 0;
}

/* Which row of the labels row `at` of the task is; RS_NO_IMAGE: it is not to be counted. */
__device__ __forceinline__ uint32_t rs_claim_image(const rs_row_task &task, uint64_t next,
                                                   uint64_t at)
{
    const rs_image_task &images = task.images;
    if (images.seen == nullptr) {
        return static_cast<uint32_t>(task.first_row + at);
    }
    uint64_t image = next + at;
    if (images.index != nullptr) {
        image = static_cast<uint64_t>(__ldg(images.index + at));
    } else if (images.is_listed) {
        image = images.listed[at];
    }
    if (image >= images.count) { /* below 0 too */
        atomicAdd(&images.state->outside, 1ull);
        atomicMax(&images.state->largest_outside, static_cast<unsigned long long>(image));
        return RS_NO_IMAGE;
    }
    const unsigned int bit = 1u << (image % 32u);
    if ((atomicOr(images.seen + image / 32u, bit) & bit) != 0) {
        atomicAdd(&images.state->repeats, 1ull);
        return RS_NO_IMAGE;
    }
    return static_cast<uint32_t>(image);
}

/* As the host keeps it (engine/score_rows.c): ties only of rows that were to be looked at.
 * `calibration` is of a row that was weighed. */
__device__ __forceinline__ void rs_keep_found(const rs_row_task &task,
                                              const rs_row_outcome &outcome, uint32_t flags,
                                              bool weighed,
                                              const rs_calibration_outcome &calibration,
                                              uint32_t number)
{
    const bool tied = task.row_flags || rs_is_looked_at(task, number);
    rs_scored_row row;
    row.rank = outcome.rank;
    row.best_real_rank = outcome.best_real_rank;
    row.real_rank_mask = static_cast<uint8_t>(outcome.real_rank_mask);
    row.flags = static_cast<uint8_t>(tied ? flags : flags & ~RS_ROW_TIED);
    row.counted = 1;
    task.images.row[number] = row;
    if (task.images.measure != nullptr) {
        rs_row_measured measured = {-1.0, 0.0, 0.0};
        if (weighed) {
            measured.confidence = calibration.confidence;
            measured.nll = calibration.nll;
            measured.real_nll = calibration.real_nll;
        }
        task.images.measure[number] = measured;
    }
}

/* After the last row: the block that ends last moves on to the images after these. All have read by
 * then where these begin. */
__device__ __forceinline__ void rs_move_on(const rs_row_task &task)
{
    if (!rs_takes_next(task)) {
        return;
    }
    __syncthreads();
    rs_image_state *const state = task.images.state;
    if (threadIdx.x == 0) {
        __threadfence();
        if (atomicAdd(&state->finished, 1ull) + 1ull == gridDim.x) {
            state->finished = 0;
            state->next += task.row_count;
        }
    }
}

#endif
