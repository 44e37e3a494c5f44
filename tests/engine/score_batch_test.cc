/* Rows that are measured and counted several at a time (score_batch.c): as many of them that most
 * are not looked at for ties, which is done to single rows. Each row's ranks and calibration are
 * those of the reference, whatever rows come between. */
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "engine/score_case.h"
#include "engine/scripted_source.h"
#include "exam_case.h"

namespace {

using rs_test::ExamCase;
using rs_test::RowKind;

enum : uint64_t { kRows = 2600 }; /* every fourth is looked at */

/* Ordinary rows, and now and then one of the other kinds. */
std::vector<RowKind> MostlyOrdinary()
{
    std::vector<RowKind> kinds;
    for (size_t odd = 0; odd < static_cast<size_t>(RowKind::kCount); ++odd) {
        for (int i = 0; i < 70; ++i) {
            kinds.push_back(i % 3 == 0 ? RowKind::kConfident : RowKind::kLogits);
        }
        kinds.push_back(static_cast<RowKind>(odd));
    }
    return kinds;
}

class ScoreBatch : public testing::TestWithParam<std::tuple<rs_dtype, uint32_t>> {
  protected:
    /* Counters of rows [begin, end) by so many threads. */
    void Check(ExamCase *made, uint64_t begin, uint64_t end, unsigned threads)
    {
        made->exam.calibration = true;
        made->exam.begin = begin;
        made->exam.end = end;
        const rs_test::OpenEngine engine(RS_ISA_AUTO, threads);
        rs_test::ScriptedSource source(made->bits.data(), made->dtype, made->rows, made->columns,
                                       made->stride);
        ExpectCounters(*made, Judge(made->exam), Score(engine.get(), *made, source.get(), 0));
    }
};

TEST_P(ScoreBatch, CountsEachRowAsTheReferenceDoes)
{
    rs_random random = rs_random_make(31, std::get<1>(GetParam()));
    ExamCase made;
    MakeRows(&made, std::get<0>(GetParam()), kRows, std::get<1>(GetParam()), 0, MostlyOrdinary(),
             &random);
    DrawLabels(&made, &random);
    for (const std::vector<uint32_t> &topk :
         {std::vector<uint32_t>{1, 5}, std::vector<uint32_t>{1, 2, 40}}) {
        made.exam.topk = topk;
        Check(&made, 0, kRows, 1);
    }
    Check(&made, 13, kRows - 6, 3);
}

/* All in one place: a batch of them is full of ties, of labels that are not first, and so on. */
TEST_P(ScoreBatch, CountsRowsOfOneKind)
{
    for (const RowKind kind :
         {RowKind::kFewValues, RowKind::kAllEqual, RowKind::kZeros, RowKind::kAnyBits,
          RowKind::kSomeMinusInf, RowKind::kAscending, RowKind::kNegative, RowKind::kSameLeading}) {
        SCOPED_TRACE(rs_test::RowKindName(kind));
        rs_random random = rs_random_make(32, std::get<1>(GetParam()));
        ExamCase made;
        MakeRows(&made, std::get<0>(GetParam()), 1100, std::get<1>(GetParam()), 0, {kind}, &random);
        DrawLabels(&made, &random);
        Check(&made, 0, made.rows, 1);
    }
}

/* Labels that leave hardly any mass to others, one that leaves hardly any to another one, labels
 * beyond what is measured in one sweep, and another column far above them: each such row alone, so
 * that its sums do not drown in others'. */
TEST_P(ScoreBatch, CountsRowsOfWhichOnlyLabelsAreUnusual)
{
    const std::vector<std::vector<double>> unusual = {
        {20, 20, 0}, {20, -700, 0}, {-700, 20, 0}, {100, 20, 0}, {20, -60, 0},
        {0, 0, 0},   {-1, -2, 0},   {30, 29, 0},   {1, 2, 66},   {12, 3, 5}};
    rs_random random = rs_random_make(33, std::get<1>(GetParam()));
    ExamCase made;
    MakeRows(&made, std::get<0>(GetParam()), kRows, std::get<1>(GetParam()), 0,
             {RowKind::kLogits, RowKind::kConfident}, &random);
    DrawLabels(&made, &random);
    size_t next = 0;
    for (uint64_t i = 1; i < made.rows && next < 3 * unusual.size(); i += 2) {
        const std::vector<int32_t> &set = made.exam.real[i];
        const int32_t y = made.exam.original[i];
        uint32_t free = 0;
        while (std::count(set.begin(), set.end(), free) != 0 || y == static_cast<int32_t>(free)) {
            ++free;
        }
        if (set.size() != 2 || y < 0) {
            continue;
        }
        const std::vector<double> &values = unusual[next++ % unusual.size()];
        char *const row = made.bits.data() + i * made.stride;
        const uint32_t columns[] = {static_cast<uint32_t>(set[0]), static_cast<uint32_t>(set[1]),
                                    free};
        for (int k = 0; k < 3; ++k) {
            rs_test::StoreBits(made.dtype, row, columns[k], rs_test::BitsOf(made.dtype, values[k]));
        }
        made.exam.rows[i] = rs_test::DecodeRow(made.dtype, row, made.columns);
        SCOPED_TRACE(i);
        Check(&made, i, i + 1, 1);
    }
    EXPECT_EQ(next, 3 * unusual.size());
}

/* Ranks of each row, which are right beyond what counters tell apart, too. */
TEST_P(ScoreBatch, WritesRanks)
{
    rs_random random = rs_random_make(35, std::get<1>(GetParam()));
    ExamCase made;
    MakeRows(&made, std::get<0>(GetParam()), kRows, std::get<1>(GetParam()), 0, MostlyOrdinary(),
             &random);
    DrawLabels(&made, &random);
    made.exam.calibration = true;
    const rs_test::Verdict verdict = Judge(made.exam);
    const rs_test::OpenEngine engine(RS_ISA_AUTO, 1);
    rs_test::ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns,
                                   made.stride);
    const rs_pass pass = made.Pass();
    for (const bool real : {false, true}) {
        std::vector<uint64_t> counters(verdict.counters.size(), 0);
        std::vector<uint32_t> rank(kRows, 77);
        std::vector<uint32_t> real_rank(kRows, 77);
        rs_row_results results = {};
        results.rank = rank.data();
        results.real_rank = real ? real_rank.data() : nullptr;
        rs_row_results *const asked = &results;
        uint64_t *const at = counters.data();
        uint64_t scored = 0;
        const rs_scoring of = {&pass,   source.get(), nullptr, 0,      &asked,
                               nullptr, &at,          nullptr, nullptr};
        ASSERT_EQ(engine.get()->vtable->score(engine.get(), &of, &scored, nullptr), RS_OK);
        EXPECT_EQ(rank, verdict.rank);
        if (real) {
            EXPECT_EQ(real_rank, verdict.real_rank);
        }
        const rs_tally_layout layout = rs_tally_layout_of(
            made.exam.classes, static_cast<uint32_t>(made.exam.topk.size()), true);
        for (size_t i = 0; i < layout.calibration; ++i) {
            ASSERT_EQ(counters[i], verdict.counters[i]) << "counter " << i;
        }
    }
}

/* So few rows at a time that no batch is ever full. */
TEST_P(ScoreBatch, CountsRowsThatComeByFew)
{
    rs_random random = rs_random_make(34, std::get<1>(GetParam()));
    ExamCase made;
    MakeRows(&made, std::get<0>(GetParam()), kRows, std::get<1>(GetParam()), 0,
             {RowKind::kLogits, RowKind::kConfident}, &random);
    DrawLabels(&made, &random);
    made.exam.calibration = true;
    const rs_test::OpenEngine engine(RS_ISA_AUTO, 2);
    rs_test::ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns,
                                   made.stride);
    source.ForbidViews();
    source.get()->few_rows = 7;
    ExpectCounters(made, Judge(made.exam), Score(engine.get(), made, source.get(), 0));
}

INSTANTIATE_TEST_SUITE_P(Kernels, ScoreBatch,
                         testing::Combine(testing::Values(RS_DTYPE_F16, RS_DTYPE_BF16,
                                                          RS_DTYPE_F32),
                                          testing::Values(63u, 64u, 130u)),
                         [](const testing::TestParamInfo<ScoreBatch::ParamType> &made) {
                             return std::string(rs_dtype_name(std::get<0>(made.param))) + "_" +
                                    std::to_string(std::get<1>(made.param));
                         });

} // namespace
