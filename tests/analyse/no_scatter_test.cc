// Where nothing scatters an interval would be a point, which no other draw of images repeats: it
// is Wilson's in its place, or there is none and the reason is said.
#include <cmath>
#include <vector>

#include "support/made_tally.h"

extern "C" {
#include "analyse/clustered_share.h"
#include "analyse/comparison.h"
#include "analyse/error_bar.h"
#include "analyse/line_errors.h"
#include "reassess/metrics.h"
}

namespace {

constexpr double kZ2 = 1.959963984540054 * 1.959963984540054;

struct Metrics {
    explicit Metrics(const made::Tally &tally)
    {
        EXPECT_EQ(rs_metrics_compute(tally.get(), nullptr, &value, nullptr), RS_OK);
    }
    ~Metrics() { rs_metrics_clear(&value); }
    Metrics(const Metrics &) = delete;
    Metrics &operator=(const Metrics &) = delete;
    rs_metrics value = {};
};

// Classes of so many rows, of which the first `right` are right throughout, the others wrong; sets
// are the label and `more` others.
Metrics Score(const std::vector<int> &rows, int32_t right, int more)
{
    const int32_t classes = static_cast<int32_t>(rows.size()) + 3;
    made::Labels labels(static_cast<uint32_t>(classes));
    made::Predictions predictions;
    for (int32_t c = 0; c < static_cast<int32_t>(rows.size()); ++c) {
        for (int i = 0; i < rows[static_cast<size_t>(c)]; ++i) {
            std::vector<int32_t> set = {c};
            for (int m = 1; m <= more; ++m) {
                set.push_back(classes - m);
            }
            labels.add(c, set);
            std::vector<int32_t> ranked;
            for (int32_t k = 0; k < classes; ++k) {
                ranked.push_back((c + k + (c < right ? 0 : 1)) % classes);
            }
            predictions.push_back(ranked);
        }
    }
    return Metrics(made::score(labels, predictions, made::shape(uint32_t(classes), {1})));
}

TEST(NoScatter, MeansOverClassesThatAreRightThroughout)
{
    const Metrics all = Score({5, 5, 5, 5}, 4, 0); // Wilson's interval of 20 of 20
    const rs_metric *mean = rs_metrics_find(&all.value, "imagenet_macro_top1");
    EXPECT_EQ(mean->value, 1.0);
    EXPECT_EQ(mean->stderr_value, 0.0);
    EXPECT_NEAR(mean->ci95_low, 20 / (20 + kZ2), 1e-12);
    EXPECT_EQ(mean->ci95_high, 1.0);
    EXPECT_NEAR(mean->ci95_low, rs_metrics_find(&all.value, "imagenet_top1")->ci95_low, 1e-12);

    const Metrics none = Score({5, 5, 5, 5}, 0, 0);
    mean = rs_metrics_find(&none.value, "imagenet_macro_top1");
    EXPECT_EQ(mean->ci95_low, 0.0);
    EXPECT_NEAR(mean->ci95_high, kZ2 / (20 + kZ2), 1e-12);

    // Two classes right and two wrong: (1/2 of 20) -+ ..., by hand.
    const Metrics half = Score({5, 5, 5, 5}, 2, 0);
    mean = rs_metrics_find(&half.value, "imagenet_macro_top1");
    EXPECT_EQ(mean->value, 0.5);
    const double reach = std::sqrt(kZ2 / 80 + kZ2 * kZ2 / 1600) / (1 + kZ2 / 20);
    EXPECT_NEAR(mean->ci95_low, 0.5 - reach, 1e-12);
    EXPECT_NEAR(mean->ci95_high, 0.5 + reach, 1e-12);

    // 2 and 50 rows weigh alike, so that the mean of both scatters like 4 / (1/2 + 1/50) rows.
    const Metrics uneven = Score({2, 50}, 2, 0);
    mean = rs_metrics_find(&uneven.value, "imagenet_macro_top1");
    const double rows = 4 / (1.0 / 2 + 1.0 / 50);
    EXPECT_NEAR(mean->ci95_low, rows / (rows + kZ2), 1e-12);
}

TEST(NoScatter, TheGapToTheOracle)
{
    const Metrics single = Score({6, 6}, 2, 0); // the oracle is right throughout, too
    const rs_oracle &equal = single.value.oracle;
    EXPECT_EQ(equal.model - equal.expected, 0.0);
    EXPECT_NEAR(equal.gap_error.ci95_low, 12 / (12 + kZ2) - 1, 1e-12);
    EXPECT_EQ(equal.gap_error.ci95_high, 0.0);

    const Metrics several = Score({6, 6}, 2, 1); // 1 in place of 1/2 throughout
    const rs_oracle &above = several.value.oracle;
    EXPECT_EQ(above.mean_gap, 0.5);
    for (const rs_error_bar &bar : {above.gap_error, above.mean_gap_error}) {
        EXPECT_EQ(bar.reason, nullptr);
        EXPECT_EQ(bar.stderr_value, 0.0);
        EXPECT_NEAR(bar.ci95_low, 12 / (12 + kZ2) - 0.5, 1e-12);
        EXPECT_NEAR(bar.ci95_high, 0.5, 1e-12);
    }
    const Metrics wrong = Score({6, 6}, 0, 1);
    EXPECT_NEAR(wrong.value.oracle.mean_gap_error.ci95_low, -0.5, 1e-12);
    EXPECT_NEAR(wrong.value.oracle.mean_gap_error.ci95_high, kZ2 / (12 + kZ2) - 0.5, 1e-12);
}

// log 1000 of every row, as a model gives that knows nothing: each rounded to units of 2^-32.
TEST(NoScatter, LikelihoodsOfRowsThatAreAlike)
{
    for (const uint64_t rows : {2u, 50000u}) {
        rs_tally_shape shape = made::shape(2);
        shape.calibration = true;
        const made::Tally tally = made::empty(shape);
        uint64_t *const calib = tally->counters + tally->layout.calibration;
        const double nll = std::log(1000.0);
        calib[RS_CALIB_NLL_ROWS] = rows;
        for (uint64_t row = 0; row < rows; ++row) {
            calib[RS_CALIB_NLL_ROWS + 1] += 6;
            calib[RS_CALIB_NLL_ROWS + 2] += uint64_t(std::llround((nll - 6) * RS_FIXED_ONE));
            calib[RS_CALIB_NLL_SQUARE_WHOLE] += 47;
            calib[RS_CALIB_NLL_SQUARE_WHOLE + 1] +=
                uint64_t(std::llround((nll * nll - 47) * RS_FIXED_ONE));
        }
        rs_calibration calibration = {};
        calibration.measured = true;
        calibration.rows = rows;
        rs_calibration_errors(tally.get(), &calibration);
        EXPECT_STREQ(calibration.nll_error.reason,
                     "all rows are alike, so nothing tells how they scatter");
        EXPECT_FALSE(calibration.nll_error.has_stderr);
        calib[RS_CALIB_NLL_SQUARE_WHOLE] += rows / 1000 + 1; // and a scatter of 0.03
        rs_calibration_errors(tally.get(), &calibration);
        EXPECT_EQ(calibration.nll_error.reason, nullptr);
    }
}

// Every image half right: of how many draws each speaks cannot be told, so it is one.
TEST(NoScatter, ClustersOfOneShare)
{
    rs_clusters clusters = {};
    for (int i = 0; i < 30; ++i) {
        rs_clusters_add(&clusters, {3, 6});
    }
    const rs_interval got = rs_clusters_interval(&clusters);
    const rs_interval wanted = rs_score_interval(0.5, 30, 2.0452296421327034); // t of 29, SciPy
    EXPECT_NEAR(got.low, wanted.low, 1e-9);
    EXPECT_NEAR(got.high, wanted.high, 1e-9);
}

TEST(NoScatter, SlopesOfPointsOnALine)
{
    const std::vector<double> x = {0.1, 0.3, 0.4, 0.7, 0.9};
    std::vector<double> y;
    for (const double at : x) {
        y.push_back(0.2 + 0.6 * at);
    }
    rs_line_fit line = rs_line_fit_make(x.data(), y.data(), x.size());
    EXPECT_EQ(line.rss, 0.0);
    EXPECT_STREQ(rs_line_errors_make(&line, x.data(), y.data(), nullptr).reason,
                 "they lie on one line, and nothing scatters around it");
    y[2] += 0.01;
    line = rs_line_fit_make(x.data(), y.data(), x.size());
    EXPECT_EQ(rs_line_errors_make(&line, x.data(), y.data(), nullptr).reason, nullptr);
}

} // namespace
