/* atomics_test.cc - atomics on 32 and 64 bits, fences, and the order of atomics from seed to seed.
 * */
#include "simt_test.h"

#include <limits>

static __device__ unsigned self()
{
    return blockIdx.x * blockDim.x + threadIdx.x;
}

struct Totals {
    int added, subtracted, smallest, largest;
    unsigned anded, ored, xored, wrapped, counted_down, swapped;
    unsigned long long added_wide, largest_wide, ored_wide;
    long long smallest_wide;
    float added_float;
    double added_double;
};

__global__ void all_atomics(Totals *t)
{
    const int i = static_cast<int>(self());
    atomicAdd(&t->added, i);
    atomicSub(&t->subtracted, i);
    atomicMin(&t->smallest, 100 - i);
    atomicMax(&t->largest, i - 100);
    atomicAnd(&t->anded, ~(1u << (i & 31)));
    atomicOr(&t->ored, 1u << (i % 20));
    atomicXor(&t->xored, 1u << (i % 7));
    atomicInc(&t->wrapped, 9);
    atomicDec(&t->counted_down, 5);
    atomicAdd(&t->added_wide, 1ull << 33);
    atomicMax(&t->largest_wide, static_cast<unsigned long long>(i) << 40);
    atomicOr(&t->ored_wide, 1ull << (i % 64));
    atomicMin(&t->smallest_wide, -(static_cast<long long>(i) << 40));
    atomicAdd(&t->added_float, 0.5f);
    atomicAdd(&t->added_double, 0.25);
    unsigned seen = t->swapped, expected;
    do { /* an addition by compare-and-swap */
        expected = seen;
        seen = atomicCAS(&t->swapped, expected, expected + 3);
    } while (seen != expected);
}

/* `t->swapped` is read plainly above on purpose: it is only a first guess. */
class AtomicsTest : public SimtTest, public testing::WithParamInterface<int> {
};
INSTANTIATE_TEST_SUITE_P(Seeds, AtomicsTest, testing::Range(0, 5));

TEST_P(AtomicsTest, EveryOperationOverSeveralBlocks)
{
    simt_set_seed(static_cast<uint64_t>(GetParam()));
    const int n = 5 * 96;
    Totals start = Totals();
    start.smallest = std::numeric_limits<int>::max();
    start.anded = 0xffffffffu;
    OnDevice<Totals> totals(std::vector<Totals>{start});
    ASSERT_CUDA(RS_LAUNCH(all_atomics, 5, 96, 0, nullptr, totals.get()));
    const Totals t = totals.fetch()[0];
    EXPECT_EQ(t.added, n * (n - 1) / 2);
    EXPECT_EQ(t.subtracted, -n * (n - 1) / 2);
    EXPECT_EQ(t.smallest, 100 - (n - 1));
    EXPECT_EQ(t.largest, n - 101);
    EXPECT_EQ(t.anded, 0u);
    EXPECT_EQ(t.ored, 0xfffffu);
    EXPECT_EQ(t.xored, 0x0fu); /* 480 = 7 * 68 + 4: bits 0 to 3 an odd number of times */
    EXPECT_EQ(t.wrapped, static_cast<unsigned>(n % 10));
    EXPECT_EQ(t.counted_down, static_cast<unsigned>((6 - n % 6) % 6));
    EXPECT_EQ(t.added_wide, static_cast<unsigned long long>(n) << 33);
    EXPECT_EQ(t.largest_wide, static_cast<unsigned long long>(n - 1) << 40);
    EXPECT_EQ(t.ored_wide, ~0ull);
    EXPECT_EQ(t.smallest_wide, -(static_cast<long long>(n - 1) << 40));
    EXPECT_EQ(t.added_float, 0.5f * static_cast<float>(n));
    EXPECT_EQ(t.added_double, 0.25 * n);
    EXPECT_EQ(t.swapped, 3u * static_cast<unsigned>(n));
    if (SIMT_TEST_TSAN) {
        take_reports(); /* the plain read */
    }
}

/* The last block to finish adds up what the others wrote: right only with the fence. */
template <bool fenced>
__global__ void last_block_adds(unsigned *parts, unsigned *finished, unsigned *total)
{
    __shared__ bool last;
    if (threadIdx.x == 0) {
        parts[blockIdx.x] = blockIdx.x + 1;
        if (fenced) {
            __threadfence();
        }
        last = atomicAdd(finished, 1u) == gridDim.x - 1;
    }
    __syncthreads();
    if (last && threadIdx.x == 0) {
        unsigned sum = 0;
        for (unsigned b = 0; b < gridDim.x; b++) {
            sum += parts[b];
        }
        *total = sum;
    }
}

TEST_P(AtomicsTest, LastBlockSeesTheOthersAfterTheirFences)
{
    simt_set_seed(static_cast<uint64_t>(GetParam()));
    OnDevice<unsigned> parts(9), finished(std::vector<unsigned>(1)), total(1);
    ASSERT_CUDA(RS_LAUNCH(last_block_adds<true>, 9, 64, 0, nullptr, parts.get(), finished.get(),
                          total.get()));
    EXPECT_EQ(total.fetch()[0], 45u);
    EXPECT_EQ(take_reports(), 0u);
    if (SIMT_TEST_TSAN) { /* nothing else can see that the fence is missing */
        OnDevice<unsigned> again(std::vector<unsigned>(1));
        /* Of more threads than ThreadSanitizer tells apart some have been in an earlier block,
         * whose barrier then orders what the missing fence does not. */
        ASSERT_CUDA(RS_LAUNCH(last_block_adds<false>, 9, 16, 0, nullptr, parts.get(), again.get(),
                              total.get()));
        ASSERT_CUDA(cudaDeviceSynchronize());
        EXPECT_GT(take_reports(), 0u);
    }
}

__global__ void order_of_threads(unsigned *next, unsigned *order)
{
    order[threadIdx.x] = atomicAdd(next, 1u);
}

TEST_F(SimtTest, OrderOfAtomicsDiffersFromSeedToSeed)
{
    std::vector<std::vector<unsigned>> orders;
    for (uint64_t seed = 0; seed < 3; seed++) {
        simt_set_seed(seed);
        OnDevice<unsigned> next(std::vector<unsigned>(1)), order(128);
        ASSERT_CUDA(RS_LAUNCH(order_of_threads, 1, 128, 0, nullptr, next.get(), order.get()));
        orders.push_back(order.fetch());
    }
    for (unsigned i = 0; i < 128; i++) {
        EXPECT_EQ(orders[0][i], i);
    }
    EXPECT_NE(orders[1], orders[0]);
    EXPECT_NE(orders[2], orders[0]);
    EXPECT_NE(orders[2], orders[1]);
}
