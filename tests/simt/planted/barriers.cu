/* barriers.cu - planted: a __syncthreads is missing, before the read or before the reuse; a barrier
 * that some threads do not reach; shared counters that nobody set to 0. */
#include "planted/case.h"

namespace CASE_NAMESPACE {

/* Sum over a block: warps leave their part in shared memory, the first thread adds them up. */
static __global__ void sum_block(const unsigned *values, unsigned *sums)
{
    __shared__ unsigned parts[8];
    unsigned sum = values[blockIdx.x * blockDim.x + threadIdx.x];
    for (int offset = 16; offset > 0; offset /= 2) {
        sum += __shfl_xor_sync(all_lanes, sum, offset);
    }
    if (threadIdx.x % 32 == 0) {
        parts[threadIdx.x / 32] = sum;
    }
    if (!PLANT) {
        __syncthreads();
    }
    if (threadIdx.x == 0) {
        unsigned total = 0;
        for (unsigned warp = 0; warp < blockDim.x / 32; warp++) {
            total += parts[warp];
        }
        sums[blockIdx.x] = total;
    }
}

bool missing_syncthreads()
{
    const unsigned blocks = 6, threads = 128;
    const unsigned *const values = upload(std::vector<unsigned>(blocks * threads, 1));
    unsigned *const sums = upload(std::vector<unsigned>(blocks));
    RS_LAUNCH(sum_block, blocks, threads, 0, nullptr, values, sums);
    return download(sums, blocks) == std::vector<unsigned>(blocks, threads);
}

/* Two rounds through one buffer: between them everybody must have read. */
static __global__ void two_rounds(unsigned *out)
{
    __shared__ unsigned held;
    unsigned sum = 0;
    for (unsigned round = 1; round <= 2; round++) {
        if (threadIdx.x == 0) {
            held = round;
        }
        __syncthreads();
        sum += held;
        if (!PLANT) {
            __syncthreads();
        }
    }
    out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

bool missing_syncthreads_reuse()
{
    unsigned *const out = upload(std::vector<unsigned>(4 * 96));
    RS_LAUNCH(two_rounds, 4, 96, 0, nullptr, out);
    return download(out, 4 * 96) == std::vector<unsigned>(4 * 96, 3);
}

/* The barrier stands in a loop whose length differs from warp to warp. */
static __global__ void loop_with_barrier(int *out, unsigned rows)
{
    __shared__ int count;
    if (threadIdx.x == 0) {
        count = 0;
    }
    __syncthreads();
    const unsigned end = PLANT ? rows : (rows + blockDim.x - 1) / blockDim.x * blockDim.x;
    for (unsigned row = threadIdx.x; row < end; row += blockDim.x) {
        if (row < rows) {
            atomicAdd(&count, 1);
        }
        __syncthreads();
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        *out = count;
    }
}

bool divergent_barrier()
{
    int *const out = upload(std::vector<int>(1));
    RS_LAUNCH(loop_with_barrier, 1, 64, 0, nullptr, out, 100u);
    return download(out, 1) == std::vector<int>{100};
}

static __global__ void count_classes(const int *classes, unsigned *counts)
{
    __shared__ unsigned local[16];
    if (threadIdx.x < (PLANT ? 15 : 16)) {
        local[threadIdx.x] = 0;
    }
    __syncthreads();
    atomicAdd(&local[classes[blockIdx.x * blockDim.x + threadIdx.x]], 1u);
    __syncthreads();
    if (threadIdx.x < 16) {
        atomicAdd(&counts[threadIdx.x], local[threadIdx.x]);
    }
}

bool uninitialised_shared()
{
    std::vector<int> classes(5 * 64);
    for (size_t i = 0; i < classes.size(); i++) {
        classes[i] = static_cast<int>(i % 16);
    }
    const int *const device = upload(classes);
    unsigned *const counts = upload(std::vector<unsigned>(16));
    RS_LAUNCH(count_classes, 5, 64, 0, nullptr, device, counts);
    return download(counts, 16) == std::vector<unsigned>(16, 20);
}

} // namespace CASE_NAMESPACE
