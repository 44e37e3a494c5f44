// Warnings of many records, a line a kind.
#include <gtest/gtest.h>

#include <string>
#include <vector>

extern "C" {
#include "report/warned.h"
}

namespace {

class Warned : public testing::Test {
  protected:
    ~Warned() override { rs_warned_clear(&warned_); }
    void Add(std::string model, const std::vector<std::string> &texts)
    {
        rs_record record = {};
        record.model = model.data();
        for (const std::string &text : texts) {
            ASSERT_EQ(rs_warnings_add_text(&record.warnings, RS_WARNING_COUNTS, text.c_str(),
                                           nullptr),
                      RS_OK);
        }
        EXPECT_EQ(rs_warned_add(&warned_, &record, nullptr), RS_OK);
        rs_warnings_clear(&record.warnings);
    }
    std::string Line(size_t i) const
    {
        rs_text text = {};
        rs_warned_models(&warned_.kind[i], &text);
        rs_text_add(&text, ": ");
        rs_warned_text(&warned_.kind[i], &text);
        const std::string line(text.data, text.length);
        rs_text_clear(&text);
        return line;
    }
    rs_warned warned_ = {};
};

TEST_F(Warned, models_that_say_the_same_share_a_line)
{
    Add("a", {"the labels are synthetic"});
    Add("b", {});
    Add("c", {"the labels are synthetic", "something else"});
    ASSERT_EQ(warned_.count, 2u);
    EXPECT_EQ(Line(0), "a, c: the labels are synthetic");
    EXPECT_EQ(Line(1), "c: something else");
}

TEST_F(Warned, numbers_make_no_kind_and_are_told)
{
    Add("a", {"top-1 accuracy of 2.05 % is near chance"});
    Add("b", {"top-1 accuracy of 11 % is near chance"});
    Add("c", {"top-1 accuracy of 2.05 % is near the truth"});
    ASSERT_EQ(warned_.count, 2u);
    EXPECT_EQ(Line(0), "a, b: top-1 accuracy of 2.05 % is near chance (so of a; the others have "
                       "other numbers)");
    EXPECT_EQ(Line(1), "c: top-1 accuracy of 2.05 % is near the truth");
}

TEST_F(Warned, a_number_ends_where_it_does)
{
    Add("a", {"3 rows."});
    Add("b", {"3. rows"}); // a point without digits is none of the number
    Add("c", {"30.5 rows."});
    ASSERT_EQ(warned_.count, 2u);
    EXPECT_EQ(warned_.kind[0].count, 2u);
}

TEST_F(Warned, only_the_first_models_are_named)
{
    for (const char *model : {"a", "b", "c", "d"}) {
        Add(model, {"x"});
    }
    EXPECT_EQ(Line(0), "a, b, c, d: x");
    Add("e", {"x", "x"}); // of two members of one ensemble: one model
    EXPECT_EQ(Line(0), "a, b, c and 2 more: x");
    EXPECT_EQ(warned_.kind[0].count, 5u);
}

} // namespace
