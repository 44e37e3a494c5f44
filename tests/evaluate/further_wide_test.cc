// Several label sets in one pass over wide rows: the tally of each is that of a pass against it
// alone.
#include <gtest/gtest.h>

#include "evaluate/scorer_case.h"

extern "C" {
#include "evaluate/further_sets.h"
}

namespace {

class FurtherSetsWide : public ScorerCase {
  protected:
    static void CheckBeside(const rs_evaluator_options &options, rs_labels *const labels[2],
                            rs_source *source)
    {
        const rs_labels *const second = labels[1];
        rs_set_differences *differences = nullptr;
        rs_evaluator *evaluator = nullptr;
        rs_further *further = nullptr;
        rs_tally *tally = nullptr;
        rs_tally *beside = nullptr;
        ASSERT_EQ(rs_set_differences_make(labels[0], &second, 1, &differences, nullptr), RS_OK);
        ASSERT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
        ASSERT_EQ(rs_further_begin(evaluator, differences, 1, rs_source_get_info(source), &further,
                                   nullptr),
                  RS_OK);
        ASSERT_EQ(rs_evaluator_score(evaluator, labels[0], source, nullptr, nullptr, nullptr,
                                     &tally, nullptr),
                  RS_OK);
        ASSERT_EQ(rs_further_take(further, 0, 0, tally, &beside, nullptr), RS_OK);
        rs_further_free(further);
        rs_set_differences_free(differences);
        rs_tally_free(tally);
        ASSERT_EQ(rs_evaluator_score(evaluator, labels[1], source, nullptr, nullptr, nullptr,
                                     &tally, nullptr),
                  RS_OK);
        EXPECT_TRUE(rs_tally_equal(beside, tally));
        rs_tally_free(beside);
        rs_tally_free(tally);
        rs_evaluator_free(evaluator);
    }
};

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
    std::vector<uint32_t> ends(1, 0);
    std::vector<int32_t> first; // one or two of the first six predictions, and up to six others
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
        for (size_t others = random() % 7; others > 0; --others) {
            first.push_back(order[10 * others]);
        }
        ends.push_back(static_cast<uint32_t>(first.size()));
    }
    rs_labels *labels[2] = {};
    rs_source *source = nullptr;
    ASSERT_EQ(rs_labels_create(kRows, kWide, original.data(), begin.data(), own.data(), &labels[0],
                               nullptr),
              RS_OK);
    ASSERT_EQ(rs_labels_create(kRows, kWide, original.data(), ends.data(), first.data(), &labels[1],
                               nullptr),
              RS_OK);
    ASSERT_EQ(rs_source_open_memory(values.data(), RS_DTYPE_F32, kRows, kWide,
                                    kWide * sizeof(float), &source, nullptr),
              RS_OK);
    for (const uint32_t last : {1u, 2u, 3u, 5u}) {
        rs_evaluator_options options = Options(false);
        options.topk_count = last == 1 ? 1 : 2;
        options.topk[0] = 1;
        options.topk[1] = last == 1 ? 0 : last;
        SCOPED_TRACE(last);
        CheckBeside(options, labels, source);
    }
    rs_source_close(source);
    rs_labels_free(labels[0]);
    rs_labels_free(labels[1]);
}

// More labels in a row than there are places for, just as many, and one less.
TEST_F(FurtherSetsWide, RowsOfManyLabels)
{
    enum { kRows = 300, kWide = 200 };
    std::mt19937 random(32);
    std::vector<float> values(kRows * kWide);
    std::vector<int32_t> original(kRows);
    std::vector<uint32_t> begin[2] = {{0}, {0}};
    std::vector<int32_t> real[2];
    for (size_t i = 0; i < kRows; ++i) {
        for (size_t c = 0; c < kWide; ++c) {
            values[i * kWide + c] = static_cast<float>(random() % 500);
        }
        original[i] = static_cast<int32_t>(random() % 3) - 1; // 0: in the first set, if any
        const int32_t own = static_cast<int32_t>(random() % 3) * 30;
        const int32_t others = 62 + static_cast<int32_t>(random() % 5) - own; // with the original
        for (int32_t c = 0; c < own; ++c) {
            real[0].push_back(2 * c);
        }
        for (int32_t c = 0; c < others; ++c) {
            real[1].push_back(2 * own + 2 * c + static_cast<int32_t>(i % 2));
        }
        for (const int s : {0, 1}) {
            begin[s].push_back(static_cast<uint32_t>(real[s].size()));
        }
    }
    rs_labels *labels[2] = {};
    rs_source *source = nullptr;
    for (const int s : {0, 1}) {
        ASSERT_EQ(rs_labels_create(kRows, kWide, original.data(), begin[s].data(), real[s].data(),
                                   &labels[s], nullptr),
                  RS_OK);
    }
    ASSERT_EQ(rs_source_open_memory(values.data(), RS_DTYPE_F32, kRows, kWide,
                                    kWide * sizeof(float), &source, nullptr),
              RS_OK);
    CheckBeside(Options(false), labels, source);
    rs_source_close(source);
    rs_labels_free(labels[0]);
    rs_labels_free(labels[1]);
}

} // namespace
