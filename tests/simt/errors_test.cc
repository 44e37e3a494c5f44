/* errors_test.cc - devices, error codes, injected failures, lost devices. */
#include "simt_test.h"

#include <cstring>
#include <thread>

__global__ void set_value(int *value, int to)
{
    if (threadIdx.x == 0 && blockIdx.x == 0) {
        *value = to;
    }
}

using ErrorsTest = SimtTest;

TEST_F(ErrorsTest, CodesHaveCudasNamesAndTexts)
{
    EXPECT_STREQ(cudaGetErrorName(cudaErrorMemoryAllocation), "cudaErrorMemoryAllocation");
    EXPECT_STREQ(cudaGetErrorString(cudaErrorMemoryAllocation), "out of memory");
    EXPECT_STREQ(cudaGetErrorString(cudaErrorInsufficientDriver),
                 "CUDA driver version is insufficient for CUDA runtime version");
    EXPECT_STREQ(cudaGetErrorString(cudaErrorIllegalAddress),
                 "an illegal memory access was encountered");
    EXPECT_STREQ(cudaGetErrorName(static_cast<cudaError_t>(12345)), "unrecognized error code");
}

TEST_F(ErrorsTest, TheLastErrorIsEachThreadsOwn)
{
    EXPECT_EQ(cudaSetDevice(7), cudaErrorInvalidDevice);
    std::thread([] { EXPECT_EQ(cudaPeekAtLastError(), cudaSuccess); }).join();
    EXPECT_EQ(cudaPeekAtLastError(), cudaErrorInvalidDevice);
    EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidDevice);
    EXPECT_EQ(cudaGetLastError(), cudaSuccess);
}

/* ---- devices ---- */

TEST_F(ErrorsTest, NoDeviceAndNoDriver)
{
    int count = 77;
    simt_set_devices(0);
    EXPECT_EQ(cudaGetDeviceCount(&count), cudaErrorNoDevice);
    EXPECT_EQ(count, 77);
    simt_set_devices(-1);
    EXPECT_EQ(cudaGetDeviceCount(&count), cudaErrorInsufficientDriver);
    EXPECT_EQ(count, 77);
    void *pointer = nullptr;
    EXPECT_EQ(cudaMalloc(&pointer, 100), cudaErrorInsufficientDriver);
    simt_set_devices(3);
    EXPECT_CUDA(cudaGetDeviceCount(&count));
    EXPECT_EQ(count, 3);
}

TEST_F(ErrorsTest, PropertiesOfTheDevice)
{
    cudaDeviceProp properties;
    int value = 0;
    simt_set_arch(75);
    simt_set_memory(123456789);
    ASSERT_CUDA(cudaGetDeviceProperties(&properties, 0));
    EXPECT_EQ(properties.major, 7);
    EXPECT_EQ(properties.minor, 5);
    EXPECT_EQ(properties.totalGlobalMem, 123456789u);
    ASSERT_CUDA(cudaDeviceGetAttribute(&value, cudaDevAttrComputeCapabilityMajor, 0));
    EXPECT_EQ(value, 7);
    EXPECT_EQ(cudaGetDeviceProperties(&properties, 1), cudaErrorInvalidDevice);
}

TEST_F(ErrorsTest, DevicesAreApart)
{
    simt_set_devices(2);
    cudaStream_t of_first, of_second;
    cudaEvent_t event;
    int *first = nullptr, *second = nullptr, device = -1;
    ASSERT_CUDA(cudaStreamCreate(&of_first));
    ASSERT_CUDA(cudaMalloc(&first, 4));
    ASSERT_CUDA(cudaEventCreate(&event));
    ASSERT_CUDA(cudaSetDevice(1));
    ASSERT_CUDA(cudaGetDevice(&device));
    EXPECT_EQ(device, 1);
    std::thread([] { /* the current device is each thread's own */
        int of_thread = -1;
        EXPECT_CUDA(cudaGetDevice(&of_thread));
        EXPECT_EQ(of_thread, 0);
    }).join();
    ASSERT_CUDA(cudaStreamCreate(&of_second));
    ASSERT_CUDA(cudaMalloc(&second, 4));
    EXPECT_EQ(RS_LAUNCH(set_value, 1, 32, 0, of_first, second, 5), cudaErrorInvalidResourceHandle);
    EXPECT_EQ(cudaEventRecord(event, of_second), cudaErrorInvalidResourceHandle);
    EXPECT_CUDA(RS_LAUNCH(set_value, 1, 32, 0, of_second, second, 5));
    EXPECT_CUDA(cudaEventRecord(event, of_first));
    EXPECT_CUDA(cudaStreamWaitEvent(of_second, event, 0)); /* across devices this is allowed */
    EXPECT_CUDA(cudaMemcpyPeerAsync(first, 0, second, 1, 4, of_second));
    EXPECT_CUDA(cudaStreamSynchronize(of_second));
    int value = 0;
    EXPECT_CUDA(cudaMemcpy(&value, first, 4, cudaMemcpyDeviceToHost));
    EXPECT_EQ(value, 5);
    cudaPointerAttributes attributes;
    EXPECT_CUDA(cudaPointerGetAttributes(&attributes, second));
    EXPECT_EQ(attributes.device, 1);
    int peer = 1;
    EXPECT_CUDA(cudaDeviceCanAccessPeer(&peer, 0, 1));
    EXPECT_EQ(peer, 0);
    EXPECT_CUDA(cudaSetDevice(0));
}

static void touch_other_device()
{
    simt_set_devices(2);
    int *first = nullptr;
    cudaMalloc(&first, 4);
    cudaSetDevice(1);
    RS_LAUNCH(set_value, 1, 32, 0, nullptr, first, 5);
    cudaDeviceSynchronize();
}
TEST_F(ErrorsTest, AKernelCannotTouchAnotherDevicesMemory)
{
    EXPECT_DEATH(touch_other_device(),
                 "simt: set_value block \\(0,0,0\\) thread \\(0,0,0\\) touches byte "
                 "0 of device allocation 1 \\(4 bytes, device 0\\)");
}

/* ---- injected failures ---- */

TEST_F(ErrorsTest, TheNthCallFailsOnce)
{
    void *a = nullptr, *b = nullptr;
    simt_fail_call(2, cudaErrorMemoryAllocation);
    EXPECT_CUDA(cudaMalloc(&a, 10));
    EXPECT_EQ(cudaMalloc(&b, 10), cudaErrorMemoryAllocation);
    EXPECT_EQ(b, nullptr);
    EXPECT_CUDA(cudaMalloc(&b, 10));
    simt_fail_call_named("cudaMemset", 2, cudaErrorInvalidValue);
    EXPECT_CUDA(cudaMemset(a, 0, 10));
    EXPECT_CUDA(cudaFree(b));
    EXPECT_EQ(cudaMemset(a, 0, 10), cudaErrorInvalidValue);
    EXPECT_CUDA(cudaMemset(a, 0, 10));
    simt_fail_call(1, cudaErrorUnknown);
    simt_fail_call(0, cudaErrorUnknown); /* taken back */
    EXPECT_CUDA(cudaMemset(a, 0, 10));
}

TEST_F(ErrorsTest, FreeingWorksEvenWhenItReportsAFailure)
{
    void *a = nullptr;
    EXPECT_CUDA(cudaMalloc(&a, 10));
    simt_fail_call(1, cudaErrorIllegalAddress); /* an earlier, asynchronous failure, reported now */
    EXPECT_EQ(cudaFree(a), cudaErrorIllegalAddress);
    EXPECT_EQ(simt_count().device_allocations, 0u);
}

TEST_F(ErrorsTest, AStickyErrorLosesTheDeviceForGood)
{
    simt_set_devices(2);
    void *a = nullptr, *b = nullptr;
    ASSERT_CUDA(cudaMalloc(&a, 10));
    simt_fail_call_named("cudaMemset", 1, cudaErrorLaunchFailure);
    EXPECT_EQ(cudaMemset(a, 0, 10), cudaErrorLaunchFailure);
    EXPECT_EQ(cudaMalloc(&b, 10), cudaErrorLaunchFailure);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
    EXPECT_EQ(cudaGetLastError(), cudaErrorLaunchFailure);
    EXPECT_EQ(cudaGetLastError(), cudaErrorLaunchFailure);
    EXPECT_EQ(cudaFree(a), cudaErrorLaunchFailure);
    EXPECT_EQ(simt_count().device_allocations, 0u);
    EXPECT_CUDA(cudaSetDevice(1)); /* the other one lives */
    EXPECT_CUDA(cudaMalloc(&b, 10));
    EXPECT_CUDA(cudaFree(b));
    EXPECT_EQ(cudaSetDevice(0), cudaErrorLaunchFailure);
    simt_reset();
    EXPECT_CUDA(cudaMalloc(&a, 10));
}

TEST_F(ErrorsTest, FailingWorkIsToldToWhoWaitsNext)
{
    OnDevice<int> value(std::vector<int>{1});
    ASSERT_CUDA(cudaDeviceSynchronize());
    simt_fail_work(2, cudaErrorIllegalAddress);
    EXPECT_CUDA(RS_LAUNCH(set_value, 1, 32, 0, nullptr, value.get(), 2));
    EXPECT_CUDA(RS_LAUNCH(set_value, 1, 32, 0, nullptr, value.get(), 3));
    EXPECT_CUDA(RS_LAUNCH(set_value, 1, 32, 0, nullptr, value.get(), 4));
    EXPECT_EQ(cudaStreamSynchronize(nullptr), cudaErrorIllegalAddress);
    EXPECT_EQ(RS_LAUNCH(set_value, 1, 32, 0, nullptr, value.get(), 5), cudaErrorIllegalAddress);
    int seen = 0;
    simt_peek(&seen, value.get(), sizeof seen);
    EXPECT_EQ(seen, 2); /* nothing ran after it */
}

TEST_F(ErrorsTest, LosingADeviceByHand)
{
    simt_lose_device(0, cudaErrorECCUncorrectable);
    int value = 0;
    EXPECT_EQ(cudaDeviceGetAttribute(&value, cudaDevAttrWarpSize, 0), cudaErrorECCUncorrectable);
    EXPECT_EQ(cudaDeviceReset(), cudaErrorECCUncorrectable);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorECCUncorrectable);
}

static cudaError_t small_program()
{
    int *value = nullptr, *pinned = nullptr;
    cudaStream_t stream = nullptr;
    cudaError_t code = cudaMalloc(&value, 4);
    code = code ? code : cudaMallocHost(&pinned, 4);
    code = code ? code : cudaStreamCreate(&stream);
    code = code ? code : RS_LAUNCH(set_value, 1, 32, 0, stream, value, 6);
    code = code ? code : cudaMemcpyAsync(pinned, value, 4, cudaMemcpyDeviceToHost, stream);
    code = code ? code : cudaStreamSynchronize(stream);
    if (code == cudaSuccess) {
        EXPECT_EQ(*pinned, 6);
    }
    const cudaError_t freed = cudaFree(value), unpinned = cudaFreeHost(pinned);
    const cudaError_t destroyed = stream != nullptr ? cudaStreamDestroy(stream) : cudaSuccess;
    return code ? code : freed ? freed : unpinned ? unpinned : destroyed;
}

/* How a test sweeps over every place a program can fail in. */
TEST_F(ErrorsTest, SweepOverAllCallsOfAProgram)
{
    ASSERT_CUDA(small_program());
    simt_reset();
    ASSERT_CUDA(small_program());
    const uint64_t calls = simt_calls();
    EXPECT_EQ(calls, 9u);
    for (uint64_t n = 1; n <= calls; n++) {
        simt_reset();
        simt_fail_call(n, cudaErrorLaunchFailure);
        EXPECT_EQ(small_program(), cudaErrorLaunchFailure) << n;
        const simt_census left = simt_count();
        EXPECT_EQ(left.device_allocations + left.pinned_allocations + left.streams, 0u) << n;
    }
    simt_reset();
    ASSERT_CUDA(small_program());
    const uint64_t work = simt_work_done();
    EXPECT_EQ(work, 2u);
    for (uint64_t n = 1; n <= work; n++) {
        simt_reset();
        simt_fail_work(n, cudaErrorIllegalAddress);
        EXPECT_EQ(small_program(), cudaErrorIllegalAddress) << n;
    }
}

static void run_with_environment()
{
    setenv("SIMT_FAIL_CALL", "3:2", 1);
    setenv("SIMT_DEVICES", "2", 1);
    setenv("SIMT_ARCH", "80", 1);
    simt_reset();
    simt_fail_call(0, cudaSuccess);
    int count = 0;
    cudaDeviceProp properties;
    cudaGetDeviceCount(&count);
    cudaGetDeviceProperties(&properties, 1);
    fprintf(stderr, "%d devices of %d.%d\n", count, properties.major, properties.minor);
    exit(0);
}
TEST_F(ErrorsTest, SettingsComeFromTheEnvironmentToo)
{
    EXPECT_EXIT(run_with_environment(), testing::ExitedWithCode(0), "2 devices of 8.0");
}
