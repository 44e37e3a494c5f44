/* fit_kernel.cu - what a step of training does beside its products.
 *
 * A warp takes the logits of one row by one head: once through them for the largest, once for the
 * exponentials, once to turn them into the gradient, in place; they are in the cache by then. Lanes
 * are paired in the same order every time, and no sum goes through atomics: so a step has the same
 * bits on every run.
 */
#include "cuda/element.cuh"
#include "cuda/fit_task.h"
#include "cuda/row_task.h"
#include "cuda/warp.cuh"

static dim3 rs_blocks(uint64_t wanted, uint32_t most)
{
    return dim3(static_cast<uint32_t>(wanted < most ? wanted : most));
}

static uint64_t rs_parts(uint64_t count, uint32_t size)
{
    return (count - 1) / size + 1;
}

/* ---- features ---- */

template <class From>
__global__ void __launch_bounds__(RS_BLOCK_THREADS)
    rs_gather_kernel(const typename From::Bits *features, const uint32_t *row, uint64_t rows,
                     uint32_t columns, typename From::Real *out)
{
    for (uint64_t i = blockIdx.x; i < rows; i += gridDim.x) {
        const uint64_t from = row != nullptr ? row[i] : i;
        for (uint32_t j = threadIdx.x; j < columns; j += blockDim.x) {
            out[i * columns + j] = From::value(features[from * columns + j]);
        }
    }
}

extern "C" cudaError_t rs_launch_gather(const rs_gather_task *task, uint32_t blocks,
                                        cudaStream_t stream)
{
    return rs_with_element(task->stored, [&](auto element) {
        using From = decltype(element);
        const auto *const bits = static_cast<const typename From::Bits *>(task->features);
        return RS_LAUNCH((rs_gather_kernel<From>), rs_blocks(task->rows, blocks),
                         dim3(RS_BLOCK_THREADS), 0, stream, bits, task->row, task->rows,
                         task->columns, static_cast<typename From::Real *>(task->out));
    });
}

/* ---- losses ---- */

/* e^x for x <= 0. As on the CPU (fit_kernels.c): a NaN stays one, and an infinity becomes one, so
 * that a logit that fell off the end of its type shows in the loss. */
static __device__ __forceinline__ float rs_exp_below(float x)
{
    return expf(x < -60.0f ? -60.0f : x) + (x - x) * 0.0f;
}

static __device__ __forceinline__ double rs_exp_below(double x)
{
    return exp(x) + (x - x) * 0.0;
}

static __device__ __forceinline__ float rs_log_one_and(float x)
{
    return log1pf(x);
}

static __device__ __forceinline__ double rs_log_one_and(double x)
{
    return log1p(x);
}

struct rs_row_classes {
    const int32_t *first;
    uint32_t count;
};

template <class Real>
__device__ __forceinline__ double rs_sum_of_labels(const Real *z, const rs_row_classes &labels,
                                                   uint32_t lane)
{
    double sum = 0.0;
    for (uint32_t k = lane; k < labels.count; k += RS_WARP_LANES) {
        sum += static_cast<double>(z[labels.first[k]]);
    }
    return rs_warp_add(sum);
}

template <class Real>
__device__ __forceinline__ double rs_softmax_row(Real *z, uint32_t classes,
                                                 const rs_row_classes &labels, double scale,
                                                 uint32_t lane)
{
    const double wanted = rs_sum_of_labels(z, labels, lane);
    Real top = z[0];
    for (uint32_t j = lane; j < classes; j += RS_WARP_LANES) {
        top = z[j] > top ? z[j] : top;
    }
    top = rs_warp_fold(top, [](Real a, Real b) { return a > b ? a : b; });
    __syncwarp(); /* every lane has read what another one overwrites now */
    Real part = 0;
    for (uint32_t j = lane; j < classes; j += RS_WARP_LANES) {
        z[j] = rs_exp_below(z[j] - top);
        part += z[j];
    }
    const double sum = rs_warp_add(static_cast<double>(part));
    const Real factor = static_cast<Real>(scale / sum);
    for (uint32_t j = lane; j < classes; j += RS_WARP_LANES) {
        z[j] *= factor;
    }
    return log(sum) + static_cast<double>(top) - wanted / labels.count;
}

template <class Real>
__device__ __forceinline__ double rs_sigmoid_row(Real *z, uint32_t classes,
                                                 const rs_row_classes &labels, double scale,
                                                 uint32_t lane)
{
    const double wanted = rs_sum_of_labels(z, labels, lane);
    double loss = 0.0;
    __syncwarp(); /* as above */
    for (uint32_t j = lane; j < classes; j += RS_WARP_LANES) {
        const Real x = z[j];
        const Real e = rs_exp_below(x < 0 ? x : -x);
        loss += static_cast<double>((x < 0 ? 0 : x) + rs_log_one_and(e));
        z[j] = (x < 0 ? e : 1) / (1 + e) * static_cast<Real>(scale);
    }
    return rs_warp_add(loss) - wanted;
}

/* The logits of one row by one head. */
template <class Real>
__device__ __forceinline__ double rs_turn_row(const rs_fit_task &task, uint64_t i, uint32_t head,
                                              uint32_t lane)
{
    Real *const z = static_cast<Real *>(task.logits) + (i * task.heads + head) * task.classes;
    const uint32_t row = task.row[i];
    const uint32_t begin = task.label_begin[row];
    const rs_row_classes labels = {task.label + begin, task.label_begin[row + 1] - begin};
    const bool dropped = task.head[head].kept && task.kept != nullptr && task.kept[row] == 0;
    const double scale = task.rate[head].scale;
    if (labels.count == 0 || dropped) {
        for (uint32_t j = lane; j < task.classes; j += RS_WARP_LANES) {
            z[j] = 0;
        }
        return 0.0;
    }
    const bool sigmoid = task.head[head].sigmoid;
    const double loss = sigmoid ? rs_sigmoid_row(z, task.classes, labels, scale, lane)
                                : rs_softmax_row(z, task.classes, labels, scale, lane);
    const Real part = static_cast<Real>(sigmoid ? scale : scale / labels.count);
    __syncwarp(); /* all probabilities are there */
    for (uint32_t k = lane; k < labels.count; k += RS_WARP_LANES) {
        z[labels.first[k]] -= part;
    }
    return loss;
}

template <class Real>
__global__ void __launch_bounds__(RS_BLOCK_THREADS)
    rs_losses_kernel(const __grid_constant__ rs_fit_task task)
{
    const uint32_t lane = threadIdx.x % RS_WARP_LANES;
    const uint64_t count = task.rows * task.heads;
    const uint64_t step = static_cast<uint64_t>(gridDim.x) * RS_BLOCK_WARPS;
    for (uint64_t item = static_cast<uint64_t>(blockIdx.x) * RS_BLOCK_WARPS +
                         threadIdx.x / RS_WARP_LANES;
         item < count; item += step) {
        const uint64_t i = item / task.heads;
        const uint32_t head = static_cast<uint32_t>(item % task.heads);
        const double loss = rs_turn_row<Real>(task, i, head, lane);
        if (lane == 0) {
            task.loss[head * task.rows + i] = loss;
        }
    }
}

extern "C" cudaError_t rs_launch_losses(const rs_fit_task *task, uint32_t blocks,
                                        cudaStream_t stream)
{
    const dim3 grid = rs_blocks(rs_parts(task->rows * task->heads, RS_BLOCK_WARPS), blocks);
    const dim3 block(RS_BLOCK_THREADS);
    return task->dtype == RS_DTYPE_F64
               ? RS_LAUNCH((rs_losses_kernel<double>), grid, block, 0, stream, *task)
               : RS_LAUNCH((rs_losses_kernel<float>), grid, block, 0, stream, *task);
}

/* ---- the move ---- */

template <class Real>
__device__ __forceinline__ void rs_move(Real *value, Real *velocity, Real gradient, Real decay,
                                        const rs_trainer_rate &rate)
{
    const Real moved =
        static_cast<Real>(rate.momentum) * *velocity + (gradient + decay * *value);
    *velocity = moved;
    *value -= static_cast<Real>(rate.lr) * moved;
}

/* blockIdx.y is the head. */
template <class Real>
__global__ void __launch_bounds__(RS_BLOCK_THREADS)
    rs_weights_kernel(const __grid_constant__ rs_fit_task task)
{
    const uint64_t count = static_cast<uint64_t>(task.classes) * task.columns;
    const uint64_t step = static_cast<uint64_t>(gridDim.x) * blockDim.x;
    const rs_trainer_rate &rate = task.rate[blockIdx.y];
    Real *const value = static_cast<Real *>(task.weights) + blockIdx.y * count;
    Real *const velocity = static_cast<Real *>(task.weights_velocity) + blockIdx.y * count;
    const Real *const gradient =
        static_cast<const Real *>(task.weights_gradient) + blockIdx.y * count;
    if (!(rate.scale > 0.0)) {
        return;
    }
    for (uint64_t i = static_cast<uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
         i += step) {
        rs_move(value + i, velocity + i, gradient[i], static_cast<Real>(rate.weight_decay), rate);
    }
}

/* A thread takes the column of one class by one head: the sum over the rows of the batch in their
 * order, in double as on the CPU. */
template <class Real>
__global__ void __launch_bounds__(RS_BLOCK_THREADS)
    rs_answers_kernel(const __grid_constant__ rs_fit_task task)
{
    const uint64_t count = static_cast<uint64_t>(task.heads) * task.classes;
    const uint64_t i = static_cast<uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= count) {
        return;
    }
    const rs_trainer_rate &rate = task.rate[i / task.classes];
    const Real *const gradient = static_cast<const Real *>(task.logits);
    if (!(rate.scale > 0.0)) {
        return;
    }
    double sum = 0.0;
    for (uint64_t row = 0; row < task.rows; ++row) {
        sum += static_cast<double>(gradient[row * count + i]);
    }
    rs_move(static_cast<Real *>(task.bias) + i, static_cast<Real *>(task.bias_velocity) + i,
            static_cast<Real>(sum), static_cast<Real>(0), rate);
}

template <class Real>
static cudaError_t launch_update(const rs_fit_task &task, uint32_t blocks, cudaStream_t stream)
{
    const uint64_t answers = static_cast<uint64_t>(task.heads) * task.classes;
    const uint64_t weights = static_cast<uint64_t>(task.classes) * task.columns;
    const dim3 block(RS_BLOCK_THREADS);
    const dim3 all(static_cast<uint32_t>(rs_parts(answers, RS_BLOCK_THREADS)));
    dim3 each = rs_blocks(rs_parts(weights, RS_BLOCK_THREADS), blocks);
    each.y = task.heads;
    const cudaError_t code = RS_LAUNCH((rs_weights_kernel<Real>), each, block, 0, stream, task);
    return code != cudaSuccess
               ? code
               : RS_LAUNCH((rs_answers_kernel<Real>), all, block, 0, stream, task);
}

extern "C" cudaError_t rs_launch_update(const rs_fit_task *task, uint32_t blocks,
                                        cudaStream_t stream)
{
    return task->dtype == RS_DTYPE_F64 ? launch_update<double>(*task, blocks, stream)
                                       : launch_update<float>(*task, blocks, stream);
}
