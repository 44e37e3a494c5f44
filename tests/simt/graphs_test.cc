/* graphs_test.cc - the work of a stream is captured, runs when it is launched, and only then; what
 * may not be done meanwhile breaks the capture. */
#include "simt_test.h"

__global__ void add_amount(int *value, int amount)
{
    if (threadIdx.x == 0) {
        *value += amount;
    }
}

class GraphsTest : public SimtTest {
  protected:
    void SetUp() override
    {
        SimtTest::SetUp();
        for (cudaStream_t &stream : stream_) {
            ASSERT_CUDA(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
        }
        ASSERT_CUDA(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming));
    }
    void begin() { ASSERT_CUDA(cudaStreamBeginCapture(stream_[0], cudaStreamCaptureModeGlobal)); }
    cudaStreamCaptureStatus status(cudaStream_t stream)
    {
        cudaStreamCaptureStatus found = cudaStreamCaptureStatusNone;
        EXPECT_CUDA(cudaStreamIsCapturing(stream, &found));
        return found;
    }
    void expect_broken()
    {
        EXPECT_EQ(status(stream_[0]), cudaStreamCaptureStatusInvalidated);
        EXPECT_EQ(cudaStreamEndCapture(stream_[0], &graph_), cudaErrorStreamCaptureInvalidated);
        EXPECT_EQ(graph_, nullptr);
        EXPECT_EQ(status(stream_[0]), cudaStreamCaptureStatusNone);
    }
    cudaStream_t stream_[2];
    cudaEvent_t event_;
    cudaGraph_t graph_ = nullptr;
};

TEST_F(GraphsTest, RunsWhenItIsLaunchedAsOftenAsItIs)
{
    OnDevice<int> value(std::vector<int>{5});
    cudaGraphExec_t exec = nullptr;
    int amount = 3;
    begin();
    EXPECT_EQ(status(stream_[0]), cudaStreamCaptureStatusActive);
    EXPECT_EQ(status(stream_[1]), cudaStreamCaptureStatusNone);
    ASSERT_CUDA(RS_LAUNCH(add_amount, 1, 32, 0, stream_[0], value.get(), amount));
    ASSERT_CUDA(RS_LAUNCH(add_amount, 1, 32, 0, stream_[0], value.get(), 10 * amount));
    amount = 100; /* arguments are those of the capture */
    ASSERT_CUDA(cudaStreamEndCapture(stream_[0], &graph_));
    ASSERT_CUDA(cudaGraphInstantiate(&exec, graph_, 0));
    ASSERT_CUDA(cudaGraphDestroy(graph_));
    EXPECT_EQ(simt_count().graphs, 1u);
    ASSERT_CUDA(cudaDeviceSynchronize());
    EXPECT_EQ(value.fetch()[0], 5);
    for (int i = 0; i < 3; ++i) {
        ASSERT_CUDA(cudaGraphLaunch(exec, stream_[i % 2]));
        ASSERT_CUDA(cudaDeviceSynchronize());
    }
    EXPECT_EQ(value.fetch()[0], 5 + 3 * 33);
    ASSERT_CUDA(cudaGraphExecDestroy(exec));
    EXPECT_EQ(cudaGraphExecDestroy(exec), cudaErrorInvalidValue);
    EXPECT_EQ(cudaGraphLaunch(exec, stream_[0]), cudaErrorInvalidValue);
    EXPECT_EQ(simt_count().graphs, 0u);
}

TEST_F(GraphsTest, ALaunchIsAPieceOfItsStream)
{
    OnDevice<int> value(std::vector<int>{1});
    cudaGraphExec_t exec = nullptr;
    begin();
    ASSERT_CUDA(cudaMemsetAsync(value.get(), 0, sizeof(int), stream_[0]));
    ASSERT_CUDA(cudaStreamEndCapture(stream_[0], &graph_));
    ASSERT_CUDA(cudaGraphInstantiate(&exec, graph_, 0));
    for (uint64_t seed = 0; seed < 6; seed++) {
        simt_set_seed(seed);
        ASSERT_CUDA(RS_LAUNCH(add_amount, 1, 32, 0, stream_[1], value.get(), 4));
        ASSERT_CUDA(cudaGraphLaunch(exec, stream_[1]));
        ASSERT_CUDA(RS_LAUNCH(add_amount, 1, 32, 0, stream_[1], value.get(), 2));
        ASSERT_CUDA(cudaStreamSynchronize(stream_[1]));
        EXPECT_EQ(value.fetch()[0], 2) << "seed " << seed;
    }
}

TEST_F(GraphsTest, WhatWaitsOrTakesMemoryBreaksACapture)
{
    OnDevice<int> value(std::vector<int>{1});
    int number = 0;
    void *memory = nullptr;
    begin();
    EXPECT_EQ(cudaStreamSynchronize(stream_[0]), cudaErrorStreamCaptureUnsupported);
    expect_broken();
    begin();
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorStreamCaptureUnsupported);
    expect_broken();
    begin();
    EXPECT_EQ(cudaMalloc(&memory, 8), cudaErrorStreamCaptureUnsupported);
    expect_broken();
    begin();
    EXPECT_EQ(cudaMemcpyAsync(&number, value.get(), 4, cudaMemcpyDeviceToHost, stream_[0]),
              cudaErrorStreamCaptureUnsupported);
    expect_broken();
    begin();
    EXPECT_CUDA(cudaStreamSynchronize(stream_[1])); /* the other one may be waited for */
    EXPECT_CUDA(cudaStreamEndCapture(stream_[0], &graph_));
    EXPECT_EQ(cudaStreamEndCapture(stream_[0], &graph_), cudaErrorIllegalState);
    EXPECT_EQ(cudaStreamBeginCapture(nullptr, cudaStreamCaptureModeGlobal),
              cudaErrorStreamCaptureUnsupported);
}

TEST_F(GraphsTest, NoWayOutOfACaptureByEvents)
{
    OnDevice<int> value(std::vector<int>{1});
    ASSERT_CUDA(cudaEventRecord(event_, stream_[1]));
    begin();
    EXPECT_EQ(cudaStreamWaitEvent(stream_[0], event_, 0), cudaErrorStreamCaptureIsolation);
    expect_broken();
    begin();
    EXPECT_CUDA(cudaEventRecord(event_, stream_[0]));
    EXPECT_CUDA(cudaStreamWaitEvent(stream_[0], event_, 0));
    EXPECT_EQ(cudaEventQuery(event_), cudaErrorCapturedEvent);
    expect_broken();
    begin();
    EXPECT_CUDA(cudaEventRecord(event_, stream_[0]));
    EXPECT_EQ(cudaStreamWaitEvent(stream_[1], event_, 0), cudaErrorStreamCaptureUnsupported);
    expect_broken();
    ASSERT_CUDA(cudaEventRecord(event_, stream_[1])); /* an ordinary one again */
    EXPECT_CUDA(cudaEventSynchronize(event_));
}

TEST_F(GraphsTest, TheLegacyStreamWouldWaitForABlockingOne)
{
    OnDevice<int> value(std::vector<int>{1});
    cudaStream_t blocking = nullptr;
    ASSERT_CUDA(cudaStreamCreate(&blocking));
    ASSERT_CUDA(cudaStreamBeginCapture(blocking, cudaStreamCaptureModeGlobal));
    EXPECT_EQ(RS_LAUNCH(add_amount, 1, 32, 0, nullptr, value.get(), 4),
              cudaErrorStreamCaptureImplicit);
    EXPECT_EQ(cudaStreamEndCapture(blocking, &graph_), cudaErrorStreamCaptureInvalidated);
}
