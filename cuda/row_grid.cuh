/* row_grid.cuh - the kernel: groups of rows over warps and blocks, counting them, its launch. */
#ifndef RS_ROW_GRID_CUH
#define RS_ROW_GRID_CUH

#include "cuda/device_counters.cuh"
#include "cuda/row_images.cuh"

/* The lane's own row of a group. */
__device__ __forceinline__ void rs_count_flags(const rs_row_task &task,
                                               const rs_device_counters &counters, uint32_t flags,
                                               uint32_t number)
{
    if ((flags & RS_ROW_NAN) != 0) {
        RS_COUNTER_ADD(&counters, RS_COUNT_NAN_ROWS);
    }
    if ((flags & RS_ROW_INF) != 0) {
        RS_COUNTER_ADD(&counters, RS_COUNT_INF_ROWS);
    }
    if ((flags & RS_ROW_CONSTANT) != 0) {
        RS_COUNTER_ADD(&counters, RS_COUNT_CONSTANT_ROWS);
    }
    if (task.row_flags && (flags & RS_ROW_TIED) != 0) {
        RS_COUNTER_ADD(&counters, RS_COUNT_TIED_ROWS);
    }
    if (rs_is_looked_at(task, number) && task.columns > 0 && (flags & RS_ROW_NAN) == 0) {
        RS_COUNTER_ADD(&counters, RS_COUNT_LOOKED_ROWS);
        if ((flags & RS_ROW_TIED) != 0) {
            RS_COUNTER_ADD(&counters, RS_COUNT_LOOKED_TIED_ROWS);
        }
    }
}

/* What goes back beside the counters. */
__device__ __forceinline__ void rs_write_found(const rs_device_results &out,
                                               const rs_row_outcome &outcome, uint32_t flags,
                                               uint64_t at)
{
    if (out.rank != nullptr) {
        out.rank[at] = outcome.rank;
    }
    if (out.real_rank != nullptr) {
        out.real_rank[at] = outcome.best_real_rank;
    }
    if (out.flags != nullptr) {
        out.flags[at] = static_cast<uint8_t>(flags);
    }
}

/* Row `at` of the task, which is row `number` of the labels. */
template <class Type, bool kCalibration>
__device__ __forceinline__ void rs_count_found(const rs_row_task &task,
                                               const rs_device_counters &counters,
                                               const rs_labels_of_row &labels,
                                               const rs_row_found &found, uint64_t at,
                                               uint32_t number)
{
    const uint32_t flags = found.bits >> RS_FOUND_FLAGS;
    const rs_row_outcome outcome = {labels.original,
                                    found.rank,
                                    labels.size,
                                    (found.bits & RS_FOUND_ORIGINAL_IN_SET) != 0,
                                    found.best_real_rank,
                                    found.bits & RS_FOUND_REAL_RANKS};
    const bool weighed = kCalibration && (found.bits & RS_FOUND_WEIGHED) != 0;
    rs_calibration_outcome calibration = {};
    if (weighed) {
        const unsigned char *const row =
            static_cast<const unsigned char *>(task.rows) + at * task.stride_bytes;
        calibration = rs_calibrate<Type>(task, row, labels, outcome, found.weight);
    }
    if (task.images.seen != nullptr) {
        rs_keep_found(task, outcome, flags, weighed, calibration, number);
        return;
    }
    rs_count_flags(task, counters, flags, number);
    rs_count_row(&counters, &task.layout, task.topk, &outcome);
    if (weighed) {
        rs_count_calibration(&counters, &task.layout, &calibration);
    }
    rs_write_found(task.results, outcome, flags, at);
}

/* Blocks of a multiprocessor that the registers must leave room for: those that hold the row, and
 * about 50 beside it. Five are 20 warps with up to 4,096 bytes in flight each: 80 KB, several times
 * what memory latency asks for. Calibration in double costs registers. */
template <class Type> constexpr int rs_resident_blocks(int vectors, bool calibration)
{
    if (calibration) {
        return Type::kBytes == 8 ? 2 : 4;
    }
    return vectors <= 4 ? 6 : vectors <= 8 ? 5 : 3;
}

/* Shared memory that a launch asks for: behind a class map a tile of each warp. */
template <class Type> constexpr uint32_t rs_shared_bytes(int vectors)
{
    const uint32_t tile = static_cast<uint32_t>(vectors * sizeof(uint4)) * RS_WARP_LANES;
    return Type::kMapped ? RS_BLOCK_WARPS * tile : 0;
}

/* What the lane knows of its own row of a group. */
struct rs_row_of_group {
    uint32_t number; /* of the labels; RS_NO_IMAGE: it is not to be counted */
    rs_labels_of_row labels;
};

/* Rows first .. first + rows - 1 of the task, and their labels. */
template <class Reader>
__device__ __forceinline__ rs_row_of_group rs_open_group(Reader &reader, uint64_t next,
                                                         uint64_t first, uint32_t rows)
{
    const rs_row_task &task = reader.task;
    const uint32_t lane = reader.lane;
    rs_row_of_group mine = {RS_NO_IMAGE, {0, 0, -1}};
    if (lane < rows) {
        mine.number = rs_claim_image(task, next, first + lane);
    }
    if (mine.number != RS_NO_IMAGE) {
        mine.labels.begin = __ldg(task.real_begin + mine.number);
        mine.labels.size = __ldg(task.real_begin + mine.number + 1) - mine.labels.begin;
        mine.labels.original = __ldg(task.original + mine.number);
    }
    reader.group =
        rs_take_group(task, rs_warp_from(mine.labels.begin, 0),
                      rs_warp_from(mine.labels.begin + mine.labels.size, rows - 1), lane);
    return mine;
}

/* Those rows, one after the other, and then counted, a lane a row. The first is asked for before
 * the labels of the group are: these are read from three places, each of which the one before it
 * names, and the memory would be idle meanwhile. */
template <bool kCalibration, class Reader>
__device__ __forceinline__ void rs_read_group(Reader &reader, const rs_device_counters &counters,
                                              uint64_t next, uint64_t first, uint32_t rows)
{
    const rs_row_task &task = reader.task;
    const uint32_t lane = reader.lane;
    const bool all_flags = task.row_flags || task.results.flags != nullptr;
    const uint32_t flag_mask = all_flags ? 0u : task.look_mask;
    rs_row_of_group mine = {RS_NO_IMAGE, {0, 0, -1}};
    rs_row_found kept = {};
    const unsigned char *row =
        static_cast<const unsigned char *>(task.rows) + first * task.stride_bytes;
    for (uint32_t r = 0; r < rows; ++r, row = rs_opaque(row + task.stride_bytes)) {
        reader.ask_for(row);
        if (r == 0) {
            mine = rs_open_group(reader, next, first, rows);
        }
        const uint32_t row_number = rs_warp_from(mine.number, r);
        if (row_number == RS_NO_IMAGE) {
            continue;
        }
        const rs_labels_of_row labels = {rs_warp_from(mine.labels.begin, r),
                                         rs_warp_from(mine.labels.size, r),
                                         rs_warp_from(mine.labels.original, r)};
        rs_row_found found = {};
        rs_read_row<kCalibration>(reader, row, row_number, labels, flag_mask, &found);
        if (lane == r) {
            kept = found;
        }
    }
    if (mine.number != RS_NO_IMAGE) {
        rs_count_found<typename Reader::Type, kCalibration>(task, counters, mine.labels, kept,
                                                            first + lane, mine.number);
    }
}

template <class Type, int kVectors, bool kTiled, bool kCalibration>
__global__ void __launch_bounds__(RS_BLOCK_THREADS,
                                  rs_resident_blocks<Type>(kVectors, kCalibration))
    rs_row_kernel(const rs_row_task task, rs_launch_shape shape)
{
    __shared__ unsigned int scalars[RS_COUNT_SCALARS];
    __shared__ uint32_t candidates[RS_BLOCK_THREADS];
    __shared__ unsigned int calibration[kCalibration ? 2 * RS_DEVICE_CALIBRATION : 1];
    const rs_device_counters counters = {task.counters, scalars,
                                         kCalibration ? calibration : nullptr,
                                         task.layout.calibration};
    const uint32_t lane = threadIdx.x % RS_WARP_LANES;
    const uint32_t block_warp = rs_warp_from(threadIdx.x / RS_WARP_LANES, 0);
    const uint64_t warp = static_cast<uint64_t>(blockIdx.x) * RS_BLOCK_WARPS + block_warp;
    const uint64_t step = static_cast<uint64_t>(gridDim.x) * RS_BLOCK_WARPS * shape.warp_rows;
    const uint64_t next = rs_next_image(task);
    rs_row_reader<Type, kVectors, kTiled> reader(task, lane,
                                                 candidates + block_warp * RS_WARP_LANES);

    rs_open_counters(&counters);
    for (uint64_t begin = warp * shape.warp_rows; begin < task.row_count; begin += step) {
        const uint64_t rest = task.row_count - begin;
        const uint32_t rows =
            rest < shape.warp_rows ? static_cast<uint32_t>(rest) : shape.warp_rows;
        for (uint32_t done = 0; done < rows; done += shape.group_rows) {
            const uint32_t left = rows - done;
            rs_read_group<kCalibration>(reader, counters, next, begin + done,
                                        min(left, shape.group_rows));
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
        return RS_LAUNCH((rs_row_kernel<Type, kNarrow, false, kCalibration>), grid, block,
                         rs_shared_bytes<Type>(kNarrow), stream, task, shape);
    }
    if (rs_is_wide<Type, kNarrow, kWide>(task)) {
        return RS_LAUNCH((rs_row_kernel<Type, kWide, false, false>), grid, block,
                         rs_shared_bytes<Type>(kWide), stream, task, shape);
    }
    return RS_LAUNCH((rs_row_kernel<Type, kNarrow, true, kCalibration>), grid, block,
                     rs_shared_bytes<Type>(kNarrow), stream, task, shape);
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

/* Defines what launches and loads the kernels of a type. */
#define RS_DEFINE_KERNELS(launch, load, Type, narrow, wide)                                     \
    extern "C" cudaError_t launch(const rs_row_task *task, rs_launch_shape shape,               \
                                  cudaStream_t stream)                                          \
    {                                                                                           \
        return task->calibration                                                                \
                   ? rs_launch_width<Type, narrow, wide, true>(*task, shape, stream)            \
                   : rs_launch_width<Type, narrow, wide, false>(*task, shape, stream);          \
    }                                                                                           \
    extern "C" cudaError_t load(const rs_row_task *task)                                        \
    {                                                                                           \
        return task->calibration ? rs_load_width<Type, narrow, wide, true>(*task)               \
                                 : rs_load_width<Type, narrow, wide, false>(*task);             \
    }

/* The entry points of a dtype; those of rows behind a class map are in a file of their own, for
 * they take as long to compile. */
#define RS_DEFINE_LAUNCH(name, narrow, wide)                                                    \
    RS_DEFINE_KERNELS(rs_launch_rows_##name, rs_load_rows_##name, rs_type_##name, narrow, wide) \
    extern "C" uint32_t rs_resident_rows_##name(const rs_row_task *task)                        \
    {                                                                                           \
        return rs_resident_width<rs_type_##name, narrow, wide>(*task);                          \
    }
#define RS_DEFINE_MAPPED(name, narrow, wide)                                                    \
    RS_DEFINE_KERNELS(rs_launch_mapped_##name, rs_load_mapped_##name, rs_mapped<rs_type_##name>, \
                      narrow, wide)

#endif
