// The score interval of a paired difference: paired_reference.py made the values.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "support/tier.h"

extern "C" {
#include "analyse/mcnemar.h"
#include "analyse/multinomial.h"
#include "analyse/power.h"
#include "analyse/tango.h"
}

namespace {

struct PairedCase {
    uint64_t first, second, total;
    double low, high;
};

#include "paired_reference.inc"

TEST(Tango, HasTheEndsThatScipyFinds)
{
    for (const PairedCase &it : kPaired) {
        SCOPED_TRACE(testing::Message() << it.first << " " << it.second << " " << it.total);
        const rs_interval found = rs_tango_interval(it.first, it.second, it.total);
        EXPECT_NEAR(found.low, it.low, 1e-9 * std::fabs(it.low));
        EXPECT_NEAR(found.high, it.high, 1e-9 * std::fabs(it.high));
        const rs_interval swapped = rs_tango_interval(it.second, it.first, it.total);
        EXPECT_EQ(swapped.low, -found.high);
        EXPECT_EQ(swapped.high, -found.low);
    }
}

// All pairs of counts of up to 40 images: the ends are where they must be.
TEST(Tango, HoldsTheDifferenceAndStaysInside)
{
    for (uint64_t n = 1; n <= 40; ++n) {
        for (uint64_t b = 0; b <= n; ++b) {
            for (uint64_t c = 0; b + c <= n; ++c) {
                const double seen =
                    (static_cast<double>(b) - static_cast<double>(c)) / static_cast<double>(n);
                const rs_interval found = rs_tango_interval(b, c, n);
                ASSERT_LE(-1.0, found.low);
                ASSERT_LE(found.high, 1.0);
                ASSERT_TRUE(found.low < seen || (c == n && found.low == -1.0))
                    << b << " " << c << " " << n;
                ASSERT_TRUE(found.high > seen || (b == n && found.high == 1.0))
                    << b << " " << c << " " << n;
                ASSERT_FALSE(std::signbit(found.low) && found.low == 0.0);
            }
        }
    }
}

double LogChoose(double n, double k)
{
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

// Not sampled but summed: every outcome of n images with its probability.
double Coverage(uint64_t n, double first, double second)
{
    const double total = static_cast<double>(n);
    double covered = 0;
    for (uint64_t b = 0; b <= n; ++b) {
        for (uint64_t c = 0; b + c <= n; ++c) {
            const double i = static_cast<double>(b), j = static_cast<double>(c);
            const double log_p = LogChoose(total, i) + LogChoose(total - i, j) +
                                 i * std::log(first) + j * std::log(second) +
                                 (total - i - j) * std::log1p(-first - second);
            const rs_interval found = rs_tango_interval(b, c, n);
            if (log_p > -40 && found.low <= first - second && first - second <= found.high) {
                covered += std::exp(log_p);
            }
        }
    }
    return covered;
}

TEST(Tango, CoversOfFewImages)
{
    for (const uint64_t n : {50u, 150u}) {
        for (const double first : {0.08, 0.2, 0.4}) {
            for (const double second : {0.05, 0.2}) {
                const double covered = Coverage(n, first, second);
                EXPECT_GT(covered, 0.93) << n << " " << first << " " << second;
                EXPECT_LT(covered, 0.97) << n << " " << first << " " << second;
            }
        }
    }
}

// As many images as ImageNet's with a set; neighbours of a leaderboard, and models far apart. 4,000
// draws each, seed 7: the error of a coverage of 0.95 is 0.0034.
TEST(Tango, CoversOfManyImages)
{
    RS_SKIP_MERE_VOLUME();
    const uint64_t n = 46837;
    const uint64_t shares[][2] = {{2, 1}, {500, 500}, {4000, 2000}, {9000, 8800}}; // of n images
    for (const auto &share : shares) {
        int covered = 0;
        const int draws = 4000;
        rs_random random = rs_random_make(7, share[0]);
        for (int i = 0; i < draws; ++i) {
            const uint64_t b = rs_random_binomial(&random, n, share[0], n);
            const uint64_t c = rs_random_binomial(&random, n - b, share[1], n - share[0]);
            const rs_interval found = rs_tango_interval(b, c, n);
            const double truth =
                (static_cast<double>(share[0]) - static_cast<double>(share[1])) / n;
            covered += found.low <= truth && truth <= found.high;
        }
        if (share[0] > 100) {
            EXPECT_GT(covered, 0.93 * draws) << share[0];
            EXPECT_LT(covered, 0.97 * draws) << share[0];
        } else {
            // Three images in all tell the models apart: no interval of whole numbers does better.
            EXPECT_GT(covered, 0.93 * draws) << share[0];
        }
    }
}

// The least difference that shows does so in four of five draws: 46,837 images, 4,000 draws each,
// seed 8; the error of a power of 80 % is 0.6 %.
TEST(Power, IsWhatTheTestHas)
{
    RS_SKIP_MERE_VOLUME();
    const uint64_t n = 46837;
    for (const uint64_t flips : {500u, 2400u, 8000u}) {
        const double least = rs_detectable_difference(flips, n);
        const uint64_t gain = static_cast<uint64_t>(std::llround(least * n));
        const uint64_t first = (flips + gain) / 2;
        rs_random random = rs_random_make(8, flips);
        int shown = 0;
        const int draws = 4000;
        for (int i = 0; i < draws; ++i) {
            const uint64_t b = rs_random_binomial(&random, n, first, n);
            const uint64_t c = rs_random_binomial(&random, n - b, flips - first, n - first);
            shown += rs_mcnemar_log_p(b, c) <= std::log(0.05);
        }
        EXPECT_GT(shown, 0.77 * draws) << flips;
        EXPECT_LT(shown, 0.83 * draws) << flips;
    }
}

TEST(Power, SolvesConnorsFormula)
{
    const double z = 1.959963984540054, u = 0.8416212335729143;
    for (const uint64_t flips : {20u, 300u, 40000u}) {
        const double n = 46837, f = static_cast<double>(flips) / n;
        const double d = rs_detectable_difference(flips, 46837);
        EXPECT_NEAR(std::sqrt(n) * d, z * std::sqrt(f) + u * std::sqrt(f - d * d), 1e-12);
        EXPECT_LT(d, f);
    }
    for (const uint64_t flips : {0u, 1u, 5u}) { // no p of 5 % with as few
        EXPECT_EQ(rs_detectable_difference(flips, 46837), 0.0);
    }
    EXPECT_EQ(rs_detectable_difference(1, 1), 0.0);
}

} // namespace
