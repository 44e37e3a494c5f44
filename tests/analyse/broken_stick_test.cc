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
#include "support/tier.h"

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
    const rs_stick_options options = {nullptr, replicates, seed};
    EXPECT_EQ(rs_broken_stick_fit(x.data(), y.data(), x.size(), &options, &stick, &error), RS_OK)
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
        ASSERT_LE(stick.interval.low, stick.break_x);
        ASSERT_GE(stick.interval.high, stick.break_x);
        if (stick.interval.low_is_open) {
            EXPECT_EQ(stick.interval.low, stick.search_low);
        } else {
            EXPECT_NEAR(RssAt(x, y, stick.interval.low), limit, 1e-9 * limit);
        }
        if (stick.interval.high_is_open) {
            EXPECT_EQ(stick.interval.high, stick.search_high);
        } else {
            EXPECT_NEAR(RssAt(x, y, stick.interval.high), limit, 1e-9 * limit);
        }
        for (double at = stick.search_low; at < stick.search_high; at += 0.0013) {
            if (at < stick.interval.low || at > stick.interval.high) {
                EXPECT_GT(RssAt(x, y, at), limit);
            }
        }
    }
}

// The largest score of a kink at each place where one is tried, obviously: squares of sums by
// squares.
double LargestScore(const std::vector<double> &x, const std::vector<double> &y, size_t least)
{
    double largest = 0;
    const std::vector<double> one(x.size(), 1.0);
    for (size_t lower = least; lower + least <= x.size(); ++lower) {
        const auto without_line = [&](const std::vector<double> &values) {
            double mean_x = 0, mean = 0, xx = 0, xy = 0;
            for (size_t i = 0; i < x.size(); ++i) {
                mean_x += x[i] / static_cast<double>(x.size());
                mean += values[i] / static_cast<double>(x.size());
            }
            for (size_t i = 0; i < x.size(); ++i) {
                xx += (x[i] - mean_x) * (x[i] - mean_x);
                xy += (x[i] - mean_x) * values[i];
            }
            std::vector<double> left;
            for (size_t i = 0; i < x.size(); ++i) {
                left.push_back(values[i] - mean - xy / xx * (x[i] - mean_x));
            }
            return left;
        };
        std::vector<double> kink;
        for (const double at : x) {
            kink.push_back(std::max(at - x[lower - 1], 0.0));
        }
        kink = without_line(kink);
        const std::vector<double> residual = without_line(y);
        double sum = 0, square = 0;
        for (size_t i = 0; i < x.size(); ++i) {
            sum += kink[i] * residual[i];
            square += kink[i] * residual[i] * kink[i] * residual[i];
        }
        largest = std::max(largest, sum * sum / square);
    }
    return largest;
}

// With 11 points there are 2,048 patterns of signs: the share of them that bends as much is what
// the bootstrap estimates.
TEST(BrokenStick, BootstrapAgreesWithAllPatternsOfSigns)
{
    const std::vector<double> x = {0.50, 0.55, 0.61, 0.66, 0.70, 0.76,
                                   0.80, 0.86, 0.90, 0.93, 0.97};
    const std::vector<double> y = {0.602, 0.649, 0.721, 0.763, 0.790, 0.829,
                                   0.881, 0.913, 0.931, 0.962, 0.984};
    const uint64_t replicates = 40000;
    const rs_broken_stick stick = Fit(x, y, replicates, 7);
    ASSERT_EQ(stick.reason, nullptr);
    // the straight line by hand
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < x.size(); ++i) {
        mean_x += x[i] / 11;
        mean_y += y[i] / 11;
    }
    for (size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    const double found = LargestScore(x, y, 5);
    int exceeding = 0;
    for (unsigned pattern = 0; pattern < 2048; ++pattern) {
        std::vector<double> drawn;
        for (size_t i = 0; i < x.size(); ++i) {
            const double residual = y[i] - mean_y - xy / xx * (x[i] - mean_x);
            drawn.push_back((pattern >> i & 1) != 0 ? residual : -residual);
        }
        exceeding += LargestScore(x, drawn, 5) >= found * (1 - 1e-9);
    }
    ASSERT_GE(exceeding, 2); // itself and its mirror image
    const double share = exceeding / 2048.0;
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
    RS_SKIP_MERE_VOLUME();
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

// Scatter that falls to a tenth along the line, and models that scatter in groups of five: no break
// in truth. 300 draws each, seeds 21 and 22; the error of a rate of 5 % is 1.3 %.
int FalseBreaks(unsigned seed, size_t group_size, int trials)
{
    std::mt19937 draw(seed);
    std::normal_distribution<double> normal;
    const size_t points = 60;
    int below = 0;
    for (int trial = 0; trial < trials; ++trial) {
        std::vector<double> x, y, room(RS_GROUP_ROOM * points);
        std::vector<uint32_t> of;
        double common = 0;
        for (size_t i = 0; i < points; ++i) {
            common = i % group_size == 0 ? normal(draw) : common;
            x.push_back(0.5 + 0.006 * static_cast<double>(i));
            const double noise = group_size > 1 ? 0.8 * common + 0.6 * normal(draw) : normal(draw);
            y.push_back(0.1 + 0.9 * x.back() +
                        0.02 * std::pow(0.1, static_cast<double>(i) / 60) * noise);
            of.push_back(static_cast<uint32_t>(i / group_size));
        }
        const rs_groups groups = {group_size > 1 ? of.data() : nullptr, points / group_size,
                                  room.data()};
        rs_broken_stick stick;
        rs_error error = {};
        const rs_stick_options options = {&groups, 99, static_cast<uint64_t>(trial)};
        EXPECT_EQ(rs_broken_stick_fit(x.data(), y.data(), points, &options, &stick, &error), RS_OK);
        below += stick.p <= 0.05;
    }
    return below;
}

TEST(BrokenStick, TestHoldsItsLevelUnderUnequalScatter)
{
    RS_SKIP_MERE_VOLUME();
    const int alone = FalseBreaks(21, 1, 300);
    EXPECT_GT(alone, 0.02 * 300);
    EXPECT_LT(alone, 0.09 * 300);
    const int grouped = FalseBreaks(22, 5, 300);
    EXPECT_GT(grouped, 0.02 * 300);
    EXPECT_LT(grouped, 0.09 * 300);
}

// How often the interval holds the break in truth, and that of a slope the slope: 1,000 draws, seed
// 23.
TEST(BrokenStick, IntervalsCoverUnderUnequalScatter)
{
    RS_SKIP_MERE_VOLUME();
    std::mt19937 draw(23);
    std::normal_distribution<double> normal;
    const int trials = 1000;
    int robust = 0, plain = 0, slope = 0;
    for (int trial = 0; trial < trials; ++trial) {
        std::vector<double> x, y;
        for (int i = 0; i < 200; ++i) {
            x.push_back(0.5 + 0.002 * i);
            y.push_back(x.back() - 0.5 * std::max(x.back() - 0.7, 0.0) +
                        0.01 * std::pow(0.1, std::fabs(x.back() - 0.7) / 0.2) * normal(draw));
        }
        const rs_broken_stick stick = Fit(x, y);
        robust += stick.errors.interval.low <= 0.7 && 0.7 <= stick.errors.interval.high;
        plain += stick.interval.low <= 0.7 && 0.7 <= stick.interval.high;
        slope += std::fabs(stick.lower_slope - 1) <= rs_student_critical(0.05, stick.errors.df) *
                                                         stick.errors.lower_stderr;
    }
    EXPECT_GT(robust, 0.93 * trials);
    EXPECT_LT(robust, 0.97 * trials);
    EXPECT_LT(plain, 0.90 * trials); // one scatter for all: too narrow
    EXPECT_GT(slope, 0.93 * trials);
    EXPECT_LT(slope, 0.97 * trials);
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
            EXPECT_EQ(stick.interval.low, stick.break_x);
            EXPECT_EQ(stick.interval.high, stick.break_x);
            EXPECT_FALSE(stick.interval.low_is_open || stick.interval.high_is_open);
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
                 "fewer than five models, or no two different ImageNet accuracies, on a side");
    EXPECT_STREQ(Fit({0.1, 0.1, 0.1, 0.2, 0.2, 0.2}, {0.1, 0.3, 0.2, 0.4, 0.3, 0.1}).reason,
                 "fewer than five models, or no two different ImageNet accuracies, on a side");
    // nine points: five on neither side and four on the other
    EXPECT_STREQ(Fit({0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9},
                     {0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.5, 0.5, 0.6})
                     .reason,
                 "fewer than five models, or no two different ImageNet accuracies, on a side");
    EXPECT_STREQ(
        Fit({0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7}, {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7}).reason,
        "the models lie on one straight line");
}

} // namespace
