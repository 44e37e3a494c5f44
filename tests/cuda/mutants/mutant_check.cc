/* What every mutant is put through (mutants.cmake): a small part of the tests, which the unchanged
 * engine passes. */
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <sys/mman.h>

#include <cstring>

#include "cuda_case.h"
#include "simt/simt.h"

namespace {

using rs_test::ExamCase;
using rs_test::OpenCudaEngine;
using rs_test::Outcome;
using rs_test::RowKind;
using rs_test::Score;
using rs_test::ScriptedSource;
using rs_test::Verdict;

#ifdef SIMT_TSAN
constexpr uint64_t kSeeds = 2; /* a race shows in any order */
#else
constexpr uint64_t kSeeds = 20;
#endif

class Mutant : public testing::Test {
  protected:
    void SetUp() override { Restart(1); }
    void TearDown() override
    {
        EXPECT_STREQ(simt_message(), "");
        simt_reset();
    }

    static void Restart(uint64_t seed)
    {
        simt_reset();
        simt_set_seed(seed);
        simt_catch(1); /* a failed check of the executor is an error of the launch, and told */
    }

    static void Make(ExamCase *made, rs_dtype dtype, uint64_t rows, uint32_t columns)
    {
        rs_random random = rs_random_make(columns, rows);
        MakeRows(made, dtype, rows, columns, 0, {}, &random);
        DrawLabels(made, &random);
        made->exam.row_flags = true;
    }
};

TEST_F(Mutant, CountsAgreeWithTheReference)
{
    const OpenCudaEngine engine;
    for (const rs_dtype dtype : {RS_DTYPE_F32, RS_DTYPE_F16}) {
        for (const uint32_t columns : {40u, 1000u, 1001u}) {
            ExamCase made;
            Make(&made, dtype, 168, columns);
            for (uint64_t i = 0; i < made.rows; i += 40) { /* as many labels as lanes */
                made.exam.real[i].clear();
                for (int32_t label = 0; label < 32; ++label) {
                    made.exam.real[i].push_back(label);
                }
                made.exam.original[i] = 33;
            }
            made.real_begin.assign(1, 0);
            made.real_class.clear();
            for (const auto &set : made.exam.real) {
                made.real_class.insert(made.real_class.end(), set.begin(), set.end());
                made.real_begin.push_back(static_cast<uint32_t>(made.real_class.size()));
            }
            ScriptedSource source(made.bits.data(), dtype, made.rows, columns, made.stride);
            for (const bool flags : {false, true}) {
                made.exam.row_flags = flags;
                const Verdict verdict = Judge(made.exam);
                ExpectCounters(made, verdict, Score(engine.get(), made, source.get(), 0));
            }
        }
    }
}

/* More images than ties are looked for in: what then proves a row sound is its labels alone. */
TEST_F(Mutant, RowsThatAreNotLookedAt)
{
    const OpenCudaEngine engine;
    ExamCase made;
    Make(&made, RS_DTYPE_F32, 1100, 12);
    made.exam.row_flags = false;
    const Verdict verdict = Judge(made.exam);
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
    ExpectCounters(made, verdict, Score(engine.get(), made, source.get(), 0));
}

TEST_F(Mutant, PredictionsAgreeWithTheReference)
{
    const OpenCudaEngine engine;
    ExamCase made;
    Make(&made, RS_DTYPE_F32, 84, 40);
    const Verdict verdict = Judge(made.exam);
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
    ExpectResults(verdict, Score(engine.get(), made, source.get(), 7), 7);
}

TEST_F(Mutant, ListsAgreeWithRanks)
{
    const OpenCudaEngine engine;
    ExamCase made;
    Make(&made, RS_DTYPE_F32, 84, 40);
    made.exam.row_flags = false;
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
    Outcome ranked = Score(engine.get(), made, source.get(), 10);
    for (const int of_values : {RS_COUNT_INF_ROWS, RS_COUNT_CONSTANT_ROWS, RS_COUNT_LOOKED_ROWS,
                                RS_COUNT_LOOKED_TIED_ROWS}) { /* which a list has lost */
        ranked.counters[static_cast<size_t>(of_values)] = 0;
    }
    ScriptedSource lists(ranked.prediction.data(), RS_DTYPE_I32, made.rows, 10, 40);
    made.columns = 10;
    EXPECT_EQ(Score(engine.get(), made, lists.get(), 0).counters, ranked.counters);
}

/* Many small chunks under many orders. */
TEST_F(Mutant, EverySeedGivesTheSame)
{
    ExamCase made;
    Make(&made, RS_DTYPE_F32, 126, 24);
    const Verdict verdict = Judge(made.exam);
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
        Restart(seed);
        const OpenCudaEngine engine(4 * 12 * (24 * 4 + 57), 2);
        for (int round = 0; round < 2; ++round) {
            const Outcome outcome = Score(engine.get(), made, source.get(), 4);
            ExpectCounters(made, verdict, outcome);
            ExpectResults(verdict, outcome, 4);
            if (HasFailure()) {
                return;
            }
        }
    }
}

TEST_F(Mutant, RowsFarApart)
{
    ExamCase made;
    Make(&made, RS_DTYPE_F32, 21, 24);
    const uint64_t stride = (UINT64_C(1) << 30) + 4; /* not aligned to a vector either */
    void *const sparse = mmap(nullptr, stride * made.rows, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ASSERT_NE(sparse, MAP_FAILED);
    for (uint64_t i = 0; i < made.rows; ++i) {
        std::memcpy(static_cast<char *>(sparse) + i * stride, made.bits.data() + i * made.stride,
                    made.stride);
    }
    Outcome outcome;
    const rs_pass pass = made.Pass();
    rs_device_counter *counter = nullptr;
    ASSERT_EQ(rs_device_counter_create(&pass, 0, &counter, nullptr), RS_OK);
    ASSERT_EQ(rs_device_counter_add(counter, sparse, made.dtype, 0, made.rows, stride, nullptr,
                                    nullptr),
              RS_OK);
    outcome.counters.assign(rs_tally_layout_of(24, 2, 0).counters, 0);
    outcome.scored = made.rows;
    outcome.status = rs_device_counter_fetch(counter, outcome.counters.data(), &outcome.error);
    ExpectCounters(made, Judge(made.exam), outcome);
    rs_device_counter_free(counter);
    munmap(sparse, stride * made.rows);
}

TEST_F(Mutant, RowsOnTheDevice)
{
    ExamCase made; /* rows padded to whole vectors by bytes that are not theirs */
    rs_random random = rs_random_make(7, 0);
    MakeRows(&made, RS_DTYPE_F32, 84, 22, 8, {}, &random);
    DrawLabels(&made, &random);
    const Verdict verdict = Judge(made.exam);
    for (uint64_t seed = 0; seed < kSeeds / 2; ++seed) {
        Restart(seed);
        void *rows = nullptr;
        cudaStream_t stream = nullptr;
        Outcome outcome;
        const rs_pass pass = made.Pass();
        rs_device_counter *counter = nullptr;
        ASSERT_EQ(cudaMalloc(&rows, made.bits.size()), cudaSuccess);
        ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
        ASSERT_EQ(rs_device_counter_create(&pass, 0, &counter, nullptr), RS_OK);
        ASSERT_EQ(cudaMemcpyAsync(rows, made.bits.data(), made.bits.size(), cudaMemcpyHostToDevice,
                                  stream),
                  cudaSuccess);
        ASSERT_EQ(rs_device_counter_add(counter, rows, made.dtype, 0, made.rows, made.stride,
                                        stream, nullptr),
                  RS_OK);
        outcome.counters.assign(rs_tally_layout_of(22, 2, 0).counters, 0);
        outcome.scored = made.rows;
        outcome.status = rs_device_counter_fetch(counter, outcome.counters.data(), nullptr);
        ExpectCounters(made, verdict, outcome);
        rs_device_counter_free(counter);
    }
}

TEST_F(Mutant, LabelsChange)
{
    const OpenCudaEngine engine;
    for (const uint64_t rows : {40u, 41u}) {
        ExamCase made;
        Make(&made, RS_DTYPE_F32, rows, 24);
        ScriptedSource source(made.bits.data(), made.dtype, made.rows, 24, made.stride);
        ExpectCounters(made, Judge(made.exam), Score(engine.get(), made, source.get(), 0));
    }
}

}  // namespace
