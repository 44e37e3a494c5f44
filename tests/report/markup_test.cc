// Names from files as text of HTML and SVG.
#include <gtest/gtest.h>

#include <string>

extern "C" {
#include "report/markup.h"
}

namespace {

std::string Taken(rs_text *out)
{
    const std::string text = out->data == nullptr ? "" : out->data;
    rs_text_clear(out);
    return text;
}

std::string Escape(const std::string &text)
{
    rs_text out = {};
    rs_markup_append(&out, text.data(), text.size());
    return Taken(&out);
}

std::string Short(const char *text, size_t limit)
{
    rs_text out = {};
    rs_markup_short(&out, text, limit);
    return Taken(&out);
}

TEST(Markup, nothing_becomes_a_tag_or_ends_an_attribute)
{
    EXPECT_EQ(Escape("<script>alert('x & \"y\"')</script>"),
              "&lt;script&gt;alert(&#39;x &amp; &quot;y&quot;&#39;)&lt;/script&gt;");
    EXPECT_EQ(Escape(""), "");
}

TEST(Markup, what_xml_forbids_is_replaced)
{
    EXPECT_EQ(Escape(std::string("a\0b\x01\t\n\x7f"
                                 "c",
                                 8)),
              "a b    c");
    EXPECT_EQ(Escape("\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80"), "\u00e9\u4e2d\U0001f600");
    EXPECT_EQ(Escape("a\xff\xc3"), "a\ufffd\ufffd");
    EXPECT_EQ(Escape("\xed\xa0\x80"), "\ufffd\ufffd\ufffd"); // half of a surrogate pair
    EXPECT_EQ(Escape("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd"), "\ufffd\ufffd\ufffd");
    EXPECT_EQ(Escape("<\xc3"), "&lt;\ufffd"); // a cut character takes nothing with it
}

TEST(Markup, short_counts_characters_not_bytes_or_entities)
{
    EXPECT_EQ(Short("abcd", 4), "abcd");
    EXPECT_EQ(Short("abcde", 4), "abc\u2026");
    EXPECT_EQ(Short("<<<<", 4), "&lt;&lt;&lt;&lt;");
    EXPECT_EQ(Short("\u00e9\u00e9\u00e9\u00e9\u00e9", 4), "\u00e9\u00e9\u00e9\u2026");
    EXPECT_EQ(Short("", 4), "");
    EXPECT_EQ(rs_markup_length("\u00e9\u00e9\u00e9", 9), 3u);
    EXPECT_EQ(rs_markup_length("abcdefghijkl", 9), 9u);
}

std::string Made(void (*make)(rs_text *, const char *), const char *text)
{
    rs_text out = {};
    make(&out, text);
    return Taken(&out);
}

TEST(Markup, names_wrap_behind_their_joints_and_lose_nothing)
{
    EXPECT_EQ(Made(rs_markup_name, "vit_b.in1k-x/y"), "vit_<wbr/>b.<wbr/>in1k-<wbr/>x/<wbr/>y");
    EXPECT_EQ(Made(rs_markup_name, "a_<b>_"), "a_<wbr/>&lt;b&gt;_");
    EXPECT_EQ(Made(rs_markup_name, ""), "");
}

TEST(Markup, the_middle_goes_first)
{
    rs_text out = {};
    rs_markup_middle(&out, "abcdefghij", 5);
    EXPECT_EQ(Taken(&out), "ab\u2026ij");
    rs_markup_middle(&out, "abcdefghij", 6);
    EXPECT_EQ(Taken(&out), "abc\u2026ij");
    rs_markup_middle(&out, "abcdefghij", 10);
    EXPECT_EQ(Taken(&out), "abcdefghij");
    rs_markup_middle(&out, "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e8", 4);
    EXPECT_EQ(Taken(&out), "\u00e9\u00e9\u2026\u00e8");
}

TEST(Markup, folders_stay_at_home)
{
    EXPECT_EQ(Made(rs_markup_public, "/home/ann/x/c.npy: cut short"), "c.npy: cut short");
    EXPECT_EQ(Made(rs_markup_public, "see '~/a/b.txt' and ../../up/c.bin, 3/4 of results/d"),
              "see &#39;b.txt&#39; and c.bin, 3/4 of results/d");
    EXPECT_EQ(Made(rs_markup_public, "1 / 2 <b> /x/"), "1 / 2 &lt;b&gt; x/");
    EXPECT_EQ(Made(rs_markup_public, "--real=/data/real.json"), "--real=real.json");
}

} // namespace
