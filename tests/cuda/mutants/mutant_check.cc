/* What every mutant is put through (mutants.cmake): a small part of the tests, which the unchanged
 * engine passes. */
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <cstring>

#include "mutants/mutant_case.h"
#include "support/sanitized.h"

namespace {

using rs_test::ExamCase;
using rs_test::ImagesCase;
using rs_test::OnDevice;
using rs_test::OpenCudaEngine;
using rs_test::Outcome;
using rs_test::RowKind;
using rs_test::Score;
using rs_test::ScriptedSource;
using rs_test::Verdict;

const uint64_t kSeeds = rs_test::ThreadSanitized() ? 2 : 20; /* a race shows in any order */

class Mutant : public rs_test::MutantCase {
  protected:
    static void Make(ExamCase *made, rs_dtype dtype, uint64_t rows, uint32_t columns)
    {
        rs_random random = rs_random_make(columns, rows);
        MakeRows(made, dtype, rows, columns, 0, {}, &random);
        DrawLabels(made, &random);
        made->exam.row_flags = true;
    }
};

/* What a scorer of a device has counted. */
Outcome OutcomeOf(const ImagesCase &made, const ImagesCase::Scorer &scorer)
{
    Outcome outcome;
    rs_tally *tally = nullptr;
    outcome.status = rs_scorer_tally(scorer.get(), &tally, &outcome.error);
    if (outcome.status == RS_OK) {
        const size_t count =
            rs_tally_layout_of(made.made.columns, static_cast<uint32_t>(made.made.exam.topk.size()),
                               made.made.exam.calibration)
                .counters;
        outcome.counters.assign(rs_tally_counters(tally), rs_tally_counters(tally) + count);
    }
    outcome.scored = made.made.rows;
    rs_tally_free(tally);
    return outcome;
}

TEST_F(Mutant, CountsAgreeWithTheReference)
{
    const OpenCudaEngine engine;
    for (const rs_dtype dtype : {RS_DTYPE_F32, RS_DTYPE_F16}) {
        for (const uint32_t columns : {40u, 1000u, 1001u}) {
            ExamCase made;
            Make(&made, dtype, 168, columns);
            const Verdict before = Judge(made.exam);
            for (uint64_t i = 0; i < made.rows; i += 4) { /* as many labels as lanes */
                const int32_t first = before.truth[i].prediction.empty()
                                          ? -1
                                          : before.truth[i].prediction[0];
                made.exam.real[i].clear(); /* and the original one, which is first, beside them */
                for (int32_t label = 0; made.exam.real[i].size() < 32; ++label) {
                    if (label != first) {
                        made.exam.real[i].push_back(label);
                    }
                }
                made.exam.original[i] = first;
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
    Make(&made, RS_DTYPE_F32, 1100, 6); /* few columns: also +inf that is alone, and a label */
    made.exam.row_flags = false;
    const Verdict verdict = Judge(made.exam);
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
    ExpectCounters(made, verdict, Score(engine.get(), made, source.get(), 0));
}

TEST_F(Mutant, PredictionsAgreeWithTheReference)
{
    const OpenCudaEngine engine;
    ExamCase made;
    Make(&made, RS_DTYPE_F32, 500, 40); /* several a warp */
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
    ImagesCase images(RS_DTYPE_F32, 21, 24);
    const ExamCase &made = images.made;
    const uint64_t stride = (UINT64_C(1) << 30) + 4; /* not aligned to a vector either */
    void *sparse = nullptr;
    ASSERT_EQ(cudaMalloc(&sparse, stride * made.rows), cudaSuccess);
    for (uint64_t i = 0; i < made.rows; ++i) {
        ASSERT_EQ(cudaMemcpy(static_cast<char *>(sparse) + i * stride,
                             made.bits.data() + i * made.stride, made.stride,
                             cudaMemcpyHostToDevice),
                  cudaSuccess);
    }
    const ImagesCase::Scorer scorer = images.MakeScorer(0);
    const rs_scorer_rows batch = images.Batch(sparse, made.rows, stride - made.stride, nullptr,
                                              nullptr);
    ASSERT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
    ExpectCounters(made, Judge(made.exam), OutcomeOf(images, scorer));
}

TEST_F(Mutant, RowsOnTheDevice)
{
    ImagesCase images(RS_DTYPE_F32, 84, 22);
    const ExamCase &made = images.made;
    const Verdict verdict = Judge(made.exam);
    std::vector<int64_t> all(made.rows);
    std::iota(all.begin(), all.end(), 0);
    /* Rows padded to whole vectors by bytes that are not theirs. */
    const std::vector<uint8_t> padded = images.RowsOf(all, 8);
    for (uint64_t seed = 0; seed < kSeeds / 2; ++seed) {
        Restart(seed);
        cudaStream_t stream = nullptr;
        ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
        const ImagesCase::Scorer scorer = images.MakeScorer(0);
        const OnDevice rows(padded.data(), padded.size(), stream);
        const rs_scorer_rows batch = images.Batch(rows.get(), made.rows, 8, nullptr, stream);
        ASSERT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
        ExpectCounters(made, verdict, OutcomeOf(images, scorer));
    }
}

/* Of f64: a lane's vectors hold 512 positions, and with calibration wider rows come in tiles. */
TEST_F(Mutant, ThroughAClassMap)
{
    const OpenCudaEngine engine;
    for (const uint32_t positions : {31u, 512u, 1101u}) {
        rs_random random = rs_random_make(positions, 3);
        ExamCase made;
        MakeRows(&made, RS_DTYPE_F64, 42, positions * 3, 0, {}, &random);
        std::vector<int32_t> class_of(made.columns); /* of one column, of two, of three */
        for (uint32_t j = 0; j < made.columns; ++j) {
            const uint32_t p = j < positions ? positions - 1 - j : j * 5 % positions;
            class_of[j] = j < positions || j % 7 < 3 ? static_cast<int32_t>(p) : -1;
        }
        made.exam.classes = positions;
        made.UseMap(class_of);
        DrawLabels(&made, &random);
        made.exam.row_flags = true;
        made.exam.calibration = true;
        const Verdict verdict = Judge(made.exam);
        ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
        const Outcome outcome = Score(engine.get(), made, source.get(), 4);
        ExpectCounters(made, verdict, outcome);
        ExpectResults(verdict, outcome, 4);
    }
}

/* In the order of the columns, where nothing has to be gathered, and in another one. */
TEST_F(Mutant, MapsOfOneColumnEach)
{
    const OpenCudaEngine engine;
    for (const bool in_order : {true, false}) {
        rs_random random = rs_random_make(5, in_order);
        ExamCase made;
        MakeRows(&made, RS_DTYPE_F64, 42, 30, 0, {}, &random);
        std::vector<int32_t> class_of(made.columns);
        for (uint32_t j = 0; j < made.columns; ++j) {
            class_of[j] = static_cast<int32_t>(3 * (in_order ? j : made.columns - 1 - j));
        }
        made.exam.classes = 3 * made.columns;
        made.UseMap(class_of);
        DrawLabels(&made, &random);
        const Verdict verdict = Judge(made.exam);
        ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
        const Outcome outcome = Score(engine.get(), made, source.get(), 4);
        ExpectCounters(made, verdict, outcome);
        ExpectResults(verdict, outcome, 4);
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
