// Growing texts, and those that memory was lacking for.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

extern "C" {
#include "base/file_write.h"
#include "base/csv_cell.h"
#include "base/text.h"
}

namespace {

class Text : public testing::Test {
  protected:
    ~Text() override
    {
        rs_text_clear(&text_);
    }
    rs_text text_ = {};
};

void Lose(rs_text *text)
{
    rs_text_append(text, "x", SIZE_MAX);
}

TEST_F(Text, GrowsAndStaysTerminated)
{
    std::string expected;
    for (int i = 0; i < 2000; ++i) {
        rs_text_printf(&text_, "%d,%s;", i, "x");
        expected += std::to_string(i) + ",x;";
        ASSERT_EQ(text_.length, expected.size());
        ASSERT_EQ(text_.data[text_.length], '\0');
    }
    EXPECT_EQ(std::string(text_.data), expected);
    rs_text_append(&text_, "", 0);
    EXPECT_EQ(text_.length, expected.size());
}

TEST_F(Text, HoldsZeroBytesAndNothing)
{
    rs_text_append(&text_, nullptr, 0);
    EXPECT_STREQ(text_.data, "");
    rs_text_append(&text_, "a\0b", 3);
    EXPECT_EQ(std::string(text_.data, text_.length), std::string("a\0b", 3));
    rs_text_clear(&text_);
    EXPECT_EQ(text_.data, nullptr);
    EXPECT_EQ(text_.length, 0u);
}

TEST_F(Text, OneLongPieceInOneStep)
{
    const std::string piece(100000, 'x');
    rs_text_printf(&text_, "<%s>", piece.c_str());
    EXPECT_EQ(std::string(text_.data), "<" + piece + ">");
}

TEST_F(Text, CsvCellsAreQuotedWhereTheyMustBe)
{
    const struct {
        const char *cell;
        const char *written;
    } cells[] = {
        {"", ""},
        {"plain", "plain"},
        {"two words", "two words"},
        {"a,b", "\"a,b\""},
        {"say \"x\"", "\"say \"\"x\"\"\""},
        {"\"", "\"\"\"\""},
        {"a\nb", "\"a\nb\""},
        {"a\rb", "a\\x0db"},
        {"caf\xc3\xa9", "caf\xc3\xa9"},
    };
    for (const auto &cell : cells) {
        rs_text_clear(&text_);
        rs_text_csv_cell(&text_, cell.cell);
        EXPECT_STREQ(text_.data == nullptr ? "" : text_.data, cell.written);
    }
}

// ---- memory that is lacking ----

constexpr const char *kNoMemory = "no memory for 18446744073709551615 bytes of text";

TEST_F(Text, LengthsThatCannotBeAreLost)
{
    for (const size_t length : {SIZE_MAX, SIZE_MAX - 3}) {
        rs_text_append(&text_, "abc", 3);
        EXPECT_EQ(rs_text_check(&text_, nullptr), RS_OK);
        rs_text_append(&text_, "x", length);
        rs_error error = {};
        EXPECT_EQ(rs_text_check(&text_, &error), RS_MEMORY);
        EXPECT_STREQ(error.reason, kNoMemory);
        EXPECT_EQ(text_.data, nullptr); // freed
        EXPECT_EQ(text_.length, 0u);
        rs_text_clear(&text_);
    }
}

TEST_F(Text, WhatIsLostStaysLost)
{
    Lose(&text_);
    rs_text_add(&text_, "x");
    rs_text_printf(&text_, "%d", 1);
    rs_text_csv_cell(&text_, "a,b");
    text_.length = 0; // as who fills it again and again
    rs_text_append(&text_, "x", 1);
    rs_text_lose(&text_, 7, "another thing");
    rs_error error = {};
    EXPECT_EQ(rs_text_check(&text_, &error), RS_MEMORY);
    EXPECT_STREQ(error.reason, kNoMemory); // the first loss
    EXPECT_EQ(text_.data, nullptr);
    rs_text_clear(&text_);
    rs_text_add(&text_, "new");
    EXPECT_EQ(rs_text_check(&text_, nullptr), RS_OK);
    EXPECT_STREQ(text_.data, "new");
}

TEST_F(Text, ALossGoesAlong)
{
    rs_text piece = {};
    rs_text_add(&text_, "abc");
    rs_text_pass_loss(&piece, &text_);
    rs_text_csv_text(&text_, &piece); // nothing
    EXPECT_STREQ(text_.data, "abc");
    Lose(&piece);
    rs_text_csv_text(&text_, &piece);
    EXPECT_EQ(rs_text_check(&text_, nullptr), RS_MEMORY);
}

TEST_F(Text, MemoryThatMakingItTakes)
{
    uint64_t *numbers = nullptr;
    ASSERT_TRUE(RS_TEXT_NEW(&text_, &numbers, 3, "numbers"));
    EXPECT_EQ(numbers[2], 0u);
    free(numbers);
    EXPECT_EQ(rs_text_check(&text_, nullptr), RS_OK);
    EXPECT_FALSE(RS_TEXT_NEW(&text_, &numbers, UINT64_C(1) << 62, "numbers"));
    EXPECT_EQ(numbers, nullptr);
    rs_error error = {};
    EXPECT_EQ(rs_text_check(&text_, &error), RS_MEMORY);
    EXPECT_STREQ(error.reason, "no memory for 18446744073709551615 bytes of numbers");
}

TEST_F(Text, TakenOut)
{
    char *taken = nullptr;
    rs_text_add(&text_, "abc");
    ASSERT_EQ(rs_text_take(&text_, &taken, nullptr), RS_OK);
    EXPECT_STREQ(taken, "abc");
    EXPECT_EQ(text_.data, nullptr);
    free(taken);
    ASSERT_EQ(rs_text_take(&text_, &taken, nullptr), RS_OK); // nothing was added
    EXPECT_STREQ(taken, "");
    free(taken);
    ASSERT_EQ(rs_format_text(&taken, nullptr, "%s/%d", "a", 1), RS_OK);
    EXPECT_STREQ(taken, "a/1");
    free(taken);
    Lose(&text_);
    taken = const_cast<char *>("not yet");
    EXPECT_EQ(rs_text_take(&text_, &taken, nullptr), RS_MEMORY);
    EXPECT_EQ(taken, nullptr);
}

// Half a file would be worse than none.
TEST_F(Text, ALostTextIsNotWritten)
{
    const std::string path = testing::TempDir() + "reassess_lost_text." + std::to_string(getpid());
    rs_error error = {};
    Lose(&text_);
    EXPECT_EQ(rs_file_write_text(path.c_str(), &text_, &error), RS_MEMORY);
    EXPECT_STREQ(error.reason, kNoMemory);
    EXPECT_NE(access(path.c_str(), F_OK), 0);
    EXPECT_EQ(text_.lost, nullptr); // freed, whatever the outcome
    Lose(&text_);
    rs_file_writer *writer = nullptr;
    ASSERT_EQ(rs_file_create(path.c_str(), &writer, nullptr), RS_OK);
    EXPECT_EQ(rs_file_put_text(writer, &text_, nullptr), RS_MEMORY);
    rs_file_abort(writer);
    EXPECT_NE(access(path.c_str(), F_OK), 0);
    rs_text_clear(&text_);
    rs_text_add(&text_, "whole\n");
    EXPECT_EQ(rs_file_write_text(path.c_str(), &text_, nullptr), RS_OK);
    EXPECT_EQ(text_.data, nullptr);
    EXPECT_EQ(unlink(path.c_str()), 0);
}

} // namespace
