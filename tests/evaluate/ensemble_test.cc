/* Ensembles: rows against averages in long double, the same bits on every instruction set, streams,
 * class maps, hard values, and everything that does not fit together. */
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "evaluate/ensemble_case.h"
#include "support/isas.h"

extern "C" {
#include "engine/row_kernel.h"
#include "reassess/reassess.h"
}

namespace {

using rs_test::Average;
using rs_test::Ensemble;
using rs_test::ExamCase;
using rs_test::Member;
using rs_test::Members;
using rs_test::MixedMembers;
using rs_test::OpenEngine;
using rs_test::RowKind;
using rs_test::ScriptedSource;
using rs_test::Verdict;

/* ---- what the definitions say ---- */

/* `relative` to the largest of what was added, since terms may cancel. */
void ExpectRows(const Members &members, const rs_ensemble_options &options, bool softmax,
                const std::vector<double> &weights, double relative)
{
    Ensemble ensemble(members, options);
    ASSERT_EQ(ensemble.status, RS_OK) << ensemble.error.reason;
    const uint64_t rows = members[0]->made.rows;
    const std::vector<std::vector<double>> values = ensemble.Rows(0, rows);
    ASSERT_EQ(values.size(), rows);
    for (size_t i = 0; i < rows; ++i) {
        const std::vector<long double> expected = Average(members, i, softmax, weights);
        for (size_t j = 0; j < expected.size(); ++j) {
            const double x = values[i][j];
            if (std::isnan(expected[j]) || std::isinf(expected[j])) {
                ASSERT_EQ(std::isnan(x), std::isnan(expected[j])) << i << ", " << j;
                ASSERT_TRUE(std::isnan(x) || x == expected[j]) << i << ", " << j;
                continue;
            }
            long double size = softmax ? expected[j] : 0;
            for (const auto &member : members) {
                size = std::max<long double>(size,
                                             softmax ? 0 : std::fabs(member->made.exam.rows[i][j]));
            }
            ASSERT_NEAR(x, static_cast<double>(expected[j]),
                        static_cast<double>(size) * relative + (softmax ? 1e-290 : 1e-44))
                << i << ", " << j;
        }
    }
}

const std::vector<RowKind> kOrdinary = {RowKind::kLogits, RowKind::kConfident, RowKind::kFewValues,
                                        RowKind::kSomeMinusInf, RowKind::kAscending};

class EnsembleTest : public testing::TestWithParam<rs_isa> {
  protected:
    void SetUp() override
    {
        const OpenEngine engine(GetParam(), 1);
        if (engine.get() == nullptr) {
            GTEST_SKIP() << "this processor cannot run these kernels";
        }
        options_.isa = GetParam();
    }
    rs_ensemble_options options_ = {};
};

TEST_P(EnsembleTest, AveragesOfLogits)
{
    const std::vector<double> weights = {1, 2.5, 0.25};
    for (const uint32_t columns : {1u, 7u, 256u, 1000u}) {
        SCOPED_TRACE(columns);
        const Members members = MixedMembers(40, columns, kOrdinary);
        options_.weights = nullptr;
        ExpectRows(members, options_, false, {}, 1e-7);
        options_.weights = weights.data();
        ExpectRows(members, options_, false, weights, 1e-7);
    }
}

TEST_P(EnsembleTest, AveragesOfProbabilities)
{
    const std::vector<double> weights = {3, 1, 0.5};
    options_.space = RS_SPACE_PROB;
    for (const uint32_t columns : {1u, 7u, 256u, 1000u}) {
        SCOPED_TRACE(columns);
        const Members members = MixedMembers(40, columns, kOrdinary);
        options_.weights = nullptr;
        ExpectRows(members, options_, true, {}, 1e-9);
        options_.weights = weights.data();
        ExpectRows(members, options_, true, weights, 1e-9);
    }
}

/* Ties, zeros, infinities, denormals and NaNs of every kind, in every dtype. */
TEST_P(EnsembleTest, HardRowsInBothSpaces)
{
    for (const rs_space space : {RS_SPACE_LOGIT, RS_SPACE_PROB}) {
        options_.space = space;
        for (const rs_dtype dtype : rs_test::FloatTypes()) {
            SCOPED_TRACE(std::string(rs_dtype_name(dtype)) + ", " + std::to_string(space));
            Members members;
            members.emplace_back(new Member(dtype, 84, 67, {}, 4));
            members.emplace_back(new Member(RS_DTYPE_F16, 84, 67, {}, 5));
            const bool wide = dtype == RS_DTYPE_F64;
            ExpectRows(members, options_, space == RS_SPACE_PROB, {},
                       space == RS_SPACE_PROB ? 1e-9
                       : wide                 ? 1e-15
                                              : 1e-7);
        }
    }
}

TEST_P(EnsembleTest, TheSameBitsAsThePortableKernels)
{
    for (const rs_space space : {RS_SPACE_LOGIT, RS_SPACE_PROB}) {
        const Members members = MixedMembers(60, 515, {});
        options_.space = space;
        Ensemble ensemble(members, options_);
        rs_ensemble_options portable = options_;
        portable.isa = RS_ISA_PORTABLE;
        Ensemble other(members, portable);
        const std::vector<std::vector<double>> rows = ensemble.Rows(0, 60);
        const std::vector<std::vector<double>> expected = other.Rows(0, 60);
        for (size_t i = 0; i < rows.size(); ++i) {
            for (size_t j = 0; j < rows[i].size(); ++j) {
                ASSERT_TRUE(rows[i][j] == expected[i][j] ||
                            (std::isnan(rows[i][j]) && std::isnan(expected[i][j])))
                    << i << ", " << j;
            }
        }
    }
}

/* Members in memory are averaged row by row, others in groups, member by member: that is nobody's
 * business but the caches'. So it is of more members than are averaged so at a time. */
TEST_P(EnsembleTest, InMemoryAsReadAndInParts)
{
    const rs_ensemble_options ways[] = {
        {RS_SPACE_LOGIT, RS_VALUES_LOGITS, nullptr, GetParam(), nullptr},
        {RS_SPACE_PROB, RS_VALUES_LOGITS, nullptr, GetParam(), nullptr},
        {RS_SPACE_PROB, RS_VALUES_SIGMOID, nullptr, GetParam(), nullptr}};
    for (const rs_ensemble_options &way : ways) {
        for (const rs_dtype dtype : rs_test::FloatTypes()) {
            for (const size_t count : {1u, 3u, 8u, 9u}) {
                SCOPED_TRACE(std::string(rs_dtype_name(dtype)) + ", " + std::to_string(count));
                Members members;
                for (size_t m = 0; m < count; ++m) {
                    members.emplace_back(new Member(dtype, 60, 83, kOrdinary, m + 1));
                }
                Ensemble ensemble(members, way);
                ASSERT_EQ(ensemble.status, RS_OK);
                EXPECT_EQ(ensemble.source->few_rows > 0, count <= 8);
                const std::string in_memory = ensemble.Read(0, 60);
                EXPECT_EQ(ensemble.Read(13, 1), in_memory.substr(13 * ensemble.info().row_bytes,
                                                                 ensemble.info().row_bytes));
                members[0]->source->BreakViewsEvery(7);
                members[count / 2]->source->BreakViewsEvery(11);
                EXPECT_EQ(ensemble.Read(0, 60), in_memory);
                members[count / 2]->source->ViewOnlyEvenParts();
                EXPECT_EQ(ensemble.Read(0, 60), in_memory);
                members[0]->source->ForbidViews();
                EXPECT_EQ(ensemble.Read(0, 60), in_memory);
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Isa, EnsembleTest,
                         testing::ValuesIn(rs_test::Isas()),
                         [](const testing::TestParamInfo<rs_isa> &way) {
                             return rs_isa_name(way.param);
                         });

/* ---- by hand ---- */

constexpr double kInf = INFINITY;

TEST(EnsembleRows, SpecialValuesByHand)
{
    Members members;
    members.emplace_back(new Member({{1, 2, 3},
                                     {kInf, 0, 0},
                                     {kInf, 0, 0},
                                     {-kInf, 0, 1},
                                     {NAN, 0, 1},
                                     {-kInf, -kInf, -kInf}}));
    members.emplace_back(
        new Member({{3, 2, 1}, {1, 2, 3}, {-kInf, 2, 3}, {0, 2, 1}, {0, 2, 1}, {0, 0, kInf}}));
    rs_ensemble_options options = {};
    Ensemble logits(members, options);
    EXPECT_EQ(logits.info().dtype, RS_DTYPE_F32);
    std::vector<std::vector<double>> rows = logits.Rows(0, 6);
    EXPECT_EQ(rows[0], (std::vector<double>{2, 2, 2}));
    EXPECT_EQ(rows[1], (std::vector<double>{kInf, 1, 1.5}));
    EXPECT_TRUE(std::isnan(rows[2][0])); /* +inf and -inf have no average: the row is invalid */
    EXPECT_EQ(rows[3], (std::vector<double>{-kInf, 1, 1}));
    EXPECT_TRUE(std::isnan(rows[4][0]));
    EXPECT_TRUE(std::isnan(rows[5][2]));

    options.space = RS_SPACE_PROB;
    Ensemble probs(members, options);
    EXPECT_EQ(probs.info().dtype, RS_DTYPE_F64);
    rows = probs.Rows(0, 6);
    EXPECT_NEAR(rows[0][0], (0.09003057317038046 + 0.6652409557748219) / 2, 1e-10);
    EXPECT_NEAR(rows[1][0], (1 + 0.09003057317038046) / 2, 1e-10);
    EXPECT_NEAR(rows[2][2], 0.7310585786300049 / 2, 1e-10);
    EXPECT_EQ(rows[2][0], 0.5);
    for (const double p : rows[4]) {
        EXPECT_TRUE(std::isnan(p)); /* one NaN is enough */
    }
    EXPECT_NEAR(rows[5][0], 1.0 / 6, 1e-10);
    EXPECT_NEAR(rows[5][2], 1.0 / 6 + 0.5, 1e-10);
}

TEST(EnsembleRows, OneModelTwiceIsTheModel)
{
    for (const rs_dtype dtype : rs_test::FloatTypes()) {
        Members members;
        for (int i = 0; i < 2; ++i) {
            members.emplace_back(
                new Member(dtype, 50, 33, {RowKind::kLogits, RowKind::kAnyBits}, 8));
        }
        rs_ensemble_options options = {};
        Ensemble ensemble(members, options);
        const std::vector<std::vector<double>> rows = ensemble.Rows(0, 50);
        for (size_t i = 0; i < rows.size(); ++i) {
            EXPECT_EQ(rows[i], members[0]->made.exam.rows[i]) << rs_dtype_name(dtype) << i;
        }
    }
}

TEST(EnsembleRows, ProbabilitiesAreAveragedAsTheyAre)
{
    Members members;
    members.emplace_back(new Member({{0.5, 0.25, 0.25}}, RS_DTYPE_F16));
    members.emplace_back(new Member({{0.0, 0.75, 0.25}}));
    rs_ensemble_options options = {};
    options.values = RS_VALUES_PROBS;
    EXPECT_EQ(Ensemble(members, options).status, RS_USAGE);
    options.space = RS_SPACE_PROB;
    Ensemble ensemble(members, options);
    EXPECT_EQ(ensemble.info().dtype, RS_DTYPE_F32);
    EXPECT_EQ(ensemble.Rows(0, 1)[0], (std::vector<double>{0.25, 0.5, 0.25}));
    const rs_ensemble_info *info = rs_source_get_ensemble(ensemble.source);
    ASSERT_NE(info, nullptr);
    EXPECT_EQ(info->values, RS_VALUES_PROBS);
    EXPECT_FALSE(info->looks_different[0]);
    EXPECT_FALSE(info->looks_different[1]);
    EXPECT_EQ(rs_source_get_ensemble(members[0]->source->get()), nullptr);
}

// The first row of a member that is no distribution is named, of whichever member.
TEST(EnsembleRows, MembersThatHoldNoProbabilitiesAreRefused)
{
    Members members;
    members.emplace_back(new Member({{0.5, 0.25, 0.25}, {0, 1, 0}, {0.5, 0.5, 0}}));
    members.emplace_back(new Member({{0.25, 0.5, 0.25}, {1, 0, 0}, {0.875, 0.75, 0}}));
    rs_ensemble_options options = {};
    options.values = RS_VALUES_PROBS;
    options.space = RS_SPACE_PROB;
    Ensemble ensemble(members, options);
    std::vector<float> rows(9);
    uint64_t got = 0;
    rs_error error = {};
    EXPECT_EQ(rs_source_read(ensemble.source, 0, 2, rows.data(), &got, &error), RS_OK);
    EXPECT_EQ(rs_source_read(ensemble.source, 0, 3, rows.data(), &got, &error), RS_FORMAT);
    EXPECT_STREQ(error.reason, "the values are no probabilities: they add up to 1.625");
    EXPECT_EQ(error.place.at, 2u);
}

// The average of p = 1 / (1 + e^-x) comes out as the logit of it.
TEST(EnsembleRows, SigmoidsAreAveragedAndStayLogits)
{
    const double inf = std::numeric_limits<double>::infinity();
    Members members;
    members.emplace_back(new Member({{0, 3, -40, 800, -inf, -inf, 2}}, RS_DTYPE_F64));
    members.emplace_back(new Member({{0, -1, -42, 39, -inf, inf, NAN}}));
    const double weights[] = {3, 1};
    rs_ensemble_options options = {};
    options.space = RS_SPACE_PROB;
    options.values = RS_VALUES_SIGMOID;
    options.weights = weights;
    Ensemble ensemble(members, options);
    EXPECT_EQ(rs_source_get_ensemble(ensemble.source)->values, RS_VALUES_SIGMOID);
    EXPECT_EQ(ensemble.info().dtype, RS_DTYPE_F64);
    const std::vector<double> row = ensemble.Rows(0, 1)[0];
    const auto logit = [](long double a, long double b) {
        const auto yes = [](long double x) { return 1 / (1 + std::exp(-x)); };
        return static_cast<double>(std::log((3 * yes(a) + yes(b)) / (3 * yes(-a) + yes(-b))));
    };
    EXPECT_NEAR(row[0], 0.0, 1e-9);
    EXPECT_NEAR(row[1], logit(3, -1), 1e-9);
    EXPECT_NEAR(row[2], logit(-40, -42), 1e-9);
    EXPECT_NEAR(row[3], logit(800, 39), 1e-9);
    EXPECT_EQ(row[4], -inf);
    EXPECT_NEAR(row[5], std::log(1.0 / 3), 1e-12);
    EXPECT_TRUE(std::isnan(row[6]));
    options.space = RS_SPACE_LOGIT;
    Ensemble logits(members, options);
    EXPECT_EQ(rs_source_get_ensemble(logits.source)->values, RS_VALUES_SIGMOID);
    EXPECT_DOUBLE_EQ(logits.Rows(0, 1)[0][1], 2.0);
}

TEST(EnsembleRows, ValuesOfTheOtherKindAreNoticed)
{
    Members members;
    members.emplace_back(new Member({{0.5, 0.25, 0.25}}, RS_DTYPE_F16));
    members.emplace_back(new Member({{0.5, -1, 0.25}}));
    rs_ensemble_options options = {};
    options.space = RS_SPACE_PROB;
    Ensemble logits(members, options);
    EXPECT_TRUE(rs_source_get_ensemble(logits.source)->looks_different[0]);
    EXPECT_FALSE(rs_source_get_ensemble(logits.source)->looks_different[1]);
    options.values = RS_VALUES_PROBS;
    Ensemble probs(members, options);
    EXPECT_FALSE(rs_source_get_ensemble(probs.source)->looks_different[0]);
    EXPECT_TRUE(rs_source_get_ensemble(probs.source)->looks_different[1]);
}

/* Columns 0 and 3 are class 1, column 1 is class 0, column 2 is dropped: it must not take part in
 * the softmax either. */
TEST(EnsembleRows, MembersGoThroughTheClassMap)
{
    const std::vector<int32_t> classes = {1, 0, -1, 1};
    rs_class_map *map = nullptr;
    rs_class_map *positions = nullptr;
    ASSERT_EQ(rs_class_map_create(classes.data(), 4, 3, &map, nullptr), RS_OK);
    ASSERT_EQ(rs_class_map_of_positions(map, &positions, nullptr), RS_OK);
    EXPECT_EQ(positions->columns, 2u);
    EXPECT_EQ(positions->classes, 3u);
    EXPECT_EQ(positions->position_class[1], 1);
    EXPECT_EQ(positions->class_position[2], -1);
    Members members;
    members.emplace_back(new Member({{1, 2, 100, 0}}));
    members.emplace_back(new Member({{-3, 2, 100, 4}}, RS_DTYPE_F16));
    rs_ensemble_options options = {};
    options.class_map = map;
    {
        Ensemble logits(members, options);
        ASSERT_EQ(logits.status, RS_OK);
        EXPECT_EQ(logits.info().columns, 2u);
        EXPECT_EQ(logits.Rows(0, 1)[0], (std::vector<double>{2, 2.5}));
        options.space = RS_SPACE_PROB;
        Ensemble probs(members, options);
        const std::vector<double> row = probs.Rows(0, 1)[0];
        const double first = 1 / (1 + std::exp(-1.0)), second = 1 / (1 + std::exp(2.0));
        EXPECT_NEAR(row[0], (first + second) / 2, 1e-10);
        EXPECT_NEAR(row[0] + row[1], 1, 1e-12);
    }
    members[1].reset(new Member({{1, 2, 3}})); /* only when no ensemble holds them any more */
    members[0].reset(new Member({{1, 2, 3}}));
    Ensemble wrong(members, options);
    EXPECT_EQ(wrong.status, RS_MISMATCH);
    EXPECT_STREQ(wrong.error.reason, "3 columns, but the class map has 4 lines");
    rs_class_map_free(map);
    rs_class_map_free(positions);
}

/* ---- streams ---- */

TEST(EnsembleStreams, AStreamAmongFilesIsReadInStep)
{
    for (const bool known : {true, false}) {
        Members members = MixedMembers(300, 20, {});
        Ensemble direct(members, {});
        const std::string expected = direct.Read(0, 300);
        members[1]->source->MakeStream(known);
        Ensemble ensemble(members, {});
        ASSERT_EQ(ensemble.status, RS_OK);
        EXPECT_FALSE(ensemble.info().random_access);
        EXPECT_EQ(ensemble.info().rows, 300u);
        std::string bits;
        for (uint64_t row = 0; row < 300; row += 100) {
            bits += ensemble.Read(row, 100);
        }
        EXPECT_EQ(std::memcmp(bits.data(), expected.data(), expected.size()), 0);
        EXPECT_EQ(members[1]->source->concurrent_reads_seen, 0);
    }
}

TEST(EnsembleStreams, ThatEndEarlyOrLateAreAnError)
{
    Members members = MixedMembers(300, 20, {});
    members[1]->source->MakeStream(false);
    members[1]->source->CutAt(250);
    Ensemble early(members, {});
    std::vector<char> room(300 * early.info().row_bytes);
    uint64_t got = 0;
    rs_error error = {};
    EXPECT_EQ(rs_source_read(early.source, 0, 300, room.data(), &got, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "the model ends here, but another one of the ensemble does not");
    EXPECT_EQ(error.place.at, 250u);

    Members others = MixedMembers(300, 20, {});
    others.emplace_back(new Member(RS_DTYPE_F32, 301, 20, {}, 9));
    others[3]->source->MakeStream(false);
    Ensemble late(others, {});
    ASSERT_EQ(late.status, RS_OK);
    EXPECT_EQ(rs_source_read(late.source, 0, 300, room.data(), &got, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "the model goes on, but others of the ensemble end here");
    EXPECT_EQ(error.place.at, 300u);
}

TEST(EnsembleStreams, OfUnknownLengthEndTogether)
{
    Members members = MixedMembers(30, 20, {});
    for (const auto &member : members) {
        member->source->MakeStream(false);
    }
    Ensemble ensemble(members, {});
    EXPECT_EQ(ensemble.info().rows, RS_ROWS_UNKNOWN);
    EXPECT_EQ(ensemble.Read(0, 50).size(), 30 * ensemble.info().row_bytes);
}

TEST(EnsembleStreams, AFailureOfAMemberIsHandedUp)
{
    Members members = MixedMembers(30, 20, {});
    members[2]->source->ForbidViews();
    members[2]->source->FailAt({7});
    Ensemble ensemble(members, {});
    std::vector<char> room(30 * ensemble.info().row_bytes);
    uint64_t got = 0;
    rs_error error = {};
    EXPECT_EQ(rs_source_read(ensemble.source, 0, 30, room.data(), &got, &error), RS_IO);
    EXPECT_STREQ(error.reason, "row 7 fails");
}

/* ---- what does not fit ---- */

TEST(EnsembleMembers, ThatDoNotFitAreRefused)
{
    Members members;
    members.emplace_back(new Member({{1, 2, 3}, {1, 2, 3}}));
    members.emplace_back(new Member({{1, 2}, {1, 2}}));
    Ensemble columns(members, {});
    EXPECT_EQ(columns.status, RS_MISMATCH);
    EXPECT_STREQ(columns.error.reason, "2 columns, but the first member has 3");
    members[1].reset(new Member({{1, 2, 3}}));
    Ensemble rows(members, {});
    EXPECT_EQ(rows.status, RS_MISMATCH);
    EXPECT_STREQ(rows.error.reason, "1 rows, but a member before it has 2");

    const std::vector<int32_t> ranked = {0, 1, 2, 1, 0, 2};
    ScriptedSource predictions(ranked.data(), RS_DTYPE_I32, 2, 3, 12);
    rs_source *const sources[] = {members[0]->source->get(), predictions.get()};
    rs_source *source = nullptr;
    rs_error error = {};
    const rs_ensemble_options plain = {};
    EXPECT_EQ(rs_source_open_ensemble(sources, 2, &plain, &source, &error), RS_UNSUPPORTED);
    EXPECT_STREQ(error.reason, "ranked predictions hold classes, of which there is no average");
    EXPECT_EQ(source, nullptr);
    EXPECT_EQ(rs_source_open_ensemble(sources, 0, &plain, &source, &error), RS_USAGE);

    members[1].reset(new Member({{1, 2, 3}, {1, 2, 3}}));
    for (const double bad : {0.0, -1.0, double{NAN}, kInf}) {
        const double weights[] = {1, bad};
        rs_ensemble_options options = {};
        options.weights = weights;
        EXPECT_EQ(Ensemble(members, options).status, RS_USAGE) << bad;
    }
}

/* ---- whole passes ---- */

/* The engine's counters against the reference on the averaged rows, and calibration against
 * averages in long double. */
TEST(EnsemblePass, CountsAndCalibrationAgreeWithTheReference)
{
    for (const rs_space space : {RS_SPACE_LOGIT, RS_SPACE_PROB}) {
        const uint64_t rows = 700;
        const uint32_t columns = 120;
        const Members members =
            MixedMembers(rows, columns, {RowKind::kLogits, RowKind::kConfident});
        rs_ensemble_options options = {};
        options.space = space;
        Ensemble ensemble(members, options);
        ExamCase made;
        made.columns = columns;
        made.rows = rows;
        made.exam.classes = columns;
        made.exam.end = rows;
        made.exam.calibration = true;
        made.exam.probabilities = space == RS_SPACE_PROB;
        made.exam.rows = ensemble.Rows(0, rows);
        rs_random random = rs_random_make(5, 0);
        DrawLabels(&made, &random);
        const Verdict ranks = Judge(made.exam);
        for (size_t i = 0; i < rows; ++i) {
            const std::vector<long double> row = Average(members, i, space == RS_SPACE_PROB, {});
            made.exam.rows[i].assign(row.begin(), row.end());
        }
        const Verdict exact = Judge(made.exam);
        const rs_pass pass = made.Pass();
        const rs_tally_layout layout = rs_tally_layout_of(columns, pass.topk_count, true);
        for (const unsigned threads : {1u, 3u}) {
            const OpenEngine engine(RS_ISA_AUTO, threads);
            std::vector<uint64_t> counters(layout.counters, 0);
            uint64_t scored = 0;
            rs_error error = {};
            uint64_t *const at = counters.data();
            const rs_scoring of = {&pass, ensemble.source, nullptr, 0, nullptr, nullptr,
                                   &at,   nullptr,         nullptr};
            ASSERT_EQ(engine.get()->vtable->score(engine.get(), &of, &scored, &error), RS_OK)
                << error.reason;
            EXPECT_EQ(scored, rows);
            for (size_t i = 0; i < layout.calibration; ++i) {
                ASSERT_EQ(counters[i], ranks.counters[i]) << "counter " << i;
            }
            EXPECT_STREQ(rs_test::CompareCalibration(exact.calibration,
                                                     counters.data() + layout.calibration, 1e-6),
                         "");
        }
    }
}

} // namespace
