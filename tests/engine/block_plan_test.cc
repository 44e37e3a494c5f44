// Into which pieces rows are cut, and whether a batch is shared: a small one by threads that are
// awake from the one before, else by nobody. That the counts are the same: tests/evaluate.
#include <gtest/gtest.h>

extern "C" {
#include "engine/block_plan.h"
}

namespace {

constexpr uint64_t kRowBytes = 4000;

rs_block_plan Plan(const rs_thread_pool *pool, uint64_t rows, bool random_access = true)
{
    rs_source_info info = {};
    info.row_bytes = kRowBytes;
    info.rows = rows;
    info.random_access = random_access;
    const rs_row_range range = {0, rows};
    return rs_plan_blocks(&range, &info, pool, 1);
}

void Nothing(void *, unsigned)
{
}

unsigned Processors()
{
    rs_thread_pool *pool = nullptr;
    EXPECT_EQ(rs_thread_pool_create(0, &pool, nullptr), RS_OK);
    const unsigned threads = rs_thread_pool_threads(pool);
    rs_thread_pool_free(pool);
    return threads;
}

// The plan right after a run; the kernel may come between.
rs_block_plan PlanAwake(rs_thread_pool *pool, uint64_t rows)
{
    rs_block_plan plan = {};
    for (int i = 0; i < 1000 && plan.workers < 2; ++i) {
        rs_thread_pool_run(pool, 1, Nothing, nullptr);
        plan = Plan(pool, rows);
    }
    return plan;
}

TEST(BlockPlan, ABatchOfALoopIsShared)
{
    rs_thread_pool *pool = nullptr;
    ASSERT_EQ(rs_thread_pool_create(2, &pool, nullptr), RS_OK);
    EXPECT_EQ(Plan(pool, 256).workers, 1u); // now and then: nobody is woken
    EXPECT_EQ(Plan(pool, 600).workers, 2u); // 2.4 MB are worth it
    EXPECT_EQ(Plan(pool, 0).workers, 1u);
    rs_thread_pool_run(pool, 1, Nothing, nullptr);
    if (Processors() >= 2) { // else threads do not stay awake
        const rs_block_plan plan = PlanAwake(pool, 256);
        EXPECT_EQ(plan.workers, 2u);
        EXPECT_EQ(plan.block_rows, 17u); // an eighth of a share
    }
    EXPECT_EQ(Plan(pool, 60).workers, 1u); // 240 KB never are
    EXPECT_EQ(Plan(pool, 256, false).workers, 1u);
    rs_thread_pool_free(pool);
}

} // namespace
