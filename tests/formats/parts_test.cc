// Consecutive row blocks of one model: mixed lengths and formats, views, streams, disagreements.
#include "formats/format_bytes.h"

namespace {

// 6 x 2: row r is r, r + 0.5.
std::string Rows(int begin, int end)
{
    std::vector<float> values;
    for (int row = begin; row < end; ++row) {
        values.push_back(static_cast<float>(row));
        values.push_back(static_cast<float>(row) + 0.5f);
    }
    return BytesOf(values);
}

std::string Block(int begin, int end)
{
    return Npy("<f4", std::to_string(end - begin) + ", 2", Rows(begin, end));
}

TEST(Parts, ComeOutInTheOrderGiven)
{
    const TemporaryFolder folder;
    const std::vector<std::string> paths = {folder.write("c", Block(0, 1)),
                                            folder.write("a", Block(1, 4)),
                                            folder.write("b", Block(4, 6))};
    for (const rs_io io : {RS_IO_MMAP, RS_IO_PREAD}) {
        for (const uint64_t block : {1, 2, 3, 4, 6, 9}) {
            Source source(paths, Options().Io(io));
            ASSERT_EQ(source.status, RS_OK) << source.Message();
            EXPECT_EQ(std::string(source.info().path), paths[0]);
            EXPECT_STREQ(source.info().format, "npy");
            EXPECT_EQ(source.info().rows, 6u);
            EXPECT_EQ(source.info().columns, 2u);
            EXPECT_EQ(source.info().bytes, 48u);
            EXPECT_TRUE(source.info().random_access);
            EXPECT_EQ(source.ReadAll(block), Rows(0, 6));
        }
    }
}

TEST(Parts, HaveAViewEach)
{
    const TemporaryFolder folder;
    const Source source({folder.write("a", Block(0, 1)), folder.write("b", Block(1, 4)),
                         folder.write("c", Block(4, 6))},
                        Options());
    const uint64_t rows_from[] = {1, 3, 2, 1, 2, 1};
    for (uint64_t row = 0; row < 6; ++row) {
        uint64_t rows = 0;
        uint64_t stride = 0;
        const void *view = rs_source_view(source.get(), row, &rows, &stride);
        ASSERT_NE(view, nullptr);
        EXPECT_EQ(rows, rows_from[row]);
        EXPECT_EQ(stride, 8u);
        EXPECT_EQ(std::memcmp(view, Rows(0, 6).data() + row * 8, rows * 8), 0) << row;
    }
}

TEST(Parts, AViewOnlyWhereThePartHasOne)
{
    const TemporaryFolder folder;
    const Source source({folder.write("a", Block(0, 2)),
                         folder.write("b", Npy(">f4", "2, 2", Swapped(Rows(2, 4), 4)))},
                        Options());
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    uint64_t rows = 0;
    uint64_t stride = 0;
    EXPECT_NE(rs_source_view(source.get(), 1, &rows, &stride), nullptr);
    EXPECT_EQ(rows, 1u);
    EXPECT_EQ(rs_source_view(source.get(), 2, &rows, &stride), nullptr);
}

TEST(Parts, OneOfThemCanBeAStream)
{
    const TemporaryFolder folder;
    const std::string first = folder.write("a", Block(0, 2));
    const std::string last = folder.write("c", Block(5, 6));
    for (const uint64_t block : {1, 2, 3, 4, 6, 9}) {
        const StandardInput input(Block(2, 5));
        Source source({first, "-", last}, Options());
        ASSERT_EQ(source.status, RS_OK) << source.Message();
        EXPECT_EQ(source.info().rows, 6u);
        EXPECT_FALSE(source.info().random_access);
        EXPECT_EQ(source.ReadAll(block), Rows(0, 6));
        EXPECT_EQ(source.status, RS_OK) << source.Message();
    }
}

TEST(Parts, AStreamOfUnknownLengthMakesTheWholeUnknown)
{
    const TemporaryFolder folder;
    const std::string first = folder.write("a", Rows(0, 2));
    const std::string last = folder.write("c", Rows(5, 6));
    for (const uint64_t block : {1, 2, 3, 4, 6, 9}) {
        const StandardInput input(Rows(2, 5));
        Source source({first, "-", last}, Options().Dtype(RS_DTYPE_F32).Raw(0, 2));
        ASSERT_EQ(source.status, RS_OK) << source.Message();
        EXPECT_EQ(source.info().rows, RS_ROWS_UNKNOWN);
        EXPECT_EQ(source.ReadAll(block), Rows(0, 6));
        EXPECT_EQ(source.status, RS_OK) << source.Message();
    }
}

TEST(Parts, RowsOfAStreamCanBeSkippedAcrossParts)
{
    const TemporaryFolder folder;
    const StandardInput input(Block(2, 5));
    const Source source({folder.write("a", Block(0, 2)), "-", folder.write("c", Block(5, 6))},
                        Options());
    std::vector<float> rows(4);
    uint64_t got = 0;
    ASSERT_EQ(rs_source_read(source.get(), 3, 2, rows.data(), &got, nullptr), RS_OK);
    EXPECT_EQ(got, 2u);
    EXPECT_EQ(rows, (std::vector<float>{3.0f, 3.5f, 4.0f, 4.5f}));
    ASSERT_EQ(rs_source_read(source.get(), 5, 2, rows.data(), &got, nullptr), RS_OK);
    EXPECT_EQ(got, 1u);
    EXPECT_EQ(rows[0], 5.0f);
}

TEST(Parts, PredictionsAreRankedAsOne)
{
    const TemporaryFolder folder;
    const std::string scores = folder.write(
        "s", Npy("<f4", "3, 2", BytesOf(std::vector<float>{0.1f, 0.9f, 0.8f, 0.2f, 0.3f, 0.7f})));
    Options options;
    options.scores_path = scores.c_str();
    Source source({folder.write("a", Npy("|u1", "1, 2", "\1\2")),
                   folder.write("b", Npy("|u1", "2, 2", "\3\4\5\6"))},
                  options);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.info().content, RS_CONTENT_PREDICTIONS);
    EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll(2)), (std::vector<int32_t>{2, 1, 3, 4, 6, 5}));
}

TEST(Parts, OneAloneIsThatFile)
{
    const TemporaryFolder folder;
    Source source({folder.write("a", Block(0, 2))}, Options());
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(source.ReadAll(), Rows(0, 2));
}

// ---- disagreements ----

const char kAlike[] = "parts are row blocks of one model; give models one by one, without --parts";

TEST(BadParts, ColumnsAndTypesMustAgree)
{
    const TemporaryFolder folder;
    const std::string first = folder.write("a", Block(0, 2));
    const std::string wide = folder.write("b", Npy("<f4", "1, 3", std::string(12, 'x')));
    const std::string doubles = folder.write("c", Npy("<f8", "1, 2", std::string(16, 'x')));
    const Source columns({first, wide}, Options());
    ExpectFailure(columns, wide,
                  {RS_MISMATCH, RS_PLACE_NONE, 0,
                   "3 columns of f32, but the first part has 2 of f32", kAlike});
    const Source types({first, first, doubles}, Options());
    ExpectFailure(types, doubles,
                  {RS_MISMATCH, RS_PLACE_NONE, 0,
                   "2 columns of f64, but the first part has 2 of f32",
                   "save all parts of a model in one type"});
}

TEST(BadParts, AnErrorInAPartNamesThePart)
{
    const TemporaryFolder folder;
    const std::string bad = folder.write("b", "hello");
    const Source source({folder.write("a", Block(0, 2)), bad}, Options());
    EXPECT_EQ(source.status, RS_UNSUPPORTED);
    EXPECT_EQ(std::string(source.error.file), bad);
}

TEST(BadParts, StandardInputOnce)
{
    const StandardInput input(Block(0, 2));
    const std::vector<std::string> twice = {"-", "-"};
    const Source source(twice, Options());
    ExpectFailure(source, "standard input",
                  {RS_USAGE, RS_PLACE_NONE, 0, "standard input can be only one of the parts",
                   "name it once"});
}

TEST(BadParts, NoneAtAll)
{
    const std::vector<std::string> none;
    const Source source(none, Options());
    ExpectFailure(source, "",
                  {RS_USAGE, RS_PLACE_NONE, 0, "there are no parts", "name at least one file"});
}

TEST(BadParts, TheShapeIsThatOfTheWhole)
{
    const TemporaryFolder folder;
    const std::vector<std::string> paths = {folder.write("a", Rows(0, 2)),
                                            folder.write("b", Rows(2, 6))};
    Source good(paths, Options().Dtype(RS_DTYPE_F32).Raw(6, 2));
    ASSERT_EQ(good.status, RS_OK) << good.Message();
    EXPECT_EQ(good.ReadAll(), Rows(0, 6));
    const Source bad(paths, Options().Dtype(RS_DTYPE_F32).Raw(7, 2));
    ExpectFailure(bad, paths[0],
                  {RS_MISMATCH, RS_PLACE_NONE, 0, "the parts have 6 rows together, --shape says 7",
                   "--shape with --parts is the shape of all parts together"});
}

TEST(BadParts, ACsvCannotBeOne)
{
    const TemporaryFolder folder;
    const std::string csv =
        folder.write("a.csv", "file_name,predicted_class,predicted_probability\na,1,1\n");
    const Source source({csv, csv}, Options());
    ExpectFailure(source, csv,
                  {RS_UNSUPPORTED, RS_PLACE_NONE, 0,
                   "a CSV of predictions cannot be a part: its rows are sorted by file name",
                   "join them into one file with one header line"});
}

TEST(BadParts, TooManyRowsTogether)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("large");
    FILE *file = fopen(path.c_str(), "wb");
    ASSERT_NE(file, nullptr);
    ASSERT_EQ(ftruncate(fileno(file), off_t{1} << 31), 0);
    fclose(file);
    const Source source({path, path}, Options().Dtype(RS_DTYPE_U8).Raw(0, 1));
    ExpectFailure(source, path,
                  {RS_RANGE, RS_PLACE_NONE, 0, "with this part there are more than 4294967295 rows",
                   "score them separately"});
}

} // namespace
