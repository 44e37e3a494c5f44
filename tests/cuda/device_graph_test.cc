/* Adding that is captured in a CUDA graph, and replayed. */
#include "images_case.h"

namespace {

using rs_test::ImagesCase;
using rs_test::OnDevice;
using rs_test::Outcome;

class DeviceGraph : public testing::TestWithParam<int> {
  protected:
    void SetUp() override
    {
        simt_reset();
        simt_set_seed(static_cast<uint64_t>(GetParam()));
        ASSERT_EQ(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), cudaSuccess);
    }
    void TearDown() override
    {
        EXPECT_EQ(cudaStreamDestroy(stream_), cudaSuccess);
        rs_test::ExpectNothingLeft();
        EXPECT_EQ(simt_count().graphs, 0u);
        simt_reset();
    }

    /* What a model of a fixed batch does: its graph ends with the scorer. */
    cudaGraphExec_t Capture(const ImagesCase::Scorer &scorer, const rs_scorer_rows &batch)
    {
        cudaGraph_t graph = nullptr;
        cudaGraphExec_t exec = nullptr;
        EXPECT_EQ(cudaStreamBeginCapture(stream_, cudaStreamCaptureModeGlobal), cudaSuccess);
        EXPECT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
        EXPECT_EQ(cudaStreamEndCapture(stream_, &graph), cudaSuccess);
        EXPECT_EQ(cudaGraphInstantiate(&exec, graph, 0), cudaSuccess);
        EXPECT_EQ(cudaGraphDestroy(graph), cudaSuccess);
        return exec;
    }

    cudaStream_t stream_ = nullptr;
};

/* Nothing is said of the images: each replay counts on where the one before ended, and so does what
 * is added by itself, before and after. */
TEST_P(DeviceGraph, ReplaysCountOn)
{
    ImagesCase made(RS_DTYPE_F32, 103, 30, true);
    const Outcome pass = made.OnePass();
    const size_t stride = made.made.stride;
    {
        const ImagesCase::Scorer scorer = made.MakeScorer();
        const OnDevice rows(made.made.bits.data(), 20 * stride, stream_);
        const auto fill = [&](uint64_t first, uint64_t count) {
            ASSERT_EQ(cudaMemcpyAsync(rows.get(), made.made.bits.data() + first * stride,
                                      count * stride, cudaMemcpyHostToDevice, stream_),
                      cudaSuccess);
        };
        rs_scorer_rows batch = made.Batch(rows.get(), 20, 0, nullptr, stream_);
        ASSERT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK); /* a warm-up that counts */
        const cudaGraphExec_t exec = Capture(scorer, batch);
        for (uint64_t first = 20; first < 100; first += 20) {
            fill(first, 20);
            ASSERT_EQ(cudaGraphLaunch(exec, stream_), cudaSuccess);
        }
        fill(100, 3);
        batch.rows = 3; /* the last batch is smaller */
        ASSERT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
        ImagesCase::ExpectSame(scorer, pass);
        EXPECT_EQ(rs_scorer_get_counts(scorer.get()).repeats, 0u);

        ASSERT_EQ(cudaGraphLaunch(exec, stream_), cudaSuccess); /* behind the last image */
        rs_error error = {};
        EXPECT_EQ(rs_scorer_wait(scorer.get(), &error), RS_RANGE);
        EXPECT_EQ(cudaGraphExecDestroy(exec), cudaSuccess);
    }
}

/* An index in the memory of the device is read by each replay. */
TEST_P(DeviceGraph, TheIndexIsThatOfTheReplay)
{
    ImagesCase made(RS_DTYPE_BF16, 120, 64);
    const Outcome pass = made.OnePass();
    std::vector<int64_t> images = made.Shuffled(6);
    images.insert(images.end(), images.begin(), images.begin() + 30); /* a replay of repeats */
    {
        const ImagesCase::Scorer scorer = made.MakeScorer();
        const OnDevice index(images.data(), 30 * 8, stream_);
        const std::vector<uint8_t> bytes = made.RowsOf(images);
        const OnDevice rows(bytes.data(), 30 * made.row_bytes(), stream_);
        const auto *const which = static_cast<const int64_t *>(index.get());
        const cudaGraphExec_t exec =
            Capture(scorer, made.Batch(rows.get(), 30, 0, which, stream_));
        for (size_t first = 0; first < images.size(); first += 30) {
            ASSERT_EQ(cudaMemcpyAsync(rows.get(), bytes.data() + first * made.row_bytes(),
                                      30 * made.row_bytes(), cudaMemcpyHostToDevice, stream_),
                      cudaSuccess);
            ASSERT_EQ(cudaMemcpyAsync(index.get(), images.data() + first, 30 * 8,
                                      cudaMemcpyHostToDevice, stream_),
                      cudaSuccess);
            ASSERT_EQ(cudaGraphLaunch(exec, stream_), cudaSuccess);
        }
        ImagesCase::ExpectSame(scorer, pass);
        EXPECT_EQ(rs_scorer_get_counts(scorer.get()).repeats, 30u);
        EXPECT_EQ(cudaGraphExecDestroy(exec), cudaSuccess);
    }
}

/* One of the host is that of the capture, so a second replay is of repeats. */
TEST_P(DeviceGraph, AnIndexOfTheHostIsThatOfTheCapture)
{
    ImagesCase made(RS_DTYPE_F32, 40, 20);
    const Outcome pass = made.OnePass();
    const std::vector<int64_t> images = made.Shuffled(6);
    {
        const ImagesCase::Scorer scorer = made.MakeScorer();
        const std::vector<uint8_t> bytes = made.RowsOf(images);
        const OnDevice rows(bytes.data(), bytes.size(), stream_);
        std::vector<int64_t> gone = images;
        const cudaGraphExec_t exec =
            Capture(scorer, made.Batch(rows.get(), 40, 0, gone.data(), stream_));
        std::fill(gone.begin(), gone.end(), INT64_C(0));
        EXPECT_EQ(rs_scorer_wait(scorer.get(), nullptr), RS_OK);
        EXPECT_EQ(rs_scorer_get_counts(scorer.get()).images, 0u) << "captured, not launched";
        ASSERT_EQ(cudaGraphLaunch(exec, stream_), cudaSuccess);
        ASSERT_EQ(cudaGraphLaunch(exec, stream_), cudaSuccess);
        ImagesCase::ExpectSame(scorer, pass);
        EXPECT_EQ(rs_scorer_get_counts(scorer.get()).repeats, 40u);
        EXPECT_EQ(cudaGraphExecDestroy(exec), cudaSuccess);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceGraph, testing::Values(0, 1, 2, 3));

} // namespace
