// The parser of real.json: forms that are the same sets, and every way to be wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "labels/label_case.h"
#include "support/program.h"
#include "support/real_data.h"

extern "C" {
#include "labels/label_bytes.h"
#include "labels/real_json.h"
}

namespace {

rs_status Parse(const std::string &text, uint32_t limit, Sets *out, int32_t *largest = nullptr,
                rs_error *error = nullptr)
{
    // in a block of exactly its size, so that a sanitizer sees a read past the end
    const std::vector<uint8_t> block(text.begin(), text.end());
    rs_real_sets sets;
    const rs_status status =
        rs_real_json_parse("real.json", block.data(), block.size(), limit, &sets, error);
    out->clear();
    for (uint32_t i = 0; i < sets.rows; ++i) {
        out->emplace_back(sets.class_index + sets.begin[i], sets.class_index + sets.begin[i + 1]);
    }
    if (largest != nullptr) {
        *largest = sets.largest;
    }
    EXPECT_EQ(status == RS_OK, sets.begin != nullptr);
    rs_real_sets_clear(&sets);
    return status;
}

TEST(RealJson, ReadsSetsInEverySpelling)
{
    const Sets expected = {{}, {795, 970}, {0}, {5, 65, 999}};
    const char *const spellings[] = {
        "[[], [970, 795], [0], [65, 999, 5]]",
        "[[],[795,970],[0],[999,65,5]]\n",
        "\xef\xbb\xbf[[], [970, 795], [0], [65, 5, 999]]",
        " \r\n\t[ [ ] ,\n[ 970\t,795 ] , [0 ]\r\n,[5,\n65 , 999 ] ] \n",
        "[\n  [],\n  [\n    970,\n    795\n  ],\n  [0],\n  [5, 65, 999]\n]\n",
    };
    for (const char *text : spellings) {
        Sets sets;
        int32_t largest = 0;
        rs_error error = {};
        EXPECT_EQ(Parse(text, 1000, &sets, &largest, &error), RS_OK) << text << error.reason;
        EXPECT_EQ(sets, expected) << text;
        EXPECT_EQ(largest, 999) << text;
    }
}

TEST(RealJson, ReadsTheLimits)
{
    Sets sets;
    int32_t largest = 0;
    EXPECT_EQ(Parse("[[65535]]", 65536, &sets, &largest), RS_OK);
    EXPECT_EQ(sets, (Sets{{65535}}));
    EXPECT_EQ(largest, 65535);
    EXPECT_EQ(Parse("[[]]", 65536, &sets, &largest), RS_OK);
    EXPECT_EQ(sets, (Sets{{}}));
    EXPECT_EQ(largest, -1);
    EXPECT_EQ(Parse("[[], [], []]", 1, &sets), RS_OK);
    EXPECT_EQ(sets.size(), 3u);

    std::vector<int32_t> all(65536);
    std::iota(all.begin(), all.end(), 0);
    std::string text = "[[";
    for (int i = 65535; i >= 0; --i) {
        text += std::to_string(i) + (i > 0 ? "," : "]]");
    }
    EXPECT_EQ(Parse(text, 65536, &sets), RS_OK);
    EXPECT_EQ(sets, (Sets{all}));
}

TEST(RealJson, AgreesWithAnObviousWriter)
{
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        Sets sets;
        std::string text = "[";
        const uint32_t classes = 1 + random() % (round % 2 == 0 ? 1000 : 65536);
        const bool compact = random() % 2 == 0;
        for (unsigned i = 0, rows = 1 + random() % 100; i < rows; ++i) {
            std::vector<int32_t> set;
            text += i > 0 ? (compact ? ",[" : ", [") : "[";
            for (unsigned k = 0, count = random() % (i % 10 == 0 ? 60 : 4); k < count; ++k) {
                const auto c = static_cast<int32_t>(random() % classes);
                if (std::find(set.begin(), set.end(), c) == set.end()) {
                    text += (set.empty() ? "" : compact ? "," : ", ") + std::to_string(c);
                    set.push_back(c);
                }
            }
            text += "]";
            std::sort(set.begin(), set.end());
            sets.push_back(set);
        }
        Sets got;
        ASSERT_EQ(Parse(text + "]", classes, &got), RS_OK) << text;
        ASSERT_EQ(got, sets) << text;
    }
}

TEST(RealJson, EveryTruncationIsAnErrorAtItsEnd)
{
    const std::string whole = "[[], [970, 795], [230, 231], [809], [516, 850], [57], [334]]";
    Sets sets;
    for (size_t length = 0; length < whole.size(); ++length) {
        rs_error error = {};
        EXPECT_EQ(Parse(whole.substr(0, length), 1000, &sets, nullptr, &error), RS_FORMAT);
        EXPECT_EQ(error.place.kind, RS_PLACE_BYTE);
        EXPECT_EQ(error.place.at, length);
    }
    EXPECT_EQ(Parse(whole, 1000, &sets), RS_OK);
}

class BadRealJson : public ::testing::TestWithParam<BadInput> {};

TEST_P(BadRealJson, IsRefused)
{
    Sets sets;
    rs_error error = {};
    const rs_status status = Parse(GetParam().text, 1000, &sets, nullptr, &error);
    ExpectError(GetParam(), "real.json", status, error);
    EXPECT_TRUE(sets.empty());
    EXPECT_EQ(Parse(GetParam().text, 1000, &sets, nullptr, nullptr), GetParam().status);
}

const char *const kForm = "give the published real.json or a file of its form: [[65, 66], []";
const char *const kLong = ", [123], [456], [789], [321], [654]]"; // keeps the fast path busy

const BadInput kBad[] = {
    {"Empty", "", RS_FORMAT, RS_PLACE_BYTE, 0, "the file is empty", kForm},
    {"Blank", " \n\t ", RS_FORMAT, RS_PLACE_BYTE, 4, "the file is empty", kForm},
    {"Object", "{\"a\": 1}", RS_FORMAT, RS_PLACE_BYTE, 0,
     "the '[' of an array of sets is expected here, not '{'", kForm},
    {"Number", "12", RS_FORMAT, RS_PLACE_BYTE, 0,
     "the '[' of an array of sets is expected here, not '1'", kForm},
    {"NoImages", "[]", RS_FORMAT, RS_PLACE_BYTE, 1, "the array is empty: there are no images",
     kForm},
    {"NotAnArray", "[[1], 2]", RS_FORMAT, RS_PLACE_BYTE, 6,
     "the '[' of a set is expected here, not '2'", kForm},
    {"Null", "[[1], null]", RS_FORMAT, RS_PLACE_BYTE, 6,
     "the '[' of a set is expected here, not 'n'", kForm},
    {"CommaAtTheEnd", "[[1], ]", RS_FORMAT, RS_PLACE_BYTE, 6,
     "the '[' of a set is expected here, not ']'", kForm},
    {"NoComma", "[[1] [2]]", RS_FORMAT, RS_PLACE_BYTE, 5, "',' or ']' is expected here, not '['",
     kForm},
    {"CommaInSet", std::string("[[111, ]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 7,
     "a class is missing beside this comma or bracket", kForm},
    {"CommaFirst", std::string("[[, 111]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 2,
     "a class is missing beside this comma or bracket", kForm},
    {"TwoCommas", std::string("[[111,, 112]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 6,
     "a class is missing beside this comma or bracket", kForm},
    {"Negative", std::string("[[111, -1]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 7,
     "a class cannot be negative", kForm},
    {"Nested", std::string("[[[111]]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 2,
     "an array inside a set: nested too deep", kForm},
    {"Text", std::string("[[\"111\"]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 2,
     "a class must be a number, not a text", kForm},
    {"ClassNull", std::string("[[null]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 2,
     "a class index is expected here, not 'n'", kForm},
    {"Fraction", std::string("[[111.0]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 5,
     "a class must be a whole number without fraction or exponent", "as whole numbers"},
    {"Exponent", std::string("[[1e2]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 3,
     "a class must be a whole number without fraction or exponent", "as whole numbers"},
    {"UpperExponent", std::string("[[1E2]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 3,
     "a class must be a whole number without fraction or exponent", "as whole numbers"},
    {"LeadingZero", std::string("[[111, 011]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 7,
     "'011' starts with a zero", "without leading zeros"},
    {"TwoZeros", std::string("[[00]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 2,
     "'00' starts with a zero", "without leading zeros"},
    {"Plus", std::string("[[+1]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 2,
     "a class index is expected here, not '+'", kForm},
    {"ControlByte", std::string("[[1\x01]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 3,
     "',' or ']' is expected here, not '\\x01'", kForm},
    {"ZeroByte", std::string("[[1], \0[2]]", 11), RS_FORMAT, RS_PLACE_BYTE, 6,
     "the '[' of a set is expected here, not '\\x00'", kForm},
    {"VerticalTab", "[[1],\v[2]]", RS_FORMAT, RS_PLACE_BYTE, 5,
     "the '[' of a set is expected here, not '\\x0b'", kForm},
    {"ClassTooLarge", std::string("[[999], [1000]") + kLong, RS_RANGE, RS_PLACE_BYTE, 9,
     "class '1000' is not below the number of classes, 1000", "made for other classes"},
    {"ClassWraps", std::string("[[4294967297]") + kLong, RS_RANGE, RS_PLACE_BYTE, 2,
     "class '4294967297' is not below the number of classes, 1000", "made for other classes"},
    {"ClassOfManyDigits", "[[1" + std::string(100, '0') + "]]", RS_RANGE, RS_PLACE_BYTE, 2,
     "class '10000000000000000000000000000000000000000000000000000000000000...' is not below the "
     "number of classes, 1000",
     "made for other classes"},
    {"Duplicate", std::string("[[1], [7, 22, 7]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 14,
     "class 7 stands twice in set 1", "each class once"},
    {"DuplicateOfTwo", std::string("[[111, 111]") + kLong, RS_FORMAT, RS_PLACE_BYTE, 7,
     "class 111 stands twice in set 0", "each class once"},
    {"Garbage", "[[1], [2]] x", RS_FORMAT, RS_PLACE_BYTE, 11, "something follows the array of sets",
     "remove what follows"},
    {"TwoArrays", "[[1]][[2]]", RS_FORMAT, RS_PLACE_BYTE, 5, "something follows the array of sets",
     "remove what follows"},
    {"TruncatedInSet", "[[1], [2, 3", RS_FORMAT, RS_PLACE_BYTE, 11,
     "the file ends inside the array, in or after set 1", "truncated"},
    {"TruncatedAfterSet", "[[1], [2, 3]", RS_FORMAT, RS_PLACE_BYTE, 12,
     "the file ends inside the array, in or after set 2", "truncated"},
    {"TruncatedAfterComma", "[[1], ", RS_FORMAT, RS_PLACE_BYTE, 6,
     "the file ends inside the array, in or after set 1", "truncated"},
};
INSTANTIATE_TEST_SUITE_P(Table, BadRealJson, ::testing::ValuesIn(kBad), BadInputName);

TEST(RealJson, ADuplicateInALargeSet)
{
    std::string text = "[[";
    for (int i = 0; i < 500; ++i) {
        text += std::to_string(i) + ",";
    }
    const uint64_t at = text.size();
    text += "250]]";
    Sets sets;
    rs_error error = {};
    EXPECT_EQ(Parse(text, 1000, &sets, nullptr, &error), RS_FORMAT);
    EXPECT_STREQ(error.reason, "class 250 stands twice in set 0");
    EXPECT_EQ(error.place.at, at);
}

TEST(RealJson, MissingFileAndFolder)
{
    const TemporaryFolder folder;
    rs_label_bytes bytes;
    rs_error error = {};
    EXPECT_EQ(rs_label_bytes_open(folder.path("none.json").c_str(), &bytes, &error), RS_IO);
    EXPECT_STREQ(error.reason, "no such file");
    EXPECT_EQ(rs_label_bytes_open(folder.path("").c_str(), &bytes, &error), RS_IO);
    EXPECT_STREQ(error.reason, "this is a folder, a file is needed");
    Sets none;
    EXPECT_EQ(Parse("", 10, &none, nullptr, &error), RS_FORMAT);
    EXPECT_STREQ(error.reason, "the file is empty");
}

TEST(RealJson, ReadsThePublishedFile)
{
    RS_NEED_DATA();
    const std::string path = DataFolder() + "/reassessed-imagenet/real.json";
    const RealLabels labels = ReadRealLabels();
    Sets expected(labels.real.begin(), labels.real.end());
    for (auto &set : expected) {
        std::sort(set.begin(), set.end());
    }
    Sets sets;
    int32_t largest = 0;
    ASSERT_EQ(Parse(ReadFile(path), 1000, &sets, &largest), RS_OK);
    EXPECT_EQ(sets.size(), 50000u);
    EXPECT_EQ(largest, 999);
    EXPECT_TRUE(sets == expected);
}

} // namespace
