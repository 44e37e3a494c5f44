/* Several devices in one engine, and several engines at once: the counters are those of one. */
#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "cuda_case.h"
#include "simt/simt.h"

namespace {

using rs_test::ExamCase;
using rs_test::ExpectOnDeviceOne;
using rs_test::OpenCudaEngine;
using rs_test::Outcome;
using rs_test::Score;
using rs_test::ScriptedSource;
using rs_test::Verdict;

constexpr uint32_t kColumns = 30;
constexpr uint64_t kRowBytes = kColumns * 4 + 2 * 12 + 9; /* with what two predictions need */
constexpr uint64_t kMemory = 4 * 4 * kRowBytes;           /* chunks of 4 rows */

class CudaDevices : public testing::Test {
  protected:
    void SetUp() override
    {
        if (!rs_test::DevicesThere(3)) {
            GTEST_SKIP() << "there are fewer than three devices";
        }
        rs_random random = rs_random_make(70, 0);
        MakeRows(&made_, RS_DTYPE_F32, 126, kColumns, 0, {}, &random);
        DrawLabels(&made_, &random);
        made_.exam.calibration = true;
        made_.exam.row_flags = true;
        verdict_ = Judge(made_.exam);
        source_.reset(
            new ScriptedSource(made_.bits.data(), made_.dtype, made_.rows, kColumns, made_.stride));
        Restart(3);
    }
    void TearDown() override
    {
        rs_test::ExpectNothingLeft();
        simt_reset();
    }

    static void Restart(int devices, uint64_t seed = 1)
    {
        simt_reset();
        simt_set_devices(devices);
        simt_set_seed(seed);
    }

    Outcome ScoreOn(rs_engine *engine, uint32_t keep = 2)
    {
        return Score(engine, made_, source_->get(), keep);
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

TEST_F(CudaDevices, CountersAreThoseOfOneDeviceToTheLastBit)
{
    const std::vector<uint64_t> alone = [&] {
        const OpenCudaEngine engine(kMemory, 2, 1);
        return ScoreOn(engine.get()).counters;
    }();
    for (uint64_t seed = 0; seed < 10; ++seed) {
        Restart(3, seed);
        for (const uint64_t devices : {UINT64_C(2), UINT64_C(3), UINT64_C(7), RS_DEVICES_ALL}) {
            const OpenCudaEngine engine(kMemory, 1 + seed % 4, devices);
            for (int round = 0; round < 2; ++round) {
                const Outcome outcome = ScoreOn(engine.get());
                ExpectRight(outcome);
                ASSERT_EQ(outcome.counters, alone) << "seed " << seed << ", set " << devices;
            }
        }
    }
}

#ifdef SIMT_CUDA_RUNTIME
/* A device that is asked for and does nothing would not notice that it is lost. */
TEST_F(CudaDevices, EachOneTakesPart)
{
    for (const int device : {0, 1, 2}) {
        Restart(3);
        const OpenCudaEngine engine(kMemory, 2, 7);
        simt_lose_device(device, cudaErrorIllegalAddress);
        const Outcome outcome = ScoreOn(engine.get());
        EXPECT_EQ(outcome.status, RS_DEVICE);
        const std::string named = "failed on CUDA device " + std::to_string(device) + " (";
        EXPECT_NE(std::strstr(outcome.error.reason, named.c_str()), nullptr)
            << outcome.error.reason;
    }
}

TEST_F(CudaDevices, OnlyThoseAskedForAreTouched)
{
    const OpenCudaEngine engine(kMemory, 2, 5);
    EXPECT_STREQ(engine.get()->info.device, "host SIMT executor 0, host SIMT executor 2");
    simt_lose_device(1, cudaErrorIllegalAddress);
    ExpectRight(ScoreOn(engine.get()));
}
#endif

/* Which device the caller works on is none of the engine's business. */
TEST_F(CudaDevices, TheCallersDeviceStaysTheCurrentOne)
{
    ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
    {
        const OpenCudaEngine engine(kMemory, 2, 5);
        ExpectOnDeviceOne("open");
        ExpectRight(ScoreOn(engine.get()));
        ExpectOnDeviceOne("a pass");
        std::vector<uint64_t> keys = {3, 1, 3};
        rs_key_counts counts = {};
        EXPECT_EQ(engine.get()->vtable->count_keys(engine.get(), keys.data(), keys.size(), &counts,
                                                   nullptr),
                  RS_OK);
        free(counts.entry);
        ExpectOnDeviceOne("keys");
        const float one = 1;
        float out = 0;
        rs_product product = {};
        product.dtype = RS_DTYPE_F32;
        product.rows = product.columns = product.depth = 1;
        product.left = product.right = &one;
        product.out = &out;
        ASSERT_EQ(rs_product_check(&product, nullptr), RS_OK);
        EXPECT_EQ(engine.get()->vtable->multiply(engine.get(), &product, nullptr), RS_OK);
        ExpectOnDeviceOne("a product");
#ifdef SIMT_CUDA_RUNTIME
        simt_fail_call_named("cudaMalloc", 1, cudaErrorLaunchOutOfResources);
        EXPECT_EQ(engine.get()->vtable->multiply(engine.get(), &product, nullptr), RS_DEVICE);
        ExpectOnDeviceOne("a product that fails");
#endif
    }
    ExpectOnDeviceOne("close");
    int count = 0;
    char line[200];
    EXPECT_EQ(rs_engine_plugin_get()->device_count(&count, nullptr), RS_OK);
    ExpectOnDeviceOne("counting devices");
    EXPECT_EQ(rs_engine_plugin_get()->describe(2, line, sizeof line, nullptr), RS_OK);
    ExpectOnDeviceOne("describing one");
    const OpenCudaEngine none(kMemory, 2, UINT64_C(1) << 60);
    EXPECT_EQ(none.status, RS_DEVICE);
    ExpectOnDeviceOne("open that fails");
}

#ifdef SIMT_CUDA_RUNTIME
TEST_F(CudaDevices, AllAreAsManyAsThereAre)
{
    Restart(2);
    const OpenCudaEngine engine(kMemory, 2, RS_DEVICES_ALL);
    EXPECT_STREQ(engine.get()->info.device, "host SIMT executor 0, host SIMT executor 1");
    EXPECT_EQ(engine.get()->info.threads, 2u);
    const OpenCudaEngine as_many_as_pay(kMemory, 0, RS_DEVICES_ALL);
    EXPECT_EQ(as_many_as_pay.get()->info.threads, 8u);
}

TEST_F(CudaDevices, AllAreThoseThatAnswer)
{
    {
        const OpenCudaEngine before(kMemory, 2, 7);
        simt_lose_device(1, cudaErrorIllegalAddress);
    }
    {
        const OpenCudaEngine rest(kMemory, 2, RS_DEVICES_ALL);
        ASSERT_EQ(rest.status, RS_OK);
        EXPECT_STREQ(rest.get()->info.device, "host SIMT executor 0, host SIMT executor 2");
        ExpectRight(ScoreOn(rest.get()));
    }
    const OpenCudaEngine named(kMemory, 2, 7);
    EXPECT_EQ(named.status, RS_DEVICE);
    simt_lose_device(0, cudaErrorIllegalAddress);
    simt_lose_device(2, cudaErrorIllegalAddress);
    const OpenCudaEngine none(kMemory, 2, RS_DEVICES_ALL);
    EXPECT_EQ(none.status, RS_DEVICE);
    Restart(3);
}

TEST_F(CudaDevices, OneThatIsNotThereIsNamed)
{
    const OpenCudaEngine engine(kMemory, 2, 9);
    EXPECT_EQ(engine.status, RS_DEVICE);
    EXPECT_EQ(engine.get(), nullptr);
    EXPECT_NE(std::strstr(engine.error.reason, "cudaSetDevice failed on CUDA device 3 ("), nullptr)
        << engine.error.reason;
    EXPECT_STREQ(engine.error.advice, "reassess info lists the devices there are");
}
#endif

/* A pipe has one reader; its rows go to all of them. */
TEST_F(CudaDevices, AStreamIsSpread)
{
    for (uint64_t seed = 0; seed < 5; ++seed) {
        Restart(3, seed);
        const OpenCudaEngine engine(kMemory, 2, 7);
        ScriptedSource stream(made_.bits.data(), made_.dtype, made_.rows, kColumns, made_.stride);
        stream.MakeStream(false);
        ExpectRight(Score(engine.get(), made_, stream.get(), 2));
    }
}

/* More devices than chunks, and no rows at all. */
TEST_F(CudaDevices, FewRows)
{
    const OpenCudaEngine engine(0, 2, 7);
    for (const uint64_t end : {0u, 1u, 2u, 5u}) {
        made_.exam.begin = 0;
        made_.exam.end = end;
        verdict_ = Judge(made_.exam);
        ExpectRight(ScoreOn(engine.get()));
    }
}

#ifdef SIMT_CUDA_RUNTIME
/* The pass ends in an error that names the device, and what follows is scored by the others. */
TEST_F(CudaDevices, ThePassesAfterALostDeviceGoOnWithoutIt)
{
    uint64_t work = 0;
    {
        const OpenCudaEngine engine(kMemory, 1, 3);
        ExpectRight(ScoreOn(engine.get()));
        work = simt_work_done();
    }
    ASSERT_GT(work, 60u);
    for (uint64_t n = 1; n <= work; n += 5) {
        SCOPED_TRACE("work " + std::to_string(n));
        Restart(2, n);
        {
            const OpenCudaEngine engine(kMemory, 1, 3);
            simt_fail_work(n, cudaErrorIllegalAddress);
            const Outcome lost = ScoreOn(engine.get());
            if (lost.status != RS_OK) {
                ASSERT_EQ(lost.status, RS_DEVICE);
                ASSERT_NE(std::strstr(lost.error.reason, "cudaErrorIllegalAddress"), nullptr)
                    << lost.error.reason;
            }
            const Outcome next = ScoreOn(engine.get());
            if (lost.status != RS_OK) {
                ExpectRight(next);
            }
        }
        if (HasFatalFailure()) {
            return;
        }
    }
    Restart(2);
}

TEST_F(CudaDevices, WhenAllAreLostTheErrorIsTheDrivers)
{
    {
        const OpenCudaEngine engine(kMemory, 1, 3);
        simt_lose_device(0, cudaErrorIllegalAddress);
        EXPECT_EQ(ScoreOn(engine.get()).status, RS_DEVICE);
        simt_lose_device(1, cudaErrorIllegalAddress);
        for (int pass = 0; pass < 3; ++pass) {
            const Outcome outcome = ScoreOn(engine.get());
            EXPECT_EQ(outcome.status, RS_DEVICE);
            EXPECT_NE(std::strstr(outcome.error.reason, "cudaErrorIllegalAddress"), nullptr)
                << outcome.error.reason;
        }
    }
    Restart(2);
}

/* Every third call of a life with two devices fails in turn: nothing is left, on neither. */
TEST_F(CudaDevices, CallsInTurn)
{
    Restart(2);
    {
        const OpenCudaEngine engine(2 * kMemory, 1, 3);
        ExpectRight(ScoreOn(engine.get()));
    }
    const uint64_t calls = simt_calls();
    for (uint64_t n = 1; n <= calls; n += 3) {
        SCOPED_TRACE("call " + std::to_string(n));
        Restart(2);
        simt_fail_call(n, cudaErrorLaunchOutOfResources);
        {
            const OpenCudaEngine engine(2 * kMemory, 1, 3);
            if (engine.status == RS_OK) {
                const Outcome outcome = ScoreOn(engine.get());
                if (outcome.status == RS_OK) {
                    ExpectRight(outcome);
                } else {
                    ASSERT_EQ(outcome.status, RS_DEVICE);
                    ExpectRight(ScoreOn(engine.get())); /* a call that fails loses no device */
                }
            }
        }
        rs_test::ExpectNothingLeft();
        if (HasFailure()) {
            return;
        }
    }
}

TEST_F(CudaDevices, AFullDeviceMakesTheChunksOfAllSmaller)
{
    simt_set_memory(40000);
    const OpenCudaEngine engine(0, 2, 7);
    const Outcome outcome = ScoreOn(engine.get());
    ExpectRight(outcome);
    EXPECT_LT(simt_count().device_bytes_peak, 120000u);
}
#endif

/* Models at the same time: each has an engine, and they share the devices. */
TEST_F(CudaDevices, EnginesDoNotDisturbEachOther)
{
    constexpr size_t kEngines = 3;
    Outcome outcome[kEngines];
    std::thread thread[kEngines];
    for (size_t i = 0; i < kEngines; ++i) {
        thread[i] = std::thread([&, i] {
            const OpenCudaEngine engine(kMemory, 1, i == 0 ? 7 : 1 + i);
            for (int round = 0; round < 3; ++round) {
                ScriptedSource source(made_.bits.data(), made_.dtype, made_.rows, kColumns,
                                      made_.stride);
                outcome[i] = Score(engine.get(), made_, source.get(), 2);
            }
        });
    }
    for (size_t i = 0; i < kEngines; ++i) {
        thread[i].join();
        ExpectRight(outcome[i]);
    }
}

} // namespace
