// What label files hold: small labels counted by hand, and the published ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "support/program.h"
#include "support/real_data.h"

extern "C" {
#include "analyse/label_stats.h"
}

namespace {

using Labels = std::unique_ptr<rs_labels, void (*)(rs_labels *)>;

struct Stats : rs_label_stats {
    Stats() : rs_label_stats{}
    {
    }
    ~Stats()
    {
        rs_label_stats_clear(this);
    }
    Stats(const Stats &) = delete;
    Stats &operator=(const Stats &) = delete;
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
    rs_error error = {};
    EXPECT_EQ(rs_labels_create(sets.size(), classes, original.empty() ? nullptr : original.data(),
                               begin.data(), flat.data(), &labels, &error),
              RS_OK)
        << error.reason;
    return Labels(labels, rs_labels_free);
}

rs_status Compute(const Labels &labels, const rs_label_stats_options *options, Stats *stats)
{
    rs_error error = {};
    const rs_status status = rs_label_stats_compute(labels.get(), options, stats, &error);
    EXPECT_EQ(status, RS_OK) << error.reason;
    return status;
}

TEST(LabelStats, CountsByHand)
{
    // row:                                  0  1   2       3       4  5
    const Labels labels =
        MakeLabels(5, {0, 0, 1, 1, 2, -1}, {{0}, {0, 1}, {3, 1, 0}, {2}, {}, {1, 0}});
    Stats stats;
    ASSERT_EQ(Compute(labels, nullptr, &stats), RS_OK);
    EXPECT_EQ(stats.rows, 6u);
    EXPECT_EQ(stats.known, 5u);
    EXPECT_EQ(stats.evaluated, 5u);
    EXPECT_EQ(stats.empty, 1u);
    EXPECT_EQ(stats.labels, 9u);
    EXPECT_EQ(stats.several, 3u);
    ASSERT_EQ(stats.largest_set, 3u);
    EXPECT_EQ(std::vector<uint64_t>(stats.set_sizes, stats.set_sizes + 4),
              (std::vector<uint64_t>{1, 2, 2, 1}));
    EXPECT_EQ(stats.own_correct, 3u);
    EXPECT_EQ(stats.own_total, 4u);
    EXPECT_EQ(stats.own.value, 0.75);

    // y in R: rows 0 (1), 1 (1/2), 2 (1/3)
    EXPECT_EQ(stats.oracle_rows, 3u);
    EXPECT_DOUBLE_EQ(stats.oracle_expected, (1.0 + 1.0 / 2 + 1.0 / 3) / 3);
    EXPECT_EQ(stats.classes_below_cut, 2u); // 0: 3/4; 1: 1/3
    EXPECT_EQ(stats.classes_considered, 2u);

    ASSERT_EQ(stats.classes, 5u);
    const rs_label_class &zero = stats.per_class[0];
    EXPECT_EQ(zero.images, 2u);
    EXPECT_EQ(zero.nonempty, 2u);
    EXPECT_EQ(zero.in_set, 2u);
    EXPECT_EQ(zero.real_images, 4u);
    EXPECT_EQ(zero.real_alone, 1u);
    EXPECT_DOUBLE_EQ(zero.oracle_accuracy, 0.75);
    EXPECT_TRUE(zero.below_cut);
    const rs_label_class &two = stats.per_class[2];
    EXPECT_EQ(two.images, 1u);
    EXPECT_EQ(two.nonempty, 0u);
    EXPECT_EQ(two.oracle_rows, 0u);
    EXPECT_FALSE(two.below_cut);
    EXPECT_EQ(two.real_images, 1u);
    EXPECT_EQ(stats.per_class[4].images, 0u);

    EXPECT_EQ(stats.pairs.distinct, 3u);
    ASSERT_EQ(stats.pairs.count, 3u);
    EXPECT_EQ(stats.pairs.pair[0].first, 0u);
    EXPECT_EQ(stats.pairs.pair[0].second, 1u);
    EXPECT_EQ(stats.pairs.pair[0].images, 3u);
    EXPECT_EQ(stats.pairs.pair[1].first, 0u);
    EXPECT_EQ(stats.pairs.pair[1].second, 3u);
    EXPECT_EQ(stats.pairs.pair[2].first, 1u);
    EXPECT_EQ(stats.pairs.pair[2].second, 3u);
}

TEST(LabelStats, OptionsChooseRowsCutClassesAndPairs)
{
    const Labels labels = MakeLabels(3, {0, 0, 1, 1}, {{0}, {1}, {0, 1, 2}, {1, 2}});
    bool excluded[3] = {true, false, false};
    const rs_label_stats_options options = {RS_ORACLE_ROWS_NONEMPTY, 0.6, excluded, 1};
    Stats stats;
    ASSERT_EQ(Compute(labels, &options, &stats), RS_OK);
    EXPECT_EQ(stats.oracle_rows, 4u);
    EXPECT_DOUBLE_EQ(stats.oracle_expected, (1.0 + 0.0 + 1.0 / 3 + 1.0 / 2) / 4);
    EXPECT_EQ(stats.classes_below_cut, 2u);
    EXPECT_EQ(stats.classes_considered, 1u);
    EXPECT_TRUE(stats.per_class[0].below_cut);
    EXPECT_FALSE(stats.per_class[0].considered);
    EXPECT_EQ(stats.pairs.distinct, 3u);
    ASSERT_EQ(stats.pairs.count, 1u);
    EXPECT_EQ(stats.pairs.pair[0].first, 1u);
    EXPECT_EQ(stats.pairs.pair[0].second, 2u);
    EXPECT_EQ(stats.pairs.pair[0].images, 2u);

    const rs_label_stats_options none = {RS_ORACLE_ROWS_IN_SET, 0.9, nullptr, 0};
    Stats without;
    ASSERT_EQ(Compute(labels, &none, &without), RS_OK);
    EXPECT_EQ(without.pairs.count, 0u);
    EXPECT_EQ(without.pairs.distinct, 3u);
}

TEST(LabelStats, OnlyOneKindOfLabels)
{
    const Labels sets = MakeLabels(2, {}, {{0, 1}, {}});
    Stats stats;
    ASSERT_EQ(Compute(sets, nullptr, &stats), RS_OK);
    EXPECT_EQ(stats.known, 0u);
    EXPECT_EQ(stats.own_total, 0u);
    EXPECT_EQ(stats.oracle_rows, 0u);
    EXPECT_EQ(stats.classes_below_cut, 0u);

    const int32_t original[] = {1, 0};
    rs_labels *labels = nullptr;
    ASSERT_EQ(rs_labels_create(2, 2, original, nullptr, nullptr, &labels, nullptr), RS_OK);
    const Labels originals(labels, rs_labels_free);
    Stats plain;
    ASSERT_EQ(Compute(originals, nullptr, &plain), RS_OK);
    EXPECT_EQ(plain.known, 2u);
    EXPECT_EQ(plain.empty, 2u);
    EXPECT_EQ(plain.evaluated, 0u);
    EXPECT_EQ(plain.several, 0u);
    EXPECT_EQ(plain.largest_set, 0u);
    EXPECT_EQ(plain.pairs.count, 0u);
}

class PublishedLabels : public ::testing::Test {
  protected:
    void SetUp() override
    {
        RS_NEED_DATA();
        const std::string real = DataFolder() + "/reassessed-imagenet/real.json";
        const std::string original = DataFolder() + "/ilsvrc2012_val_labels.txt";
        rs_labels_options options = {};
        options.real_path = real.c_str();
        options.original_path = original.c_str();
        rs_labels *made = nullptr;
        rs_error error = {};
        ASSERT_EQ(rs_labels_load(&options, &made, &error), RS_OK) << error.reason;
        labels.reset(made);
    }
    Labels labels{nullptr, rs_labels_free};
};

TEST_F(PublishedLabels, HaveTheStatisticsOfTheArticle)
{
    bool animals[1000] = {};
    std::fill(animals, animals + 398, true);
    const rs_label_stats_options options = {RS_ORACLE_ROWS_IN_SET, 0.9, animals, 7};
    Stats stats;
    ASSERT_EQ(Compute(labels, &options, &stats), RS_OK);
    EXPECT_EQ(stats.rows, 50000u);
    EXPECT_EQ(stats.known, 50000u);
    EXPECT_EQ(stats.evaluated, 46837u);
    EXPECT_EQ(stats.empty, 3163u);
    EXPECT_EQ(stats.labels, 57553u);
    EXPECT_EQ(stats.several, 7443u);
    ASSERT_EQ(stats.largest_set, 9u);
    EXPECT_EQ(std::vector<uint64_t>(stats.set_sizes, stats.set_sizes + 10),
              (std::vector<uint64_t>{3163, 39394, 5408, 1319, 411, 161, 88, 41, 13, 2}));
    EXPECT_EQ(stats.own_correct, 42164u);
    EXPECT_EQ(stats.own_total, 46837u);
    EXPECT_NEAR(stats.own.value, 0.900228, 5e-7);

    EXPECT_EQ(stats.oracle_rows, 42164u);
    EXPECT_NEAR(stats.oracle_expected, 0.9148, 5e-5);
    EXPECT_EQ(stats.classes_below_cut, 296u);
    EXPECT_EQ(stats.classes_considered, 252u);

    const std::vector<rs_label_pair> pairs = {{527, 664, 155}, {836, 837, 153}, {526, 664, 148},
                                              {508, 664, 147}, {508, 526, 137}, {508, 673, 136},
                                              {620, 681, 135}};
    EXPECT_EQ(stats.pairs.distinct, 5883u);
    ASSERT_EQ(stats.pairs.count, pairs.size());
    for (size_t i = 0; i < pairs.size(); ++i) {
        EXPECT_EQ(stats.pairs.pair[i].first, pairs[i].first) << i;
        EXPECT_EQ(stats.pairs.pair[i].second, pairs[i].second) << i;
        EXPECT_EQ(stats.pairs.pair[i].images, pairs[i].images) << i;
    }
}

TEST_F(PublishedLabels, HaveTenClassesBelowOneHalf)
{
    Stats stats;
    ASSERT_EQ(Compute(labels, nullptr, &stats), RS_OK);
    std::map<int, int> below; // class -> tenths of a percent
    for (uint32_t c = 0; c < stats.classes; ++c) {
        EXPECT_EQ(stats.per_class[c].images, 50u);
        if (stats.per_class[c].oracle_rows > 0 && stats.per_class[c].oracle_accuracy < 0.5) {
            below[static_cast<int>(c)] =
                static_cast<int>(stats.per_class[c].oracle_accuracy * 1000 + 0.5);
        }
    }
    EXPECT_EQ(below, (std::map<int, int>{{527, 300},
                                         {664, 320},
                                         {782, 338},
                                         {681, 344},
                                         {620, 379},
                                         {526, 389},
                                         {836, 409},
                                         {837, 410},
                                         {638, 464},
                                         {744, 477}}));
    EXPECT_EQ(stats.per_class[527].oracle_rows, 45u);
}

TEST_F(PublishedLabels, OverAllRowsWithASet)
{
    const rs_label_stats_options options = {RS_ORACLE_ROWS_NONEMPTY, 0.9, nullptr, 0};
    Stats stats;
    ASSERT_EQ(Compute(labels, &options, &stats), RS_OK);
    EXPECT_EQ(stats.oracle_rows, 46837u);
    EXPECT_NEAR(stats.oracle_expected, 0.8235, 5e-5);
    EXPECT_EQ(stats.classes_below_cut, 618u);
}

} // namespace
