/* average_kernel.cu - rows of several models into one, as engine/average_row_plain.h: the same
 * operations in double on every value in the same order, so the averages have the same bits.
 *
 * Members that go through a class map have its columns chosen as they are loaded, so that a row is
 * averaged, and a softmax taken of it, over the positions of the map, as host/engine/map_row.c.
 *
 * A warp takes a row. Its lanes hold a batch of it (engine/exp_f64.h), lane l the columns l,
 * l + 32, ... of the batch, so the halves that a sum is folded in lie in one lane down to the last.
 */
#include <math.h>

#include <type_traits>

#include "cuda/average_task.h"
#include "cuda/row_columns.cuh"
#include "cuda/row_type.cuh"
#include "cuda/warp.cuh"
#include "engine/exp_f64.h"

namespace {

constexpr uint32_t kBatch = RS_EXP_BATCH;
constexpr uint32_t kValues = kBatch / RS_WARP_LANES; /* of a lane */

static_assert(RS_EXP_LANES == 16, "the last fold, from one half of a warp to the other");

/* A row of a member. */
template <bool kMapped> struct MemberRow {
    const unsigned char *values;
    rs_dtype dtype;
    rs_map_columns map;

    __device__ __forceinline__ MemberRow(const rs_average_task &task, uint32_t m, uint64_t row)
        : values(static_cast<const unsigned char *>(task.member[m].rows) +
                 row * task.member[m].row_bytes),
          dtype(task.member[m].dtype), map(task.map)
    {
    }

    /* `count` values from column `first` on, or behind a class map from that position on; then
     * NaNs. */
    __device__ __forceinline__ void load(uint32_t first, uint32_t count, uint32_t lane,
                                         double *value) const
    {
        switch (dtype) {
#define LOAD(ID, name, bits, infinity, normal)                 \
    case RS_DTYPE_##ID:                                        \
        load_as<rs_element_##name>(first, count, lane, value); \
        break;
            RS_FLOATS_16(LOAD)
            RS_FLOATS_64(LOAD)
#undef LOAD
        default:
            load_as<rs_element_f32>(first, count, lane, value);
            break;
        }
    }

  private:
    template <class Element>
    __device__ __forceinline__ void load_as(uint32_t first, uint32_t count, uint32_t lane,
                                            double *value) const
    {
        using Plain = rs_row_type<Element, typename Element::Bits>;
        using Type = typename std::conditional<kMapped, rs_mapped<Plain>, Plain>::type;
#pragma unroll
        for (uint32_t k = 0; k < kValues; ++k) {
            const uint32_t column = lane + k * RS_WARP_LANES;
            value[k] = column < count ? Type::exact(rs_bits_at<Type>(map, values, first + column))
                                      : static_cast<double>(NAN);
        }
    }
};

/* Calls work(row, lane) with each row of the warp. */
template <class Work>
__device__ __forceinline__ void for_each_row(const rs_average_task &task, Work work)
{
    const uint64_t step = static_cast<uint64_t>(gridDim.x) * (RS_AVERAGE_THREADS / RS_WARP_LANES);
    const uint64_t warp =
        (static_cast<uint64_t>(blockIdx.x) * RS_AVERAGE_THREADS + threadIdx.x) / RS_WARP_LANES;
    for (uint64_t row = warp; row < task.row_count; row += step) {
        work(row, threadIdx.x % RS_WARP_LANES);
    }
}

/* Calls work(first column, columns) with each batch of a row. */
template <class Work> __device__ __forceinline__ void for_each_batch(uint32_t columns, Work work)
{
    for (uint32_t first = 0; first < columns; first += kBatch) {
        work(first, min(columns - first, kBatch));
    }
}

/* Calls work(k, column) with each value k of the lane that is there in a batch. */
template <class Work>
__device__ __forceinline__ void for_each_value(uint32_t first, uint32_t count, uint32_t lane,
                                               Work work)
{
#pragma unroll
    for (uint32_t k = 0; k < kValues; ++k) {
        const uint32_t column = lane + k * RS_WARP_LANES;
        if (column < count) {
            work(k, first + column);
        }
    }
}

/* ---- sums of values ---- */

template <class Real, bool kMapped>
__global__ void __launch_bounds__(RS_AVERAGE_THREADS, RS_AVERAGE_BLOCKS)
    rs_average_kernel(const rs_average_task task)
{
    for_each_row(task, [&](uint64_t row, uint32_t lane) {
        Real *const out = static_cast<Real *>(task.averaged) + row * task.columns;
        for_each_batch(task.columns, [&](uint32_t first, uint32_t count) {
            double sum[kValues] = {};
            for (uint32_t m = 0; m < task.members; ++m) {
                double value[kValues];
                MemberRow<kMapped>(task, m, row).load(first, count, lane, value);
#pragma unroll
                for (uint32_t k = 0; k < kValues; ++k) {
                    sum[k] += task.member[m].weight * value[k];
                }
            }
            for_each_value(first, count, lane, [&](uint32_t k, uint32_t column) {
                out[column] = static_cast<Real>(sum[k] * task.scale);
            });
        });
    });
}

/* ---- sums of a softmax ---- */

struct Largest {
    double value;
    bool sound; /* there was no NaN */
};

template <class Row>
__device__ __forceinline__ Largest find_largest(const Row &row, uint32_t columns, uint32_t lane)
{
    double largest = -HUGE_VAL;
    bool nan = false;
    for_each_batch(columns, [&](uint32_t first, uint32_t count) {
        double value[kValues];
        row.load(first, count, lane, value);
        for_each_value(first, count, lane, [&](uint32_t k, uint32_t) {
            largest = value[k] > largest ? value[k] : largest;
            nan = nan || value[k] != value[k];
        });
    });
    return {rs_warp_fold(largest, [](double a, double b) { return a > b ? a : b; }),
            __any_sync(RS_WHOLE_WARP, nan) == 0};
}

/* e^(value - top), 0 for a NaN; of two infinite ones there is no difference. */
__device__ __forceinline__ double power_of(double value, double top)
{
    const double below = value == top ? 0.0 : value - top;
    return below > -RS_EXP_LIMIT_F64 ? rs_exp_f64(below) : 0.0;
}

/* The sum of a batch, which is overwritten. */
__device__ __forceinline__ double fold(double *power)
{
#pragma unroll
    for (uint32_t half = kValues / 2; half > 0; half /= 2) {
#pragma unroll
        for (uint32_t k = 0; k < half; ++k) {
            power[k] += power[k + half];
        }
    }
    power[0] += __shfl_down_sync(RS_WHOLE_WARP, power[0], RS_EXP_LANES);
    double sum = 0.0;
#pragma unroll
    for (uint32_t lane = 0; lane < RS_EXP_LANES; ++lane) {
        sum += rs_warp_from(power[0], lane);
    }
    return sum;
}

template <class Row>
__device__ __forceinline__ double find_mass(const Row &row, uint32_t columns, double top,
                                            uint32_t lane)
{
    double mass = 0.0;
    for_each_batch(columns, [&](uint32_t first, uint32_t count) {
        double power[kValues];
        row.load(first, count, lane, power);
#pragma unroll
        for (uint32_t k = 0; k < kValues; ++k) {
            power[k] = power_of(power[k], top);
        }
        mass += fold(power);
    });
    return mass;
}

/* A member's part of a row. The sums lie where the averages will, each of them one lane's: the row
 * is read three times, and its exponentials are taken twice, but it is in the cache then, and there
 * is no width that it would have to fit into. */
template <bool kMapped>
__device__ __forceinline__ void add_softmax(const rs_average_task &task, uint32_t m,
                                            uint64_t number, uint32_t lane)
{
    const MemberRow<kMapped> row(task, m, number);
    double *const sums = static_cast<double *>(task.averaged) + number * task.columns;
    const Largest top = find_largest(row, task.columns, lane);
    const double mass = find_mass(row, task.columns, top.value, lane);
    const double scale = task.member[m].weight / mass;
    const double last = m + 1 == task.members ? task.scale : 1.0;
    for_each_batch(task.columns, [&](uint32_t first, uint32_t count) {
        double value[kValues];
        row.load(first, count, lane, value);
        for_each_value(first, count, lane, [&](uint32_t k, uint32_t column) {
            const double sum = m == 0 ? 0.0 : sums[column];
            const double added = sum + scale * power_of(value[k], top.value);
            sums[column] = (top.sound ? added : static_cast<double>(NAN)) * last;
        });
    });
}

template <bool kMapped>
__global__ void __launch_bounds__(RS_AVERAGE_THREADS, RS_AVERAGE_BLOCKS)
    rs_average_softmax_kernel(const rs_average_task task)
{
    for_each_row(task, [&](uint64_t row, uint32_t lane) {
        for (uint32_t m = 0; m < task.members; ++m) {
            add_softmax<kMapped>(task, m, row, lane);
        }
    });
}

template <bool kMapped>
cudaError_t launch(const rs_average_task &task, uint32_t blocks, cudaStream_t stream)
{
    const dim3 grid(blocks);
    const dim3 block(RS_AVERAGE_THREADS);
    if (task.softmax) {
        return RS_LAUNCH((rs_average_softmax_kernel<kMapped>), grid, block, 0, stream, task);
    }
    if (task.dtype == RS_DTYPE_F64) {
        return RS_LAUNCH((rs_average_kernel<double, kMapped>), grid, block, 0, stream, task);
    }
    return RS_LAUNCH((rs_average_kernel<float, kMapped>), grid, block, 0, stream, task);
}

} // namespace

extern "C" cudaError_t rs_launch_average(const rs_average_task *task, uint32_t blocks,
                                         cudaStream_t stream)
{
    return task->map.column != nullptr ? launch<true>(*task, blocks, stream)
                                       : launch<false>(*task, blocks, stream);
}
