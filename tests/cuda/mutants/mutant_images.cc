/* What mutants of the scorer of a device are put through (mutants.cmake): a small part of the
 * tests, with the one type whose kernels are compiled for them. */
#include "mutants/mutant_case.h"
#include "support/sanitized.h"

namespace {

using rs_test::ImagesCase;
using rs_test::IndexIn;
using rs_test::OnDevice;
using rs_test::Outcome;
using rs_test::TwoStreams;

const uint64_t kSeeds = rs_test::ThreadSanitized() ? 2 : 6; /* a race shows in any order */

class MutantImages : public rs_test::MutantCase {};

/* Several blocks, and repeats within a batch and between two of two streams. */
TEST_F(MutantImages, AnImageCountsOnce)
{
    ImagesCase made(RS_DTYPE_F64, 130, 20);
    const Outcome pass = made.OnePass();
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
        Restart(seed);
        const TwoStreams stream;
        std::vector<int64_t> images = made.Shuffled(static_cast<unsigned>(seed));
        images.insert(images.end(), images.begin(), images.begin() + 70);
        const std::vector<uint8_t> bytes = made.RowsOf(images);
        const OnDevice first(bytes.data(), bytes.size(), stream[0]);
        const OnDevice second(bytes.data(), bytes.size(), stream[1]);
        const OnDevice index(images.data(), images.size() * 8, stream[1]);
        const ImagesCase::Scorer scorer = made.MakeScorer();
        const rs_scorer_rows batches[] = {
            made.Batch(first.get(), images.size(), 0, images.data(), stream[0]),
            made.Batch(second.get(), images.size(), 0,
                       static_cast<const int64_t *>(index.get()), stream[1])};
        for (const rs_scorer_rows &batch : batches) {
            ASSERT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
        }
        ImagesCase::ExpectSame(scorer, pass);
        EXPECT_EQ(rs_scorer_get_counts(scorer.get()).repeats, 270u);
    }
}

TEST_F(MutantImages, ALongIndexOfTheHost)
{
    ImagesCase made(RS_DTYPE_F64, 800, 4);
    const Outcome pass = made.OnePass();
    const ImagesCase::Scorer scorer = made.MakeScorer();
    ASSERT_EQ(made.Add(scorer, made.Shuffled(2), IndexIn::kHost), RS_OK);
    ImagesCase::ExpectSame(scorer, pass);
}

TEST_F(MutantImages, AnIndexThatIsNoImage)
{
    for (const int64_t none : {INT64_C(40), INT64_C(-3)}) {
        ImagesCase made(RS_DTYPE_F64, 40, 20);
        const ImagesCase::Scorer scorer = made.MakeScorer(0);
        ASSERT_EQ(made.Add(scorer, {3, none, 4}, IndexIn::kDevice), RS_OK);
        EXPECT_EQ(rs_scorer_wait(scorer.get(), nullptr), RS_RANGE);
    }
}

TEST_F(MutantImages, WhatIsMergedCountsOnce)
{
    ImagesCase made(RS_DTYPE_F64, 50, 20);
    const ImagesCase::Scorer first = made.MakeScorer();
    const ImagesCase::Scorer second = made.MakeScorer();
    ASSERT_EQ(made.Add(second, {1, 2, 40}, IndexIn::kHost), RS_OK);
    ASSERT_EQ(rs_scorer_merge(first.get(), second.get(), RS_SEEN_REFUSED, nullptr), RS_OK);
    ASSERT_EQ(made.Add(first, {2, 3}, IndexIn::kHost), RS_OK);
    ASSERT_EQ(rs_scorer_wait(first.get(), nullptr), RS_OK);
    EXPECT_EQ(rs_scorer_get_counts(first.get()).images, 4u);
    EXPECT_EQ(rs_scorer_get_counts(first.get()).repeats, 1u);
}

/* Small batches in two streams, several blocks each. */
TEST_F(MutantImages, TheNextOnes)
{
    ImagesCase made(RS_DTYPE_F64, 120, 20);
    const Outcome pass = made.OnePass();
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
        Restart(seed);
        const TwoStreams stream;
        const OnDevice rows(made.made.bits.data(), made.made.bits.size(), nullptr);
        ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);
        const ImagesCase::Scorer scorer = made.MakeScorer();
        for (uint64_t at = 0; at < 120; at += 24) {
            const rs_scorer_rows batch =
                made.Batch(static_cast<char *>(rows.get()) + at * made.made.stride, 24, 0,
                           nullptr, stream[at / 24 % 2]);
            ASSERT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
        }
        ImagesCase::ExpectSame(scorer, pass);
    }
}

TEST_F(MutantImages, ReplaysCountOn)
{
    ImagesCase made(RS_DTYPE_F64, 60, 20);
    const Outcome pass = made.OnePass();
    cudaStream_t stream = nullptr;
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t exec = nullptr;
    ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
    const OnDevice rows(made.made.bits.data(), 20 * made.made.stride, stream);
    const ImagesCase::Scorer scorer = made.MakeScorer();
    const rs_scorer_rows batch = made.Batch(rows.get(), 20, 0, nullptr, stream);
    ASSERT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
    ASSERT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), cudaSuccess);
    EXPECT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
    ASSERT_EQ(cudaStreamEndCapture(stream, &graph), cudaSuccess);
    ASSERT_EQ(cudaGraphInstantiate(&exec, graph, 0), cudaSuccess);
    for (uint64_t at = 20; at < 60; at += 20) {
        ASSERT_EQ(cudaMemcpyAsync(rows.get(), made.made.bits.data() + at * made.made.stride,
                                  20 * made.made.stride, cudaMemcpyHostToDevice, stream),
                  cudaSuccess);
        ASSERT_EQ(cudaGraphLaunch(exec, stream), cudaSuccess);
    }
    ImagesCase::ExpectSame(scorer, pass);
}

TEST_F(MutantImages, TheDeviceOfAPass)
{
    simt_set_devices(2);
    ImagesCase made(RS_DTYPE_F64, 50, 20);
    ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
    EXPECT_EQ(made.OnePass().status, RS_OK); /* on device 0 */
    int now = -1;
    EXPECT_EQ(cudaGetDevice(&now), cudaSuccess);
    EXPECT_EQ(now, 1);
    ASSERT_EQ(cudaSetDevice(0), cudaSuccess);
}

TEST_F(MutantImages, RowsOfAnotherDevice)
{
    simt_set_devices(2);
    ImagesCase made(RS_DTYPE_F64, 50, 20);
    const OnDevice elsewhere(made.made.bits.data(), made.made.bits.size(), nullptr);
    const ImagesCase::Scorer scorer = made.MakeScorer(0, 1);
    int now = -1;
    EXPECT_EQ(cudaGetDevice(&now), cudaSuccess);
    EXPECT_EQ(now, 0);
    rs_scorer_rows batch = made.Batch(elsewhere.get(), 50, 0, nullptr, nullptr);
    EXPECT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_MISMATCH);
    batch.data = made.made.bits.data();
    EXPECT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_MISMATCH);
    ASSERT_EQ(cudaSetDevice(0), cudaSuccess);
}

} // namespace
