// What label files hold: small labels counted by hand, and the published ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analyse/labels_reference.inc"
#include "support/program.h"
#include "support/real_data.h"

extern "C" {
#include "analyse/label_stats.h"
}

namespace {

// The article's "29 %" is of the images that raters saw, the 15.9 % of those that are evaluated.
TEST(LabelsCommand, TellsTheShareOfTheRatedBesideThatOfTheEvaluated)
{
    RS_NEED_DATA();
    const std::string published = DataFolder() + "/reassessed-imagenet/";
    const std::vector<std::string> files = {
        RS_TEST_PROGRAM, "labels", "--real", published + "real.json",
        "--labels",      DataFolder() + "/ilsvrc2012_val_labels.txt"};
    std::vector<std::string> with = files;
    with.insert(with.end(), {"--rater-scores", published + "scores.npz"});
    const ProgramResult run = RunProgram(with);
    ASSERT_EQ(run.exit_status, 0) << run.err;
    EXPECT_NE(run.out.find("24,889 images rated: 7,443 with several labels, 29.9 % of the rated"),
              std::string::npos)
        << run.out;
    EXPECT_EQ(kRated, 24889u);
    EXPECT_EQ(kRatedSeveral, 7443u);
    EXPECT_EQ(std::lround(1000.0 * kRatedSeveral / kRated), 299);
    EXPECT_NE(run.out.find("7,443 images have several, 15.9 % of the evaluated"),
              std::string::npos);
    EXPECT_NE(run.out.find("in 4,673\n  images the label is not in the set)"), std::string::npos);

    with.insert(with.end(), {"--json", "-"});
    const ProgramResult json = RunProgram(with);
    ASSERT_EQ(json.exit_status, 0) << json.err;
    EXPECT_NE(json.out.find("\"rated\":{\"images\":24889,\"several\":7443}"),
              std::string::npos);
    EXPECT_NE(json.out.find("\"not_in_set\":4673"), std::string::npos);

    const ProgramResult without = RunProgram(files);
    ASSERT_EQ(without.exit_status, 0) << without.err;
    EXPECT_EQ(without.out.find("of the rated"), std::string::npos);
    EXPECT_NE(without.out.find("--rater-scores FILE"), std::string::npos);
}

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
    EXPECT_EQ(stats.pairs.pair[0].either, 4u); // rows 0, 1, 2, 5
    EXPECT_EQ(stats.pairs.pair[1].either, 4u);
    EXPECT_EQ(stats.pairs.pair[2].either, 3u);
    EXPECT_FALSE(stats.rated_known);
}

TEST(LabelStats, RatedImagesAndPairsByOverlap)
{
    // 0 and 1 share three sets of five, 2 and 3 both of theirs, 4 and 5 the only one they have
    const Labels labels = MakeLabels(
        6, {}, {{0, 1}, {0, 1}, {0, 1}, {0}, {1}, {2, 3}, {2, 3}, {4, 5}, {}, {2, 3}});
    const bool rated[10] = {true, true, false, false, true, false, false, false, true, false};
    rs_label_stats_options options = {RS_ORACLE_ROWS_IN_SET, 0.9, nullptr, 2, rated};
    Stats stats;
    ASSERT_EQ(Compute(labels, &options, &stats), RS_OK);
    EXPECT_TRUE(stats.rated_known);
    EXPECT_EQ(stats.rated, 4u);
    EXPECT_EQ(stats.rated_several, 2u);
    EXPECT_EQ(stats.pairs.distinct, 3u);
    ASSERT_EQ(stats.pairs.count, 2u);
    const rs_label_pair *const most = stats.pairs.pair;
    EXPECT_EQ(most[0].first, 0u); // as many as 2 and 3: the lower class
    EXPECT_EQ(most[0].either, 5u);
    EXPECT_EQ(most[1].first, 2u);
    const rs_label_pair *const overlapping = stats.pairs.overlapping;
    EXPECT_EQ(overlapping[0].first, 2u); // 3 of 3, [43.9, 100]
    EXPECT_EQ(overlapping[0].either, 3u);
    EXPECT_EQ(overlapping[1].first, 0u); // 3 of 5, [23.1, 88.2]; 1 of 1 is [20.7, 100]
}

TEST(LabelStats, OptionsChooseRowsCutClassesAndPairs)
{
    const Labels labels = MakeLabels(3, {0, 0, 1, 1}, {{0}, {1}, {0, 1, 2}, {1, 2}});
    bool excluded[3] = {true, false, false};
    const rs_label_stats_options options = {RS_ORACLE_ROWS_NONEMPTY, 0.6, excluded, 1, nullptr};
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

    const rs_label_stats_options none = {RS_ORACLE_ROWS_IN_SET, 0.9, nullptr, 0, nullptr};
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
    const rs_label_stats_options options = {RS_ORACLE_ROWS_IN_SET, 0.9, animals, 7, nullptr};
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

    const std::vector<std::vector<uint64_t>> pairs = {
        {527, 664, 155}, {836, 837, 153}, {526, 664, 148}, {508, 664, 147},
        {508, 526, 137}, {508, 673, 136}, {620, 681, 135}};
    EXPECT_EQ(stats.pairs.distinct, 5883u);
    ASSERT_EQ(stats.pairs.count, pairs.size());
    for (size_t i = 0; i < pairs.size(); ++i) {
        EXPECT_EQ(stats.pairs.pair[i].first, pairs[i][0]) << i;
        EXPECT_EQ(stats.pairs.pair[i].second, pairs[i][1]) << i;
        EXPECT_EQ(stats.pairs.pair[i].images, pairs[i][2]) << i;
    }
}

TEST_F(PublishedLabels, OverlapAsNumPySays)
{
    const size_t wanted = sizeof kOverlapping / sizeof kOverlapping[0];
    const rs_label_stats_options options = {RS_ORACLE_ROWS_IN_SET, 0.9, nullptr, wanted, nullptr};
    Stats stats;
    ASSERT_EQ(Compute(labels, &options, &stats), RS_OK);
    EXPECT_EQ(stats.own_total - stats.own_correct, kNotInSet);
    ASSERT_EQ(stats.pairs.count, wanted);
    for (size_t i = 0; i < wanted; ++i) {
        const rs_label_pair &pair = stats.pairs.overlapping[i];
        EXPECT_EQ(pair.first, kOverlapping[i].first) << i;
        EXPECT_EQ(pair.second, kOverlapping[i].second) << i;
        EXPECT_EQ(pair.images, kOverlapping[i].both) << i;
        EXPECT_EQ(pair.either, kOverlapping[i].either) << i;
        EXPECT_NEAR(rs_proportion_of(pair.images, pair.either).low, kOverlapping[i].low, 1e-12);
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
    const rs_label_stats_options options = {RS_ORACLE_ROWS_NONEMPTY, 0.9, nullptr, 0, nullptr};
    Stats stats;
    ASSERT_EQ(Compute(labels, &options, &stats), RS_OK);
    EXPECT_EQ(stats.oracle_rows, 46837u);
    EXPECT_NEAR(stats.oracle_expected, 0.8235, 5e-5);
    EXPECT_EQ(stats.classes_below_cut, 618u);
}

} // namespace
