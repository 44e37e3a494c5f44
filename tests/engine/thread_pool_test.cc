// The threads of the CPU engine leave signals to the thread that called, and a forked process makes
// its own.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "support/sanitized.h"

extern "C" {
#include "engine/thread_pool.h"
}

namespace {

struct Seen {
    std::atomic<unsigned> workers{0}, blocking{0};
    std::atomic<bool> caller_blocks{false};
};

void Look(void *context, unsigned worker)
{
    Seen *const seen = static_cast<Seen *>(context);
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    const bool blocks = sigismember(&blocked, SIGTERM) == 1 &&
                        sigismember(&blocked, SIGUSR1) == 1 &&
                        sigismember(&blocked, SIGBUS) == 0; // of a file that was cut
    if (worker == 0) {
        seen->caller_blocks = blocks;
    } else {
        seen->blocking += blocks;
    }
    seen->workers += 1;
    while (seen->workers < 4) { // so that no worker does the work of another
        std::this_thread::yield();
    }
}

TEST(ThreadPool, WorkersBlockEverySignal)
{
    rs_thread_pool *pool = nullptr;
    ASSERT_EQ(rs_thread_pool_create(4, &pool, nullptr), RS_OK);
    Seen seen;
    rs_thread_pool_run(pool, 4, Look, &seen);
    EXPECT_EQ(seen.blocking, 3u);
    EXPECT_FALSE(seen.caller_blocks);
    sigset_t after;
    pthread_sigmask(SIG_BLOCK, nullptr, &after);
    EXPECT_EQ(sigismember(&after, SIGTERM), 0);
    rs_thread_pool_free(pool);
}

struct Counts {
    std::atomic<uint64_t> runs[4] = {};
};

void Count(void *context, unsigned worker)
{
    static_cast<Counts *>(context)->runs[worker] += 1;
}

// Between two runs threads stay awake for a tenth of a millisecond and then sleep: the next run
// finds them before, behind, or about to.
TEST(ThreadPool, EveryRunHasItsWorkersHoweverSoonItComes)
{
    const unsigned processors = std::thread::hardware_concurrency();
    for (const unsigned threads : {1u, 2u, 4u}) {
        rs_thread_pool *pool = nullptr;
        ASSERT_EQ(rs_thread_pool_create(threads, &pool, nullptr), RS_OK);
        EXPECT_FALSE(rs_thread_pool_is_awake(pool));
        Counts counts;
        uint64_t wanted[4] = {};
        for (unsigned run = 0; run < 3000; ++run) {
            const unsigned workers = 1 + run % threads;
            rs_thread_pool_run(pool, workers, Count, &counts);
            for (unsigned i = 0; i < 4; ++i) {
                wanted[i] += i < workers;
                ASSERT_EQ(counts.runs[i], wanted[i]) << run; // when the run ends all are done
            }
            if (run % 3 == 0) {
                std::this_thread::sleep_for(std::chrono::microseconds(run % 100 * 3));
            }
        }
        if (processors > 0 && threads > processors) {
            EXPECT_FALSE(rs_thread_pool_is_awake(pool));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        EXPECT_FALSE(rs_thread_pool_is_awake(pool));
        rs_thread_pool_free(pool);
    }
}

TEST(ThreadPool, IsAwakeRightAfterARun)
{
    rs_thread_pool *pool = nullptr;
    ASSERT_EQ(rs_thread_pool_create(1, &pool, nullptr), RS_OK);
    Counts counts;
    bool awake = false;
    for (int i = 0; i < 1000 && !awake; ++i) { // the kernel may come between
        rs_thread_pool_run(pool, 1, Count, &counts);
        awake = rs_thread_pool_is_awake(pool);
    }
    EXPECT_TRUE(awake);
    rs_thread_pool_free(pool);
}

// The child would wait for threads that it has not got; its alarm ends it then.
TEST(ThreadPool, AForkedProcessMakesItsOwn)
{
    if (rs_test::ThreadSanitized()) {
        GTEST_SKIP() << "ThreadSanitizer allows no threads after a fork";
    }
    rs_thread_pool *pool = nullptr;
    ASSERT_EQ(rs_thread_pool_create(4, &pool, nullptr), RS_OK);
    Seen before;
    rs_thread_pool_run(pool, 4, Look, &before);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        alarm(300);
        Seen seen;
        rs_thread_pool_run(pool, 4, Look, &seen);
        rs_thread_pool_free(pool);
        _exit(seen.workers == 4 ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    Seen after;
    rs_thread_pool_run(pool, 4, Look, &after);
    EXPECT_EQ(after.workers, 4u);
    rs_thread_pool_free(pool);
}

} // namespace
