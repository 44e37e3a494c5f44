/* What engines do when rows cannot be had, when they are told to stop, and how they report. */
#include <atomic>

#include "engine/suite/engine_kind.h"

namespace {

using rs_test::Engine;
using rs_test::ExamCase;
using rs_test::Outcome;
using rs_test::RowKind;
using rs_test::ScriptedSource;

/* Forty pieces of rows: for the CPU 16 MB of zeros, some blocks for every thread; where rows cost
 * much, a fraction of them in chunks of eight. */
class EngineFailure : public rs_test::EngineSuite {
  protected:
    void SetUp() override
    {
        EngineSuite::SetUp();
        const bool slow = GetParam().slow;
        piece_ = slow ? 10 : 100;
        made_.rows = 40 * piece_;
        made_.columns = slow ? 30 : 1000;
        made_.stride = made_.columns * sizeof(float);
        made_.bits.assign(made_.rows * made_.stride, 0);
        made_.exam.classes = made_.columns;
        made_.exam.end = made_.rows;
        made_.exam.original.assign(made_.rows, 0);
        made_.real_begin.assign(made_.rows + 1, 0);
        memory_ = 4 * 8 * made_.stride;
        ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns,
                              made_.stride);
        right_ = rs_test::Score(rs_test::OpenEngine(RS_ISA_PORTABLE, 1).get(), made_, source.get(),
                                0);
    }

    rs_test::EngineWish With(unsigned threads) const
    {
        return {threads, memory_};
    }

    rs_status Score(const Engine &engine, ScriptedSource *source, const rs_watch *watch)
    {
        outcome_ = rs_test::Score(engine.get(), made_, source->get(), 0, watch);
        return outcome_.status;
    }

    /* The engine is none the worse for what happened. */
    void ExpectTheNextPassIsRight(const Engine &engine)
    {
        ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns,
                              made_.stride);
        ASSERT_EQ(Score(engine, &source, nullptr), RS_OK) << outcome_.error.reason;
        EXPECT_EQ(outcome_.scored, made_.rows);
        EXPECT_EQ(outcome_.counters, right_.counters);
    }

    static std::string Row(const char *before, uint64_t row, const std::string &after)
    {
        return before + std::to_string(row) + after;
    }

    ExamCase made_;
    Outcome outcome_;
    Outcome right_; /* of all rows */
    uint64_t piece_ = 0;
    uint64_t memory_ = 0;
};

TEST_P(EngineFailure, TheFailureNearestToTheFirstRowIsTold)
{
    const uint64_t first = 12 * piece_ + 1;
    for (const unsigned threads : {1u, 2u, 8u}) {
        const Engine engine(GetParam(), With(threads));
        for (int round = 0; round < 8; ++round) {
            for (const bool stream : {false, true}) {
                ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns,
                                      made_.stride);
                source.ForbidViews();
                if (stream) {
                    source.MakeStream(true);
                }
                source.FailAt({first, first + 1, 16 * piece_, 19 * piece_, 24 * piece_,
                               made_.rows - 1});
                ASSERT_EQ(Score(engine, &source, nullptr), RS_IO);
                ASSERT_EQ(outcome_.error.reason, Row("row ", first, " fails"));
                ASSERT_EQ(outcome_.error.place.at, first);
                ASSERT_EQ(outcome_.scored, 0u);
                ASSERT_EQ(source.concurrent_reads_seen, 0);
            }
        }
        ExpectTheNextPassIsRight(engine);
    }
}

TEST_P(EngineFailure, AnInputThatEndsEarlyIsAnError)
{
    const uint64_t end = 25 * piece_;
    const Engine engine(GetParam(), With(2));
    ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns, made_.stride);
    source.ForbidViews();
    source.CutAt(end);
    EXPECT_EQ(Score(engine, &source, nullptr), RS_FORMAT);
    EXPECT_EQ(outcome_.error.reason,
              Row("the input ends before row ", end, " of " + std::to_string(made_.rows)));
    EXPECT_EQ(outcome_.error.place.kind, RS_PLACE_ROW);
    EXPECT_EQ(outcome_.error.place.at, end);
}

/* How long a stream is, is for the caller to judge. */
TEST_P(EngineFailure, AStreamThatEndsEarlyTellsHowManyRowsThereWere)
{
    for (const unsigned threads : {1u, 4u}) {
        const Engine engine(GetParam(), With(threads));
        for (const uint64_t end : {25 * piece_, 20 * piece_ + 1}) {
            ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns,
                                  made_.stride);
            source.MakeStream(false);
            source.CutAt(end);
            EXPECT_EQ(Score(engine, &source, nullptr), RS_OK);
            EXPECT_EQ(outcome_.scored, end);
        }
    }
}

TEST_P(EngineFailure, AStreamMayEndBeforeTheRangeBegins)
{
    made_.exam.begin = 30 * piece_;
    const Engine engine(GetParam(), With(2));
    ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns, made_.stride);
    source.MakeStream(false);
    source.CutAt(25 * piece_);
    EXPECT_EQ(Score(engine, &source, nullptr), RS_OK);
    EXPECT_EQ(outcome_.scored, 0u);
}

TEST_P(EngineFailure, AStreamIsReadNoFurtherThanTheRange)
{
    made_.exam.end = 10 * piece_;
    const Engine engine(GetParam(), With(4));
    ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns, made_.stride);
    source.MakeStream(false);
    source.FailAt({10 * piece_});
    EXPECT_EQ(Score(engine, &source, nullptr), RS_OK);
    EXPECT_EQ(outcome_.scored, 10 * piece_);
}

TEST_P(EngineFailure, StopsWhenTold)
{
    const volatile sig_atomic_t stop = 1;
    const rs_watch watch = {nullptr, nullptr, &stop};
    for (const unsigned threads : {1u, 4u}) {
        const Engine engine(GetParam(), With(threads));
        ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns,
                              made_.stride);
        EXPECT_EQ(Score(engine, &source, &watch), RS_INTERRUPTED);
        EXPECT_STREQ(outcome_.error.reason, "stopped before all rows were scored");
        EXPECT_STREQ(outcome_.error.file, "scripted");
        if (!GetParam().reads_ahead) {
            EXPECT_EQ(source.views, 0u);
        }
        ExpectTheNextPassIsRight(engine);
    }
}

struct Progress {
    std::atomic<uint64_t> calls{0};
    std::atomic<uint64_t> largest{0};
    volatile sig_atomic_t stop = 0;
};

void RowsDone(void *context, uint64_t rows)
{
    auto *const progress = static_cast<Progress *>(context);
    progress->calls += 1;
    uint64_t seen = progress->largest;
    while (rows > seen && !progress->largest.compare_exchange_weak(seen, rows)) {
    }
}

void StopAfterTheFirstPiece(void *context, uint64_t rows)
{
    RowsDone(context, rows);
    static_cast<Progress *>(context)->stop = 1;
}

TEST_P(EngineFailure, ReportsProgress)
{
    for (const unsigned threads : {1u, 4u}) {
        Progress progress;
        const rs_watch watch = {RowsDone, &progress, &progress.stop};
        const Engine engine(GetParam(), With(threads));
        ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns,
                              made_.stride);
        EXPECT_EQ(Score(engine, &source, &watch), RS_OK);
        EXPECT_EQ(outcome_.counters, right_.counters);
        EXPECT_EQ(progress.largest, made_.rows);
        EXPECT_GT(progress.calls, 8u);
    }
}

TEST_P(EngineFailure, StopsBetweenPieces)
{
    Progress progress;
    const rs_watch watch = {StopAfterTheFirstPiece, &progress, &progress.stop};
    const Engine engine(GetParam(), With(1));
    ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns, made_.stride);
    EXPECT_EQ(Score(engine, &source, &watch), RS_INTERRUPTED);
    EXPECT_EQ(progress.calls, 1u);
    EXPECT_LT(progress.largest, made_.rows);
}

TEST_P(EngineFailure, RefusesTypesWithoutAnOrderAndRangesOutsideTheLabels)
{
    const Engine engine(GetParam(), With(1));
    ScriptedSource integers(made_.bits.data(), RS_DTYPE_U32, made_.rows, made_.columns,
                            made_.stride);
    integers.get()->info.content = RS_CONTENT_LOGITS;
    EXPECT_EQ(Score(engine, &integers, nullptr), RS_UNSUPPORTED);
    EXPECT_STREQ(outcome_.error.reason, "rows of type u32 cannot be scored");

    ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns, made_.stride);
    made_.exam.end = made_.rows + 1;
    EXPECT_EQ(Score(engine, &source, nullptr), RS_RANGE);
    const std::string rows = std::to_string(made_.rows);
    EXPECT_EQ(outcome_.error.reason, "rows 0:" + std::to_string(made_.rows + 1) +
                                         " are not inside the " + rows + " rows of the labels");
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineFailure, testing::ValuesIn(rs_test::Engines()),
                         rs_test::KindName);

} // namespace
