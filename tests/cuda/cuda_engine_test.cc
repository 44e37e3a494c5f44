/* The CUDA engine against the reference and the CPU engine: every dtype, chunk size and way that
 * rows can come in, under several orders of everything that CUDA leaves open. */
#include <gtest/gtest.h>

#include <cmath>

#include "cuda_case.h"
#include "simt/simt.h"

namespace {

using rs_test::ExamCase;
using rs_test::OpenCudaEngine;
using rs_test::OpenEngine;
using rs_test::Outcome;
using rs_test::RowKind;
using rs_test::Score;
using rs_test::ScriptedSource;
using rs_test::Verdict;

class CudaEngine : public testing::TestWithParam<int> {
  protected:
    void SetUp() override
    {
        simt_reset();
        simt_set_seed(static_cast<uint64_t>(GetParam()));
    }
    void TearDown() override
    {
        rs_test::ExpectNothingLeft();
        simt_reset();
    }
};

TEST_P(CudaEngine, CountsAndResultsAgreeWithTheReference)
{
    const OpenCudaEngine engine;
    const OpenEngine cpu(RS_ISA_AUTO, 1);
    for (const rs_dtype dtype : rs_test::FloatTypes()) {
        for (const uint32_t columns : {1u, 2u, 6u, 33u, 100u, 128u, 1001u}) {
            SCOPED_TRACE(std::string(rs_dtype_name(dtype)) + ", " + std::to_string(columns));
            rs_random random = rs_random_make(columns, static_cast<uint64_t>(dtype));
            ExamCase made;
            MakeRows(&made, dtype, 100, columns, 0, {}, &random);
            DrawLabels(&made, &random);
            made.exam.topk = {1, 3, 5};
            made.exam.row_flags = true;
            const Verdict verdict = Judge(made.exam);
            ScriptedSource source(made.bits.data(), dtype, made.rows, columns, made.stride);
            for (const uint32_t keep : {0u, 1u, 7u, 40u}) {
                const Outcome outcome = Score(engine.get(), made, source.get(), keep);
                ExpectCounters(made, verdict, outcome);
                if (keep > 0) {
                    ExpectResults(verdict, outcome, keep);
                }
                EXPECT_EQ(outcome.counters, Score(cpu.get(), made, source.get(), keep).counters);
                if (HasFatalFailure()) {
                    return;
                }
            }
        }
    }
}

/* Not a bit differs, -0 included. */
TEST_P(CudaEngine, ValuesOfPredictionsAreTheBitsOfTheInput)
{
    rs_random random = rs_random_make(30, 0);
    ExamCase made;
    MakeRows(&made, RS_DTYPE_F32, 50, 64, 0, {RowKind::kZeros, RowKind::kAroundZero}, &random);
    DrawLabels(&made, &random);
    const OpenCudaEngine engine;
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
    const Outcome outcome = Score(engine.get(), made, source.get(), 20);
    const Verdict verdict = Judge(made.exam);
    bool negative = false;
    for (size_t i = 0; i < outcome.value.size(); ++i) {
        const double expected = verdict.truth[i / 20].value[i % 20];
        ASSERT_EQ(std::signbit(outcome.value[i]), std::signbit(expected)) << i;
        negative = negative || std::signbit(expected);
    }
    EXPECT_TRUE(negative);
}

TEST_P(CudaEngine, RanksAndPredictionsGiveTheSameCounts)
{
    rs_random random = rs_random_make(11, 0);
    ExamCase made;
    MakeRows(&made, RS_DTYPE_F16, 500, 300, 0, {}, &random);
    DrawLabels(&made, &random);
    made.exam.topk = {1, 2, 3, 5, 10};
    const OpenCudaEngine engine;
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
    const Outcome ranked = Score(engine.get(), made, source.get(), 10);
    ASSERT_EQ(ranked.status, RS_OK);
    ScriptedSource lists(ranked.prediction.data(), RS_DTYPE_I32, made.rows, 10, 40);
    made.columns = 10;
    const Outcome looked_up = Score(engine.get(), made, lists.get(), 10);
    ASSERT_EQ(looked_up.status, RS_OK);
    EXPECT_EQ(looked_up.counters, ranked.counters);
    EXPECT_EQ(looked_up.prediction, ranked.prediction);
}

/* The sums as well: they are integers. */
TEST_P(CudaEngine, ChunksAndThreadsDoNotChangeACounter)
{
    rs_random random = rs_random_make(12, 0);
    ExamCase made;
    MakeRows(&made, RS_DTYPE_F32, 300, 256, 0, {RowKind::kLogits, RowKind::kFewValues}, &random);
    DrawLabels(&made, &random);
    made.exam.calibration = true;
    const Verdict verdict = Judge(made.exam);
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
    std::vector<uint64_t> first;
    const uint64_t row_bytes = 1024;
    for (const uint64_t chunk_rows : {1u, 50u, 77u, 300u}) {
        for (const unsigned threads : {1u, 4u}) {
            const OpenCudaEngine engine(chunk_rows * row_bytes * 4, threads);
            for (int round = 0; round < 2; ++round) { /* the second with labels that are there */
                const Outcome outcome = Score(engine.get(), made, source.get(), 0);
                ExpectCounters(made, verdict, outcome);
                first = first.empty() ? outcome.counters : first;
                ASSERT_EQ(outcome.counters, first) << chunk_rows << " rows, " << threads;
            }
        }
    }
}

TEST_P(CudaEngine, ScoresARangeOfRows)
{
    rs_random random = rs_random_make(13, 0);
    ExamCase made;
    MakeRows(&made, RS_DTYPE_BF16, 200, 50, 3, {}, &random);
    DrawLabels(&made, &random);
    const OpenCudaEngine engine(40 * 100);
    const uint64_t ranges[][2] = {{0, 0}, {0, 1}, {17, 150}, {199, 200}, {200, 200}};
    for (const auto &range : ranges) {
        made.exam.begin = range[0];
        made.exam.end = range[1];
        const Verdict verdict = Judge(made.exam);
        for (const bool stream : {false, true}) {
            ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns,
                                  made.stride);
            if (stream) {
                source.MakeStream(range[0] % 2 == 0);
            }
            const Outcome outcome = Score(engine.get(), made, source.get(), 3);
            ExpectCounters(made, verdict, outcome);
            ExpectResults(verdict, outcome, 3);
            EXPECT_EQ(source.concurrent_reads_seen, 0);
        }
    }
}

/* Views, broken views, reading, streams: the rows are the same. */
TEST_P(CudaEngine, EveryWayOfGettingRowsGivesTheSame)
{
    rs_random random = rs_random_make(14, 0);
    ExamCase made;
    MakeRows(&made, RS_DTYPE_F32, 1000, 65, 12, {RowKind::kFewValues, RowKind::kOneNan}, &random);
    DrawLabels(&made, &random);
    const Verdict verdict = Judge(made.exam);
    for (const unsigned threads : {1u, 4u}) {
        const OpenCudaEngine engine(4 * 40000, threads);
        for (int way = 0; way < 6; ++way) {
            SCOPED_TRACE("way " + std::to_string(way));
            ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns,
                                  made.stride);
            switch (way) {
            case 1:
                source.BreakViewsEvery(333);
                break;
            case 2:
                source.ForbidViews();
                break;
            case 3:
                source.MakeStream(true);
                break;
            case 4:
                source.MakeStream(false);
                break;
            case 5:
                source.BreakViewsEvery(77);
                source.ViewOnlyEvenParts();
                break;
            default:
                break;
            }
            const Outcome outcome = Score(engine.get(), made, source.get(), 2);
            ExpectCounters(made, verdict, outcome);
            ExpectResults(verdict, outcome, 2);
            EXPECT_EQ(source.concurrent_reads_seen, 0);
        }
    }
}

TEST_P(CudaEngine, ClassMaps)
{
    const OpenCudaEngine engine(4 * 20000);
    for (const rs_dtype dtype : rs_test::FloatTypes()) {
        for (int shape = 0; shape < 3; ++shape) {
            SCOPED_TRACE(std::string(rs_dtype_name(dtype)) + ", map " + std::to_string(shape));
            rs_random random = rs_random_make(15 + static_cast<uint64_t>(shape),
                                              static_cast<uint64_t>(dtype));
            ExamCase made;
            MakeRows(&made, dtype, 150, 120, 0, {}, &random);
            std::vector<int32_t> map(made.columns);
            made.exam.classes = shape == 0 ? 120 : 60;
            for (uint32_t j = 0; j < made.columns; ++j) {
                const auto permuted = static_cast<int32_t>((j * 7 + 3) % made.columns);
                const auto any = static_cast<int32_t>(rs_random_below(&random, 59)) - 1;
                map[j] = shape == 0 ? permuted : shape == 1 ? any : any % 8;
            }
            made.UseMap(map);
            DrawLabels(&made, &random);
            made.exam.row_flags = true;
            made.exam.calibration = shape != 0;
            const Verdict verdict = Judge(made.exam);
            ScriptedSource source(made.bits.data(), dtype, made.rows, made.columns, made.stride);
            const Outcome outcome = Score(engine.get(), made, source.get(), 70);
            ExpectCounters(made, verdict, outcome);
            ExpectResults(verdict, outcome, 70);
        }
    }
}

/* What is kept on the device from the last pass is used only when it is the same. */
TEST_P(CudaEngine, LabelsOfTheLastPassAreNotTakenForThese)
{
    const OpenCudaEngine engine;
    for (const uint64_t seed : {40u, 41u, 40u, 40u, 42u}) {
        rs_random random = rs_random_make(seed, 0);
        ExamCase made;
        MakeRows(&made, RS_DTYPE_F32, 60, 40, 0, {RowKind::kLogits}, &random);
        if (seed != 41) {
            std::vector<int32_t> map(made.columns);
            for (uint32_t j = 0; j < made.columns; ++j) {
                map[j] = static_cast<int32_t>((j + seed) % made.columns);
            }
            made.UseMap(map);
        }
        DrawLabels(&made, &random);
        const Verdict verdict = Judge(made.exam);
        ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
        ExpectCounters(made, verdict, Score(engine.get(), made, source.get(), 0));
    }
}

/* ---- ranked predictions ---- */

TEST_P(CudaEngine, RanksArePlacesInTheList)
{
    rs_random random = rs_random_make(20, 0);
    const OpenCudaEngine engine(4 * 1000);
    const OpenEngine cpu(RS_ISA_AUTO, 1);
    for (const uint32_t depth : {1u, 5u, 10u}) {
        ExamCase made;
        made.dtype = RS_DTYPE_I32;
        made.columns = depth;
        made.rows = 500;
        made.stride = depth * 4;
        made.exam.classes = 101;
        made.exam.end = made.rows;
        for (uint64_t i = 0; i < made.rows; ++i) {
            std::vector<int32_t> list(depth, -1);
            const uint32_t length = i % 4 != 0 ? depth : rs_random_below(&random, depth + 1);
            for (uint32_t k = 0; k < length; ++k) {
                list[k] = static_cast<int32_t>((i * 13 + k * 7 + i / 3) % 101);
            }
            const char *const bytes = reinterpret_cast<const char *>(list.data());
            made.bits.insert(made.bits.end(), bytes, bytes + made.stride);
            made.exam.predictions.push_back(list);
        }
        DrawLabels(&made, &random);
        made.exam.topk = {1, 2, 5};
        const Verdict verdict = Judge(made.exam);
        ScriptedSource source(made.bits.data(), made.dtype, made.rows, depth, made.stride);
        const Outcome outcome = Score(engine.get(), made, source.get(), 7);
        ExpectCounters(made, verdict, outcome);
        const Outcome expected = Score(cpu.get(), made, source.get(), 7);
        EXPECT_EQ(outcome.counters, expected.counters);
        EXPECT_EQ(outcome.prediction, expected.prediction);
        EXPECT_EQ(outcome.value, expected.value);
        EXPECT_EQ(outcome.rank, expected.rank);
        EXPECT_EQ(outcome.real_rank, expected.real_rank);
        EXPECT_EQ(outcome.flags, expected.flags);
        made.exam.calibration = true;
        const Outcome refused = Score(engine.get(), made, source.get(), 0);
        EXPECT_EQ(refused.status, RS_UNSUPPORTED);
        EXPECT_STREQ(refused.error.reason, "ranked predictions hold classes, not values");
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, CudaEngine, testing::Values(0, 1, 2));

}  // namespace
