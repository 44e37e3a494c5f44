// Lines at the ends of the buffer, of the file and of what is allowed.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "relabel/rater_files.h"

extern "C" {
#include "relabel/line_reader.h"
}

namespace {

const size_t FIRST_BUFFER = 1 << 16;

// A stream of a text.
struct TextStream {
    rs_byte_stream base; // first
    const std::string *text;
    size_t at;
};

rs_status Read(rs_byte_stream *stream, void *out, size_t size, size_t *got, rs_error *)
{
    auto *const from = reinterpret_cast<TextStream *>(stream);
    *got = std::min(size, from->text->size() - from->at);
    memcpy(out, from->text->data() + from->at, *got);
    from->at += *got;
    return RS_OK;
}

class Reader {
  public:
    explicit Reader(const std::string &text) : stream_{{Read, nullptr}, &text, 0}
    {
        reader_ = {};
        reader_.stream = &stream_.base;
        reader_.file = "f";
    }
    ~Reader()
    {
        rs_line_reader_clear(&reader_);
    }
    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;
    // Of each line its text; of an error its words.
    std::vector<std::string> lines()
    {
        std::vector<std::string> found;
        for (;;) {
            char *line = nullptr;
            size_t length = 0;
            bool more = false;
            rs_error error = {};
            if (rs_line_reader_next(&reader_, &line, &length, &more, &error) != RS_OK) {
                found.push_back(MessageOf(error));
                return found;
            }
            if (!more) {
                return found;
            }
            EXPECT_EQ(strlen(line), length);
            found.emplace_back(line, length);
            EXPECT_EQ(reader_.number, found.size());
        }
    }
    std::string rest(size_t limit)
    {
        char *text = nullptr;
        size_t length = 0;
        rs_error error = {};
        if (rs_line_reader_rest(&reader_, limit, &text, &length, &error) != RS_OK) {
            return MessageOf(error);
        }
        EXPECT_EQ(text[length], '\0');
        return {text, length};
    }
    // How many bytes the next line has been looked at.
    size_t peek()
    {
        const char *text = nullptr;
        size_t length = 9;
        rs_error error = {};
        EXPECT_EQ(rs_line_reader_peek(&reader_, &text, &length, &error), RS_OK);
        EXPECT_EQ(length == 0 ? "" : std::string(text, length),
                  stream_.text->substr(stream_.at - length, length));
        return length;
    }

  private:
    TextStream stream_;
    rs_line_reader reader_;
};

using Lines = std::vector<std::string>;

TEST(LineReader, ends_of_lines_and_of_the_file)
{
    const struct {
        const char *text;
        Lines lines;
    } cases[] = {
        {"", {}},
        {"\n", {""}},
        {"a", {"a"}},
        {"a\n", {"a"}},
        {"a\r\n", {"a"}},
        {"a\r", {"a"}},
        {"\r\n\n", {"", ""}},
        {"a\rb\n\r\r\nc", {"a\rb", "\r", "c"}},
        {"\xef\xbb\xbf"
         "a\n\xef\xbb\xbf"
         "b",
         {"a", "\xef\xbb\xbf"
               "b"}},
        {"\xef\xbb\xbf", {}},
    };
    for (const auto &one : cases) {
        const std::string text = one.text;
        EXPECT_EQ(Reader(text).lines(), one.lines) << text;
    }
}

// A line that ends before, at and behind the end of the buffer, as it is first and as it grows, and
// one that follows it.
TEST(LineReader, lines_across_the_buffer)
{
    for (const size_t buffer : {FIRST_BUFFER, 2 * FIRST_BUFFER, 4 * FIRST_BUFFER}) {
        for (size_t length = buffer - 3; length <= buffer + 2; ++length) {
            for (const char *end : {"", "\n", "\r\n", "\nxy", "\r\nxy"}) {
                const std::string text = std::string(length, 'a') + end;
                Lines wanted = {std::string(length, 'a')};
                if (text.back() == 'y') {
                    wanted.push_back("xy");
                }
                EXPECT_TRUE(Reader(text).lines() == wanted) << length << end;
                const std::string two = "first\n" + text;
                wanted.insert(wanted.begin(), "first");
                EXPECT_TRUE(Reader(two).lines() == wanted) << length << end;
            }
        }
    }
}

TEST(LineReader, how_long_a_line_may_be)
{
    const std::string most(RS_LINE_BYTES_MAX, 'a');
    for (const char *end : {"", "\n", "\nb\n"}) {
        const std::string text = most + end;
        EXPECT_EQ(Reader(text).lines()[0].size(), RS_LINE_BYTES_MAX);
        const std::string longer = "x\n" + most + "a" + end;
        EXPECT_EQ(Reader(longer).lines(),
                  (Lines{"x", "f: line 2: the line is longer than 1048576 bytes; is it the right "
                              "file?"}));
    }
}

TEST(LineReader, zero_bytes)
{
    EXPECT_EQ(Reader(std::string("a\0b", 3)).lines(),
              (Lines{"f: line 1: a zero byte: this is not a text file; a text file is needed"}));
    // it is met when the next bytes are read, behind the first line
    const std::string late = "a\n" + std::string(FIRST_BUFFER, 'b') + std::string(1, '\0');
    EXPECT_EQ(Reader(late).lines(),
              (Lines{"a", "f: line 2: a zero byte: this is not a text file; a text file is "
                          "needed"}));
}

TEST(LineReader, what_is_left)
{
    for (const size_t size : {size_t{0}, size_t{1}, FIRST_BUFFER - 1, FIRST_BUFFER,
                              FIRST_BUFFER + 1, 3 * FIRST_BUFFER}) {
        const std::string text(size, 'a');
        EXPECT_TRUE(Reader(text).rest(size) == text) << size;
        EXPECT_TRUE(Reader(text).rest(size + 1) == text) << size;
        if (size > 0) {
            EXPECT_EQ(Reader(text).rest(size - 1), "f: the array is longer than " +
                                                       std::to_string(size - 1) +
                                                       " bytes; write one JSON object a line "
                                                       "instead, which has no limit");
        }
        Reader looked(text); // what was looked at is not taken
        EXPECT_EQ(looked.peek(), std::min(size, FIRST_BUFFER));
        EXPECT_EQ(looked.peek(), std::min(size, FIRST_BUFFER));
        EXPECT_TRUE(looked.rest(size) == text) << size;
        EXPECT_EQ(looked.peek(), 0u);
        EXPECT_EQ(looked.rest(0), "");
    }
}

} // namespace
