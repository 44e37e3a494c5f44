/* Passes over averages of probabilities, which the engine scores in floats as far as they prove
 * what doubles would say: every count, rank, prediction and flag is that of the averages as they
 * are read, on every instruction set, and measures are right to 1e-6.
 */
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "engine/score_case.h"
#include "evaluate/ensemble_case.h"
#include "support/isas.h"

extern "C" {
#include "engine/average_floats.h"
#include "engine/row_kernel.h"
#include "labels/set_differences.h"
#include "reassess/reassess.h"
}

namespace {

using rs_test::Ensemble;
using rs_test::ExamCase;
using rs_test::Member;
using rs_test::Members;
using rs_test::OpenEngine;
using rs_test::RowKind;
using rs_test::Verdict;

struct Scored {
    std::vector<uint64_t> counters;
    std::vector<uint32_t> rank, real_rank;
    std::vector<int32_t> prediction; /* [rows * keep] */
    std::vector<double> value;
    std::vector<uint8_t> flags;
};

Scored Score(rs_engine *engine, const rs_pass &pass, rs_source *source, bool as_read,
             uint32_t keep = 0)
{
    const rs_tally_layout layout =
        rs_tally_layout_of(pass.classes, pass.topk_count, pass.calibration);
    const uint64_t rows = pass.rows.end - pass.rows.begin;
    Scored scored;
    scored.counters.assign(layout.counters, 0);
    scored.rank.assign(rows, 77);
    scored.real_rank.assign(rows, 77);
    rs_row_results results = {};
    results.rank = scored.rank.data();
    results.real_rank = scored.real_rank.data();
    if (keep > 0) {
        scored.prediction.assign(rows * keep, 77);
        scored.value.assign(rows * keep, 77);
        scored.flags.assign(rows, 77);
        results.keep = keep;
        results.prediction = scored.prediction.data();
        results.value = scored.value.data();
        results.flags = scored.flags.data();
    }
    rs_row_results *const asked = &results;
    uint64_t *const counters = scored.counters.data();
    rs_scoring of = {};
    of.pass = &pass;
    of.source = source;
    of.results = &asked;
    of.counters = &counters;
    of.averaging = as_read ? nullptr : rs_source_get_averaging(source);
    uint64_t count = 0;
    rs_error error = {};
    EXPECT_EQ(engine->vtable->score(engine, &of, &count, &error), RS_OK) << error.reason;
    EXPECT_EQ(count, rows);
    return scored;
}

rs_ensemble_options Probabilities(const double *weights = nullptr)
{
    rs_ensemble_options options = {};
    options.space = RS_SPACE_PROB;
    options.weights = weights;
    return options;
}

/* Labels at random, most of them among the best; `made` keeps the averages as they are read. */
void MakeExam(ExamCase *made, Ensemble *ensemble)
{
    const rs_source_info &info = ensemble->info();
    made->columns = static_cast<uint32_t>(info.columns);
    made->rows = info.rows;
    made->exam.classes = made->columns;
    made->exam.end = made->rows;
    made->exam.calibration = true;
    made->exam.probabilities = true;
    made->exam.checked = true;
    made->exam.rows = ensemble->Rows(0, made->rows);
    rs_random random = rs_random_make(17, made->columns);
    DrawLabels(made, &random);
}

uint64_t Views(const Members &members)
{
    uint64_t views = 0;
    for (const auto &member : members) {
        views += member->source->views;
    }
    return views;
}

/* Counts, ranks and bins as those of the rows that were read. */
void ExpectAsRead(const ExamCase &made, const Scored &scored, const Scored &as_read)
{
    const rs_tally_layout layout =
        rs_tally_layout_of(made.exam.classes, static_cast<uint32_t>(made.exam.topk.size()), true);
    const Verdict verdict = Judge(made.exam);
    EXPECT_EQ(scored.rank, as_read.rank);
    EXPECT_EQ(scored.real_rank, as_read.real_rank);
    EXPECT_EQ(scored.prediction, as_read.prediction);
    EXPECT_EQ(scored.flags, as_read.flags);
    ASSERT_EQ(scored.value.size(), as_read.value.size());
    for (size_t i = 0; i < as_read.value.size(); ++i) {
        const double value = as_read.value[i];
        ASSERT_TRUE(scored.value[i] == value || std::isnan(value) ||
                    std::fabs(scored.value[i] - value) <= 1.4e-6 * value)
            << "value " << i << ": " << scored.value[i] << " for " << value;
    }
    for (size_t i = 0; i < layout.calibration; ++i) {
        ASSERT_EQ(scored.counters[i], as_read.counters[i]) << "counter " << i;
        ASSERT_EQ(scored.counters[i], verdict.counters[i]) << "counter " << i;
    }
    EXPECT_STREQ(rs_test::CompareCalibration(verdict.calibration,
                                             scored.counters.data() + layout.calibration, 1e-6),
                 "");
}

class ScoreAverages : public testing::TestWithParam<rs_isa> {
  protected:
    void SetUp() override
    {
        if (!rs_isa_available(GetParam())) {
            GTEST_SKIP() << "this processor cannot run these kernels";
        }
    }
    void Check(const Members &members, const rs_ensemble_options &options)
    {
        Ensemble ensemble(members, options);
        ASSERT_EQ(ensemble.status, RS_OK) << ensemble.error.reason;
        ExamCase made;
        MakeExam(&made, &ensemble);
        Check(&made, &ensemble);
    }
    static void Check(ExamCase *made, Ensemble *ensemble)
    {
        const rs_pass pass = made->Pass();
        for (const unsigned threads : {1u, 3u}) {
            const OpenEngine engine(GetParam(), threads);
            for (const uint32_t keep : {0u, 1u, 5u, made->columns}) {
                const Scored as_read = Score(engine.get(), pass, ensemble->source, true, keep);
                ExpectAsRead(*made, Score(engine.get(), pass, ensemble->source, false, keep),
                             as_read);
            }
        }
    }
};

INSTANTIATE_TEST_SUITE_P(Isa, ScoreAverages, testing::ValuesIn(rs_test::Isas()),
                         [](const testing::TestParamInfo<rs_isa> &way) {
                             return rs_isa_name(way.param);
                         });

/* Ties, zeros, infinities, denormals and NaNs of every kind, by weights and without. */
TEST_P(ScoreAverages, HardRowsOfEveryTypeCountAsInDouble)
{
    const double weights[] = {0.25, 3, 1e-30};
    for (const uint32_t columns : {1u, 2u, 7u, 67u, 1001u}) {
        SCOPED_TRACE(columns);
        Members members = rs_test::MixedMembers(105, columns, {});
        Check(members, Probabilities());
        Check(members, Probabilities(weights));
        members.emplace_back(new Member(RS_DTYPE_F64, 105, columns, {}, 9));
        Check(members, Probabilities());
    }
}

/* A third of the columns of a row have logits some of a float's steps from each other in every
 * member, so that their averages differ by 1e-8 to 1e-6 of their size, or not at all. */
Members NearRows(uint64_t rows, uint32_t columns, rs_dtype dtype)
{
    Members members;
    rs_random random = rs_random_make(23, 0);
    for (int m = 0; m < 3; ++m) {
        std::vector<std::vector<double>> values(rows, std::vector<double>(columns));
        for (auto &row : values) {
            const double top = 2 + rs_random_unit(&random);
            for (uint32_t j = 0; j < columns; ++j) {
                const double steps = rs_random_below(&random, 7) * 0x1p-22;
                const double behind = 0.001 + 4 * rs_random_unit(&random);
                row[j] = j % 3 == 0 ? top + steps : top - behind;
            }
        }
        members.emplace_back(new Member(values, dtype));
    }
    return members;
}

TEST_P(ScoreAverages, WhatLiesBesideALabelIsToldInDouble)
{
    Check(NearRows(1500, 24, RS_DTYPE_F32), Probabilities());
    Check(NearRows(200, 24, RS_DTYPE_F16), Probabilities());
}

/* A tie of the first prediction counts though it is no label; equal logits are equal averages. */
TEST_P(ScoreAverages, TiesAndRowsOfOneValueAreSeen)
{
    std::vector<std::vector<double>> values(600, std::vector<double>(20));
    for (size_t i = 0; i < values.size(); ++i) {
        for (size_t j = 0; j < 20; ++j) {
            values[i][j] = i % 3 == 0 ? 1.5 : -0.25 * static_cast<double>(j * (i + 1) % 23);
        }
        if (i % 3 == 1) {
            values[i][4] = values[i][11] = 8;
        }
    }
    Members members;
    members.emplace_back(new Member(values));
    members.emplace_back(new Member(values, RS_DTYPE_BF16));
    Ensemble ensemble(members, Probabilities());
    ExamCase made;
    MakeExam(&made, &ensemble);
    Check(&made, &ensemble);
    const OpenEngine engine(GetParam(), 1);
    const Scored scored = Score(engine.get(), made.Pass(), ensemble.source, false);
    EXPECT_GE(scored.counters[RS_COUNT_CONSTANT_ROWS], 200u);
    EXPECT_GE(scored.counters[RS_COUNT_LOOKED_TIED_ROWS], 400u);
}

/* A confidence on the edge of two bins: of four columns with 2/5 and three with 1/5. */
TEST_P(ScoreAverages, ConfidencesOnTheEdgeOfABin)
{
    std::vector<std::vector<double>> values;
    for (int i = 0; i < 400; ++i) {
        const double shift = 0.01 * i - 2;
        values.push_back({std::log(2.0) + shift, shift, shift, shift});
        values.push_back({std::log(4.0) + shift, shift, -HUGE_VAL, -HUGE_VAL});
    }
    Members members;
    members.emplace_back(new Member(values));
    Check(members, Probabilities());
}

/* One member has nothing for a class, in another nothing is near; far values, and far below. */
TEST_P(ScoreAverages, OneMemberRulesAClassOut)
{
    Members members;
    rs_random random = rs_random_make(5, 5);
    for (int m = 0; m < 3; ++m) {
        std::vector<std::vector<double>> values(300, std::vector<double>(33));
        for (size_t i = 0; i < values.size(); ++i) {
            for (size_t j = 0; j < values[i].size(); ++j) {
                const double value = 6 * rs_random_unit(&random);
                const bool out = (j + i) % 5 == static_cast<size_t>(m);
                values[i][j] = !out         ? value
                               : i % 4 == 0 ? -HUGE_VAL
                               : i % 4 == 1 ? value - 70
                               : i % 4 == 2 ? value - 300
                                            : value + 250;
            }
        }
        members.emplace_back(new Member(values));
    }
    Check(members, Probabilities());
}

/* A label alone and far below everything has its likelihood all the same. */
TEST_P(ScoreAverages, LabelsFarBelowKeepTheirLikelihood)
{
    std::vector<std::vector<double>> values;
    for (int i = 0; i < 900; ++i) {
        values.push_back({1, 0.5, -20 - 0.25 * i});
    }
    Members members;
    members.emplace_back(new Member(values));
    Check(members, Probabilities());
}

/* Rows of which nothing is close are not read a second time: that they are fast shows so. */
TEST_P(ScoreAverages, OrdinaryRowsAreScoredInFloats)
{
    Members members;
    for (uint64_t seed = 1; seed <= 3; ++seed) {
        members.emplace_back(new Member(RS_DTYPE_F32, 1000, 200, {RowKind::kLogits}, seed));
    }
    Ensemble ensemble(members, Probabilities());
    ExamCase made;
    MakeExam(&made, &ensemble);
    made.exam.original.assign(made.rows, 7);
    const rs_pass pass = made.Pass();
    const OpenEngine engine(GetParam(), 1);
    const uint64_t before = Views(members);
    (void)Score(engine.get(), pass, ensemble.source, false);
    const uint64_t views = Views(members) - before;
    if (rs_average_floats_get(GetParam()) != nullptr) {
        EXPECT_LT(views, 3 * 20u); /* of each member, for 1,000 rows */
    }
}

/* Members that are read, some rows at a time, beside one that lies in memory in parts. */
Members ReadMembers()
{
    Members members;
    for (uint64_t seed = 1; seed <= 3; ++seed) {
        members.emplace_back(new Member(RS_DTYPE_F32, 1000, 200, {RowKind::kLogits}, seed));
    }
    members[0]->source->BreakViewsEvery(37);
    members[0]->source->ViewOnlyEvenParts();
    members[2]->source->ForbidViews();
    return members;
}

TEST_P(ScoreAverages, OfMembersThatAreRead)
{
    Check(ReadMembers(), Probabilities());
}

/* What floats cannot be had of is read in double, which says why. */
TEST_P(ScoreAverages, AMemberThatFailsOrEndsIsNamed)
{
    for (const bool cut : {false, true}) {
        const Members members = ReadMembers();
        Ensemble ensemble(members, Probabilities());
        ExamCase made;
        MakeExam(&made, &ensemble);
        cut ? members[2]->source->CutAt(500) : members[2]->source->FailAt({500});
        const rs_pass pass = made.Pass();
        const OpenEngine engine(GetParam(), 1);
        std::vector<uint64_t> counted(
            rs_tally_layout_of(pass.classes, pass.topk_count, pass.calibration).counters);
        uint64_t *const counters = counted.data();
        rs_scoring of = {};
        of.pass = &pass;
        of.source = ensemble.source;
        of.counters = &counters;
        of.averaging = rs_source_get_averaging(ensemble.source);
        uint64_t count = 0;
        rs_error error = {};
        EXPECT_NE(engine.get()->vtable->score(engine.get(), &of, &count, &error), RS_OK);
        EXPECT_NE((std::string(error.reason) + std::to_string(error.place.at)).find("500"),
                  std::string::npos)
            << error.reason;
    }
}

/* What nobody should ask for, a softmax of probabilities or questions of them, is that of
 * doubles. */
TEST_P(ScoreAverages, OtherMeasuresAreThoseOfDoubles)
{
    const Members members = rs_test::MixedMembers(105, 67, {RowKind::kLogits});
    Ensemble ensemble(members, Probabilities());
    ExamCase made;
    MakeExam(&made, &ensemble);
    for (const rs_values values : {RS_VALUES_LOGITS, RS_VALUES_SIGMOID}) {
        rs_pass pass = made.Pass();
        pass.values = values;
        const OpenEngine engine(GetParam(), 1);
        EXPECT_EQ(Score(engine.get(), pass, ensemble.source, false).counters,
                  Score(engine.get(), pass, ensemble.source, true).counters);
    }
}

TEST_P(ScoreAverages, ThroughAClassMap)
{
    std::vector<int32_t> classes(45);
    for (size_t j = 0; j < classes.size(); ++j) { /* some dropped, some of the same class */
        classes[j] = j % 11 == 3 ? -1 : static_cast<int32_t>((44 - j) / 2 % 20);
    }
    rs_class_map *map = nullptr;
    rs_class_map *positions = nullptr;
    ASSERT_EQ(rs_class_map_create(classes.data(), 45, 21, &map, nullptr), RS_OK);
    ASSERT_EQ(rs_class_map_of_positions(map, &positions, nullptr), RS_OK);
    for (const bool own : {true, false}) { /* the members' own, or one of the averages */
        const Members members = rs_test::MixedMembers(420, 45, {});
        rs_ensemble_options options = Probabilities();
        options.class_map = own ? map : nullptr;
        Ensemble ensemble(members, options);
        ExamCase made;
        made.exam.class_of_column = classes;
        if (own) {
            made.exam.class_of_column.assign(positions->position_class,
                                             positions->position_class + positions->positions);
        }
        made.columns = static_cast<uint32_t>(ensemble.info().columns);
        made.rows = 420;
        made.exam.classes = 21;
        made.exam.end = 420;
        made.exam.calibration = true;
        made.exam.probabilities = true;
        made.exam.checked = true;
        made.exam.rows = ensemble.Rows(0, 420);
        made.map = own ? positions : map;
        rs_random random = rs_random_make(8, 0);
        DrawLabels(&made, &random);
        Check(&made, &ensemble);
        made.map = nullptr;
    }
    rs_class_map_free(positions);
    rs_class_map_free(map);
}

/* ---- further sets ---- */

/* Labels that only a further set has must stand alone, too. */
TEST_P(ScoreAverages, LabelsOfFurtherSetsAreLookedAt)
{
    const uint64_t rows = 1500;
    const uint32_t columns = 24;
    const Members members = NearRows(rows, columns, RS_DTYPE_F32);
    Ensemble ensemble(members, Probabilities());
    ExamCase made;
    MakeExam(&made, &ensemble);
    const rs_pass own = made.Pass();
    rs_random random = rs_random_make(31, 0);
    std::vector<uint32_t> begin{0};
    std::vector<int32_t> real;
    for (uint64_t i = 0; i < rows; ++i) {
        for (uint32_t c = 0; c < columns; ++c) {
            if (rs_random_below(&random, 4) == 0) {
                real.push_back(static_cast<int32_t>(c));
            }
        }
        begin.push_back(static_cast<uint32_t>(real.size()));
    }
    rs_labels *first = nullptr;
    rs_labels *other = nullptr;
    rs_set_differences *differences = nullptr;
    ASSERT_EQ(rs_labels_create(rows, columns, made.exam.original.data(), made.real_begin.data(),
                               made.real_class.data(), &first, nullptr),
              RS_OK);
    ASSERT_EQ(rs_labels_create(rows, columns, made.exam.original.data(), begin.data(), real.data(),
                               &other, nullptr),
              RS_OK);
    const rs_labels *const listed[] = {other};
    ASSERT_EQ(rs_set_differences_make(first, listed, 1, &differences, nullptr), RS_OK);
    const rs_tally_layout layout = rs_tally_layout_of(own.classes, own.topk_count, false);
    const OpenEngine engine(GetParam(), 1);
    std::vector<std::vector<uint64_t>> found;
    for (const bool as_read : {true, false}) {
        std::vector<uint64_t> counters(layout.counters, 0);
        const rs_further_set set = {begin.data(), real.data(), counters.data()};
        rs_pass pass = own;
        pass.further = &set;
        pass.further_count = 1;
        pass.differences = differences;
        (void)Score(engine.get(), pass, ensemble.source, as_read);
        found.push_back(counters);
    }
    EXPECT_EQ(found[0], found[1]);
    rs_set_differences_free(differences);
    rs_labels_free(other);
    rs_labels_free(first);
}

} // namespace
