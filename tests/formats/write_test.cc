// Written arrays: what is written is read back, in every format and type, and nothing half.
extern "C" {
#include "formats/write.h"
}

#include <dirent.h>
#include <sys/stat.h>

#include "formats/format_bytes.h"

namespace {

const char *const kNames[] = {"a.npy", "a.npz", "a.safetensors", "a.raw"};
const char *const kFormats[] = {"npy", "npz", "safetensors", "raw"};

size_t FilesIn(const std::string &folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder.c_str());
    while (const dirent *item = readdir(dir)) {
        count += std::string(item->d_name) != "." && std::string(item->d_name) != ".." ? 1 : 0;
    }
    closedir(dir);
    return count;
}

TEST(ArrayWriter, EveryFormatAndTypeIsReadBack)
{
    const rs_dtype types[] = {RS_DTYPE_F32, RS_DTYPE_F16, RS_DTYPE_BF16, RS_DTYPE_F64,
                              RS_DTYPE_I8,  RS_DTYPE_U8,  RS_DTYPE_I16,  RS_DTYPE_U16,
                              RS_DTYPE_I32, RS_DTYPE_U32, RS_DTYPE_I64,  RS_DTYPE_U64};
    for (int format = RS_WRITE_NPY; format <= RS_WRITE_RAW; ++format) {
        for (const rs_dtype dtype : types) {
            SCOPED_TRACE(std::string(kFormats[format]) + " " + rs_dtype_name(dtype));
            const TemporaryFolder folder;
            const std::string path = folder.path(kNames[format]);
            const size_t size = rs_dtype_bytes(dtype);
            std::string elements(12 * size, '\0');
            std::vector<int32_t> classes;
            for (size_t i = 0; i < 12; ++i) {
                elements[i * size] = static_cast<char>(i + 1);
                classes.push_back(static_cast<int32_t>(i + 1));
            }
            const rs_array_spec spec = {"logits", dtype, 4, 3};
            rs_array_writer *writer = nullptr;
            rs_error error = {};
            ASSERT_EQ(rs_array_writer_create(path.c_str(), static_cast<rs_write_format>(format),
                                             &spec, &writer, &error),
                      RS_OK);
            ASSERT_EQ(rs_array_writer_put(writer, elements.data(), 1, &error), RS_OK);
            ASSERT_EQ(rs_array_writer_put(writer, elements.data() + 3 * size, 3, &error), RS_OK);
            ASSERT_EQ(rs_array_writer_commit(writer, &error), RS_OK);
            Options options;
            if (format == RS_WRITE_RAW) {
                options.Dtype(dtype).Raw(4, 3);
            } else if (dtype == RS_DTYPE_BF16) {
                options.Dtype(dtype);
            }
            Source source(path, options);
            ASSERT_EQ(source.status, RS_OK) << source.Message();
            EXPECT_STREQ(source.info().format, kFormats[format]);
            EXPECT_EQ(source.info().rows, 4u);
            EXPECT_EQ(source.info().columns, 3u);
            if (rs_dtype_is_float(dtype)) {
                EXPECT_EQ(source.info().dtype, dtype);
                EXPECT_EQ(source.ReadAll(), elements);
            } else {
                EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll()), classes);
            }
            EXPECT_EQ(source.status, RS_OK) << source.Message();
            EXPECT_EQ(FilesIn(folder.path()), 1u);
        }
    }
}

std::string Written(const TemporaryFolder &folder, rs_write_format format,
                    const rs_array_spec &spec, const std::string &elements)
{
    const std::string path = folder.path(kNames[format]);
    rs_array_writer *writer = nullptr;
    EXPECT_EQ(rs_array_writer_create(path.c_str(), format, &spec, &writer, nullptr), RS_OK);
    EXPECT_EQ(rs_array_writer_put(writer, elements.data(), spec.rows, nullptr), RS_OK);
    EXPECT_EQ(rs_array_writer_commit(writer, nullptr), RS_OK);
    return ReadFile(path);
}

TEST(ArrayWriter, TheBytesAreThoseOfOtherWriters)
{
    const TemporaryFolder folder;
    const std::string elements = BytesOf(std::vector<float>{1, 2, 3, 4, 5, 6});
    const std::string dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    const std::string npy =
        NpyHeader(dictionary + std::string(118 - dictionary.size() - 1, ' ') + "\n");
    EXPECT_EQ(Written(folder, RS_WRITE_NPY, {"x", RS_DTYPE_F32, 2, 3}, elements), npy + elements);
    EXPECT_EQ(npy.size(), 128u);
    const std::string json = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}";
    EXPECT_EQ(Written(folder, RS_WRITE_SAFETENSORS, {"x", RS_DTYPE_F32, 2, 3}, elements),
              Safetensors(json + std::string((8 - json.size() % 8) % 8, ' '), elements));
    EXPECT_EQ(Written(folder, RS_WRITE_RAW, {"x", RS_DTYPE_F32, 2, 3}, elements), elements);
}

TEST(ArrayWriter, OneDimension)
{
    const TemporaryFolder folder;
    const std::string elements = BytesOf(std::vector<int64_t>{7, 8});
    const std::string npy = Written(folder, RS_WRITE_NPY, {"x", RS_DTYPE_I64, 2, 0}, elements);
    EXPECT_NE(npy.find("'shape': (2,), }"), std::string::npos);
    Written(folder, RS_WRITE_SAFETENSORS, {"x", RS_DTYPE_I64, 2, 0}, elements);
    for (const char *name : {"a.npy", "a.safetensors"}) {
        Source source(folder.path(name));
        ASSERT_EQ(source.status, RS_OK) << source.Message();
        EXPECT_EQ(source.info().columns, 1u);
        EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll()), (std::vector<int32_t>{7, 8}));
    }
}

TEST(ArrayWriter, ASidecarIsReadBack)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("top.npz");
    const std::vector<int32_t> classes = {3, 1, -1, -1};
    const std::vector<double> values = {2.5, 1.5, 0, 0};
    const rs_array_spec first = {"classes", RS_DTYPE_I32, 2, 2};
    const rs_array_spec second = {"values", RS_DTYPE_F64, 2, 2};
    rs_array_writer *writer = nullptr;
    ASSERT_EQ(rs_array_writer_create(path.c_str(), RS_WRITE_NPZ, &first, &writer, nullptr), RS_OK);
    ASSERT_EQ(rs_array_writer_put(writer, classes.data(), 2, nullptr), RS_OK);
    ASSERT_EQ(rs_array_writer_next(writer, &second, nullptr), RS_OK);
    ASSERT_EQ(rs_array_writer_put(writer, values.data(), 2, nullptr), RS_OK);
    ASSERT_EQ(rs_array_writer_commit(writer, nullptr), RS_OK);
    Source source(path);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    EXPECT_EQ(ValuesOf<int32_t>(source.ReadAll()), classes);
    Source member(path, Options().Tensor("values"));
    ASSERT_EQ(member.status, RS_OK) << member.Message();
    EXPECT_EQ(ValuesOf<double>(member.ReadAll()), values);
    // The same bytes every time.
    const std::string bytes = ReadFile(path);
    ASSERT_EQ(rs_array_writer_create(path.c_str(), RS_WRITE_NPZ, &first, &writer, nullptr), RS_OK);
    ASSERT_EQ(rs_array_writer_put(writer, classes.data(), 2, nullptr), RS_OK);
    ASSERT_EQ(rs_array_writer_next(writer, &second, nullptr), RS_OK);
    ASSERT_EQ(rs_array_writer_put(writer, values.data(), 2, nullptr), RS_OK);
    ASSERT_EQ(rs_array_writer_commit(writer, nullptr), RS_OK);
    EXPECT_EQ(ReadFile(path), bytes);
}

TEST(ArrayWriter, MissingRowsLeaveTheOldFile)
{
    for (int format = RS_WRITE_NPY; format <= RS_WRITE_RAW; ++format) {
        const TemporaryFolder folder;
        const std::string path = folder.write("a", "old");
        const rs_array_spec spec = {"x", RS_DTYPE_F32, 3, 2};
        const std::vector<float> rows(6);
        rs_array_writer *writer = nullptr;
        rs_error error = {};
        ASSERT_EQ(rs_array_writer_create(path.c_str(), static_cast<rs_write_format>(format), &spec,
                                         &writer, &error),
                  RS_OK);
        ASSERT_EQ(rs_array_writer_put(writer, rows.data(), 2, &error), RS_OK);
        EXPECT_EQ(rs_array_writer_commit(writer, &error), RS_USAGE);
        EXPECT_STREQ(error.reason, "3 rows were announced, 2 written");
        EXPECT_EQ(ReadFile(path), "old");
        EXPECT_EQ(FilesIn(folder.path()), 1u);
    }
}

TEST(ArrayWriter, TooManyRowsAreRefused)
{
    const TemporaryFolder folder;
    const rs_array_spec spec = {"x", RS_DTYPE_F32, 1, 2};
    const std::vector<float> rows(8);
    rs_array_writer *writer = nullptr;
    rs_error error = {};
    ASSERT_EQ(
        rs_array_writer_create(folder.path("a").c_str(), RS_WRITE_NPY, &spec, &writer, &error),
        RS_OK);
    EXPECT_EQ(rs_array_writer_put(writer, rows.data(), 2, &error), RS_USAGE);
    EXPECT_STREQ(error.reason, "more rows than the 1 that were announced");
    EXPECT_EQ(rs_array_writer_put(writer, rows.data(), UINT64_MAX, &error), RS_USAGE);
    EXPECT_EQ(rs_array_writer_next(writer, &spec, &error), RS_USAGE);
    EXPECT_STREQ(error.reason, "only an .npz holds several arrays");
    rs_array_writer_abort(writer);
    rs_array_writer_abort(nullptr);
    EXPECT_EQ(FilesIn(folder.path()), 0u);
}

TEST(ArrayWriter, SpecsThatCannotBeAreRefused)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("a");
    const std::string long_name(300, 'x');
    const struct {
        rs_array_spec spec;
        rs_write_format format;
        rs_status status;
        const char *reason;
    } bad[] = {
        {{"x", RS_DTYPE_NONE, 1, 1}, RS_WRITE_NPY, RS_USAGE, "an array needs a type"},
        {{"x", RS_DTYPE_F32, UINT64_MAX, 2},
         RS_WRITE_NPY,
         RS_RANGE,
         "18446744073709551615 x 2 elements do not fit into a file"},
        {{"x", RS_DTYPE_F64, UINT64_C(1) << 60, 1},
         RS_WRITE_SAFETENSORS,
         RS_RANGE,
         "1152921504606846976 x 1 elements do not fit into a file"},
        {{long_name.c_str(), RS_DTYPE_F32, 1, 1},
         RS_WRITE_NPZ,
         RS_USAGE,
         "the name of a member is too long"},
    };
    for (const auto &one : bad) {
        rs_array_writer *writer = nullptr;
        rs_error error = {};
        EXPECT_EQ(rs_array_writer_create(path.c_str(), one.format, &one.spec, &writer, &error),
                  one.status);
        EXPECT_EQ(writer, nullptr);
        EXPECT_STREQ(error.reason, one.reason);
        EXPECT_EQ(FilesIn(folder.path()), 0u);
    }
}

// /dev/full takes no byte: the error of the disk arrives, at the latest at the end.
TEST(ArrayWriter, AFullDiskIsAnError)
{
    struct stat info;
    if (stat("/dev/full", &info) != 0) {
        GTEST_SKIP() << "there is no /dev/full here";
    }
    for (int format = RS_WRITE_NPY; format <= RS_WRITE_RAW; ++format) {
        for (const uint64_t rows : {uint64_t{2}, uint64_t{100000}}) {
            const rs_array_spec spec = {"x", RS_DTYPE_F32, rows, 1};
            const std::vector<float> data(rows);
            rs_array_writer *writer = nullptr;
            rs_error error = {};
            ASSERT_EQ(rs_array_writer_create("/dev/full", static_cast<rs_write_format>(format),
                                             &spec, &writer, &error),
                      RS_OK);
            rs_status status = rs_array_writer_put(writer, data.data(), rows, &error);
            if (status == RS_OK) {
                status = rs_array_writer_commit(writer, &error);
            } else {
                rs_array_writer_abort(writer);
            }
            EXPECT_EQ(status, RS_IO);
            EXPECT_STREQ(error.reason, "the disk is full");
            EXPECT_STREQ(error.file, "/dev/full");
        }
    }
}

} // namespace
