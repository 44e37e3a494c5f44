// Eight bytes at a time against one byte at a time.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "labels/label_case.h"

extern "C" {
#include "labels/digits.h"
}

namespace {

void CompareWithObvious(const std::string &text)
{
    unsigned count = 0;
    uint32_t value = 0;
    while (count < 8 && count < text.size() && text[count] >= '0' && text[count] <= '9') {
        value = value * 10 + static_cast<uint32_t>(text[count] - '0');
        ++count;
    }
    // in a block of exactly its size, so that a sanitizer sees a read past the end
    const std::vector<uint8_t> block(text.begin(), text.end());
    uint32_t got = 12345;
    ASSERT_EQ(rs_digits(block.data(), block.data() + block.size(), &got), count) << text;
    ASSERT_EQ(got, value) << text;
    if (block.size() >= 4) {
        uint32_t three = 0;
        const bool is_three = count == 3 && text[0] != '0';
        ASSERT_EQ(rs_three_digits(block.data(), &three), is_three) << text;
        if (is_three) {
            ASSERT_EQ(three, value) << text;
        }
    }
}

TEST(Digits, EveryByteBehindEveryCount)
{
    for (unsigned digits = 0; digits <= 9; ++digits) {
        for (unsigned byte = 0; byte < 256; ++byte) {
            const std::string number = std::string("987654321").substr(0, digits);
            CompareWithObvious(number + static_cast<char>(byte) + "12345678");
            CompareWithObvious(number + static_cast<char>(byte));
        }
        CompareWithObvious(std::string("000000000").substr(0, digits));
    }
}

TEST(Digits, EveryNumberOfFiveDigits)
{
    for (int i = 0; i < 100000; ++i) {
        CompareWithObvious(std::to_string(i) + "]");
    }
}

TEST(Digits, RandomBytes)
{
    std::mt19937 random(1);
    const std::string bytes = "0123456789/:;@ \n,]\x80\xb0\xff";
    for (int i = 0; i < 200000; ++i) {
        std::string text(random() % 12, ' ');
        for (char &c : text) {
            c = bytes[random() % bytes.size()];
        }
        CompareWithObvious(text);
    }
}

} // namespace
