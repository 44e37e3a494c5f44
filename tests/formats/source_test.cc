// The element types, rows in memory, and sources used from several threads at once.
#include <atomic>
#include <memory>

#include "formats/zip_files.h"

#include "formats/format_bytes.h"

namespace {

// ---- types ----

TEST(Dtype, SizesNamesAndKinds)
{
    const struct {
        rs_dtype dtype;
        size_t bytes;
        const char *name;
        bool is_float;
    } types[] = {
        {RS_DTYPE_F32, 4, "f32", true},    {RS_DTYPE_F16, 2, "f16", true},
        {RS_DTYPE_BF16, 2, "bf16", true},  {RS_DTYPE_F64, 8, "f64", true},
        {RS_DTYPE_I8, 1, "i8", false},     {RS_DTYPE_U8, 1, "u8", false},
        {RS_DTYPE_I16, 2, "i16", false},   {RS_DTYPE_U16, 2, "u16", false},
        {RS_DTYPE_I32, 4, "i32", false},   {RS_DTYPE_U32, 4, "u32", false},
        {RS_DTYPE_I64, 8, "i64", false},   {RS_DTYPE_U64, 8, "u64", false},
        {RS_DTYPE_NONE, 0, "none", false},
    };
    for (const auto &type : types) {
        EXPECT_EQ(rs_dtype_bytes(type.dtype), type.bytes) << type.name;
        EXPECT_STREQ(rs_dtype_name(type.dtype), type.name);
        EXPECT_EQ(rs_dtype_is_float(type.dtype), type.is_float) << type.name;
        EXPECT_EQ(rs_dtype_parse(type.name), type.dtype);
    }
}

TEST(Dtype, IsParsedFromTheNamesPeopleUse)
{
    const struct {
        const char *text;
        rs_dtype dtype;
    } names[] = {
        {"float32", RS_DTYPE_F32}, {"float", RS_DTYPE_F32},     {"float16", RS_DTYPE_F16},
        {"half", RS_DTYPE_F16},    {"bfloat16", RS_DTYPE_BF16}, {"float64", RS_DTYPE_F64},
        {"double", RS_DTYPE_F64},  {"int8", RS_DTYPE_I8},       {"uint8", RS_DTYPE_U8},
        {"int16", RS_DTYPE_I16},   {"uint16", RS_DTYPE_U16},    {"int32", RS_DTYPE_I32},
        {"uint32", RS_DTYPE_U32},  {"int64", RS_DTYPE_I64},     {"uint64", RS_DTYPE_U64},
        {"", RS_DTYPE_NONE},       {"F32", RS_DTYPE_NONE},      {"f3", RS_DTYPE_NONE},
        {"<f4", RS_DTYPE_NONE},    {"f32 ", RS_DTYPE_NONE},
    };
    for (const auto &name : names) {
        EXPECT_EQ(rs_dtype_parse(name.text), name.dtype) << name.text;
    }
    EXPECT_EQ(rs_dtype_parse(nullptr), RS_DTYPE_NONE);
}

// ---- memory ----

TEST(MemorySource, ViewsAndReadsStridedRows)
{
    const float data[3][4] = {{1, 2, 3, -1}, {4, 5, 6, -1}, {7, 8, 9, -1}};
    rs_source *source = nullptr;
    rs_error error = {};
    ASSERT_EQ(rs_source_open_memory(data, RS_DTYPE_F32, 3, 3, 16, &source, &error), RS_OK);
    const rs_source_info *info = rs_source_get_info(source);
    EXPECT_STREQ(info->path, "memory");
    EXPECT_STREQ(info->format, "memory");
    EXPECT_STREQ(info->file_dtype, "f32");
    EXPECT_EQ(info->rows, 3u);
    EXPECT_EQ(info->columns, 3u);
    EXPECT_EQ(info->row_bytes, 12u);
    EXPECT_EQ(info->bytes, 36u);
    EXPECT_TRUE(info->random_access);
    uint64_t rows = 0;
    uint64_t stride = 0;
    EXPECT_EQ(rs_source_view(source, 1, &rows, &stride), data[1]);
    EXPECT_EQ(rows, 2u);
    EXPECT_EQ(stride, 16u);
    float out[6] = {0};
    ASSERT_EQ(rs_source_read(source, 1, 9, out, &rows, &error), RS_OK);
    EXPECT_EQ(rows, 2u);
    EXPECT_EQ(out[0], 4);
    EXPECT_EQ(out[3], 7);
    EXPECT_EQ(out[5], 9);
    rs_source_close(source);
}

TEST(MemorySource, BadArgumentsAreRefused)
{
    const float data[4] = {0};
    const struct {
        const void *data;
        rs_dtype dtype;
        uint64_t rows, columns, stride;
        rs_status status;
        const char *reason;
    } bad[] = {
        {data, RS_DTYPE_I32, 2, 2, 8, RS_USAGE, "rows in memory cannot be of type i32"},
        {data, RS_DTYPE_NONE, 2, 2, 8, RS_USAGE, "rows in memory cannot be of type none"},
        {nullptr, RS_DTYPE_F32, 2, 2, 8, RS_USAGE, "the argument \"data\" is NULL"},
        {data, RS_DTYPE_F32, 2, 2, 7, RS_USAGE,
         "rows 7 bytes apart cannot hold 2 columns of f32 in memory"},
        {data, RS_DTYPE_F32, 2, 2, UINT64_MAX / 2 + 1, RS_USAGE,
         "rows 9223372036854775808 bytes apart cannot hold 2 columns of f32 in memory"},
        {data, RS_DTYPE_F32, 0, 2, 8, RS_RANGE, "the array has no rows"},
        {data, RS_DTYPE_F32, 2, 0, 8, RS_RANGE, "0 columns, from 1 to 65536 can be scored"},
        {data, RS_DTYPE_F32, 2, 65537, 1 << 20, RS_RANGE,
         "65537 columns, from 1 to 65536 can be scored"},
        {data, RS_DTYPE_F32, RS_ROWS_UNKNOWN, 2, 8, RS_RANGE,
         "18446744073709551615 rows, at most 4294967295 can be scored"},
    };
    for (const auto &one : bad) {
        rs_source *source = nullptr;
        rs_error error = {};
        EXPECT_EQ(rs_source_open_memory(one.data, one.dtype, one.rows, one.columns, one.stride,
                                        &source, &error),
                  one.status);
        EXPECT_EQ(source, nullptr);
        EXPECT_STREQ(error.reason, one.reason);
    }
    rs_source_close(nullptr);
}

// ---- what is given back ----

// Of a process: whether it has mapped a file, or holds it open.
bool Holds(const std::string &path)
{
    const std::string real = std::filesystem::canonical(path).string();
    if (ReadFile("/proc/self/maps").find(real + "\n") != std::string::npos) {
        return true;
    }
    for (const auto &entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone; // the folder itself is among them
        if (std::filesystem::read_symlink(entry.path(), gone) == real) {
            return true;
        }
    }
    return false;
}

TEST(ClosedSource, HoldsNothingOfItsFile)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.npy", Npy("<f4", "2, 2", std::string(16, '\0')));
    for (const rs_io io : {RS_IO_MMAP, RS_IO_PREAD}) {
        EXPECT_FALSE(Holds(path)) << io;
        {
            const Source source(path, Options().Io(io));
            ASSERT_EQ(source.status, RS_OK) << source.error.reason;
            EXPECT_TRUE(Holds(path)) << io;
        }
        EXPECT_FALSE(Holds(path)) << io;
    }
}

// ---- threads ----

// Every thread reads every row of a shared source, in blocks of its own size.
void ReadFromThreads(const std::string &path, const Options &options, const std::string &expected)
{
    const Source source(path, options);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    ASSERT_TRUE(source.info().random_access);
    const uint64_t rows = source.info().rows;
    const uint64_t row_bytes = source.info().row_bytes;
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (uint64_t block = 1; block <= 4; ++block) {
        threads.emplace_back([&, block] {
            std::string out(block * 7 * row_bytes, '\0');
            for (uint64_t row = 0; row < rows; row += block * 7) {
                uint64_t got = 0;
                uint64_t seen = 0;
                uint64_t stride = 0;
                rs_error error = {};
                const rs_status status =
                    rs_source_read(source.get(), row, block * 7, out.data(), &got, &error);
                const void *view = rs_source_view(source.get(), row, &seen, &stride);
                wrong += status != RS_OK || expected.compare(row * row_bytes, got * row_bytes, out,
                                                             0, got * row_bytes) != 0;
                wrong += view != nullptr &&
                         std::memcmp(view, expected.data() + row * row_bytes, row_bytes) != 0;
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(wrong, 0);
}

TEST(Threads, ShareSourcesOfRandomAccess)
{
    const TemporaryFolder folder;
    std::vector<float> values;
    std::vector<int32_t> classes;
    for (int i = 0; i < 400 * 25; ++i) {
        values.push_back(static_cast<float>(i) * 0.25f);
        classes.push_back(i % 10007);
    }
    const std::string floats = BytesOf(values);
    const std::string plain = folder.write("a.npy", Npy("<f4", "400, 25", floats));
    const std::string swapped = folder.write("b.npy", Npy(">f4", "400, 25", Swapped(floats, 4)));
    const std::string fortran =
        folder.write("c.npy", Npy("<f4", "400, 25", Transposed(floats, 400, 25, 4), true));
    const std::string ranked = folder.write("d.npy", Npy("<i4", "400, 25", BytesOf(classes)));
    for (const rs_io io : {RS_IO_MMAP, RS_IO_PREAD}) {
        for (const std::string &path : {plain, swapped, fortran}) {
            ReadFromThreads(path, Options().Io(io), floats);
        }
        ReadFromThreads(ranked, Options().Io(io), BytesOf(classes));
    }
}

TEST(Threads, OpenAndReadSourcesOfTheirOwn)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a.npz");
    const std::string floats(4 * 50 * 20, 'x');
    WriteZip(path, {{"x.npy", Npy("<f4", "50, 20", floats), ZIP_CM_DEFLATE}});
    const std::string csv =
        folder.write("a.csv", "file_name,predicted_class,predicted_probability\na,1,0.5\nb,2,1\n");
    // Archives are opened here: libzip calls mktime, whose lock inside glibc TSan does not see.
    std::vector<std::unique_ptr<Source>> archives;
    for (int thread = 0; thread < 4; ++thread) {
        archives.push_back(std::make_unique<Source>(path));
    }
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            Source &zipped = *archives[static_cast<size_t>(thread)];
            wrong += zipped.status != RS_OK || zipped.ReadAll(8) != floats;
            for (int round = 0; round < 5; ++round) {
                Source table(csv);
                wrong += table.status != RS_OK ||
                         ValuesOf<int32_t>(table.ReadAll()) != (std::vector<int32_t>{1, 2});
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(wrong, 0);
}

} // namespace
