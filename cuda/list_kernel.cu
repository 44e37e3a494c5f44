/* list_kernel.cu - ranked predictions: the rank of a label is its place in the list.
 *
 * Lists are short, so a thread takes a row; host/engine/score_predictions.c is the same in C.
 */
#include "cuda/device_counters.cuh"
#include "cuda/row_task.h"
#include "reassess/evaluator.h"

static __device__ uint32_t rank_in_list(const int32_t *list, uint32_t depth, int32_t class_index)
{
    for (uint32_t k = 0; k < depth; ++k) {
        const int32_t predicted = list[k];
        if (predicted == class_index) {
            return k + 1;
        }
        if (predicted < 0) {
            break;
        }
    }
    return 0;
}

static __device__ void write_list_results(const rs_row_task &task, const int32_t *list, uint64_t at,
                                          const rs_row_outcome &outcome)
{
    const rs_device_results &out = task.results;
    if (out.rank != nullptr) {
        out.rank[at] = outcome.rank;
    }
    if (out.real_rank != nullptr) {
        out.real_rank[at] = outcome.best_real_rank;
    }
    if (out.flags != nullptr) {
        out.flags[at] = list[0] < 0 ? RS_ROW_NAN : 0;
    }
    bool ended = false; /* nothing follows the first missing one */
    for (uint32_t k = 0; k < out.keep; ++k) {
        const int32_t predicted = k < task.columns ? list[k] : -1;
        ended = ended || predicted < 0;
        if (out.prediction != nullptr) {
            out.prediction[at * out.keep + k] = ended ? -1 : predicted;
        }
        if (out.value != nullptr) {
            out.value[at * out.keep + k] = 0.0; /* a list has none */
        }
    }
}

__global__ void __launch_bounds__(RS_BLOCK_THREADS) rs_list_kernel(const rs_row_task task)
{
    __shared__ unsigned int scalars[RS_COUNT_SCALARS];
    const rs_device_counters counters = {task.counters, scalars, nullptr, task.layout.calibration};
    const uint64_t step = static_cast<uint64_t>(gridDim.x) * blockDim.x;

    rs_open_counters(&counters);
    for (uint64_t at = static_cast<uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
         at < task.row_count; at += step) {
        const uint64_t row = task.first_row + at;
        const int32_t *const list = reinterpret_cast<const int32_t *>(
            static_cast<const unsigned char *>(task.rows) + at * task.stride_bytes);
        const uint32_t begin = task.real_begin[row];
        const uint32_t end = task.real_begin[row + 1];
        rs_row_outcome outcome = {};
        if (list[0] < 0) { /* no prediction at all: the row was invalid */
            RS_COUNTER_ADD(&counters, RS_COUNT_NAN_ROWS);
        }
        outcome.original = task.original[row];
        outcome.set_size = end - begin;
        if (outcome.original >= 0) {
            outcome.rank = rank_in_list(list, task.columns, outcome.original);
        }
        for (uint32_t i = begin; i < end; ++i) {
            const int32_t real = task.real_class[i];
            rs_outcome_add_real(&outcome, rank_in_list(list, task.columns, real));
            outcome.original_in_set = outcome.original_in_set || real == outcome.original;
        }
        rs_count_row(&counters, &task.layout, task.topk, &outcome);
        write_list_results(task, list, at, outcome);
    }
    rs_hand_in_counters(&counters);
}

extern "C" cudaError_t rs_launch_lists(const rs_row_task *task, rs_launch_shape shape,
                                       cudaStream_t stream)
{
    return RS_LAUNCH(rs_list_kernel, dim3(shape.blocks), dim3(RS_BLOCK_THREADS), 0, stream, *task);
}
