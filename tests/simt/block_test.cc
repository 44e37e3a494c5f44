/* block_test.cc - barriers, shared memory static and dynamic, launch limits, block orders. */
#include "simt_test.h"

#include <algorithm>

static __device__ unsigned self()
{
    return blockIdx.x * blockDim.x + threadIdx.x;
}

class BlockTest : public SimtTest, public testing::WithParamInterface<int> {
  protected:
    void SetUp() override
    {
        SimtTest::SetUp();
        simt_set_seed(static_cast<uint64_t>(GetParam()));
    }
};
INSTANTIATE_TEST_SUITE_P(Seeds, BlockTest, testing::Range(0, 8));

/* ---- results ---- */

template <int N> __global__ void reverse(int *out)
{
    __shared__ int held[N];
    __shared__ int total;
    if (threadIdx.x == 0) {
        total = 0;
    }
    held[threadIdx.x] = static_cast<int>(self());
    __syncthreads();
    atomicAdd(&total, 1);
    const int mirrored = held[N - 1 - threadIdx.x];
    __syncthreads();
    out[self()] = mirrored * 1000 + total;
}

TEST_P(BlockTest, StaticSharedMemoryIsEachBlocksOwn)
{
    OnDevice<int> out(192 * 20), small(8 * 20);
    ASSERT_CUDA(RS_LAUNCH(reverse<192>, 20, 192, 0, nullptr, out.get()));
    ASSERT_CUDA(RS_LAUNCH(reverse<8>, 20, 8, 0, nullptr, small.get()));
    const std::vector<int> got = out.fetch(), got_small = small.fetch();
    for (int i = 0; i < 192 * 20; i++) {
        ASSERT_EQ(got[static_cast<size_t>(i)], (i / 192 * 192 + 191 - i % 192) * 1000 + 192);
    }
    for (int i = 0; i < 8 * 20; i++) {
        ASSERT_EQ(got_small[static_cast<size_t>(i)], (i / 8 * 8 + 7 - i % 8) * 1000 + 8);
    }
}

__global__ void histogram(const unsigned *values, unsigned count, unsigned bins, unsigned *out)
{
    RS_DYNAMIC_SHARED(unsigned, local);
    for (unsigned b = threadIdx.x; b < bins; b += blockDim.x) {
        local[b] = 0;
    }
    __syncthreads();
    for (unsigned i = self(); i < count; i += gridDim.x * blockDim.x) {
        atomicAdd(&local[values[i]], 1u);
    }
    __syncthreads();
    for (unsigned b = threadIdx.x; b < bins; b += blockDim.x) {
        atomicAdd(&out[b], local[b]);
    }
}

TEST_P(BlockTest, DynamicSharedMemoryAndAtomicsMakeAHistogram)
{
    std::vector<unsigned> values(5000), want(77);
    for (unsigned i = 0; i < values.size(); i++) {
        values[i] = i * i % 77;
        want[values[i]]++;
    }
    OnDevice<unsigned> in(values), out(std::vector<unsigned>(77));
    ASSERT_CUDA(RS_LAUNCH(histogram, 7, 96, 77 * sizeof(unsigned), nullptr, in.get(), 5000u, 77u,
                          out.get()));
    EXPECT_EQ(out.fetch(), want);
}

__global__ void barrier_votes(int *out)
{
    const int count = __syncthreads_count(threadIdx.x % 3 == 0);
    const int every = __syncthreads_and(threadIdx.x < 100),
              none = __syncthreads_and(threadIdx.x < 99);
    const int some = __syncthreads_or(threadIdx.x == 5), nobody = __syncthreads_or(0);
    out[self()] = count * 10000 + every * 1000 + none * 100 + some * 10 + nobody;
}

TEST_P(BlockTest, BarriersVote)
{
    OnDevice<int> out(300);
    ASSERT_CUDA(RS_LAUNCH(barrier_votes, 3, 100, 0, nullptr, out.get()));
    for (int got : out.fetch()) {
        EXPECT_EQ(got, 34 * 10000 + 1000 + 10);
    }
}

__global__ void geometry(uint3 *threads, uint3 *blocks, unsigned *dims)
{
    const unsigned block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
    const unsigned thread = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
    const unsigned i = block * blockDim.x * blockDim.y * blockDim.z + thread;
    threads[i] = threadIdx;
    blocks[i] = blockIdx;
    dims[i] = blockDim.x * 100 + gridDim.z + static_cast<unsigned>(warpSize);
}

TEST_P(BlockTest, IndicesRunXFirst)
{
    const size_t count = 2 * 3 * 4 * 5 * 2 * 3;
    OnDevice<uint3> threads(count), blocks(count);
    OnDevice<unsigned> dims(count);
    ASSERT_CUDA(RS_LAUNCH(geometry, dim3(2, 3, 4), dim3(5, 2, 3), 0, nullptr, threads.get(),
                          blocks.get(), dims.get()));
    const std::vector<uint3> t = threads.fetch(), b = blocks.fetch();
    for (size_t i = 0; i < count; i++) {
        EXPECT_EQ(t[i].x + 5 * (t[i].y + 2 * t[i].z), i % 30);
        EXPECT_EQ(b[i].x + 2 * (b[i].y + 3 * b[i].z), i / 30);
    }
    EXPECT_EQ(dims.fetch(), std::vector<unsigned>(count, 536));
}

/* Every block counts its neighbours' marks: which it sees depends on the order. */
__global__ void order_of_blocks(unsigned *next, unsigned *order)
{
    if (threadIdx.x == 0) {
        order[blockIdx.x] = atomicAdd(next, 1u);
    }
}

using BlockOrder = SimtTest;
TEST_F(BlockOrder, DiffersFromSeedToSeedAndIsPlainForZero)
{
    std::vector<std::vector<unsigned>> orders;
    for (uint64_t seed = 0; seed < 4; seed++) {
        simt_set_seed(seed);
        OnDevice<unsigned> next(std::vector<unsigned>(1)), order(50);
        ASSERT_CUDA(RS_LAUNCH(order_of_blocks, 50, 32, 0, nullptr, next.get(), order.get()));
        orders.push_back(order.fetch());
    }
    for (unsigned i = 0; i < 50; i++) {
        EXPECT_EQ(orders[0][i], i);
    }
    EXPECT_NE(orders[1], orders[0]);
    EXPECT_NE(orders[2], orders[1]);
    for (std::vector<unsigned> &order : orders) { /* each block exactly once */
        std::sort(order.begin(), order.end());
        EXPECT_EQ(order, orders[0]);
    }
}

/* ---- what shared memory holds before it is written ---- */

__global__ void read_unwritten(unsigned *out)
{
    __shared__ unsigned never[4];
    RS_DYNAMIC_SHARED(unsigned, dynamic);
    out[blockIdx.x] = never[threadIdx.x] ^ ~dynamic[threadIdx.x];
    out[blockIdx.x + gridDim.x] = never[1];
    never[threadIdx.x] = 0; /* must not reach the next block */
    dynamic[threadIdx.x] = 0;
}

TEST_F(BlockOrder, SharedMemoryStartsPoisonedInEveryBlock)
{
    for (uint64_t seed = 0; seed < 3; seed++) {
        simt_set_seed(seed);
        const unsigned poison[] = {0xcdcdcdcdu, 0xffffffffu, 0x4b4b4b4bu};
        OnDevice<unsigned> out(20);
        ASSERT_CUDA(RS_LAUNCH(read_unwritten, 10, 1, 16, nullptr, out.get()));
        const std::vector<unsigned> got = out.fetch();
        for (size_t i = 0; i < 10; i++) {
            EXPECT_EQ(got[i], 0xffffffffu);
            EXPECT_EQ(got[i + 10], poison[seed]);
        }
    }
}

/* ---- misuse ---- */

using BlockMisuse = SimtTest;

__global__ void different_barriers()
{
    if (threadIdx.x < 32) {
        __syncthreads();
    } else {
        __syncthreads();
    }
}
TEST_F(BlockMisuse, ThreadsAtDifferentBarriers)
{
    for (uint64_t seed = 0; seed < 4; seed++) {
        simt_set_seed(seed);
        const std::string caught = failure_of(different_barriers, 3, 64, 0);
        EXPECT_NE(
            caught.find("threads of one block wait at different barriers: __syncthreads here, 32 "
                        "threads in __syncthreads at"),
            std::string::npos)
            << caught;
    }
}

__global__ void leaves_before_barrier()
{
    if (threadIdx.x == 40) {
        return;
    }
    __syncthreads();
}
TEST_F(BlockMisuse, BarrierWithExitedThreads)
{
    for (uint64_t seed = 0; seed < 6; seed++) {
        simt_set_seed(seed);
        const std::string caught = failure_of(leaves_before_barrier, 1, 64, 0);
        EXPECT_TRUE(caught.find("1 threads of the block have exited and will never come") !=
                        std::string::npos ||
                    caught.find("the thread exits while") != std::string::npos)
            << caught;
    }
}

__global__ void skips_barrier()
{
    if (threadIdx.x < 32) {
        __syncthreads();
    }
    __syncthreads();
}
TEST_F(BlockMisuse, SomeThreadsOneBarrierAhead)
{
    const std::string caught = failure_of(skips_barrier, 1, 64, 0);
    EXPECT_NE(caught.find("wait at different barriers"), std::string::npos) << caught;
}

__global__ void uses_dynamic(int *out)
{
    RS_DYNAMIC_SHARED(int, held);
    held[threadIdx.x] = 1;
    out[0] = held[0];
}
TEST_F(BlockMisuse, DynamicSharedMemoryThatWasNotAskedFor)
{
    const std::string caught = failure_of(uses_dynamic, 1, 32, 0, static_cast<int *>(nullptr));
    EXPECT_NE(caught.find("dynamic shared memory is used, but the launch gave none"),
              std::string::npos)
        << caught;
}

/* Right behind the end is caught when the block ends, a page further at once; ASan sees both at
 * once. */
__global__ void overruns_dynamic(int *out, int index)
{
    RS_DYNAMIC_SHARED(int, held);
    held[index] = 1;
    out[0] = held[0];
}
static void overrun(int index)
{
    OnDevice<int> out(1);
    RS_LAUNCH(overruns_dynamic, 1, 1, 100, nullptr, out.get(), index);
    cudaDeviceSynchronize();
}
TEST_F(BlockMisuse, OverrunOfDynamicSharedMemory)
{
    EXPECT_DEATH(overrun(25), SIMT_TEST_ASAN
                                  ? "use-after-poison"
                                  : "the block wrote 1 bytes past the end of its 100 bytes");
    EXPECT_DEATH(overrun(28), SIMT_TEST_ASAN ? "use-after-poison"
                                             : "touches byte 112 of 100 bytes of dynamic shared");
}

template <int N> __global__ void overruns_static(int *out, int index)
{
    __shared__ int held[N];
    held[index] = 1;
    out[0] = held[0];
}
#if SIMT_TEST_ASAN
static void overrun_static()
{
    OnDevice<int> out(1);
    RS_LAUNCH(overruns_static<5>, 1, 1, 0, nullptr, out.get(), 5);
    cudaDeviceSynchronize();
}
TEST_F(BlockMisuse, OverrunOfStaticSharedMemory)
{
    EXPECT_DEATH(overrun_static(), "global-buffer-overflow|out of bounds");
}
#endif

/* ---- limits ---- */

using LaunchLimits = SimtTest;

__global__ void nothing()
{
}
__global__ void holds_40k(int *out)
{
    __shared__ int held[10240];
    held[threadIdx.x] = 1;
    if (threadIdx.x == 0) {
        out[0] = held[0];
    }
}

TEST_F(LaunchLimits, OfGridAndBlock)
{
    EXPECT_EQ(RS_LAUNCH(nothing, 1, 1025, 0, nullptr), cudaErrorInvalidConfiguration);
    EXPECT_EQ(RS_LAUNCH(nothing, 0, 32, 0, nullptr), cudaErrorInvalidConfiguration);
    EXPECT_EQ(RS_LAUNCH(nothing, 1, dim3(1, 1, 65), 0, nullptr), cudaErrorInvalidConfiguration);
    EXPECT_EQ(RS_LAUNCH(nothing, dim3(1, 65536), 32, 0, nullptr), cudaErrorInvalidConfiguration);
    EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidConfiguration);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
    EXPECT_CUDA(RS_LAUNCH(nothing, 3, dim3(32, 32), 0, nullptr));
    EXPECT_CUDA(cudaDeviceSynchronize());
}

TEST_F(LaunchLimits, OfSharedMemory)
{
    EXPECT_EQ(RS_LAUNCH(nothing, 1, 32, (48 << 10) + 1, nullptr), cudaErrorInvalidValue);
    EXPECT_CUDA(RS_LAUNCH(nothing, 1, 32, 48 << 10, nullptr));
    EXPECT_EQ(
        cudaFuncSetAttribute(nothing, cudaFuncAttributeMaxDynamicSharedMemorySize, (227 << 10) + 1),
        cudaErrorInvalidValue);
    EXPECT_CUDA(
        cudaFuncSetAttribute(nothing, cudaFuncAttributeMaxDynamicSharedMemorySize, 227 << 10));
    EXPECT_CUDA(RS_LAUNCH(nothing, 1, 32, 227 << 10, nullptr));
    EXPECT_CUDA(cudaDeviceSynchronize());
}

TEST_F(LaunchLimits, StaticAndDynamicSharedMemoryAddUp)
{
    OnDevice<int> out(1);
    cudaFuncAttributes attributes;
    EXPECT_CUDA(cudaFuncGetAttributes(&attributes, holds_40k));
    EXPECT_EQ(attributes.sharedSizeBytes, 40960u);
    EXPECT_EQ(RS_LAUNCH(holds_40k, 1, 32, 8193, nullptr, out.get()), cudaErrorInvalidValue);
    EXPECT_CUDA(RS_LAUNCH(holds_40k, 1, 32, 8192, nullptr, out.get()));
    int blocks = 0;
    EXPECT_CUDA(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, holds_40k, 64, 0));
    EXPECT_EQ(blocks, 5); /* 228 KB / 41 KB */
    EXPECT_CUDA(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, nothing, 256, 0));
    EXPECT_EQ(blocks, 8);
}

TEST_F(LaunchLimits, LaunchKernelExTakesTheConfiguration)
{
    OnDevice<int> out(64 * 2);
    cudaLaunchConfig_t config = {};
    config.gridDim = 2;
    config.blockDim = 64;
    EXPECT_CUDA(cudaLaunchKernelEx(&config, barrier_votes, out.get()));
    EXPECT_EQ(out.fetch()[5], 22 * 10000 + 1000 + 100 + 10);
    cudaLaunchAttribute attribute = {};
    config.attrs = &attribute;
    config.numAttrs = 1;
    EXPECT_EQ(cudaLaunchKernelEx(&config, barrier_votes, out.get()), cudaErrorNotSupported);
}
