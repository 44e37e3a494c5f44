/* Rows that are sent from where they lie: when that is done, that it is right, and that nothing
 * stays locked. */
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <fstream>
#include <string>

#include "cuda_case.h"
#include "simt/simt.h"
#include "support/program.h"

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

/* The case's rows in a file that is mapped, privately or shared. */
class MappedRows {
  public:
    MappedRows(const ExamCase &made, int how)
        : bytes_(made.bits.size()),
          path_(folder_.write("rows", std::string(made.bits.begin(), made.bits.end())))
    {
        fd_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);
        memory_ = mmap(nullptr, bytes_, PROT_READ, how, fd_, 0);
        EXPECT_NE(memory_, MAP_FAILED);
        EXPECT_EQ(fsync(fd_), 0); /* or pages would wait to be written back because they are new */
        source_.reset(
            new ScriptedSource(memory_, made.dtype, made.rows, kColumns, made.stride));
    }
    ~MappedRows()
    {
        EXPECT_EQ(munmap(memory_, bytes_), 0);
        EXPECT_EQ(close(fd_), 0);
    }
    MappedRows(const MappedRows &) = delete;
    MappedRows &operator=(const MappedRows &) = delete;
    ScriptedSource *source() { return source_.get(); }

    /* KB of the mapping that the system says are `what`. */
    long Kilobytes(const std::string &what) const
    {
        std::ifstream areas("/proc/self/smaps");
        bool mine = false;
        for (std::string line; std::getline(areas, line);) {
            if (line.find('-') < line.find(' ')) { /* the first line of an area */
                mine = line.find(path_) != std::string::npos;
            }
            if (mine && line.compare(0, what.size() + 1, what + ":") == 0) {
                return std::stol(line.substr(what.size() + 1));
            }
        }
        return -1;
    }
    struct stat Status() const
    {
        struct stat status = {};
        EXPECT_EQ(fstat(fd_, &status), 0);
        return status;
    }

  private:
    TemporaryFolder folder_;
    size_t bytes_;
    std::string path_;
    int fd_ = -1;
    void *memory_ = nullptr;
    std::unique_ptr<ScriptedSource> source_;
};

/* What a device has to show before files are locked by default: no page is copied, none is marked
 * as changed. */
TEST_F(CudaPageLock, AMappedFileIsNeitherCopiedNorChanged)
{
    for (const int how : {MAP_PRIVATE, MAP_SHARED}) {
        MappedRows rows(made_, how);
        const struct stat before = rows.Status();
        const OpenCudaEngine engine(kMemory, 2, 1, RS_PAGE_LOCKING_ALWAYS);
        size_t locked = 0;
        ExpectRight(ScoreAndWatch(engine.get(), rows.source(), &locked));
        EXPECT_GT(rows.Kilobytes("Rss"), 0);
        for (const char *const what : {"Anonymous", "Private_Dirty", "Shared_Dirty"}) {
            EXPECT_EQ(rows.Kilobytes(what), 0) << what << (how == MAP_SHARED ? ", shared" : "");
        }
        const struct stat after = rows.Status();
        EXPECT_EQ(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
        EXPECT_EQ(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    }
}

/* Both ways are tried of arrays, and of files where that is asked for; the counts are right in
 * each. */
TEST_F(CudaPageLock, TheEngineFindsOutByItself)
{
    MappedRows mapped(made_, MAP_PRIVATE);
    for (const rs_page_locking mode : {RS_PAGE_LOCKING_AUTO, RS_PAGE_LOCKING_FILES}) {
        for (ScriptedSource *const source : {source_.get(), mapped.source()}) {
            const OpenCudaEngine engine(kMemory, 2, 1, mode);
#ifdef SIMT_CUDA_RUNTIME
            simt_nvtx_forget();
#endif
            for (int round = 0; round < 3; ++round) {
                size_t locked = 0;
                ExpectRight(ScoreAndWatch(engine.get(), source, &locked));
            }
#ifdef SIMT_CUDA_RUNTIME
            const bool asked = mode == RS_PAGE_LOCKING_FILES || source == source_.get();
            EXPECT_EQ(simt_nvtx_begun("lock pages") >= 2, asked);
            EXPECT_EQ(simt_nvtx_begun("lock pages") == 0, !asked);
#endif
        }
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

bool Choose(rs_page_lock *lock, uint64_t bytes = kChunk)
{
    static char array[kChunk + 1];
    return rs_page_lock_choose(lock, array, bytes);
}

TEST(PageLock, TheCheaperWayIsUsedOnceBothAreKnown)
{
    for (const double cost : {1.0, 3.0}) { /* of locking; copying costs 2 */
        rs_page_lock lock = {};
        lock.mode = RS_PAGE_LOCKING_FILES;
        for (int i = 0; i < 2; ++i) {
            EXPECT_FALSE(Choose(&lock));
            rs_page_lock_learn(&lock, false, 2.0 + i, kChunk);
        }
        EXPECT_TRUE(Choose(&lock));
        EXPECT_TRUE(Choose(&lock));
        EXPECT_FALSE(Choose(&lock)); /* two are under way */
        rs_page_lock_learn(&lock, true, cost + 5.0, kChunk);
        EXPECT_FALSE(Choose(&lock));
        rs_page_lock_learn(&lock, true, cost, kChunk);
        EXPECT_EQ(Choose(&lock), cost < 2.0);
        EXPECT_FALSE(Choose(&lock, 100));
        rs_page_lock_refuse(&lock);
        EXPECT_FALSE(Choose(&lock));
    }
}

TEST(PageLock, NeverAndAlways)
{
    rs_page_lock lock = {};
    lock.mode = RS_PAGE_LOCKING_ALWAYS;
    EXPECT_TRUE(Choose(&lock));
    EXPECT_FALSE(Choose(&lock, 4096));
    lock.mode = RS_PAGE_LOCKING_NEVER;
    rs_page_lock_learn(&lock, true, 1, kChunk);
    rs_page_lock_learn(&lock, false, 9, kChunk);
    EXPECT_FALSE(Choose(&lock));
}

} // namespace
