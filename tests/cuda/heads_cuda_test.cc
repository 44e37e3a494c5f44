/* Heads on the device: products and scores against the reference, in tiles of any size, with the
 * class map, from streams, and with everything failing once. */
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "heads_cuda_case.h"

namespace {

using rs_test::BitsOf;
using rs_test::CudaHeads;
using rs_test::OpenCudaEngine;
using rs_test::StoreBits;

TEST_F(CudaHeads, EveryPairOfTypes)
{
    for (const rs_dtype features : rs_test::FloatTypes()) {
        for (const rs_dtype weight : rs_test::FloatTypes()) {
            SCOPED_TRACE(std::string(rs_dtype_name(features)) + " x " + rs_dtype_name(weight));
            Make(features, weight, 2, weight != RS_DTYPE_F16);
            MakeExams();
            const OpenCudaEngine engine(0, 2);
            const bool wide = features == RS_DTYPE_F64 || weight == RS_DTYPE_F64;
            ExpectRight(Score(engine.get()), wide ? 1e-12 : 2e-5);
            EXPECT_STREQ(engine.get()->info.products, "cuBLAS 13.0");
            if (HasFatalFailure()) {
                return;
            }
        }
    }
}

/* Heads of different types on the same features, so that a tile is kept in two types. */
TEST_F(CudaHeads, HeadsOfMixedTypes)
{
    Make(RS_DTYPE_F16, RS_DTYPE_F16, 3, true);
    const rs_test::Values wide(RS_DTYPE_F64, kClasses, kFeatures, 0.4, 50);
    const rs_test::Values narrow(RS_DTYPE_F32, kClasses, kFeatures, 0.4, 51);
    *weights_[0] = wide;
    *weights_[1] = narrow;
    heads_[0].dtype = RS_DTYPE_F64;
    heads_[1].dtype = RS_DTYPE_F32;
    heads_[0].weight = weights_[0]->bits.data();
    heads_[1].weight = weights_[1]->bits.data();
    MakeExams();
    for (const uint64_t seed : {UINT64_C(0), UINT64_C(9)}) {
        simt_set_seed(seed);
        const OpenCudaEngine engine(0, 2);
        ExpectRight(Score(engine.get()), 2e-5);
    }
}

/* Little memory: tiles of the least size, and the heads one after the other. Streams of work come in
 * varied orders. */
TEST_F(CudaHeads, SmallMemoryGivesTheSameRows)
{
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 3, true);
    MakeExams();
    for (const uint64_t seed : {UINT64_C(1), UINT64_C(5)}) {
        simt_set_seed(seed);
        const OpenCudaEngine engine(60000, 2);
        ExpectRight(Score(engine.get()), 2e-5);
    }
}

TEST_F(CudaHeads, RangesAddUpToTheSameBits)
{
    Make(RS_DTYPE_BF16, RS_DTYPE_F32, 2, true);
    MakeExams();
    const OpenCudaEngine engine(300000, 2);
    const Result whole = Score(engine.get());
    ExpectRight(whole, 2e-5);
    std::vector<std::vector<uint64_t>> sums(2, std::vector<uint64_t>(whole.counters[0].size()));
    for (const rs_row_range range : {rs_row_range{0, 3}, rs_row_range{3, 70}, rs_row_range{70, 129},
                                     rs_row_range{129, kRows}}) {
        const Result part = Score(engine.get(), range);
        ASSERT_EQ(part.status, RS_OK) << part.error.reason;
        EXPECT_EQ(part.scored, range.end - range.begin);
        EXPECT_EQ(std::memcmp(part.value[0].data(), whole.value[0].data() + range.begin * 3,
                              part.value[0].size() * sizeof(double)),
                  0)
            << range.begin;
        for (size_t h = 0; h < 2; ++h) {
            for (size_t i = 0; i < sums[h].size(); ++i) {
                sums[h][i] += part.counters[h][i];
            }
        }
    }
    EXPECT_EQ(sums, whole.counters);
}

TEST_F(CudaHeads, AStreamServesSeveralHeads)
{
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 3, true);
    MakeExams();
    source_->MakeStream(false);
    const OpenCudaEngine engine(0, 2);
    ExpectRight(Score(engine.get()), 2e-5);
    const OpenCudaEngine small(60000, 2);
    const Result refused = Score(small.get());
    EXPECT_EQ(refused.status, RS_UNSUPPORTED);
    EXPECT_NE(std::string(refused.error.advice).find("--memory"), std::string::npos);
}

TEST_F(CudaHeads, LogitsGoThroughTheClassMap)
{
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 2, true);
    MakeExams();
    std::vector<int32_t> classes(kClasses);
    for (uint32_t c = 0; c < kClasses; ++c) {
        classes[c] = c == 3 ? -1 : c == 4 ? 5 : static_cast<int32_t>(c);
    }
    for (const auto &exam : exams_) {
        exam->UseMap(classes);
    }
    const OpenCudaEngine engine(0, 2);
    ExpectRight(Score(engine.get()), 2e-5);
}

TEST_F(CudaHeads, OneBadFeatureSpoilsOneRow)
{
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 1, false);
    MakeExams();
    StoreBits(RS_DTYPE_F32, features_->bits.data() + 70 * kFeatures * 4, 7,
              BitsOf(RS_DTYPE_F32, NAN));
    const OpenCudaEngine engine(0, 2);
    const Result result = Score(engine.get());
    EXPECT_EQ(result.counters[0][RS_COUNT_NAN_ROWS], 1u);
    EXPECT_EQ(result.prediction[0][70 * 3], -1);
    EXPECT_NE(result.prediction[0][71 * 3], -1);
}

TEST_F(CudaHeads, EveryCallFailsInTurn)
{
    Make(RS_DTYPE_F16, RS_DTYPE_F32, 2, true);
    MakeExams();
    uint64_t calls = 0;
    {
        const OpenCudaEngine engine(60000, 1);
        ASSERT_EQ(Score(engine.get(), {0, 96}).status, RS_OK);
        calls = simt_calls();
    }
    uint64_t failed = 0;
    for (uint64_t n = 1; n <= calls; n += 1 + n / 12) {
        SCOPED_TRACE("call " + std::to_string(n));
        simt_reset();
        simt_fail_call(n, cudaErrorLaunchOutOfResources);
        const OpenCudaEngine engine(60000, 1);
        if (engine.status != RS_OK) {
            continue;
        }
        const Result result = Score(engine.get(), {0, 96});
        if (result.status != RS_OK) {
            ++failed;
            EXPECT_EQ(result.status, RS_DEVICE);
            EXPECT_NE(std::strstr(result.error.reason, "on CUDA device 0"), nullptr)
                << result.error.reason;
            EXPECT_EQ(Score(engine.get(), {0, 96}).status, RS_OK); /* the next pass is right */
        }
    }
    EXPECT_GT(failed, 12u);
}

} // namespace
