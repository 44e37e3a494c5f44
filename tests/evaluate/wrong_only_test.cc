// Predictions wanted only where the original label is not first: the same there, and the same
// counts.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

extern "C" {
#include "reassess/reassess.h"
}

namespace {

constexpr uint64_t kRows = 2000;
constexpr uint32_t kColumns = 37;
constexpr uint32_t kKeep = 3;

struct Outcome {
    std::vector<int32_t> prediction = std::vector<int32_t>(kRows * kKeep, -9);
    std::vector<double> value = std::vector<double>(kRows * kKeep, -9.0);
    std::vector<uint32_t> rank = std::vector<uint32_t>(kRows, 99);
    rs_tally *tally = nullptr;
};

void Score(const std::vector<float> &logits, const rs_labels *labels, rs_isa isa, bool wrong_only,
           bool row_flags, Outcome *outcome)
{
    rs_evaluator_options options = {};
    options.isa = isa;
    options.row_flags = row_flags;
    rs_evaluator *evaluator = nullptr;
    rs_source *source = nullptr;
    ASSERT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
    ASSERT_EQ(rs_source_open_memory(logits.data(), RS_DTYPE_F32, kRows, kColumns,
                                    kColumns * sizeof(float), &source, nullptr),
              RS_OK);
    rs_row_results results = {};
    results.keep = kKeep;
    results.prediction = outcome->prediction.data();
    results.value = outcome->value.data();
    results.rank = outcome->rank.data();
    results.wrong_only = wrong_only;
    EXPECT_EQ(rs_evaluator_score(evaluator, labels, source, nullptr, &results, nullptr,
                                 &outcome->tally, nullptr),
              RS_OK);
    rs_source_close(source);
    rs_evaluator_free(evaluator);
}

TEST(WrongOnly, SameWhereTheLabelIsNotFirst)
{
    std::mt19937 random(11);
    std::vector<float> logits(kRows * kColumns);
    std::vector<int32_t> original(kRows);
    for (float &value : logits) {
        value = static_cast<float>(random() % 1000);
    }
    uint64_t right = 0;
    for (uint64_t i = 0; i < kRows; ++i) {
        original[i] = static_cast<int32_t>(random() % (kColumns + 1)) - 1;
        if (original[i] >= 0 && random() % 2 == 0) {
            logits[i * kColumns + static_cast<uint32_t>(original[i])] = 5000.0f;
        }
        if (random() % 20 == 0) {
            logits[i * kColumns + random() % kColumns] = NAN;
        }
    }
    rs_labels *labels = nullptr;
    ASSERT_EQ(
        rs_labels_create(kRows, kColumns, original.data(), nullptr, nullptr, &labels, nullptr),
        RS_OK);
    for (const bool row_flags : {false, true}) {
        Outcome all;
        Outcome some;
        Score(logits, labels, RS_ISA_AUTO, false, row_flags, &all);
        Score(logits, labels, RS_ISA_AUTO, true, row_flags, &some);
        EXPECT_EQ(all.rank, some.rank);
        EXPECT_TRUE(rs_tally_equal(all.tally, some.tally));
        right = 0;
        for (uint64_t i = 0; i < kRows; ++i) {
            if (all.rank[i] == 1) {
                ++right;
                EXPECT_EQ(all.prediction[i * kKeep], original[i]);
                continue;
            }
            for (uint32_t k = 0; k < kKeep; ++k) {
                ASSERT_EQ(all.prediction[i * kKeep + k], some.prediction[i * kKeep + k]) << i;
                ASSERT_EQ(all.value[i * kKeep + k], some.value[i * kKeep + k]) << i;
            }
        }
        EXPECT_GT(right, kRows / 3);
        rs_tally_free(all.tally);
        rs_tally_free(some.tally);
    }
    rs_labels_free(labels);
}

} // namespace
