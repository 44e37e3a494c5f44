// 16-bit floats, every one of them, against arithmetic in double; and the order of a row.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include "base/half.h"
#include "base/random.h"
#include "base/row_order.h"
}

namespace {

// What the bits mean, by the definition of IEEE 754: `bits` of exponent and fraction.
double Meaning(uint16_t half, int exponent_bits, int fraction_bits)
{
    const int bias = (1 << (exponent_bits - 1)) - 1;
    const int exponent = (half >> fraction_bits) & ((1 << exponent_bits) - 1);
    const int fraction = half & ((1 << fraction_bits) - 1);
    double value = 0;
    if (exponent == (1 << exponent_bits) - 1) {
        value = fraction != 0 ? std::numeric_limits<double>::quiet_NaN()
                              : std::numeric_limits<double>::infinity();
    } else if (exponent == 0) {
        value = std::ldexp(fraction, 1 - bias - fraction_bits);
    } else {
        value = std::ldexp((1 << fraction_bits) + fraction, exponent - bias - fraction_bits);
    }
    return (half & 0x8000) != 0 ? -value : value;
}

struct Format {
    const char *name;
    int exponent_bits;
    int fraction_bits;
    uint16_t infinity;
    float (*to_float)(uint16_t);
    uint16_t (*from_float)(float);
    uint16_t (*key)(uint16_t);
    friend std::ostream &operator<<(std::ostream &out, const Format &format)
    {
        return out << format.name;
    }
};

const Format kFormats[] = {
    {"f16", 5, 10, 0x7c00, rs_f16_to_f32, rs_f16_from_f32, rs_key_f16},
    {"bf16", 8, 7, 0x7f80, rs_bf16_to_f32, rs_bf16_from_f32, rs_key_bf16},
};

class Half : public testing::TestWithParam<Format> {
  protected:
    double Value(uint16_t half) const
    {
        return Meaning(half, GetParam().exponent_bits, GetParam().fraction_bits);
    }
};

TEST_P(Half, EveryValueBecomesItsFloat)
{
    for (uint32_t bits = 0; bits <= 0xffff; ++bits) {
        const auto half = static_cast<uint16_t>(bits);
        const float value = GetParam().to_float(half);
        if (std::isnan(Value(half))) {
            ASSERT_TRUE(std::isnan(value)) << bits;
        } else {
            ASSERT_EQ(static_cast<double>(value), Value(half)) << bits;
        }
        ASSERT_EQ(std::signbit(value), (bits & 0x8000) != 0) << bits;
    }
}

TEST_P(Half, EveryValueComesBack)
{
    for (uint32_t bits = 0; bits <= 0xffff; ++bits) {
        const auto half = static_cast<uint16_t>(bits);
        const uint16_t back = GetParam().from_float(GetParam().to_float(half));
        if (std::isnan(Value(half))) {
            ASSERT_TRUE(std::isnan(Value(back))) << bits;
            ASSERT_EQ(back & 0x8000, half & 0x8000) << bits;
        } else {
            ASSERT_EQ(back, half);
        }
    }
}

// Between every two neighbours: the middle goes to the even one, everything else to the nearer one.
TEST_P(Half, FloatsBetweenAreRoundedToNearestEven)
{
    for (uint16_t low = 0; low + 1 < GetParam().infinity; ++low) {
        const auto high = static_cast<uint16_t>(low + 1);
        const uint16_t even = low % 2 == 0 ? low : high;
        const auto middle = static_cast<float>((Value(low) + Value(high)) / 2);
        ASSERT_EQ(static_cast<double>(middle), (Value(low) + Value(high)) / 2);
        const float below = std::nextafterf(middle, -INFINITY);
        const float above = std::nextafterf(middle, INFINITY);
        for (const uint16_t sign : {0x0000, 0x8000}) {
            const float side = sign == 0 ? 1.0f : -1.0f;
            ASSERT_EQ(GetParam().from_float(side * middle), even | sign) << low;
            ASSERT_EQ(GetParam().from_float(side * below), low | sign) << low;
            ASSERT_EQ(GetParam().from_float(side * above), high | sign) << low;
        }
    }
}

TEST_P(Half, WhatIsTooLargeIsInfinite)
{
    const auto largest = static_cast<uint16_t>(GetParam().infinity - 1);
    // The next value there would be, if the exponent went on.
    const double step = Value(largest) - Value(static_cast<uint16_t>(largest - 1));
    const auto edge = static_cast<float>(Value(largest) + step / 2);
    EXPECT_EQ(GetParam().from_float(edge), GetParam().infinity);
    EXPECT_EQ(GetParam().from_float(-edge), GetParam().infinity | 0x8000);
    EXPECT_EQ(GetParam().from_float(std::nextafterf(edge, 0)), largest);
    EXPECT_EQ(GetParam().from_float(INFINITY), GetParam().infinity);
    EXPECT_EQ(GetParam().from_float(-INFINITY), GetParam().infinity | 0x8000);
    EXPECT_EQ(GetParam().from_float(std::numeric_limits<float>::max()), GetParam().infinity);
}

TEST_P(Half, EveryNanStaysANan)
{
    for (const uint32_t bits : {0x7f800001u, 0x7fc00000u, 0x7fffffffu, 0xff800001u, 0xffc00000u,
                                0x7f800100u, 0x7f80ffffu, 0x7f810000u}) {
        const uint16_t half = GetParam().from_float(rs_f32_from_bits(bits));
        EXPECT_TRUE(std::isnan(Value(half))) << std::hex << bits;
        EXPECT_EQ((half & 0x8000) != 0, (bits >> 31) != 0) << std::hex << bits;
    }
}

TEST_P(Half, KeysOrderEveryValue)
{
    std::vector<uint16_t> numbers;
    for (uint32_t bits = 0; bits <= 0xffff; ++bits) {
        const auto half = static_cast<uint16_t>(bits);
        const uint16_t key = GetParam().key(half);
        ASSERT_NE(key, 0) << bits; // free for padding
        if (std::isnan(Value(half))) {
            ASSERT_EQ(key, 0xffff) << bits;
        } else {
            ASSERT_NE(key, 0xffff) << bits;
            numbers.push_back(half);
        }
    }
    std::sort(numbers.begin(), numbers.end(),
              [this](uint16_t a, uint16_t b) { return Value(a) < Value(b); });
    for (size_t i = 1; i < numbers.size(); ++i) {
        const double before = Value(numbers[i - 1]);
        const double after = Value(numbers[i]);
        const uint16_t low = GetParam().key(numbers[i - 1]);
        const uint16_t high = GetParam().key(numbers[i]);
        ASSERT_EQ(before < after, low < high) << numbers[i];
        ASSERT_EQ(before == after, low == high) << numbers[i];
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, Half, testing::ValuesIn(kFormats),
                         [](const auto &test) { return test.param.name; });

// ---- wider keys ----

template <typename Float, typename Bits>
void ExpectOrder(const std::vector<Float> &values, Bits (*key)(Bits))
{
    const auto key_of = [key](Float value) {
        Bits bits;
        std::memcpy(&bits, &value, sizeof bits);
        return key(bits);
    };
    for (const Float a : values) {
        EXPECT_NE(key_of(a), Bits{0});
        EXPECT_EQ(std::isnan(a), key_of(a) == static_cast<Bits>(~Bits{0}));
        for (const Float b : values) {
            if (!std::isnan(a) && !std::isnan(b)) {
                EXPECT_EQ(a < b, key_of(a) < key_of(b)) << a << " " << b;
                EXPECT_EQ(a == b, key_of(a) == key_of(b)) << a << " " << b;
            }
        }
    }
}

template <typename Float, typename Bits> std::vector<Float> Samples()
{
    using Limits = std::numeric_limits<Float>;
    std::vector<Float> values = {0,
                                 -Float(0),
                                 1,
                                 -1,
                                 Limits::min(),
                                 -Limits::min(),
                                 Limits::max(),
                                 Limits::lowest(),
                                 Limits::denorm_min(),
                                 -Limits::denorm_min(),
                                 Limits::infinity(),
                                 -Limits::infinity(),
                                 Limits::quiet_NaN(),
                                 -Limits::quiet_NaN(),
                                 std::nextafter(Float(1), Float(2))};
    rs_random random = rs_random_make(1, 2);
    for (int i = 0; i < 300; ++i) {
        const auto bits = static_cast<Bits>(rs_random_u64(&random));
        Float value;
        std::memcpy(&value, &bits, sizeof value);
        values.push_back(value);
    }
    return values;
}

TEST(RowOrder, KeysOfFloatsAndDoubles)
{
    ExpectOrder<float, uint32_t>(Samples<float, uint32_t>(), rs_key_f32);
    ExpectOrder<double, uint64_t>(Samples<double, uint64_t>(), rs_key_f64);
}

TEST(RowOrder, LargerValueThenLowerColumn)
{
    EXPECT_TRUE(rs_key_before(5, 9, 4, 1));
    EXPECT_FALSE(rs_key_before(4, 1, 5, 9));
    EXPECT_TRUE(rs_key_before(5, 1, 5, 9));
    EXPECT_FALSE(rs_key_before(5, 9, 5, 1));
    EXPECT_FALSE(rs_key_before(5, 9, 5, 9));
    EXPECT_TRUE(rs_key_before(UINT64_MAX, 7, UINT64_MAX - 1, 0));
}

} // namespace
