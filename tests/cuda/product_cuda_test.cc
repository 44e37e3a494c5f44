/* Matrix products on the device: what the suite of engines cannot ask for, and every failure. */
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "cuda_case.h"
#include "engine/product_case.h"
#include "simt/simt.h"

namespace {

using rs_test::Multiply;
using rs_test::OpenCudaEngine;
using Shape = rs_test::ProductShape;

class CudaProduct : public testing::Test {
  protected:
    void SetUp() override
    {
        simt_reset();
    }
    void TearDown() override
    {
        unsetenv("REASSESS_CUBLAS");
        rs_test::ExpectNothingLeft();
        simt_reset();
    }
};

#ifdef SIMT_CUDA_RUNTIME
TEST_F(CudaProduct, AFullDeviceGetsSmallerTiles)
{
    const OpenCudaEngine engine(0, 1);
    rs_error error = {};
    const Shape shape = {600, 40, 500, false, false, 0};
    ASSERT_EQ(Multiply<float>(engine.get(), Shape{1, 1, 1, false, false, 0}, &error), RS_OK);
    simt_set_memory(simt_count().device_bytes + 300000);
    EXPECT_EQ(Multiply<float>(engine.get(), shape, &error), RS_OK) << error.reason;
    simt_set_memory(simt_count().device_bytes);
    EXPECT_EQ(Multiply<float>(engine.get(), shape, &error), RS_MEMORY);
}

TEST_F(CudaProduct, EveryCallFailsInTurn)
{
    const Shape shape = {9, 5, 7, true, true, 1};
    uint64_t calls = 0;
    {
        const OpenCudaEngine engine(600, 1);
        rs_error error = {};
        ASSERT_EQ(Multiply<float>(engine.get(), shape, &error), RS_OK);
        calls = simt_calls();
    }
    uint64_t failed = 0;
    for (uint64_t n = 1; n <= calls; ++n) {
        SCOPED_TRACE("call " + std::to_string(n));
        simt_reset();
        simt_fail_call(n, cudaErrorLaunchOutOfResources);
        const OpenCudaEngine engine(600, 1);
        rs_error error = {};
        if (engine.status != RS_OK || Multiply<float>(engine.get(), shape, &error) == RS_OK) {
            continue;
        }
        ++failed;
        EXPECT_EQ(error.status, RS_DEVICE) << error.reason;
        EXPECT_NE(std::strstr(error.reason, "failed on CUDA device 0 ("), nullptr) << error.reason;
        EXPECT_STRNE(error.advice, "");
        EXPECT_EQ(Multiply<float>(engine.get(), shape, &error), RS_OK) << error.reason;
    }
    EXPECT_GT(failed, 10u);
}
#endif

TEST_F(CudaProduct, WithoutTheLibraryTheErrorSaysWhatToDo)
{
    setenv("REASSESS_CUBLAS", "/nonexistent/libcublas.so", 1);
    const OpenCudaEngine engine(0, 1);
    rs_error error = {};
    EXPECT_EQ(Multiply<float>(engine.get(), Shape{1, 1, 1, false, false, 0}, &error), RS_DEVICE);
    EXPECT_EQ(std::strncmp(error.reason,
                           "products on a device need cuBLAS, which cannot be opened: ", 58),
              0)
        << error.reason;
    EXPECT_STREQ(error.advice, "name the file of cuBLAS 12 or 13 in REASSESS_CUBLAS (pip install "
                               "nvidia-cublas brings one), or use --backend cpu");
}

} // namespace
