/* Keys counted on the device by Thrust, beside what the suite of engines asks: too little room, and
 * every failure. */
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "cuda_case.h"
#include "simt/simt.h"

extern "C" {
#include "base/random.h"
}

namespace {

using rs_test::OpenCudaEngine;

class CudaKeys : public testing::Test {
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

    static std::vector<uint64_t> Keys(size_t count)
    {
        rs_random random = rs_random_make(count, 2);
        std::vector<uint64_t> keys(count);
        for (size_t i = 0; i < count; ++i) { /* pairs of 65,536 classes, many of them twice */
            keys[i] = i % 2 == 1 ? keys[i / 2] ^ (i & 3) : rs_random_u64(&random) >> 30;
        }
        return keys;
    }

    static rs_status Count(rs_engine *engine, std::vector<uint64_t> keys, rs_error *error)
    {
        rs_key_counts there = {};
        rs_key_counts here = {};
        std::vector<uint64_t> copy = keys;
        const rs_status status =
            engine->vtable->count_keys(engine, keys.data(), keys.size(), &there, error);
        EXPECT_EQ(rs_count_keys(copy.data(), copy.size(), &here, nullptr), RS_OK);
        if (status == RS_OK) {
            EXPECT_EQ(there.count, here.count);
            EXPECT_EQ(there.count != here.count ||
                          std::memcmp(there.entry, here.entry, here.count * sizeof *here.entry),
                      0);
        } else {
            EXPECT_EQ(there.entry, nullptr);
        }
        std::free(there.entry);
        std::free(here.entry);
        return status;
    }
};

TEST_F(CudaKeys, AFullDeviceLeavesItToTheHost)
{
    const OpenCudaEngine engine(0, 1);
    simt_set_memory(simt_count().device_bytes + 1000);
    rs_error error = {};
    EXPECT_EQ(Count(engine.get(), Keys(1000), &error), RS_OK) << error.reason;
}

/* The arrays fit, but what the sort needs beside them does not. */
TEST_F(CudaKeys, ADeviceThatIsFullWhileItSortsLeavesItToTheHost)
{
    const OpenCudaEngine engine(0, 1);
    simt_fail_call_named("simt_run_library", 1, cudaErrorMemoryAllocation);
    const uint64_t calls = simt_calls();
    rs_error error = {};
    EXPECT_EQ(Count(engine.get(), Keys(1000), &error), RS_OK) << error.reason;
    EXPECT_GT(simt_calls(), calls + 3); /* it was tried */
    EXPECT_EQ(Count(engine.get(), Keys(1000), &error), RS_OK) << error.reason;
}

TEST_F(CudaKeys, EveryCallFailsInTurn)
{
    uint64_t opened = 0;
    uint64_t calls = 0;
    {
        const OpenCudaEngine engine(0, 1);
        opened = simt_calls();
        rs_error error = {};
        ASSERT_EQ(Count(engine.get(), Keys(100), &error), RS_OK);
        calls = simt_calls();
    }
    uint64_t failed = 0;
    for (uint64_t n = opened + 1; n <= calls; ++n) {
        simt_reset();
        const OpenCudaEngine engine(0, 1);
        simt_fail_call(n - opened, cudaErrorLaunchOutOfResources);
        rs_error error = {};
        if (Count(engine.get(), Keys(100), &error) != RS_OK) {
            ++failed;
            EXPECT_EQ(error.status, RS_DEVICE);
            EXPECT_NE(std::strstr(error.reason, "on CUDA device 0 ("), nullptr) << error.reason;
            EXPECT_EQ(Count(engine.get(), Keys(100), &error), RS_OK) << error.reason;
        }
    }
    EXPECT_GT(failed, 2u);
}

} // namespace
