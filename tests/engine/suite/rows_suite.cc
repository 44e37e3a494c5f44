/* Engines against the reference: every dtype, division of the work, and way that rows can come in.
 */
#include <cfenv>
#include <cmath>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include "engine/suite/engine_kind.h"

namespace {

using rs_test::Engine;
using rs_test::EngineWish;
using rs_test::ExamCase;
using rs_test::OpenEngine;
using rs_test::Outcome;
using rs_test::RowKind;
using rs_test::ScriptedSource;
using rs_test::Verdict;

class EngineRows : public rs_test::EngineSuite {};

/* Rows side by side and with bytes between them; the counts are also those of the CPU's engine. */
TEST_P(EngineRows, CountsAndResultsAgreeWithTheReference)
{
    const Engine engine(GetParam());
    const OpenEngine cpu(RS_ISA_AUTO, 1);
    for (const rs_dtype dtype : rs_test::FloatTypes()) {
        for (const uint32_t columns : {1u, 2u, 6u, 33u, 100u, 128u, 1001u}) {
            const size_t gap = columns % 3 == 0 ? 0 : 5;
            SCOPED_TRACE(std::string(rs_dtype_name(dtype)) + ", " + std::to_string(columns));
            rs_random random = rs_random_make(columns, static_cast<uint64_t>(dtype));
            ExamCase made;
            MakeRows(&made, dtype, columns > 1000 ? 84 : Rows(300, 100), columns, gap, {}, &random);
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
TEST_P(EngineRows, ValuesOfPredictionsAreTheBitsOfTheInput)
{
    rs_random random = rs_random_make(30, 0);
    ExamCase made;
    MakeRows(&made, RS_DTYPE_F32, 50, 64, 0, {RowKind::kZeros, RowKind::kAroundZero}, &random);
    DrawLabels(&made, &random);
    const Engine engine(GetParam());
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

/* The counters from ranks alone are those that the predictions would give. */
TEST_P(EngineRows, RanksAndPredictionsGiveTheSameCounts)
{
    rs_random random = rs_random_make(11, 0);
    ExamCase made;
    MakeRows(&made, RS_DTYPE_F16, 500, 300, 0, {}, &random);
    DrawLabels(&made, &random);
    made.exam.topk = {1, 2, 3, 5, 10};
    const Engine engine(GetParam());
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
    const Outcome ranked = Score(engine.get(), made, source.get(), 10);
    ASSERT_EQ(ranked.status, RS_OK);

    ScriptedSource lists(ranked.prediction.data(), RS_DTYPE_I32, made.rows, 10, 40);
    made.columns = 10;
    const Outcome looked_up = Score(engine.get(), made, lists.get(), 10);
    ASSERT_EQ(looked_up.status, RS_OK);
    std::vector<uint64_t> known = ranked.counters; /* a list has lost the values */
    for (const int of_values : {RS_COUNT_INF_ROWS, RS_COUNT_CONSTANT_ROWS, RS_COUNT_LOOKED_ROWS,
                                RS_COUNT_LOOKED_TIED_ROWS}) {
        EXPECT_GT(known[static_cast<size_t>(of_values)], 0u) << of_values;
        known[static_cast<size_t>(of_values)] = 0;
    }
    EXPECT_EQ(looked_up.counters, known);
    EXPECT_EQ(looked_up.prediction, ranked.prediction);
}

/* Threads and chunks: the sums do not change either, they are integers. */
TEST_P(EngineRows, HowWorkIsDividedDoesNotChangeACounter)
{
    rs_random random = rs_random_make(12, 0);
    ExamCase made; /* 6 MB, six blocks of the CPU */
    MakeRows(&made, RS_DTYPE_F32, Rows(1500, 300), GetParam().slow ? 256 : 1000, 0,
             {RowKind::kLogits, RowKind::kFewValues}, &random);
    DrawLabels(&made, &random);
    made.exam.calibration = true;
    const Verdict verdict = Judge(made.exam);
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
    std::vector<uint64_t> first;
    ASSERT_FALSE(GetParam().divisions.empty());
    for (const EngineWish &wish : GetParam().divisions) {
        const Engine engine(GetParam(), wish);
        for (int round = 0; round < 3; ++round) { /* then with labels that are there */
            const Outcome outcome = Score(engine.get(), made, source.get(), round == 0 ? 2 : 0);
            ExpectCounters(made, verdict, outcome);
            first = first.empty() ? outcome.counters : first;
            ASSERT_EQ(outcome.counters, first)
                << wish.threads << " threads, " << wish.memory_bytes << " bytes";
        }
    }
}

TEST_P(EngineRows, ScoresARangeOfRows)
{
    rs_random random = rs_random_make(13, 0);
    ExamCase made;
    MakeRows(&made, RS_DTYPE_BF16, 200, 50, 3, {}, &random);
    DrawLabels(&made, &random);
    const Engine engine(GetParam(), {2, 40 * 100});
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
TEST_P(EngineRows, EveryWayOfGettingRowsGivesTheSame)
{
    rs_random random = rs_random_make(14, 0);
    ExamCase made;
    MakeRows(&made, RS_DTYPE_F32, Rows(2500, 1000), GetParam().slow ? 65 : 257, 12,
             {RowKind::kFewValues, RowKind::kOneNan}, &random);
    DrawLabels(&made, &random);
    const Verdict verdict = Judge(made.exam);
    for (const unsigned threads : {1u, 4u}) {
        const Engine engine(GetParam(), {threads, 4 * 40000});
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
            EXPECT_EQ(source.reads > 0, way >= 2);
            EXPECT_EQ(source.views > 0, way < 2 || way == 5);
        }
    }
}

TEST_P(EngineRows, ClassMaps)
{
    const Engine engine(GetParam(), {2, 4 * 20000});
    for (const rs_dtype dtype : rs_test::FloatTypes()) {
        for (int shape = 0; shape < 4; ++shape) { /* the last one keeps all columns in place */
            SCOPED_TRACE(std::string(rs_dtype_name(dtype)) + ", map " + std::to_string(shape));
            rs_random random =
                rs_random_make(15 + static_cast<uint64_t>(shape), static_cast<uint64_t>(dtype));
            ExamCase made;
            MakeRows(&made, dtype, Rows(400, 150), 120, shape == 1 ? 0 : 2, {}, &random);
            std::vector<int32_t> map(made.columns);
            made.exam.classes = shape == 0 ? 120 : shape == 3 ? 240 : 60;
            for (uint32_t j = 0; j < made.columns; ++j) {
                const auto permuted = static_cast<int32_t>((j * 7 + 3) % made.columns);
                const auto any = static_cast<int32_t>(rs_random_below(&random, 59)) - 1;
                map[j] = shape == 0 ? permuted : shape == 1 ? any : any % 8;
                map[j] = shape == 3 ? static_cast<int32_t>(2 * j) : map[j];
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

/* A row with NaNs only in columns without a class is valid. */
TEST_P(EngineRows, NansInDroppedColumnsDoNotMatter)
{
    rs_random random = rs_random_make(18, 0);
    ExamCase made;
    MakeRows(&made, RS_DTYPE_F32, 10, 40, 0, {RowKind::kLogits}, &random);
    std::vector<int32_t> map(made.columns);
    for (uint32_t j = 0; j < made.columns; ++j) {
        map[j] = j % 2 == 0 ? static_cast<int32_t>(j / 2) : -1;
    }
    for (uint64_t i = 0; i < made.rows; ++i) {
        rs_test::StoreBits(made.dtype, made.bits.data() + i * made.stride, 7,
                           rs_test::NanBits(made.dtype, static_cast<unsigned>(i)));
        made.exam.rows[i][7] = std::nan("");
    }
    made.exam.classes = 20;
    made.UseMap(map);
    DrawLabels(&made, &random);
    const Verdict verdict = Judge(made.exam);
    EXPECT_EQ(verdict.counters[RS_COUNT_NAN_ROWS], 0u);
    const Engine engine(GetParam(), {1, 0});
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
    ExpectCounters(made, verdict, Score(engine.get(), made, source.get(), 0));
}

/* Programs that flush denormals to zero (as numeric libraries do) get the same ranks. */
TEST_P(EngineRows, DenormalsKeepTheirOrderWhateverTheCallerSet)
{
    rs_random random = rs_random_make(19, 0);
    ExamCase made;
    MakeRows(&made, RS_DTYPE_F32, 64, 100, 0, {RowKind::kDenormals, RowKind::kAroundZero}, &random);
    DrawLabels(&made, &random);
    const Verdict verdict = Judge(made.exam);
    const Engine engine(GetParam());
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
#if defined(__SSE__)
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040u); /* flush to zero, denormals are zero */
#endif
    const int rounding = std::fegetround();
    (void)std::fesetround(FE_UPWARD);
    const Outcome outcome = Score(engine.get(), made, source.get(), 3);
    EXPECT_EQ(std::fegetround(), FE_UPWARD);
    (void)std::fesetround(rounding);
#if defined(__SSE__)
    EXPECT_EQ(_mm_getcsr() & 0x8040u, 0x8040u);
    _mm_setcsr(before);
#endif
    ExpectCounters(made, verdict, outcome);
    ExpectResults(verdict, outcome, 3);
}

/* What is kept from the last pass is used only when it is the same. */
TEST_P(EngineRows, LabelsOfTheLastPassAreNotTakenForThese)
{
    const Engine engine(GetParam());
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

void MakeLists(ExamCase *made, uint64_t rows, uint32_t depth, uint32_t classes, rs_random *random)
{
    made->dtype = RS_DTYPE_I32;
    made->columns = depth;
    made->rows = rows;
    made->stride = depth * 4;
    made->exam.classes = classes;
    made->exam.end = rows;
    for (uint64_t i = 0; i < rows; ++i) {
        std::vector<int32_t> list(depth, -1);
        const uint32_t length =
            rs_random_below(random, 4) != 0 ? depth : rs_random_below(random, depth + 1);
        for (uint32_t k = 0; k < length; ++k) { /* classes, none twice */
            list[k] = static_cast<int32_t>((i * 13 + k * 7 + i / 3) % classes);
        }
        const char *const bytes = reinterpret_cast<const char *>(list.data());
        made->bits.insert(made->bits.end(), bytes, bytes + made->stride);
        made->exam.predictions.push_back(list);
    }
    DrawLabels(made, random);
}

TEST_P(EngineRows, RanksArePlacesInTheList)
{
    rs_random random = rs_random_make(20, 0);
    for (const uint32_t depth : {1u, 5u, 10u}) {
        ExamCase made;
        MakeLists(&made, Rows(1000, 500), depth, 101, &random);
        made.exam.topk = {1, 2, 5};
        const Verdict verdict = Judge(made.exam);
        for (const unsigned threads : {1u, 3u}) {
            const Engine engine(GetParam(), {threads, 4 * 1000});
            ScriptedSource source(made.bits.data(), made.dtype, made.rows, depth, made.stride);
            const Outcome outcome = Score(engine.get(), made, source.get(), 7);
            ExpectCounters(made, verdict, outcome);
            EXPECT_EQ(outcome.rank, verdict.rank);
            EXPECT_EQ(outcome.real_rank, verdict.real_rank);
            EXPECT_EQ(outcome.flags, verdict.flags);
            EXPECT_EQ(outcome.value, std::vector<double>(made.rows * 7, 0.0));
            for (uint64_t i = 0; i < made.rows; ++i) {
                for (uint32_t k = 0; k < 7; ++k) {
                    ASSERT_EQ(outcome.prediction[i * 7 + k],
                              k < depth ? made.exam.predictions[i][k] : -1);
                }
            }
        }
    }
}

TEST_P(EngineRows, ListsAreRefusedWhereValuesAreNeeded)
{
    rs_random random = rs_random_make(21, 0);
    ExamCase made;
    MakeLists(&made, 10, 5, 101, &random);
    made.exam.calibration = true;
    const Engine engine(GetParam(), {1, 0});
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, 5, made.stride);
    const Outcome outcome = Score(engine.get(), made, source.get(), 0);
    EXPECT_EQ(outcome.status, RS_UNSUPPORTED);
    EXPECT_STREQ(outcome.error.reason, "ranked predictions hold classes, not values");
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineRows, testing::ValuesIn(rs_test::Engines()),
                         rs_test::KindName);

} // namespace
