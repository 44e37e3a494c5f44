/* The CPU engine: opening, threads and processors. */
#include <gtest/gtest.h>

#include <sched.h>

#include <atomic>

#include "engine/score_case.h"
#include "engine/scripted_source.h"
#include "exam_case.h"

extern "C" {
#include "engine/thread_pool.h"
}

namespace {

using rs_test::OpenEngine;

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

/* Of a source that is best read a few rows at a time, as an ensemble in memory is. */
TEST(CpuEngine, ReadsAsFewRowsAtATimeAsTheSourceWants)
{
    rs_random random = rs_random_make(21, 0);
    rs_test::ExamCase made;
    MakeRows(&made, RS_DTYPE_F32, 500, 33, 0, {}, &random);
    DrawLabels(&made, &random);
    const rs_test::Verdict verdict = Judge(made.exam);
    const OpenEngine engine(RS_ISA_AUTO, 2);
    rs_test::ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns,
                                   made.stride);
    source.ForbidViews();
    source.get()->few_rows = 7;
    const rs_test::Outcome outcome = Score(engine.get(), made, source.get(), 2);
    ExpectCounters(made, verdict, outcome);
    ExpectResults(verdict, outcome, 2);
    const uint64_t wanted = made.exam.end - made.exam.begin;
    EXPECT_GE(source.reads, (wanted + 6) / 7);
    EXPECT_LE(source.reads, wanted / 7 + 2);
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
