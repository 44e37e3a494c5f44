// Bare numbers (--shape), from files and from streams of known and unknown length.
#include <csignal>
#include <fcntl.h>

#include "formats/format_bytes.h"

namespace {

const std::vector<float> kValues = {0.5f, -1.0f, 2.0f, 3.25f, 4.0f, -5.5f}; // 2 x 3 or 3 x 2

Options F32()
{
    return Options().Dtype(RS_DTYPE_F32);
}

TEST(Raw, RowsAreGivenOrComeFromTheSize)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.raw", BytesOf(kValues));
    for (const uint64_t rows : {uint64_t{0}, uint64_t{2}}) {
        for (const rs_io io : {RS_IO_MMAP, RS_IO_PREAD}) {
            Source source(path, F32().Raw(rows, 3).Io(io));
            ASSERT_EQ(source.status, RS_OK) << source.Message();
            EXPECT_STREQ(source.info().format, "raw");
            EXPECT_STREQ(source.info().file_dtype, "f32");
            EXPECT_EQ(source.info().rows, 2u);
            EXPECT_EQ(source.info().columns, 3u);
            EXPECT_EQ(source.info().bytes, 24u);
            EXPECT_TRUE(source.info().random_access);
            EXPECT_EQ(source.ReadAll(), BytesOf(kValues));
        }
    }
}

TEST(Raw, IntegersArePredictions)
{
    const TemporaryFolder folder;
    Source source(folder.write("a.raw", std::string("\1\2\3\4\5\6", 6)),
                  Options().Dtype(RS_DTYPE_U8).Raw(0, 2));
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.info().content, RS_CONTENT_PREDICTIONS);
    EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll(2)), (std::vector<int32_t>{1, 2, 3, 4, 5, 6}));
}

TEST(Raw, AStreamOfUnknownLengthEndsWhereItEnds)
{
    const StandardInput input(BytesOf(kValues));
    Source source("-", F32().Raw(0, 2));
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.info().rows, RS_ROWS_UNKNOWN);
    EXPECT_EQ(source.info().bytes, 0u);
    EXPECT_FALSE(source.info().random_access);
    EXPECT_EQ(source.ReadAll(2), BytesOf(kValues));
    EXPECT_EQ(source.status, RS_OK) << source.Message();
}

TEST(Raw, AStreamThatEndsWithABlockGivesAnEmptyBlockThen)
{
    const StandardInput input(BytesOf(kValues));
    const Source source("-", F32().Raw(0, 2));
    std::vector<float> rows(6);
    uint64_t got = 0;
    ASSERT_EQ(rs_source_read(source.get(), 0, 3, rows.data(), &got, nullptr), RS_OK);
    EXPECT_EQ(got, 3u);
    ASSERT_EQ(rs_source_read(source.get(), 3, 3, rows.data(), &got, nullptr), RS_OK);
    EXPECT_EQ(got, 0u);
    ASSERT_EQ(rs_source_read(source.get(), 3, 3, rows.data(), &got, nullptr), RS_OK);
    EXPECT_EQ(got, 0u);
}

TEST(Raw, AStreamOfKnownLengthMustHaveIt)
{
    {
        const StandardInput input(BytesOf(kValues));
        Source source("-", F32().Raw(3, 2));
        EXPECT_EQ(source.info().rows, 3u);
        EXPECT_EQ(source.ReadAll(2), BytesOf(kValues));
        EXPECT_EQ(source.status, RS_OK) << source.Message();
    }
    {
        const StandardInput input(BytesOf(kValues));
        Source source("-", F32().Raw(4, 2));
        EXPECT_EQ(source.ReadAll(2).size(), 16u);
        ExpectFailure(
            source, "standard input",
            {RS_FORMAT, RS_PLACE_BYTE, 24, "the data end here, 8 bytes early",
             "it is truncated, or the program that wrote it stopped early; make it again"});
    }
    const StandardInput input(BytesOf(kValues));
    Source source("-", F32().Raw(2, 2));
    EXPECT_EQ(source.ReadAll(2).size(), 0u);
    ExpectFailure(source, "standard input",
                  {RS_FORMAT, RS_PLACE_BYTE, 16, "the array ends here, but more bytes follow",
                   "send one array alone, and check its header"});
}

TEST(Raw, AStreamThatEndsInsideARow)
{
    const StandardInput input(BytesOf(kValues).substr(0, 21));
    Source source("-", F32().Raw(0, 2));
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.ReadAll(1).size(), 16u);
    ExpectFailure(source, "standard input",
                  {RS_FORMAT, RS_PLACE_BYTE, 21, "the data end inside row 2: 5 of 8 bytes",
                   "check --shape and --dtype, and that the writer finished"});
}

TEST(Raw, RowsOfAStreamCanBeSkipped)
{
    const StandardInput input(BytesOf(kValues));
    const Source source("-", F32().Raw(0, 2));
    std::vector<float> row(2);
    uint64_t got = 0;
    ASSERT_EQ(rs_source_read(source.get(), 2, 1, row.data(), &got, nullptr), RS_OK);
    EXPECT_EQ(got, 1u);
    EXPECT_EQ(row, (std::vector<float>{4.0f, -5.5f}));
}

TEST(Raw, AFileOnStandardInputIsReadInAnyOrder)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.raw", BytesOf(kValues));
    const int saved = dup(STDIN_FILENO);
    FILE *file = fopen(path.c_str(), "rb");
    ASSERT_NE(file, nullptr);
    dup2(fileno(file), STDIN_FILENO);
    for (const rs_io io : {RS_IO_MMAP, RS_IO_PREAD}) {
        Source source("-", F32().Raw(0, 3).Io(io));
        EXPECT_EQ(source.status, RS_OK) << source.Message();
        EXPECT_TRUE(source.info().random_access);
        EXPECT_EQ(source.ReadAll(), BytesOf(kValues));
    }
    // Somebody read a part of it: what is left is a stream.
    ASSERT_EQ(lseek(STDIN_FILENO, 8, SEEK_SET), 8);
    {
        Source source("-", F32().Raw(0, 2));
        EXPECT_EQ(source.status, RS_OK) << source.Message();
        EXPECT_FALSE(source.info().random_access);
        EXPECT_EQ(source.ReadAll(), BytesOf(kValues).substr(8));
    }
    EXPECT_EQ(fcntl(STDIN_FILENO, F_GETFD) >= 0, true); // closing a source leaves it open
    dup2(saved, STDIN_FILENO);
    close(saved);
    fclose(file);
}

// Whoever waits for a stream that says nothing can be told to stop.
TEST(Raw, WaitingForAStreamCanBeStopped)
{
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const std::string path = "/proc/self/fd/" + std::to_string(ends[0]);
    volatile sig_atomic_t stop = 0;
    Options options = F32().Raw(0, 1);
    options.stop = &stop;
    const std::string head(512, 'x'); // what is looked at before anything is decided
    ASSERT_EQ(write(ends[1], head.data(), head.size()), 512);
    Source source(path, options);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    stop = 1;
    EXPECT_EQ(source.ReadAll(500), "");
    ExpectFailure(
        source, path,
        {RS_INTERRUPTED, RS_PLACE_NONE, 0, "stopped by a signal while waiting for input", ""});
    const Source later(path, options);
    EXPECT_EQ(later.status, RS_INTERRUPTED);
    close(ends[0]);
    close(ends[1]);
}

struct Bad {
    const char *name;
    std::string file;
    Options options;
    Failure failure;
    friend std::ostream &operator<<(std::ostream &out, const Bad &bad)
    {
        return out << bad.name;
    }
};

std::vector<Bad> BadFiles()
{
    const std::string floats = BytesOf(kValues);
    const std::string complete = "check --shape and --dtype, and that the file is complete";
    const std::string leave = "leave --shape out: the file says itself what it holds";
    const std::string transposed =
        "rows are images and columns are classes; is the array transposed or empty?";
    return {
        {"no_type",
         floats,
         Options().Raw(2, 3),
         {RS_USAGE, RS_PLACE_NONE, 0, "bare numbers need a type",
          "say it with --dtype, for example --dtype f32"}},
        {"not_whole_rows",
         floats,
         F32().Raw(0, 4),
         {RS_FORMAT, RS_PLACE_BYTE, 16, "24 bytes are not whole rows of 4 columns of f32",
          complete}},
        {"too_few_rows",
         floats,
         F32().Raw(1, 3),
         {RS_FORMAT, RS_PLACE_BYTE, 12, "the array ends here, but 12 more bytes follow",
          "the file was appended to or its header is wrong; save it again"}},
        {"too_many_rows",
         floats,
         F32().Raw(3, 3),
         {RS_FORMAT, RS_PLACE_BYTE, 24,
          "the file ends here, but its 3 x 3 elements of type f32 need 36 bytes from byte 0 on",
          "the file is truncated; copy it again"}},
        {"too_many_columns",
         floats,
         F32().Raw(0, 65537),
         {RS_RANGE, RS_PLACE_NONE, 0, "65537 columns, from 1 to 65536 can be scored", transposed}},
        {"unknown_rows_by_number",
         floats,
         F32().Raw(UINT64_MAX, 3),
         {RS_RANGE, RS_PLACE_NONE, 0, "18446744073709551615 rows, at most 4294967295 can be scored",
          "score it in parts"}},
        {"npy",
         Npy("<f4", "2, 3", floats),
         F32().Raw(0, 1),
         {RS_USAGE, RS_PLACE_BYTE, 0, "--shape is for bare numbers, but this is a .npy file",
          leave}},
        {"zip",
         "PK\3\4" + floats,
         F32().Raw(0, 1),
         {RS_USAGE, RS_PLACE_BYTE, 0,
          "--shape is for bare numbers, but this is a .npz (or other zip) file", leave}},
        {"safetensors",
         Safetensors("{\"a\":1}", ""),
         F32().Raw(0, 1),
         {RS_USAGE, RS_PLACE_BYTE, 0,
          "--shape is for bare numbers, but this is a .safetensors file", leave}},
        {"empty",
         "",
         F32().Raw(0, 3),
         {RS_FORMAT, RS_PLACE_BYTE, 0, "there is nothing in it", "save the model's outputs again"}},
    };
}

class BadRaw : public testing::TestWithParam<Bad> {};

TEST_P(BadRaw, IsRefused)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.raw", GetParam().file);
    const Source source(path, GetParam().options);
    EXPECT_EQ(source.get(), nullptr);
    ExpectFailure(source, path, GetParam().failure);
}

INSTANTIATE_TEST_SUITE_P(Raw, BadRaw, testing::ValuesIn(BadFiles()),
                         [](const auto &test) { return test.param.name; });

} // namespace
