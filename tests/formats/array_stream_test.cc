// Arrays of any shape and kind, element by element.
#include <gtest/gtest.h>

#include <cmath>

#include "formats/format_bytes.h"
#include "formats/zip_files.h"

extern "C" {
#include "base/error.h"
#include "formats/array_stream.h"
}

namespace {

class Stream {
public:
    Stream(const std::string &path, const std::string &name)
    {
        status = rs_array_stream_open(path.c_str(), name.c_str(), &value, &error);
    }
    ~Stream() { rs_array_stream_close(value); }
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;
    const rs_array_stream_info &info() const { return *rs_array_stream_get_info(value); }

    // All elements, `block` at a time.
    std::string ReadAll(uint64_t block)
    {
        std::string all;
        uint64_t got = block;
        while (status == RS_OK && got > 0) {
            std::string buffer(block * info().element_bytes, '\x55');
            status = rs_array_stream_read(value, buffer.data(), block, &got, &error);
            all.append(buffer, 0, status == RS_OK ? got * info().element_bytes : 0);
        }
        return all;
    }
    std::string message() const
    {
        char text[2048];
        return rs_error_text(&error, text, sizeof text);
    }

    rs_array_stream *value = nullptr;
    rs_status status = RS_OK;
    rs_error error = {};
};

std::string Archive(const TemporaryFolder &folder, const std::string &npy,
                    int method = ZIP_CM_DEFLATE)
{
    WriteZip(folder.path("a.npz"), {{"a.npy", npy, method}});
    return folder.path("a.npz");
}

TEST(ArrayStream, numbers_of_every_type)
{
    const TemporaryFolder folder;
    struct Case {
        const char *type;
        std::string bytes;
        std::vector<double> values;
    };
    const Case cases[] = {
        {"|b1", std::string("\x00\x01", 2), {0, 1}},
        {"|i1", "\x80\x7f", {-128, 127}},
        {"|u1", "\x80\xff", {128, 255}},
        {"<i2", BytesOf<int16_t>({-2, 3}), {-2, 3}},
        {">i2", Swapped(BytesOf<int16_t>({-2, 3}), 2), {-2, 3}},
        {"<u2", BytesOf<uint16_t>({65535, 3}), {65535, 3}},
        {"<i4", BytesOf<int32_t>({-5, 6}), {-5, 6}},
        {">u4", Swapped(BytesOf<uint32_t>({4294967295u, 6}), 4), {4294967295.0, 6}},
        {"<i8", BytesOf<int64_t>({-7, 8}), {-7, 8}},
        {"<u8", BytesOf<uint64_t>({UINT64_MAX, 8}), {18446744073709551616.0, 8}},
        {"<f2", BytesOf<uint16_t>({0x3c00, 0xfc00}), {1, -HUGE_VAL}},
        {"<f4", BytesOf<float>({0.5f, -1e30f}), {0.5, static_cast<double>(-1e30f)}},
        {">f8", Swapped(BytesOf<double>({1e-300, -0.0}), 8), {1e-300, 0}},
        {"f8", BytesOf<double>({2, 3}), {2, 3}},
    };
    for (const Case &item : cases) {
        SCOPED_TRACE(item.type);
        Stream stream(Archive(folder, Npy(item.type, "2,", item.bytes)), "a");
        ASSERT_EQ(stream.status, RS_OK) << stream.message();
        EXPECT_TRUE(rs_element_is_number(stream.info().kind));
        EXPECT_STREQ(stream.info().type, item.type);
        EXPECT_EQ(stream.info().elements, 2u);
        const std::string all = stream.ReadAll(1);
        ASSERT_EQ(stream.status, RS_OK) << stream.message();
        ASSERT_EQ(all.size(), item.bytes.size());
        for (size_t i = 0; i < 2; ++i) {
            // unaligned on purpose
            const std::string shifted = "x" + all.substr(i * stream.info().element_bytes);
            EXPECT_EQ(rs_element_number(&stream.info(), shifted.data() + 1), item.values[i]);
        }
    }
    Stream stream(Archive(folder, Npy("<i8", "1,", BytesOf<int64_t>({INT64_MIN + 1}))), "a.npy");
    const std::string all = stream.ReadAll(5);
    EXPECT_EQ(rs_element_integer(&stream.info(), all.data()), INT64_MIN + 1);
}

TEST(ArrayStream, texts)
{
    const TemporaryFolder folder;
    const auto points = [](const std::vector<uint32_t> &values) { return BytesOf(values); };
    struct Case {
        const char *type;
        std::string bytes;
        bool good;
        std::string text;
    };
    const Case cases[] = {
        {"<U3", points({'a', 0xe9, 0}), true, "a\xc3\xa9"},
        {">U3", Swapped(points({'a', 0x20ac, 0x10ffff}), 4), true, "a\xe2\x82\xac\xf4\x8f\xbf\xbf"},
        {"<U3", points({0, 0, 0}), true, ""},
        {"<U3", points({'a', 0, 'b'}), false, ""},
        {"<U3", points({0xd800, 0, 0}), false, ""},
        {"<U3", points({0xdfff, 0, 0}), false, ""},
        {"<U3", points({0x110000, 0, 0}), false, ""},
        {"|S3", std::string("ab\0", 3), true, "ab"},
        {"|S3", "abc", true, "abc"},
        {"|S3", std::string("a\0c", 3), false, ""},
        {"|S3", "a\xff" "c", false, ""},
        {"|S2", "\xc3\xa9", true, "\xc3\xa9"},
    };
    for (const Case &item : cases) {
        Stream stream(Archive(folder, Npy(item.type, "1,", item.bytes)), "a");
        ASSERT_EQ(stream.status, RS_OK) << stream.message();
        EXPECT_FALSE(rs_element_is_number(stream.info().kind));
        const std::string all = stream.ReadAll(4);
        ASSERT_EQ(stream.status, RS_OK) << stream.message();
        std::string out(rs_element_text_bytes(&stream.info()), '\x55');
        size_t length = 99;
        EXPECT_EQ(rs_element_text(&stream.info(), all.data(), out.data(), &length), item.good);
        if (item.good) {
            EXPECT_EQ(out.substr(0, length), item.text);
            EXPECT_EQ(out[length], '\0');
        }
    }
}

TEST(ArrayStream, shapes_and_headers)
{
    const TemporaryFolder folder;
    std::vector<int32_t> values;
    for (int i = 0; i < 24; ++i) {
        values.push_back(i);
    }
    for (const uint64_t block : {1u, 5u, 24u, 100u}) {
        Stream stream(Archive(folder, Npy("<i4", "2, 3, 4", BytesOf(values), true)), "a");
        ASSERT_EQ(stream.status, RS_OK) << stream.message();
        EXPECT_EQ(stream.info().dim_count, 3u);
        EXPECT_EQ(stream.info().dims[1], 3u);
        EXPECT_TRUE(stream.info().fortran_order);
        EXPECT_EQ(stream.info().header_bytes + 96,
                  Npy("<i4", "2, 3, 4", BytesOf(values), true).size());
        EXPECT_STREQ(stream.info().label, (folder.path("a.npz") + ": a.npy").c_str());
        EXPECT_EQ(stream.ReadAll(block), BytesOf(values));
        EXPECT_EQ(stream.status, RS_OK) << stream.message();
    }
    Stream nothing(Archive(folder, Npy("<i4", "0, 3", "")), "a");
    EXPECT_EQ(nothing.status, RS_OK);
    EXPECT_EQ(nothing.info().elements, 0u);
    EXPECT_EQ(nothing.ReadAll(3), "");
    EXPECT_EQ(nothing.status, RS_OK);
    Stream scalar(Archive(folder, Npy("<i4", "", BytesOf<int32_t>({7}))), "a");
    EXPECT_EQ(scalar.info().elements, 1u);
    EXPECT_EQ(scalar.ReadAll(3), BytesOf<int32_t>({7}));
    const std::string third =
        NpyHeader(NpyDictionary("<i4", "1,"), 3) + BytesOf<int32_t>({9});
    Stream version3(Archive(folder, third), "a");
    EXPECT_EQ(version3.ReadAll(3), BytesOf<int32_t>({9}));
}

TEST(ArrayStream, a_wrong_checksum_shows_with_the_last_element)
{
    const TemporaryFolder folder;
    const std::string path =
        Archive(folder, Npy("<i4", "2,", BytesOf<int32_t>({1, 2})), ZIP_CM_STORE);
    std::string bytes = ReadFile(path);
    bytes[bytes.find(BytesOf<int32_t>({1, 2}))] = 3;
    Stream stream(folder.write("a.npz", bytes), "a");
    ASSERT_EQ(stream.status, RS_OK) << stream.message();
    EXPECT_EQ(stream.ReadAll(1), BytesOf<int32_t>({3}));
    EXPECT_EQ(stream.status, RS_FORMAT);
    EXPECT_EQ(stream.message(), path +
                                    ": a.npy: the checksum of its bytes is wrong; the archive is "
                                    "damaged; copy or save it again");
}

TEST(ArrayStream, types_that_are_not_read)
{
    const TemporaryFolder folder;
    for (const char *type :
         {"|O", "<c8", "|V2", "<M8[s]", "<U0", "<U4097", "|S", "<f16", "<U3x", ""}) {
        SCOPED_TRACE(type);
        Stream stream(Archive(folder, Npy(type, "1,", std::string(64, '\0'))), "a");
        EXPECT_EQ(stream.status, RS_UNSUPPORTED);
        EXPECT_EQ(
            stream.message(),
            folder.path("a.npz") + ": a.npy: byte 20: elements of type '" + type +
                "' are not read here; numbers, truth values and texts of fixed length are read");
        EXPECT_EQ(stream.value, nullptr);
    }
}

}  // namespace
