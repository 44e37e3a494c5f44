// A record as a line among others: `model` first, all else as it was.
#include <gtest/gtest.h>

#include <string>

extern "C" {
#include "report/record_line.h"
}

namespace {

std::string Line(const std::string &record)
{
    rs_text in = {};
    rs_text out = {};
    rs_text_append(&in, record.data(), record.size());
    rs_record_line(&in, &out);
    const std::string line(out.data, out.length);
    rs_text_clear(&in);
    rs_text_clear(&out);
    return line;
}

TEST(RecordLine, begins_with_the_model)
{
    EXPECT_EQ(Line(R"({"schema":"s","model":"m","input":{"rows":1}})"
                   "\n"),
              R"({"model":"m","schema":"s","input":{"rows":1}})"
              "\n");
    EXPECT_EQ(Line(R"({"a":0.10000000000000001,"model":"m"})"),
              R"({"model":"m","a":0.10000000000000001})");
}

TEST(RecordLine, only_a_member_of_the_record_counts)
{
    EXPECT_EQ(
        Line(
            R"({"tool":{"model":"x","a":[{"model":1},2]},"text":"\"model\":\"}",)"
            R"("model":"m,\"}\\","z":1})"),
        R"({"model":"m,\"}\\","tool":{"model":"x","a":[{"model":1},2]},"text":"\"model\":\"}",)"
        R"("z":1})");
    EXPECT_EQ(Line(R"({"models":1,"model":2})"), R"({"model":2,"models":1})");
}

TEST(RecordLine, blanks_stay_and_what_is_first_stays)
{
    EXPECT_EQ(Line("{ \"a\" : 1 , \"model\" : \"m\" }"), "{\"model\" : \"m\" , \"a\" : 1 }");
    EXPECT_EQ(Line(R"({ "model":"m","a":1})"), R"({ "model":"m","a":1})");
    EXPECT_EQ(Line(R"({"a":1})"), R"({"a":1})");
    EXPECT_EQ(Line("[]"), "[]");
    const std::string zero("\0", 1); // the reader of JSON takes it for a blank
    EXPECT_EQ(Line(zero + R"({"a":1,"model":"m"})"), R"({"model":"m","a":1})");
}

} // namespace
