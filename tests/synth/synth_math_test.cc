// The deterministic log, exp and normal quantile against libm, and their exact bits.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

extern "C" {
#include "base/hash.h"
#include "base/random.h"
#include "synth/synth_math.h"
}

TEST(SynthMath, LogIsGoodToAFewUnits)
{
    rs_random random = rs_random_make(1, 0);
    for (int i = 0; i < 200000; ++i) {
        const int exponent = static_cast<int>(rs_random_below(&random, 2000)) - 1000;
        const double x = std::ldexp(1.0 + rs_random_unit(&random), exponent);
        EXPECT_NEAR(rs_synth_log(x), std::log(x), 4e-16 * std::max(1.0, std::fabs(std::log(x))))
            << x;
    }
    EXPECT_EQ(rs_synth_log(1.0), 0.0);
    EXPECT_FALSE(std::signbit(rs_synth_log(1.0)));
    EXPECT_NEAR(rs_synth_log(1.0 - 0x1.0p-53), -0x1.0p-53, 1e-30);
    EXPECT_NEAR(rs_synth_log(2.0), 0.6931471805599453, 2e-16);
}

TEST(SynthMath, ExpIsGoodToAFewUnits)
{
    rs_random random = rs_random_make(2, 0);
    for (int i = 0; i < 100000; ++i) {
        const double x = (rs_random_unit(&random) - 0.5) * 1400.0;
        EXPECT_NEAR(rs_synth_exp(x) / std::exp(x), 1.0, 2e-14) << x;
    }
    EXPECT_EQ(rs_synth_exp(0.0), 1.0);
}

TEST(SynthMath, QuantileInvertsTheNormalDistribution)
{
    for (int i = 1; i < 20000; ++i) {
        const double p = i / 20000.0;
        const double x = rs_synth_normal_quantile(p);
        EXPECT_NEAR(0.5 * std::erfc(-x / std::sqrt(2.0)), p, 2e-9);
    }
    EXPECT_EQ(rs_synth_normal_quantile(0.25), -rs_synth_normal_quantile(0.75));
}

// One unit in the last place on another compiler, library or machine, and this fails.
TEST(SynthMath, BitsAreTheSameEverywhere)
{
    rs_hash_state *state = nullptr;
    ASSERT_EQ(rs_hash_begin(&state, nullptr), RS_OK);
    rs_random random = rs_random_make(3, 0);
    for (int i = 0; i < 10000; ++i) {
        const double unit = rs_random_unit(&random) + 0x1.0p-60;
        const double results[] = {rs_synth_log(unit), rs_synth_log(1e30 * unit),
                                  rs_synth_exp(unit * 100.0 - 50.0),
                                  rs_synth_normal_quantile(unit * 0.999)};
        rs_hash_update(state, results, sizeof results);
    }
    EXPECT_EQ(rs_hash_end(state), UINT64_C(0x9bf2e6bbca4b771b));
}
