/* Rows that are sent from where they lie: when that is done, that it is right, and that nothing
 * stays locked. */
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstring>

#include "cuda_case.h"
#include "simt/simt.h"

extern "C" {
#include "cuda/page_lock.h"
}

namespace {

using rs_test::ExamCase;
using rs_test::OpenCudaEngine;
using rs_test::Outcome;
using rs_test::Score;
using rs_test::ScriptedSource;
using rs_test::Verdict;

constexpr uint32_t kColumns = 1001; /* rows that end anywhere in a page */
constexpr uint64_t kMemory = 4 * 9 * (kColumns * 4 + 2 * 12 + 9);

class CudaPageLock : public testing::Test {
  protected:
    void SetUp() override
    {
        simt_reset();
        rs_random random = rs_random_make(80, 0);
        MakeRows(&made_, RS_DTYPE_F32, 105, kColumns, 0, {}, &random);
        DrawLabels(&made_, &random);
        made_.exam.row_flags = true;
        verdict_ = Judge(made_.exam);
        source_.reset(
            new ScriptedSource(made_.bits.data(), made_.dtype, made_.rows, kColumns, made_.stride));
    }
    void TearDown() override
    {
        rs_test::ExpectNothingLeft();
        simt_reset();
    }

    /* Scores and notes how many pieces of memory were locked at the same time, at most. */
    Outcome ScoreAndWatch(rs_engine *engine, ScriptedSource *source, size_t *locked)
    {
        std::atomic<size_t> most{0};
        rs_watch watch = {};
        watch.context = &most;
        watch.rows_done = [](void *context, uint64_t) {
            auto *const seen = static_cast<std::atomic<size_t> *>(context);
            const size_t now = simt_count().registrations;
            *seen = now > *seen ? now : seen->load();
        };
        const Outcome outcome = Score(engine, made_, source->get(), 2, &watch);
        *locked = most;
        EXPECT_EQ(simt_count().registrations, 0u); /* not one is left when a pass ends */
        return outcome;
    }

    void ExpectRight(const Outcome &outcome)
    {
        ExpectCounters(made_, verdict_, outcome);
        ExpectResults(verdict_, outcome, 2);
    }

    ExamCase made_;
    Verdict verdict_;
    std::unique_ptr<ScriptedSource> source_;
};

TEST_F(CudaPageLock, RowsAreSentFromWhereTheyLie)
{
    for (uint64_t seed = 0; seed < 8; ++seed) {
        simt_reset();
        simt_set_seed(seed);
        simt_set_devices(2);
        const uint64_t second = rs_test::DevicesThere(2) ? 2 * (seed % 2) : 0;
        const OpenCudaEngine engine(kMemory, 1 + seed % 3, 1 + second, RS_PAGE_LOCKING_ALWAYS);
        for (int round = 0; round < 2; ++round) {
            size_t locked = 0;
            ExpectRight(ScoreAndWatch(engine.get(), source_.get(), &locked));
#ifdef SIMT_CUDA_RUNTIME /* a device does not tell what is locked */
            EXPECT_GT(locked, 0u);
#endif
        }
    }
}

#ifdef SIMT_CUDA_RUNTIME
TEST_F(CudaPageLock, RefusedOnceMeansCopiedFromThenOn)
{
    const OpenCudaEngine engine(kMemory, 2, 1, RS_PAGE_LOCKING_ALWAYS);
    simt_fail_call_named("cudaHostRegister", 1, cudaErrorNotSupported);
    size_t locked = 0;
    ExpectRight(ScoreAndWatch(engine.get(), source_.get(), &locked));
    ExpectRight(ScoreAndWatch(engine.get(), source_.get(), &locked));
    EXPECT_EQ(locked, 0u);
}
#endif

/* Somebody has locked the rows before: an ordinary refusal. */
TEST_F(CudaPageLock, RowsThatAreLockedAlreadyAreCopied)
{
    ASSERT_EQ(cudaHostRegister(made_.bits.data(), made_.bits.size(), cudaHostRegisterDefault),
              cudaSuccess);
    {
        const OpenCudaEngine engine(kMemory, 2, 1, RS_PAGE_LOCKING_ALWAYS);
        ExpectRight(Score(engine.get(), made_, source_->get(), 2));
    }
    EXPECT_EQ(cudaHostUnregister(made_.bits.data()), cudaSuccess);
}

TEST_F(CudaPageLock, OnlyWholeChunksInOnePiece)
{
    const OpenCudaEngine engine(kMemory, 2, 1, RS_PAGE_LOCKING_ALWAYS);
    size_t locked = 7;
    ScriptedSource reading(made_.bits.data(), made_.dtype, made_.rows, kColumns, made_.stride);
    reading.ForbidViews();
    ExpectRight(ScoreAndWatch(engine.get(), &reading, &locked));
    EXPECT_EQ(locked, 0u);
    ScriptedSource broken(made_.bits.data(), made_.dtype, made_.rows, kColumns, made_.stride);
    broken.BreakViewsEvery(5);
    ExpectRight(ScoreAndWatch(engine.get(), &broken, &locked));
    EXPECT_EQ(locked, 0u);
}

TEST_F(CudaPageLock, TheEngineFindsOutByItself)
{
    const OpenCudaEngine engine(kMemory, 2, 1, RS_PAGE_LOCKING_AUTO);
    for (int round = 0; round < 3; ++round) {
        size_t locked = 0;
        ExpectRight(ScoreAndWatch(engine.get(), source_.get(), &locked));
    }
}

#ifdef SIMT_CUDA_RUNTIME
/* Whatever fails, the pages are let go. */
TEST_F(CudaPageLock, FailuresLeaveNothingLocked)
{
    uint64_t calls = 0;
    uint64_t work = 0;
    {
        const OpenCudaEngine engine(kMemory, 1, 1, RS_PAGE_LOCKING_ALWAYS);
        ExpectRight(Score(engine.get(), made_, source_->get(), 2));
        calls = simt_calls();
        work = simt_work_done();
    }
    for (uint64_t n = 1; n <= calls + work; n += 2) {
        SCOPED_TRACE(n);
        simt_reset();
        if (n <= calls) {
            simt_fail_call(n, cudaErrorLaunchOutOfResources);
        } else {
            simt_fail_work(n - calls, cudaErrorIllegalAddress);
        }
        {
            const OpenCudaEngine engine(kMemory, 1, 1, RS_PAGE_LOCKING_ALWAYS);
            if (engine.status == RS_OK) {
                const Outcome outcome = Score(engine.get(), made_, source_->get(), 2);
                EXPECT_EQ(simt_count().registrations, 0u);
                if (outcome.status == RS_OK) {
                    ExpectRight(outcome);
                } else {
                    EXPECT_EQ(outcome.status, RS_DEVICE);
                }
            }
        }
        if (HasFailure()) {
            return;
        }
    }
    simt_reset();
}
#endif

/* ---- how it is chosen ---- */

constexpr uint64_t kChunk = 1 << 20;

TEST(PageLock, TheCheaperWayIsUsedOnceBothAreKnown)
{
    for (const double cost : {1.0, 3.0}) { /* of locking; copying costs 2 */
        rs_page_lock lock = {};
        for (int i = 0; i < 2; ++i) {
            EXPECT_FALSE(rs_page_lock_choose(&lock, kChunk));
            rs_page_lock_learn(&lock, false, 2.0 + i, kChunk);
        }
        EXPECT_TRUE(rs_page_lock_choose(&lock, kChunk));
        EXPECT_TRUE(rs_page_lock_choose(&lock, kChunk));
        EXPECT_FALSE(rs_page_lock_choose(&lock, kChunk)); /* two are under way */
        rs_page_lock_learn(&lock, true, cost + 5.0, kChunk);
        EXPECT_FALSE(rs_page_lock_choose(&lock, kChunk));
        rs_page_lock_learn(&lock, true, cost, kChunk);
        EXPECT_EQ(rs_page_lock_choose(&lock, kChunk), cost < 2.0);
        EXPECT_FALSE(rs_page_lock_choose(&lock, 100));
        rs_page_lock_refuse(&lock);
        EXPECT_FALSE(rs_page_lock_choose(&lock, kChunk));
    }
}

TEST(PageLock, NeverAndAlways)
{
    rs_page_lock lock = {};
    lock.mode = RS_PAGE_LOCKING_ALWAYS;
    EXPECT_TRUE(rs_page_lock_choose(&lock, kChunk));
    EXPECT_FALSE(rs_page_lock_choose(&lock, 4096));
    lock.mode = RS_PAGE_LOCKING_NEVER;
    rs_page_lock_learn(&lock, true, 1, kChunk);
    rs_page_lock_learn(&lock, false, 9, kChunk);
    EXPECT_FALSE(rs_page_lock_choose(&lock, kChunk));
}

} // namespace
