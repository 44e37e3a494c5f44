// Exact sums of unit fractions against integer arithmetic over 2520 and against long double.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

extern "C" {
#include "analyse/expectation.h"
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

rs_expectation expect(const Sets &sets)
{
    return rs_expect(sets.data(), sets.size());
}

TEST(Expectation, ThirdsAndTenthsAddUpToWholeNumbers)
{
    EXPECT_EQ(expect(sets_of({{3, 3}})).whole, 1u);
    EXPECT_EQ(expect(sets_of({{3, 1}, {6, 4}})).whole, 1u);          // 1/3 + 4/6
    EXPECT_EQ(expect(sets_of({{10, 9}, {5, 3}, {2, 1}})).whole, 2u); // 0.9 + 0.6 + 0.5
    EXPECT_EQ(expect(sets_of({{7, 6}, {3, 2}})).whole, 1u);          // 6/7 + 2/3
    EXPECT_EQ(rs_expect(nullptr, 0).whole, 0u);
}

TEST(Expectation, AgreesWithIntegersOver2520)
{
    std::mt19937 draw(4);
    for (int trial = 0; trial < 2000; ++trial) {
        Sets sets;
        uint64_t over_2520 = 0;
        uint64_t rows = 0;
        double variance = 0.0;
        for (uint32_t size = 1; size <= 10; ++size) {
            const uint64_t number = draw() % 3 == 0 ? 0 : draw() % 60;
            sets.push_back({0, size, number});
            over_2520 += number * (2520 / size);
            rows += number;
            variance += static_cast<double>(number) / size * (1.0 - 1.0 / size);
        }
        if (rows == 0) {
            continue;
        }
        const rs_expectation got = expect(sets);
        EXPECT_EQ(got.whole, over_2520 / 2520);
        EXPECT_EQ(got.numerator * (2520 / got.denominator), over_2520 % 2520);
        EXPECT_EQ(rs_expectation_mean(&got, rows),
                  static_cast<double>(over_2520) / static_cast<double>(2520 * rows));
        EXPECT_NEAR(got.variance, variance, 1e-12 * (1.0 + variance));
    }
}

// A class whose oracle is exactly 9/10 must not be below the cut 0.9, whatever its size.
TEST(Expectation, NineTenthsIsNotBelowTheCut)
{
    for (uint64_t times = 1; times < 500; ++times) {
        const rs_expectation fifths = expect(sets_of({{1, 7 * times}, {5, times}})); // 7.2 of 8
        EXPECT_FALSE(rs_expectation_mean(&fifths, 8 * times) < 0.9);
        const rs_expectation halves = expect(sets_of({{1, 4 * times}, {2, times}}));
        EXPECT_FALSE(rs_expectation_mean(&halves, 5 * times) < 0.9);
        const rs_expectation thirds = expect(sets_of({{1, 17 * times}, {3, 3 * times}}));
        EXPECT_FALSE(rs_expectation_mean(&thirds, 20 * times) < 0.9);
        const rs_expectation just_below =
            expect(sets_of({{1, 17 * times}, {3, 3 * times}, {2, 1}}));
        EXPECT_TRUE(rs_expectation_mean(&just_below, 20 * times + 1) < 0.9);
    }
}

TEST(Expectation, SizesUpTo36ShareADenominator)
{
    Sets sets;
    long double sum = 0.0L;
    for (uint32_t size = 1; size <= 36; ++size) {
        sets.push_back({0, size, 5});
        sum += 5.0L / size;
    }
    const rs_expectation got = expect(sets);
    EXPECT_EQ(got.denominator, 144403552893600u);
    EXPECT_NEAR(rs_expectation_value(&got), static_cast<double>(sum), 1e-14);
}

// Primes on both sides of 2^48: with a denominator beyond it the numerators of many sizes could not
// be held.
TEST(Expectation, DenominatorsEndAt2To48)
{
    const Sets below = sets_of({{65519, 1}, {65521, 1}, {65537, 1}});
    EXPECT_EQ(expect(below).denominator, 281341847339263u);
    EXPECT_EQ(expect(below).numerator, 12880838879u);
    const Sets above = sets_of({{65537, 1}, {65539, 1}, {65543, 1}}); // 281522223382549
    EXPECT_EQ(expect(above).denominator, 0u);
    const rs_expectation got = expect(above);
    EXPECT_NEAR(rs_expectation_value(&got), 1 / 65537.0 + 1 / 65539.0 + 1 / 65543.0, 1e-18);
}

TEST(Expectation, WithoutACommonDenominatorWholeNumbersAreFound)
{
    const uint32_t primes[] = {37, 41, 43, 47, 53, 59, 61, 67, 71, 73};
    Sets sets;
    for (const uint32_t prime : primes) {
        sets.push_back({0, prime, 3 * static_cast<uint64_t>(prime)});
    }
    sets.push_back({0, 65521, 65521 - 100}); // 1 - 100/65521
    EXPECT_EQ(expect(sets).denominator, 0u);
    EXPECT_EQ(expect(sets).whole, 30u);
    sets.push_back({0, 65521, 100});
    EXPECT_EQ(expect(sets).whole, 31u);
    sets.back().rows = 99;
    EXPECT_EQ(expect(sets).whole, 30u);
    const rs_expectation just_below = expect(sets);
    EXPECT_NEAR(rs_expectation_value(&just_below), 31.0 - 1.0 / 65521.0, 1e-12);
    EXPECT_NEAR(rs_expectation_mean(&just_below, 1000), (31.0 - 1.0 / 65521.0) / 1000.0, 1e-15);
}

TEST(Expectation, RoundingDoesNotHideAWholeNumber)
{
    const uint32_t primes[] = {41, 43, 47, 53, 59, 61, 67, 71, 73, 79};
    std::mt19937 draw(13);
    for (int trial = 0; trial < 500; ++trial) {
        Sets sets;
        for (const uint32_t prime : primes) {
            sets.push_back({0, prime, prime}); // no rest; no common denominator below 2^48 either
        }
        uint64_t left = 83;
        while (left > 0) { // 83 rows of 1/83, in some pieces
            const uint64_t rows = 1 + draw() % left;
            sets.push_back({0, 83, rows});
            left -= rows;
        }
        const rs_expectation got = expect(sets);
        ASSERT_EQ(got.denominator, 0u);
        EXPECT_EQ(got.whole, 11u);
        EXPECT_NEAR(rs_expectation_value(&got), 11.0, 1e-14);
    }
}

TEST(Expectation, FourThousandMillionRows)
{
    const rs_expectation got = expect(sets_of({{1, 1000000000}, {2, 3294967294}, {3, 1}}));
    EXPECT_EQ(got.whole, 1000000000u + 1647483647u);
    EXPECT_EQ(got.numerator * 3, got.denominator);
    EXPECT_DOUBLE_EQ(rs_expectation_mean(&got, 4294967295), 2647483647.3333333 / 4294967295.0);
}

} // namespace
