// Class lists: synset ids and names.
#include <gtest/gtest.h>

#include <cstring>

#include "labels/label_case.h"

extern "C" {
#include "labels/class_list.h"
}

namespace {

struct List : rs_class_list {
    List() : rs_class_list{}
    {
    }
    ~List()
    {
        rs_class_list_clear(this);
    }
    List(const List &) = delete;
    List &operator=(const List &) = delete;
};

rs_status Parse(const std::string &text, rs_class_list_kind kind, List *list, rs_error *error)
{
    rs_class_list_clear(list);
    return rs_class_list_parse("classes.txt", Bytes(text), text.size(), kind, list, error);
}

rs_span Span(const char *text)
{
    return rs_span{text, std::strlen(text)};
}

TEST(ClassList, IdsAreFound)
{
    List list;
    rs_error error = {};
    ASSERT_EQ(Parse("# in order\nn003\r\nn001\ncat\n\n", RS_CLASS_LIST_IDS, &list, &error), RS_OK)
        << error.reason;
    ASSERT_EQ(list.count, 3u);
    EXPECT_STREQ(rs_class_list_get(&list, 0), "n003");
    EXPECT_STREQ(rs_class_list_get(&list, 2), "cat");
    EXPECT_EQ(rs_class_list_get(&list, 3), nullptr);
    EXPECT_EQ(rs_class_list_find(&list, Span("n001")), 1);
    EXPECT_EQ(rs_class_list_find(&list, Span("cat")), 2);
    EXPECT_EQ(rs_class_list_find(&list, Span("ca")), -1);
    EXPECT_EQ(rs_class_list_find(&list, Span("")), -1);
    EXPECT_FALSE(rs_class_list_is_sorted(&list));

    const List none;
    EXPECT_EQ(rs_class_list_find(&none, Span("n001")), -1);
    EXPECT_EQ(rs_class_list_get(&none, 0), nullptr);
    EXPECT_TRUE(rs_class_list_is_sorted(&none));
}

TEST(ClassList, CopiesStandAlone)
{
    List copy;
    {
        List list;
        ASSERT_EQ(Parse("a\nb\n", RS_CLASS_LIST_IDS, &list, nullptr), RS_OK);
        ASSERT_EQ(rs_class_list_copy(&list, &copy, nullptr), RS_OK);
    }
    EXPECT_EQ(rs_class_list_find(&copy, Span("b")), 1);
    EXPECT_TRUE(rs_class_list_is_sorted(&copy));
    List empty;
    const List none;
    ASSERT_EQ(rs_class_list_copy(&none, &empty, nullptr), RS_OK);
    EXPECT_EQ(empty.count, 0u);
}

TEST(ClassList, ALargeListIsFoundAgain)
{
    std::string text;
    for (int i = 0; i < 65536; ++i) {
        text += "c" + std::to_string(i * 17) + "\n";
    }
    List list;
    ASSERT_EQ(Parse(text, RS_CLASS_LIST_IDS, &list, nullptr), RS_OK);
    for (int i = 0; i < 65536; ++i) {
        const std::string id = "c" + std::to_string(i * 17);
        ASSERT_EQ(rs_class_list_find(&list, Span(id.c_str())), i);
    }
    rs_error error = {};
    EXPECT_EQ(Parse(text + "more\n", RS_CLASS_LIST_IDS, &list, &error), RS_RANGE);
    EXPECT_STREQ(error.reason, "more than 65536 classes");
    EXPECT_EQ(error.place.at, 65537u);
}

TEST(ClassList, NamesAreKeptWhole)
{
    List list;
    ASSERT_EQ(Parse("tench, Tinca tinca\ncrane\ncrane\n  3-D caf\xc3\xa9 \n", RS_CLASS_LIST_NAMES,
                    &list, nullptr),
              RS_OK);
    ASSERT_EQ(list.count, 4u);
    EXPECT_STREQ(rs_class_list_get(&list, 0), "tench, Tinca tinca");
    EXPECT_STREQ(rs_class_list_get(&list, 2), "crane");
    EXPECT_STREQ(rs_class_list_get(&list, 3), "3-D caf\xc3\xa9");
    EXPECT_EQ(rs_labels_short_name_bytes(rs_class_list_get(&list, 0)), 5u);
    EXPECT_EQ(rs_labels_short_name_bytes(rs_class_list_get(&list, 1)), 5u);
    EXPECT_EQ(rs_labels_short_name_bytes(nullptr), 0u);
}

class BadClassList : public ::testing::TestWithParam<BadInput> {};

TEST_P(BadClassList, IsRefused)
{
    List list;
    rs_error error = {};
    const rs_status status = Parse(GetParam().text, RS_CLASS_LIST_IDS, &list, &error);
    ExpectError(GetParam(), "classes.txt", status, error);
    EXPECT_EQ(list.count, 0u);
    EXPECT_EQ(list.text, nullptr);
}

const BadInput kBad[] = {
    {"Empty", "", RS_FORMAT, RS_PLACE_NONE, 0, "the list holds no classes", "one class a line"},
    {"Twice", "a\nb\n# c\na\n", RS_FORMAT, RS_PLACE_LINE, 4,
     "'a' stands twice, it is class 0 already", "its own id"},
    {"Words", "a\nn01440764 tench\n", RS_FORMAT, RS_PLACE_LINE, 2,
     "the line holds more than one word: 'n01440764 tench'", "one synset id a line"},
    {"Comma", "a,b\n", RS_FORMAT, RS_PLACE_LINE, 1, "the line holds more than one word: 'a,b'",
     "one synset id a line"},
    {"Numbers", "0\n1\n", RS_FORMAT, RS_PLACE_LINE, 1, "'0' is a number, not a synset id",
     "one synset id a line"},
    {"Blank", "a\n\nb\n", RS_FORMAT, RS_PLACE_LINE, 2, "a blank line, but line 3 follows",
     "remove it"},
    {"Escape", "a\nb\x1b[2J\n", RS_FORMAT, RS_PLACE_LINE, 2, "a control character in 'b\\x1b[2J'",
     "plain text"},
    {"Zero", std::string("a\0b\n", 4), RS_FORMAT, RS_PLACE_BYTE, 1,
     "a zero byte: this is not a text file", "a text file"},
};
INSTANTIATE_TEST_SUITE_P(Table, BadClassList, ::testing::ValuesIn(kBad), BadInputName);

} // namespace
