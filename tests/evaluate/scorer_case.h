// Rows of images and the labels they belong to, one pass over them, and batches of them.
#ifndef RS_SCORER_CASE_H
#define RS_SCORER_CASE_H

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

extern "C" {
#include "base/float_type.h"
#include "reassess/reassess.h"
}

class ScorerCase : public testing::Test {
protected:
    static constexpr uint64_t kImages = 3000;
    static constexpr uint32_t kClasses = 40;
    static constexpr uint32_t kKeep = 4;

    // Rows of any type, each at its image's place.
    struct Rows {
        rs_dtype dtype;
        std::vector<uint8_t> bytes;
        size_t row_bytes() const
        {
            return kClasses * rs_dtype_bytes(dtype);
        }
        const uint8_t *row(uint64_t image) const
        {
            return bytes.data() + image * row_bytes();
        }
    };

    static Rows MakeRows(rs_dtype dtype, bool probabilities)
    {
        std::mt19937 random(5);
        Rows rows = {dtype, std::vector<uint8_t>(kImages * kClasses * rs_dtype_bytes(dtype))};
        std::vector<double> values(kClasses);
        for (uint64_t i = 0; i < kImages; ++i) {
            double sum = 0;
            for (double &value : values) {
                value = probabilities ? random() % 100 + 1 : random() % 60 / 4.0 - 5.0;
                sum += value;
            }
            for (uint32_t c = 0; c < kClasses; ++c) {
                double value = probabilities ? values[c] / sum : values[c];
                if (!probabilities && random() % 4000 == 0) {
                    value = random() % 2 == 0 ? NAN : HUGE_VAL;
                }
                uint8_t *const to = rows.bytes.data() + (i * kClasses + c) * rs_dtype_bytes(dtype);
                const float narrow = static_cast<float>(value);
                uint32_t bits = 0;
                std::memcpy(&bits, &narrow, 4);
                const uint16_t bf16 = static_cast<uint16_t>(bits >> 16);
                switch (dtype) {
                case RS_DTYPE_F64:
                    std::memcpy(to, &value, 8);
                    break;
                case RS_DTYPE_F16: {
                    const uint16_t half = rs_f16_encode(value);
                    std::memcpy(to, &half, 2);
                    break;
                }
                case RS_DTYPE_BF16:
                    std::memcpy(to, &bf16, 2);
                    break;
                default:
                    std::memcpy(to, &narrow, 4);
                    break;
                }
            }
        }
        return rows;
    }

    struct Free {
        void operator()(rs_labels *labels) const
        {
            rs_labels_free(labels);
        }
        void operator()(rs_tally *tally) const
        {
            rs_tally_free(tally);
        }
        void operator()(rs_scorer *scorer) const
        {
            rs_scorer_free(scorer);
        }
    };
    using Labels = std::unique_ptr<rs_labels, Free>;
    using Tally = std::unique_ptr<rs_tally, Free>;
    using Scorer = std::unique_ptr<rs_scorer, Free>;

    static Labels MakeLabels(unsigned seed = 7)
    {
        std::mt19937 random(seed);
        std::vector<int32_t> original(kImages);
        std::vector<uint32_t> begin(1, 0);
        std::vector<int32_t> real;
        for (uint64_t i = 0; i < kImages; ++i) {
            original[i] = static_cast<int32_t>(random() % (kClasses + 1)) - 1;
            std::vector<int32_t> all(kClasses);
            std::iota(all.begin(), all.end(), 0);
            std::shuffle(all.begin(), all.end(), random);
            const uint32_t size = random() % 50 == 0 ? 20 : random() % 5;
            real.insert(real.end(), all.begin(), all.begin() + size);
            begin.push_back(static_cast<uint32_t>(real.size()));
        }
        rs_labels *labels = nullptr;
        EXPECT_EQ(rs_labels_create(kImages, kClasses, original.data(), begin.data(), real.data(),
                                   &labels, nullptr),
                  RS_OK);
        return Labels(labels);
    }

    static std::vector<uint8_t> BytesOf(const Scorer &scorer)
    {
        void *bytes = nullptr;
        size_t size = 0;
        EXPECT_EQ(rs_scorer_to_bytes(scorer.get(), &bytes, &size, nullptr), RS_OK);
        const uint8_t *const first = static_cast<uint8_t *>(bytes);
        std::vector<uint8_t> copy(first, first + size);
        std::free(bytes);
        return copy;
    }

    static rs_evaluator_options Options(bool calibration, rs_values values = RS_VALUES_LOGITS)
    {
        rs_evaluator_options options = {};
        options.calibration = calibration;
        options.values = values;
        options.row_flags = true;
        options.threads = 3;
        return options;
    }

    // What one pass gives.
    struct Pass {
        Tally tally;
        std::vector<int32_t> prediction = std::vector<int32_t>(kImages * kKeep);
        std::vector<double> value = std::vector<double>(kImages * kKeep);
    };

    static Pass OnePass(const Rows &rows, const rs_labels *labels,
                        const rs_evaluator_options &options)
    {
        Pass pass;
        rs_evaluator *evaluator = nullptr;
        rs_source *source = nullptr;
        rs_tally *tally = nullptr;
        rs_row_results results = {};
        results.keep = kKeep;
        results.prediction = pass.prediction.data();
        results.value = pass.value.data();
        EXPECT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
        const uint64_t columns =
            options.class_map != nullptr ? options.class_map->columns : kClasses;
        EXPECT_EQ(rs_source_open_memory(rows.bytes.data(), rows.dtype, kImages, columns,
                                        rows.row_bytes(), &source, nullptr),
                  RS_OK);
        EXPECT_EQ(rs_evaluator_score(evaluator, labels, source, nullptr, &results, nullptr, &tally,
                                     nullptr),
                  RS_OK);
        rs_source_close(source);
        rs_evaluator_free(evaluator);
        pass.tally.reset(tally);
        return pass;
    }

    static Scorer MakeScorer(const rs_labels *labels, const rs_evaluator_options &options,
                             uint32_t keep = kKeep)
    {
        rs_scorer *scorer = nullptr;
        rs_error error = {};
        EXPECT_EQ(rs_scorer_create(&options, labels, keep, &scorer, &error), RS_OK) << error.reason;
        return Scorer(scorer);
    }

    // A batch of images, its rows `gap` bytes apart beyond their own.
    static rs_status Add(const Scorer &scorer, const Rows &rows, const std::vector<int64_t> &images,
                         size_t gap = 0, rs_error *error = nullptr)
    {
        const size_t stride = rows.row_bytes() + gap;
        std::vector<uint8_t> batch(images.size() * stride + 1, 0xff);
        for (size_t i = 0; i < images.size(); ++i) {
            std::memcpy(batch.data() + i * stride, rows.row(static_cast<uint64_t>(images[i])),
                        rows.row_bytes());
        }
        const rs_scorer_rows added = {batch.data(), rows.dtype, images.size(),
                                      kClasses,     stride,     images.data(), nullptr};
        return rs_scorer_add(scorer.get(), &added, error);
    }

    static std::vector<int64_t> Shuffled(unsigned seed)
    {
        std::vector<int64_t> images(kImages);
        std::iota(images.begin(), images.end(), 0);
        std::shuffle(images.begin(), images.end(), std::mt19937(seed));
        return images;
    }

    static Tally TallyOf(const Scorer &scorer)
    {
        rs_tally *tally = nullptr;
        EXPECT_EQ(rs_scorer_tally(scorer.get(), &tally, nullptr), RS_OK);
        return Tally(tally);
    }

    static void ExpectSame(const Scorer &scorer, const Pass &pass)
    {
        EXPECT_TRUE(rs_tally_equal(TallyOf(scorer).get(), pass.tally.get()));
        const rs_row_results *const results = rs_scorer_results(scorer.get());
        ASSERT_EQ(results->keep, kKeep);
        EXPECT_TRUE(
            std::equal(pass.prediction.begin(), pass.prediction.end(), results->prediction));
        EXPECT_EQ(std::memcmp(pass.value.data(), results->value, pass.value.size() * 8), 0);
    }
};

#endif
