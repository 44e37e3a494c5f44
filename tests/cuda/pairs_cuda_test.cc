/* Original and predicted classes as keys that a pass writes on the device and Thrust counts there:
 * those of the CPU engine's predictions, of every kind of rows, in every order, on several devices,
 * and when there is no room or a call fails. */
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "cuda_case.h"

extern "C" {
#include "engine/pair_key.h"
}

namespace {

using rs_test::ExamCase;
using rs_test::OpenCudaEngine;
using rs_test::OpenEngine;
using rs_test::Outcome;
using rs_test::ScriptedSource;

struct Pairs : rs_key_counts {
    Pairs() : rs_key_counts{}
    {
    }
    ~Pairs()
    {
        std::free(entry);
    }
    Pairs(const Pairs &) = delete;
    Pairs &operator=(const Pairs &) = delete;
};

/* Rows of few classes, so that pairs come again. */
struct PairsCase {
    explicit PairsCase(rs_dtype dtype, uint64_t rows = 300, uint32_t columns = 9)
    {
        rs_random random = rs_random_make(rows + columns, static_cast<uint64_t>(dtype));
        MakeRows(&made, dtype, rows, columns, 0, {}, &random);
        made.exam.classes = columns;
        DrawLabels(&made, &random);
        Open();
    }
    void Open()
    {
        source.reset(
            new ScriptedSource(made.bits.data(), made.dtype, made.rows, made.columns, made.stride));
    }

    /* From the predictions of the CPU, counted on the host. */
    void Expect(Pairs *expected)
    {
        const OpenEngine cpu(RS_ISA_AUTO, 1);
        const Outcome outcome = Score(cpu.get(), made, source->get(), 1);
        ASSERT_EQ(outcome.status, RS_OK) << outcome.error.reason;
        const rs_pass pass = made.Pass();
        std::vector<uint64_t> keys;
        for (uint64_t i = pass.rows.begin; i < pass.rows.end; ++i) {
            const uint32_t begin = pass.labels.real_begin[i];
            const uint64_t key = rs_pair_key(
                pass.labels.original[i], outcome.prediction[i - pass.rows.begin], pass.classes,
                pass.labels.real_class + begin, pass.labels.real_begin[i + 1] - begin);
            if (key != RS_NO_PAIR) {
                keys.push_back(key);
            }
        }
        ASSERT_EQ(rs_count_keys(keys.data(), keys.size(), expected, nullptr), RS_OK);
        EXPECT_GT(expected->count, 1u);
        EXPECT_LT(keys.size(), made.rows); /* some rows have no pair */
    }

    /* With `keep` predictions asked for besides, or none. */
    rs_status Count(const OpenCudaEngine &cuda, uint32_t keep, Pairs *pairs, rs_error *error)
    {
        const rs_pass pass = made.Pass();
        const uint64_t rows = pass.rows.end - pass.rows.begin;
        std::vector<uint64_t> counters(
            rs_tally_layout_of(pass.classes, pass.topk_count, false).counters, 0);
        std::vector<int32_t> prediction(rows * keep);
        std::vector<uint8_t> flags(rows);
        rs_row_results results = {};
        results.keep = keep;
        results.prediction = keep > 0 ? prediction.data() : nullptr;
        results.flags = flags.data(); /* an odd number of bytes a row */
        rs_row_results *const asked = &results;
        uint64_t *const at = counters.data();
        const rs_scoring of = {&pass,   source->get(), nullptr, 0,    &asked,
                               nullptr, &at,           nullptr, pairs};
        uint64_t scored = 0;
        return cuda.get()->vtable->score(cuda.get(), &of, &scored, error);
    }

    void ExpectCounts(const OpenCudaEngine &cuda, uint32_t keep, const Pairs &expected)
    {
        Pairs pairs;
        rs_error error = {};
        ASSERT_EQ(Count(cuda, keep, &pairs, &error), RS_OK) << error.reason;
        ASSERT_EQ(pairs.count, expected.count);
        for (size_t i = 0; i < expected.count; ++i) {
            ASSERT_EQ(std::memcmp(&pairs.entry[i], &expected.entry[i], sizeof pairs.entry[i]), 0)
                << "pair " << i;
        }
    }

    ExamCase made;
    std::unique_ptr<ScriptedSource> source;
};

class CudaPairs : public testing::Test {
  protected:
    void SetUp() override
    {
        simt_reset();
    }
    void TearDown() override
    {
        rs_test::ExpectNothingLeft();
        simt_reset();
    }
};

TEST_F(CudaPairs, AreThoseOfThePredictionsOfTheCpu)
{
    const OpenCudaEngine cuda;
    ASSERT_TRUE(cuda.get()->counts_pairs);
    for (const rs_dtype dtype : rs_test::FloatTypes()) {
        SCOPED_TRACE(rs_dtype_name(dtype));
        PairsCase of(dtype);
        Pairs expected;
        of.Expect(&expected);
        for (const uint32_t keep : {0u, 1u, 3u}) {
            of.ExpectCounts(cuda, keep, expected);
        }
    }
}

TEST_F(CudaPairs, OfARangeAreThoseOfItsRows)
{
    const OpenCudaEngine cuda;
    PairsCase of(RS_DTYPE_F32);
    of.made.exam.begin = 37;
    of.made.exam.end = 251;
    Pairs expected;
    of.Expect(&expected);
    of.ExpectCounts(cuda, 0, expected);
    of.made.exam.begin = 0; /* on the same engine: more of them, and what was there is gone */
    Pairs more;
    of.Expect(&more);
    of.ExpectCounts(cuda, 0, more);
    of.ExpectCounts(cuda, 2, more);
}

TEST_F(CudaPairs, BehindAClassMapAreOfItsClasses)
{
    const OpenCudaEngine cuda;
    PairsCase of(RS_DTYPE_BF16, 300, 12);
    of.made.exam.classes = 40;
    of.made.UseMap({39, 3, -1, 3, 20, 21, 22, 39, 0, 7, -1, 5});
    for (size_t i = 0; i < of.made.exam.original.size(); ++i) {
        of.made.exam.original[i] = i % 9 == 0 ? -1 : std::vector<int32_t>{39, 3, 20, 0}[i % 4];
    }
    Pairs expected;
    of.Expect(&expected);
    of.ExpectCounts(cuda, 0, expected);
}

TEST_F(CudaPairs, OfRankedPredictionsAreThoseOfTheFirst)
{
    const OpenCudaEngine cuda;
    PairsCase of(RS_DTYPE_F16);
    const OpenEngine cpu(RS_ISA_AUTO, 1);
    const Outcome ranked = Score(cpu.get(), of.made, of.source->get(), 3);
    Pairs expected;
    of.Expect(&expected);
    of.made.columns = 3;
    of.source.reset(
        new ScriptedSource(ranked.prediction.data(), RS_DTYPE_I32, of.made.rows, 3, 12));
    of.ExpectCounts(cuda, 0, expected);
}

/* Many small chunks under many orders of streams, from views, copies and a stream. */
TEST_F(CudaPairs, ChunksAndOrdersChangeNothing)
{
    PairsCase of(RS_DTYPE_F32, 126);
    Pairs expected;
    of.Expect(&expected);
    for (uint64_t seed = 0; seed < 8; ++seed) {
        SCOPED_TRACE(seed);
        simt_set_seed(seed);
        const OpenCudaEngine cuda(4 * 12 * (9 * 4 + 5), 2);
        of.Open();
        if (seed % 3 == 1) {
            of.source->ForbidViews();
        } else if (seed % 3 == 2) {
            of.source->MakeStream(seed == 2);
        }
        of.ExpectCounts(cuda, seed % 2, expected);
        if (HasFailure()) {
            return;
        }
    }
}

TEST_F(CudaPairs, SeveralDevicesAddTheirs)
{
    simt_set_devices(3);
    if (!rs_test::DevicesThere(3)) {
        GTEST_SKIP() << "three devices are needed";
    }
    PairsCase of(RS_DTYPE_F32);
    Pairs expected;
    of.Expect(&expected);
    for (const uint64_t chunk_rows : {1u, 16u, 1000u}) {
        const OpenCudaEngine cuda(4 * chunk_rows * (9 * 4 + 5), 3, 7);
        ASSERT_EQ(cuda.status, RS_OK) << cuda.error.reason;
        of.ExpectCounts(cuda, 0, expected);
    }
}

#ifdef SIMT_CUDA_RUNTIME /* a device is not made to fail */
TEST_F(CudaPairs, ADeviceThatIsFullWhileItSortsLeavesItToTheHost)
{
    PairsCase of(RS_DTYPE_F32);
    Pairs expected;
    of.Expect(&expected);
    const OpenCudaEngine cuda(0, 1);
    simt_fail_call_named("simt_run_library", 1, cudaErrorMemoryAllocation);
    of.ExpectCounts(cuda, 0, expected);
    of.ExpectCounts(cuda, 0, expected);
}

TEST_F(CudaPairs, EveryCallFailsInTurn)
{
    PairsCase of(RS_DTYPE_F32, 60);
    Pairs expected;
    of.Expect(&expected);
    uint64_t opened = 0;
    uint64_t calls = 0;
    {
        const OpenCudaEngine cuda(4 * 20 * (9 * 4 + 5), 1);
        opened = simt_calls();
        of.ExpectCounts(cuda, 0, expected);
        calls = simt_calls();
    }
    uint64_t failed = 0;
    for (uint64_t n = 1; n <= calls - opened; ++n) {
        simt_reset();
        const OpenCudaEngine cuda(4 * 20 * (9 * 4 + 5), 1);
        simt_fail_call(n, cudaErrorLaunchOutOfResources);
        Pairs pairs;
        rs_error error = {};
        if (of.Count(cuda, 0, &pairs, &error) != RS_OK) {
            ++failed;
            EXPECT_EQ(error.status, RS_DEVICE);
            EXPECT_NE(std::strstr(error.reason, "on CUDA device 0"), nullptr) << error.reason;
            EXPECT_EQ(pairs.entry, nullptr);
        }
        of.ExpectCounts(cuda, 0, expected);
    }
    EXPECT_GT(failed, 10u);
}
#endif

} // namespace
