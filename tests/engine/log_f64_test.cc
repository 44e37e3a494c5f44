/* The logarithm of a row that is calibrated, against the library's. */
#include <gtest/gtest.h>

#include <cmath>

extern "C" {
#include "engine/log_f64.h"
}

namespace {

TEST(LogF64, IsRightToTwelveDigitsAtEverySize)
{
    EXPECT_EQ(rs_log1p_f64(0.0), 0.0);
    for (double power = -745.0; power < 709.0; power += 0.0371) {
        const double x = std::exp(power);
        const double log = std::log1p(x);
        ASSERT_NEAR(rs_log1p_f64(x), log, 1e-12 * log) << x;
    }
}

/* Where 1 + x comes to another power of two, or m to another side of 1. */
TEST(LogF64, HasNoStepAtItsSeams)
{
    for (const double seam : {std::sqrt(2.0) - 1, 1.0, 2 * std::sqrt(2.0) - 1, 3.0, 65535.0}) {
        double x = seam * (1 - 1e-14);
        for (int i = 0; i < 200; ++i, x = std::nextafter(x, HUGE_VAL)) {
            ASSERT_NEAR(rs_log1p_f64(x), std::log1p(x), 1e-12 * std::log1p(x)) << x;
        }
    }
}

} // namespace
