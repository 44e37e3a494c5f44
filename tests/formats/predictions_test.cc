// Integers as ranked predictions: types, scores that rank them, our own sidecars, and bad classes.
#include <limits>

#include "formats/zip_files.h"

#include "formats/format_bytes.h"

namespace {

using Classes = std::vector<int32_t>;

struct Stored {
    const char *name;
    std::string file;
    Classes classes;
    friend std::ostream &operator<<(std::ostream &out, const Stored &stored)
    {
        return out << stored.name;
    }
};

template <typename T> std::string Numbers(const std::vector<int64_t> &values)
{
    std::vector<T> converted;
    for (const int64_t value : values) {
        converted.push_back(static_cast<T>(value));
    }
    return BytesOf(converted);
}

std::vector<Stored> StoredFiles()
{
    const std::vector<int64_t> small = {5, 0, 127, 1, 2, 3};
    const std::vector<int64_t> large = {65535, 0, 127, 1, 2, 3};
    const Classes small_out(small.begin(), small.end());
    const Classes large_out(large.begin(), large.end());
    return {
        {"i1", Npy("|i1", "2, 3", Numbers<int8_t>(small)), small_out},
        {"u1",
         Npy("|u1", "2, 3", Numbers<uint8_t>({255, 0, 127, 1, 2, 3})),
         {255, 0, 127, 1, 2, 3}},
        {"i2",
         Npy("<i2", "2, 3", Numbers<int16_t>({32767, 0, 127, 1, 2, 3})),
         {32767, 0, 127, 1, 2, 3}},
        {"u2", Npy("<u2", "2, 3", Numbers<uint16_t>(large)), large_out},
        {"i4", Npy("<i4", "2, 3", Numbers<int32_t>(large)), large_out},
        {"u4", Npy("<u4", "2, 3", Numbers<uint32_t>(large)), large_out},
        {"i8", Npy("<i8", "2, 3", Numbers<int64_t>(large)), large_out},
        {"u8", Npy("<u8", "2, 3", Numbers<uint64_t>(large)), large_out},
        {"big_endian_i8", Npy(">i8", "2, 3", Swapped(Numbers<int64_t>(large), 8)), large_out},
        {"fortran_i4", Npy("<i4", "2, 3", Transposed(Numbers<int32_t>(large), 2, 3, 4), true),
         large_out},
        {"fortran_u1", Npy("|u1", "2, 3", Transposed(Numbers<uint8_t>(small), 2, 3, 1), true),
         small_out},
    };
}

class StoredPredictions : public testing::TestWithParam<Stored> {};

TEST_P(StoredPredictions, BecomeInt32)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.npy", GetParam().file);
    for (const rs_io io : {RS_IO_MMAP, RS_IO_PREAD}) {
        Source source(path, Options().Io(io));
        ASSERT_EQ(source.status, RS_OK) << source.Message();
        EXPECT_EQ(source.info().content, RS_CONTENT_PREDICTIONS);
        EXPECT_EQ(source.info().dtype, RS_DTYPE_I32);
        EXPECT_EQ(source.info().rows, 2u);
        EXPECT_EQ(source.info().columns, 3u);
        EXPECT_EQ(source.info().row_bytes, 12u);
        EXPECT_TRUE(source.info().random_access);
        EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll(1)), GetParam().classes);
        uint64_t rows = 0;
        uint64_t stride = 0;
        EXPECT_EQ(rs_source_view(source.get(), 0, &rows, &stride), nullptr);
    }
    const StandardInput input(GetParam().file);
    Source source("-");
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll(2)), GetParam().classes);
}

INSTANTIATE_TEST_SUITE_P(Predictions, StoredPredictions, testing::ValuesIn(StoredFiles()),
                         [](const auto &test) { return test.param.name; });

TEST(Predictions, OneDimensionIsOneClassARow)
{
    const TemporaryFolder folder;
    Source source(folder.write("a.npy", Npy("<i8", "3,", Numbers<int64_t>({7, 7, 9}))));
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.info().rows, 3u);
    EXPECT_EQ(source.info().columns, 1u);
    EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll()), (Classes{7, 7, 9}));
}

// More rows than are converted at once, and rows wider than that.
TEST(Predictions, ManyRowsAndWideRows)
{
    const TemporaryFolder folder;
    std::vector<int64_t> values;
    for (int64_t i = 0; i < 100000; ++i) {
        values.push_back(i % 50000);
    }
    for (const char *shape : {"50000, 2", "2, 50000"}) {
        Source source(folder.write("a.npy", Npy("<i8", shape, BytesOf(values))));
        ASSERT_EQ(source.status, RS_OK) << source.Message();
        const std::string all = source.ReadAll(source.info().rows + 1);
        EXPECT_EQ(source.status, RS_OK) << source.Message();
        EXPECT_EQ(all, Numbers<int32_t>(values));
    }
}

// ---- scores ----

struct Ranking {
    const char *name;
    std::string scores;
    Classes classes;
    friend std::ostream &operator<<(std::ostream &out, const Ranking &ranking)
    {
        return out << ranking.name;
    }
};

std::vector<Ranking> Rankings()
{
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float inf = std::numeric_limits<float>::infinity();
    const auto floats = [](const std::vector<float> &values) {
        return Npy("<f4", "2, 3", BytesOf(values));
    };
    // of 9 4 6 / 1 2 3
    return {
        {"by_score", floats({0.1f, 0.7f, 0.2f, 3, 2, 1}), {4, 6, 9, 1, 2, 3}},
        {"ties_by_class", floats({0.5f, 0.5f, 0.5f, 0, 0, 1}), {4, 6, 9, 3, 1, 2}},
        {"zeros_are_equal", floats({-0.0f, 0.0f, -0.0f, 0.0f, -0.0f, -1}), {4, 6, 9, 1, 2, 3}},
        {"infinities", floats({-inf, inf, 0, inf, inf, -inf}), {4, 6, 9, 1, 2, 3}},
        {"nan", floats({0, nan, 1, 1, 2, 3}), {-1, -1, -1, 3, 2, 1}},
        {"negative_nan", floats({0, 1, 2, -nan, 0, 0}), {6, 4, 9, -1, -1, -1}},
        {"f8",
         Npy("<f8", "2, 3", BytesOf(std::vector<double>{1, 1 + 1e-15, 0, 3, 2, 1})),
         {4, 9, 6, 1, 2, 3}},
        {"f2",
         Npy("<f2", "2, 3",
             BytesOf(std::vector<uint16_t>{0x3c00, 0x3c01, 0xbc00, 0x0001, 0x0000, 0x8001})),
         {4, 9, 6, 1, 2, 3}},
        {"bfloat16",
         Npy("bfloat16", "2, 3",
             BytesOf(std::vector<uint16_t>{0x3f80, 0x3f81, 0xbf80, 0x0001, 0, 0x8001})),
         {4, 9, 6, 1, 2, 3}},
    };
}

class RankedPredictions : public testing::TestWithParam<Ranking> {};

TEST_P(RankedPredictions, FollowTheirScores)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.npy", Npy("|u1", "2, 3", "\x09\x04\x06\x01\x02\x03"));
    const std::string scores = folder.write("scores.npy", GetParam().scores);
    Options options;
    options.scores_path = scores.c_str();
    Source source(path, options);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.info().columns, 3u);
    EXPECT_TRUE(source.info().random_access);
    EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll(1)), GetParam().classes);
    // Predictions, or scores, from a stream.
    {
        const StandardInput input(ReadFile(path));
        Source streamed("-", options);
        ASSERT_EQ(streamed.status, RS_OK) << streamed.Message();
        EXPECT_FALSE(streamed.info().random_access);
        EXPECT_EQ(ValuesOf<int32_t>(streamed.ReadAll(2)), GetParam().classes);
    }
    const StandardInput input(ReadFile(scores));
    options.scores_path = "-";
    Source streamed(path, options);
    ASSERT_EQ(streamed.status, RS_OK) << streamed.Message();
    EXPECT_FALSE(streamed.info().random_access);
    EXPECT_EQ(ValuesOf<int32_t>(streamed.ReadAll(2)), GetParam().classes);
}

INSTANTIATE_TEST_SUITE_P(Predictions, RankedPredictions, testing::ValuesIn(Rankings()),
                         [](const auto &test) { return test.param.name; });

// ---- sidecars ----

std::string ClassesNpy(const Classes &classes)
{
    return Npy("<i4", "2, 3", BytesOf(classes));
}

std::string ValuesNpy()
{
    return Npy("<f4", "2, 3", std::string(24, '\0'));
}

TEST(Sidecar, IsReadAsRankedPredictions)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    const Classes classes = {3, 1, -1, -1, -1, -1};
    WriteZip(path, {{"classes.npy", ClassesNpy(classes)}, {"values.npy", ValuesNpy()}});
    Source source(path);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_STREQ(source.info().format, "npz");
    EXPECT_EQ(source.info().content, RS_CONTENT_PREDICTIONS);
    EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll()), classes);
    EXPECT_EQ(source.status, RS_OK) << source.Message();
}

TEST(Sidecar, OfNarrowClassesToo)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    const std::vector<int16_t> classes = {32767, 1, -1, -1, -1, -1};
    WriteZip(path,
             {{"classes.npy", Npy("<i2", "2, 3", BytesOf(classes))}, {"values.npy", ValuesNpy()}});
    Source source(path);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.info().content, RS_CONTENT_PREDICTIONS);
    EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll()), (Classes{32767, 1, -1, -1, -1, -1}));
    EXPECT_EQ(source.status, RS_OK) << source.Message();
}

TEST(Sidecar, AClassAfterAMissingOneIsRefused)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, {{"classes.npy", ClassesNpy({3, 1, 2, 5, -1, 7})}, {"values.npy", ValuesNpy()}});
    Source source(path);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.ReadAll(1).size(), 12u);
    ExpectFailure(source, path,
                  {RS_FORMAT, RS_PLACE_ROW, 1, "column 2 holds class 7 after a missing one",
                   "write the file again"});
}

TEST(Sidecar, OthersMayUseTheSameNames)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    // `classes` is a list of something else, `values` are the logits.
    WriteZip(path, {{"classes.npy", Npy("<i4", "5,", std::string(20, '\0'))},
                    {"values.npy", ValuesNpy()}});
    const Source source(path);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.info().content, RS_CONTENT_LOGITS);
}

TEST(Sidecar, MissingOnesAreForSidecarsAlone)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, {{"classes.npy", ClassesNpy({3, 1, -1, 5, 6, 7})}});
    Source source(path);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.ReadAll(2), "");
    ExpectFailure(source, path,
                  {RS_RANGE, RS_PLACE_ROW, 0, "column 2 holds -1, classes go from 0 to 65535",
                   "predictions are class indices, numbered from 0; save the logits as floats"});
}

// Values that are not those of the classes do not make a sidecar of an archive.
TEST(Sidecar, ItsArraysHaveTheSameRowsAndColumns)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    const std::string classes = ClassesNpy({3, 1, -1, 5, 6, 7});
    for (const auto &[shape, bytes] : {std::pair("3, 3", 36), std::pair("2, 2", 16),
                                       std::pair("2, 3, 1", 24), std::pair("6,", 24)}) {
        SCOPED_TRACE(shape);
        WriteZip(path, {{"classes.npy", classes},
                        {"values.npy", Npy("<f4", shape, std::string(bytes, '\0'))}});
        Source either(path); // the values, or the classes, in which no class may be missing
        if (either.status == RS_OK && either.info().content == RS_CONTENT_PREDICTIONS) {
            EXPECT_EQ(either.ReadAll(2), "");
            EXPECT_EQ(either.status, RS_RANGE);
        }
        rs_source_options options = Options();
        options.tensor = "classes";
        Source source(path, options);
        ASSERT_EQ(source.status, RS_OK) << source.Message();
        EXPECT_EQ(source.ReadAll(2), "");
        EXPECT_EQ(source.status, RS_RANGE);
    }
    WriteZip(path, {{"classes.npy", classes},
                    {"values.npy", Npy("<i4", "2, 3", std::string(24, '\0'))}});
    EXPECT_NE(Source(path).status, RS_OK); // two arrays of integers, neither is the values
}

TEST(Sidecar, OfRankedPredictionsHasAMark)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    WriteZip(path, {{"classes.npy", ClassesNpy({3, 1, -1, 5, 6, 7})},
                    {"ranked.npy", Npy("<i4", "1,", Numbers<int32_t>({1}))}});
    Source source(path);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.ReadAll(2), Numbers<int32_t>({3, 1, -1, 5, 6, 7}));
}

// ---- bad predictions ----

struct Bad {
    const char *name;
    std::string file;
    Failure failure;
    friend std::ostream &operator<<(std::ostream &out, const Bad &bad)
    {
        return out << bad.name;
    }
};

std::vector<Bad> BadFiles()
{
    const std::string from_0 =
        "predictions are class indices, numbered from 0; save the logits as floats";
    const std::string bits =
        "classes are numbered from 0; if these integers are the bits of 16-bit "
        "logits, give --dtype bf16 or f16";
    return {
        {"negative",
         Npy("<i8", "2, 2", Numbers<int64_t>({1, 2, 3, -1})),
         {RS_RANGE, RS_PLACE_ROW, 1, "column 1 holds -1, classes go from 0 to 65535", from_0}},
        {"negative_i1",
         Npy("|i1", "2, 2", "\1\2\x80\3"),
         {RS_RANGE, RS_PLACE_ROW, 1, "column 0 holds -128, classes go from 0 to 65535", from_0}},
        {"negative_i2",
         Npy("<i2", "1, 2", Numbers<int16_t>({1, -2})),
         {RS_RANGE, RS_PLACE_ROW, 0, "column 1 holds -2, classes go from 0 to 65535", bits}},
        {"too_large",
         Npy("<i4", "1, 2", Numbers<int32_t>({1, 65536})),
         {RS_RANGE, RS_PLACE_ROW, 0, "column 1 holds 65536, classes go from 0 to 65535", from_0}},
        {"largest_u4",
         Npy("<u4", "1, 1", Numbers<uint32_t>({4294967295})),
         {RS_RANGE, RS_PLACE_ROW, 0, "column 0 holds 4294967295, classes go from 0 to 65535",
          from_0}},
        {"smallest_i8",
         Npy("<i8", "1, 1", Numbers<int64_t>({INT64_MIN})),
         {RS_RANGE, RS_PLACE_ROW, 0,
          "column 0 holds -9223372036854775808, classes go from 0 to 65535", from_0}},
        {"largest_u8",
         Npy("<u8", "1, 1", Numbers<uint64_t>({-1})),
         {RS_RANGE, RS_PLACE_ROW, 0,
          "column 0 holds a number of 64 bits, classes go from 0 to 65535", from_0}},
        {"twice",
         Npy("<i8", "3, 3", Numbers<int64_t>({1, 2, 3, 4, 5, 6, 9, 8, 9})),
         {RS_FORMAT, RS_PLACE_ROW, 2, "class 9 stands twice in this row", from_0}},
        {"twice_in_u2",
         Npy("<u2", "1, 3", Numbers<uint16_t>({0, 7, 0})),
         {RS_FORMAT, RS_PLACE_ROW, 0, "class 0 stands twice in this row", bits}},
    };
}

class BadPredictions : public testing::TestWithParam<Bad> {};

TEST_P(BadPredictions, NameTheRow)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.npy", GetParam().file);
    for (const uint64_t block : {1, 2, 4}) {
        Source source(path);
        ASSERT_EQ(source.status, RS_OK) << source.Message();
        EXPECT_EQ(source.ReadAll(block).size(),
                  GetParam().failure.at / block * block * source.info().row_bytes);
        ExpectFailure(source, path, GetParam().failure);
    }
}

INSTANTIATE_TEST_SUITE_P(Predictions, BadPredictions, testing::ValuesIn(BadFiles()),
                         [](const auto &test) { return test.param.name; });

TEST(BadPrediction, ClassesMustBelongToTheLabels)
{
    const TemporaryFolder folder;
    const std::string path =
        folder.write("a.npy", Npy("<i4", "2, 2", Numbers<int32_t>({0, 9, 1, 10})));
    Options options;
    options.classes = 10;
    Source source(path, options);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.ReadAll(1).size(), 8u);
    ExpectFailure(source, path,
                  {RS_RANGE, RS_PLACE_ROW, 1, "column 1 holds 10, classes go from 0 to 9",
                   "classes are numbered from 0: where these are numbered from 1, or 0 is a "
                   "background class, subtract 1"});
    options.classes = 11;
    Source wider(path, options);
    EXPECT_EQ(ValuesOf<int32_t>(wider.ReadAll(2)), (Classes{0, 9, 1, 10}));
    // More classes than there can be change nothing.
    options.classes = UINT32_MAX;
    Source widest(folder.write("b.npy", Npy("<i4", "1, 1", Numbers<int32_t>({65536}))), options);
    EXPECT_EQ(widest.ReadAll(2), "");
    EXPECT_STREQ(widest.error.reason, "column 0 holds 65536, classes go from 0 to 65535");
}

TEST(BadScores, AreRefused)
{
    const TemporaryFolder folder;
    const std::string classes = folder.write("a.npy", Npy("|u1", "2, 2", "\1\2\3\4"));
    const std::string logits = folder.write("l.npy", Npy("<f4", "2, 2", std::string(16, '\0')));
    const std::string wide = folder.write("w.npy", Npy("<f4", "2, 3", std::string(24, '\0')));
    const std::string longer = folder.write("n.npy", Npy("<f4", "3, 2", std::string(24, '\0')));
    const std::string missing = folder.path("none.npy");
    const auto open = [](const std::string &path, const std::string &scores, const Failure &failure,
                         const std::string &file) {
        Options options;
        options.scores_path = scores.c_str();
        const Source source(path, options);
        EXPECT_EQ(source.get(), nullptr);
        ExpectFailure(source, file, failure);
    };
    const std::string every = "every predicted class needs its score";
    open(classes, wide,
         {RS_MISMATCH, RS_PLACE_NONE, 0, "the scores are 2 x 3, the predictions 2 x 2", every},
         wide);
    open(classes, longer,
         {RS_MISMATCH, RS_PLACE_NONE, 0, "the scores are 3 x 2, the predictions 2 x 2", every},
         longer);
    open(classes, classes,
         {RS_MISMATCH, RS_PLACE_NONE, 0, "scores must be floats, these are of type |u1",
          "scores are the probabilities or logits beside each predicted class"},
         classes);
    open(logits, logits,
         {RS_USAGE, RS_PLACE_NONE, 0, "scores rank predictions, but these are floats of type <f4",
          "leave --pred-scores out"},
         logits);
    open(classes, missing,
         {RS_IO, RS_PLACE_NONE, 0, "no such file", "check the spelling of the path"}, missing);
    const std::string csv =
        folder.write("a.csv", "file_name,predicted_class,predicted_probability\na,1,1\n");
    open(csv, logits,
         {RS_USAGE, RS_PLACE_NONE, 0, "a CSV of predictions carries its own scores",
          "leave --pred-scores out"},
         csv);
}

} // namespace
