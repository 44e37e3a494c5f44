/* Heads on several devices: the bits are those of one, each takes part, and what goes wrong on one
 * of them is a clean error. */
#include <gtest/gtest.h>

#include <cuda_runtime_api.h>

#include <cstring>
#include <string>

#include "heads_cuda_case.h"

namespace {

using rs_test::CudaHeads;
using rs_test::ExpectOnDeviceOne;
using rs_test::OpenCudaEngine;

constexpr uint64_t kMemory = 160000;      /* all heads at once, in tiles of 32 rows */
constexpr uint64_t kLittleMemory = 60000; /* the heads one after the other */

class CudaHeadsDevices : public CudaHeads {
  protected:
    void SetUp() override
    {
        CudaHeads::SetUp();
        if (IsSkipped() || !rs_test::DevicesThere(3)) {
            GTEST_SKIP() << "there are fewer than three devices, or no cuBLAS";
        }
        kRows = 230; /* 8 tiles, the last one not whole */
        Make(RS_DTYPE_F16, RS_DTYPE_F32, 3, true);
        MakeExams();
        Restart(3);
    }
    static void Restart(int devices, uint64_t seed = 1)
    {
        simt_reset();
        simt_set_devices(devices);
        simt_set_seed(seed);
    }
    Result Alone(uint64_t memory)
    {
        const OpenCudaEngine engine(memory, 2, 1);
        return Score(engine.get());
    }
    static void ExpectEqual(const Result &result, const Result &expected)
    {
        ASSERT_EQ(result.status, RS_OK) << result.error.reason;
        EXPECT_EQ(result.scored, expected.scored);
        EXPECT_EQ(result.counters, expected.counters);
        EXPECT_EQ(result.prediction, expected.prediction);
        for (size_t h = 0; h < expected.value.size(); ++h) {
            EXPECT_EQ(std::memcmp(result.value[h].data(), expected.value[h].data(),
                                  expected.value[h].size() * sizeof(double)),
                      0)
                << "head " << h;
        }
    }
    static void ExpectSays(const Result &result, rs_status status, const std::string &words)
    {
        EXPECT_EQ(result.status, status);
        EXPECT_NE(std::strstr(result.error.reason, words.c_str()), nullptr) << result.error.reason;
        EXPECT_STRNE(result.error.advice, "");
    }
};

/* Memory of a device that somebody else holds. */
class Occupied {
  public:
    Occupied(int device, size_t bytes)
    {
        EXPECT_EQ(cudaSetDevice(device), cudaSuccess);
        EXPECT_EQ(cudaMalloc(&memory_, bytes), cudaSuccess);
    }
    ~Occupied()
    {
        EXPECT_EQ(cudaFree(memory_), cudaSuccess);
    }
    Occupied(const Occupied &) = delete;
    Occupied &operator=(const Occupied &) = delete;

  private:
    void *memory_ = nullptr;
};

TEST_F(CudaHeadsDevices, BitsAreThoseOfOneDevice)
{
    for (const uint64_t memory : {kMemory, kLittleMemory}) {
        const Result alone = Alone(memory);
        ExpectRight(alone, 2e-5);
        for (uint64_t seed = 0; seed < 3; ++seed) {
            Restart(3, seed);
            for (const uint64_t devices : {UINT64_C(3), UINT64_C(7), RS_DEVICES_ALL}) {
                SCOPED_TRACE("seed " + std::to_string(seed) + ", set " + std::to_string(devices));
                const OpenCudaEngine engine(memory, 1 + seed % 3, devices);
                ExpectEqual(Score(engine.get()), alone);
                if (HasFailure()) {
                    return;
                }
            }
        }
    }
}

TEST_F(CudaHeadsDevices, TheCallersDeviceStaysTheCurrentOne)
{
    ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
    {
        const OpenCudaEngine engine(kMemory, 2, 5);
        EXPECT_EQ(Score(engine.get()).status, RS_OK);
        ExpectOnDeviceOne("heads");
#ifdef SIMT_CUDA_RUNTIME
        simt_fail_work(20, cudaErrorIllegalAddress);
        EXPECT_EQ(Score(engine.get()).status, RS_DEVICE);
        ExpectOnDeviceOne("heads on a device that is lost");
#endif
    }
    ExpectOnDeviceOne("close");
}

#ifdef SIMT_CUDA_RUNTIME
/* More than labels and heads come to each device: tiles do. */
TEST_F(CudaHeadsDevices, EachOneTakesPart)
{
    const OpenCudaEngine engine(kMemory, 2, 7);
    uint64_t before[3];
    uint64_t without_rows[3];
    ASSERT_EQ(Score(engine.get(), {0, 0}).status, RS_OK); /* sends the labels */
    for (int device = 0; device < 3; ++device) {
        before[device] = simt_device_work_done(device);
    }
    ASSERT_EQ(Score(engine.get(), {0, 0}).status, RS_OK);
    for (int device = 0; device < 3; ++device) {
        without_rows[device] = simt_device_work_done(device) - before[device];
    }
    ASSERT_EQ(Score(engine.get()).status, RS_OK);
    for (int device = 0; device < 3; ++device) {
        const uint64_t work = simt_device_work_done(device) - before[device];
        EXPECT_GT(work, 2 * without_rows[device] + 2 * heads_.size()) << "device " << device;
    }
}
#endif

TEST_F(CudaHeadsDevices, RangesAndStreamsAreSpread)
{
    const Result alone = Alone(kMemory);
    const OpenCudaEngine engine(kMemory, 2, 7);
    for (const rs_row_range range : {rs_row_range{0, 3}, rs_row_range{40, 41},
                                     rs_row_range{70, 200}, rs_row_range{221, kRows}}) {
        const Result part = Score(engine.get(), range);
        ASSERT_EQ(part.status, RS_OK) << part.error.reason;
        EXPECT_EQ(part.scored, range.end - range.begin);
        for (size_t h = 0; h + 1 < heads_.size(); ++h) {
            EXPECT_EQ(std::memcmp(part.value[h].data(), alone.value[h].data() + range.begin * 3,
                                  part.value[h].size() * sizeof(double)),
                      0)
                << range.begin;
        }
    }
    source_->MakeStream(false);
    ExpectEqual(Score(engine.get()), alone);
}

TEST_F(CudaHeadsDevices, LogitsGoThroughTheClassMap)
{
    std::vector<int32_t> classes(kClasses);
    for (uint32_t c = 0; c < kClasses; ++c) {
        classes[c] = c == 3 ? -1 : c == 4 ? 5 : static_cast<int32_t>(c);
    }
    for (const auto &exam : exams_) {
        exam->UseMap(classes);
    }
    const OpenCudaEngine engine(kMemory, 2, 7);
    ExpectRight(Score(engine.get()), 2e-5);
}

#ifdef SIMT_CUDA_RUNTIME
/* cuBLAS may multiply in another way there, and which tiles such a device gets is chance. */
TEST_F(CudaHeadsDevices, ThoseOfAnotherKindAreLeftOut)
{
    const Result alone = Alone(kMemory);
    simt_set_device_arch(1, 80);
    const OpenCudaEngine engine(kMemory, 2, 7);
    ASSERT_EQ(engine.status, RS_OK);
    simt_lose_device(1, cudaErrorIllegalAddress);
    ExpectEqual(Score(engine.get()), alone);
    simt_lose_device(2, cudaErrorIllegalAddress);
    ExpectSays(Score(engine.get()), RS_DEVICE, "failed on CUDA device 2 (");
    ExpectEqual(Score(engine.get()), alone);
    Restart(3);
}

/* The pass ends in an error that names the device; what follows is scored by the others. */
TEST_F(CudaHeadsDevices, ThePassesAfterALostDeviceGoOnWithoutIt)
{
    const Result alone = Alone(kMemory);
    Restart(2);
    {
        const OpenCudaEngine engine(kMemory, 1, 3);
        ExpectEqual(Score(engine.get()), alone);
    }
    const uint64_t work = simt_work_done();
    ASSERT_GT(work, 100u);
    uint64_t lost = 0;
    for (uint64_t n = 1; n <= work; n += 11) {
        SCOPED_TRACE("work " + std::to_string(n));
        Restart(2, n);
        {
            const OpenCudaEngine engine(kMemory, 1, 3);
            simt_fail_work(n, cudaErrorIllegalAddress);
            const Result result = Score(engine.get());
            if (result.status == RS_OK) {
                ExpectEqual(result, alone);
                continue;
            }
            ++lost;
            ExpectSays(result, RS_DEVICE, "cudaErrorIllegalAddress");
            ExpectEqual(Score(engine.get()), alone);
        }
        if (HasFailure()) {
            return;
        }
    }
    EXPECT_GT(lost, 8u);
    Restart(2);
}

TEST_F(CudaHeadsDevices, CallsInTurn)
{
    const Result alone = Alone(kMemory);
    Restart(2);
    {
        const OpenCudaEngine engine(kMemory, 1, 3);
        ExpectEqual(Score(engine.get()), alone);
    }
    const uint64_t calls = simt_calls();
    uint64_t failed = 0;
    for (uint64_t n = 1; n <= calls; n += 1 + n / 8) {
        SCOPED_TRACE("call " + std::to_string(n));
        Restart(2);
        simt_fail_call(n, cudaErrorLaunchOutOfResources);
        {
            const OpenCudaEngine engine(kMemory, 1, 3);
            if (engine.status == RS_OK) {
                const Result result = Score(engine.get());
                if (result.status != RS_OK) {
                    ++failed;
                    ExpectSays(result, RS_DEVICE, "on CUDA device ");
                    ExpectEqual(Score(engine.get()), alone); /* no device is lost by that */
                }
            }
        }
        rs_test::ExpectNothingLeft();
        if (HasFailure()) {
            return;
        }
    }
    EXPECT_GT(failed, 8u);
}

TEST_F(CudaHeadsDevices, AHandleThatCannotBeMadeIsNamed)
{
    const Result alone = Alone(kMemory);
    for (const cudaError_t code : {cudaErrorMemoryAllocation, cudaErrorLaunchOutOfResources}) {
        const bool full = code == cudaErrorMemoryAllocation;
        Restart(3);
        const OpenCudaEngine engine(kMemory, 2, 7);
        simt_fail_call_named("cublasCreate", 2, code);
        ExpectSays(Score(engine.get()), full ? RS_MEMORY : RS_DEVICE,
                   "cublasCreate failed on CUDA device 1 (");
        ExpectEqual(Score(engine.get()), alone);
    }
}

/* The second device is full: of what is left for it, tiles for all are made, or the error says so.
 * */
TEST_F(CudaHeadsDevices, AFullDevice)
{
    constexpr size_t kDeviceBytes = 1 << 20;
    const Result alone = Alone(kMemory);
    simt_set_memory(kDeviceBytes);
    for (size_t left = 4096; left < kDeviceBytes; left += 16384) {
        SCOPED_TRACE(left);
        Restart(3);
        simt_set_memory(kDeviceBytes);
        const OpenCudaEngine next(kMemory, 2, 7);
        Result full;
        {
            const Occupied most(1, kDeviceBytes - left);
            full = Score(next.get());
        }
        if (full.status == RS_OK) {
            ExpectRight(full, 2e-5);
            EXPECT_GT(left, 4096u);
            break;
        }
        ExpectSays(full, RS_MEMORY, "failed on CUDA device 1 (");
        ExpectEqual(Score(next.get()), alone);
    }
}
#endif

} // namespace
