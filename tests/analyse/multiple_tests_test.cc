// Holm's procedure against its definition: adjusted p-values, the running maximum of (m - i) p(i).
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

extern "C" {
#include "analyse/multiple_tests.h"
}

namespace {

std::vector<rs_tested> tests_of(const std::vector<double> &p)
{
    std::vector<rs_tested> tests;
    for (size_t i = 0; i < p.size(); ++i) {
        tests.push_back({p[i], static_cast<uint32_t>(i), true, -1.0});
    }
    return tests;
}

std::vector<bool> holm(const std::vector<double> &p, double level)
{
    std::vector<rs_tested> tests = tests_of(p);
    const uint32_t found = rs_holm(tests.data(), tests.size(), level);
    std::vector<bool> significant(p.size());
    for (const rs_tested &test : tests) {
        EXPECT_EQ(test.p, p[test.index]);
        significant[test.index] = test.significant;
    }
    EXPECT_EQ(found, std::count(significant.begin(), significant.end(), true));
    return significant;
}

TEST(Holm, KnownExamples)
{
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02.
    EXPECT_EQ(holm({0.01, 0.04, 0.03, 0.005}, 0.05), std::vector<bool>({true, false, false, true}));
    // 0.027 would pass at 0.05 / 1, but 0.026 > 0.05 / 2 ended it before.
    EXPECT_EQ(holm({0.026, 0.001, 0.027}, 0.05), std::vector<bool>({false, true, false}));
    EXPECT_EQ(holm({0.05}, 0.05), std::vector<bool>({true}));
    EXPECT_EQ(holm({0.025, 0.05}, 0.05), std::vector<bool>({true, true}));
    EXPECT_EQ(holm({1.0, 0.0}, 0.05), std::vector<bool>({false, true}));
    EXPECT_EQ(rs_holm(nullptr, 0, 0.05), 0u);
}

// p(i) = level / (m - i), in fractions no double holds: significant, whichever way they were
// rounded.
TEST(Holm, TheLevelItselfIsSignificant)
{
    for (int tests = 1; tests <= 60; ++tests) {
        for (const double rounded : {-1.0, 0.0, 1.0}) {
            std::vector<double> p(static_cast<size_t>(tests), 1.0);
            p[0] = 0.05 / tests * (1.0 + rounded * 4e-16);
            EXPECT_TRUE(holm(p, 0.05)[0]) << tests << " " << rounded;
            p[0] = 0.05 / tests * (1.0 + 1e-10);
            EXPECT_FALSE(holm(p, 0.05)[0]) << tests;
        }
    }
}

TEST(Holm, AgreesWithAdjustedPValues)
{
    std::mt19937 draw(3);
    std::uniform_real_distribution<double> unit(0.0, 1.0);
    for (int trial = 0; trial < 400; ++trial) {
        const size_t count = 1 + draw() % 40;
        std::vector<double> p;
        for (size_t i = 0; i < count; ++i) {
            const double value = unit(draw);
            p.push_back(draw() % 3 == 0 ? value : value * value * 0.02);
            if (i > 0 && draw() % 5 == 0) {
                p.back() = p[draw() % i]; // ties
            }
        }
        std::vector<size_t> order(count);
        for (size_t i = 0; i < count; ++i) {
            order[i] = i;
        }
        std::sort(order.begin(), order.end(), [&p](size_t a, size_t b) { return p[a] < p[b]; });
        std::vector<bool> wanted(count);
        double adjusted = 0.0;
        for (size_t i = 0; i < count; ++i) {
            adjusted = std::max(adjusted, static_cast<double>(count - i) * p[order[i]]);
            wanted[order[i]] = adjusted <= 0.05;
        }
        EXPECT_EQ(holm(p, 0.05), wanted);
    }
}

} // namespace
