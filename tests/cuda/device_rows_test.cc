/* The public functions for rows that lie on a device: no copy, no wait, the same tally. */
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <cstring>

#include "cuda_case.h"
#include "simt/simt.h"

extern "C" {
#include "evaluate/evaluator_impl.h"
#include "reassess/reassess.h"
#include "tally/tally_impl.h"
}

namespace {

using rs_test::ExamCase;
using rs_test::RowKind;

class DeviceRows : public testing::TestWithParam<int> {
  protected:
    void SetUp() override
    {
        simt_reset();
        simt_set_seed(static_cast<uint64_t>(GetParam()));
        rs_random random = rs_random_make(70, 0);
        MakeRows(&made_, RS_DTYPE_F16, 300, 136, 0, {}, &random);
        DrawLabels(&made_, &random);
        ASSERT_EQ(rs_labels_create(made_.rows, 136, made_.exam.original.data(),
                                   made_.real_begin.data(), made_.real_class.data(), &labels_,
                                   nullptr),
                  RS_OK);
    }
    void TearDown() override
    {
        rs_labels_free(labels_);
        simt_reset();
    }

    rs_tally *ScoreOnCpu(rs_evaluator_options options)
    {
        rs_evaluator *evaluator = nullptr;
        rs_source *source = nullptr;
        rs_tally *tally = nullptr;
        options.backend = RS_BACKEND_CPU;
        EXPECT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
        EXPECT_EQ(rs_source_open_memory(made_.bits.data(), made_.dtype, made_.rows, 136,
                                        made_.stride, &source, nullptr),
                  RS_OK);
        EXPECT_EQ(rs_evaluator_score(evaluator, labels_, source, nullptr, nullptr, nullptr, &tally,
                                     nullptr),
                  RS_OK);
        rs_source_close(source);
        rs_evaluator_free(evaluator);
        return tally;
    }

    ExamCase made_;
    rs_labels *labels_ = nullptr;
};

TEST_P(DeviceRows, BatchesInSeveralStreamsGiveTheTallyOfTheCpu)
{
    rs_evaluator_options options = {};
    options.topk_count = 2;
    options.topk[0] = 5;
    options.topk[1] = 3;
    options.row_flags = true;
    rs_tally *const expected = ScoreOnCpu(options);
    ASSERT_NE(expected, nullptr);

    void *rows = nullptr;
    cudaStream_t stream[2] = {};
    ASSERT_EQ(cudaMalloc(&rows, made_.bits.size()), cudaSuccess);
    for (auto &one : stream) {
        ASSERT_EQ(cudaStreamCreateWithFlags(&one, cudaStreamNonBlocking), cudaSuccess);
    }
    rs_device_scorer *scorer = nullptr;
    rs_error error = {};
    ASSERT_EQ(rs_device_scorer_create_with(rs_engine_plugin_get(), &options, labels_, &scorer,
                                           &error),
              RS_OK)
        << error.reason;
    const uint64_t edges[] = {0, 100, 101, 250, 300};
    for (size_t i = 0; i + 1 < 5; ++i) { /* the rows arrive in the stream that counts them */
        char *const at = static_cast<char *>(rows) + edges[i] * made_.stride;
        const uint64_t count = edges[i + 1] - edges[i];
        ASSERT_EQ(cudaMemcpyAsync(at, made_.bits.data() + edges[i] * made_.stride,
                                  count * made_.stride, cudaMemcpyHostToDevice, stream[i % 2]),
                  cudaSuccess);
        const uint64_t work = simt_work_done();
        ASSERT_EQ(rs_device_scorer_add(scorer, at, made_.dtype, edges[i], count, made_.stride,
                                       stream[i % 2], &error),
                  RS_OK)
            << error.reason;
        EXPECT_EQ(simt_work_done(), work); /* nobody waited */
    }
    rs_tally *tally = nullptr;
    ASSERT_EQ(rs_device_scorer_finish(scorer, &tally, &error), RS_OK) << error.reason;
    EXPECT_TRUE(rs_tally_equal(tally, expected));
    rs_tally_free(tally);
    EXPECT_EQ(rs_device_scorer_finish(scorer, &tally, &error), RS_USAGE);
    EXPECT_EQ(tally, nullptr);
    rs_device_scorer_free(scorer);
    rs_tally_free(expected);
    for (auto &one : stream) {
        EXPECT_EQ(cudaStreamDestroy(one), cudaSuccess);
    }
    EXPECT_EQ(cudaFree(rows), cudaSuccess);
    rs_test::ExpectNothingLeft();
}

TEST_P(DeviceRows, RefusesWhatCannotBe)
{
    rs_evaluator_options options = {};
    rs_device_scorer *scorer = nullptr;
    rs_error error = {};
    void *rows = nullptr;
    ASSERT_EQ(cudaMalloc(&rows, made_.bits.size()), cudaSuccess);
    ASSERT_EQ(rs_device_scorer_create_with(rs_engine_plugin_get(), &options, labels_, &scorer,
                                           &error),
              RS_OK);
    EXPECT_EQ(rs_device_scorer_add(scorer, rows, RS_DTYPE_F16, 299, 2, 272, nullptr, &error),
              RS_RANGE);
    EXPECT_EQ(rs_device_scorer_add(scorer, rows, RS_DTYPE_F16, UINT64_MAX, 2, 272, nullptr, &error),
              RS_RANGE);
    EXPECT_EQ(rs_device_scorer_add(scorer, rows, RS_DTYPE_F16, 0, 10, 272, nullptr, &error), RS_OK);
    EXPECT_EQ(rs_device_scorer_add(scorer, rows, RS_DTYPE_F16, 9, 1, 272, nullptr, &error),
              RS_MISMATCH);
    EXPECT_EQ(rs_device_scorer_add(scorer, rows, RS_DTYPE_F16, 10, 2, 270, nullptr, &error),
              RS_RANGE); /* rows overlap */
    rs_tally *tally = nullptr;
    EXPECT_EQ(rs_device_scorer_finish(scorer, &tally, &error), RS_USAGE); /* after a failure */
    rs_device_scorer_free(scorer);
    EXPECT_EQ(cudaFree(rows), cudaSuccess);
#ifdef SIMT_CUDA_RUNTIME
    simt_set_devices(0);
    EXPECT_EQ(rs_device_scorer_create_with(rs_engine_plugin_get(), &options, labels_, &scorer,
                                           &error),
              RS_DEVICE);
    EXPECT_EQ(scorer, nullptr);
#endif
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceRows, testing::Values(0, 1, 2, 3, 4));

}  // namespace
