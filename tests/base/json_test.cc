// The wall around cJSON: strict reading with positions, and records that are whole or an error.
#include <cjson/cJSON.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include "base/json.h"
#include "base/random.h"
}

namespace {

std::string Print(const rs_json *json)
{
    rs_text text = {};
    rs_json_print(json, &text);
    const std::string out(text.data == nullptr ? "" : text.data, text.length);
    rs_text_clear(&text);
    return out;
}

// A record with a value of every kind.
rs_json *Record()
{
    rs_json *root = rs_json_object();
    rs_json_add_text(root, "name", "a \"b\"\n\t\xc3\xa9");
    rs_json_add_text(root, "none", nullptr);
    rs_json *list = rs_json_add_array(root, "list");
    rs_json_add_integer(list, nullptr, 0);
    rs_json_add_integer(list, nullptr, UINT64_C(9007199254740991));
    rs_json *inner = rs_json_add_object(list, nullptr);
    rs_json_add_number(inner, "x", 0.1);
    rs_json_add_number(inner, "nan", std::numeric_limits<double>::quiet_NaN());
    rs_json_add_number(inner, "inf", -std::numeric_limits<double>::infinity());
    rs_json_add_bool(root, "yes", true);
    rs_json_add_bool(root, "no", false);
    rs_json_add_null(root, "null");
    rs_json *own = rs_json_array();
    rs_json_add(root, "own", own);
    return root;
}

const char kRecord[] = "{\"name\":\"a \\\"b\\\"\\n\\t\xc3\xa9\",\"none\":null,"
                       "\"list\":[0,9007199254740991,{\"x\":0.1,\"nan\":null,\"inf\":null}],"
                       "\"yes\":true,\"no\":false,\"null\":null,\"own\":[]}";

TEST(JsonWrite, KeepsTheOrderAndWritesNoNan)
{
    rs_json *root = Record();
    EXPECT_EQ(Print(root), kRecord);
    rs_json_free(root);
}

TEST(JsonWrite, AppendsToWhatIsThere)
{
    rs_text text = {};
    rs_text_append(&text, "line ", 5);
    rs_json *list = rs_json_array();
    rs_json_print(list, &text);
    EXPECT_STREQ(text.data, "line []");
    rs_text_clear(&text);
    rs_json_free(list);
}

TEST(JsonWrite, NumbersComeBackToTheLastBit)
{
    std::vector<double> values = {0.1,
                                  1.0 / 3,
                                  42164.0 / 46837,
                                  1e-300,
                                  5e-324,
                                  0.0,
                                  -1.0,
                                  1e15,
                                  1.7976931348623157e308,
                                  -0.75062,
                                  123456789012345.67};
    rs_random random = rs_random_make(5, 0);
    for (int i = 0; i < 20000; ++i) {
        values.push_back(rs_random_unit(&random));
    }
    for (const double value : values) {
        rs_json *list = rs_json_array();
        rs_json_add_number(list, nullptr, value);
        const std::string text = Print(list);
        rs_json_free(list);
        EXPECT_EQ(std::strtod(text.c_str() + 1, nullptr), value) << text;
    }
}

TEST(JsonWrite, NullIsTakenEverywhereAndReported)
{
    rs_json_add_text(nullptr, "a", "b");
    rs_json_add_integer(nullptr, "a", 1);
    rs_json_add(nullptr, "a", rs_json_object());
    EXPECT_EQ(rs_json_add_object(nullptr, "a"), nullptr);
    EXPECT_EQ(rs_json_add_array(nullptr, "a"), nullptr);
    rs_json_free(nullptr);
    rs_text text = {};
    rs_error error = {};
    rs_json_print(nullptr, &text);
    EXPECT_EQ(rs_text_check(&text, &error), RS_MEMORY);
    EXPECT_STREQ(error.reason, "no memory for 0 bytes of a JSON record");
    rs_text_clear(&text);
    rs_json_finish(nullptr, &text);
    EXPECT_EQ(rs_text_check(&text, &error), RS_MEMORY);
    rs_text_clear(&text);
}

// ---- memory that runs out at every step ----

int left_before_failure = -1;

void *Allocate(size_t size)
{
    if (left_before_failure == 0) {
        return nullptr;
    }
    if (left_before_failure > 0) {
        --left_before_failure;
    }
    return malloc(size);
}

class JsonMemory : public testing::Test {
  protected:
    JsonMemory()
    {
        cJSON_Hooks hooks = {Allocate, free};
        cJSON_InitHooks(&hooks);
    }
    ~JsonMemory() override
    {
        left_before_failure = -1;
        cJSON_InitHooks(nullptr);
    }
};

// A record that lost a value to lack of memory is an error, never a shorter record.
TEST_F(JsonMemory, ALostValueIsNeverOverlooked)
{
    int failures = 0;
    for (int allowed = 0; allowed < 200; ++allowed) {
        left_before_failure = allowed;
        rs_json *root = Record();
        rs_text text = {};
        // Only building runs out; the printer has all it wants, and must still notice.
        left_before_failure = -1;
        rs_json_print(root, &text);
        const rs_status status = rs_text_check(&text, nullptr);
        if (status == RS_OK) {
            EXPECT_STREQ(text.data, kRecord) << allowed;
        } else {
            EXPECT_EQ(status, RS_MEMORY);
            ++failures;
        }
        rs_text_clear(&text);
        rs_json_free(root);
    }
    EXPECT_GT(failures, 20);
    EXPECT_LT(failures, 100);
}

TEST_F(JsonMemory, ThePrinterRunningOutIsAnError)
{
    rs_json *root = Record();
    int failures = 0;
    for (int allowed = 0; allowed < 10; ++allowed) {
        rs_text text = {};
        left_before_failure = allowed;
        rs_json_print(root, &text);
        const rs_status status = rs_text_check(&text, nullptr);
        left_before_failure = -1;
        failures += status == RS_MEMORY ? 1 : 0;
        if (status == RS_OK) {
            EXPECT_STREQ(text.data, kRecord);
        }
        rs_text_clear(&text);
    }
    EXPECT_GT(failures, 0);
    rs_json_free(root);
}

TEST_F(JsonMemory, TheParserRunningOutLeavesNothing)
{
    const std::string text = kRecord;
    int failures = 0;
    for (int allowed = 0; allowed < 60; ++allowed) {
        left_before_failure = allowed;
        rs_json *json = nullptr;
        const rs_status status = rs_json_parse("f", text.data(), text.size(), &json, nullptr);
        left_before_failure = -1;
        EXPECT_EQ(status == RS_OK, json != nullptr);
        failures += status == RS_OK ? 0 : 1;
        rs_json_free(json);
    }
    EXPECT_GT(failures, 0);
}

// ---- reading ----

rs_status Parse(const std::string &text, rs_error *error = nullptr)
{
    rs_json *json = nullptr;
    // Exactly as long as it is: nothing may be read behind it.
    char *exact = static_cast<char *>(malloc(text.empty() ? 1 : text.size()));
    std::memcpy(exact, text.data(), text.size());
    const rs_status status = rs_json_parse("f.json", exact, text.size(), &json, error);
    free(exact);
    EXPECT_EQ(status == RS_OK, json != nullptr);
    rs_json_free(json);
    return status;
}

TEST(JsonRead, GoodTexts)
{
    for (const char *text :
         {"{}", "[]", " [1, 2.5, -3e2, \"x\", true, false, null]\n", "\"text\"", "7",
          "{\"a\":{\"a\":1},\"b\":{\"a\":1}}", "[{\"a\":1},{\"a\":1}] \r\n\t ",
          R"(["u0000\\u0000"])"}) {
        rs_error error = {};
        EXPECT_EQ(Parse(text, &error), RS_OK) << text << " " << error.reason;
    }
}

const char kInvalid[] = "this is not valid JSON";
const char kFollows[] = "something follows the end of the JSON value";
const char kZero[] = "a text holds a zero byte (\\u0000)";

struct BadText {
    const char *name;
    std::string text;
    uint64_t at;
    const char *reason;
    friend std::ostream &operator<<(std::ostream &out, const BadText &bad)
    {
        return out << bad.name;
    }
};

class JsonBad : public testing::TestWithParam<BadText> {};

TEST_P(JsonBad, NamesThePlace)
{
    rs_error error = {};
    EXPECT_EQ(Parse(GetParam().text, &error), RS_FORMAT);
    EXPECT_STREQ(error.file, "f.json");
    EXPECT_EQ(error.place.kind, RS_PLACE_BYTE);
    EXPECT_EQ(error.place.at, GetParam().at);
    EXPECT_STREQ(error.reason, GetParam().reason);
    const bool zero = std::string(GetParam().reason) == kZero;
    EXPECT_STREQ(error.advice, zero ? "write the file again without it"
                                    : "is it the right file? Write or copy it again");
}

// Where a text is wrong, cJSON points behind its first character.
INSTANTIATE_TEST_SUITE_P(
    Json, JsonBad,
    testing::Values(BadText{"empty", "", 0, kInvalid},
                    BadText{"bare_word", "[1, oops]", 4, kInvalid},
                    BadText{"missing_value", "{\"a\":}", 5, kInvalid},
                    BadText{"single_quotes", "{'a':1}", 2, kInvalid},
                    BadText{"list_left_open", "[1, 2", 4, kInvalid},
                    BadText{"text_left_open", "[\"ab", 2, kInvalid},
                    BadText{"two_values", "[1] [2]", 4, kFollows},
                    BadText{"a_word_behind", "{} x", 3, kFollows},
                    BadText{"a_zero_behind", std::string("{}\0", 3), 2, kFollows},
                    BadText{"a_zero_in_a_text", R"(["u0000", "a\u0000/b"])", 12, kZero},
                    BadText{"a_zero_in_a_key", R"({"\\\u0000":1})", 4, kZero},
                    BadText{"too_deep", std::string(2000, '['), 1000, kInvalid}),
    [](const auto &test) { return test.param.name; });

TEST(JsonRead, KeysThatStandTwiceAreRefused)
{
    const struct {
        const char *text;
        const char *key;
    } bad[] = {
        {"{\"a\":1,\"a\":2}", "a"},
        {"{\"a\":1,\"b\":0,\"c\":0,\"a\":1}", "a"},
        {"[[{\"x\":{\"deep\":1,\"deep\":1}}]]", "deep"},
        {"{\"\":1,\"\":2}", ""},
        {"{\"a\":1,\"\\u0061\":2}", "a"},
    };
    for (const auto &one : bad) {
        rs_error error = {};
        EXPECT_EQ(Parse(one.text, &error), RS_FORMAT) << one.text;
        EXPECT_EQ(std::string(error.reason),
                  "the key \"" + std::string(one.key) + "\" stands twice in one object");
        EXPECT_STREQ(error.advice, "keep one of the two");
    }
    // Keys that differ in case are two keys.
    EXPECT_EQ(Parse("{\"a\":1,\"A\":2}"), RS_OK);
}

TEST(JsonRead, ValuesAreTakenApart)
{
    const std::string text =
        "{\"Name\":\"x\",\"n\":42,\"neg\":-7,\"half\":0.5,\"big\":9007199254740993,\"huge\":1e300,"
        "\"list\":[1,2,3],\"yes\":true}";
    rs_json *json = nullptr;
    ASSERT_EQ(rs_json_parse("f", text.data(), text.size(), &json, nullptr), RS_OK);
    EXPECT_TRUE(rs_json_is_object(json));
    EXPECT_FALSE(rs_json_is_array(json));
    EXPECT_EQ(rs_json_size(json), 8u);
    EXPECT_STREQ(rs_json_text(rs_json_get(json, "Name")), "x");
    EXPECT_EQ(rs_json_get(json, "name"), nullptr); // names differ in case
    EXPECT_EQ(rs_json_text(rs_json_get(json, "n")), nullptr);
    int64_t integer = 0;
    double number = 0;
    EXPECT_TRUE(rs_json_integer(rs_json_get(json, "n"), &integer));
    EXPECT_EQ(integer, 42);
    EXPECT_TRUE(rs_json_integer(rs_json_get(json, "neg"), &integer));
    EXPECT_EQ(integer, -7);
    EXPECT_FALSE(rs_json_integer(rs_json_get(json, "half"), &integer));
    EXPECT_FALSE(rs_json_integer(rs_json_get(json, "huge"), &integer));
    EXPECT_FALSE(rs_json_integer(rs_json_get(json, "Name"), &integer));
    EXPECT_FALSE(rs_json_integer(rs_json_get(json, "none"), &integer));
    EXPECT_TRUE(rs_json_number(rs_json_get(json, "half"), &number));
    EXPECT_EQ(number, 0.5);
    EXPECT_FALSE(rs_json_number(rs_json_get(json, "yes"), &number));
    const rs_json *list = rs_json_get(json, "list");
    EXPECT_TRUE(rs_json_is_array(list));
    EXPECT_EQ(rs_json_size(list), 3u);
    int64_t sum = 0;
    for (const rs_json *item = rs_json_first(list); item != nullptr; item = rs_json_next(item)) {
        ASSERT_TRUE(rs_json_integer(item, &integer));
        EXPECT_EQ(rs_json_name(item), nullptr);
        sum += integer;
    }
    EXPECT_EQ(sum, 6);
    EXPECT_STREQ(rs_json_name(rs_json_first(json)), "Name");
    EXPECT_EQ(rs_json_first(nullptr), nullptr);
    EXPECT_EQ(rs_json_next(nullptr), nullptr);
    EXPECT_EQ(rs_json_size(nullptr), 0u);
    EXPECT_FALSE(rs_json_is_object(nullptr));
    rs_json_free(json);
}

// 2^53 + 1 cannot be told from 2^53 in a double: what is beyond must not pass for exact.
TEST(JsonRead, IntegersBeyondTheExactOnes)
{
    const std::string text = "[9007199254740992, 9007199254740994, -9007199254740992]";
    rs_json *json = nullptr;
    ASSERT_EQ(rs_json_parse("f", text.data(), text.size(), &json, nullptr), RS_OK);
    int64_t integer = 0;
    const rs_json *item = rs_json_first(json);
    EXPECT_TRUE(rs_json_integer(item, &integer));
    item = rs_json_next(item);
    EXPECT_FALSE(rs_json_integer(item, &integer));
    item = rs_json_next(item);
    EXPECT_TRUE(rs_json_integer(item, &integer));
    rs_json_free(json);
}

TEST(JsonRead, ManyKeysCostNoSquareOfThem)
{
    std::string text = "{";
    for (int i = 0; i < 200000; ++i) {
        text += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":0";
    }
    EXPECT_EQ(Parse(text + "}"), RS_OK);
    EXPECT_EQ(Parse(text + ",\"k777\":1}"), RS_FORMAT);
}

} // namespace
