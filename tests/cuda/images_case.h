/* images_case.h - images whose rows are brought to a device batch by batch, and a scorer of it.
 */
#ifndef RS_TEST_IMAGES_CASE_H
#define RS_TEST_IMAGES_CASE_H

#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <vector>

#include "cuda_case.h"

extern "C" {
#include "evaluate/scorer_impl.h"
#include "reassess/reassess.h"
#include "tally/tally_impl.h"
}

namespace rs_test {

/* Memory of a device, filled in a stream. */
class OnDevice {
  public:
    OnDevice(const void *from, size_t bytes, cudaStream_t stream)
    {
        EXPECT_EQ(cudaMalloc(&memory_, bytes + 1), cudaSuccess);
        EXPECT_EQ(cudaMemcpyAsync(memory_, from, bytes, cudaMemcpyHostToDevice, stream),
                  cudaSuccess);
    }
    ~OnDevice() { EXPECT_EQ(cudaFree(memory_), cudaSuccess); }
    OnDevice(const OnDevice &) = delete;
    OnDevice &operator=(const OnDevice &) = delete;
    void *get() const { return memory_; }

  private:
    void *memory_ = nullptr;
};

/* Two streams that wait for nothing but what they are told to. They outlive what is in them. */
class TwoStreams {
  public:
    TwoStreams()
    {
        for (cudaStream_t &one : stream_) {
            EXPECT_EQ(cudaStreamCreateWithFlags(&one, cudaStreamNonBlocking), cudaSuccess);
        }
    }
    ~TwoStreams()
    {
        for (cudaStream_t one : stream_) {
            EXPECT_EQ(cudaStreamDestroy(one), cudaSuccess);
        }
    }
    TwoStreams(const TwoStreams &) = delete;
    TwoStreams &operator=(const TwoStreams &) = delete;
    cudaStream_t operator[](size_t i) const { return stream_[i]; }

  private:
    cudaStream_t stream_[2] = {};
};

enum class IndexIn { kHost, kDevice };

class ImagesCase {
  public:
    ImagesCase(rs_dtype dtype, uint64_t images, uint32_t columns, bool calibration = false,
               bool mapped = false)
    {
        rs_random random = rs_random_make(70, 0);
        MakeRows(&made, dtype, images, columns, 0, {}, &random);
        if (mapped) { /* classes of no column, of one and of two; columns of no class */
            std::vector<int32_t> class_of(columns);
            for (uint32_t c = 0; c < columns; ++c) {
                class_of[c] = c % 7 == 3 ? -1 : static_cast<int32_t>(columns - 1 - c / 2);
            }
            made.UseMap(class_of);
            options.class_map = made.map;
        }
        DrawLabels(&made, &random);
        made.exam.row_flags = true;
        made.exam.calibration = calibration;
        EXPECT_EQ(rs_labels_create(made.rows, columns, made.exam.original.data(),
                                   made.real_begin.data(), made.real_class.data(), &labels,
                                   nullptr),
                  RS_OK);
        options.topk_count = static_cast<uint32_t>(made.exam.topk.size());
        std::copy(made.exam.topk.begin(), made.exam.topk.end(), options.topk);
        options.row_flags = true;
        options.calibration = calibration;
        options.threads = 1;
    }
    ~ImagesCase() { rs_labels_free(labels); }
    ImagesCase(const ImagesCase &) = delete;
    ImagesCase &operator=(const ImagesCase &) = delete;

    struct Free {
        void operator()(rs_scorer *scorer) const { rs_scorer_free(scorer); }
        void operator()(rs_tally *tally) const { rs_tally_free(tally); }
    };
    using Scorer = std::unique_ptr<rs_scorer, Free>;
    using Tally = std::unique_ptr<rs_tally, Free>;

    Scorer MakeScorer(uint32_t keep = kKeep, int device = 0)
    {
        rs_scorer *scorer = nullptr;
        rs_error error = {};
        options.device = device;
        EXPECT_EQ(rs_scorer_create_with(rs_engine_plugin_get(), &options, labels, keep, &scorer,
                                        &error),
                  RS_OK)
            << error.reason;
        return Scorer(scorer);
    }

    Scorer MakeHostScorer(uint32_t keep = kKeep)
    {
        rs_scorer *scorer = nullptr;
        EXPECT_EQ(rs_scorer_create(&options, labels, keep, &scorer, nullptr), RS_OK);
        return Scorer(scorer);
    }

    uint64_t images() const { return made.rows; }
    size_t row_bytes() const { return made.columns * rs_dtype_bytes(made.dtype); }

    /* The rows of these images, `gap` bytes of nothing after each. */
    std::vector<uint8_t> RowsOf(const std::vector<int64_t> &which, size_t gap = 0) const
    {
        const size_t stride = row_bytes() + gap;
        std::vector<uint8_t> rows(which.size() * stride, 0xff);
        for (size_t i = 0; i < which.size(); ++i) {
            const uint64_t image = static_cast<uint64_t>(which[i]) % made.rows;
            std::memcpy(rows.data() + i * stride, made.bits.data() + image * made.stride,
                        row_bytes());
        }
        return rows;
    }

    rs_scorer_rows Batch(const void *data, uint64_t rows, size_t gap, const int64_t *index,
                         cudaStream_t stream) const
    {
        return {data, made.dtype, rows, made.columns, row_bytes() + gap, index, stream};
    }

    /* Brings them and adds them in one stream, and waits for that before they go. */
    rs_status Add(const Scorer &scorer, const std::vector<int64_t> &which, IndexIn place,
                  cudaStream_t stream = nullptr, size_t gap = 0, rs_error *error = nullptr) const
    {
        const std::vector<uint8_t> bytes = RowsOf(which, gap);
        const OnDevice rows(bytes.data(), bytes.size(), stream);
        const OnDevice index(which.data(), which.size() * sizeof which[0], stream);
        const rs_scorer_rows batch =
            Batch(rows.get(), which.size(), gap,
                  place == IndexIn::kHost ? which.data()
                                          : static_cast<const int64_t *>(index.get()),
                  stream);
        const rs_status status = rs_scorer_add(scorer.get(), &batch, error);
        EXPECT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
        return status;
    }

    std::vector<int64_t> Shuffled(unsigned seed) const
    {
        std::vector<int64_t> which(made.rows);
        std::iota(which.begin(), which.end(), 0);
        std::shuffle(which.begin(), which.end(), std::mt19937(seed));
        return which;
    }

    /* One pass of the engine over all rows. */
    Outcome OnePass()
    {
        const OpenCudaEngine engine;
        ScriptedSource source(made.bits.data(), made.dtype, made.rows, made.columns, made.stride);
        return Score(engine.get(), made, source.get(), kKeep);
    }

    static Tally TallyOf(const Scorer &scorer)
    {
        rs_tally *tally = nullptr;
        rs_error error = {};
        EXPECT_EQ(rs_scorer_tally(scorer.get(), &tally, &error), RS_OK) << error.reason;
        return Tally(tally);
    }

    /* To the last bit. */
    static void ExpectSame(const Scorer &scorer, const Outcome &pass)
    {
        const Tally tally = TallyOf(scorer);
        ASSERT_NE(tally, nullptr);
        const uint64_t *const counters = rs_tally_counters(tally.get());
        EXPECT_EQ(std::vector<uint64_t>(counters, counters + pass.counters.size()), pass.counters);
        const rs_row_results *const results = rs_scorer_results(scorer.get());
        if (results->keep == kKeep) {
            EXPECT_TRUE(std::equal(pass.prediction.begin(), pass.prediction.end(),
                                   results->prediction));
            EXPECT_EQ(std::memcmp(pass.value.data(), results->value, pass.value.size() * 8), 0);
        }
    }

    static constexpr uint32_t kKeep = 3;
    ExamCase made;
    rs_labels *labels = nullptr;
    rs_evaluator_options options = {};
};

} // namespace rs_test

#endif
