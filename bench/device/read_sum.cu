/* read_sum.cu - 16 bytes a thread, eight loads under way. */
#include "read_sum.h"

#include "cuda/launch.cuh"

enum { THREADS = 256, DEPTH = 8, WARP = 32 };

static __device__ uint32_t sum_of(const uint4 &vector)
{
    return vector.x + vector.y + vector.z + vector.w;
}

static __global__ void rs_read_sum_kernel(const uint4 *vectors, uint64_t count, uint32_t *sum)
{
    const uint64_t threads = static_cast<uint64_t>(gridDim.x) * blockDim.x;
    uint64_t at = static_cast<uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    uint32_t mine = 0;
    for (; at + (DEPTH - 1) * threads < count; at += DEPTH * threads) {
        uint4 loaded[DEPTH];
#pragma unroll
        for (int i = 0; i < DEPTH; ++i) {
            loaded[i] = __ldcs(vectors + at + static_cast<uint64_t>(i) * threads);
        }
#pragma unroll
        for (int i = 0; i < DEPTH; ++i) {
            mine += sum_of(loaded[i]);
        }
    }
    for (; at < count; at += threads) {
        mine += sum_of(__ldcs(vectors + at));
    }
    for (int distance = WARP / 2; distance > 0; distance /= 2) {
        mine += __shfl_xor_sync(0xffffffffu, mine, distance);
    }
    if (threadIdx.x % WARP == 0) {
        atomicAdd(sum, mine);
    }
}

cudaError_t rs_launch_read_sum(const void *memory, uint64_t bytes, uint32_t blocks, uint32_t *sum,
                               cudaStream_t stream)
{
    return RS_LAUNCH(rs_read_sum_kernel, blocks, THREADS, 0, stream,
                     static_cast<const uint4 *>(memory), bytes / sizeof(uint4), sum);
}

uint32_t rs_resident_read_sum(void)
{
    int blocks = 0;
    const cudaError_t code = cudaOccupancyMaxActiveBlocksPerMultiprocessor(
        &blocks, reinterpret_cast<const void *>(rs_read_sum_kernel), THREADS, 0);
    return code == cudaSuccess && blocks > 0 ? static_cast<uint32_t>(blocks) : 1;
}
