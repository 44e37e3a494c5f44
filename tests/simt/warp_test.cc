/* warp_test.cc - warp-synchronous primitives: known results in every order, and every misuse
 * caught. */
#include "simt_test.h"

#include <numeric>

constexpr unsigned all = 0xffffffffu;

class WarpTest : public SimtTest, public testing::WithParamInterface<int> {
  protected:
    void SetUp() override
    {
        SimtTest::SetUp();
        simt_set_seed(static_cast<uint64_t>(GetParam()));
    }
    /* One value per thread. */
    template <class T>
    std::vector<T> run(void (*kernel)(T *), unsigned threads, unsigned blocks = 1)
    {
        OnDevice<T> out(static_cast<size_t>(threads) * blocks);
        EXPECT_CUDA(RS_LAUNCH(kernel, blocks, threads, 0, nullptr, out.get()));
        return out.fetch();
    }
};
INSTANTIATE_TEST_SUITE_P(Seeds, WarpTest, testing::Range(0, 6));

static __device__ unsigned self()
{
    return blockIdx.x * blockDim.x + threadIdx.x;
}

__global__ void shuffle_all_ways(int *out)
{
    const int lane = static_cast<int>(threadIdx.x) & 31, value = static_cast<int>(threadIdx.x) * 10;
    int sum = __shfl_sync(all, value, 5);
    sum += 1000 * __shfl_sync(all, value, lane + 3, 8);
    const int up = __shfl_up_sync(all, value, 2), up_part = __shfl_up_sync(all, value, 3, 4);
    const int down = __shfl_down_sync(all, value, 4),
              down_part = __shfl_down_sync(all, value, 1, 16);
    const int turned = __shfl_xor_sync(all, value, 9),
              turned_part = __shfl_xor_sync(all, value, 6, 4);
    out[self()] =
        sum ^ up * 3 ^ up_part * 5 ^ down * 7 ^ down_part * 11 ^ turned * 13 ^ turned_part * 17;
}

TEST_P(WarpTest, ShufflesFollowTheirDefinition)
{
    const std::vector<int> out = run(shuffle_all_ways, 64);
    for (int t = 0; t < 64; t++) {
        const int warp = t & ~31, lane = t & 31;
        const auto at = [&](int source) { return (warp + source) * 10; };
        int want = at(5) + 1000 * at((lane & ~7) + ((lane + 3) & 7));
        want ^= at(lane < 2 ? lane : lane - 2) * 3;
        want ^= at((lane & 3) < 3 ? lane : lane - 3) * 5;
        want ^= at(lane + 4 > 31 ? lane : lane + 4) * 7;
        want ^= at((lane & 15) == 15 ? lane : lane + 1) * 11;
        want ^= at(lane ^ 9) * 13;
        want ^= at((lane ^ 6) < (lane & ~3) + 4 ? lane ^ 6 : lane) * 17; /* only earlier groups */
        EXPECT_EQ(out[static_cast<size_t>(t)], want) << "thread " << t;
    }
}

__global__ void shuffle_wide(double *out)
{
    const unsigned long long bits = __shfl_sync(all, 0x123456789abcdef0ull + threadIdx.x, 7);
    out[self()] = __shfl_xor_sync(all, static_cast<double>(threadIdx.x) + 0.5, 1) +
                  (bits == 0x123456789abcdef7ull ? 100.0 : 0.0) +
                  static_cast<double>(__shfl_sync(all, -1.5f * static_cast<float>(threadIdx.x), 2));
}

TEST_P(WarpTest, ShufflesEightBytes)
{
    const std::vector<double> out = run(shuffle_wide, 32);
    for (unsigned t = 0; t < 32; t++) {
        EXPECT_EQ(out[t], (t ^ 1) + 0.5 + 100.0 - 3.0);
    }
}

__global__ void votes(unsigned *out)
{
    const bool odd = (threadIdx.x & 1) != 0;
    unsigned got = __ballot_sync(all, odd);
    got ^= __any_sync(all, threadIdx.x == 9) ? 1u << 8 : 0;
    got ^= __any_sync(all, 0) ? 1u << 9 : 0;
    got ^= __all_sync(all, threadIdx.x < 64) ? 1u << 10 : 0;
    got ^= __all_sync(all, odd) ? 1u << 11 : 0;
    out[self()] = got;
}

TEST_P(WarpTest, Votes)
{
    const std::vector<unsigned> out = run(votes, 64);
    for (unsigned t = 0; t < 64; t++) {
        EXPECT_EQ(out[t], 0xaaaaaaaau ^ (t < 32 ? 1u << 8 : 0) ^ 1u << 10);
    }
}

__global__ void matches(unsigned *out)
{
    int equal = -1;
    const unsigned any = __match_any_sync(all, threadIdx.x % 3);
    const unsigned same = __match_all_sync(all, 7.0, &equal);
    int unequal = -1;
    const unsigned none = __match_all_sync(all, threadIdx.x, &unequal);
    out[self()] = same == all && equal == 1 && none == 0 && unequal == 0 ? any : 0;
}

TEST_P(WarpTest, Matches)
{
    const std::vector<unsigned> out = run(matches, 32);
    for (unsigned t = 0; t < 32; t++) {
        EXPECT_EQ(out[t], t % 3 == 0 ? 0x49249249u : t % 3 == 1 ? 0x92492492u : 0x24924924u);
    }
}

__global__ void reductions(int64_t *out)
{
    const int value = static_cast<int>(threadIdx.x) - 16;
    const unsigned bits = 1u << (threadIdx.x & 31);
    int64_t got = __reduce_add_sync(all, value);
    got = got * 31 + __reduce_min_sync(all, value);
    got = got * 31 + __reduce_max_sync(all, value);
    got = got * 31 + (__reduce_add_sync(all, 0x80000001u) == 32u);
    got = got * 31 + (__reduce_or_sync(all, bits) == all);
    got = got * 31 + (__reduce_and_sync(all, ~bits) == 0);
    got = got * 31 + (__reduce_xor_sync(all, bits | 1u) == 0xfffffffeu);
    got = got * 31 + (__reduce_max_sync(all, bits) == 0x80000000u);
    out[self()] = got;
}

TEST_P(WarpTest, Reductions)
{
    int64_t want = -16;
    for (int64_t part : {-16, 15, 1, 1, 1, 1, 1}) {
        want = want * 31 + part;
    }
    for (int64_t got : run(reductions, 32)) {
        EXPECT_EQ(got, want);
    }
}

/* Halves of a warp go separate ways, meet among themselves, and together again. */
__global__ void separate_ways(int *out)
{
    const int lane = static_cast<int>(threadIdx.x) & 31;
    int value = lane;
    if (lane < 16) {
        for (int offset = 8; offset > 0; offset /= 2) {
            value += __shfl_xor_sync(0x0000ffffu, value, offset);
        }
    } else {
        value = __reduce_max_sync(0xffff0000u, value);
    }
    out[self()] = value + 1000 * __shfl_sync(all, value, 31 - lane);
}

TEST_P(WarpTest, DisjointMasksDoNotDisturbEachOther)
{
    const std::vector<int> out = run(separate_ways, 96);
    for (unsigned t = 0; t < 96; t++) {
        EXPECT_EQ(out[t], (t & 31) < 16 ? 120 + 31000 : 31 + 120000);
    }
}

__global__ void partial_warp(int *out)
{
    out[self()] = static_cast<int>(__ballot_sync(all, 1)) + __shfl_sync(all, 5, 3);
}

TEST_P(WarpTest, LanesThatTheLastWarpDoesNotHaveAreDropped)
{
    const std::vector<int> out = run(partial_warp, 40);
    EXPECT_EQ(out[0], -1 + 5);
    EXPECT_EQ(out[39], 0xff + 5);
}

__global__ void through_shared(int *out)
{
    __shared__ int seen[64];
    const unsigned t = threadIdx.x;
    seen[t] = static_cast<int>(t) * 7;
    __syncwarp();
    const int neighbour = seen[t ^ 31];
    __syncwarp();
    seen[t] = neighbour + 1;
    __syncwarp();
    out[self()] = seen[t ^ 1];
}

TEST_P(WarpTest, SyncwarpOrdersSharedMemory)
{
    const std::vector<int> out = run(through_shared, 64, 5);
    for (size_t i = 0; i < out.size(); i++) {
        const int t = static_cast<int>(i % 64);
        EXPECT_EQ(out[i], (t ^ 1 ^ 31) * 7 + 1);
    }
}

/* ---- misuse ---- */

using WarpMisuse = SimtTest;

#define EXPECT_CAUGHT(kernel, threads, text)                                                       \
    for (uint64_t seed = 0; seed < 4; seed++) {                                                    \
        simt_set_seed(seed);                                                                       \
        const std::string caught = failure_of(kernel, 1, threads, 0);                              \
        EXPECT_NE(caught.find(text), std::string::npos) << "seed " << seed << ": " << caught;      \
        EXPECT_NE(caught.find("simt: kernel block (0,0,0) thread ("), std::string::npos)           \
            << caught;                                                                             \
        EXPECT_NE(caught.find("warp_test.cc:"), std::string::npos) << caught;                      \
    }

__global__ void not_in_mask()
{
    __shfl_sync(0x0000ffffu, 1, 0);
}
TEST_F(WarpMisuse, CallingLaneOutsideTheMask)
{
    EXPECT_CAUGHT(not_in_mask, 32, "is not in mask 0x0000ffff");
}

__global__ void exited_lanes()
{
    if (threadIdx.x >= 30) {
        return;
    }
    __syncwarp(0x3fffffffu);
    __ballot_sync(all, 1);
}
TEST_F(WarpMisuse, MaskNamesExitedLanes)
{
    for (uint64_t seed = 0; seed < 8; seed++) {
        simt_set_seed(seed);
        const std::string caught = failure_of(exited_lanes, 1, 32, 0);
        EXPECT_TRUE(caught.find("names lanes that have exited") != std::string::npos ||
                    caught.find("exits while lanes") != std::string::npos)
            << caught;
    }
}

__global__ void different_lines()
{
    if (threadIdx.x < 16) {
        __syncwarp();
    } else {
        __syncwarp();
    }
}
TEST_F(WarpMisuse, LanesOfOneMaskAtDifferentLines)
{
    EXPECT_CAUGHT(different_lines, 32, "are at different primitives");
}

__global__ void different_primitives()
{
    threadIdx.x < 16 ? __syncwarp() : void(__any_sync(all, 1));
}
TEST_F(WarpMisuse, LanesOfOneMaskInDifferentPrimitives)
{
    EXPECT_CAUGHT(different_primitives, 32, "are at different primitives");
}

__global__ void reads_outside_mask()
{
    if (threadIdx.x < 16) {
        __shfl_sync(0x0000ffffu, 1, 20);
    }
}
TEST_F(WarpMisuse, ReadsALaneOutsideTheMask)
{
    EXPECT_CAUGHT(reads_outside_mask, 32, "reads lane 20, which is not in the mask");
}

__global__ void reads_missing_lane()
{
    __shfl_sync(all, 1, 20);
}
TEST_F(WarpMisuse, ReadsALaneThatDoesNotExist)
{
    EXPECT_CAUGHT(reads_missing_lane, 16, "reads lane 20, which the block does not have");
}

__global__ void bad_width()
{
    __shfl_sync(all, 1, 0, 12);
}
TEST_F(WarpMisuse, WidthIsNoPowerOfTwo)
{
    EXPECT_CAUGHT(bad_width, 32, "width 12 is not a power of two");
}

__global__ void masks_disagree()
{
    __syncwarp(threadIdx.x < 16 ? all : 0xffff0000u);
}
TEST_F(WarpMisuse, MasksThatDisagreeAreADeadlock)
{
    for (uint64_t seed = 0; seed < 4; seed++) {
        simt_set_seed(seed);
        const std::string caught = failure_of(masks_disagree, 1, 32, 0);
        EXPECT_TRUE(caught.find("exits while") != std::string::npos ||
                    caught.find("names lanes that have exited") != std::string::npos)
            << caught;
    }
}

__global__ void waits_for_nobody()
{
    if (threadIdx.x == 0) {
        __syncwarp();
    } else {
        __syncthreads();
    }
}
TEST_F(WarpMisuse, DeadlockNamesWhoWaitsWhere)
{
    const std::string caught = failure_of(waits_for_nobody, 1, 32, 0);
    EXPECT_NE(caught.find("deadlock"), std::string::npos) << caught;
    EXPECT_NE(caught.find("thread (0,0,0) waits in __syncwarp at"), std::string::npos) << caught;
    EXPECT_NE(caught.find("waits in __syncthreads at"), std::string::npos) << caught;
}

/* Without simt_catch a failed check ends the program with the same line. */
static void abort_on_misuse()
{
    simt_set_seed(0);
    RS_LAUNCH(not_in_mask, 1, 32, 0, nullptr);
    cudaDeviceSynchronize();
}
TEST_F(WarpMisuse, AbortsWithOneLine)
{
    EXPECT_DEATH(abort_on_misuse(),
                 "simt: not_in_mask block \\(0,0,0\\) thread \\(16,0,0\\) "
                 "warp_test.cc:[0-9]+: __shfl_sync: calling lane 16 is not in mask");
}
