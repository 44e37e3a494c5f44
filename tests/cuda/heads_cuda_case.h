/* heads_cuda_case.h - heads on devices, simulated or not. */
#ifndef RS_TEST_HEADS_CUDA_CASE_H
#define RS_TEST_HEADS_CUDA_CASE_H

#include <gtest/gtest.h>

#include "cuda_case.h"
#include "engine/heads_score.h"
#include "simt/simt.h"

namespace rs_test {

class CudaHeads : public testing::Test, protected HeadsScore {
  protected:
    void SetUp() override
    {
        simt_reset();
        if (!HasCublas()) {
            GTEST_SKIP() << "there is no cuBLAS";
        }
        kRows = 150;
    }
    void TearDown() override
    {
        rs_test::ExpectNothingLeft();
        simt_reset();
    }
};

} // namespace rs_test

#endif
