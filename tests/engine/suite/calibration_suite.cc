/* Calibration by every engine, row by row, against the reference in long double: extreme values,
 * labels far below the best, masses that nearly fill the row, and who is counted at all. */
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <tuple>

#include "engine/suite/engine_kind.h"

namespace {

using rs_test::ExamCase;
using rs_test::Engine;
using rs_test::ScriptedSource;
using rs_test::Verdict;

const double kInf = std::numeric_limits<double>::infinity();

void AddRow(ExamCase *made, const std::vector<double> &values, int32_t y, std::vector<int32_t> set)
{
    made->columns = static_cast<uint32_t>(values.size());
    made->stride = made->columns * rs_dtype_bytes(made->dtype);
    made->bits.resize((made->rows + 1) * made->stride);
    char *const row = made->bits.data() + made->rows * made->stride;
    for (uint32_t j = 0; j < made->columns; ++j) {
        rs_test::StoreBits(made->dtype, row, j, rs_test::BitsOf(made->dtype, values[j]));
    }
    std::sort(set.begin(), set.end());
    made->real_class.insert(made->real_class.end(), set.begin(), set.end());
    made->real_begin.push_back(static_cast<uint32_t>(made->real_class.size()));
    made->exam.rows.push_back(rs_test::DecodeRow(made->dtype, row, made->columns));
    made->exam.original.push_back(y);
    made->exam.real.push_back(set);
    made->exam.classes = made->columns;
    made->exam.calibration = true;
    made->rows += 1;
}

class EngineCalibration
    : public testing::TestWithParam<std::tuple<rs_test::EngineKind, rs_dtype>> {
  protected:
    void SetUp() override
    {
        made_.dtype = std::get<1>(GetParam());
        rs_test::BeginWith(std::get<0>(GetParam()));
        if (!IsSkipped()) {
            engine_ = std::make_unique<Engine>(std::get<0>(GetParam()), rs_test::EngineWish{1, 0});
        }
    }
    void TearDown() override
    {
        engine_.reset();
        std::get<0>(GetParam()).end();
    }

    rs_test::Outcome ScoreRange(uint64_t begin, uint64_t end)
    {
        made_.exam.begin = begin;
        made_.exam.end = end;
        ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns,
                              made_.stride);
        return rs_test::Score(engine_->get(), made_, source.get(), 0);
    }

    /* Row i, the third of five, is refused for this reason, and the others are not. */
    void IsRefused(const std::vector<double> &row, const std::string &reason)
    {
        std::vector<double> sound(row.size(), 0.0);
        sound[1] = 1.0;
        made_.exam.probabilities = true;
        const uint64_t first = made_.rows;
        for (int i = 0; i < 5; ++i) {
            AddRow(&made_, i == 2 || i == 4 ? row : sound, 1, {1});
        }
        const rs_test::Outcome outcome = ScoreRange(first, first + 5);
        EXPECT_EQ(outcome.status, RS_FORMAT);
        EXPECT_EQ(std::string(outcome.error.reason), "the values are no probabilities: " + reason);
        EXPECT_EQ(outcome.error.place.kind, RS_PLACE_ROW);
        EXPECT_EQ(outcome.error.place.at, first + 2);
        EXPECT_EQ(ScoreRange(first, first + 2).status, RS_OK);
    }

    /* Scores row i alone and returns its calibration counters. */
    std::vector<uint64_t> Score(uint64_t row)
    {
        const rs_test::Outcome outcome = ScoreRange(row, row + 1);
        EXPECT_EQ(outcome.status, RS_OK) << outcome.error.reason;
        const rs_tally_layout layout = rs_tally_layout_of(
            made_.exam.classes, static_cast<uint32_t>(made_.exam.topk.size()), true);
        return {outcome.counters.begin() + static_cast<std::ptrdiff_t>(layout.calibration),
                outcome.counters.end()};
    }

    /* Every row by itself agrees with the reference. */
    void CheckRows()
    {
        for (uint64_t row = 0; row < made_.rows; ++row) {
            const std::vector<uint64_t> counters = Score(row);
            const Verdict verdict = Judge(made_.exam);
            EXPECT_STREQ(rs_test::CompareCalibration(verdict.calibration, counters.data(), 1e-6),
                         "")
                << "row " << row << ": reference nll " << verdict.calibration.nll << ", real "
                << verdict.calibration.real_nll << ", confidence " << verdict.calibration.confidence
                << "; counters nll "
                << static_cast<double>(counters[RS_CALIB_NLL_WHOLE]) +
                       static_cast<double>(counters[RS_CALIB_NLL_FRACTION]) / 4294967296.0
                << ", rows " << counters[RS_CALIB_ROWS];
        }
    }

    /* Logits of an ordinary row. */
    std::vector<double> Ordinary(uint32_t columns, double scale)
    {
        std::vector<double> values(columns);
        for (double &value : values) {
            value = scale * (rs_random_unit(&random_) + rs_random_unit(&random_) +
                             rs_random_unit(&random_) - 1.5);
        }
        return values;
    }

    /* The distance from 1 to the next larger value. */
    double UnitOfOne() const
    {
        switch (made_.dtype) {
        case RS_DTYPE_F16:
            return 0x1p-10;
        case RS_DTYPE_BF16:
            return 0x1p-7;
        case RS_DTYPE_F32:
            return 0x1p-23;
        default:
            return 0x1p-52;
        }
    }

    ExamCase made_;
    std::unique_ptr<Engine> engine_;
    rs_random random_ = rs_random_make(41, 0);
};

TEST_P(EngineCalibration, OrdinaryRows)
{
    for (int i = 0; i < 60; ++i) {
        std::vector<double> values = Ordinary(257, 1 + i % 5 * 2.0);
        values[7] += i % 7;
        AddRow(&made_, values, i % 3 == 0 ? 7 : i,
               i % 4 == 0   ? std::vector<int32_t>{}
               : i % 4 == 1 ? std::vector<int32_t>{7}
               : i % 4 == 2 ? std::vector<int32_t>{7, 9, 200}
                            : std::vector<int32_t>{1, 256});
    }
    CheckRows();
}

/* The remainder beside a confident label keeps its digits (as far as 2^-32 reaches). */
TEST_P(EngineCalibration, ConfidentRows)
{
    for (const double gap : {5.0, 8.0, 11.0, 14.0, 17.0, 20.0, 30.0, 60.0, 100.0}) {
        std::vector<double> values = Ordinary(100, 1);
        values[42] = gap;
        AddRow(&made_, values, 42, {42});
        AddRow(&made_, values, 42, {});
        AddRow(&made_, values, -1, {42});
        AddRow(&made_, values, 41, {42});
        AddRow(&made_, values, 42, {41, 42, 43});
    }
    CheckRows();
}

/* Two labels share nearly everything: their mass must not be taken from a sum that holds it. */
TEST_P(EngineCalibration, LabelsThatShareTheMass)
{
    for (const double gap : {4.0, 8.0, 12.0, 16.0, 19.0}) {
        std::vector<double> values = Ordinary(70, 1);
        values[3] = gap;
        values[66] = gap - 0.5;
        values[31] = gap - 1;
        AddRow(&made_, values, 3, {3, 31, 66});
        AddRow(&made_, values, 66, {3, 31, 66});
        AddRow(&made_, values, 0, {3, 66});
        AddRow(&made_, values, 31, {3, 66});
    }
    CheckRows();
}

TEST_P(EngineCalibration, LabelsFarBelowTheBest)
{
    for (const double depth : {20.0, 59.0, 60.0, 61.0, 88.0, 104.0, 150.0, 750.0, 11000.0}) {
        std::vector<double> values = Ordinary(40, 1);
        values[11] = 3;
        values[5] = 3 - depth;
        values[6] = 3.25 - depth;
        AddRow(&made_, values, 5, {5});
        AddRow(&made_, values, 5, {6});
        AddRow(&made_, values, 5, {5, 6});
        AddRow(&made_, values, 6, {5, 6});
        AddRow(&made_, values, 5, {6, 11});
        AddRow(&made_, values, 11, {5});
    }
    CheckRows();
}

/* Large numbers with small differences, as of heads without normalisation. */
TEST_P(EngineCalibration, FarFromZero)
{
    for (const double offset : {-60000.0, -3000.0, -300.0, 200.0, 260.0, 1000.0, 50000.0}) {
        std::vector<double> values = Ordinary(90, 4);
        for (double &value : values) {
            value += offset;
        }
        AddRow(&made_, values, 17, {17});
        AddRow(&made_, values, 17, {18, 60});
        AddRow(&made_, values, -1, {});
    }
    CheckRows();
}

TEST_P(EngineCalibration, InfiniteValues)
{
    const std::vector<double> plain = Ordinary(50, 2);
    std::vector<double> masked = plain;
    std::vector<double> hidden = plain;
    std::vector<double> endless = plain;
    for (size_t j = 0; j < 50; j += 2) {
        masked[j] = -kInf;
        hidden[j] = -65504;
    }
    endless[9] = kInf;
    std::vector<double> lone(50, -kInf);
    lone[30] = 1;
    for (const std::vector<double> &values : {masked, hidden, endless, lone}) {
        AddRow(&made_, values, 30, {30}); /* masked */
        AddRow(&made_, values, 31, {31});
        AddRow(&made_, values, 30, {30, 31});
        AddRow(&made_, values, 30, {32, 34});
        AddRow(&made_, values, -1, {});
    }
    AddRow(&made_, std::vector<double>(50, -kInf), 3, {3});
    AddRow(&made_, std::vector<double>(50, kInf), 3, {3});
    AddRow(&made_, std::vector<double>(50, 0.0), 3, {3, 4});
    CheckRows();

    /* Said once in numbers: a label of probability 0 has no NLL, but its row has a confidence. */
    const std::vector<uint64_t> counters = Score(0);
    EXPECT_EQ(counters[RS_CALIB_ROWS], 1u);
    EXPECT_EQ(counters[RS_CALIB_NLL_ROWS], 0u);
    EXPECT_EQ(counters[RS_CALIB_REAL_NLL_ROWS], 0u);
    EXPECT_EQ(Score(10)[RS_CALIB_ROWS], 0u); /* +inf is left out */
    EXPECT_EQ(Score(15)[RS_CALIB_NLL_ROWS], 1u);
    EXPECT_EQ(Score(15)[RS_CALIB_NLL_WHOLE] + Score(15)[RS_CALIB_NLL_FRACTION], 0u);
    EXPECT_EQ(Score(20)[RS_CALIB_ROWS], 0u); /* nothing but -inf too */
}

/* What fixed point cannot hold is left out of the sum it does not fit in. */
TEST_P(EngineCalibration, AnNllBeyondFixedPointIsLeftOut)
{
    if (made_.dtype == RS_DTYPE_F16) {
        GTEST_SKIP() << "f16 ends at 65504";
    }
    std::vector<double> values(20, 0.0);
    values[4] = -3e9;
    AddRow(&made_, values, 4, {4});
    values[4] = -1e9;
    AddRow(&made_, values, 4, {4, 5});
    CheckRows();
    EXPECT_EQ(Score(0)[RS_CALIB_NLL_ROWS], 0u);
    EXPECT_EQ(Score(1)[RS_CALIB_NLL_ROWS], 1u);
}

TEST_P(EngineCalibration, Probabilities)
{
    made_.exam.probabilities = true;
    std::vector<double> values(20, 0.0);
    values[4] = 1;
    AddRow(&made_, values, 4, {4}); /* certain */
    AddRow(&made_, values, 5, {4, 5});
    AddRow(&made_, values, 5, {5});
    values[4] = 1 + UnitOfOne(); /* rounded up */
    AddRow(&made_, values, 4, {4});
    values[4] = 0.5;
    values[5] = 0.25;
    values[6] = 0.125;
    values[7] = 0.125;
    AddRow(&made_, values, 4, {4});
    AddRow(&made_, values, 5, {5, 6});
    AddRow(&made_, values, 6, {4, 5, 6});
    AddRow(&made_, values, -1, {});
    values[8] = std::numeric_limits<double>::quiet_NaN(); /* is invalid, and not refused */
    AddRow(&made_, values, 4, {4});
    CheckRows();
    EXPECT_EQ(Score(3)[RS_CALIB_NLL_FRACTION], 0u);                                /* counts as 1 */
    EXPECT_EQ(Score(4)[RS_CALIB_SCALARS + 7 * RS_BIN_COUNTERS + RS_BIN_ROWS], 1u); /* 7.5 */
    EXPECT_EQ(Score(0)[RS_CALIB_SCALARS + 14 * RS_BIN_COUNTERS + RS_BIN_CORRECT], 1u);
    EXPECT_EQ(Score(8)[RS_CALIB_ROWS], 0u);
}

TEST_P(EngineCalibration, RowsThatAreNoDistributionsAreRefused)
{
    std::vector<double> values(40, 0.0);
    IsRefused(values, "they add up to 0");
    values[3] = values[37] = 0.875;
    IsRefused(values, "they add up to 1.75");
    values[37] = -0.25;
    IsRefused(values, "one is -0.25");
    values[37] = 24;
    IsRefused(values, "one is 24");
    values[3] = values[37] = 0.25;
    IsRefused(values, "they add up to 0.5");
    values[37] = kInf;
    IsRefused(values, "one is inf");
    values[3] = -kInf;
    IsRefused(values, "one is -inf");
}

/* As far as rounding goes, and not much beyond. */
TEST_P(EngineCalibration, RoundingIsNoReasonToRefuse)
{
    made_.exam.probabilities = true;
    for (int i = 0; i < 40; ++i) {
        const std::vector<double> logits = Ordinary(1000, 1 + i % 8);
        std::vector<double> values;
        double sum = 0;
        for (const double x : logits) {
            values.push_back(std::exp(x));
            sum += values.back();
        }
        for (double &p : values) {
            p /= sum;
        }
        AddRow(&made_, values, 7, {7});
    }
    std::vector<double> twice(1000, 0.0); /* rounded, and so was the denominator */
    twice[0] = 1;
    twice[1] = 1.5 * UnitOfOne();
    AddRow(&made_, twice, 0, {0});
    const rs_test::Outcome outcome = ScoreRange(0, made_.rows);
    EXPECT_EQ(outcome.status, RS_OK) << outcome.error.reason;
    std::vector<double> off(1000, 0.001);
    off[0] += made_.dtype == RS_DTYPE_BF16 ? 0.018 : made_.dtype == RS_DTYPE_F16 ? 0.004 : 3e-4;
    AddRow(&made_, off, 7, {7});
    EXPECT_EQ(ScoreRange(0, made_.rows).status, RS_FORMAT);
}

/* With dropped columns a sum may be small, and never large. */
TEST_P(EngineCalibration, WhatAClassMapLeavesOfProbabilities)
{
    made_.exam.probabilities = true;
    std::vector<double> values(30, 0.0);
    values[5] = 0.75;
    values[6] = 0.25;
    AddRow(&made_, values, 6, {6});
    values[6] = 0.5;
    AddRow(&made_, values, 6, {6});
    values[5] = 0.25;
    values[7] = 0.75;
    AddRow(&made_, values, 6, {6});
    std::vector<int32_t> map(30);
    for (int32_t j = 0; j < 30; ++j) {
        map[static_cast<size_t>(j)] = j == 5 ? -1 : j;
    }
    made_.UseMap(map);
    EXPECT_EQ(ScoreRange(0, 2).status, RS_OK);
    EXPECT_EQ(Score(0)[RS_CALIB_NLL_ROWS], 1u);
    EXPECT_EQ(ScoreRange(2, 3).status, RS_FORMAT);
}

/* Each class is a yes-or-no question (the reference adds up their logarithms in long double). */
TEST_P(EngineCalibration, YesOrNoQuestions)
{
    made_.exam.sigmoid = true;
    for (int i = 0; i < 40; ++i) {
        std::vector<double> values = Ordinary(257, 1 + i % 5 * 2.0);
        for (double &value : values) {
            value -= i % 9;
        }
        values[7] += i % 7 * 3;
        AddRow(&made_, values, i % 3 == 0 ? 7 : i % 5 == 0 ? -1 : i,
               i % 4 == 0   ? std::vector<int32_t>{}
               : i % 4 == 1 ? std::vector<int32_t>{7}
               : i % 4 == 2 ? std::vector<int32_t>{7, 9, 200}
                            : std::vector<int32_t>{1, 256});
    }
    CheckRows();
}

TEST_P(EngineCalibration, CertainAnswersToQuestions)
{
    made_.exam.sigmoid = true;
    std::vector<double> values(300, -20.0);
    for (const double x : {0.0, 8.0, 20.0, 40.0, 700.0, 5000.0, -700.0, -5000.0}) {
        values[42] = x;
        AddRow(&made_, values, 42, {42});
        AddRow(&made_, values, 41, {41, 42});
        AddRow(&made_, values, 41, {40});
    }
    values[42] = 3;
    values[43] = -kInf; /* a no for sure */
    AddRow(&made_, values, 42, {42});
    const uint64_t never = made_.rows;
    AddRow(&made_, values, 43, {42, 43});
    CheckRows();
    EXPECT_EQ(Score(never)[RS_CALIB_ROWS], 1u);
    EXPECT_EQ(Score(never)[RS_CALIB_NLL_ROWS], 0u);
    EXPECT_EQ(Score(never)[RS_CALIB_REAL_NLL_ROWS], 0u);
    values[43] = kInf;
    AddRow(&made_, values, 42, {42});
    EXPECT_EQ(Score(made_.rows - 1)[RS_CALIB_ROWS], 0u); /* +inf is left out */
}

/* A question that is never asked has no answer: all labels of a set need a column. */
TEST_P(EngineCalibration, QuestionsWithoutAColumn)
{
    made_.exam.sigmoid = true;
    std::vector<double> values = Ordinary(30, 2);
    for (const int32_t y : {0, 5, 29}) {
        AddRow(&made_, values, y, {6});
        AddRow(&made_, values, y, {5, 6});
        AddRow(&made_, values, y, {});
    }
    std::vector<int32_t> map(30);
    for (int32_t j = 0; j < 30; ++j) {
        map[static_cast<size_t>(j)] = j == 5 ? -1 : j;
    }
    made_.UseMap(map);
    CheckRows();
    EXPECT_EQ(Score(1)[RS_CALIB_NLL_ROWS], 1u);
    EXPECT_EQ(Score(1)[RS_CALIB_REAL_NLL_ROWS], 0u);
    EXPECT_EQ(Score(3)[RS_CALIB_NLL_ROWS], 0u);
}

TEST_P(EngineCalibration, AClassWithoutAColumnHasNoProbability)
{
    std::vector<double> values = Ordinary(30, 2);
    for (const int32_t y : {0, 5, 29}) {
        AddRow(&made_, values, y, {5});
        AddRow(&made_, values, y, {5, 6});
        AddRow(&made_, values, y, {});
    }
    std::vector<int32_t> map(30);
    for (int32_t j = 0; j < 30; ++j) {
        map[static_cast<size_t>(j)] = j == 5 ? -1 : j; /* class 5 is missing */
    }
    made_.UseMap(map);
    CheckRows();
    EXPECT_EQ(Score(0)[RS_CALIB_NLL_ROWS], 1u);
    EXPECT_EQ(Score(0)[RS_CALIB_REAL_NLL_ROWS], 0u);
    EXPECT_EQ(Score(3)[RS_CALIB_NLL_ROWS], 0u);
    EXPECT_EQ(Score(3)[RS_CALIB_ROWS], 1u);
}

std::string ParamName(
    const testing::TestParamInfo<std::tuple<rs_test::EngineKind, rs_dtype>> &param)
{
    return std::get<0>(param.param).name + "_" + rs_dtype_name(std::get<1>(param.param));
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineCalibration,
                         testing::Combine(testing::ValuesIn(rs_test::Engines()),
                                          testing::ValuesIn(rs_test::FloatTypes())),
                         ParamName);

} // namespace
