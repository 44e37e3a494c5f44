/* Predictions, flags and ranks of hard rows by the machine code, in every order of lanes that are
 * apart; rows of any image, with repeats. Counts and calibration of every width:
 * row_kernel_cuda_test.cc. */
#include <gtest/gtest.h>

#include "images_case.h"
#include "row_kernels.h"

namespace {

using rs_test::ExamCase;
using rs_test::ImagesCase;
using rs_test::IndexIn;
using rs_test::OpenCudaEngine;
using rs_test::Outcome;
using rs_test::Score;
using rs_test::ScriptedSource;

class MachineCode : public testing::TestWithParam<rs_dtype> {
  protected:
    void SetUp() override
    {
        simt_reset();
    }
    void TearDown() override
    {
        simt_reset();
    }
};

TEST_P(MachineCode, EveryResultOfHardRows)
{
    for (const uint32_t columns : {33u, 1000u, 1500u, 2500u}) {
        for (const uint32_t keep : {5u, 33u}) {
            SCOPED_TRACE(std::to_string(columns) + " columns, " + std::to_string(keep) + " kept");
            rs_random random = rs_random_make(columns, keep);
            ExamCase made;
            MakeRows(&made, GetParam(), 42, columns, 0, {}, &random);
            DrawLabels(&made, &random);
            made.exam.calibration = keep == 5;
            const rs_test::Verdict verdict = Judge(made.exam);
            const OpenCudaEngine engine;
            ScriptedSource source(made.bits.data(), made.dtype, made.rows, columns, made.stride);
            for (const uint64_t order : {0u, 1u}) {
                sass::set_order(order);
                const Outcome outcome = Score(engine.get(), made, source.get(), keep);
                ExpectCounters(made, verdict, outcome);
                ExpectResults(verdict, outcome, keep);
                if (HasFailure()) {
                    return;
                }
            }
        }
    }
}

TEST_P(MachineCode, AnImageCountsOnce)
{
    for (const bool calibration : {false, true}) {
        ImagesCase made(GetParam(), 90, 30, calibration);
        const Outcome pass = made.OnePass();
        for (const IndexIn place : {IndexIn::kHost, IndexIn::kDevice}) {
            std::vector<int64_t> images = made.Shuffled(3);
            images.insert(images.end(), images.begin(), images.begin() + 17);
            const ImagesCase::Scorer scorer = made.MakeScorer();
            ASSERT_EQ(made.Add(scorer, images, place), RS_OK);
            ASSERT_EQ(made.Add(scorer, images, place, nullptr, 16), RS_OK);
            ImagesCase::ExpectSame(scorer, pass);
            EXPECT_EQ(rs_scorer_get_counts(scorer.get()).repeats, 90u + 2 * 17u);
        }
    }
}

TEST_P(MachineCode, TheNextImages)
{
    ImagesCase made(GetParam(), 90, 30);
    const Outcome pass = made.OnePass();
    const rs_test::OnDevice rows(made.made.bits.data(), made.made.bits.size(), nullptr);
    const ImagesCase::Scorer scorer = made.MakeScorer();
    for (uint64_t at = 0; at < 90; at += 30) {
        const rs_scorer_rows batch = made.Batch(
            static_cast<char *>(rows.get()) + at * made.made.stride, 30, 0, nullptr, nullptr);
        ASSERT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
    }
    ImagesCase::ExpectSame(scorer, pass);
}

std::string TypeName(const testing::TestParamInfo<rs_dtype> &info)
{
    return rs_dtype_name(info.param);
}

INSTANTIATE_TEST_SUITE_P(All, MachineCode,
                         testing::Values(RS_DTYPE_F32, RS_DTYPE_F16, RS_DTYPE_BF16, RS_DTYPE_F64),
                         TypeName);

} // namespace
