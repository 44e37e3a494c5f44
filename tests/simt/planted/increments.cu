/* increments.cu - planted: counters that are not atomic, within a block, between blocks, and
 * between blocks with something in between; a fence that is missing before a flag. */
#include "planted/case.h"

namespace CASE_NAMESPACE {

static __global__ void count_in_block(unsigned *out)
{
    __shared__ unsigned count;
    if (threadIdx.x == 0) {
        count = 0;
    }
    __syncthreads();
    if (PLANT) {
        count += 1;
    } else {
        atomicAdd(&count, 1u);
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        out[blockIdx.x] = count;
    }
}

bool increment_within_block()
{
    unsigned *const out = upload(std::vector<unsigned>(3));
    RS_LAUNCH(count_in_block, 3, 64, 0, nullptr, out);
    return download(out, 3) == std::vector<unsigned>(3, 64);
}

/* One thread of each block adds, after a barrier: the barrier orders nothing between blocks. */
static __global__ void count_blocks(unsigned *count)
{
    __syncthreads();
    if (threadIdx.x == 0) {
        if (PLANT) {
            *count += 1;
        } else {
            atomicAdd(count, 1u);
        }
    }
}

bool increment_between_blocks()
{
    unsigned *const count = upload(std::vector<unsigned>(1));
    RS_LAUNCH(count_blocks, 20, 64, 0, nullptr, count);
    return download(count, 1) == std::vector<unsigned>{20};
}

/* The count is read, the warp works, the count is written. */
static __global__ void add_sums(const unsigned *values, unsigned *total)
{
    unsigned sum = values[blockIdx.x * 32 + threadIdx.x];
    const unsigned before = *total;
    for (int offset = 16; offset > 0; offset /= 2) {
        sum += __shfl_xor_sync(all_lanes, sum, offset);
    }
    if (threadIdx.x == 0) {
        if (PLANT) {
            *total = before + sum;
        } else {
            atomicAdd(total, sum);
        }
    }
}

/* Sound, it must not look at what others change. */
static __global__ void add_sums_only(const unsigned *values, unsigned *total)
{
    unsigned sum = values[blockIdx.x * 32 + threadIdx.x];
    for (int offset = 16; offset > 0; offset /= 2) {
        sum += __shfl_xor_sync(all_lanes, sum, offset);
    }
    if (threadIdx.x == 0) {
        atomicAdd(total, sum);
    }
}

bool increment_between_blocks_apart()
{
    const unsigned blocks = 40;
    const unsigned *const values = upload(std::vector<unsigned>(blocks * 32, 1));
    unsigned *const total = upload(std::vector<unsigned>(1));
    if (PLANT) {
        RS_LAUNCH(add_sums, blocks, 32, 0, nullptr, values, total);
    } else {
        RS_LAUNCH(add_sums_only, blocks, 32, 0, nullptr, values, total);
    }
    return download(total, 1) == std::vector<unsigned>{blocks * 32};
}

static __global__ void last_block_adds(unsigned *parts, unsigned *finished, unsigned *total)
{
    if (threadIdx.x == 0) {
        parts[blockIdx.x] = blockIdx.x + 1;
        if (!PLANT) {
            __threadfence();
        }
        if (atomicAdd(finished, 1u) == gridDim.x - 1) {
            unsigned sum = 0;
            for (unsigned block = 0; block < gridDim.x; block++) {
                sum += parts[block];
            }
            *total = sum;
        }
    }
}

bool missing_fence()
{
    unsigned *const parts = upload(std::vector<unsigned>(9));
    unsigned *const finished = upload(std::vector<unsigned>(1));
    unsigned *const total = upload(std::vector<unsigned>(1));
    RS_LAUNCH(last_block_adds, 9, 32, 0, nullptr, parts, finished, total);
    return download(total, 1) == std::vector<unsigned>{45};
}

} // namespace CASE_NAMESPACE
