// Proportions against SciPy 1.10: scipy.stats.binomtest(k, n).proportion_ci(0.95, method="wilson").
#include <gtest/gtest.h>

#include <cmath>

extern "C" {
#include "analyse/proportion.h"
}

namespace {

void expect_relative(double got, double wanted, double tolerance)
{
    EXPECT_NEAR(got, wanted, tolerance * std::fabs(wanted));
}

TEST(Proportion, AgreesWithSciPy)
{
    struct Case {
        uint64_t correct, total;
        double value, stderr_value, low, high;
    };
    const Case cases[] = {
        {0, 10, 0.0, 0.0, 0.0, 0.27753279986288926},
        {10, 10, 1.0, 0.0, 0.7224672001371109, 1.0},
        {1, 10, 0.1, 0.09486832980505139, 0.017876213095072896, 0.4041500267952385},
        {5, 10, 0.5, 0.15811388300841897, 0.236593090512564, 0.7634069094874361},
        {3, 7, 0.42857142857142855, 0.1870439059165649, 0.1582198552514697, 0.7495416354723428},
        {42164, 46837, 0.9002284518649786, 0.0013847940472877403, 0.8974813951429313,
         0.9029098624086555},
        {37531, 50000, 0.75062, 0.0019348881910849528, 0.7468085321779223, 0.7543929609241453},
        // The lower end is from mpmath with 60 digits: SciPy cancels here.
        {1, 4294967295, 2.3283064370807974e-10, 2.328306436809747e-10, 4.1100325757016276e-11,
         1.3189702904429774e-09},
    };
    for (const Case &each : cases) {
        const rs_proportion got = rs_proportion_of(each.correct, each.total);
        EXPECT_EQ(got.value, each.value);
        expect_relative(got.stderr_value, each.stderr_value, 1e-12);
        expect_relative(got.low, each.low, 1e-12);
        expect_relative(got.high, each.high, 1e-12);
    }
}

TEST(Proportion, IntervalHoldsTheValueAndStaysInside)
{
    for (uint64_t total = 1; total <= 60; ++total) {
        for (uint64_t correct = 0; correct <= total; ++correct) {
            const rs_proportion got = rs_proportion_of(correct, total);
            EXPECT_GE(got.low, 0.0);
            EXPECT_LE(got.low, got.value);
            EXPECT_GE(got.high, got.value);
            EXPECT_LE(got.high, 1.0);
            const rs_proportion mirrored = rs_proportion_of(total - correct, total);
            EXPECT_NEAR(got.low, 1.0 - mirrored.high, 1e-15);
        }
    }
}

} // namespace
