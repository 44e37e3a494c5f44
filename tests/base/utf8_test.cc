// Where a text begins. Which bytes are characters: tests/formats, by headers that must be UTF-8.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

extern "C" {
#include "base/utf8.h"
}

namespace {

size_t MarkOf(const std::string &text)
{
    const auto *const begin = reinterpret_cast<const uint8_t *>(text.data());
    return static_cast<size_t>(rs_after_bom(begin, begin + text.size()) - begin);
}

TEST(Utf8, AByteOrderMarkIsNoText)
{
    EXPECT_EQ(MarkOf("\xef\xbb\xbf{}"), 3u);
    EXPECT_EQ(MarkOf("\xef\xbb\xbf"), 3u); // and nothing behind it
    EXPECT_EQ(MarkOf("\xef\xbb\xbf\xef\xbb\xbf"), 3u);
    EXPECT_EQ(MarkOf("\xef\xbb"), 0u);
    EXPECT_EQ(MarkOf("{}\xef\xbb\xbf"), 0u);
    EXPECT_EQ(MarkOf(""), 0u);
}

} // namespace
