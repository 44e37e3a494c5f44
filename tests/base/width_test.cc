// Columns of a terminal: what a table is padded by.
#include <gtest/gtest.h>

#include <cstring>
#include <string>

extern "C" {
#include "base/visible.h"
#include "base/width.h"
}

namespace {

size_t Width(const std::string &text)
{
    return rs_width(text.data(), text.size());
}

std::string Taken(rs_text *text)
{
    const std::string taken(text->data == nullptr ? "" : text->data, text->length);
    rs_text_clear(text);
    return taken;
}

// The values are those of Python's wcwidth.
TEST(Width, characters_take_none_one_or_two_columns)
{
    EXPECT_EQ(Width(""), 0u);
    EXPECT_EQ(Width("resnet50 ~"), 10u);
    EXPECT_EQ(Width("caf\u00e9"), 4u);
    EXPECT_EQ(Width("cafe\u0301"), 4u); // a combining accent
    EXPECT_EQ(Width("\u4e2d\u6587"), 4u);
    EXPECT_EQ(Width("\uff21\u3042\uac00"), 6u); // full width, hiragana, hangul
    EXPECT_EQ(Width("\U0001f600"), 2u);
    EXPECT_EQ(Width("\U0001f468\u200d\U0001f469"), 4u); // joined: each by itself
    EXPECT_EQ(Width("\u2764\ufe0f"), 1u);
    EXPECT_EQ(Width("\u0628\u064e"), 1u);
    EXPECT_EQ(Width("\u2500\u03b1\u042f"), 3u);
}

std::string Fold(const std::string &before, const std::string &lines, size_t columns)
{
    rs_text text = {};
    rs_text_add(&text, before.c_str());
    rs_text_add(&text, lines.c_str());
    rs_text_fold(&text, before.size(), columns);
    return Taken(&text);
}

TEST(Width, sentences_are_folded_and_lines_that_fit_are_left)
{
    EXPECT_EQ(Fold("", "  one two three\n", 80), "  one two three\n");
    EXPECT_EQ(Fold("", "  one two three\n", 15), "  one two three\n");
    EXPECT_EQ(Fold("", "  one two three\n", 14), "  one two\n    three\n");
    EXPECT_EQ(Fold("", "  one two three four\nfive\n", 9),
              "  one two\n    three\n    four\nfive\n");
    // what stands before is not touched, whatever its length
    EXPECT_EQ(Fold("a b c d e f\n", "a b c\n", 3), "a b c d e f\na b\n  c\n");
    // a word that is too long stands by itself, and columns are those of a terminal
    EXPECT_EQ(Fold("", "  caf\u00e9s abcdefghijkl m\n", 8), "  caf\u00e9s\n    abcdefghijkl m\n");
    EXPECT_EQ(Fold("", "\u4e2d\u6587 ab\n", 6), "\u4e2d\u6587\n  ab\n");
    EXPECT_EQ(Fold("x", "", 6), "x");
}

// Either end of each kind of range: a search that is off by one is seen.
TEST(Width, ranges_end_where_they_do)
{
    EXPECT_EQ(Width("\u02ff"), 1u);
    EXPECT_EQ(Width("\u0300"), 0u); // the first of all
    EXPECT_EQ(Width("\u036f"), 0u);
    EXPECT_EQ(Width("\u0370"), 1u);
    EXPECT_EQ(Width("\U000e01ef"), 0u);
    EXPECT_EQ(Width("\U0010ffff"), 1u);
    EXPECT_EQ(Width("\u10ff"), 1u);
    EXPECT_EQ(Width("\u1100"), 2u); // the first of two columns
    EXPECT_EQ(Width("\u115f"), 2u);
    EXPECT_EQ(Width("\U0003fffd"), 2u); // the last
    EXPECT_EQ(Width("\U0003fffe"), 1u);
}

// As rs_text_visible shows it.
TEST(Width, what_is_hidden_counts_as_it_is_shown)
{
    const char *const hidden[] = {"a\x1b[31m", "b\nc", "\xe9t\xe9", "\u202e", "\u009b", "\x7f"};
    for (const char *name : hidden) {
        rs_text shown = {};
        rs_text_visible(&shown, name, std::strlen(name), false);
        EXPECT_EQ(Width(name), Taken(&shown).size()) << name;
    }
}

} // namespace
