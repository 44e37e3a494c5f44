/* streams_test.cc - streams that run when waited for, their orders, events, what each copy waits
 * for. */
#include "simt_test.h"

#include <atomic>
#include <thread>

__global__ void add_to(int *value, int amount)
{
    if (threadIdx.x == 0) {
        *value += amount;
    }
}
__global__ void copy_value(int *to, const int *from)
{
    if (threadIdx.x == 0) {
        *to = *from;
    }
}

class StreamsTest : public SimtTest {
  protected:
    void SetUp() override
    {
        SimtTest::SetUp();
        for (cudaStream_t &stream : stream_) {
            ASSERT_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
        }
        ASSERT_CUDA(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming));
        ASSERT_CUDA(cudaMallocHost(&pinned_, 16 * sizeof(int)));
    }
    int peek(const int *device)
    {
        int value = 0;
        simt_peek(&value, device, sizeof value);
        return value;
    }
    cudaStream_t stream_[2];
    cudaEvent_t event_;
    int *pinned_;
};

TEST_F(StreamsTest, NothingRunsBeforeSomebodyWaits)
{
    OnDevice<int> value(std::vector<int>{5});
    ASSERT_CUDA(RS_LAUNCH(add_to, 1, 32, 0, stream_[0], value.get(), 1));
    ASSERT_CUDA(cudaMemsetAsync(value.get(), 0, 1, stream_[1]));
    EXPECT_EQ(peek(value.get()), 5);
    ASSERT_CUDA(cudaStreamSynchronize(stream_[0]));
    EXPECT_TRUE(peek(value.get()) == 6 || peek(value.get()) == 1 || peek(value.get()) == 0);
    ASSERT_CUDA(cudaDeviceSynchronize());
    take_reports(); /* the two streams do race */
}

TEST_F(StreamsTest, WorkOfOneStreamKeepsItsOrder)
{
    OnDevice<int> value(1);
    for (uint64_t seed = 0; seed < 6; seed++) {
        simt_set_seed(seed);
        pinned_[0] = 40;
        ASSERT_CUDA(
            cudaMemcpyAsync(value.get(), pinned_, sizeof(int), cudaMemcpyHostToDevice, stream_[0]));
        ASSERT_CUDA(RS_LAUNCH(add_to, 1, 32, 0, stream_[0], value.get(), 2));
        ASSERT_CUDA(cudaMemcpyAsync(pinned_ + 1, value.get(), sizeof(int), cudaMemcpyDeviceToHost,
                                    stream_[0]));
        ASSERT_CUDA(cudaStreamSynchronize(stream_[0]));
        EXPECT_EQ(pinned_[1], 42);
    }
}

/* Stream 1 reads what stream 0 writes; `waits` says whether it waits for it. */
static int hand_over(cudaStream_t writer, cudaStream_t reader, cudaEvent_t event, bool waits,
                     uint64_t seed)
{
    simt_set_seed(0);
    OnDevice<int> value(std::vector<int>{1}), seen(std::vector<int>{0});
    simt_set_seed(seed);
    RS_LAUNCH(add_to, 1, 32, 0, writer, value.get(), 10);
    cudaEventRecord(event, writer);
    if (waits) {
        cudaStreamWaitEvent(reader, event, 0);
    }
    RS_LAUNCH(copy_value, 1, 32, 0, reader, seen.get(), value.get());
    EXPECT_CUDA(cudaStreamSynchronize(reader));
    int result = 0;
    simt_peek(&result, seen.get(), sizeof result);
    return result;
}

TEST_F(StreamsTest, AWaitForAnEventHoldsInEveryOrder)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        EXPECT_EQ(hand_over(stream_[0], stream_[1], event_, true, seed), 11) << seed;
    }
    EXPECT_EQ(take_reports(), 0u);
}

TEST_F(StreamsTest, AMissingWaitShowsInSomeOrderAndToTsanInEvery)
{
    int wrong = 0, right = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        (hand_over(stream_[0], stream_[1], event_, false, seed) == 11 ? right : wrong)++;
    }
    EXPECT_GT(wrong, 0);
    EXPECT_GT(right, 0);
    if (SIMT_TEST_TSAN) {
        EXPECT_GE(take_reports(), 10u);
    }
}

TEST_F(StreamsTest, PinnedMemoryReusedTooEarlyShows)
{
    int wrong = 0;
    for (uint64_t seed = 0; seed < 10; seed++) {
        simt_set_seed(seed);
        OnDevice<int> value(1);
        pinned_[0] = 1;
        ASSERT_CUDA(
            cudaMemcpyAsync(value.get(), pinned_, sizeof(int), cudaMemcpyHostToDevice, stream_[0]));
        pinned_[0] = 2; /* the copy has not run: nobody waited */
        ASSERT_CUDA(cudaStreamSynchronize(stream_[0]));
        wrong += peek(value.get()) != 1;
    }
    EXPECT_EQ(wrong, 10);
    if (SIMT_TEST_TSAN) {
        EXPECT_GT(take_reports(), 0u);
    }
}

TEST_F(StreamsTest, PinnedResultReadTooEarlyShows)
{
    simt_set_seed(0);
    OnDevice<int> value(std::vector<int>{3});
    pinned_[0] = -1;
    ASSERT_CUDA(
        cudaMemcpyAsync(pinned_, value.get(), sizeof(int), cudaMemcpyDeviceToHost, stream_[0]));
    EXPECT_EQ(pinned_[0], -1);
    ASSERT_CUDA(cudaStreamSynchronize(stream_[0]));
    EXPECT_EQ(pinned_[0], 3);
    EXPECT_EQ(take_reports() > 0, SIMT_TEST_TSAN != 0);
}

/* ---- what a copy waits for ---- */

TEST_F(StreamsTest, PageableSourcesAreStagedAtTheCall)
{
    OnDevice<int> value(1);
    int pageable = 8;
    ASSERT_CUDA(cudaMemcpyAsync(value.get(), &pageable, sizeof pageable, cudaMemcpyHostToDevice,
                                stream_[0]));
    pageable = 9;
    EXPECT_NE(peek(value.get()), 8); /* and the rest has not run */
    ASSERT_CUDA(cudaStreamSynchronize(stream_[0]));
    EXPECT_EQ(peek(value.get()), 8);
}

TEST_F(StreamsTest, PageableTargetsAreThereOnReturn)
{
    OnDevice<int> value(std::vector<int>{4});
    int pageable = 0;
    ASSERT_CUDA(RS_LAUNCH(add_to, 1, 32, 0, stream_[0], value.get(), 3));
    ASSERT_CUDA(cudaMemcpyAsync(&pageable, value.get(), sizeof pageable, cudaMemcpyDeviceToHost,
                                stream_[0]));
    EXPECT_EQ(pageable, 7);
}

TEST_F(StreamsTest, CudaMemcpyFromPageableMemoryDoesNotWaitForTheDevice)
{
    OnDevice<int> value(1), seen(std::vector<int>{0});
    const int pageable = 8;
    ASSERT_CUDA(cudaMemcpy(value.get(), &pageable, sizeof pageable, cudaMemcpyHostToDevice));
    /* A non-blocking stream is not ordered with the legacy stream: this is a race. */
    ASSERT_CUDA(RS_LAUNCH(copy_value, 1, 32, 0, stream_[0], seen.get(), value.get()));
    simt_set_seed(0);
    ASSERT_CUDA(cudaStreamSynchronize(stream_[0]));
    EXPECT_NE(peek(seen.get()), 8);
    if (SIMT_TEST_TSAN) {
        cudaDeviceSynchronize();
        EXPECT_GT(take_reports(), 0u);
    }
}

TEST_F(StreamsTest, CudaMemcpyFromPinnedMemoryIsDoneOnReturn)
{
    OnDevice<int> value(1);
    pinned_[0] = 6;
    ASSERT_CUDA(cudaMemcpy(value.get(), pinned_, sizeof(int), cudaMemcpyHostToDevice));
    EXPECT_EQ(peek(value.get()), 6);
    ASSERT_CUDA(cudaMemset(value.get(), 0, sizeof(int)));
    EXPECT_EQ(peek(value.get()), 6); /* a fill is asynchronous */
}

/* ---- the legacy default stream ---- */

TEST_F(StreamsTest, TheLegacyStreamAndBlockingStreamsWaitForEachOther)
{
    cudaStream_t blocking;
    ASSERT_CUDA(cudaStreamCreate(&blocking));
    OnDevice<int> value(1);
    for (uint64_t seed = 0; seed < 12; seed++) {
        simt_set_seed(seed);
        ASSERT_CUDA(cudaMemsetAsync(value.get(), 0, sizeof(int), blocking));
        ASSERT_CUDA(RS_LAUNCH(add_to, 1, 32, 0, nullptr, value.get(), 5)); /* after the fill */
        ASSERT_CUDA(RS_LAUNCH(copy_value, 1, 32, 0, blocking, value.get() + 0, value.get()));
        ASSERT_CUDA(RS_LAUNCH(add_to, 1, 32, 0, blocking, value.get(), 1)); /* after both */
        ASSERT_CUDA(cudaStreamSynchronize(blocking));
        EXPECT_EQ(peek(value.get()), 6);
    }
    EXPECT_EQ(take_reports(), 0u);
    ASSERT_CUDA(cudaStreamDestroy(blocking));
}

/* ---- events, queries ---- */

TEST_F(StreamsTest, EventSynchronizeRunsNoFurtherThanTheEvent)
{
    simt_set_seed(0);
    OnDevice<int> value(std::vector<int>{0});
    ASSERT_CUDA(RS_LAUNCH(add_to, 1, 32, 0, stream_[0], value.get(), 1));
    ASSERT_CUDA(cudaEventRecord(event_, stream_[0]));
    ASSERT_CUDA(RS_LAUNCH(add_to, 1, 32, 0, stream_[0], value.get(), 10));
    ASSERT_CUDA(cudaEventSynchronize(event_));
    EXPECT_EQ(peek(value.get()), 1);
    ASSERT_CUDA(cudaStreamSynchronize(stream_[0]));
    EXPECT_EQ(peek(value.get()), 11);
}

TEST_F(StreamsTest, PollingEndsInEveryOrder)
{
    for (uint64_t seed = 0; seed < 8; seed++) {
        simt_set_seed(seed);
        OnDevice<int> value(std::vector<int>{0});
        for (int i = 0; i < 5; i++) {
            ASSERT_CUDA(RS_LAUNCH(add_to, 1, 32, 0, stream_[i % 2], value.get(), 1));
            ASSERT_CUDA(cudaEventRecord(event_, stream_[i % 2]));
            ASSERT_CUDA(cudaStreamWaitEvent(stream_[1 - i % 2], event_, 0));
        }
        int polls = 0;
        while (cudaEventQuery(event_) == cudaErrorNotReady && polls < 1000) {
            polls++;
        }
        EXPECT_LT(polls, 1000);
        EXPECT_EQ(peek(value.get()), 5);
        while (cudaStreamQuery(stream_[0]) == cudaErrorNotReady && polls < 1000) {
            polls++;
        }
        cudaGetLastError();
    }
}

TEST_F(StreamsTest, EventsMeasureTimeWhenTheyMay)
{
    cudaEvent_t start, end;
    float milliseconds = -1;
    ASSERT_CUDA(cudaEventCreate(&start));
    ASSERT_CUDA(cudaEventCreate(&end));
    EXPECT_EQ(cudaEventElapsedTime(&milliseconds, start, end), cudaErrorInvalidResourceHandle);
    ASSERT_CUDA(cudaEventRecord(start, stream_[0]));
    ASSERT_CUDA(cudaEventRecord(end, stream_[0]));
    EXPECT_EQ(cudaEventElapsedTime(&milliseconds, start, end), cudaErrorNotReady);
    ASSERT_CUDA(cudaEventSynchronize(end));
    EXPECT_CUDA(cudaEventElapsedTime(&milliseconds, start, end));
    EXPECT_GE(milliseconds, 0.0f);
    ASSERT_CUDA(cudaEventRecord(event_, stream_[0]));
    ASSERT_CUDA(cudaEventSynchronize(event_));
    EXPECT_EQ(cudaEventElapsedTime(&milliseconds, start, event_), cudaErrorInvalidResourceHandle);
}

TEST_F(StreamsTest, ADestroyedStreamsWorkStillRuns)
{
    OnDevice<int> value(std::vector<int>{1});
    ASSERT_CUDA(RS_LAUNCH(add_to, 1, 32, 0, stream_[0], value.get(), 1));
    ASSERT_CUDA(cudaStreamDestroy(stream_[0]));
    EXPECT_EQ(cudaStreamSynchronize(stream_[0]), cudaErrorInvalidResourceHandle);
    EXPECT_EQ(RS_LAUNCH(add_to, 1, 32, 0, stream_[0], value.get(), 1),
              cudaErrorInvalidResourceHandle);
    ASSERT_CUDA(cudaDeviceSynchronize());
    EXPECT_EQ(peek(value.get()), 2);
    EXPECT_EQ(simt_count().streams, 1u);
}

static void note(void *user_data)
{
    *static_cast<int *>(user_data) = cudaGetDeviceCount(nullptr) == cudaErrorNotPermitted ? 1 : 2;
}
TEST_F(StreamsTest, HostFunctionsRunInOrderAndMayNotCallCuda)
{
    int called = 0;
    ASSERT_CUDA(cudaLaunchHostFunc(stream_[0], note, &called));
    if (!SIMT_TEST_TSAN) { /* to look is a race */
        EXPECT_EQ(called, 0);
    }
    ASSERT_CUDA(cudaStreamSynchronize(stream_[0]));
    EXPECT_EQ(called, 1);
}

/* ---- several host threads ---- */

TEST_F(StreamsTest, HostThreadsWorkOnTheirOwnStreams)
{
    OnDevice<int> first(std::vector<int>{0}), second(std::vector<int>{0});
    std::atomic<int> failures{0};
    const auto work = [&](cudaStream_t stream, int *value) {
        for (int i = 0; i < 50; i++) {
            failures += RS_LAUNCH(add_to, 2, 64, 0, stream, value, 1) != cudaSuccess;
            failures += i % 7 == 0 && cudaStreamSynchronize(stream) != cudaSuccess;
        }
        failures += cudaStreamSynchronize(stream) != cudaSuccess;
    };
    std::thread one(work, stream_[0], first.get()), two(work, stream_[1], second.get());
    one.join();
    two.join();
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(peek(first.get()), 100);
    EXPECT_EQ(peek(second.get()), 100);
    take_reports(); /* both blocks of add_to add to the same number */
}
