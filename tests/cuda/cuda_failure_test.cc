/* Everything that can fail does, at every call: the error is clean, nothing is leaked, and the
 * engine (or the next one) goes on. */
#include <gtest/gtest.h>

#include <cstring>
#include <string>

extern "C" {
#include "cuda/device_error.h"
}
#include "cuda_case.h"
#include "simt/simt.h"

namespace {

using rs_test::ExamCase;
using rs_test::OpenCudaEngine;
using rs_test::Outcome;
using rs_test::RowKind;
using rs_test::Score;
using rs_test::ScriptedSource;
using rs_test::Verdict;

class CudaFailure : public testing::Test {
  protected:
    void SetUp() override
    {
        simt_reset();
        rs_random random = rs_random_make(60, 0);
        MakeRows(&made_, RS_DTYPE_F32, 40, 30, 0, {}, &random);
        DrawLabels(&made_, &random);
        verdict_ = Judge(made_.exam);
        source_.reset(
            new ScriptedSource(made_.bits.data(), made_.dtype, made_.rows, 30, made_.stride));
    }
    void TearDown() override { simt_reset(); }

    /* Opens an engine and runs a pass of five chunks; the first status that is not RS_OK. */
    rs_status RunOnce(rs_error *error)
    {
        const OpenCudaEngine engine(kMemory, 1);
        if (engine.status != RS_OK) {
            *error = engine.error;
            return engine.status;
        }
        const Outcome outcome = Score(engine.get(), made_, source_->get(), 2);
        *error = outcome.error;
        if (outcome.status == RS_OK) {
            ExpectCounters(made_, verdict_, outcome);
            ExpectResults(verdict_, outcome, 2);
        }
        return outcome.status;
    }

    static constexpr uint64_t kMemory = 4 * 8 * (30 * 4 + 2 * 12 + 9);
    ExamCase made_;
    Verdict verdict_;
    std::unique_ptr<ScriptedSource> source_;
};

/* The n-th call of a whole life of an engine fails, for every n. */
TEST_F(CudaFailure, EveryCallInTurn)
{
    rs_error error = {};
    ASSERT_EQ(RunOnce(&error), RS_OK);
    const uint64_t calls = simt_calls();
    ASSERT_GT(calls, 50u);
    uint64_t failed = 0;
    for (uint64_t n = 1; n <= calls; ++n) {
        SCOPED_TRACE("call " + std::to_string(n));
        simt_reset();
        simt_fail_call(n, cudaErrorLaunchOutOfResources);
        error = {};
        const rs_status status = RunOnce(&error);
        if (status != RS_OK) {
            ++failed;
            ASSERT_EQ(status, RS_DEVICE);
            ASSERT_NE(std::strstr(error.reason, "cudaErrorLaunchOutOfResources"), nullptr)
                << error.reason;
            ASSERT_NE(std::strstr(error.reason, "CUDA device 0 ("), nullptr) << error.reason;
            ASSERT_NE(std::strstr(error.reason, ".c:"), nullptr) << error.reason;
            ASSERT_STRNE(error.advice, "");
        }
        rs_test::ExpectNothingLeft();
    }
    EXPECT_GT(failed, calls / 3); /* the others free, or are retried */
}

TEST_F(CudaFailure, AFailedPassDoesNotSpoilTheNext)
{
    for (uint64_t n = 2; n < 40; ++n) { /* the first asks for the current device, and may fail */
        simt_reset();
        const OpenCudaEngine engine(kMemory, 1);
        simt_fail_call(n, cudaErrorLaunchOutOfResources);
        const Outcome first = Score(engine.get(), made_, source_->get(), 2);
        ASSERT_EQ(first.status, RS_DEVICE) << n;
        const Outcome second = Score(engine.get(), made_, source_->get(), 2);
        ExpectCounters(made_, verdict_, second);
        ExpectResults(verdict_, second, 2);
        if (HasFatalFailure()) {
            return;
        }
    }
}

/* A device that is lost in the middle of work is told of later, and everything ends in order. */
TEST_F(CudaFailure, ALostDeviceEndsInAnError)
{
    rs_error error = {};
    ASSERT_EQ(RunOnce(&error), RS_OK);
    const uint64_t work = simt_work_done();
    for (uint64_t n = 1; n <= work; ++n) {
        SCOPED_TRACE("work " + std::to_string(n));
        simt_reset();
        simt_fail_work(n, cudaErrorIllegalAddress);
        ASSERT_EQ(RunOnce(&error), RS_DEVICE);
        ASSERT_NE(std::strstr(error.reason, "cudaErrorIllegalAddress"), nullptr) << error.reason;
    }
    simt_reset();
    EXPECT_EQ(RunOnce(&error), RS_OK);
}

TEST_F(CudaFailure, NoDriverNoDevice)
{
    rs_error error = {};
    const rs_engine_plugin *const plugin = rs_engine_plugin_get();
    int count = 77;
    simt_set_devices(-1);
    EXPECT_EQ(plugin->device_count(&count, &error), RS_DEVICE);
    EXPECT_EQ(count, 0);
    EXPECT_STREQ(error.advice, RS_NO_DRIVER_ADVICE);
    simt_set_devices(-2);
    EXPECT_EQ(plugin->device_count(&count, &error), RS_DEVICE);
    EXPECT_NE(std::strstr(error.reason, "the driver is of CUDA 12.4, and this build for 13.0"),
              nullptr)
        << error.reason;
    EXPECT_STREQ(error.advice, "use --backend cpu, or a build for CUDA 12 (docs/BUILDING.md)");
    EXPECT_EQ(RunOnce(&error), RS_DEVICE);
    simt_set_devices(0);
    EXPECT_EQ(plugin->device_count(&count, &error), RS_DEVICE);
    EXPECT_NE(std::strstr(error.reason, "cudaErrorNoDevice"), nullptr) << error.reason;
    simt_reset();
    EXPECT_EQ(plugin->device_count(&count, &error), RS_OK);
    EXPECT_EQ(count, 1);
    char line[200];
    EXPECT_EQ(plugin->describe(0, line, sizeof line, &error), RS_OK);
    EXPECT_NE(std::strstr(line, "compute capability 9.0"), nullptr) << line;
    EXPECT_EQ(plugin->describe(5, line, sizeof line, &error), RS_DEVICE);
}

/* The engine takes smaller chunks until they fit; below one row there is nothing to be done. */
TEST_F(CudaFailure, OutOfMemoryMeansSmallerChunks)
{
    rs_random random = rs_random_make(61, 0);
    ExamCase made;
    MakeRows(&made, RS_DTYPE_F32, 400, 1000, 0, {RowKind::kLogits}, &random);
    DrawLabels(&made, &random);
    const Verdict verdict = Judge(made.exam);
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, 1000, made.stride);
    size_t peaks[3] = {0, 0, 0};
    const size_t limits[3] = {size_t{64} << 20, 700000, 20000};
    for (int i = 0; i < 3; ++i) {
        simt_reset();
        simt_set_memory(limits[i]);
        const OpenCudaEngine engine;
        const Outcome outcome = Score(engine.get(), made, source.get(), 0);
        peaks[i] = simt_count().device_bytes_peak;
        if (i < 2) {
            ExpectCounters(made, verdict, outcome);
        } else {
            EXPECT_EQ(outcome.status, RS_MEMORY);
            EXPECT_NE(std::strstr(outcome.error.reason, "cudaMalloc failed on CUDA device 0"),
                      nullptr)
                << outcome.error.reason;
        }
    }
    EXPECT_GT(peaks[0], 1600000u);
    EXPECT_LT(peaks[1], 700000u);
}

/* Device memory stays below what was allowed, whatever the input. */
TEST_F(CudaFailure, MemoryIsBounded)
{
    const OpenCudaEngine engine(100000, 2);
    rs_random random = rs_random_make(62, 0);
    ExamCase made;
    MakeRows(&made, RS_DTYPE_F16, 600, 1000, 0, {RowKind::kLogits}, &random);
    DrawLabels(&made, &random);
    ScriptedSource source(made.bits.data(), made.dtype, made.rows, 1000, made.stride);
    const Outcome outcome = Score(engine.get(), made, source.get(), 5);
    ExpectCounters(made, Judge(made.exam), outcome);
    const size_t labels_and_counters = 200000;
    EXPECT_LT(simt_count().device_bytes_peak, 100000 + labels_and_counters);
}

}  // namespace
