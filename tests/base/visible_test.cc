// What is hidden in a text is shown, in each medium in its own way.
#include <gtest/gtest.h>

#include <string>

extern "C" {
#include "base/json.h"
#include "base/csv_cell.h"
#include "base/visible.h"
}

namespace {

std::string Taken(rs_text *text)
{
    const std::string taken(text->data == nullptr ? "" : text->data, text->length);
    rs_text_clear(text);
    return taken;
}

std::string Visible(const std::string &name, bool lines = false)
{
    rs_text text = {};
    rs_text_visible(&text, name.data(), name.size(), lines);
    return Taken(&text);
}

std::string Json(const std::string &value)
{
    rs_json *json = rs_json_object();
    rs_text text = {};
    rs_json_add_text(json, value.c_str(), value.c_str());
    rs_json_print(json, &text);
    rs_json_free(json);
    return Taken(&text);
}

std::string Cell(const std::string &value)
{
    rs_text text = {};
    rs_text_csv_cell(&text, value.c_str());
    return Taken(&text);
}

TEST(Visible, plain_text_stays)
{
    for (const char *text : {"", "resnet50", "a b~", "\u00e9\u4e2d\U0001f600", "\\x1b", "\u00a0"}) {
        EXPECT_EQ(Visible(text), text);
        EXPECT_EQ(Visible(text, true), text);
    }
}

TEST(Visible, controls_line_ends_and_directions_are_escaped)
{
    EXPECT_EQ(Visible("a\x1b]0;owned\x07"), "a\\x1b]0;owned\\x07");
    EXPECT_EQ(Visible("b\nreassess: well\r\t"), "b\\nreassess: well\\x0d\\x09");
    EXPECT_EQ(Visible("\x7f\u0080\u009b\u009f"), "\\x7f\\x80\\x9b\\x9f");
    EXPECT_EQ(Visible("\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff"),
              "\\u061c\\u200e\\u200f\\u2028\\u2029\\u202a\\u202e\\u2066\\u2069\\ufeff");
    EXPECT_EQ(Visible(std::string("a\0b", 3)), "a\\x00b");
}

TEST(Visible, bytes_that_are_no_text_are_escaped)
{
    EXPECT_EQ(Visible("mod\xe8le"), "mod\\xe8le");
    EXPECT_EQ(Visible("\xc3"), "\\xc3");
    EXPECT_EQ(Visible("\xed\xa0\x80\xc0\xaf"), "\\xed\\xa0\\x80\\xc0\\xaf");
    EXPECT_EQ(Visible("\xf0\x9f\x98\x80\xff"), "\U0001f600\\xff");
}

TEST(Visible, tables_keep_their_lines)
{
    EXPECT_EQ(Visible("a\tb\nc\x1b[31m\r", true), "a\tb\nc\\x1b[31m\\x0d");
}

TEST(Visible, names_are_replaced)
{
    char *name = strdup("a\nb");
    ASSERT_EQ(rs_make_visible(&name, nullptr), RS_OK);
    EXPECT_STREQ(name, "a\\nb");
    free(name);
}

TEST(Json, texts_are_utf8_and_hide_nothing)
{
    EXPECT_EQ(Json("mod\xe8le"), "{\"mod\\ufffdle\":\"mod\\ufffdle\"}");
    EXPECT_EQ(Json("\u009b\u202e\x7f"), "{\"\\u009b\\u202e\\u007f\":\"\\u009b\\u202e\\u007f\"}");
    EXPECT_EQ(Json("\u00e9\u4e2d"), "{\"\u00e9\u4e2d\":\"\u00e9\u4e2d\"}");
    EXPECT_EQ(Json("\x1b\n\""), "{\"\\u001b\\n\\\"\":\"\\u001b\\n\\\"\"}");
    const std::string printed = Json("\u202e");
    rs_json *read = nullptr;
    ASSERT_EQ(rs_json_parse("x", printed.data(), printed.size(), &read, nullptr), RS_OK);
    EXPECT_STREQ(rs_json_text(rs_json_first(read)), "\u202e"); // the same text
    rs_json_free(read);
}

TEST(CsvCell, no_cell_is_a_formula)
{
    EXPECT_EQ(Cell("=1+2"), "'=1+2");
    EXPECT_EQ(Cell("+a"), "'+a");
    EXPECT_EQ(Cell("-a"), "'-a");
    EXPECT_EQ(Cell("@SUM(A1,\"b\")"), "\"'@SUM(A1,\"\"b\"\")\"");
    EXPECT_EQ(Cell("\ta"), "'\ta");
    EXPECT_EQ(Cell("\ra"), "'\\x0da");
    EXPECT_EQ(Cell("a=b-c"), "a=b-c");
    EXPECT_EQ(Cell("'a"), "'a");
    EXPECT_EQ(Cell(""), "");
}

} // namespace
