// How a probability is written: four decimals as long as they say something, then a power of ten.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

extern "C" {
#include "report/wording.h"
}

namespace {

std::string Text(double log_p)
{
    char out[RS_P_TEXT_BYTES];
    return rs_p_text(log_p, out);
}

TEST(PText, FormChangesWhereFourDecimalsSayTooLittle)
{
    EXPECT_EQ(Text(0.0), "1.0000");
    EXPECT_EQ(Text(std::log(0.05)), "0.0500");
    EXPECT_EQ(Text(std::log(0.000951)), "0.0010");
    EXPECT_EQ(Text(std::log(0.000949)), "9.5e-04");
    EXPECT_EQ(Text(std::log(1e-299)), "1.0e-299");
    EXPECT_EQ(Text(-301 * std::log(10.0)), "10^-301");
    EXPECT_EQ(Text(-12345 * std::log(10.0)), "10^-12345");
    EXPECT_EQ(Text(-INFINITY), "0");
}

} // namespace
