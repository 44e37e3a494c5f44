/* simt_test.h - what the executor's own tests share. */
#ifndef SIMT_SIMT_TEST_H
#define SIMT_SIMT_TEST_H

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "kernels/launch.h"
#include "simt/simt.h"

#if defined(__SANITIZE_ADDRESS__)
#define SIMT_TEST_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIMT_TEST_ASAN 1
#endif
#endif
#ifndef SIMT_TEST_ASAN
#define SIMT_TEST_ASAN 0
#endif
#ifdef SIMT_TSAN
#define SIMT_TEST_TSAN 1
#else
#define SIMT_TEST_TSAN 0
#endif

/* Reports that ThreadSanitizer has made so far (0 without it). */
unsigned tsan_reports();

/* Starts every test afresh; a race that the test did not take note of fails it. */
class SimtTest : public testing::Test {
  protected:
    void SetUp() override
    {
        simt_reset();
        reports_ = tsan_reports();
    }
    void TearDown() override
    {
        EXPECT_EQ(tsan_reports(), reports_) << "ThreadSanitizer reported a race";
        simt_reset();
    }
    /* Races reported since the start or the last call. */
    unsigned take_reports()
    {
        const unsigned made = tsan_reports() - reports_;
        reports_ += made;
        return made;
    }

  private:
    unsigned reports_ = 0;
};

#define ASSERT_CUDA(call) ASSERT_EQ(call, cudaSuccess)
#define EXPECT_CUDA(call) EXPECT_EQ(call, cudaSuccess)

/* Device memory of a test. */
template <class T> class OnDevice {
  public:
    explicit OnDevice(size_t count) : count_(count)
    {
        EXPECT_CUDA(cudaMalloc(&pointer_, count * sizeof(T)));
    }
    explicit OnDevice(const std::vector<T> &values) : OnDevice(values.size())
    {
        EXPECT_CUDA(
            cudaMemcpy(pointer_, values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice));
        EXPECT_CUDA(cudaStreamSynchronize(nullptr));
    }
    ~OnDevice()
    {
        cudaFree(pointer_);
    }
    OnDevice(const OnDevice &) = delete;
    OnDevice &operator=(const OnDevice &) = delete;
    T *get() const
    {
        return pointer_;
    }
    std::vector<T> fetch() const
    {
        std::vector<T> values(count_);
        EXPECT_CUDA(
            cudaMemcpy(values.data(), pointer_, count_ * sizeof(T), cudaMemcpyDeviceToHost));
        return values;
    }

  private:
    T *pointer_ = nullptr;
    size_t count_;
};

/* Runs the kernel and waits; the text of the check that failed, "" if none did. */
template <class... P, class... A>
std::string failure_of(void (*kernel)(P...), dim3 grid, dim3 block, size_t shared_bytes,
                       A... arguments)
{
    simt_catch(1);
    EXPECT_CUDA(simt::launch("kernel", kernel, grid, block, shared_bytes, nullptr, arguments...));
    const cudaError_t code = cudaDeviceSynchronize();
    const std::string text = simt_message();
    EXPECT_EQ(code, text.empty() ? cudaSuccess : cudaErrorLaunchFailure);
    simt_reset();
    return text;
}

#endif
