// How the two accuracies of a record move together, against images one by one.
#include <gtest/gtest.h>

#include <cstdio>
#include <random>

extern "C" {
#include "report/record.h"
}

namespace {

TEST(RecordCovariance, IsThatOfTheImages)
{
    std::mt19937 draw(3);
    rs_metric metrics[2] = {};
    (void)snprintf(metrics[0].name, sizeof metrics[0].name, "imagenet_top1");
    (void)snprintf(metrics[1].name, sizeof metrics[1].name, "real_top1");
    rs_record record = {};
    record.metric = metrics;
    record.metric_count = 2;
    record.labels.images = 4000;
    double both = 0, by_label = 0;
    for (int image = 0; image < 4000; ++image) {
        const bool counted = draw() % 10 != 0; // by ReaL
        const bool label_holds = draw() % 8 != 0;
        const bool label = draw() % 4 != 0; // the prediction is the label
        const bool real = counted && (label ? label_holds : draw() % 3 == 0);
        metrics[0].total += 1;
        metrics[0].correct += label;
        metrics[1].total += counted;
        metrics[1].correct += real;
        if (counted) {
            both += label && real;
            by_label += label;
            record.disagreements.total += !label;
            record.disagreements.both += !label && real && label_holds;
            record.disagreements.prediction_only += !label && real && !label_holds;
        }
    }
    const double counted = static_cast<double>(metrics[1].total);
    metrics[1].value = static_cast<double>(metrics[1].correct) / counted;
    const double wanted = (both / counted - by_label / counted * metrics[1].value) / 4000;
    EXPECT_NEAR(rs_record_covariance(&record), wanted, 1e-15);
    EXPECT_GT(wanted, 0.0);
    record.labels.images = 4001; // an image without an original label: the counts leave it out
    EXPECT_EQ(rs_record_covariance(&record), 0.0);
}

} // namespace
