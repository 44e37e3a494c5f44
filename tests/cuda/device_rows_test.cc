/* Scorers of a device: batches of any split, order, type and distance, of rows that lie there, are
 * one pass over a file, to the last bit; nothing is copied, nobody waits. */
#include "images_case.h"

namespace {

using rs_test::ExpectNothingLeft;
using rs_test::ImagesCase;
using rs_test::IndexIn;
using rs_test::OnDevice;
using rs_test::Outcome;
using rs_test::TwoStreams;

class DeviceRows : public testing::TestWithParam<int> {
  protected:
    void SetUp() override
    {
        simt_reset();
        simt_set_seed(static_cast<uint64_t>(GetParam()));
    }
    void TearDown() override
    {
        ExpectNothingLeft();
        simt_reset();
    }
};

TEST_P(DeviceRows, EverySplitOrderAndTypeIsOnePass)
{
    for (const rs_dtype dtype : {RS_DTYPE_F32, RS_DTYPE_F16, RS_DTYPE_BF16, RS_DTYPE_F64}) {
        for (const bool calibration : {false, true}) {
            ImagesCase made(dtype, 230, 44, calibration);
            const Outcome pass = made.OnePass();
            ASSERT_EQ(pass.status, RS_OK);
            for (const size_t batch : {1u, 33u, 230u}) {
                if (batch == 1 && calibration) {
                    continue;
                }
                SCOPED_TRACE(std::string(rs_dtype_name(dtype)) + " by " + std::to_string(batch));
                const ImagesCase::Scorer scorer = made.MakeScorer();
                std::vector<int64_t> images = made.Shuffled(static_cast<unsigned>(batch));
                images.insert(images.end(), images.begin(), images.begin() + 40); /* padding */
                for (size_t at = 0; at < images.size(); at += batch) {
                    const auto end = images.begin() +
                                     static_cast<ptrdiff_t>(std::min(at + batch, images.size()));
                    ASSERT_EQ(made.Add(scorer, {images.begin() + static_cast<ptrdiff_t>(at), end},
                                       at % 2 == 0 ? IndexIn::kHost : IndexIn::kDevice, nullptr,
                                       rs_dtype_bytes(dtype) * (at % 3)),
                              RS_OK);
                }
                ImagesCase::ExpectSame(scorer, pass);
                const rs_scorer_counts counts = rs_scorer_get_counts(scorer.get());
                EXPECT_EQ(counts.images, 230u);
                EXPECT_EQ(counts.missing, 0u);
                EXPECT_EQ(counts.repeats, 40u);
                EXPECT_EQ(counts.dtype, dtype);
                EXPECT_STREQ(rs_scorer_engine(scorer.get())->name, "cuda");
            }
        }
    }
}

TEST_P(DeviceRows, TheTallyIsThatOfTheCpu)
{
    ImagesCase made(RS_DTYPE_F16, 300, 136);
    const ImagesCase::Scorer scorer = made.MakeScorer();
    const ImagesCase::Scorer host = made.MakeHostScorer();
    const std::vector<int64_t> images = made.Shuffled(3);
    const std::vector<uint8_t> rows = made.RowsOf(images);
    const rs_scorer_rows batch = made.Batch(rows.data(), 300, 0, images.data(), nullptr);
    ASSERT_EQ(rs_scorer_add(host.get(), &batch, nullptr), RS_OK);
    ASSERT_EQ(made.Add(scorer, images, IndexIn::kDevice), RS_OK);
    EXPECT_TRUE(rs_tally_equal(ImagesCase::TallyOf(scorer).get(), ImagesCase::TallyOf(host).get()));
    void *bytes[2] = {};
    size_t size[2] = {};
    ASSERT_EQ(rs_scorer_to_bytes(scorer.get(), &bytes[0], &size[0], nullptr), RS_OK);
    ASSERT_EQ(rs_scorer_to_bytes(host.get(), &bytes[1], &size[1], nullptr), RS_OK);
    ASSERT_EQ(size[0], size[1]);
    EXPECT_EQ(std::memcmp(bytes[0], bytes[1], size[0]), 0);
    free(bytes[0]);
    free(bytes[1]);
}

/* Batches of two streams, none of which waits for another. */
TEST_P(DeviceRows, ThroughAClassMap)
{
    for (const rs_dtype dtype : {RS_DTYPE_F32, RS_DTYPE_F16, RS_DTYPE_F64}) {
        ImagesCase made(dtype, 120, 30, dtype != RS_DTYPE_F16, true);
        const Outcome pass = made.OnePass();
        ASSERT_EQ(pass.status, RS_OK);
        const TwoStreams stream;
        std::vector<int64_t> images = made.Shuffled(5);
        images.insert(images.end(), images.begin(), images.begin() + 20);
        const std::vector<uint8_t> bytes = made.RowsOf(images);
        const OnDevice rows(bytes.data(), bytes.size(), nullptr);
        const OnDevice index(images.data(), images.size() * 8, nullptr);
        ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);
        const ImagesCase::Scorer scorer = made.MakeScorer();
        for (size_t at = 0; at < 140; at += 35) {
            const int64_t *const which =
                at % 2 == 0 ? images.data() : static_cast<const int64_t *>(index.get());
            const rs_scorer_rows batch =
                made.Batch(static_cast<char *>(rows.get()) + at * made.row_bytes(), 35, 0,
                           which + at, stream[at / 35 % 2]);
            ASSERT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
        }
        ImagesCase::ExpectSame(scorer, pass);
        EXPECT_EQ(rs_scorer_get_counts(scorer.get()).repeats, 20u);
    }
}

/* More rows than the arguments of a launch name images. */
TEST_P(DeviceRows, ALongBatchThroughAClassMap)
{
    ImagesCase made(RS_DTYPE_F32, 2300, 8, false, true);
    const Outcome pass = made.OnePass();
    const std::vector<int64_t> images = made.Shuffled(5);
    const ImagesCase::Scorer first = made.MakeScorer();
    ASSERT_EQ(made.Add(first, images, IndexIn::kDevice), RS_OK);
    ImagesCase::ExpectSame(first, pass);
    const ImagesCase::Scorer second = made.MakeScorer();
    const OnDevice rows(made.made.bits.data(), made.made.bits.size(), nullptr);
    const rs_scorer_rows batch = made.Batch(rows.get(), 2300, 0, nullptr, nullptr);
    ASSERT_EQ(rs_scorer_add(second.get(), &batch, nullptr), RS_OK);
    ImagesCase::ExpectSame(second, pass);
}

/* Of rows in two streams, each brought in the stream that scores them. */
TEST_P(DeviceRows, WithoutAnIndexTheyAreTheNextOnesInTheOrderOfTheCalls)
{
    ImagesCase made(RS_DTYPE_F16, 300, 136);
    const Outcome pass = made.OnePass();
    void *rows = nullptr;
    cudaStream_t stream[2] = {};
    ASSERT_EQ(cudaMalloc(&rows, made.made.bits.size()), cudaSuccess);
    for (auto &one : stream) {
        ASSERT_EQ(cudaStreamCreateWithFlags(&one, cudaStreamNonBlocking), cudaSuccess);
    }
    {
        const ImagesCase::Scorer scorer = made.MakeScorer();
        const size_t stride = made.made.stride;
        const uint64_t edges[] = {0, 100, 101, 250, 300};
        for (size_t i = 0; i + 1 < 5; ++i) {
            char *const at = static_cast<char *>(rows) + edges[i] * stride;
            const uint64_t count = edges[i + 1] - edges[i];
            ASSERT_EQ(cudaMemcpyAsync(at, made.made.bits.data() + edges[i] * stride, count * stride,
                                      cudaMemcpyHostToDevice, stream[i % 2]),
                      cudaSuccess);
            const uint64_t work = simt_work_done();
            const rs_scorer_rows batch = made.Batch(at, count, 0, nullptr, stream[i % 2]);
            ASSERT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
            EXPECT_EQ(simt_work_done(), work); /* nobody waited */
        }
        const rs_scorer_rows more = made.Batch(rows, 1, 0, nullptr, stream[0]);
        rs_error error = {};
        EXPECT_EQ(rs_scorer_add(scorer.get(), &more, &error), RS_RANGE);
        EXPECT_EQ(error.place.at, 300u);
        ImagesCase::ExpectSame(scorer, pass);
        EXPECT_EQ(rs_scorer_get_counts(scorer.get()).repeats, 0u);
    }
    for (auto &one : stream) {
        EXPECT_EQ(cudaStreamDestroy(one), cudaSuccess);
    }
    EXPECT_EQ(cudaFree(rows), cudaSuccess);
}

/* More numbers than travel with one launch. */
TEST_P(DeviceRows, ALongIndexOfTheHost)
{
    ImagesCase made(RS_DTYPE_F32, 1700, 12);
    const Outcome pass = made.OnePass();
    const ImagesCase::Scorer scorer = made.MakeScorer();
    ASSERT_EQ(made.Add(scorer, made.Shuffled(2), IndexIn::kHost), RS_OK);
    ImagesCase::ExpectSame(scorer, pass);
    EXPECT_EQ(rs_scorer_get_counts(scorer.get()).repeats, 0u);
}

/* A tally is a snapshot, and an image that did not come has none. */
TEST_P(DeviceRows, OfAPassThatStoppedHalfWay)
{
    ImagesCase made(RS_DTYPE_F32, 90, 30, true);
    const Outcome pass = made.OnePass();
    const ImagesCase::Scorer scorer = made.MakeScorer();
    EXPECT_EQ(rs_tally_rows(ImagesCase::TallyOf(scorer).get()), 0u);
    ASSERT_EQ(made.Add(scorer, {9, 4, 5, 9, 7}, IndexIn::kHost), RS_OK);
    EXPECT_EQ(rs_tally_rows(ImagesCase::TallyOf(scorer).get()), 4u);
    EXPECT_EQ(rs_scorer_get_counts(scorer.get()).missing, 86u);
    EXPECT_EQ(rs_scorer_get_counts(scorer.get()).repeats, 1u);
    const rs_row_results *const results = rs_scorer_results(scorer.get());
    EXPECT_EQ(results->prediction[8 * ImagesCase::kKeep], -1) << "never came";
    ASSERT_EQ(made.Add(scorer, made.Shuffled(8), IndexIn::kDevice), RS_OK);
    ImagesCase::ExpectSame(scorer, pass);
    EXPECT_EQ(rs_scorer_get_counts(scorer.get()).repeats, 5u);
}

TEST_P(DeviceRows, WhatIsMergedCountsOnce)
{
    ImagesCase made(RS_DTYPE_F32, 100, 30, true);
    const Outcome pass = made.OnePass();
    const std::vector<int64_t> images = made.Shuffled(4);
    const std::vector<int64_t> half(images.begin(), images.begin() + 60);
    const std::vector<int64_t> rest(images.begin() + 40, images.end());
    const ImagesCase::Scorer first = made.MakeScorer();
    const ImagesCase::Scorer second = made.MakeScorer();
    ASSERT_EQ(made.Add(first, half, IndexIn::kHost), RS_OK);
    ASSERT_EQ(made.Add(second, rest, IndexIn::kDevice), RS_OK);
    rs_error error = {};
    EXPECT_EQ(rs_scorer_merge(first.get(), second.get(), RS_SEEN_REFUSED, &error), RS_MISMATCH);
    ASSERT_EQ(rs_scorer_merge(first.get(), second.get(), RS_SEEN_ONCE, &error), RS_OK);
    ImagesCase::ExpectSame(first, pass);
    EXPECT_EQ(rs_scorer_get_counts(first.get()).repeats, 20u);
    ASSERT_EQ(made.Add(first, rest, IndexIn::kHost), RS_OK); /* the device knows them all */
    ImagesCase::ExpectSame(first, pass);
    EXPECT_EQ(rs_scorer_get_counts(first.get()).repeats, 80u);

    void *bytes = nullptr;
    size_t size = 0;
    const ImagesCase::Scorer third = made.MakeScorer();
    ASSERT_EQ(made.Add(third, half, IndexIn::kHost), RS_OK);
    ASSERT_EQ(rs_scorer_to_bytes(second.get(), &bytes, &size, nullptr), RS_OK);
    ASSERT_EQ(rs_scorer_merge_bytes(third.get(), bytes, size, RS_SEEN_ONCE, nullptr), RS_OK);
    ImagesCase::ExpectSame(third, pass);
    free(bytes);
}

TEST_P(DeviceRows, RefusesWhatCannotBe)
{
    ImagesCase made(RS_DTYPE_F16, 300, 136);
    const ImagesCase::Scorer scorer = made.MakeScorer(0);
    const OnDevice rows(made.made.bits.data(), made.made.bits.size(), nullptr);
    rs_error error = {};
    rs_scorer_rows batch = made.Batch(rows.get(), 2, 0, nullptr, nullptr);
    const auto refused = [&](rs_status status, const char *part) {
        EXPECT_EQ(rs_scorer_add(scorer.get(), &batch, &error), status);
        EXPECT_NE(std::strstr(error.reason, part), nullptr) << error.reason;
    };
    batch.row_stride_bytes = 270;
    refused(RS_RANGE, "a stride of 270 bytes does not fit rows of 136 values");
    batch.row_stride_bytes = 272;
    batch.columns = 137;
    refused(RS_MISMATCH, "137");
    batch.columns = 136;
    batch.dtype = RS_DTYPE_I32;
    refused(RS_UNSUPPORTED, "type i32");
    batch.dtype = RS_DTYPE_F16;
    const int64_t none[] = {7, 300};
    batch.index = none;
    refused(RS_RANGE, "the index 300 is none of the 300 images");
    EXPECT_EQ(error.place.at, 1u);
    batch.index = nullptr;
    batch.data = made.made.bits.data();
    refused(RS_MISMATCH,
            "the rows lie in the memory of the host, but the scorer is of CUDA device 0");
    batch.data = nullptr;
    EXPECT_EQ(rs_scorer_add(scorer.get(), &batch, &error), RS_USAGE);
    EXPECT_EQ(rs_scorer_wait(scorer.get(), &error), RS_OK) << "nothing of it was counted";
    EXPECT_EQ(rs_scorer_get_counts(scorer.get()).images, 0u);

    rs_scorer *several = nullptr;
    made.options.devices = 5;
    EXPECT_EQ(rs_scorer_create_with(rs_engine_plugin_get(), &made.options, made.labels, 0, &several,
                                    &error),
              RS_USAGE);
    EXPECT_EQ(several, nullptr);
}

/* What only the device sees is told by whoever waits. */
TEST_P(DeviceRows, AnIndexOnTheDeviceThatIsNoImage)
{
    for (const int64_t none : {INT64_C(40), INT64_C(-1), INT64_C(1) << 40}) {
        ImagesCase made(RS_DTYPE_F32, 40, 20);
        const ImagesCase::Scorer scorer = made.MakeScorer(0);
        ASSERT_EQ(made.Add(scorer, {3, none, 4}, IndexIn::kDevice), RS_OK);
        rs_tally *tally = nullptr;
        for (int again = 0; again < 2; ++again) {
            rs_error error = {};
            EXPECT_EQ(rs_scorer_tally(scorer.get(), &tally, &error), RS_RANGE);
            const std::string part = "the index " + std::to_string(none) + " is none of the 40";
            EXPECT_NE(std::strstr(error.reason, part.c_str()), nullptr) << error.reason;
        }
    }
}

TEST_P(DeviceRows, RowsThatAreNoProbabilities)
{
    ImagesCase made(RS_DTYPE_F32, 40, 20, true);
    made.options.values = RS_VALUES_PROBS;
    const ImagesCase::Scorer scorer = made.MakeScorer(0);
    ASSERT_EQ(made.Add(scorer, made.Shuffled(1), IndexIn::kHost), RS_OK);
    rs_error error = {};
    EXPECT_EQ(rs_scorer_wait(scorer.get(), &error), RS_FORMAT) << error.reason;
}

#ifdef SIMT_CUDA_RUNTIME
/* What add asks of CUDA, and what it leaves as it is. */
TEST_P(DeviceRows, OneLaunchAndNothingElse)
{
    ImagesCase made(RS_DTYPE_F32, 100, 30);
    const ImagesCase::Scorer scorer = made.MakeScorer();
    const OnDevice rows(made.made.bits.data(), made.made.bits.size(), nullptr);
    std::vector<int64_t> images = made.Shuffled(1);
    const OnDevice index(images.data(), images.size() * 8, nullptr);
    ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);
    const auto *const there = static_cast<const int64_t *>(index.get());
    for (const int64_t *which : {static_cast<const int64_t *>(images.data()), there}) {
        const simt_census before = simt_count();
        const uint64_t work = simt_work_done();
        const uint64_t calls = simt_calls();
        const rs_scorer_rows batch = made.Batch(rows.get(), 100, 0, which, nullptr);
        ASSERT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
        const simt_census after = simt_count();
        EXPECT_EQ(after.device_allocations, before.device_allocations);
        EXPECT_EQ(after.pinned_allocations, before.pinned_allocations);
        EXPECT_EQ(after.pending_work, before.pending_work + 1);
        EXPECT_EQ(simt_work_done(), work);
        EXPECT_EQ(simt_calls(), calls + 4); /* the device, both pointers, the launch */
    }
}

TEST_P(DeviceRows, RowsOfAnotherDeviceAreRefusedByName)
{
    simt_set_devices(2);
    ImagesCase made(RS_DTYPE_F32, 50, 20);
    const ImagesCase::Scorer scorer = made.MakeScorer(0, 1);
    const std::vector<int64_t> images = made.Shuffled(1);
    const OnDevice elsewhere(made.made.bits.data(), made.made.bits.size(), nullptr);
    const OnDevice index(images.data(), images.size() * 8, nullptr);
    rs_error error = {};
    rs_scorer_rows batch = made.Batch(elsewhere.get(), 50, 0, nullptr, nullptr);
    EXPECT_EQ(rs_scorer_add(scorer.get(), &batch, &error), RS_MISMATCH);
    EXPECT_STREQ(error.reason, "the rows lie on CUDA device 0, but the scorer is of device 1");
    ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
    {
        const OnDevice here(made.made.bits.data(), made.made.bits.size(), nullptr);
        batch.data = here.get();
        batch.index = static_cast<const int64_t *>(index.get());
        EXPECT_EQ(rs_scorer_add(scorer.get(), &batch, &error), RS_MISMATCH);
        EXPECT_STREQ(error.reason,
                     "the index lies on CUDA device 0, but the scorer is of device 1");
    }
    ASSERT_EQ(cudaSetDevice(0), cudaSuccess);
}

TEST_P(DeviceRows, TheCallersDeviceStaysTheCurrentOne)
{
    simt_set_devices(3);
    ASSERT_EQ(cudaSetDevice(2), cudaSuccess);
    ImagesCase made(RS_DTYPE_F32, 50, 20);
    const Outcome pass = made.OnePass();
    const auto expect_two = [](const char *after) {
        int now = -1;
        EXPECT_EQ(cudaGetDevice(&now), cudaSuccess);
        EXPECT_EQ(now, 2) << after;
    };
    ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
    {
        const OnDevice rows(made.made.bits.data(), made.made.bits.size(), nullptr);
        ASSERT_EQ(cudaSetDevice(2), cudaSuccess);
        ImagesCase::Scorer scorer = made.MakeScorer(ImagesCase::kKeep, 1);
        expect_two("create");
        const rs_scorer_rows batch = made.Batch(rows.get(), 50, 0, nullptr, nullptr);
        EXPECT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_OK);
        expect_two("add");
        EXPECT_EQ(rs_scorer_add(scorer.get(), &batch, nullptr), RS_RANGE);
        expect_two("add that fails");
        ImagesCase::ExpectSame(scorer, pass);
        expect_two("tally");
        const ImagesCase::Scorer host = made.MakeHostScorer();
        EXPECT_EQ(rs_scorer_merge(scorer.get(), host.get(), RS_SEEN_ONCE, nullptr), RS_OK);
        expect_two("merge");
        scorer.reset();
        expect_two("free");
    }
}

TEST_P(DeviceRows, ThereIsNoDevice)
{
    ImagesCase made(RS_DTYPE_F32, 50, 20);
    rs_scorer *scorer = nullptr;
    simt_set_devices(0);
    EXPECT_EQ(rs_scorer_create_with(rs_engine_plugin_get(), &made.options, made.labels, 0, &scorer,
                                    nullptr),
              RS_DEVICE);
    EXPECT_EQ(scorer, nullptr);
}

/* The n-th call of a whole life fails, for every n. */
TEST_P(DeviceRows, EveryCallFailsInTurn)
{
    ImagesCase made(RS_DTYPE_F32, 30, 12);
    ImagesCase more(RS_DTYPE_F32, 30, 12);
    const Outcome pass = made.OnePass();
    const std::vector<int64_t> images = made.Shuffled(1);
    const auto live = [&](rs_error *error) {
        rs_scorer *scorer = nullptr;
        rs_status status = rs_scorer_create_with(rs_engine_plugin_get(), &made.options, made.labels,
                                                 3, &scorer, error);
        void *rows = nullptr;
        if (status == RS_OK && (cudaMalloc(&rows, made.made.bits.size()) != cudaSuccess ||
                                cudaMemcpy(rows, made.made.bits.data(), made.made.bits.size(),
                                           cudaMemcpyHostToDevice) != cudaSuccess)) {
            status = RS_DEVICE; /* the caller's own */
        }
        const rs_scorer_rows first = made.Batch(rows, 20, 0, nullptr, nullptr);
        const rs_scorer_rows second = made.Batch(static_cast<char *>(rows) + 20 * made.made.stride,
                                                 10, 0, nullptr, nullptr);
        status = status == RS_OK ? rs_scorer_add(scorer, &first, error) : status;
        status = status == RS_OK ? rs_scorer_add(scorer, &second, error) : status;
        status = status == RS_OK ? rs_scorer_wait(scorer, error) : status;
        if (status == RS_OK) {
            EXPECT_EQ(rs_scorer_get_counts(scorer).images, 30u);
        }
        rs_scorer_free(scorer);
        EXPECT_EQ(cudaFree(rows), cudaSuccess);
        return status;
    };
    rs_error error = {};
    simt_reset();
    ASSERT_EQ(live(&error), RS_OK) << error.reason;
    const uint64_t calls = simt_calls();
    uint64_t failed = 0;
    for (uint64_t n = 1; n < calls; ++n) { /* the last one is the test's own */
        SCOPED_TRACE("call " + std::to_string(n));
        simt_reset();
        simt_fail_call(n, cudaErrorLaunchOutOfResources);
        failed += live(&error) != RS_OK;
        ExpectNothingLeft();
    }
    EXPECT_GT(failed, calls / 2);
}
#endif

INSTANTIATE_TEST_SUITE_P(Seeds, DeviceRows, testing::Values(0, 1, 2, 3, 4));

} // namespace
