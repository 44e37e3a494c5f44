// .npy files as NumPy and others write them: every variant gives the same rows, however it is read.
#include "formats/format_bytes.h"

namespace {

const std::vector<float> kValues = {0.5f, -1.0f, 2.0f, 3.25f, 4.0f, -5.5f, 6.0f, 7.0f,
                                    8.0f, 9.0f,  1.0f, -2.0f, 0.0f, 1e30f, 4.0f}; // 5 x 3

struct Variant {
    const char *name;
    std::string file;
    rs_dtype wanted;
    rs_dtype dtype;
    const char *file_dtype;
    std::string rows; // as rs_source_read must give them
    friend std::ostream &operator<<(std::ostream &out, const Variant &variant)
    {
        return out << variant.name;
    }
};

std::string Doubles()
{
    return BytesOf(std::vector<double>(kValues.begin(), kValues.end()));
}

// Any bits will do for types that are not computed with.
std::string Halves()
{
    return BytesOf(std::vector<uint16_t>{0x3800, 0xbc00, 0x4000, 0x4280, 0x4400, 0xc580, 0x4600,
                                         0x4700, 0x4800, 0x4880, 0x3c00, 0xc000, 0x0000, 0x7c00,
                                         0xfe01});
}

std::vector<Variant> Variants()
{
    const std::string floats = BytesOf(kValues);
    const std::string dictionary = NpyDictionary("<f4", "5, 3");
    const rs_dtype none = RS_DTYPE_NONE;
    return {
        {"version_1", NpyHeader(dictionary, 1) + floats, none, RS_DTYPE_F32, "<f4", floats},
        {"version_2", NpyHeader(dictionary, 2) + floats, none, RS_DTYPE_F32, "<f4", floats},
        {"version_3", NpyHeader(dictionary, 3) + floats, none, RS_DTYPE_F32, "<f4", floats},
        {"padded", NpyHeader(dictionary + std::string(300, ' ') + "\n") + floats, none,
         RS_DTYPE_F32, "<f4", floats},
        {"other_order",
         NpyHeader("{'shape': (5, 3), 'fortran_order': False, 'descr': '<f4'}\n") + floats, none,
         RS_DTYPE_F32, "<f4", floats},
        {"double_quotes",
         NpyHeader("{\"descr\":\"<f4\",\"fortran_order\":False,\"shape\":(5,3)}") + floats, none,
         RS_DTYPE_F32, "<f4", floats},
        {"spread_out",
         NpyHeader(
             " {\n'descr' : '<f4' ,\t'fortran_order' :False , 'shape' : ( 5 , 3 , ) , }\r\n") +
             floats,
         none, RS_DTYPE_F32, "<f4", floats},
        {"python_2_long", Npy("<f4", "5L, 3L", floats), none, RS_DTYPE_F32, "<f4", floats},
        {"numpy_2_open_memmap", Npy("<f4", "np.int64(5), np.uint8( 3 )", floats), none,
         RS_DTYPE_F32, "<f4", floats},
        {"native_sign", Npy("=f4", "5, 3", floats), none, RS_DTYPE_F32, "=f4", floats},
        {"no_sign", Npy("f4", "5, 3", floats), none, RS_DTYPE_F32, "f4", floats},
        {"stated_twice", Npy("<f4", "5, 3", floats), RS_DTYPE_F32, RS_DTYPE_F32, "<f4", floats},
        {"big_endian_f4", Npy(">f4", "5, 3", Swapped(floats, 4)), none, RS_DTYPE_F32, ">f4",
         floats},
        {"fortran_f4", Npy("<f4", "5, 3", Transposed(floats, 5, 3, 4), true), none, RS_DTYPE_F32,
         "<f4", floats},
        {"fortran_big_endian_f4", Npy(">f4", "5, 3", Swapped(Transposed(floats, 5, 3, 4), 4), true),
         none, RS_DTYPE_F32, ">f4", floats},
        {"fortran_one_row", Npy("<f4", "1, 15", floats, true), none, RS_DTYPE_F32, "<f4", floats},
        {"fortran_one_column", Npy("<f4", "15, 1", floats, true), none, RS_DTYPE_F32, "<f4",
         floats},
        {"f8", Npy("<f8", "5, 3", Doubles()), none, RS_DTYPE_F64, "<f8", Doubles()},
        {"big_endian_f8", Npy(">f8", "5, 3", Swapped(Doubles(), 8)), none, RS_DTYPE_F64, ">f8",
         Doubles()},
        {"fortran_f8", Npy("<f8", "5, 3", Transposed(Doubles(), 5, 3, 8), true), none, RS_DTYPE_F64,
         "<f8", Doubles()},
        {"f2", Npy("<f2", "5, 3", Halves()), none, RS_DTYPE_F16, "<f2", Halves()},
        {"big_endian_f2", Npy(">f2", "5, 3", Swapped(Halves(), 2)), none, RS_DTYPE_F16, ">f2",
         Halves()},
        {"fortran_f2", Npy("<f2", "5, 3", Transposed(Halves(), 5, 3, 2), true), none, RS_DTYPE_F16,
         "<f2", Halves()},
        {"void_as_bf16", Npy("<V2", "5, 3", Halves()), RS_DTYPE_BF16, RS_DTYPE_BF16, "<V2",
         Halves()},
        {"void_as_f16", Npy("|V2", "5, 3", Halves()), RS_DTYPE_F16, RS_DTYPE_F16, "|V2", Halves()},
        {"u2_as_bf16", Npy("<u2", "5, 3", Halves()), RS_DTYPE_BF16, RS_DTYPE_BF16, "<u2", Halves()},
        {"i2_as_bf16", Npy("<i2", "5, 3", Halves()), RS_DTYPE_BF16, RS_DTYPE_BF16, "<i2", Halves()},
        {"big_endian_u2_as_f16", Npy(">u2", "5, 3", Swapped(Halves(), 2)), RS_DTYPE_F16,
         RS_DTYPE_F16, ">u2", Halves()},
        {"bfloat16_by_name", Npy("bfloat16", "5, 3", Halves()), none, RS_DTYPE_BF16, "bfloat16",
         Halves()},
    };
}

class NpyVariants : public testing::TestWithParam<Variant> {};

void ExpectRows(Source &source, const Variant &variant, bool random_access)
{
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    const rs_source_info &info = source.info();
    EXPECT_STREQ(info.format, "npy");
    EXPECT_EQ(info.dtype, variant.dtype);
    EXPECT_STREQ(info.file_dtype, variant.file_dtype);
    EXPECT_EQ(info.content, RS_CONTENT_LOGITS);
    EXPECT_EQ(info.rows * info.columns, kValues.size());
    EXPECT_EQ(info.row_bytes, info.columns * rs_dtype_bytes(info.dtype));
    EXPECT_EQ(info.bytes, variant.rows.size());
    EXPECT_EQ(info.random_access, random_access);
    EXPECT_FALSE(info.file_name_order);
    EXPECT_EQ(source.ReadAll(2), variant.rows);
    EXPECT_EQ(source.status, RS_OK) << source.Message();
}

TEST_P(NpyVariants, AreReadByOffset)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.npy", GetParam().file);
    Source source(path, Options().Dtype(GetParam().wanted).Io(RS_IO_PREAD));
    ExpectRows(source, GetParam(), true);
    uint64_t rows = 0;
    uint64_t stride = 0;
    EXPECT_EQ(rs_source_view(source.get(), 0, &rows, &stride), nullptr);
}

TEST_P(NpyVariants, AreMapped)
{
    const TemporaryFolder folder;
    const std::string path = folder.write("a.npy", GetParam().file);
    Source source(path, Options().Dtype(GetParam().wanted).Io(RS_IO_MMAP));
    ExpectRows(source, GetParam(), true);
}

TEST_P(NpyVariants, AreStreamed)
{
    const StandardInput input(GetParam().file);
    Source source("-", Options().Dtype(GetParam().wanted));
    // Fortran order is held whole, and then any row can be had.
    const bool held = GetParam().file.find("True") != std::string::npos;
    const bool one_column = std::string(GetParam().name) == "fortran_one_column";
    ExpectRows(source, GetParam(), held && !one_column);
    EXPECT_STREQ(source.info().path, "-");
}

INSTANTIATE_TEST_SUITE_P(Npy, NpyVariants, testing::ValuesIn(Variants()),
                         [](const auto &test) { return test.param.name; });

TEST(Npy, AViewLiesInTheFile)
{
    const TemporaryFolder folder;
    const std::string floats = BytesOf(kValues);
    const std::string path = folder.write("a.npy", Npy("<f4", "5, 3", floats));
    const Source source(path);
    ASSERT_EQ(source.status, RS_OK) << source.Message();
    for (uint64_t first = 0; first < 5; ++first) {
        uint64_t rows = 0;
        uint64_t stride = 0;
        const void *view = rs_source_view(source.get(), first, &rows, &stride);
        ASSERT_NE(view, nullptr);
        EXPECT_EQ(rows, 5 - first);
        EXPECT_EQ(stride, 12u);
        EXPECT_EQ(std::memcmp(view, floats.data() + first * 12, rows * 12), 0);
    }
    uint64_t rows = 7;
    uint64_t stride = 7;
    EXPECT_EQ(rs_source_view(source.get(), 5, &rows, &stride), nullptr);
    EXPECT_EQ(rows, 0u);
    EXPECT_EQ(stride, 0u);
}

TEST(Npy, ReadingPastTheEndGivesNothing)
{
    const TemporaryFolder folder;
    const Source source(folder.write("a.npy", Npy("<f4", "5, 3", BytesOf(kValues))));
    ASSERT_EQ(source.status, RS_OK);
    std::vector<float> out(15, 77.0f);
    uint64_t got = 9;
    EXPECT_EQ(rs_source_read(source.get(), 5, 5, out.data(), &got, nullptr), RS_OK);
    EXPECT_EQ(got, 0u);
    EXPECT_EQ(rs_source_read(source.get(), UINT64_MAX, UINT64_MAX, out.data(), &got, nullptr),
              RS_OK);
    EXPECT_EQ(got, 0u);
    EXPECT_EQ(rs_source_read(source.get(), 0, 0, out.data(), &got, nullptr), RS_OK);
    EXPECT_EQ(got, 0u);
    EXPECT_EQ(rs_source_read(source.get(), 4, UINT64_MAX, out.data(), &got, nullptr), RS_OK);
    EXPECT_EQ(got, 1u);
    EXPECT_EQ(out[2], 4.0f);
    EXPECT_EQ(out[3], 77.0f);
}

// Rows beyond 4 GiB, in a file with a hole.
TEST(Npy, ALargeFileIsReadAtItsEnd)
{
    const TemporaryFolder folder;
    const std::string path = folder.path("large.npy");
    const std::string header = Npy("<f4", "50000, 21841", "");
    const uint64_t row_bytes = 21841u * 4u;
    const float last = 42.5f;
    FILE *file = fopen(path.c_str(), "wb");
    ASSERT_NE(file, nullptr);
    ASSERT_EQ(fwrite(header.data(), 1, header.size(), file), header.size());
    const uint64_t end = header.size() + 50000u * row_bytes;
    ASSERT_EQ(fseeko(file, static_cast<off_t>(end - sizeof last), SEEK_SET), 0);
    ASSERT_EQ(fwrite(&last, 1, sizeof last, file), sizeof last);
    if (fclose(file) != 0) {
        GTEST_SKIP() << "the temporary folder cannot hold a sparse file of 4.4 GB";
    }
    for (const rs_io io : {RS_IO_MMAP, RS_IO_PREAD, RS_IO_AUTO}) {
        const Source source(path, Options().Io(io));
        ASSERT_EQ(source.status, RS_OK) << source.Message();
        std::vector<float> row(21841);
        uint64_t got = 0;
        ASSERT_EQ(rs_source_read(source.get(), 49999, 10, row.data(), &got, nullptr), RS_OK);
        EXPECT_EQ(got, 1u);
        EXPECT_EQ(row.front(), 0.0f);
        EXPECT_EQ(row.back(), last);
    }
}

// A file that loses its end after it was opened: an error with the byte, not a short result.
TEST(Npy, AFileThatShrinksIsAnErrorWhenReadByOffset)
{
    const TemporaryFolder folder;
    const std::string content = Npy("<f4", "5, 3", BytesOf(kValues));
    const std::string path = folder.write("a.npy", content);
    Source source(path, Options().Io(RS_IO_PREAD));
    ASSERT_EQ(source.status, RS_OK);
    ASSERT_EQ(truncate(path.c_str(), static_cast<off_t>(content.size() - 6)), 0);
    EXPECT_EQ(source.ReadAll(2), content.substr(content.size() - 60, 48));
    ExpectFailure(source, path,
                  {RS_FORMAT, RS_PLACE_BYTE, content.size() - 6,
                   "the file ends here, 6 bytes early",
                   "the file is truncated or shrank while it was read; copy it again"});
}

} // namespace
