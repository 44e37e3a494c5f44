// Lines split into words as a shell does it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

extern "C" {
#include "base/words.h"
}

namespace {

std::vector<std::string> Split(const std::string &line)
{
    rs_words words = {};
    rs_error error = {};
    std::vector<std::string> out;
    if (rs_words_split(line.data(), line.size(), &words, &error) != RS_OK) {
        out.push_back(std::string("refused: ") + error.reason);
    } else {
        out.assign(words.word, words.word + words.count);
    }
    rs_words_clear(&words);
    return out;
}

using Words = std::vector<std::string>;

TEST(Words, ArePartedByBlanksAndKeptByQuotes)
{
    EXPECT_EQ(Split(""), Words{});
    EXPECT_EQ(Split(" \t\r"), Words{});
    EXPECT_EQ(Split("a  b\tc\r"), (Words{"a", "b", "c"}));
    EXPECT_EQ(Split("'a b' \"c 'd'\" e'f'g"), (Words{"a b", "c 'd'", "efg"}));
    EXPECT_EQ(Split("a\\ b '\\' \"\\\"\""), (Words{"a b", "\\", "\""}));
    EXPECT_EQ(Split("a '' b"), (Words{"a", "", "b"}));
    EXPECT_EQ(Split("a#b # c"), (Words{"a#b"}));
    EXPECT_EQ(Split("# all"), Words{});
    EXPECT_EQ(Split("a\\"), (Words{"a\\"}));
    EXPECT_EQ(Split("a 'b"), (Words{"refused: a quote is not closed"}));
}

} // namespace
