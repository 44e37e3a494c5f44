/* pair_kernel.cu - original and predicted classes as keys: a thread a row. */
#include "cuda/launch.cuh"
#include "cuda/pair_task.h"
#include "engine/pair_key.h"

namespace {

constexpr uint32_t kThreads = 256;
constexpr uint32_t kBlocks = 8; /* a multiprocessor */

__global__ void __launch_bounds__(kThreads) rs_pairs_kernel(const rs_pair_task task)
{
    const uint64_t step = static_cast<uint64_t>(gridDim.x) * kThreads;
    for (uint64_t i = static_cast<uint64_t>(blockIdx.x) * kThreads + threadIdx.x;
         i < task.row_count; i += step) {
        const uint32_t begin = task.real_begin[i];
        task.key[i] = rs_pair_key(task.original[i], task.prediction[i * task.keep], task.classes,
                                  task.real_class + begin, task.real_begin[i + 1] - begin);
    }
}

} // namespace

extern "C" cudaError_t rs_launch_pairs(const rs_pair_task *task, uint32_t multiprocessors,
                                       cudaStream_t stream)
{
    const uint64_t wanted = (task->row_count + kThreads - 1) / kThreads;
    const uint64_t most = static_cast<uint64_t>(multiprocessors) * kBlocks;
    const dim3 grid(static_cast<uint32_t>(wanted < most ? wanted : most));
    return RS_LAUNCH(rs_pairs_kernel, grid, dim3(kThreads), 0, stream, *task);
}
