/* Ensembles whose members are sent to the device and averaged there: which those are, the bits of
 * every value, places of members in a slot, several devices, little memory, failures.
 */
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "ensemble_cuda_case.h"

namespace {

using rs_test::Ensemble;
using rs_test::ExamCase;
using rs_test::kInDouble;
using rs_test::Member;
using rs_test::MemberMap;
using rs_test::Members;
using rs_test::MixedMembers;
using rs_test::OpenCudaEngine;
using rs_test::OpenEngine;
using rs_test::Outcome;
using rs_test::Score;
using rs_test::Way;
using rs_test::Ways;

class EnsembleOnTheDevice : public rs_test::EnsembleOnCuda {
  protected:
    /* Narrow ones before wide ones, and an odd number of bytes of each. */
    static Members AllTypes(uint64_t rows, uint32_t columns)
    {
        Members members;
        uint64_t seed = 11;
        for (const rs_dtype dtype :
             {RS_DTYPE_BF16, RS_DTYPE_F64, RS_DTYPE_F16, RS_DTYPE_F32, RS_DTYPE_F16}) {
            members.emplace_back(
                new Member(dtype, rows, columns, std::vector<rs_test::RowKind>{}, seed++));
        }
        return members;
    }

    static rs_ensemble_options Weighted(rs_space space)
    {
        static const std::vector<double> weights = {1, 0.3, 2.5, 1e-3, 7};
        rs_ensemble_options options = {};
        options.space = space;
        options.weights = weights.data();
        return options;
    }

    static rs_ensemble_options Mapped(rs_space space, const MemberMap &by)
    {
        rs_ensemble_options options = Weighted(space);
        options.class_map = by.map;
        return options;
    }

    /* The way of such options, of which the exam has to know the space alone. */
    static const Way &WayOf(rs_space space)
    {
        return Ways()[space == RS_SPACE_PROB ? 3 : 1];
    }

    /* Every prediction there is, with the bits of its value. */
    static void ExpectBits(const Outcome &outcome, const Outcome &expected)
    {
        ExpectSame(outcome, expected, expected.counters.size());
        ASSERT_EQ(outcome.value.size(), expected.value.size());
        EXPECT_EQ(std::memcmp(outcome.value.data(), expected.value.data(),
                              expected.value.size() * sizeof(double)),
                  0);
    }

    static Outcome OnTheCpu(ExamCase &made, Ensemble &ensemble, uint32_t keep)
    {
        const OpenEngine cpu(kInDouble, 1);
        return Score(cpu.get(), made, ensemble.source, keep);
    }
};

TEST_F(EnsembleOnTheDevice, StreamsSigmoidsAndGivenProbabilitiesAreReadAsTheyAre)
{
    for (const rs_space space : {RS_SPACE_LOGIT, RS_SPACE_PROB}) {
        for (const rs_values values : {RS_VALUES_LOGITS, RS_VALUES_PROBS, RS_VALUES_SIGMOID}) {
            if (space == RS_SPACE_LOGIT && values == RS_VALUES_PROBS) {
                continue;
            }
            rs_ensemble_options options = {};
            options.space = space;
            options.values = values;
            const Members members = MixedMembers(9, 5, {});
            const Ensemble ensemble(members, options);
            ASSERT_EQ(ensemble.status, RS_OK) << ensemble.error.reason;
            const rs_averaging *const there = rs_source_get_averaging(ensemble.source);
            if (space == RS_SPACE_PROB && values != RS_VALUES_LOGITS) {
                EXPECT_EQ(there, nullptr);
            } else {
                ASSERT_NE(there, nullptr);
                EXPECT_EQ(there->count, 3u);
                EXPECT_EQ(there->softmax, space == RS_SPACE_PROB);
            }
        }
    }
    Members members = MixedMembers(9, 5, {});
    EXPECT_EQ(rs_source_get_averaging(members[0]->source->get()), nullptr);
    members[2]->source->MakeStream(false);
    const Ensemble stream(members, {});
    EXPECT_EQ(rs_source_get_averaging(stream.source), nullptr);

    const MemberMap by(5, false);
    const Members others = MixedMembers(9, 5, {});
    const Ensemble mapped(others, Mapped(RS_SPACE_LOGIT, by));
    ASSERT_NE(rs_source_get_averaging(mapped.source), nullptr);
    EXPECT_EQ(rs_source_get_averaging(mapped.source)->map, by.map);
}

/* Or the other tests would say nothing of it. */
TEST_F(EnsembleOnTheDevice, MembersAreReadInThePlaceOfTheirAverages)
{
    const OpenCudaEngine cuda;
    ASSERT_TRUE(cuda.get()->averages);
    const Members members = MixedMembers(40, 30, {rs_test::RowKind::kLogits});
    Ensemble ensemble(members, {});
    ExamCase made;
    MakeExam(&made, &ensemble, Ways()[0]);
    const rs_pass pass = made.Pass();
    std::vector<uint64_t> counters(
        rs_tally_layout_of(pass.classes, pass.topk_count, false).counters, 0);
    uint64_t *const at = counters.data();
    std::vector<double> value(40);
    rs_row_results results = {};
    results.keep = 1;
    results.value = value.data();
    rs_row_results *const asked = &results;
    rs_averaging doubled = *rs_source_get_averaging(ensemble.source);
    doubled.scale *= 2;
    rs_scoring of = {&pass, ensemble.source, nullptr, 0, &asked, nullptr, &at, &doubled, nullptr};
    uint64_t scored = 0;
    rs_error error = {};
    ASSERT_EQ(cuda.get()->vtable->score(cuda.get(), &of, &scored, &error), RS_OK) << error.reason;
    for (size_t i = 0; i < value.size(); ++i) {
        const auto &row = made.exam.rows[i];
        EXPECT_EQ(value[i], 2 * *std::max_element(row.begin(), row.end())) << i;
    }
}

/* Widths around those of batches, under several orders of what CUDA leaves open. */
TEST_F(EnsembleOnTheDevice, EveryValueHasTheBitsOfTheCpu)
{
    for (const rs_space space : {RS_SPACE_LOGIT, RS_SPACE_PROB}) {
        uint64_t seed = 0;
        for (const uint32_t columns : {1u, 31u, 255u, 256u, 257u, 1001u}) {
            SCOPED_TRACE(std::to_string(columns) + (space == RS_SPACE_PROB ? ", softmax" : ""));
            const Members members = AllTypes(63, columns);
            Ensemble ensemble(members, Weighted(space));
            ExamCase made;
            MakeExam(&made, &ensemble, WayOf(space));
            simt_set_seed(seed++);
            const OpenCudaEngine cuda(200000, 2);
            ExpectBits(Score(cuda.get(), made, ensemble.source, columns),
                       OnTheCpu(made, ensemble, columns));
            if (HasFailure()) {
                return;
            }
        }
    }
}

/* Of one column each in another order, and of several; a softmax is over the positions alone. */
TEST_F(EnsembleOnTheDevice, BehindAClassMapEveryValueHasTheBitsOfTheCpu)
{
    for (const rs_space space : {RS_SPACE_LOGIT, RS_SPACE_PROB}) {
        for (const bool one_each : {true, false}) {
            for (const uint32_t columns : {1u, 33u, 300u, 1101u}) {
                SCOPED_TRACE(std::to_string(columns) + (space == RS_SPACE_PROB ? ", softmax" : "") +
                             (one_each ? ", one each" : ""));
                const Members members = AllTypes(63, columns);
                const MemberMap by(columns, one_each);
                Ensemble ensemble(members, Mapped(space, by));
                ExamCase made;
                MakeExam(&made, &ensemble, WayOf(space), by.map);
                simt_set_seed(columns);
                const OpenCudaEngine cuda(200000, 2);
                ExpectBits(Score(cuda.get(), made, ensemble.source, made.columns),
                           OnTheCpu(made, ensemble, made.columns));
                if (HasFailure()) {
                    return;
                }
            }
        }
    }
}

/* Of one engine, in turn: what is kept on the device is that of the ensemble before. */
TEST_F(EnsembleOnTheDevice, EachEnsembleGoesThroughItsOwnMap)
{
    const OpenCudaEngine cuda;
    for (const uint32_t columns : {40u, 41u, 40u}) {
        for (const bool one_each : {true, false}) {
            const Members members = AllTypes(21, columns);
            const MemberMap by(columns, one_each);
            Ensemble ensemble(members, Mapped(RS_SPACE_LOGIT, by));
            ExamCase made;
            MakeExam(&made, &ensemble, WayOf(RS_SPACE_LOGIT), by.map);
            ExpectBits(Score(cuda.get(), made, ensemble.source, 9), OnTheCpu(made, ensemble, 9));
        }
    }
}

TEST_F(EnsembleOnTheDevice, SeveralDevicesShareTheRows)
{
    simt_set_devices(3);
    if (!rs_test::DevicesThere(3)) {
        GTEST_SKIP() << "three devices are needed";
    }
    const Members members = AllTypes(101, 33);
    const MemberMap by(33, false);
    for (const rs_space space : {RS_SPACE_LOGIT, RS_SPACE_PROB}) {
        const bool mapped = space == RS_SPACE_PROB;
        Ensemble ensemble(members, mapped ? Mapped(space, by) : Weighted(space));
        ExamCase made;
        MakeExam(&made, &ensemble, WayOf(space), mapped ? by.map : nullptr);
        const Outcome expected = OnTheCpu(made, ensemble, 5);
        for (const uint64_t chunk_rows : {1u, 7u, 64u}) {
            const uint64_t row_bytes = 33 * (2 + 8 + 2 + 4 + 2 + 8) + 5 * 12 + 9;
            const OpenCudaEngine cuda(4 * chunk_rows * row_bytes, 3, 7);
            ASSERT_EQ(cuda.status, RS_OK) << cuda.error.reason;
            ExpectBits(Score(cuda.get(), made, ensemble.source, 5), expected);
        }
    }
}

/* As many as the arguments of a launch hold, and one more, which the host averages. */
TEST_F(EnsembleOnTheDevice, AnyNumberOfMembers)
{
    for (const size_t count : {1u, 64u, 65u}) {
        SCOPED_TRACE(count);
        Members members;
        for (size_t m = 0; m < count; ++m) {
            members.emplace_back(new Member(m % 3 == 1 ? RS_DTYPE_F16 : RS_DTYPE_F32, 20, 9,
                                            std::vector<rs_test::RowKind>{}, m + 1));
        }
        Ensemble ensemble(members, {});
        ExamCase made;
        MakeExam(&made, &ensemble, Ways()[0]);
        const OpenCudaEngine cuda;
        ExpectBits(Score(cuda.get(), made, ensemble.source, 9), OnTheCpu(made, ensemble, 9));
    }
}

#ifdef SIMT_CUDA_RUNTIME /* a device is not made to fail */
TEST_F(EnsembleOnTheDevice, AFullDeviceTakesSmallerChunks)
{
    const Members members = AllTypes(300, 257);
    Ensemble ensemble(members, Weighted(RS_SPACE_PROB));
    ExamCase made;
    MakeExam(&made, &ensemble, Ways()[3]);
    const OpenCudaEngine cuda;
    simt_set_memory(simt_count().device_bytes + 300000);
    ExpectBits(Score(cuda.get(), made, ensemble.source, 3), OnTheCpu(made, ensemble, 3));
    EXPECT_LE(simt_count().device_bytes, 300000u);
}

TEST_F(EnsembleOnTheDevice, EveryCallFailsInTurn)
{
    const Members members = AllTypes(12, 9);
    const MemberMap by(9, false);
    Ensemble ensemble(members, Mapped(RS_SPACE_PROB, by));
    ExamCase made;
    MakeExam(&made, &ensemble, Ways()[3], by.map);
    const Outcome expected = OnTheCpu(made, ensemble, 2);
    uint64_t opened = 0;
    uint64_t calls = 0;
    {
        const OpenCudaEngine cuda(20000, 1);
        opened = simt_calls();
        ExpectBits(Score(cuda.get(), made, ensemble.source, 2), expected);
        calls = simt_calls();
    }
    uint64_t failed = 0;
    for (uint64_t n = 1; n <= calls - opened; ++n) {
        simt_reset();
        const OpenCudaEngine cuda(20000, 1);
        simt_fail_call(n, cudaErrorLaunchOutOfResources);
        const Outcome outcome = Score(cuda.get(), made, ensemble.source, 2);
        if (outcome.status == RS_OK) {
            ExpectBits(outcome, expected);
            continue;
        }
        ++failed;
        EXPECT_EQ(outcome.status, RS_DEVICE);
        EXPECT_NE(std::strstr(outcome.error.reason, "on CUDA device 0"), nullptr)
            << outcome.error.reason;
        ExpectBits(Score(cuda.get(), made, ensemble.source, 2), expected);
    }
    EXPECT_GT(failed, 10u);
}
#endif

TEST_F(EnsembleOnTheDevice, AMemberThatIsCutIsToldOf)
{
    const Members members = AllTypes(60, 20);
    Ensemble ensemble(members, Weighted(RS_SPACE_LOGIT));
    ExamCase made;
    MakeExam(&made, &ensemble, Ways()[1]);
    const OpenCudaEngine cuda(20000, 2);
    members[3]->source->ForbidViews();
    members[3]->source->CutAt(37);
    const Outcome outcome = Score(cuda.get(), made, ensemble.source, 2);
    EXPECT_EQ(outcome.status, RS_FORMAT);
    EXPECT_STREQ(outcome.error.reason, "the input ends before row 37 of 60");
}

} // namespace
