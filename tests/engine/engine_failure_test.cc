/* What the CPU engine does when rows cannot be had, when it is told to stop, and how it reports. */
#include <gtest/gtest.h>

#include <sched.h>

#include <atomic>

#include "exam_case.h"

extern "C" {
#include "engine/thread_pool.h"
}

namespace {

using rs_test::ExamCase;
using rs_test::OpenEngine;
using rs_test::ScriptedSource;

class EngineFailureTest : public testing::Test {
  protected:
    void SetUp() override
    {
        made_.rows = 4000; /* of zeros: 16 MB, some blocks for every thread */
        made_.columns = 1000;
        made_.stride = made_.columns * sizeof(float);
        made_.bits.assign(made_.rows * made_.stride, 0);
        made_.exam.classes = made_.columns;
        made_.exam.end = made_.rows;
        made_.exam.original.assign(made_.rows, 0);
        made_.real_begin.assign(made_.rows + 1, 0);
    }

    rs_status Score(rs_engine *engine, ScriptedSource *source, const rs_watch *watch)
    {
        const rs_pass pass = made_.Pass();
        std::vector<uint64_t> counters(rs_tally_layout_of(pass.classes, 2, 0).counters);
        return engine->vtable->score(engine, &pass, source->get(), nullptr, watch, counters.data(),
                                     &scored_, &error_);
    }

    ExamCase made_;
    rs_error error_ = {};
    uint64_t scored_ = 0;
};

TEST_F(EngineFailureTest, TheFailureNearestToTheFirstRowIsTold)
{
    for (const unsigned threads : {1u, 2u, 8u}) {
        const OpenEngine engine(RS_ISA_AUTO, threads);
        for (int round = 0; round < 8; ++round) {
            for (const bool stream : {false, true}) {
                ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns,
                                      made_.stride);
                source.ForbidViews();
                if (stream) {
                    source.MakeStream(true);
                }
                source.FailAt({1201, 1202, 1600, 1900, 2400, 3999});
                ASSERT_EQ(Score(engine.get(), &source, nullptr), RS_IO);
                ASSERT_STREQ(error_.reason, "row 1201 fails");
                ASSERT_EQ(error_.place.at, 1201u);
                ASSERT_EQ(source.concurrent_reads_seen, 0);
            }
        }
    }
}

TEST_F(EngineFailureTest, AnInputThatEndsEarlyIsAnError)
{
    const OpenEngine engine(RS_ISA_AUTO, 2);
    ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns, made_.stride);
    source.ForbidViews();
    source.CutAt(2500);
    EXPECT_EQ(Score(engine.get(), &source, nullptr), RS_FORMAT);
    EXPECT_STREQ(error_.reason, "the input ends before row 2500 of 4000");
    EXPECT_EQ(error_.place.kind, RS_PLACE_ROW);
    EXPECT_EQ(error_.place.at, 2500u);
}

/* How long a stream is, is for the caller to judge. */
TEST_F(EngineFailureTest, AStreamThatEndsEarlyTellsHowManyRowsThereWere)
{
    for (const unsigned threads : {1u, 4u}) {
        const OpenEngine engine(RS_ISA_AUTO, threads);
        ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns,
                              made_.stride);
        source.MakeStream(false);
        source.CutAt(2500);
        EXPECT_EQ(Score(engine.get(), &source, nullptr), RS_OK);
        EXPECT_EQ(scored_, 2500u);
    }
}

TEST_F(EngineFailureTest, AStreamMayEndBeforeTheRangeBegins)
{
    made_.exam.begin = 3000;
    const OpenEngine engine(RS_ISA_AUTO, 2);
    ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns, made_.stride);
    source.MakeStream(false);
    source.CutAt(2500);
    EXPECT_EQ(Score(engine.get(), &source, nullptr), RS_OK);
    EXPECT_EQ(scored_, 0u);
}

TEST_F(EngineFailureTest, AStreamIsReadNoFurtherThanTheRange)
{
    made_.exam.end = 1000;
    const OpenEngine engine(RS_ISA_AUTO, 4);
    ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns, made_.stride);
    source.MakeStream(false);
    source.FailAt({1000});
    EXPECT_EQ(Score(engine.get(), &source, nullptr), RS_OK);
    EXPECT_EQ(scored_, 1000u);
}

TEST_F(EngineFailureTest, StopsWhenTold)
{
    const volatile sig_atomic_t stop = 1;
    const rs_watch watch = {nullptr, nullptr, &stop};
    for (const unsigned threads : {1u, 4u}) {
        const OpenEngine engine(RS_ISA_AUTO, threads);
        ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns,
                              made_.stride);
        EXPECT_EQ(Score(engine.get(), &source, &watch), RS_INTERRUPTED);
        EXPECT_STREQ(error_.reason, "stopped before all rows were scored");
        EXPECT_STREQ(error_.file, "scripted");
        EXPECT_EQ(source.views, 0u);
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

void StopAfterTheFirstBlock(void *context, uint64_t rows)
{
    RowsDone(context, rows);
    static_cast<Progress *>(context)->stop = 1;
}

TEST_F(EngineFailureTest, ReportsProgress)
{
    for (const unsigned threads : {1u, 4u}) {
        Progress progress;
        const rs_watch watch = {RowsDone, &progress, &progress.stop};
        const OpenEngine engine(RS_ISA_AUTO, threads);
        ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns,
                              made_.stride);
        EXPECT_EQ(Score(engine.get(), &source, &watch), RS_OK);
        EXPECT_EQ(progress.largest, 4000u);
        EXPECT_GT(progress.calls, 8u);
    }
}

TEST_F(EngineFailureTest, StopsBetweenBlocks)
{
    Progress progress;
    const rs_watch watch = {StopAfterTheFirstBlock, &progress, &progress.stop};
    const OpenEngine engine(RS_ISA_AUTO, 1);
    ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns, made_.stride);
    EXPECT_EQ(Score(engine.get(), &source, &watch), RS_INTERRUPTED);
    EXPECT_EQ(progress.calls, 1u);
    EXPECT_LT(progress.largest, 4000u);
}

TEST_F(EngineFailureTest, RefusesTypesWithoutAnOrderAndRangesOutsideTheLabels)
{
    const OpenEngine engine(RS_ISA_AUTO, 1);
    ScriptedSource integers(made_.bits.data(), RS_DTYPE_U32, made_.rows, made_.columns,
                            made_.stride);
    integers.get()->info.content = RS_CONTENT_LOGITS;
    EXPECT_EQ(Score(engine.get(), &integers, nullptr), RS_UNSUPPORTED);
    EXPECT_STREQ(error_.reason, "rows of type u32 cannot be scored");

    ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, made_.columns, made_.stride);
    made_.exam.end = 4001;
    EXPECT_EQ(Score(engine.get(), &source, nullptr), RS_RANGE);
    EXPECT_STREQ(error_.reason, "rows 0:4001 are not inside the 4000 rows of the labels");
}

/* ---- opening, threads and processors ---- */

TEST(CpuEngine, SaysWhatItIs)
{
    const OpenEngine engine(RS_ISA_PORTABLE, 3);
    EXPECT_STREQ(engine.get()->info.name, "cpu");
    EXPECT_STREQ(engine.get()->info.device, "portable");
    EXPECT_EQ(engine.get()->info.threads, 3u);
}

TEST(CpuEngine, UsesTheProcessorsOfTheAffinityMask)
{
    cpu_set_t mask;
    ASSERT_EQ(sched_getaffinity(0, sizeof mask, &mask), 0);
    const OpenEngine engine(RS_ISA_AUTO, 0);
    EXPECT_EQ(engine.get()->info.threads, static_cast<unsigned>(CPU_COUNT(&mask)));
}

TEST(CpuEngine, RefusesAbsurdThreadCounts)
{
    rs_engine *engine = nullptr;
    rs_error error = {};
    EXPECT_EQ(rs_cpu_engine_open(RS_ISA_AUTO, 1000000, &engine, &error), RS_USAGE);
    EXPECT_EQ(engine, nullptr);
    EXPECT_STREQ(error.reason, "1000000 threads were asked for, at most 4096 can be used");
}

struct Seen {
    std::atomic<unsigned> workers{0};
    std::atomic<unsigned> outside{0};
    std::atomic<unsigned> pinned{0};
    cpu_set_t allowed;
};

void Look(void *context, unsigned worker)
{
    auto *const seen = static_cast<Seen *>(context);
    cpu_set_t mine;
    cpu_set_t common;
    CPU_ZERO(&mine);
    (void)sched_getaffinity(0, sizeof mine, &mine);
    CPU_AND(&common, &mine, &seen->allowed);
    seen->outside += CPU_EQUAL(&common, &mine) ? 0 : 1;
    seen->pinned += CPU_COUNT(&mine) == 1 ? 1 : 0;
    seen->workers |= 1u << worker;
}

TEST(ThreadPool, RunsEachWorkerOnceInsideTheMaskAndGivesTheCallerItsMaskBack)
{
    Seen seen;
    ASSERT_EQ(sched_getaffinity(0, sizeof seen.allowed, &seen.allowed), 0);
    const int processors = CPU_COUNT(&seen.allowed);
    rs_thread_pool *pool = nullptr;
    ASSERT_EQ(rs_thread_pool_create(0, &pool, nullptr), RS_OK);
    const unsigned threads = rs_thread_pool_threads(pool);
    ASSERT_EQ(threads, static_cast<unsigned>(processors));
    if (threads < 2 || threads > 31) {
        rs_thread_pool_free(pool);
        GTEST_SKIP() << "looks at 2 to 31 processors, here are " << processors;
    }
    for (int round = 0; round < 50; ++round) {
        seen.workers = 0;
        seen.pinned = 0;
        rs_thread_pool_run(pool, threads, Look, &seen);
        EXPECT_EQ(seen.workers, (1u << threads) - 1);
        EXPECT_EQ(seen.pinned, threads);
    }
    EXPECT_EQ(seen.outside, 0u);
    cpu_set_t after;
    ASSERT_EQ(sched_getaffinity(0, sizeof after, &after), 0);
    EXPECT_TRUE(CPU_EQUAL(&after, &seen.allowed));
    rs_thread_pool_free(pool);
}

TEST(ThreadPool, DoesNotPinWhenThereAreOtherProcessorsThanThreads)
{
    Seen seen;
    ASSERT_EQ(sched_getaffinity(0, sizeof seen.allowed, &seen.allowed), 0);
    if (CPU_COUNT(&seen.allowed) < 2) {
        GTEST_SKIP() << "needs two processors";
    }
    rs_thread_pool *pool = nullptr;
    ASSERT_EQ(
        rs_thread_pool_create(static_cast<unsigned>(CPU_COUNT(&seen.allowed)) + 3, &pool, nullptr),
        RS_OK);
    rs_thread_pool_run(pool, rs_thread_pool_threads(pool), Look, &seen);
    EXPECT_EQ(seen.pinned, 0u);
    EXPECT_EQ(seen.outside, 0u);
    rs_thread_pool_free(pool);
}

} // namespace
