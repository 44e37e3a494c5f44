/* heads_case.h - features and heads made at random, and what they should give.
 */
#ifndef RS_TEST_HEADS_CASE_H
#define RS_TEST_HEADS_CASE_H

#include <memory>
#include <utility>
#include <vector>

#include "exam_case.h"

extern "C" {
#include "reassess/heads.h"
}

namespace rs_test {

/* Random numbers as bits of a type, and as the doubles they are. */
struct Values {
    Values(rs_dtype type, uint64_t rows, uint32_t columns, double size, uint64_t seed)
        : dtype(type), bits(rows * columns * rs_dtype_bytes(type))
    {
        rs_random random = rs_random_make(seed, 3);
        for (uint64_t i = 0; i < rows; ++i) {
            char *const row = bits.data() + i * columns * rs_dtype_bytes(type);
            for (uint32_t j = 0; j < columns; ++j) {
                const double drawn = size * (2.0 * rs_random_unit(&random) - 1.0);
                StoreBits(type, row, j, BitsOf(type, drawn));
            }
            value.push_back(rs_test::DecodeRow(type, row, columns));
        }
    }
    rs_dtype dtype;
    std::vector<char> bits;
    std::vector<std::vector<double>> value;
};

/* Features, heads, labels that are often right, and an exam for each head. */
struct HeadsCase {
    uint64_t kRows = 700; /* no whole number of tiles */
    static constexpr uint32_t kClasses = 40, kFeatures = 96;

    void Make(rs_dtype features, rs_dtype weight, size_t heads, bool with_bias)
    {
        features_.reset(new Values(features, kRows, kFeatures, 2.0, 1));
        source_.reset(new ScriptedSource(features_->bits.data(), features, kRows, kFeatures,
                                         kFeatures * rs_dtype_bytes(features)));
        weights_.clear();
        biases_.clear();
        heads_.clear();
        for (size_t h = 0; h < heads; ++h) {
            weights_.emplace_back(new Values(weight, kClasses, kFeatures, 0.4, 10 + h));
            biases_.emplace_back(new Values(RS_DTYPE_F64, 1, kClasses, 2.0, 20 + h));
            rs_head head = {};
            head.classes = kClasses;
            head.features = kFeatures;
            head.dtype = weight;
            head.weight = weights_[h]->bits.data();
            head.bias = with_bias ? biases_[h]->value[0].data() : nullptr;
            heads_.push_back(head);
        }
    }

    /* Labels that are often right, and the reference's verdict for each head. */
    void MakeExams()
    {
        exams_.clear();
        rs_random random = rs_random_make(77, 0);
        for (size_t h = 0; h < heads_.size(); ++h) {
            std::unique_ptr<ExamCase> made(new ExamCase);
            made->columns = kClasses;
            made->rows = kRows;
            made->exam.classes = kClasses;
            made->exam.end = kRows;
            made->exam.calibration = true;
            for (uint64_t i = 0; i < kRows; ++i) {
                made->exam.rows.push_back(Logits(h, i));
            }
            if (h == 0) {
                DrawLabels(made.get(), &random);
            } else {
                made->exam.original = exams_[0]->exam.original;
                made->exam.real = exams_[0]->exam.real;
                made->real_begin = exams_[0]->real_begin;
                made->real_class = exams_[0]->real_class;
            }
            exams_.push_back(std::move(made));
        }
        rs_labels *labels = nullptr;
        ASSERT_EQ(rs_labels_create(kRows, kClasses, exams_[0]->exam.original.data(),
                                   exams_[0]->real_begin.data(), exams_[0]->real_class.data(),
                                   &labels, nullptr),
                  RS_OK);
        labels_.reset(labels, rs_labels_free);
    }

    std::vector<double> Logits(size_t h, uint64_t row) const
    {
        std::vector<double> logits(kClasses);
        const std::vector<double> &features = features_->value[row];
        const std::vector<std::vector<double>> &weights = weights_[h]->value;
        for (uint32_t c = 0; c < kClasses; ++c) {
            const double bias = heads_[h].bias != nullptr ? heads_[h].bias[c] : 0;
            logits[c] = AddProducts(bias, features.data(), weights[c].data(), kFeatures);
        }
        return logits;
    }

    std::unique_ptr<Values> features_;
    std::unique_ptr<ScriptedSource> source_;
    std::vector<std::unique_ptr<Values>> weights_, biases_;
    std::vector<rs_head> heads_;
    std::vector<std::unique_ptr<ExamCase>> exams_;
    std::shared_ptr<rs_labels> labels_;
};

} // namespace rs_test

#endif
