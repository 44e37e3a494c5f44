// What the report adds up over models: classes against the oracle, and confusions.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

extern "C" {
#include "analyse/multiple_tests.h"
#include "analyse/poisson_binomial.h"
#include "base/random.h"
#include "report/class_summary.h"
#include "report/confusion_sum.h"
}

namespace {

// Class 0: two rows, sets of 1 and 2. Class 1: one row, a set of 4. Class 2: y not in the set.
const int32_t original[] = {0, 0, 1, 2, RS_CLASS_UNKNOWN};
const uint32_t begin[] = {0, 1, 3, 7, 8, 9};
const int32_t real[] = {0, 0, 1, 0, 1, 2, 3, 1, 3};
const rs_label_view view = {5, 4, original, begin, real};

rs_class_metrics Class(uint64_t rows, double oracle, uint64_t correct, double p, bool considered)
{
    rs_class_metrics metrics = {};
    metrics.oracle_rows = rows;
    metrics.oracle_accuracy = oracle;
    metrics.oracle_correct = correct;
    metrics.oracle_p = p;
    metrics.considered = considered;
    metrics.above = considered && static_cast<double>(correct) > oracle * static_cast<double>(rows);
    return metrics;
}

std::vector<rs_class_metrics> Model(uint64_t first, uint64_t second)
{
    return {Class(2, 0.75, first, 0.5, true), Class(1, 0.25, second, 0.25, true),
            Class(0, 0, 0, 1, false), Class(0, 0, 0, 1, false)};
}

TEST(ClassSummary, models_add_up)
{
    rs_class_summary summary = {};
    const std::vector<rs_class_metrics> worse = Model(1, 0);
    const std::vector<rs_class_metrics> better = Model(2, 1);
    ASSERT_EQ(rs_class_summary_begin(worse.data(), &view, 7, &summary, nullptr), RS_OK);
    ASSERT_EQ(summary.count, 2u);
    rs_class_summary_add(&summary, 3, worse.data());
    EXPECT_FALSE(summary.has_shown);
    rs_class_summary_add(&summary, 7, better.data());
    rs_class_summary_add(&summary, 8, better.data());
    EXPECT_TRUE(summary.has_shown);
    EXPECT_EQ(summary.models, 3u);
    const rs_class_row &low = summary.row[0]; // the lower oracle first
    EXPECT_EQ(low.class_index, 1u);
    EXPECT_EQ(low.rows, 1u);
    EXPECT_EQ(low.oracle, 0.25);
    EXPECT_DOUBLE_EQ(low.spread, std::sqrt(0.25 * 0.75));
    EXPECT_EQ(low.above, 2u);
    EXPECT_EQ(low.sum, 2.0);
    EXPECT_EQ(low.best.model, 7u); // the first of equal ones
    EXPECT_EQ(low.shown.correct, 1u);
    const rs_class_row &high = summary.row[1];
    EXPECT_EQ(high.class_index, 0u);
    EXPECT_DOUBLE_EQ(high.spread, std::sqrt(0.5 * 0.5) / 2);
    EXPECT_EQ(high.sum, 2.5);
    size_t place[3];
    ASSERT_EQ(rs_class_summary_top(&summary, 3, place), 2u);
    EXPECT_EQ(place[0], 0u); // a gap of 0.75
    EXPECT_EQ(place[1], 1u); // and one of 0.25
    ASSERT_EQ(rs_class_summary_top(&summary, 1, place), 1u);
    EXPECT_EQ(place[0], 0u);
    rs_class_summary_clear(&summary);
}

// Classes of 45 images of which most have several labels, by how likely an oracle is to have k
// right.
std::vector<double> Tails(uint32_t kind)
{
    const std::vector<rs_set_count> sets = {
        {0, 1, 15 + kind % 7}, {0, 2, 20 - kind % 7}, {0, 3, 6}, {0, 4 + kind % 3, 4}};
    std::vector<double> tails;
    for (uint64_t k = 0; k <= 45; ++k) {
        tails.push_back(rs_oracle_tail(sets.data(), sets.size(), k));
    }
    return tails;
}

// 21 models that answer a random label of each set, 252 classes: how many pages have a star? 400
// pages, seed 5; the error of a rate of 5 % is 1.1 %. Without minding that the model is the best of
// 21 it is about one page in three.
TEST(ClassSummary, unbiased_oracles_have_few_stars)
{
    constexpr int pages = 400, classes = 252, models = 21;
    std::vector<std::vector<double>> tails;
    for (uint32_t c = 0; c < classes; ++c) {
        tails.push_back(Tails(c));
    }
    std::vector<int32_t> labels(classes), sets(classes);
    std::vector<uint32_t> begins(classes + 1);
    for (int c = 0; c < classes; ++c) {
        labels[c] = sets[c] = c;
        begins[c + 1] = static_cast<uint32_t>(c) + 1;
    }
    const rs_label_view page_view = {classes, classes, labels.data(), begins.data(), sets.data()};
    int starred = 0, naive = 0;
    for (int page = 0; page < pages; ++page) {
        rs_random random = rs_random_make(5, static_cast<uint64_t>(page));
        rs_class_summary summary = {};
        for (int model = 0; model < models; ++model) {
            std::vector<rs_class_metrics> drawn;
            std::vector<rs_tested> tests;
            for (uint32_t c = 0; c < classes; ++c) {
                const double u = rs_random_unit(&random);
                uint64_t right = 0;
                while (right < 45 && u < tails[c][right + 1]) {
                    ++right;
                }
                drawn.push_back(Class(45, 0.6, right, tails[c][right], true));
                tests.push_back({tails[c][right], c, false, 0});
            }
            rs_holm(tests.data(), tests.size(), 0.05);
            for (const rs_tested &test : tests) {
                drawn[test.index].significant = test.significant;
            }
            if (model == 0) {
                ASSERT_EQ(rs_class_summary_begin(drawn.data(), &page_view, 0, &summary, nullptr),
                          RS_OK);
            }
            rs_class_summary_add(&summary, static_cast<size_t>(model), drawn.data());
        }
        ASSERT_EQ(rs_class_summary_end(&summary, nullptr), RS_OK);
        bool star = false, old_star = false;
        for (size_t i = 0; i < summary.count; ++i) {
            star = star || summary.row[i].best_significant;
            old_star = old_star || summary.row[i].best.significant;
        }
        starred += star;
        naive += old_star;
        rs_class_summary_clear(&summary);
    }
    EXPECT_LE(starred, 0.05 * pages);
    EXPECT_GE(naive, 0.15 * pages);
}

// A model that is right on every image of a class has a star, be it the best of 21.
TEST(ClassSummary, who_knows_the_labels_has_a_star)
{
    rs_class_summary summary = {};
    const double p = Tails(0)[45];
    std::vector<rs_class_metrics> model = {Class(45, 0.6, 45, p, true),
                                           Class(45, 0.6, 27, 0.5, true), Class(0, 0, 0, 1, false),
                                           Class(0, 0, 0, 1, false)};
    ASSERT_EQ(rs_class_summary_begin(model.data(), &view, 0, &summary, nullptr), RS_OK);
    for (size_t i = 0; i < 21; ++i) {
        rs_class_summary_add(&summary, i, model.data());
    }
    ASSERT_EQ(rs_class_summary_end(&summary, nullptr), RS_OK);
    const size_t at = summary.row[0].class_index == 0 ? 0 : 1;
    EXPECT_TRUE(summary.row[at].best_significant);
    EXPECT_DOUBLE_EQ(summary.row[at].best_p, 21 * p);
    EXPECT_FALSE(summary.row[1 - at].best_significant);
    EXPECT_EQ(summary.row[1 - at].best_p, 1.0);
    rs_class_summary_clear(&summary);
}

TEST(ClassSummary, no_class_is_considered)
{
    rs_class_summary summary = {};
    const std::vector<rs_class_metrics> none(4);
    ASSERT_EQ(rs_class_summary_begin(none.data(), &view, 0, &summary, nullptr), RS_OK);
    rs_class_summary_add(&summary, 0, none.data());
    size_t place[3];
    EXPECT_EQ(summary.count, 0u);
    EXPECT_EQ(rs_class_summary_top(&summary, 3, place), 0u);
    rs_class_summary_clear(&summary);
}

void ExpectPair(const rs_confusion &pair, int32_t from, int32_t to, uint64_t count,
                uint64_t evaluated, uint64_t accepted)
{
    EXPECT_EQ(pair.original, from);
    EXPECT_EQ(pair.predicted, to);
    EXPECT_EQ(pair.count, count);
    EXPECT_EQ(pair.evaluated, evaluated);
    EXPECT_EQ(pair.accepted, accepted);
}

TEST(ConfusionSum, pairs_of_models_add_up)
{
    // rows of the labels above: 0, 0, 1, 2, unknown; sets {0}, {0, 1}, {0, 1, 2, 3}, {1}, {3}
    const std::vector<int32_t> first = {1, 1, 3, 2, 0};       // keeps one
    const std::vector<int32_t> right = {0, 9, 0, 9, 1, 9, 2, 9, 3, 9}; // keeps two
    const std::vector<int32_t> second = {1, 0, -1, 1, 0};
    rs_confusion_sum sum = {};
    ASSERT_EQ(rs_confusion_sum_add(&sum, &view, first.data(), 1, nullptr), RS_OK);
    ASSERT_EQ(rs_confusion_sum_add(&sum, &view, right.data(), 2, nullptr), RS_OK);
    ASSERT_EQ(rs_confusion_sum_add(&sum, &view, second.data(), 1, nullptr), RS_OK);
    ASSERT_EQ(rs_confusion_sum_end(&sum, nullptr), RS_OK);
    EXPECT_EQ(sum.models, 3u);
    EXPECT_EQ(sum.confused, 5u);
    EXPECT_EQ(sum.evaluated, 5u);
    EXPECT_EQ(sum.accepted, 3u);
    ASSERT_EQ(sum.count, 3u);
    ExpectPair(sum.pair[0], 0, 1, 3, 3, 1);
    ExpectPair(sum.pair[1], 1, 3, 1, 1, 1);
    ExpectPair(sum.pair[2], 2, 1, 1, 1, 1);
    rs_confusion_sum_clear(&sum);
}

// Several threads have a sum each, one of them none; all are added to one that has models already.
TEST(ConfusionSum, sums_of_threads_add_up)
{
    const std::vector<int32_t> first = {1, 1, 3, 2, 0}, second = {1, 0, -1, 1, 0};
    rs_confusion_sum sum = {}, thread[3] = {};
    ASSERT_EQ(rs_confusion_sum_add(&sum, &view, second.data(), 1, nullptr), RS_OK);
    ASSERT_EQ(rs_confusion_sum_add(&thread[0], &view, first.data(), 1, nullptr), RS_OK);
    ASSERT_EQ(rs_confusion_sum_add(&thread[2], &view, second.data(), 1, nullptr), RS_OK);
    ASSERT_EQ(rs_confusion_sum_add(&thread[2], &view, first.data(), 1, nullptr), RS_OK);
    for (rs_confusion_sum &one : thread) {
        ASSERT_EQ(rs_confusion_sum_join(&sum, &one, nullptr), RS_OK);
        EXPECT_EQ(one.pair, nullptr);
    }
    ASSERT_EQ(rs_confusion_sum_end(&sum, nullptr), RS_OK);
    EXPECT_EQ(sum.models, 4u);
    EXPECT_EQ(sum.confused, 10u);
    EXPECT_EQ(sum.evaluated, 10u);
    EXPECT_EQ(sum.accepted, 6u);
    ASSERT_EQ(sum.count, 3u);
    ExpectPair(sum.pair[0], 0, 1, 6, 6, 2);
    ExpectPair(sum.pair[1], 1, 3, 2, 2, 2);
    ExpectPair(sum.pair[2], 2, 1, 2, 2, 2);
    rs_confusion_sum_clear(&sum);
}

// More keys than are gathered at once: 40 models of 50,000 rows, a third of them confused.
TEST(ConfusionSum, many_models_are_the_sum_of_each)
{
    constexpr int rows = 50000, models = 40, classes = 100;
    rs_random random = rs_random_make(11, 0);
    std::vector<int32_t> labels(rows), sets(rows);
    std::vector<uint32_t> begins(rows + 1);
    for (int i = 0; i < rows; ++i) {
        labels[i] = static_cast<int32_t>(rs_random_below(&random, classes));
        sets[i] = static_cast<int32_t>(rs_random_below(&random, classes));
        begins[i + 1] = static_cast<uint32_t>(i) + 1;
    }
    const rs_label_view many = {rows, classes, labels.data(), begins.data(), sets.data()};
    std::vector<std::vector<uint64_t>> count(classes, std::vector<uint64_t>(classes)),
        accepted = count;
    uint64_t confused = 0;
    rs_confusion_sum sum = {};
    for (int model = 0; model < models; ++model) {
        std::vector<int32_t> predicted = labels;
        for (int i = 0; i < rows; ++i) {
            if (rs_random_below(&random, 3) == 0) {
                predicted[i] = static_cast<int32_t>(rs_random_below(&random, classes));
            }
            if (predicted[i] != labels[i]) {
                ++count[labels[i]][predicted[i]];
                accepted[labels[i]][predicted[i]] += predicted[i] == sets[i];
                ++confused;
            }
        }
        ASSERT_EQ(rs_confusion_sum_add(&sum, &many, predicted.data(), 1, nullptr), RS_OK);
    }
    ASSERT_EQ(rs_confusion_sum_end(&sum, nullptr), RS_OK);
    EXPECT_EQ(sum.confused, confused);
    EXPECT_EQ(sum.evaluated, confused);
    uint64_t before = UINT64_MAX;
    for (size_t i = 0; i < sum.count; ++i) {
        const rs_confusion &pair = sum.pair[i];
        EXPECT_LE(pair.count, before);
        before = pair.count;
        ExpectPair(pair, pair.original, pair.predicted, count[pair.original][pair.predicted],
                   pair.count, accepted[pair.original][pair.predicted]);
        count[pair.original][pair.predicted] = 0; // once
        confused -= pair.count;
    }
    EXPECT_EQ(confused, 0u);
    rs_confusion_sum_clear(&sum);
}

} // namespace
