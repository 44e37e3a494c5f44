// Whether ranked predictions are ranked, as their counts say. The 21 published models, ranked and
// not, are asked in tests/cli.
#include <gtest/gtest.h>

#include <cstdio>
#include <vector>

extern "C" {
#include "sweep/rank_doubt.h"
}

namespace {

struct Counts {
    uint64_t top1, topk, rows = 1000;
    unsigned k = 5;
    uint64_t first_alone = 0, second_alone = 0; // of rows with several labels
    rs_content content = RS_CONTENT_PREDICTIONS;
    uint64_t listed = 5; // predictions a row
};

rs_metric Metric(const char *name, uint64_t correct, uint64_t total)
{
    rs_metric metric = {};
    std::snprintf(metric.name, sizeof metric.name, "%s", name);
    metric.correct = correct;
    metric.total = total;
    metric.value = static_cast<double>(correct) / static_cast<double>(total);
    return metric;
}

bool Unsorted(const Counts &counts)
{
    char name[40];
    std::snprintf(name, sizeof name, "imagenet_top%u", counts.k);
    std::vector<rs_metric> metrics = {Metric("imagenet_top1", counts.top1, counts.rows),
                                      Metric(name, counts.topk, counts.rows)};
    if (counts.first_alone + counts.second_alone > 0) {
        metrics.push_back(Metric("real_second", 100 + counts.second_alone, 5000));
        metrics.push_back(Metric("real_second_given_first", 100, 100 + counts.first_alone));
    }
    rs_record record = {};
    record.input.content = counts.content;
    record.input.classes = counts.listed;
    record.metric = metrics.data();
    record.metric_count = static_cast<uint32_t>(metrics.size());
    return rs_ranks_look_unsorted(&record);
}

TEST(RankDoubt, SoundModelsOfAnyStrength)
{
    EXPECT_FALSE(Unsorted({751, 925}));
    EXPECT_FALSE(Unsorted({545, 776}));
    EXPECT_FALSE(Unsorted({300, 550}));
    EXPECT_FALSE(Unsorted({250, 500}));
    EXPECT_FALSE(Unsorted({50, 150}));  // early in training
    EXPECT_FALSE(Unsorted({1, 5}));     // near chance
    EXPECT_FALSE(Unsorted({1000, 1000}));
    EXPECT_FALSE(Unsorted({0, 499}));
}

TEST(RankDoubt, RowsInNoOrder)
{
    EXPECT_TRUE(Unsorted({337, 925}));
    EXPECT_TRUE(Unsorted({272, 791}));
    EXPECT_TRUE(Unsorted({12, 925}));   // the best last
    EXPECT_TRUE(Unsorted({185, 925}));  // any order
    EXPECT_TRUE(Unsorted({0, 500}));
}

TEST(RankDoubt, SetsOfSeveralLabelsDecide)
{
    EXPECT_TRUE(Unsorted({337, 925, 1000, 5, 1929, 1842}));
    EXPECT_FALSE(Unsorted({337, 925, 1000, 5, 2389, 968}));
    EXPECT_TRUE(Unsorted({337, 925, 1000, 5, 60, 20})); // too few to say anything
    EXPECT_FALSE(Unsorted({751, 925, 1000, 5, 1929, 1842}));
}

TEST(RankDoubt, WhereTheCountsSayNothing)
{
    EXPECT_FALSE(Unsorted({337, 925, 1000, 2}));                            // pairs look alike
    EXPECT_TRUE(Unsorted({337, 925, 1000, 3}));
    EXPECT_FALSE(Unsorted({337, 925, 1000, 5, 0, 0, RS_CONTENT_LOGITS}));   // values are ranked
    EXPECT_FALSE(Unsorted({337, 925, 1000, 5, 0, 0, RS_CONTENT_PREDICTIONS, 4}));
    EXPECT_FALSE(Unsorted({33, 92, 99}));
    EXPECT_TRUE(Unsorted({33, 92, 100}));
    EXPECT_FALSE(rs_ranks_look_unsorted(std::vector<rs_record>(1).data()));
}

} // namespace
