// The oracle's tails against enumeration, exact fractions, long double and 40-digit arithmetic.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

extern "C" {
#include "analyse/poisson_binomial.h"
}

namespace {

using Sets = std::vector<rs_set_count>;

Sets sets_of(std::vector<std::pair<uint32_t, uint64_t>> sizes)
{
    Sets sets;
    for (const auto &[size, rows] : sizes) {
        sets.push_back({0, size, rows});
    }
    return sets;
}

double tail(const Sets &sets, uint64_t at_least)
{
    return rs_oracle_tail(sets.data(), sets.size(), at_least);
}

void expect_relative(double got, double wanted, double tolerance)
{
    EXPECT_NEAR(got, wanted, tolerance * wanted);
}

TEST(OracleTail, AgreesWithEnumeration)
{
    std::mt19937 draw(12);
    for (int trial = 0; trial < 60; ++trial) {
        Sets sets;
        std::vector<uint32_t> size_of_row;
        for (uint32_t size = 1; size <= 5; ++size) {
            const uint64_t rows = draw() % 4;
            sets.push_back({0, size, rows});
            size_of_row.insert(size_of_row.end(), rows, size);
        }
        const size_t rows = size_of_row.size();
        std::vector<double> chance(rows + 1);
        for (uint32_t right = 0; right < (1u << rows); ++right) { // a bit per row
            double product = 1.0;
            for (size_t i = 0; i < rows; ++i) {
                const double p = 1.0 / size_of_row[i];
                product *= (right >> i & 1u) != 0 ? p : 1.0 - p;
            }
            chance[static_cast<size_t>(__builtin_popcount(right))] += product;
        }
        double sum = 0.0;
        for (size_t k = rows + 1; k-- > 0;) {
            sum += chance[k];
            EXPECT_NEAR(tail(sets, k), sum, 1e-13);
        }
        EXPECT_EQ(tail(sets, 0), 1.0);
        EXPECT_EQ(tail(sets, rows + 1), 0.0);
    }
}

// Python: convolution of fractions.Fraction, converted to float at the end.
TEST(OracleTail, AgreesWithExactFractions)
{
    const Sets mixed = sets_of({{1, 4}, {2, 9}, {3, 20}, {4, 11}, {5, 3}, {9, 2}});
    EXPECT_EQ(tail(mixed, 4), 1.0);
    expect_relative(tail(mixed, 8), 0.9999766411520055, 1e-14);
    expect_relative(tail(mixed, 16), 0.8548783795667872, 1e-14);
    expect_relative(tail(mixed, 17), 0.7644134338574532, 1e-14);
    expect_relative(tail(mixed, 20), 0.3960537612575247, 1e-14);
    expect_relative(tail(mixed, 30), 0.0003487645541471303, 1e-13);
    expect_relative(tail(mixed, 45), 6.968835482476465e-17, 1e-13);
    expect_relative(tail(mixed, 49), 1.3190158313036524e-23, 1e-13);
    EXPECT_EQ(tail(mixed, 50), 0.0);
    const Sets coins = sets_of({{2, 45}});
    EXPECT_EQ(tail(coins, 23), 0.5);
    expect_relative(tail(coins, 40), 3.9391920836351346e-08, 1e-13);
    EXPECT_EQ(tail(coins, 45), std::ldexp(1.0, -45));
    const Sets wide = sets_of({{3, 30}, {7, 12}, {65536, 4}});
    expect_relative(tail(wide, 1), 0.999999179885963, 1e-14);
    expect_relative(tail(wide, 12), 0.520467914563715, 1e-14);
    expect_relative(tail(wide, 30), 2.4618753042780147e-09, 1e-13);
    expect_relative(tail(wide, 46), 1.9022437056933666e-44, 1e-13);
}

// P(X >= k) for every k, in long double.
std::vector<long double> slow_tails(const Sets &sets)
{
    std::vector<long double> chance = {1.0L};
    for (const rs_set_count &set : sets) {
        for (uint64_t row = 0; row < set.rows; ++row) {
            const long double p = 1.0L / set.size;
            chance.push_back(chance.back() * p);
            for (size_t k = chance.size() - 2; k > 0; --k) {
                chance[k] = chance[k] * (1.0L - p) + chance[k - 1] * p;
            }
            chance[0] *= 1.0L - p;
        }
    }
    for (size_t k = chance.size() - 1; k-- > 0;) {
        chance[k] += chance[k + 1];
    }
    return chance;
}

void expect_integral_agrees(const Sets &sets, double tolerance)
{
    const std::vector<long double> slow = slow_tails(sets);
    const uint64_t trials = slow.size() - 1;
    for (uint64_t k = 1; k <= trials && slow[k] > 1e-290L; ++k) {
        const double got = rs_tail_by_integral(sets.data(), sets.size(), trials, k);
        ASSERT_NEAR(got / static_cast<double>(slow[k]), 1.0, tolerance) << "at least " << k;
    }
}

TEST(OracleTail, IntegralAgreesWithLongDouble)
{
    expect_integral_agrees(sets_of({{2, 1}, {3, 1}}), 1e-13);
    expect_integral_agrees(sets_of({{2, 3}, {3, 2}, {5, 1}}), 1e-13);
    expect_integral_agrees(sets_of({{9, 40}}), 1e-12);
    expect_integral_agrees(sets_of({{2, 257}}), 2e-12);
    expect_integral_agrees(sets_of({{3, 100}, {4, 100}, {7, 100}}), 2e-12);
    expect_integral_agrees(sets_of({{2, 1500}, {3, 800}, {9, 40}}), 2e-12);
    expect_integral_agrees(sets_of({{65536, 1500}}), 2e-12);         // nearly Poisson
    expect_integral_agrees(sets_of({{2, 5}, {65000, 2000}}), 2e-12); // a few coins among rare ones
}

TEST(OracleTail, BothWaysMeetWhereTheyChange)
{
    for (const uint64_t rows : {RS_CONVOLVED_TRIALS - 3, RS_CONVOLVED_TRIALS - 2}) {
        const Sets sets = sets_of({{1, 30}, {2, 1}, {3, rows}, {6, 2}}); // 128 and 129 trials
        const Sets trials(sets.begin() + 1, sets.end());
        const std::vector<long double> slow = slow_tails(trials);
        for (uint64_t k = 0; k < slow.size(); ++k) {
            EXPECT_NEAR(tail(sets, 30 + k) / static_cast<double>(slow[k]), 1.0, 2e-12);
        }
        EXPECT_EQ(tail(sets, 30 + slow.size()), 0.0);
        EXPECT_EQ(tail(sets, 30), 1.0);
    }
}

// mpmath, 40 digits: exp(loggamma terms) times the hypergeometric sum of the binomial tail.
TEST(OracleTail, ManyRowsAgreeWithFortyDigits)
{
    struct Case {
        uint64_t rows;
        uint32_t size;
        uint64_t at_least;
        double wanted;
        double tolerance;
    };
    const Case cases[] = {
        {10000, 2, 5005, 0.46414390304095097, 1e-13},
        {10000, 2, 5250, 3.0034566725177034e-7, 1e-12},
        {10000, 2, 6000, 8.7021582061343929e-90, 1e-12},
        {1000000, 2, 500050, 0.46056913829566227, 1e-12},
        {1000000, 2, 502500, 2.881270818870302e-7, 5e-12},
        {1000000, 2, 517500, 1.0280181656280712e-268, 1e-11},
        {1000000, 9, 111425, 0.15933374507634035, 1e-12},
        {1000000, 9, 120539, 2.2737911695692711e-193, 1e-11},
        {100000000, 3, 33338047, 0.15870035231568813, 1e-11},
        {100000000, 3, 33474754, 6.7893942489068584e-198, 1e-10},
        {4294967295, 2, 2147581951, 0.0013500332834898406, 1e-10},
        {4294967295, 2, 2148466687, 4.9111354986488973e-198, 1e-9},
        {4294967295, 60000, 71850, 0.15941108932436049, 1e-12},
        {4294967295, 60000, 74258, 1.4445001623529089e-23, 1e-11},
    };
    for (const Case &each : cases) {
        expect_relative(tail(sets_of({{each.size, each.rows}}), each.at_least), each.wanted,
                        each.tolerance);
        // Coins are symmetric: at most half as likely from the other side.
        if (each.size == 2) {
            EXPECT_NEAR(tail(sets_of({{2, each.rows}}), each.rows - each.at_least + 1),
                        1.0 - each.wanted, 1e-12);
        }
    }
}

TEST(OracleTail, EndsOfManyRows)
{
    const Sets sets = sets_of({{1, 100}, {2, 300}, {3, 10}});
    EXPECT_EQ(tail(sets, 100), 1.0);
    expect_relative(tail(sets, 410), std::ldexp(std::pow(3.0, -10.0), -300), 1e-12);
    EXPECT_EQ(tail(sets, 411), 0.0);
    EXPECT_EQ(tail(sets, UINT64_MAX), 0.0);
    EXPECT_EQ(tail({}, 0), 1.0);
    EXPECT_EQ(tail({}, 1), 0.0);
    const Sets all = sets_of({{2, 4294967295}});
    EXPECT_EQ(tail(all, 4294967295), 0.0); // 2^-4294967295
    EXPECT_EQ(tail(all, 1), 1.0);
}

} // namespace
