// Error bars: against NumPy (error_bar_reference.py made the values), against a list of the rows,
// and by simulation, whether an interval holds the truth as often as it says.
#include <cmath>
#include <random>
#include <vector>

#include "support/made_tally.h"

extern "C" {
#include "analyse/error_bar.h"
#include "reassess/metrics.h"
}

namespace {

struct MeanCase {
    double sum, squares;
    uint64_t rows;
    double error, low, high;
};
struct BinsCase {
    double rows[3], correct[3], confidence[3];
    double error;
};

#include "analyse/error_bar_reference.inc"

TEST(ErrorBar, MeansAsNumPyHasThem)
{
    for (const MeanCase &given : kMeans) {
        const rs_error_bar bar =
            rs_mean_error_bar(given.sum, given.squares, given.rows, -1e300, 1e300);
        EXPECT_TRUE(bar.has_stderr);
        EXPECT_NEAR(bar.stderr_value, given.error, 1e-9 * given.error + 1e-12);
        EXPECT_NEAR(bar.ci95_low, given.low, 1e-9 * std::fabs(given.low) + 1e-9);
        EXPECT_NEAR(bar.ci95_high, given.high, 1e-9 * std::fabs(given.high) + 1e-9);
    }
    EXPECT_STREQ(rs_mean_error_bar(3, 9, 1, 0, 9).reason, "one row has no scatter");
    EXPECT_STREQ(rs_mean_error_bar(6, 18, 2, 0, 9).reason,
                 "all rows are alike, so nothing tells how they scatter");
    EXPECT_FALSE(rs_mean_error_bar(0.3, 0.03, 3, 0, 9).has_stderr); // 0.1 three times, rounded
    EXPECT_TRUE(rs_mean_error_bar(0.3, 0.0300001, 3, 0, 9).has_stderr);
}

TEST(ErrorBar, BinsAsNumPyHasThem)
{
    for (const BinsCase &given : kBins) {
        rs_error_bin bin[3];
        for (int b = 0; b < 3; ++b) {
            bin[b] = {given.rows[b], given.correct[b], given.confidence[b]};
        }
        const rs_error_bar bar = rs_calibration_error_bar(bin, 3);
        EXPECT_NEAR(bar.stderr_value, given.error, 1e-12);
        EXPECT_NE(bar.reason, nullptr); // there is no interval
    }
}

// ---- model minus oracle ----

// What the errors come to when each row stands by itself.
struct ByRow {
    std::vector<double> all;
    std::vector<std::vector<double>> of_class;

    ByRow(const made::Labels &labels, const made::Predictions &predictions, bool nonempty)
        : of_class(labels.class_count)
    {
        for (uint64_t row = 0; row < labels.rows(); ++row) {
            const std::vector<int32_t> set = labels.set(row);
            const int32_t y = labels.original[row];
            const bool in_set = std::count(set.begin(), set.end(), y) > 0;
            if (y < 0 || set.empty() || (!nonempty && !in_set)) {
                continue;
            }
            const bool right = !predictions[row].empty() && predictions[row][0] == y;
            const double chance = in_set ? 1.0 / static_cast<double>(set.size()) : 0.0;
            all.push_back((right ? 1.0 : 0.0) - chance);
            of_class[static_cast<size_t>(y)].push_back(all.back());
        }
    }
    static double Variance(const std::vector<double> &d) // of their mean
    {
        double mean = 0;
        double sum = 0;
        for (const double x : d) {
            mean += x / static_cast<double>(d.size());
        }
        for (const double x : d) {
            sum += (x - mean) * (x - mean);
        }
        return sum / static_cast<double>(d.size() - 1) / static_cast<double>(d.size());
    }
};

TEST(ErrorBar, TheGapAsOneListOfRowsHasIt)
{
    std::mt19937 draw(5);
    for (const bool nonempty : {false, true}) {
        const made::Labels labels = made::random_labels(900, 7, 6, draw);
        const made::Predictions predictions = made::random_predictions(labels, draw);
        const made::Tally tally = made::score(labels, predictions, made::shape(7));
        rs_metrics_options options = {nonempty ? RS_ORACLE_ROWS_NONEMPTY : RS_ORACLE_ROWS_IN_SET,
                                      0.9, nullptr};
        rs_metrics metrics = {};
        ASSERT_EQ(rs_metrics_compute(tally.get(), &options, &metrics, nullptr), RS_OK);
        const ByRow rows(labels, predictions, nonempty);
        const rs_error_bar gap = metrics.oracle.gap_error;
        const double error = std::sqrt(ByRow::Variance(rows.all));
        EXPECT_NEAR(gap.stderr_value, error, 1e-9);
        EXPECT_NEAR(0.5 * (gap.ci95_low + gap.ci95_high),
                    metrics.oracle.model - metrics.oracle.expected, 1e-12);
        double sum = 0;
        for (uint32_t c = 0; c < 7; ++c) {
            EXPECT_TRUE(metrics.per_class[c].considered);
            sum += ByRow::Variance(rows.of_class[c]);
        }
        EXPECT_NEAR(metrics.oracle.mean_gap_error.stderr_value, std::sqrt(sum) / 7, 1e-9);
        rs_metrics_clear(&metrics);
    }
}

TEST(ErrorBar, WhereThereIsNoneTheReasonIsSaid)
{
    made::Labels labels(3);
    labels.add(0, {0, 1});
    labels.add(0, {0, 2});
    labels.add(1, {1, 2});
    made::Tally tally = made::score(labels, {{0, 1}, {1, 0}, {1, 2}}, made::shape(3));
    rs_metrics metrics = {};
    ASSERT_EQ(rs_metrics_compute(tally.get(), nullptr, &metrics, nullptr), RS_OK);
    EXPECT_STREQ(metrics.oracle.mean_gap_error.reason, "a class has one row");
    EXPECT_FALSE(metrics.oracle.mean_gap_error.has_stderr);
    EXPECT_TRUE(metrics.oracle.gap_error.has_stderr);
    EXPECT_STREQ(metrics.disagreements.preference_error.reason, nullptr);
    EXPECT_STREQ(rs_metrics_find(&metrics, "imagenet_macro_top1")->error_reason,
                 "a class has one row");
    rs_metrics_clear(&metrics);
    tally->form_1_rows = 1;
    ASSERT_EQ(rs_metrics_compute(tally.get(), nullptr, &metrics, nullptr), RS_OK);
    EXPECT_STREQ(metrics.oracle.gap_error.reason, "some of it was counted before errors were");
    rs_metrics_clear(&metrics);
}

// ---- how often the truth is inside ----

constexpr int kDraws = 600; // 95 of 100 within 0.93 and 0.97: 2.2 standard errors of the share

void HoldsTheTruth(int inside)
{
    EXPECT_GE(inside, static_cast<int>(0.93 * kDraws));
    EXPECT_LE(inside, static_cast<int>(0.97 * kDraws) + 1);
}

// Each class is drawn anew with its own chance of being right, as it was.
TEST(ErrorBarCoverage, MeansOverClassesOfFewRows)
{
    std::mt19937 draw(2026);
    for (const uint32_t rows : {2u, 5u, 50u}) {
        const uint32_t classes = 250;
        std::vector<double> chance(classes);
        std::uniform_real_distribution<double> any(0.4, 1.0);
        double truth = 0;
        for (double &p : chance) {
            p = any(draw);
            truth += p / classes;
        }
        int inside = 0;
        for (int i = 0; i < kDraws; ++i) {
            const made::Tally tally = made::empty(made::shape(classes));
            for (uint32_t c = 0; c < classes; ++c) {
                const uint64_t right = std::binomial_distribution<uint32_t>(rows, chance[c])(draw);
                tally->labels[c].images = rows;
                uint64_t *const block =
                    tally->counters +
                    rs_tally_class_index(&tally->layout, static_cast<int32_t>(c));
                for (uint32_t k = 0; k < tally->layout.topk_count; ++k) {
                    block[RS_CLASS_FIXED + k] = right;
                }
            }
            rs_metrics metrics = {};
            ASSERT_EQ(rs_metrics_compute(tally.get(), nullptr, &metrics, nullptr), RS_OK);
            const rs_metric *const mean = rs_metrics_find(&metrics, "imagenet_macro_top1");
            inside += mean->ci95_low <= truth && truth <= mean->ci95_high;
            rs_metrics_clear(&metrics);
        }
        SCOPED_TRACE(rows);
        HoldsTheTruth(inside);
    }
}

// Sets and answers drawn anew: most labels alone, the others in sets of two and three, the model
// right more often where there is one label.
TEST(ErrorBarCoverage, TheGapAndItsMeanOverClasses)
{
    std::mt19937 draw(11);
    const uint32_t classes = 40;
    const double chances[] = {0.8, 0.7, 0.6}; // of being right, by the size of the set
    const double shares[] = {0.3, 0.5, 0.2};
    const double truth = 0.3 * (0.8 - 1) + 0.5 * (0.7 - 1.0 / 2) + 0.2 * (0.6 - 1.0 / 3);
    int gap_inside = 0;
    int mean_inside = 0;
    for (int i = 0; i < kDraws; ++i) {
        const made::Tally tally = made::empty(made::shape(classes, {1}));
        for (uint32_t c = 0; c < classes; ++c) {
            uint64_t *const block =
                tally->counters + rs_tally_class_index(&tally->layout, static_cast<int32_t>(c));
            for (int row = 0; row < 40; ++row) {
                const double u = std::uniform_real_distribution<double>(0, 1)(draw);
                const uint32_t size = u < shares[0] ? 1u : u < shares[0] + shares[1] ? 2u : 3u;
                rs_label_counts &of_class = tally->labels[c];
                of_class.images += 1;
                of_class.nonempty += 1;
                of_class.in_set += 1;
                of_class.by_size[size - 1] += 1;
                tally->rows_with_2 += size >= 2;
                tally->rows_with_3 += size >= 3;
                if (std::uniform_real_distribution<double>(0, 1)(draw) < chances[size - 1]) {
                    block[RS_CLASS_ORACLE_CORRECT] += 1;
                    block[RS_CLASS_NONEMPTY_CORRECT] += 1;
                    block[RS_CLASS_ORACLE_SHARE] += rs_oracle_share(size);
                    block[RS_CLASS_FIXED] += 1;
                    block[RS_CLASS_FIXED + 1] += 1;
                } else {
                    tally->counters[RS_COUNT_DIFFER_LABEL] += 1;
                }
            }
        }
        rs_metrics metrics = {};
        ASSERT_EQ(rs_metrics_compute(tally.get(), nullptr, &metrics, nullptr), RS_OK);
        const rs_oracle &oracle = metrics.oracle;
        ASSERT_EQ(oracle.classes_below_cut, classes);
        gap_inside += oracle.gap_error.ci95_low <= truth && truth <= oracle.gap_error.ci95_high;
        mean_inside += oracle.mean_gap_error.ci95_low <= truth &&
                       truth <= oracle.mean_gap_error.ci95_high;
        rs_metrics_clear(&metrics);
    }
    HoldsTheTruth(gap_inside);
    HoldsTheTruth(mean_inside);
}

// Many small likelihoods and few large ones, as a confident model has them: exp(normal) - its tail
// is longer than that of real models.
TEST(ErrorBarCoverage, Likelihoods)
{
    std::mt19937 draw(3);
    for (const uint64_t rows : {1000u, 3000u}) {
        std::lognormal_distribution<double> nll(-1.0, 1.0);
        const double truth = std::exp(-1.0 + 0.5);
        int inside = 0;
        for (int i = 0; i < kDraws; ++i) {
            double sum = 0;
            double squares = 0;
            for (uint64_t row = 0; row < rows; ++row) {
                const double x = nll(draw);
                sum += x;
                squares += x * x;
            }
            const rs_error_bar bar = rs_mean_error_bar(sum, squares, rows, 0, HUGE_VAL);
            inside += bar.ci95_low <= truth && truth <= bar.ci95_high;
        }
        SCOPED_TRACE(rows);
        HoldsTheTruth(inside);
    }
}

// The share of the disagreements that sides with the model (ResNet-50 has 2,929 and 1,545 or so).
TEST(ErrorBarCoverage, Preferences)
{
    std::mt19937 draw(4);
    for (const uint64_t decided : {60u, 600u, 4500u}) {
        int inside = 0;
        for (int i = 0; i < kDraws; ++i) {
            const uint64_t model = std::binomial_distribution<uint64_t>(decided, 0.65)(draw);
            const rs_error_bar bar = rs_share_error_bar(model, decided);
            inside += bar.ci95_low <= 0.65 && 0.65 <= bar.ci95_high;
        }
        SCOPED_TRACE(decided);
        HoldsTheTruth(inside);
    }
}

// Mean confidences, of which only the bins are known.
TEST(ErrorBarCoverage, Confidences)
{
    std::mt19937 draw(8);
    const uint64_t rows = 1500;
    std::gamma_distribution<double> a(3.0);
    std::gamma_distribution<double> b(1.0);
    int inside = 0;
    for (int i = 0; i < kDraws; ++i) {
        rs_tally_shape shape = made::shape(2);
        shape.calibration = true;
        const made::Tally tally = made::empty(shape);
        uint64_t *const calib = tally->counters + tally->layout.calibration;
        double sum = 0;
        for (uint64_t row = 0; row < rows; ++row) {
            const double x = a(draw);
            const double confidence = x / (x + b(draw)); // beta: 3/4 on average
            const int bin = std::min(14, static_cast<int>(15 * confidence));
            uint64_t *const counter = calib + RS_CALIB_SCALARS + bin * RS_BIN_COUNTERS;
            counter[RS_BIN_ROWS] += 1;
            counter[RS_BIN_CONFIDENCE_FRACTION] +=
                static_cast<uint64_t>(confidence * RS_FIXED_ONE);
            sum += confidence;
        }
        rs_calibration calibration = {};
        calibration.measured = calibration.has_ece = true;
        calibration.rows = rows;
        calibration.confidence = sum / rows;
        rs_calibration_errors(tally.get(), &calibration);
        const rs_error_bar &bar = calibration.confidence_error;
        inside += bar.ci95_low <= 0.75 && 0.75 <= bar.ci95_high;
    }
    HoldsTheTruth(inside);
}

// The error of the ECE is its scatter from draw to draw, where bins are off by more than they
// scatter; where they are not it is somewhat too large.
TEST(ErrorBarCoverage, TheErrorOfTheCalibrationErrorIsItsScatter)
{
    std::mt19937 draw(9);
    const uint64_t rows = 4000;
    const double off = 0.06;
    double sum = 0;
    double squares = 0;
    double errors = 0;
    for (int i = 0; i < kDraws; ++i) {
        rs_error_bin bin[15] = {};
        for (uint64_t row = 0; row < rows; ++row) {
            const double confidence = std::uniform_real_distribution<double>(0.2, 1)(draw);
            rs_error_bin &to = bin[std::min(14, static_cast<int>(15 * confidence))];
            to.rows += 1;
            to.confidence += confidence;
            to.correct +=
                std::uniform_real_distribution<double>(0, 1)(draw) < confidence - off ? 1 : 0;
        }
        double ece = 0;
        for (const rs_error_bin &b : bin) {
            ece += std::fabs(b.correct - b.confidence) / static_cast<double>(rows);
        }
        sum += ece;
        squares += ece * ece;
        errors += rs_calibration_error_bar(bin, 15).stderr_value;
    }
    const double mean = sum / kDraws;
    const double scatter = std::sqrt(squares / kDraws - mean * mean);
    EXPECT_NEAR(errors / kDraws, scatter, 0.09 * scatter); // 3 errors of a scatter of 600
}

} // namespace
