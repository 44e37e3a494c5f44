// The broken stick against brute force: every break on a fine grid, every pattern of signs.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

extern "C" {
#include "analyse/broken_stick.h"
#include "analyse/student_t.h"
}

namespace {

// Sum of squares left by the columns, made orthogonal one after the other.
double Rss(std::vector<std::vector<double>> columns, std::vector<double> y)
{
    const auto dot = [](const std::vector<double> &a, const std::vector<double> &b) {
        double sum = 0.0;
        for (size_t i = 0; i < a.size(); ++i) {
            sum += a[i] * b[i];
        }
        return sum;
    };
    for (size_t c = 0; c < columns.size(); ++c) {
        const double before = dot(columns[c], columns[c]);
        for (int twice = 0; twice < 2; ++twice) {
            for (size_t earlier = 0; earlier < c; ++earlier) {
                const double norm = dot(columns[earlier], columns[earlier]);
                if (norm > 0.0) {
                    const double part = dot(columns[earlier], columns[c]) / norm;
                    for (size_t i = 0; i < y.size(); ++i) {
                        columns[c][i] -= part * columns[earlier][i];
                    }
                }
            }
        }
        const double norm = dot(columns[c], columns[c]);
        if (norm <= 1e-20 * before) { // a column that adds nothing
            std::fill(columns[c].begin(), columns[c].end(), 0.0);
            continue;
        }
        const double part = dot(columns[c], y) / norm;
        for (size_t i = 0; i < y.size(); ++i) {
            y[i] -= part * columns[c][i];
        }
    }
    return dot(y, y);
}

double RssAt(const std::vector<double> &x, const std::vector<double> &y, double at)
{
    std::vector<std::vector<double>> columns(3, std::vector<double>(x.size(), 1.0));
    for (size_t i = 0; i < x.size(); ++i) {
        columns[1][i] = x[i];
        columns[2][i] = std::max(x[i] - at, 0.0);
    }
    return Rss(columns, y);
}

double LineRss(const std::vector<double> &x, const std::vector<double> &y)
{
    return Rss({std::vector<double>(x.size(), 1.0), x}, y);
}

struct Best {
    double rss = INFINITY;
    double at = 0.0;
};

Best BruteForce(const std::vector<double> &x, const std::vector<double> &y, double low, double high)
{
    Best best;
    for (int i = 0; i <= 4000; ++i) {
        const double at = low + (high - low) * i / 4000;
        const double rss = RssAt(x, y, at);
        if (rss < best.rss) {
            best = {rss, at};
        }
    }
    for (const double at : x) {
        if (at >= low && at <= high && RssAt(x, y, at) < best.rss) {
            best = {RssAt(x, y, at), at};
        }
    }
    return best;
}

rs_broken_stick Fit(const std::vector<double> &x, const std::vector<double> &y,
                    uint64_t replicates = 0, uint64_t seed = 1)
{
    rs_broken_stick stick;
    rs_error error = {};
    EXPECT_EQ(rs_broken_stick_fit(x.data(), y.data(), x.size(), replicates, seed, &stick, &error),
              RS_OK)
        << error.reason;
    return stick;
}

TEST(BrokenStick, FindsTheBestBreakOfAll)
{
    std::mt19937 draw(11);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> unit;
    for (int trial = 0; trial < 60; ++trial) {
        const size_t points = 7 + draw() % 40;
        const double bend = trial % 3 == 0 ? 0.0 : normal(draw);
        std::vector<double> x, y;
        for (size_t i = 0; i < points; ++i) {
            x.push_back(trial % 2 == 0 ? 0.6 + 0.3 * unit(draw)
                                       : 0.6 + 0.03 * static_cast<double>(draw() % 10));
        }
        std::sort(x.begin(), x.end());
        for (const double at : x) {
            y.push_back(0.2 + 0.8 * at + bend * std::max(at - 0.75, 0.0) + 0.01 * normal(draw));
        }
        SCOPED_TRACE(trial);
        const rs_broken_stick stick = Fit(x, y);
        if (stick.reason != nullptr) {
            EXPECT_LT(points, 12u) << stick.reason; // many equal accuracies
            continue;
        }
        EXPECT_NEAR(stick.line_rss, LineRss(x, y), 1e-10 * stick.line_rss);
        EXPECT_NEAR(stick.rss, RssAt(x, y, stick.break_x), 1e-9 * stick.rss);
        const Best best = BruteForce(x, y, stick.search_low, stick.search_high);
        EXPECT_LE(stick.rss, best.rss * (1 + 1e-10));
        // what it says is the fit: its own sum of squares over the points
        double rss = 0.0;
        size_t lower = 0;
        for (size_t i = 0; i < points; ++i) {
            const double residual = y[i] - rs_broken_stick_at(&stick, x[i]);
            rss += residual * residual;
            lower += x[i] <= stick.break_x;
        }
        EXPECT_NEAR(rss, stick.rss, 1e-9 * rss);
        EXPECT_EQ(lower, stick.lower_points);
        EXPECT_NEAR(stick.f, (stick.line_rss - rss) / 2 / (rss / stick.df), 1e-6 * stick.f + 1e-9);
    }
}

TEST(BrokenStick, ProfileIntervalHoldsWhatCostsLittle)
{
    std::mt19937 draw(12);
    std::normal_distribution<double> normal;
    for (int trial = 0; trial < 20; ++trial) {
        std::vector<double> x, y;
        for (int i = 0; i < 50; ++i) {
            x.push_back(0.5 + 0.008 * i);
            y.push_back(x.back() - (0.1 + 0.05 * trial) * std::max(x.back() - 0.72, 0.0) +
                        0.004 * normal(draw));
        }
        const rs_broken_stick stick = Fit(x, y);
        ASSERT_EQ(stick.reason, nullptr);
        const double t = rs_student_critical(0.05, stick.df);
        const double limit = stick.rss * (1 + t * t / stick.df);
        ASSERT_LE(stick.break_low, stick.break_x);
        ASSERT_GE(stick.break_high, stick.break_x);
        if (stick.low_is_open) {
            EXPECT_EQ(stick.break_low, stick.search_low);
        } else {
            EXPECT_NEAR(RssAt(x, y, stick.break_low), limit, 1e-9 * limit);
        }
        if (stick.high_is_open) {
            EXPECT_EQ(stick.break_high, stick.search_high);
        } else {
            EXPECT_NEAR(RssAt(x, y, stick.break_high), limit, 1e-9 * limit);
        }
        for (double at = stick.search_low; at < stick.search_high; at += 0.0013) {
            if (at < stick.break_low || at > stick.break_high) {
                EXPECT_GT(RssAt(x, y, at), limit);
            }
        }
    }
}

// With 9 points there are 512 patterns of signs: the share of them that bends as much is what the
// bootstrap estimates.
TEST(BrokenStick, BootstrapAgreesWithAllPatternsOfSigns)
{
    const std::vector<double> x = {0.50, 0.55, 0.61, 0.66, 0.70, 0.76, 0.80, 0.86, 0.90};
    const std::vector<double> y = {0.602, 0.649, 0.721, 0.763, 0.790, 0.829, 0.871, 0.893, 0.911};
    const uint64_t replicates = 40000;
    const rs_broken_stick stick = Fit(x, y, replicates, 7);
    ASSERT_EQ(stick.reason, nullptr);
    // the straight line by hand
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < x.size(); ++i) {
        mean_x += x[i] / 9;
        mean_y += y[i] / 9;
    }
    for (size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    int exceeding = 0;
    for (unsigned pattern = 0; pattern < 512; ++pattern) {
        std::vector<double> drawn;
        for (size_t i = 0; i < x.size(); ++i) {
            const double residual = y[i] - mean_y - xy / xx * (x[i] - mean_x);
            drawn.push_back((pattern >> i & 1) != 0 ? residual : -residual);
        }
        const rs_broken_stick other = Fit(x, drawn);
        exceeding += other.f >= stick.f * (1 - 1e-9);
    }
    ASSERT_GE(exceeding, 2); // itself and its mirror image
    const double share = exceeding / 512.0;
    const double error = std::sqrt(share * (1 - share) / replicates);
    EXPECT_NEAR(static_cast<double>(stick.exceeding) / replicates, share, 5 * error);
    EXPECT_EQ(stick.p, (stick.exceeding + 1.0) / (replicates + 1.0));
    // stated seed: the same again, another otherwise
    EXPECT_EQ(Fit(x, y, replicates, 7).exceeding, stick.exceeding);
    EXPECT_NE(Fit(x, y, replicates, 8).exceeding, stick.exceeding);
}

// No break in truth: p is about uniform, and below 5 % about that often.
TEST(BrokenStick, TestHoldsItsLevel)
{
    std::mt19937 draw(13);
    std::normal_distribution<double> normal;
    int below = 0;
    const int trials = 400;
    for (int trial = 0; trial < trials; ++trial) {
        std::vector<double> x, y;
        for (int i = 0; i < 40; ++i) {
            x.push_back(0.5 + 0.01 * i);
            y.push_back(0.1 + 0.9 * x.back() + (0.002 + 0.0002 * i) * normal(draw));
        }
        below += Fit(x, y, 99, static_cast<uint64_t>(trial)).p <= 0.05;
    }
    EXPECT_GT(below, 0.02 * trials);
    EXPECT_LT(below, 0.09 * trials);
}

// Models on two lines that meet: the break is where they do, between two models or at one, and
// rounding makes neither a scatter nor a probability of its own.
TEST(BrokenStick, ExactBendsHaveNoScatter)
{
    for (const double at : {0.50, 0.505}) {
        for (const double above : {0.0, 0.25, 2.0}) {
            SCOPED_TRACE(testing::Message() << at << " " << above);
            std::vector<double> x, y;
            for (int i = 0; i <= 20; ++i) {
                const double percent = 40 + i;
                x.push_back(percent / 100);
                y.push_back((30 + (percent < at * 100 ? percent - 40
                                                      : at * 100 - 40 +
                                                            above * (percent - at * 100))) /
                            100);
            }
            const rs_broken_stick stick = Fit(x, y, 199);
            ASSERT_EQ(stick.reason, nullptr);
            EXPECT_EQ(stick.rss, 0.0);
            EXPECT_EQ(stick.residual_sd, 0.0);
            EXPECT_EQ(stick.f, INFINITY);
            EXPECT_NEAR(stick.break_x, at, 1e-14);
            EXPECT_EQ(stick.lower_points, 11u);
            EXPECT_EQ(stick.break_low, stick.break_x);
            EXPECT_EQ(stick.break_high, stick.break_x);
            EXPECT_FALSE(stick.low_is_open || stick.high_is_open);
            EXPECT_NEAR(stick.lower_slope, 1.0, 1e-12);
            EXPECT_NEAR(stick.upper_slope, above, 1e-12);
            EXPECT_EQ(stick.lower_stderr, 0.0);
            EXPECT_EQ(stick.break_stderr, 0.0);
            // 21 signs: as they were, or all flipped, in 1 of 2^20 replicates
            EXPECT_EQ(stick.exceeding, 0u);
            EXPECT_EQ(stick.p, 1.0 / 200);
        }
    }
}

// Equal accuracies have a mean that no double holds: still one line, and no break in it.
TEST(BrokenStick, ConstantsAreOneLine)
{
    for (int percent = 1; percent <= 100; ++percent) {
        std::vector<double> x, y;
        for (int i = 0; i < 29; ++i) {
            x.push_back((50 + i) / 100.0);
            y.push_back(percent / 100.0);
        }
        EXPECT_STREQ(Fit(x, y, 3).reason, "the models lie on one straight line") << percent;
    }
}

TEST(BrokenStick, SaysWhyThereIsNone)
{
    EXPECT_STREQ(Fit({0.1, 0.2}, {0.1, 0.2}).reason, "fewer than 3 models");
    EXPECT_STREQ(Fit({0.5, 0.5, 0.5, 0.5}, {0.1, 0.2, 0.3, 0.4}).reason,
                 "all models have the same ImageNet accuracy");
    EXPECT_STREQ(Fit({0.1, 0.2, 0.3, 0.4, 0.5}, {0.1, 0.3, 0.2, 0.4, 0.3}).reason,
                 "too few models, or too few different ImageNet accuracies");
    EXPECT_STREQ(Fit({0.1, 0.1, 0.1, 0.2, 0.2, 0.2}, {0.1, 0.3, 0.2, 0.4, 0.3, 0.1}).reason,
                 "too few models, or too few different ImageNet accuracies");
    EXPECT_STREQ(Fit({0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7}, {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7}).reason,
                 "the models lie on one straight line");
}

} // namespace
