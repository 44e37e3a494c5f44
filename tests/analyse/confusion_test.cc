/* Which class is taken for which: by hand, and against the counts of the metrics. */
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <vector>

extern "C" {
#include "analyse/confusion.h"
#include "base/random.h"
#include "engine/pair_key.h"
#include "reassess/reassess.h"
}

namespace {

using Labels = std::unique_ptr<rs_labels, void (*)(rs_labels *)>;

struct Confusions : rs_confusions {
    Confusions() : rs_confusions{}
    {
    }
    ~Confusions()
    {
        rs_confusions_clear(this);
    }
    Confusions(const Confusions &) = delete;
    Confusions &operator=(const Confusions &) = delete;
};

Labels MakeLabels(uint32_t classes, const std::vector<int32_t> &original,
                  const std::vector<std::vector<int32_t>> &sets)
{
    std::vector<uint32_t> begin{0};
    std::vector<int32_t> flat;
    for (const auto &set : sets) {
        flat.insert(flat.end(), set.begin(), set.end());
        begin.push_back(static_cast<uint32_t>(flat.size()));
    }
    rs_labels *labels = nullptr;
    EXPECT_EQ(rs_labels_create(original.size(), classes, original.data(), begin.data(), flat.data(),
                               &labels, nullptr),
              RS_OK);
    return Labels(labels, rs_labels_free);
}

void ExpectPair(const rs_confusion &pair, int32_t original, int32_t predicted, uint64_t count,
                uint64_t evaluated, uint64_t accepted)
{
    EXPECT_EQ(pair.original, original);
    EXPECT_EQ(pair.predicted, predicted);
    EXPECT_EQ(pair.count, count);
    EXPECT_EQ(pair.evaluated, evaluated);
    EXPECT_EQ(pair.accepted, accepted);
}

class ConfusionTest : public testing::Test {
  protected:
    ConfusionTest()
        : labels_(MakeLabels(4, {0, 0, 0, 1, 1, 2, -1, 3, 3, 0},
                             {{0}, {1, 0}, {}, {0}, {2}, {2}, {1}, {0}, {3}, {1}}))
    {
    }

    /* Two predictions a row, of which the first counts. */
    const std::vector<int32_t> prediction_{0, 1, 1, 0, 1,  2,  0, 1, 0, 1,
                                           2, 0, 0, 1, -1, -1, 0, 2, 1, 3};
    Labels labels_;
};

TEST_F(ConfusionTest, PairsByHand)
{
    Confusions confusions;
    ASSERT_EQ(rs_confusions_count(nullptr, rs_labels_get_view(labels_.get()), {0, 10},
                                  prediction_.data(), 2, &confusions, nullptr),
              RS_OK);
    EXPECT_EQ(confusions.rows, 8u);     /* one label is unknown, one row has no prediction */
    EXPECT_EQ(confusions.confused, 6u); /* rows 1, 2, 3, 4, 8, 9 */
    EXPECT_EQ(confusions.evaluated, 5u);
    EXPECT_EQ(confusions.accepted, 3u);
    ASSERT_EQ(confusions.count, 3u);
    ExpectPair(confusions.pair[0], 0, 1, 3, 2, 2);
    ExpectPair(confusions.pair[1], 1, 0, 2, 2, 1);
    ExpectPair(confusions.pair[2], 3, 0, 1, 1, 0);
}

TEST_F(ConfusionTest, ARangeCountsItsOwnRows)
{
    Confusions confusions;
    ASSERT_EQ(rs_confusions_count(nullptr, rs_labels_get_view(labels_.get()), {3, 6},
                                  prediction_.data() + 6, 2, &confusions, nullptr),
              RS_OK);
    EXPECT_EQ(confusions.rows, 3u);
    ASSERT_EQ(confusions.count, 1u);
    ExpectPair(confusions.pair[0], 1, 0, 2, 2, 1);
}

/* As an engine gives them that counts where its predictions are: every row's key, of several
 * devices added up. */
TEST_F(ConfusionTest, PairsOfAPassAreThoseOfItsPredictions)
{
    const rs_label_view *const view = rs_labels_get_view(labels_.get());
    rs_key_counts sum = {};
    for (const uint64_t part : {0u, 1u, 2u}) {
        std::vector<uint64_t> keys;
        for (uint64_t i = part; i < 10; i += 3) {
            const uint32_t begin = view->real_begin[i];
            const uint64_t key =
                rs_pair_key(view->original[i], prediction_[2 * i], 4, view->real_class + begin,
                            view->real_begin[i + 1] - begin);
            if (key != RS_NO_PAIR) {
                keys.push_back(key);
            }
        }
        rs_key_counts counts = {};
        ASSERT_EQ(rs_count_keys(keys.data(), keys.size(), &counts, nullptr), RS_OK);
        ASSERT_EQ(rs_key_counts_add(&sum, &counts, nullptr), RS_OK);
        std::free(counts.entry);
    }
    const rs_key_counts none = {};
    ASSERT_EQ(rs_key_counts_add(&sum, &none, nullptr), RS_OK);
    Confusions confusions;
    ASSERT_EQ(rs_confusions_of_pairs(&sum, &confusions, nullptr), RS_OK);
    std::free(sum.entry);
    EXPECT_EQ(confusions.rows, 8u);
    EXPECT_EQ(confusions.confused, 6u);
    EXPECT_EQ(confusions.evaluated, 5u);
    EXPECT_EQ(confusions.accepted, 3u);
    ASSERT_EQ(confusions.count, 3u);
    ExpectPair(confusions.pair[0], 0, 1, 3, 2, 2);
    ExpectPair(confusions.pair[1], 1, 0, 2, 2, 1);
    ExpectPair(confusions.pair[2], 3, 0, 1, 1, 0);
}

TEST_F(ConfusionTest, ARangeBeyondTheLabelsIsRefused)
{
    Confusions confusions;
    rs_error error = {};
    EXPECT_EQ(rs_confusions_count(nullptr, rs_labels_get_view(labels_.get()), {3, 11},
                                  prediction_.data(), 2, &confusions, &error),
              RS_RANGE);
    EXPECT_STREQ(error.reason, "rows 3:11 are not inside the 10 rows of the labels");
}

/* The largest classes there can be, an engine that counts, and what the metrics say of them. */
TEST(Confusions, AgreeWithTheMetrics)
{
    const uint32_t classes = RS_MAX_COLUMNS;
    const uint64_t rows = 3000;
    rs_random random = rs_random_make(9, 0);
    std::vector<int32_t> original(rows);
    std::vector<std::vector<int32_t>> sets(rows);
    std::vector<int32_t> prediction(rows);
    for (uint64_t i = 0; i < rows; ++i) {
        original[i] = static_cast<int32_t>(classes - 1 - rs_random_below(&random, 20));
        const int32_t other = static_cast<int32_t>(rs_random_below(&random, 20));
        prediction[i] = i % 3 == 0 ? original[i] : i % 3 == 1 ? other : original[i] - 30;
        if (i % 4 != 0) {
            sets[i] = {other, original[i] - 30};
        }
    }
    const Labels labels = MakeLabels(classes, original, sets);
    rs_evaluator_options options = {};
    options.threads = 1;
    rs_evaluator *evaluator = nullptr;
    ASSERT_EQ(rs_evaluator_create(&options, &evaluator, nullptr), RS_OK);
    Confusions here;
    Confusions engine;
    const rs_label_view *view = rs_labels_get_view(labels.get());
    ASSERT_EQ(rs_confusions_count(nullptr, view, {0, rows}, prediction.data(), 1, &here, nullptr),
              RS_OK);
    ASSERT_EQ(
        rs_confusions_count(evaluator, view, {0, rows}, prediction.data(), 1, &engine, nullptr),
        RS_OK);
    rs_evaluator_free(evaluator);
    ASSERT_EQ(here.count, engine.count);
    uint64_t confused = 0;
    for (size_t i = 0; i < here.count; ++i) {
        ExpectPair(engine.pair[i], here.pair[i].original, here.pair[i].predicted,
                   here.pair[i].count, here.pair[i].evaluated, here.pair[i].accepted);
        EXPECT_NE(here.pair[i].original, here.pair[i].predicted);
        if (i > 0) {
            EXPECT_LE(here.pair[i].count, here.pair[i - 1].count);
        }
        confused += here.pair[i].count;
    }
    EXPECT_EQ(confused, 2000u);
    EXPECT_EQ(here.confused, 2000u);
    EXPECT_EQ(here.evaluated, 1500u);
    EXPECT_EQ(here.accepted, 1500u);
    EXPECT_EQ(here.rows, rows);
}

} // namespace
