/* Ensembles on the device: every count that of the CPU engine, ranks, likelihood and calibration
 * those of averages in long double, in both spaces, from members of mixed types, streams, and
 * through a class map.
 */
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "calibration_case.h"
#include "ensemble_cuda_case.h"

namespace {

using rs_test::Average;
using rs_test::Ensemble;
using rs_test::EnsembleOnCuda;
using rs_test::ExamCase;
using rs_test::kInDouble;
using rs_test::Member;
using rs_test::Members;
using rs_test::MixedMembers;
using rs_test::OpenCudaEngine;
using rs_test::OpenEngine;
using rs_test::Outcome;
using rs_test::RowKind;
using rs_test::Score;
using rs_test::Verdict;
using rs_test::Way;
using rs_test::Ways;

/* ---- ranks ---- */

/* The rank of an original label among averages in long double: as many columns are ahead as lie
 * above it by more than 1e-6 of what was added, and no more than do not lie below it by as much. */
void ExpectRank(const Members &members, const Way &way, size_t row, int32_t label, uint32_t rank)
{
    const std::vector<long double> average = Average(members, row, way.softmax(), way.weights);
    std::vector<long double> near(average.size());
    uint32_t ahead = 0;
    uint32_t not_behind = 0;
    bool nan = false;
    for (size_t j = 0; j < average.size(); ++j) {
        long double size = way.softmax() ? average[j] : 0;
        for (const auto &member : members) {
            const long double value = std::fabs(member->made.exam.rows[row][j]);
            size = way.softmax() || std::isinf(value) ? size : std::max(size, value);
        }
        near[j] = 1e-6L * size + (way.softmax() ? 1e-290L : 1e-44L);
        nan = nan || std::isnan(average[j]);
    }
    if (nan || label < 0) {
        EXPECT_EQ(rank, 0u) << "row " << row;
        return;
    }
    const auto of_label = static_cast<size_t>(label);
    for (size_t j = 0; j < average.size(); ++j) {
        const long double tolerance = near[j] + near[of_label];
        ahead += average[j] > average[of_label] && average[j] - average[of_label] > tolerance;
        not_behind +=
            average[j] >= average[of_label] || average[of_label] - average[j] <= tolerance;
    }
    EXPECT_GE(rank, ahead + 1) << "row " << row;
    EXPECT_LE(rank, not_behind) << "row " << row; /* itself included */
}

/* Ties, zeros, infinities, denormals and NaNs of every kind, at widths around those of vectors. */
TEST_F(EnsembleOnCuda, HardRowsRankAsOnTheCpuAndInTheReference)
{
    const OpenCudaEngine cuda(200000, 2);
    const OpenEngine cpu(kInDouble, 1);
    for (const Way &way : Ways()) {
        for (const uint32_t columns : {1u, 7u, 67u, 1001u}) {
            SCOPED_TRACE(std::string(way.name) + ", " + std::to_string(columns));
            std::vector<RowKind> kinds; /* any */
            if (way.values == RS_VALUES_PROBS) {
                kinds = {RowKind::kProbabilities, RowKind::kOneNan};
            }
            const Members members = MixedMembers(84, columns, kinds);
            Ensemble ensemble(members, way.Options());
            ExamCase made;
            MakeExam(&made, &ensemble, way);
            const Verdict verdict = Judge(made.exam);
            const Outcome outcome = Score(cuda.get(), made, ensemble.source, 7);
            ExpectCounters(made, verdict, outcome);
            ExpectResults(verdict, outcome, 7);
            ExpectSame(outcome, Score(cpu.get(), made, ensemble.source, 7),
                       outcome.counters.size());
            for (size_t i = 0; i < made.rows; ++i) {
                ExpectRank(members, way, i, made.exam.original[i], outcome.rank[i]);
            }
            if (HasFailure()) {
                return;
            }
        }
    }
}

/* A member of doubles makes the rows doubles, averages of logits too. */
TEST_F(EnsembleOnCuda, DoublesAmongHalves)
{
    const OpenCudaEngine cuda;
    const OpenEngine cpu(kInDouble, 1);
    const Way &way = Ways()[0];
    Members members;
    members.emplace_back(new Member(RS_DTYPE_F64, 84, 515, {}, 6));
    members.emplace_back(new Member(RS_DTYPE_BF16, 84, 515, {}, 7));
    Ensemble ensemble(members, way.Options());
    EXPECT_EQ(ensemble.info().dtype, RS_DTYPE_F64);
    ExamCase made;
    MakeExam(&made, &ensemble, way);
    const Outcome outcome = Score(cuda.get(), made, ensemble.source, 3);
    ExpectCounters(made, Judge(made.exam), outcome);
    ExpectSame(outcome, Score(cpu.get(), made, ensemble.source, 3), outcome.counters.size());
    for (size_t i = 0; i < made.rows; ++i) {
        ExpectRank(members, way, i, made.exam.original[i], outcome.rank[i]);
    }
}

/* ---- likelihood and calibration ---- */

/* Ties and NaNs too, but nothing of which a rounded average could rank otherwise. */
const std::vector<RowKind> kCalibrated = {RowKind::kLogits, RowKind::kConfident,
                                          RowKind::kFewValues, RowKind::kAllEqual,
                                          RowKind::kOneNan};

TEST_F(EnsembleOnCuda, LikelihoodAndCalibrationAreThoseOfAveragesInLongDouble)
{
    const OpenCudaEngine cuda(400000, 2);
    const OpenEngine cpu(kInDouble, 1);
    for (const Way &way : Ways()) {
        for (const uint32_t columns : {13u, 120u, 257u}) {
            SCOPED_TRACE(std::string(way.name) + ", " + std::to_string(columns));
            const bool given = way.values == RS_VALUES_PROBS;
            const Members members =
                MixedMembers(300, columns,
                             given ? std::vector<RowKind>{RowKind::kProbabilities, RowKind::kOneNan}
                                   : kCalibrated);
            Ensemble ensemble(members, way.Options());
            ExamCase made;
            MakeExam(&made, &ensemble, way);
            made.exam.calibration = true;
            for (size_t i = 0; i < made.rows; ++i) {
                const std::vector<long double> row =
                    Average(members, i, way.softmax(), way.weights);
                made.exam.rows[i].assign(row.begin(), row.end());
            }
            const Verdict exact = Judge(made.exam);
            EXPECT_GT(exact.calibration.real_nll_rows, 100u);
            const Outcome outcome = Score(cuda.get(), made, ensemble.source, 1);
            ExpectCounters(made, exact, outcome);
            const rs_tally_layout layout = rs_tally_layout_of(columns, 2, true);
            const Outcome expected = Score(cpu.get(), made, ensemble.source, 1);
            ExpectSame(outcome, expected, layout.calibration);
            rs_test::ExpectSameCalibrationCounts(layout, outcome.counters, expected.counters);
            rs_test::ExpectCalibration(exact.calibration, columns, outcome.counters);
            if (HasFailure()) {
                return;
            }
        }
    }
}

/* ---- how rows come in ---- */

TEST_F(EnsembleOnCuda, StreamsChunksAndOrdersChangeNothing)
{
    const Way &way = Ways()[3];
    const Members members = MixedMembers(301, 33, {});
    Ensemble direct(members, way.Options());
    ExamCase made;
    MakeExam(&made, &direct, way);
    made.exam.calibration = true;
    Outcome expected;
    {
        const OpenCudaEngine engine;
        expected = Score(engine.get(), made, direct.source, 2);
        ExpectCounters(made, Judge(made.exam), expected);
    }
    for (const uint64_t seed : {UINT64_C(0), UINT64_C(3), UINT64_C(8)}) {
        for (const bool stream : {false, true}) {
            SCOPED_TRACE(seed);
            simt_set_seed(seed);
            Members again = MixedMembers(301, 33, {});
            if (stream) {
                again[1]->source->MakeStream(seed == 0);
            }
            Ensemble ensemble(again, way.Options());
            ASSERT_EQ(ensemble.status, RS_OK);
            const OpenCudaEngine engine(4 * 16 * (33 * 8 + 37), 3);
            const Outcome outcome = Score(engine.get(), made, ensemble.source, 2);
            ExpectSame(outcome, expected, expected.counters.size());
            EXPECT_EQ(again[1]->source->concurrent_reads_seen, 0);
        }
    }
}

TEST_F(EnsembleOnCuda, MembersGoThroughTheClassMap)
{
    std::vector<int32_t> classes(45);
    for (size_t j = 0; j < classes.size(); ++j) { /* some dropped, some of the same class */
        classes[j] = j % 11 == 3 ? -1 : static_cast<int32_t>(j / 2 % 20);
    }
    rs_class_map *map = nullptr;
    rs_class_map *positions = nullptr;
    ASSERT_EQ(rs_class_map_create(classes.data(), 45, 21, &map, nullptr), RS_OK);
    ASSERT_EQ(rs_class_map_of_positions(map, &positions, nullptr), RS_OK);
    for (const Way &way : Ways()) {
        SCOPED_TRACE(way.name);
        const bool given = way.values == RS_VALUES_PROBS;
        const Members members =
            MixedMembers(105, 45,
                         given ? std::vector<RowKind>{RowKind::kProbabilities, RowKind::kOneNan}
                               : std::vector<RowKind>{});
        rs_ensemble_options options = way.Options();
        options.class_map = map;
        Ensemble ensemble(members, options);
        ExamCase made;
        MakeExam(&made, &ensemble, way);
        made.exam.classes = 21;
        made.exam.class_of_column.assign(positions->position_class,
                                         positions->position_class + positions->positions);
        made.map = positions;
        const Verdict verdict = Judge(made.exam);
        const OpenCudaEngine cuda;
        const OpenEngine cpu(kInDouble, 1);
        const Outcome outcome = Score(cuda.get(), made, ensemble.source, 4);
        ExpectCounters(made, verdict, outcome);
        ExpectResults(verdict, outcome, 4);
        ExpectSame(outcome, Score(cpu.get(), made, ensemble.source, 4), outcome.counters.size());
        made.map = nullptr;
    }
    rs_class_map_free(positions);
    rs_class_map_free(map);
}

TEST_F(EnsembleOnCuda, AFailureOfAMemberIsHandedUpAndTheNextPassIsRight)
{
    const Way &way = Ways()[0];
    const Members members = MixedMembers(60, 20, {});
    Ensemble ensemble(members, way.Options());
    ExamCase made;
    MakeExam(&made, &ensemble, way);
    const OpenCudaEngine engine(4 * 8 * (20 * 4 + 25), 2);
    members[2]->source->ForbidViews();
    members[2]->source->FailAt({37});
    const Outcome failed = Score(engine.get(), made, ensemble.source, 0);
    EXPECT_EQ(failed.status, RS_IO);
    EXPECT_STREQ(failed.error.reason, "row 37 fails");
    members[2]->source->FailAt({});
    ExpectCounters(made, Judge(made.exam), Score(engine.get(), made, ensemble.source, 0));
}

} // namespace
