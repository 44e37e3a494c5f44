// Several label sets in one pass over wide rows: the tally of each is that of a pass against it
// alone.
#include <gtest/gtest.h>

#include "evaluate/scorer_case.h"

extern "C" {
#include "evaluate/further_sets.h"
}

namespace {

using FurtherSetsWide = ScorerCase;

// Rows wider than what is looked at around a label: ranks are found as far as they count, and no
// further.
TEST_F(FurtherSetsWide, RanksInWideRows)
{
    enum { kRows = 400, kWide = 300 };
    std::mt19937 random(31);
    std::vector<float> values(kRows * kWide);
    std::vector<int32_t> original(kRows);
    std::vector<uint32_t> begin(1, 0);
    std::vector<int32_t> own;
    std::vector<int32_t> first; // those of the first six predictions, one or two of them
    for (size_t i = 0; i < kRows; ++i) {
        float *const row = values.data() + i * kWide;
        std::vector<int32_t> order(kWide);
        for (uint32_t c = 0; c < kWide; ++c) {
            row[c] = static_cast<float>(random() % 500);
            order[c] = static_cast<int32_t>(c);
        }
        std::stable_sort(order.begin(), order.end(),
                         [&](int32_t a, int32_t b) { return row[a] > row[b]; });
        original[i] = order[random() % 8];
        own.push_back(order[0]);
        own.push_back(order[kWide / 2]);
        const size_t k = random() % 6;
        first.push_back(order[k]);
        first.push_back(order[k + 1 + random() % 2]);
        begin.push_back(static_cast<uint32_t>(own.size()));
    }
    rs_labels *labels[2] = {};
    rs_source *source = nullptr;
    ASSERT_EQ(rs_labels_create(kRows, kWide, original.data(), begin.data(), own.data(), &labels[0],
                               nullptr),
              RS_OK);
    ASSERT_EQ(rs_labels_create(kRows, kWide, original.data(), begin.data(), first.data(),
                               &labels[1], nullptr),
              RS_OK);
    ASSERT_EQ(rs_source_open_memory(values.data(), RS_DTYPE_F32, kRows, kWide,
                                    kWide * sizeof(float), &source, nullptr),
              RS_OK);
    for (const uint32_t last : {1u, 2u, 3u, 5u}) {
        rs_evaluator_options options = Options(false);
        options.topk_count = last == 1 ? 1 : 2;
        options.topk[0] = 1;
        options.topk[1] = last == 1 ? 0 : last;
        const rs_labels *const second = labels[1];
        const rs_further_labels sets = {&second, 1, 1};
        rs_evaluator *evaluator = nullptr;
        rs_further *further = nullptr;
        rs_tally *tally = nullptr;
        rs_tally *beside = nullptr;
        ASSERT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
        ASSERT_EQ(rs_further_begin(evaluator, &sets, rs_source_get_info(source), &further, nullptr),
                  RS_OK);
        ASSERT_EQ(rs_evaluator_score(evaluator, labels[0], source, nullptr, nullptr, nullptr,
                                     &tally, nullptr),
                  RS_OK);
        ASSERT_EQ(rs_further_take(further, 0, 0, {0, kRows}, &beside, nullptr), RS_OK);
        rs_further_free(further);
        rs_tally_free(tally);
        ASSERT_EQ(rs_evaluator_score(evaluator, labels[1], source, nullptr, nullptr, nullptr,
                                     &tally, nullptr),
                  RS_OK);
        EXPECT_TRUE(rs_tally_equal(beside, tally)) << "top-" << last;
        rs_tally_free(beside);
        rs_tally_free(tally);
        rs_evaluator_free(evaluator);
    }
    rs_source_close(source);
    rs_labels_free(labels[0]);
    rs_labels_free(labels[1]);
}

} // namespace
