// .safetensors: every type, which tensor is meant, and every check of the header.
#include "formats/format_bytes.h"

extern "C" {
#include "base/utf8.h"
}

namespace {

const std::vector<float> kValues = {0.5f, -1.0f, 2.0f, 3.25f, 4.0f, -5.5f}; // 2 x 3

std::string Entry(const std::string &name, const std::string &dtype, const std::string &shape,
                  uint64_t begin, uint64_t end)
{
    return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + shape +
           "],\"data_offsets\":[" + std::to_string(begin) + "," + std::to_string(end) + "]}";
}

struct Good {
    const char *name;
    std::string file;
    const char *tensor;
    rs_dtype wanted;
    rs_dtype dtype;
    const char *file_dtype;
    std::string rows;
    friend std::ostream &operator<<(std::ostream &out, const Good &good)
    {
        return out << good.name;
    }
};

std::vector<Good> GoodFiles()
{
    const std::string floats = BytesOf(kValues);
    const std::string doubles = BytesOf(std::vector<double>(kValues.begin(), kValues.end()));
    const std::string halves = floats.substr(0, 12);
    const std::string one = Entry("logits", "F32", "2,3", 0, 24);
    const std::string labels = Entry("labels", "I64", "2", 24, 40);
    const std::string classes = BytesOf(std::vector<int64_t>{7, 9});
    const rs_dtype none = RS_DTYPE_NONE;
    return {
        {"f32", Safetensors("{" + one + "}", floats), nullptr, none, RS_DTYPE_F32, "F32", floats},
        {"f64", Safetensors("{" + Entry("x", "F64", "2,3", 0, 48) + "}", doubles), nullptr, none,
         RS_DTYPE_F64, "F64", doubles},
        {"f16", Safetensors("{" + Entry("x", "F16", "2,3", 0, 12) + "}", halves), nullptr, none,
         RS_DTYPE_F16, "F16", halves},
        {"bf16", Safetensors("{" + Entry("x", "BF16", "2,3", 0, 12) + "}", halves), nullptr, none,
         RS_DTYPE_BF16, "BF16", halves},
        {"u16_as_bf16", Safetensors("{" + Entry("x", "U16", "2,3", 0, 12) + "}", halves), nullptr,
         RS_DTYPE_BF16, RS_DTYPE_BF16, "U16", halves},
        {"header_padded", Safetensors("{" + one + "}      ", floats), nullptr, none, RS_DTYPE_F32,
         "F32", floats},
        {"elements_unaligned", Safetensors("{" + one + "} ", floats), nullptr, none, RS_DTYPE_F32,
         "F32", floats},
        {"metadata", Safetensors("{\"__metadata__\":{\"format\":\"pt\"}," + one + "}", floats),
         nullptr, none, RS_DTYPE_F32, "F32", floats},
        {"metadata_empty", Safetensors("{" + one + ",\"__metadata__\":{}}", floats), nullptr, none,
         RS_DTYPE_F32, "F32", floats},
        {"beside_labels", Safetensors("{" + labels + "," + one + "}", floats + classes), nullptr,
         none, RS_DTYPE_F32, "F32", floats},
        {"after_labels",
         Safetensors("{" + Entry("logits", "F32", "2,3", 16, 40) + "," +
                         Entry("labels", "I64", "2", 0, 16) + "}",
                     classes + floats),
         nullptr, none, RS_DTYPE_F32, "F32", floats},
        {"by_name",
         Safetensors("{" + one + "," + Entry("other", "F32", "2,3", 24, 48) + "}",
                     std::string(24, 'x') + floats),
         "other", none, RS_DTYPE_F32, "F32", floats},
        {"empty_tensors_between",
         Safetensors("{" + Entry("none", "F32", "0,7", 0, 0) + "," + one + "," +
                         Entry("nothing", "U8", "3,0", 24, 24) + "," +
                         Entry("scalar", "F32", "", 24, 28) + "}",
                     floats + "1234"),
         nullptr, none, RS_DTYPE_F32, "F32", floats},
        {"further_keys",
         Safetensors("{\"x\":{\"dtype\":\"F32\",\"note\":\"ours\",\"shape\":[2,3],"
                     "\"data_offsets\":[0,24]}}",
                     floats),
         nullptr, none, RS_DTYPE_F32, "F32", floats},
        {"types_that_are_not_read",
         Safetensors("{" + one + "," + Entry("a", "F8_E4M3", "3", 24, 27) + "," +
                         Entry("b", "F4", "2", 27, 28) + "," + Entry("c", "BOOL", "1", 28, 29) +
                         "}",
                     floats + "12345"),
         nullptr, none, RS_DTYPE_F32, "F32", floats},
    };
}

class GoodSafetensors : public testing::TestWithParam<Good> {};

TEST_P(GoodSafetensors, AreRead)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.safetensors", GetParam().file);
    Options options;
    options.Dtype(GetParam().wanted).Tensor(GetParam().tensor);
    for (const rs_io io : {RS_IO_MMAP, RS_IO_PREAD}) {
        Source source(path, options.Io(io));
        ASSERT_EQ(source.status, RS_OK) << source.Message();
        EXPECT_STREQ(source.info().format, "safetensors");
        EXPECT_EQ(source.info().dtype, GetParam().dtype);
        EXPECT_STREQ(source.info().file_dtype, GetParam().file_dtype);
        EXPECT_EQ(source.info().rows, 2u);
        EXPECT_EQ(source.info().columns, 3u);
        EXPECT_EQ(source.info().bytes, GetParam().rows.size());
        EXPECT_TRUE(source.info().random_access);
        EXPECT_EQ(source.ReadAll(1), GetParam().rows);
    }
    const StandardInput input(GetParam().file);
    Source source("-", options);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_FALSE(source.info().random_access);
    EXPECT_EQ(source.ReadAll(2), GetParam().rows);
    EXPECT_EQ(source.status, RS_OK) << source.Message();
}

INSTANTIATE_TEST_SUITE_P(Safetensors, GoodSafetensors, testing::ValuesIn(GoodFiles()),
                         [](const auto &test) { return test.param.name; });

TEST(Safetensors, IntegersArePredictions)
{
    const TemporaryFolder folder;
    const Source source(
        folder.write("a.safetensors", Safetensors("{" + Entry("x", "I32", "2,2", 0, 16) + "}",
                                                  BytesOf(std::vector<int32_t>{4, 5, 6, 7}))));
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.info().content, RS_CONTENT_PREDICTIONS);
    EXPECT_EQ(source.info().dtype, RS_DTYPE_I32);
    EXPECT_STREQ(source.info().file_dtype, "I32");
}

// A long header in a stream is looked at in steps.
TEST(Safetensors, ALongHeaderInAStream)
{
    std::string json = "{\"__metadata__\":{\"note\":\"" + std::string(300000, 'n') + "\"},";
    json += Entry("x", "F32", "2,3", 0, 24) + "}";
    const StandardInput input(Safetensors(json, BytesOf(kValues)));
    Source source("-");
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.ReadAll(2), BytesOf(kValues));
    EXPECT_EQ(source.status, RS_OK) << source.Message();
}

TEST(Safetensors, NamesInEveryScript)
{
    const TemporaryFolder folder;
    const std::string name = "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80";
    const std::string path =
        folder.write("a", Safetensors("{" + Entry(name, "F32", "2,3", 0, 24) + "," +
                                          Entry("other", "F32", "0,3", 24, 24) + "}",
                                      BytesOf(kValues)));
    Source source(path, Options().Tensor(name.c_str()));
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.ReadAll(), BytesOf(kValues));
}

TEST(Utf8, EveryRuleOfTheTable)
{
    const struct {
        const char *text;
        bool valid;
        size_t bad_at;
    } texts[] = {
        {"", true, 0},
        {"plain", true, 0},
        {"\xc2\x80\xdf\xbf", true, 0},
        {"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", true, 0},
        {"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", true, 0},
        {"a\x80", false, 1},  // a continuation alone
        {"ab\xc3", false, 2}, // cut
        {"\xe2\x82", false, 0},
        {"\xf0\x9f\x98", false, 0},
        {"\xc3(", false, 0}, // no continuation
        {"\xe2\x82(", false, 0},
        {"\xc0\xaf", false, 0}, // overlong
        {"\xc1\xbf", false, 0},
        {"\xe0\x9f\xbf", false, 0},
        {"\xf0\x8f\xbf\xbf", false, 0},
        {"x\xed\xa0\x80", false, 1},    // a surrogate
        {"\xf4\x90\x80\x80", false, 0}, // above U+10FFFF
        {"\xf5\x80\x80\x80", false, 0},
        {"\xff", false, 0},
    };
    for (const auto &one : texts) {
        size_t bad_at = 0;
        const auto *bytes = reinterpret_cast<const uint8_t *>(one.text);
        EXPECT_EQ(rs_utf8_is_valid(bytes, std::strlen(one.text), &bad_at), one.valid) << one.text;
        EXPECT_EQ(bad_at, one.bad_at) << one.text;
    }
}

// ---- bad files ----

struct Bad {
    const char *name;
    std::string file;
    Failure failure;
    const char *tensor = nullptr;
    friend std::ostream &operator<<(std::ostream &out, const Bad &bad)
    {
        return out << bad.name;
    }
};

const char kDamaged[] = "the file is damaged or its writer is wrong; save it again";
const char kTruncated[] = "the file is truncated; copy it again";
const char kWriteAgain[] = "is it the right file? Write or copy it again";
const uint64_t kHeaderAt = 8; // of the JSON, behind its length

Bad BadTensor(const char *name, const std::string &entry, const std::string &reason,
              const std::string &buffer = std::string(24, 'x'))
{
    return {name,
            Safetensors("{" + entry + "}", buffer),
            {RS_FORMAT, RS_PLACE_BYTE, kHeaderAt, reason, kDamaged}};
}

std::vector<Bad> BadHeaders()
{
    const std::string floats = BytesOf(kValues);
    const std::string one = Entry("x", "F32", "2,3", 0, 24);
    const std::string good = Safetensors("{" + one + "}", floats);
    const std::string many = "{\"x\":[" + std::string(8000002, ',') + "]}";
    const auto damaged = [](rs_place_kind kind, uint64_t at, const std::string &reason) -> Failure {
        return {RS_FORMAT, kind, at, reason, kDamaged};
    };
    const std::string zeros(2, '\0');
    const auto json = [&](const char *name, const std::string &picture, const std::string &reason,
                          const std::string &advice) -> Bad {
        const Marked header(picture);
        return {name,
                Safetensors(header.text, floats),
                {RS_FORMAT, RS_PLACE_BYTE, kHeaderAt + header.at, reason, advice}};
    };
    return {
        {"header_longer_than_the_file",
         LittleEndian(1000, 8) + "{" + one + "}",
         {RS_FORMAT, RS_PLACE_BYTE, 8 + one.size() + 2,
          "the file ends inside its header of 1000 bytes", kTruncated}},
        {"header_of_4_GB",
         LittleEndian(UINT32_MAX, 8) + "{" + one + "}",
         {RS_RANGE, RS_PLACE_BYTE, 0,
          "the header claims 4294967295 bytes, at most 100000000 are read", kDamaged}},
        json("not_json",
             R"({"x":oops})"
             "\n"
             R"(     ^)",
             "this is not valid JSON", kWriteAgain),
        json("json_ends_early",
             R"({"x":{)"
             "\n"
             R"(     ^)",
             "this is not valid JSON", kWriteAgain),
        json("something_after_the_json",
             R"({"x":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}x)"
             "\n"
             R"(                                                         ^)",
             "something follows the end of the JSON value", kWriteAgain),
        json("zero_bytes_after_the_json",
             R"({"x":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}})" +
                 zeros + "\n" +
             R"(                                                         ^)",
             "something follows the end of the JSON value", kWriteAgain),
        json("not_utf8",
             "{\"\xff\":1}\n"
             "  ^",
             "the header is not valid UTF-8", kDamaged),
        {"name_twice",
         Safetensors("{" + one + "," + one + "}", floats),
         {RS_FORMAT, RS_PLACE_NONE, 0, "the key \"x\" stands twice in one object",
          "keep one of the two"}},
        {"key_twice",
         Safetensors("{\"x\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2,3],"
                     "\"data_offsets\":[0,24]}}",
                     floats),
         {RS_FORMAT, RS_PLACE_NONE, 0, "the key \"dtype\" stands twice in one object",
          "keep one of the two"}},
        {"millions_of_values",
         Safetensors(many, ""),
         {RS_RANGE, RS_PLACE_BYTE, 8, "the header lists 8000002 values, at most 4000000 are read",
          "save the logits in a file of their own"}},
        {"no_tensors",
         Safetensors("{}", ""),
         {RS_FORMAT, RS_PLACE_NONE, 0, "no tensor holds rows that can be scored; there are: none",
          "save the logits as a float array of N x C"}},
        {"metadata_not_texts", Safetensors("{\"__metadata__\":{\"a\":1}," + one + "}", floats),
         damaged(RS_PLACE_BYTE, 8,
                 "tensor \"__metadata__\": it holds something that is not a text")},
        {"metadata_not_an_object", Safetensors("{\"__metadata__\":\"a\"," + one + "}", floats),
         damaged(RS_PLACE_BYTE, 8, "tensor \"__metadata__\": it is not an object of texts")},
        {"one_byte_short",
         good.substr(0, good.size() - 1),
         {RS_FORMAT, RS_PLACE_BYTE, good.size() - 1, "the file ends here, 1 bytes early",
          kTruncated}},
        {"four_bytes_long",
         good + "xxxx",
         {RS_FORMAT, RS_PLACE_BYTE, good.size(), "the array ends here, but 4 more bytes follow",
          "the file was appended to or its header is wrong; save it again"}},
    };
}

std::vector<Bad> BadTensors()
{
    const std::string offsets = "tensor \"x\": \"data_offsets\" are not a begin and an end";
    const std::string sizes = "tensor \"x\": its shape and type do not fit its \"data_offsets\"";
    const std::string dimension = "tensor \"x\": a dimension is not a whole number from 0 to 2^53";
    return {
        BadTensor("a_number", "\"x\":1", "tensor \"x\": it has no \"dtype\""),
        BadTensor("a_list", "\"x\":[{\"dtype\":\"F32\"}]", "tensor \"x\": it has no \"dtype\""),
        BadTensor("no_type", "\"x\":{\"shape\":[2,3],\"data_offsets\":[0,24]}",
                  "tensor \"x\": it has no \"dtype\""),
        BadTensor("type_in_capitals_of_the_key",
                  "\"x\":{\"DTYPE\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}",
                  "tensor \"x\": it has no \"dtype\""),
        BadTensor("type_not_known", Entry("x", "F33", "2,3", 0, 24),
                  "tensor \"x\": its \"dtype\" is not known"),
        BadTensor("type_in_small_letters", Entry("x", "f32", "2,3", 0, 24),
                  "tensor \"x\": its \"dtype\" is not known"),
        BadTensor("no_shape", "\"x\":{\"dtype\":\"F32\",\"data_offsets\":[0,24]}",
                  "tensor \"x\": \"shape\" is not a list"),
        BadTensor("shape_is_a_number",
                  "\"x\":{\"dtype\":\"F32\",\"shape\":6,\"data_offsets\":[0,24]}",
                  "tensor \"x\": \"shape\" is not a list"),
        BadTensor("dimension_negative", Entry("x", "F32", "2,-3", 0, 24), dimension),
        BadTensor("dimension_half", Entry("x", "F32", "2,3.5", 0, 24), dimension),
        BadTensor("dimension_text", Entry("x", "F32", "2,\"3\"", 0, 24), dimension),
        BadTensor("dimension_huge", Entry("x", "F32", "2,1e300", 0, 24), dimension),
        BadTensor("dimensions_wrap", Entry("x", "F32", "4294967296,4294967296,3", 0, 24), sizes),
        BadTensor("33_dimensions",
                  Entry("x", "F32",
                        "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
                        "1,1,1,1,1,1,1,6",
                        0, 24),
                  "tensor \"x\": it has more than 32 dimensions"),
        BadTensor("no_offsets", "\"x\":{\"dtype\":\"F32\",\"shape\":[2,3]}", offsets),
        BadTensor("one_offset", "\"x\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0]}",
                  offsets),
        BadTensor("three_offsets",
                  "\"x\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24,24]}", offsets),
        BadTensor("offsets_as_object",
                  "\"x\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":{\"a\":0,\"b\":24}}",
                  offsets),
        BadTensor("offsets_backwards", Entry("x", "F32", "2,3", 24, 0), offsets),
        BadTensor("offsets_too_short", Entry("x", "F32", "2,3", 0, 20), sizes),
        BadTensor("half_bytes", Entry("x", "F4", "3", 0, 1), sizes),
        {"hole_at_the_start",
         Safetensors("{" + Entry("x", "F32", "2,3", 4, 28) + "}", std::string(28, 'x')),
         {RS_FORMAT, RS_PLACE_BYTE, 8 + Entry("x", "F32", "2,3", 4, 28).size() + 2,
          "no tensor covers the bytes before tensor \"x\"", kDamaged}},
        {"hole_between",
         Safetensors("{" + Entry("a", "U8", "4", 0, 4) + "," + Entry("b", "U8", "4", 5, 9) + "}",
                     std::string(9, 'x')),
         {RS_FORMAT, RS_PLACE_BYTE, 8 + 2 * Entry("a", "U8", "4", 0, 4).size() + 3 + 4,
          "no tensor covers the bytes before tensor \"b\"", kDamaged}},
        {"overlap",
         Safetensors("{" + Entry("a", "U8", "4", 0, 4) + "," + Entry("b", "U8", "4", 3, 7) + "}",
                     std::string(7, 'x')),
         {RS_FORMAT, RS_PLACE_BYTE, 8 + 2 * Entry("a", "U8", "4", 0, 4).size() + 3 + 4,
          "tensor \"b\" overlaps the one before it", kDamaged}},
    };
}

std::vector<Bad> BadChoices()
{
    const std::string two =
        "{" + Entry("a", "F32", "2,3", 0, 24) + "," + Entry("b", "F16", "2,3", 24, 36) + "}";
    const std::string floats = BytesOf(kValues);
    const std::string fp8 = "{" + Entry("x", "F8_E4M3", "2,3", 0, 6) + "}";
    const std::string cube = "{" + Entry("x", "F32", "1,2,3", 0, 24) + "}";
    return {
        {"two_could_be_meant",
         Safetensors(two, floats + std::string(12, 'x')),
         {RS_USAGE, RS_PLACE_NONE, 0,
          "several tensors could be meant: a (F32 2 x 3), b (F16 2 x 3)",
          "say with --tensor NAME which one"}},
        {"no_such_name",
         Safetensors(two, floats + std::string(12, 'x')),
         {RS_USAGE, RS_PLACE_NONE, 0,
          "no tensor is called \"c\"; there are: a (F32 2 x 3), b (F16 2 x 3)",
          "give --tensor one of these names"},
         "c"},
        {"fp8",
         Safetensors(fp8, "123456"),
         {RS_UNSUPPORTED, RS_PLACE_BYTE, 8 + fp8.size(),
          "tensor \"x\": elements of type F8_E4M3 cannot be scored",
          "save the logits as F32, F16 or BF16"}},
        {"cube",
         Safetensors(cube, floats),
         {RS_FORMAT, RS_PLACE_BYTE, 8 + cube.size(),
          "the array has 3 dimensions (1 x 2 x 3), two are needed",
          "save it as rows of images and columns of classes"}},
    };
}

class BadSafetensors : public testing::TestWithParam<Bad> {};

TEST_P(BadSafetensors, AreRefused)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.safetensors", GetParam().file);
    const Source source(path, Options().Tensor(GetParam().tensor));
    EXPECT_EQ(source.get(), nullptr);
    ExpectFailure(source, path, GetParam().failure);
}

INSTANTIATE_TEST_SUITE_P(Header, BadSafetensors, testing::ValuesIn(BadHeaders()),
                         [](const auto &test) { return test.param.name; });
INSTANTIATE_TEST_SUITE_P(Tensor, BadSafetensors, testing::ValuesIn(BadTensors()),
                         [](const auto &test) { return test.param.name; });
INSTANTIATE_TEST_SUITE_P(Choice, BadSafetensors, testing::ValuesIn(BadChoices()),
                         [](const auto &test) { return test.param.name; });

TEST(BadSafetensors, EveryPrefixIsRefused)
{
    const TemporaryFolder folder;
    const std::string good =
        Safetensors("{" + Entry("x", "F32", "2,3", 0, 24) + "}", BytesOf(kValues));
    for (size_t size = 0; size < good.size(); ++size) {
        const Source source(folder.write("a.safetensors", good.substr(0, size)));
        EXPECT_NE(source.status, RS_OK) << size;
    }
}

// In a stream the end is met with the last row.
TEST(BadSafetensors, AStreamThatEndsEarlyOrLate)
{
    const std::string json =
        "{" + Entry("x", "F32", "2,3", 0, 24) + "," + Entry("tail", "U8", "4", 24, 28) + "}";
    const std::string good = Safetensors(json, BytesOf(kValues) + "tail");
    {
        const StandardInput input(good.substr(0, good.size() - 1));
        Source source("-");
        ASSERT_EQ(source.status, RS_OK) << source.Message();
        EXPECT_EQ(source.ReadAll(1).size(), 12u);
        ExpectFailure(
            source, "standard input",
            {RS_FORMAT, RS_PLACE_BYTE, good.size() - 1, "the data end here, 1 bytes early",
             "it is truncated, or the program that wrote it stopped early; make it again"});
    }
    const StandardInput input(good + "!");
    Source source("-");
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.ReadAll(1).size(), 12u);
    ExpectFailure(source, "standard input",
                  {RS_FORMAT, RS_PLACE_BYTE, good.size(),
                   "the array ends here, but more bytes follow",
                   "send one array alone, and check its header"});
}

} // namespace
