/* Heads on the device beside what the suite of engines asks: several from one stream, and
 * everything failing once. */
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "heads_cuda_case.h"

namespace {

using rs_test::CudaHeads;
using rs_test::OpenCudaEngine;

TEST_F(CudaHeads, AStreamServesSeveralHeads)
{
    Make(RS_DTYPE_F32, RS_DTYPE_F32, 3, true);
    MakeExams();
    source_->MakeStream(false);
    const OpenCudaEngine engine(0, 2);
    ExpectRight(Score(engine.get()), 2e-5);
    const OpenCudaEngine small(60000, 2);
    const Result refused = Score(small.get());
    EXPECT_EQ(refused.status, RS_UNSUPPORTED);
    EXPECT_NE(std::string(refused.error.advice).find("--memory"), std::string::npos);
}

#ifdef SIMT_CUDA_RUNTIME
TEST_F(CudaHeads, EveryCallFailsInTurn)
{
    Make(RS_DTYPE_F16, RS_DTYPE_F32, 2, true);
    MakeExams();
    uint64_t calls = 0;
    {
        const OpenCudaEngine engine(60000, 1);
        ASSERT_EQ(Score(engine.get(), {0, 96}).status, RS_OK);
        calls = simt_calls();
    }
    uint64_t failed = 0;
    for (uint64_t n = 1; n <= calls; n += 1 + n / 12) {
        SCOPED_TRACE("call " + std::to_string(n));
        simt_reset();
        simt_fail_call(n, cudaErrorLaunchOutOfResources);
        const OpenCudaEngine engine(60000, 1);
        if (engine.status != RS_OK) {
            continue;
        }
        const Result result = Score(engine.get(), {0, 96});
        if (result.status != RS_OK) {
            ++failed;
            EXPECT_EQ(result.status, RS_DEVICE);
            EXPECT_NE(std::strstr(result.error.reason, "on CUDA device 0"), nullptr)
                << result.error.reason;
            EXPECT_EQ(Score(engine.get(), {0, 96}).status, RS_OK); /* the next pass is right */
        }
    }
    EXPECT_GT(failed, 12u);
}
#endif

} // namespace
