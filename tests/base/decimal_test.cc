// Decimal numbers and ranges of classes in what a person wrote.
#include <gtest/gtest.h>

#include <string>

extern "C" {
#include "base/decimal.h"
}

namespace {

TEST(Decimal, digits_alone)
{
    const struct {
        const char *text;
        bool good;
        uint64_t value;
        const char *rest;
    } cases[] = {
        {"0", true, 0, ""},
        {"007,8", true, 7, ",8"},
        {"18446744073709551615", true, UINT64_MAX, ""},
        {"18446744073709551616", false, 0, "18446744073709551616"},
        {"", false, 0, ""},
        {" 1", false, 0, " 1"},
        {"+1", false, 0, "+1"},
        {"-1", false, 0, "-1"},
        {"x1", false, 0, "x1"},
    };
    for (const auto &c : cases) {
        const char *at = c.text;
        uint64_t value = 0;
        EXPECT_EQ(rs_decimal(&at, &value), c.good) << c.text;
        EXPECT_EQ(value, c.value) << c.text;
        EXPECT_STREQ(at, c.rest);
    }
}

TEST(Decimal, ranges_of_classes)
{
    const auto in = [](const char *text) {
        bool set[6] = {};
        std::string found;
        if (!rs_decimal_ranges(text, 6, set)) {
            return std::string("bad");
        }
        for (int c = 0; c < 6; ++c) {
            found += set[c] ? std::to_string(c) : "";
        }
        return found;
    };
    EXPECT_EQ(in("none"), "");
    EXPECT_EQ(in("0"), "0");
    EXPECT_EQ(in("1-3,5"), "1235");
    EXPECT_EQ(in("5-5,0-0,0"), "05");
    EXPECT_EQ(in("0-5"), "012345");
    for (const char *bad : {"", ",", "1,", "-", "1-", "-1", "3-1", "6", "0-6", "1-2-3", "1;2",
                            "None", "0-18446744073709551616"}) {
        EXPECT_EQ(in(bad), "bad") << bad;
    }
}

} // namespace
