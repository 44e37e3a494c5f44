/* row_grid.cuh - the kernel: groups of rows over warps and blocks, counting them, its launch. */
#ifndef RS_ROW_GRID_CUH
#define RS_ROW_GRID_CUH

#include "cuda/device_counters.cuh"
#include "cuda/row_images.cuh"

/* The lane's own row of a group, which is row `number` of the labels. */
__device__ __forceinline__ void rs_count_found(const rs_row_task &task,
                                               const rs_device_counters &counters,
                                               const rs_row_found &found, uint64_t number)
{
    if (task.images.seen != nullptr) {
        rs_keep_found(task, found, number);
        return;
    }
    if ((found.flags & RS_ROW_NAN) != 0) {
        RS_COUNTER_ADD(&counters, RS_COUNT_NAN_ROWS);
    }
    if ((found.flags & RS_ROW_INF) != 0) {
        RS_COUNTER_ADD(&counters, RS_COUNT_INF_ROWS);
    }
    if ((found.flags & RS_ROW_CONSTANT) != 0) {
        RS_COUNTER_ADD(&counters, RS_COUNT_CONSTANT_ROWS);
    }
    if (task.row_flags && (found.flags & RS_ROW_TIED) != 0) {
        RS_COUNTER_ADD(&counters, RS_COUNT_TIED_ROWS);
    }
    if (rs_is_looked_at(task, number) && task.columns > 0 && (found.flags & RS_ROW_NAN) == 0) {
        RS_COUNTER_ADD(&counters, RS_COUNT_LOOKED_ROWS);
        if ((found.flags & RS_ROW_TIED) != 0) {
            RS_COUNTER_ADD(&counters, RS_COUNT_LOOKED_TIED_ROWS);
        }
    }
    rs_count_row(&counters, &task.layout, task.topk, &found.outcome);
    if (found.calibrated) {
        rs_count_calibration(&counters, &task.layout, &found.calibration);
    }
    const uint64_t at = number - task.first_row;
    if (task.results.rank != nullptr) {
        task.results.rank[at] = found.outcome.rank;
    }
    if (task.results.real_rank != nullptr) {
        task.results.real_rank[at] = found.outcome.best_real_rank;
    }
    if (task.results.flags != nullptr) {
        task.results.flags[at] = found.flags;
    }
}

/* Blocks of a multiprocessor that the registers must leave room for. Five are 20 warps with up to
 * 4,096 bytes in flight each: 80 KB, several times what memory latency asks for. Taking 16-bit keys
 * apart, and calibration, cost registers; the exponentials of f64 one block more. */
template <class Type> constexpr int rs_resident_blocks(int vectors, bool calibration)
{
    const bool wide = vectors * static_cast<int>(Type::kPerVector) > 32;
    return (wide ? 4 : 5) - (calibration || Type::kBytes == 2 ? 1 : 0) -
           (calibration && Type::kBytes == 8 ? 1 : 0);
}

template <class Type, int kVectors, bool kTiled, bool kCalibration>
__global__ void __launch_bounds__(RS_BLOCK_THREADS,
                                  rs_resident_blocks<Type>(kVectors, kCalibration))
    rs_row_kernel(const rs_row_task task, uint32_t group_rows)
{
    __shared__ unsigned int scalars[RS_COUNT_SCALARS];
    __shared__ unsigned long long calibration[kCalibration ? RS_DEVICE_CALIBRATION : 1];
    const rs_device_counters counters = {task.counters, scalars,
                                         kCalibration ? calibration : nullptr,
                                         task.layout.calibration};
    const uint32_t lane = threadIdx.x % RS_WARP_LANES;
    const uint64_t warps = static_cast<uint64_t>(gridDim.x) * RS_BLOCK_WARPS;
    const uint64_t step = warps * group_rows;
    const uint64_t warp =
        static_cast<uint64_t>(blockIdx.x) * RS_BLOCK_WARPS + threadIdx.x / RS_WARP_LANES;
    const uint64_t next = rs_next_image(task);
    rs_row_reader<Type, kVectors, kTiled, kCalibration> reader(task, lane);

    rs_open_counters(&counters);
    for (uint64_t first = warp * group_rows; first < task.row_count; first += step) {
        const uint64_t left = task.row_count - first;
        const uint32_t rows = left < group_rows ? static_cast<uint32_t>(left) : group_rows;
        rs_labels_of_row mine = {0, 0, -1};
        rs_row_found kept = {};
        uint32_t number = RS_NO_IMAGE;
        if (lane < rows) {
            number = rs_claim_image(task, next, first + lane);
        }
        if (number != RS_NO_IMAGE) {
            mine.begin = __ldg(task.real_begin + number);
            mine.size = __ldg(task.real_begin + number + 1) - mine.begin;
            mine.original = __ldg(task.original + number);
        }
        for (uint32_t r = 0; r < rows; ++r) {
            const uint32_t row = rs_warp_from(number, r);
            if (row == RS_NO_IMAGE) {
                continue;
            }
            const rs_labels_of_row labels = {rs_warp_from(mine.begin, r),
                                             rs_warp_from(mine.size, r),
                                             rs_warp_from(mine.original, r)};
            rs_row_found found = {};
            reader.read_row(first + r, row, labels, &found);
            if (lane == r) {
                kept = found;
            }
        }
        if (number != RS_NO_IMAGE) {
            rs_count_found(task, counters, kept, number);
        }
    }
    rs_hand_in_counters(&counters);
    rs_move_on(task);
}

/* Whether a row is held by a lane's kWide vectors, not kNarrow: not where it is calibrated, which
 * leaves no registers for so many values; it comes in tiles. */
template <class Type, int kNarrow, int kWide> bool rs_is_wide(const rs_row_task &task)
{
    return !task.calibration && task.columns > rs_tile<Type, kNarrow>::kColumns &&
           task.columns <= rs_tile<Type, kWide>::kColumns;
}

/* rs_resident_blocks of the kernel that rs_launch_width chooses. */
template <class Type, int kNarrow, int kWide> uint32_t rs_resident_width(const rs_row_task &task)
{
    const int vectors = rs_is_wide<Type, kNarrow, kWide>(task) ? kWide : kNarrow;
    return static_cast<uint32_t>(rs_resident_blocks<Type>(vectors, task.calibration));
}

/* Chooses a kernel for the width; kNarrow and kWide vectors a lane. */
template <class Type, int kNarrow, int kWide, bool kCalibration>
cudaError_t rs_launch_width(const rs_row_task &task, rs_launch_shape shape, cudaStream_t stream)
{
    const dim3 grid(shape.blocks);
    const dim3 block(RS_BLOCK_THREADS);
    if (task.columns <= rs_tile<Type, kNarrow>::kColumns) {
        return RS_LAUNCH((rs_row_kernel<Type, kNarrow, false, kCalibration>), grid, block, 0,
                         stream, task, shape.group_rows);
    }
    if (rs_is_wide<Type, kNarrow, kWide>(task)) {
        return RS_LAUNCH((rs_row_kernel<Type, kWide, false, false>), grid, block, 0, stream, task,
                         shape.group_rows);
    }
    return RS_LAUNCH((rs_row_kernel<Type, kNarrow, true, kCalibration>), grid, block, 0, stream,
                     task, shape.group_rows);
}

/* Loads the kernel that rs_launch_width would launch. */
template <class Type, int kNarrow, int kWide, bool kCalibration>
cudaError_t rs_load_width(const rs_row_task &task)
{
    cudaFuncAttributes attributes;
    if (task.columns <= rs_tile<Type, kNarrow>::kColumns) {
        return cudaFuncGetAttributes(&attributes,
                                     rs_row_kernel<Type, kNarrow, false, kCalibration>);
    }
    if (rs_is_wide<Type, kNarrow, kWide>(task)) {
        return cudaFuncGetAttributes(&attributes, rs_row_kernel<Type, kWide, false, false>);
    }
    return cudaFuncGetAttributes(&attributes, rs_row_kernel<Type, kNarrow, true, kCalibration>);
}

/* Defines the entry points of a dtype. */
#define RS_DEFINE_LAUNCH(name, narrow, wide)                                                      \
    extern "C" cudaError_t rs_launch_rows_##name(const rs_row_task *task, rs_launch_shape shape,  \
                                                 cudaStream_t stream)                             \
    {                                                                                             \
        if (task->calibration) {                                                                  \
            return rs_launch_width<rs_type_##name, narrow, wide, true>(*task, shape, stream);     \
        }                                                                                         \
        return rs_launch_width<rs_type_##name, narrow, wide, false>(*task, shape, stream);        \
    }                                                                                             \
    extern "C" uint32_t rs_resident_rows_##name(const rs_row_task *task)                          \
    {                                                                                             \
        return rs_resident_width<rs_type_##name, narrow, wide>(*task);                            \
    }                                                                                             \
    extern "C" cudaError_t rs_load_rows_##name(const rs_row_task *task)                           \
    {                                                                                             \
        return task->calibration ? rs_load_width<rs_type_##name, narrow, wide, true>(*task)       \
                                 : rs_load_width<rs_type_##name, narrow, wide, false>(*task);     \
    }

#endif
