// Metrics from tallies: the worked example of docs/METRICS.md, names, reasons, a slow judge, parts.
#include "reassess/metrics.h"

#include <cmath>
#include <map>
#include <string>

#include "support/made_tally.h"

namespace {

using made::Labels;
using made::Predictions;
using made::Tally;

class Metrics {
  public:
    explicit Metrics(const Tally &tally, const rs_metrics_options *options = nullptr)
    {
        rs_error error = {};
        EXPECT_EQ(rs_metrics_compute(tally.get(), options, &all_, &error), RS_OK) << error.reason;
    }
    Metrics(const Metrics &) = delete;
    Metrics &operator=(const Metrics &) = delete;
    ~Metrics()
    {
        rs_metrics_clear(&all_);
    }
    const rs_metrics *operator->() const
    {
        return &all_;
    }
    const rs_metric &operator[](const std::string &name) const
    {
        const rs_metric *const found = rs_metrics_find(&all_, name.c_str());
        EXPECT_NE(found, nullptr) << name;
        static const rs_metric none = {};
        return found != nullptr ? *found : none;
    }

  private:
    rs_metrics all_ = {};
};

void expect_share(const rs_metric &metric, uint64_t correct, uint64_t total)
{
    EXPECT_EQ(metric.reason, nullptr) << metric.name << ": " << metric.reason;
    EXPECT_FALSE(metric.macro);
    EXPECT_EQ(metric.correct, correct) << metric.name;
    EXPECT_EQ(metric.total, total) << metric.name;
    EXPECT_EQ(metric.value, static_cast<double>(correct) / static_cast<double>(total));
    const double p = metric.value;
    EXPECT_NEAR(metric.stderr_value, std::sqrt(p * (1.0 - p) / static_cast<double>(total)), 1e-15);
    EXPECT_LE(metric.ci95_low, p);
    EXPECT_GE(metric.ci95_high, p);
}

void expect_none(const rs_metric &metric, const char *reason)
{
    EXPECT_STREQ(metric.reason, reason) << metric.name;
    EXPECT_EQ(metric.value, 0.0);
    EXPECT_EQ(metric.stderr_value, 0.0);
    EXPECT_EQ(metric.ci95_low, 0.0);
    EXPECT_EQ(metric.ci95_high, 0.0);
}

// The example of docs/METRICS.md: five classes, eight images.
struct Example {
    Labels labels{5};
    Predictions predictions;

    Example()
    {
        row(0, {0}, {0, 1, 2, 3, 4});
        row(0, {0, 1}, {1, 0, 2, 3, 4});
        row(0, {1}, {1, 0, 2, 3, 4});
        row(1, {1, 2}, {1, 2, 0, 3, 4});
        row(1, {}, {3, 1, 0, 2, 4});
        row(2, {1, 2, 3}, {2, 4, 3, 1, 0});
        row(2, {2}, {}); // a NaN
        row(RS_CLASS_UNKNOWN, {3}, {3, 0, 1, 2, 4});
    }
    void row(int32_t y, std::vector<int32_t> set, std::vector<int32_t> ranked)
    {
        labels.add(y, set);
        predictions.push_back(ranked);
    }
    Tally score() const
    {
        return made::score(labels, predictions, made::shape(5, {1, 2}));
    }
};

TEST(Metrics, WorkedExampleProportions)
{
    const Metrics metrics(Example().score());
    expect_share(metrics["imagenet_top1"], 3, 7);
    expect_share(metrics["imagenet_top2"], 6, 7);
    expect_share(metrics["real_top1"], 6, 7);
    expect_share(metrics["real_top2"], 6, 7);
    expect_share(metrics["real_second"], 2, 3);
    expect_share(metrics["real_second_given_first"], 2, 3);
    expect_share(metrics["real_third"], 1, 1);
    expect_share(metrics["real_third_given_first"], 1, 1);
    expect_none(metrics["real_third_given_first_second"],
                "the first two predictions are right in none of these rows");
    EXPECT_EQ(metrics->rows, 8u);
    EXPECT_EQ(metrics->nan_rows, 1u);
    EXPECT_FALSE(metrics->has_row_flags);
    EXPECT_FALSE(metrics->calibration.measured);
    // SciPy's Wilson interval of 3/7
    EXPECT_NEAR(metrics["imagenet_top1"].ci95_low, 0.1582198552514697, 1e-14);
    EXPECT_NEAR(metrics["imagenet_top1"].ci95_high, 0.7495416354723428, 1e-14);

    EXPECT_EQ(metrics->disagreements.reason, nullptr);
    EXPECT_EQ(metrics->disagreements.total, 3u);
    EXPECT_EQ(metrics->disagreements.prediction_only, 1u);
    EXPECT_EQ(metrics->disagreements.label_only, 1u);
    EXPECT_EQ(metrics->disagreements.both, 1u);
    EXPECT_EQ(metrics->disagreements.neither, 0u);
    EXPECT_EQ(metrics->disagreements.preference_reason, nullptr);
    EXPECT_EQ(metrics->disagreements.preference, 0.5);
}

TEST(Metrics, WorkedExampleMacro)
{
    const Metrics metrics(Example().score());
    const rs_metric &imagenet = metrics["imagenet_macro_top1"]; // 1/3, 1/2, 1/2
    EXPECT_TRUE(imagenet.macro);
    EXPECT_EQ(imagenet.total, 3u);
    EXPECT_NEAR(imagenet.value, 4.0 / 9.0, 1e-15);
    const double error = std::sqrt(1.0 / 9.0 + 1.0 / 4.0 + 1.0 / 4.0) / 3.0;
    EXPECT_NEAR(imagenet.stderr_value, error, 1e-15);
    EXPECT_EQ(imagenet.ci95_low, 0.0); // 0.444 - 0.511 is less than nothing
    EXPECT_NEAR(imagenet.ci95_high, 4.0 / 9.0 + 1.959963984540054 * error, 1e-15);
    const rs_metric &real = metrics["real_macro_top1"]; // 3/3, 1/1, 1/2
    EXPECT_EQ(real.total, 3u);
    EXPECT_NEAR(real.value, 5.0 / 6.0, 1e-15);
    EXPECT_STREQ(real.error_reason, "a class has one row");
    EXPECT_EQ(real.stderr_value, 0.0);
}

TEST(Metrics, WorkedExampleOracle)
{
    const Metrics metrics(Example().score());
    const rs_oracle &oracle = metrics->oracle;
    EXPECT_EQ(oracle.reason, nullptr);
    EXPECT_EQ(oracle.rows, 5u);
    EXPECT_NEAR(oracle.expected, 2.0 / 3.0, 1e-15); // (1 + 1/2 + 1/2 + 1/3 + 1) / 5
    EXPECT_NEAR(oracle.stddev, std::sqrt(0.25 + 0.25 + 2.0 / 9.0) / 5.0, 1e-15);
    EXPECT_EQ(oracle.model_correct, 3u);
    EXPECT_EQ(oracle.model, 0.6);
    EXPECT_EQ(oracle.classes_below_cut, 3u);
    EXPECT_EQ(oracle.classes_model_above, 1u);
    EXPECT_NEAR(oracle.classes_expected_above, 0.5 + 0.5 + 1.0 / 3.0, 1e-15);
    EXPECT_EQ(oracle.classes_significant, 0u);
    EXPECT_EQ(oracle.mean_gap_reason, nullptr);
    EXPECT_NEAR(oracle.mean_gap, (-0.25 + 0.5 - 1.0 / 6.0) / 3.0, 1e-15);

    const rs_class_metrics *const by_class = metrics->per_class;
    EXPECT_EQ(by_class[0].images, 3u);
    EXPECT_EQ(by_class[0].imagenet_correct, 1u);
    EXPECT_EQ(by_class[0].real_total, 3u);
    EXPECT_EQ(by_class[0].real_correct, 3u);
    EXPECT_EQ(by_class[0].oracle_rows, 2u);
    EXPECT_EQ(by_class[0].oracle_correct, 1u);
    EXPECT_EQ(by_class[0].oracle_accuracy, 0.75);
    EXPECT_EQ(by_class[0].oracle_p, 1.0);
    EXPECT_TRUE(by_class[0].considered);
    EXPECT_FALSE(by_class[0].above);
    EXPECT_EQ(by_class[1].real_total, 1u);
    EXPECT_EQ(by_class[1].oracle_p, 0.5);
    EXPECT_TRUE(by_class[1].above);
    EXPECT_FALSE(by_class[1].significant);
    EXPECT_EQ(by_class[3].images, 0u);
    EXPECT_EQ(by_class[3].oracle_p, 1.0);
    EXPECT_FALSE(by_class[3].considered);
}

TEST(Metrics, OracleOverAllNonEmptyRows)
{
    rs_metrics_options options = {RS_ORACLE_ROWS_NONEMPTY, 0.9, nullptr};
    const Metrics metrics(Example().score(), &options);
    EXPECT_EQ(metrics->oracle.rows, 6u); // image 2 joins them; image 7 has no original label
    EXPECT_NEAR(metrics->oracle.expected, (10.0 / 3.0) / 6.0, 1e-15);
    EXPECT_NEAR(metrics->oracle.stddev, std::sqrt(0.25 + 0.25 + 2.0 / 9.0) / 6.0, 1e-15);
    EXPECT_EQ(metrics->oracle.model, 0.5);
    EXPECT_EQ(metrics->per_class[0].oracle_accuracy, 0.5);
}

TEST(Metrics, CutAndExclusions)
{
    const Tally tally = Example().score();
    rs_metrics_options options = {RS_ORACLE_ROWS_IN_SET, 0.75, nullptr};
    const Metrics strictly(tally, &options); // class 0 is at 0.75: not below
    EXPECT_EQ(strictly->oracle.classes_below_cut, 2u);
    EXPECT_FALSE(strictly->per_class[0].considered);

    const bool excluded[5] = {false, true, true, false, false};
    options.oracle_cut = 0.9;
    options.oracle_excluded = excluded;
    const Metrics without(tally, &options);
    EXPECT_EQ(without->oracle.classes_below_cut, 1u);
    EXPECT_EQ(without->oracle.classes_model_above, 0u);
    EXPECT_EQ(without->oracle.classes_expected_above, 0.5);
    EXPECT_EQ(without->oracle.mean_gap, -0.25);
    EXPECT_EQ(without->oracle.rows, 5u); // the overall numbers are over all classes

    options.oracle_cut = 0.0;
    const Metrics none(tally, &options);
    EXPECT_EQ(none->oracle.classes_below_cut, 0u);
    EXPECT_STREQ(none->oracle.mean_gap_reason, "the oracle of no class is below the cut");
    EXPECT_EQ(none->oracle.reason, nullptr);

    options.oracle_cut = std::nan("");
    rs_metrics refused;
    rs_error error = {};
    EXPECT_EQ(rs_metrics_compute(tally.get(), &options, &refused, &error), RS_USAGE);
    EXPECT_EQ(refused.per_class, nullptr);
}

TEST(Metrics, NamesAndOrderOfTheRecord)
{
    const Metrics metrics(made::empty(made::shape(10, {1, 5, 10})));
    const char *const names[] = {"imagenet_top1",
                                 "imagenet_top5",
                                 "imagenet_top10",
                                 "real_top1",
                                 "real_top5",
                                 "real_top10",
                                 "real_second",
                                 "real_second_given_first",
                                 "real_third",
                                 "real_third_given_first",
                                 "real_third_given_first_second",
                                 "imagenet_macro_top1",
                                 "imagenet_macro_top5",
                                 "imagenet_macro_top10",
                                 "real_macro_top1",
                                 "real_macro_top5",
                                 "real_macro_top10"};
    ASSERT_EQ(metrics->metric_count, std::size(names));
    for (size_t i = 0; i < std::size(names); ++i) {
        EXPECT_STREQ(metrics->metric[i].name, names[i]);
    }
    EXPECT_EQ(rs_metrics_find(metrics.operator->(), "real_top2"), nullptr);

    std::vector<uint32_t> most;
    for (uint32_t k = 0; k < RS_TOPK_MAX; ++k) {
        most.push_back(k == 0 ? 1 : 4294967280u + k);
    }
    const Metrics full(made::empty(made::shape(10, most)));
    EXPECT_EQ(full->metric_count, 4u * RS_TOPK_MAX + 5u);
    EXPECT_LE(full->metric_count, static_cast<uint32_t>(RS_METRICS_MAX));
    EXPECT_NE(rs_metrics_find(full.operator->(), "imagenet_macro_top4294967295"), nullptr);
}

TEST(Metrics, NoRowsHaveNoValues)
{
    const Metrics metrics(made::empty(made::shape(10)));
    for (uint32_t i = 0; i < metrics->metric_count; ++i) {
        EXPECT_NE(metrics->metric[i].reason, nullptr) << metrics->metric[i].name;
    }
    EXPECT_STREQ(metrics->oracle.reason, "no row has its original label in its label set");
    EXPECT_STREQ(metrics->oracle.mean_gap_reason, metrics->oracle.reason);
    EXPECT_STREQ(metrics->disagreements.reason,
                 "no row has both an original label and a label set");
    EXPECT_NE(metrics->disagreements.preference_reason, nullptr);
    EXPECT_EQ(metrics->rows, 0u);
}

TEST(Metrics, WithoutOriginalLabels)
{
    Labels labels(4);
    labels.add(RS_CLASS_UNKNOWN, {0, 1});
    labels.add(RS_CLASS_UNKNOWN, {2});
    const Metrics metrics(
        made::score(labels, {{1, 0, 2, 3}, {3, 2, 1, 0}}, made::shape(4, {1, 2})));
    expect_none(metrics["imagenet_top1"], "no row has an original label");
    expect_none(metrics["imagenet_macro_top2"], "no row has an original label");
    expect_none(metrics["real_macro_top1"], "no row has both an original label and a label set");
    expect_share(metrics["real_top1"], 1, 2);
    expect_share(metrics["real_top2"], 2, 2);
    expect_share(metrics["real_second_given_first"], 1, 1);
    expect_none(metrics["real_third"], "no row has three labels or more");
    EXPECT_NE(metrics->oracle.reason, nullptr);
    EXPECT_NE(metrics->disagreements.reason, nullptr);
}

TEST(Metrics, WithoutLabelSets)
{
    Labels labels(4);
    labels.add(0, {});
    labels.add(2, {});
    const Metrics metrics(
        made::score(labels, {{0, 1, 2, 3}, {3, 2, 1, 0}}, made::shape(4, {1, 2})));
    expect_share(metrics["imagenet_top1"], 1, 2);
    EXPECT_EQ(metrics["imagenet_macro_top1"].total, 2u);
    expect_none(metrics["real_top1"], "no row has a label set");
    expect_none(metrics["real_second"], "no row has two labels or more");
    expect_none(metrics["real_second_given_first"], "no row has two labels or more");
    expect_none(metrics["real_third_given_first"], "no row has three labels or more");
    expect_none(metrics["real_macro_top2"], "no row has both an original label and a label set");
}

TEST(Metrics, RanksBeyondTheDepthOfPredictionsHaveNoValue)
{
    const char *const too_deep = "the ranked predictions do not reach this rank";
    const Example example;
    for (uint32_t depth = 1; depth <= 3; ++depth) {
        Predictions cut = example.predictions;
        for (std::vector<int32_t> &ranked : cut) {
            ranked.resize(std::min<size_t>(ranked.size(), depth));
        }
        const Metrics metrics(made::score(example.labels, cut, made::shape(5, {1, 2, 4}, depth)));
        expect_share(metrics["imagenet_top1"], 3, 7);
        expect_share(metrics["real_top1"], 6, 7);
        expect_none(metrics["imagenet_top4"], too_deep);
        expect_none(metrics["real_top4"], too_deep);
        expect_none(metrics["imagenet_macro_top4"], too_deep);
        EXPECT_EQ(metrics["imagenet_macro_top1"].reason, nullptr);
        if (depth >= 2) {
            expect_share(metrics["imagenet_top2"], 6, 7);
            expect_share(metrics["real_second"], 2, 3);
        } else {
            expect_none(metrics["imagenet_top2"], too_deep);
            expect_none(metrics["real_second"], too_deep);
            expect_none(metrics["real_second_given_first"], too_deep);
        }
        if (depth >= 3) {
            expect_share(metrics["real_third_given_first"], 1, 1);
        } else {
            expect_none(metrics["real_third"], too_deep);
            expect_none(metrics["real_third_given_first"], too_deep);
        }
        EXPECT_EQ(metrics->oracle.model_correct, 3u);
        EXPECT_EQ(metrics->disagreements.total, 3u);
    }
}

TEST(Metrics, TopKBeyondTheClassesIsEverything)
{
    Labels labels(2);
    labels.add(0, {0});
    labels.add(1, {1});
    const Metrics metrics(made::score(labels, {{1, 0}, {}}, made::shape(2, {1, 5})));
    expect_share(metrics["imagenet_top5"], 1, 2); // the invalid row is wrong even here
}

TEST(Metrics, InvalidRowsStayInEveryDenominator)
{
    Labels labels(4);
    labels.add(0, {0, 1, 2});
    labels.add(1, {0});
    labels.add(RS_CLASS_UNKNOWN, {3});
    const Metrics metrics(made::score(labels, {{}, {}, {}}, made::shape(4, {1, 2})));
    expect_share(metrics["imagenet_top2"], 0, 2);
    expect_share(metrics["real_top1"], 0, 3);
    expect_share(metrics["real_second"], 0, 1);
    expect_none(metrics["real_second_given_first"],
                "the first prediction is right in none of these rows");
    expect_share(metrics["real_third"], 0, 1);
    EXPECT_EQ(metrics->nan_rows, 3u);
    EXPECT_EQ(metrics->disagreements.label_only, 1u);
    EXPECT_EQ(metrics->disagreements.neither, 1u);
    EXPECT_EQ(metrics->disagreements.preference, 0.0);
    EXPECT_EQ(metrics["imagenet_top1"].ci95_low, 0.0);
}

TEST(Metrics, CountersThatCannotBeAreRefused)
{
    const Example example;
    const auto refused = [&example](void (*damage)(rs_tally *)) {
        const Tally tally = example.score();
        damage(tally.get());
        rs_metrics metrics;
        rs_error error = {};
        EXPECT_EQ(rs_metrics_compute(tally.get(), nullptr, &metrics, &error), RS_MISMATCH);
        EXPECT_EQ(metrics.per_class, nullptr);
        EXPECT_EQ(metrics.metric_count, 0u);
        return std::string(error.reason);
    };
    EXPECT_EQ(refused([](rs_tally *t) { t->labels[0].images = 0; }),
              "imagenet_top2: 6 right of 4 rows");
    EXPECT_EQ(refused([](rs_tally *t) { t->rows_with_2 = 1; }),
              "rows with two labels: 3 right of 1 rows");
    EXPECT_EQ(refused([](rs_tally *t) {
                  t->labels[1].images = 1; // the sum still fits
                  t->labels[3].images = 1;
              }),
              "imagenet_macro_top2: 2 right of 1 rows");
    EXPECT_EQ(refused([](rs_tally *t) { t->labels[2].nonempty += 1; }),
              "3 rows agree and 3 disagree with their original label, of 7");
    EXPECT_EQ(refused([](rs_tally *t) { t->labels[0].in_set = 0; }),
              "rows whose label is in their set: 1 right of 0 rows");
    EXPECT_EQ(refused([](rs_tally *t) { t->counters[RS_COUNT_3_THIRD] = 2; }),
              "real_third: 2 right of 1 rows");
}

// ---- a slow judge ----

using Counts = std::map<std::string, std::pair<uint64_t, uint64_t>>;

void judge_row(const Labels &labels, uint64_t row, const std::vector<int32_t> &ranked,
               Counts *counts)
{
    const int32_t y = labels.original[row];
    const std::vector<int32_t> set = labels.set(row);
    const auto in_set = [&set](int32_t label) {
        return std::count(set.begin(), set.end(), label) > 0;
    };
    const auto right = [&](size_t k) { return ranked.size() >= k && in_set(ranked[k - 1]); };
    const auto count = [counts](const std::string &name, bool correct) {
        (*counts)[name].first += correct;
        (*counts)[name].second += 1;
    };
    for (const size_t k : {1, 2, 5}) {
        const std::vector<int32_t> first(
            ranked.begin(), ranked.begin() + static_cast<long>(std::min(k, ranked.size())));
        if (y >= 0) {
            count("imagenet_top" + std::to_string(k),
                  std::count(first.begin(), first.end(), y) > 0);
        }
        if (!set.empty()) {
            count("real_top" + std::to_string(k), std::any_of(first.begin(), first.end(), in_set));
        }
    }
    if (set.size() >= 2) {
        count("real_second", right(2));
        if (right(1)) {
            count("real_second_given_first", right(2));
        }
    }
    if (set.size() >= 3) {
        count("real_third", right(3));
        if (right(1)) {
            count("real_third_given_first", right(3));
        }
        if (right(1) && right(2)) {
            count("real_third_given_first_second", right(3));
        }
    }
    if (y >= 0 && !set.empty() && (ranked.empty() || ranked[0] != y)) {
        const bool label_right = in_set(y);
        count(right(1) ? (label_right ? "both" : "prediction_only")
                       : (label_right ? "label_only" : "neither"),
              true);
    }
}

TEST(Metrics, AgreeWithASlowJudge)
{
    std::mt19937 draw(21);
    for (int trial = 0; trial < 40; ++trial) {
        const Labels labels = made::random_labels(300, 16, 9, draw);
        const Predictions predictions = made::random_predictions(labels, draw);
        const Metrics metrics(made::score(labels, predictions, made::shape(16, {1, 2, 5})));
        Counts counts;
        for (uint64_t row = 0; row < labels.rows(); ++row) {
            judge_row(labels, row, predictions[row], &counts);
        }
        EXPECT_EQ(metrics->disagreements.prediction_only, counts["prediction_only"].first);
        EXPECT_EQ(metrics->disagreements.label_only, counts["label_only"].first);
        EXPECT_EQ(metrics->disagreements.both, counts["both"].first);
        EXPECT_EQ(metrics->disagreements.neither, counts["neither"].first);
        for (uint32_t i = 0; i < metrics->metric_count; ++i) {
            const rs_metric &metric = metrics->metric[i];
            if (!metric.macro && metric.reason == nullptr) {
                expect_share(metric, counts.at(metric.name).first, counts.at(metric.name).second);
            }
        }
    }
}

// ---- parts ----

std::vector<double> bits_of(const Metrics &metrics)
{
    std::vector<double> all;
    for (uint32_t i = 0; i < metrics->metric_count; ++i) {
        const rs_metric &metric = metrics->metric[i];
        all.insert(all.end(), {metric.value, metric.stderr_value, metric.ci95_low, metric.ci95_high,
                               static_cast<double>(metric.total)});
    }
    const rs_oracle &oracle = metrics->oracle;
    all.insert(all.end(),
               {oracle.expected, oracle.stddev, oracle.model, oracle.mean_gap,
                oracle.classes_expected_above, static_cast<double>(oracle.classes_model_above),
                static_cast<double>(oracle.classes_significant)});
    for (uint32_t c = 0; c < metrics->classes; ++c) {
        all.insert(all.end(),
                   {metrics->per_class[c].oracle_accuracy, metrics->per_class[c].oracle_p,
                    static_cast<double>(metrics->per_class[c].significant)});
    }
    all.push_back(metrics->disagreements.preference);
    return all;
}

TEST(Metrics, AnySplitGivesTheSameBits)
{
    std::mt19937 draw(22);
    const rs_tally_shape shape = made::shape(16, {1, 2, 5});
    for (int trial = 0; trial < 20; ++trial) {
        const Labels labels = made::random_labels(400, 16, 12, draw);
        const Predictions predictions = made::random_predictions(labels, draw);
        const Metrics whole(made::score(labels, predictions, shape));
        const uint64_t first = draw() % 401;
        const uint64_t second = first + draw() % (401 - first);
        const Tally sum = made::score(labels, predictions, {first, second}, shape);
        for (const rs_row_range part : {rs_row_range{second, 400}, rs_row_range{0, first}}) {
            const Tally scored = made::score(labels, predictions, part, shape);
            ASSERT_EQ(rs_tally_add(sum.get(), scored.get(), nullptr), RS_OK);
        }
        EXPECT_EQ(bits_of(Metrics(sum)), bits_of(whole));
    }
}

// ---- sizes ----

TEST(Metrics, ManyClassesAndFourThousandMillionRows)
{
    const Tally tally = made::empty(made::shape(65536));
    const rs_tally_layout *const layout = &tally->layout;
    for (int32_t c = 0; c < 65536; ++c) {
        rs_label_counts &labels = tally->labels[c];
        uint64_t *const counter = tally->counters + rs_tally_class_index(layout, c);
        const uint64_t rows = c == 65535 ? 4294900000u : 1;
        labels.images = labels.nonempty = labels.in_set = labels.by_size[1] = rows;
        tally->rows_with_2 += rows;
        const uint64_t correct = rows / 2;
        counter[RS_CLASS_ORACLE_CORRECT] = counter[RS_CLASS_NONEMPTY_CORRECT] = correct;
        tally->counters[RS_COUNT_DIFFER_LABEL] += rows - correct;
        for (uint32_t k = 0; k < 4; ++k) {
            counter[RS_CLASS_FIXED + k] = correct;
        }
    }
    const Metrics metrics(tally);
    expect_share(metrics["imagenet_top1"], 2147450000, 4294965535);
    EXPECT_EQ(metrics->oracle.expected, 0.5);
    EXPECT_EQ(metrics->oracle.classes_below_cut, 65536u);
    EXPECT_EQ(metrics->oracle.classes_model_above, 0u);
    // P(X >= n/2) of n coins is 1/2 + P(X = n/2)/2, and P(X = n/2) is nearly sqrt(2 / (pi n))
    EXPECT_NEAR(metrics->per_class[65535].oracle_p,
                0.5 + 0.5 * std::sqrt(2.0 / (3.141592653589793 * 4294900000.0)), 1e-10);
    EXPECT_NEAR(metrics->oracle.classes_expected_above,
                65535 * 0.5 + 1.0 - metrics->per_class[65535].oracle_p, 1e-6);
}

} // namespace
