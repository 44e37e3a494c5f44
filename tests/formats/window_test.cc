// A window: some rows of a source as a source of their own.
#include <memory>

#include "formats/format_bytes.h"

extern "C" {
#include "formats/window.h"
}

namespace {

const std::vector<float> kRows = {0, 1, 10, 11, 20, 21, 30, 31, 40, 41};

struct Closed {
    void operator()(rs_source *source) const
    {
        rs_source_close(source);
    }
};
using Source = std::unique_ptr<rs_source, Closed>;

Source OpenWindow(rs_source *inner)
{
    rs_source *window = nullptr;
    EXPECT_EQ(rs_window_open(inner, &window, nullptr), RS_OK);
    return Source(window);
}

std::vector<float> Read(rs_source *source, uint64_t first, uint64_t rows,
                        rs_status expected = RS_OK, rs_error *error = nullptr)
{
    std::vector<float> out(rows * 2, -1);
    uint64_t got = 0;
    EXPECT_EQ(rs_source_read(source, first, rows, out.data(), &got, error), expected);
    out.resize(got * 2);
    return out;
}

TEST(Window, ViewsAndReadsItsRowsOnly)
{
    rs_source *memory = nullptr;
    ASSERT_EQ(rs_source_open_memory(kRows.data(), RS_DTYPE_F32, 5, 2, 8, &memory, nullptr), RS_OK);
    const Source inner(memory);
    const Source window = OpenWindow(inner.get());
    rs_window_set(window.get(), 1, 3);
    const rs_source_info *info = rs_source_get_info(window.get());
    EXPECT_EQ(info->rows, 3u);
    EXPECT_EQ(info->columns, 2u);
    EXPECT_EQ(info->dtype, RS_DTYPE_F32);
    EXPECT_STREQ(info->format, "memory");
    EXPECT_STREQ(info->file_dtype, rs_source_get_info(inner.get())->file_dtype);
    EXPECT_TRUE(info->random_access);
    uint64_t rows = 0;
    uint64_t stride = 0;
    EXPECT_EQ(rs_source_view(window.get(), 1, &rows, &stride), kRows.data() + 4);
    EXPECT_EQ(rows, 2u); // not the row behind the window
    EXPECT_EQ(stride, 8u);
    EXPECT_EQ(rs_source_view(window.get(), 3, &rows, &stride), nullptr);
    EXPECT_EQ(Read(window.get(), 0, 9), (std::vector<float>{10, 11, 20, 21, 30, 31}));
    rs_window_set(window.get(), 4, 1);
    EXPECT_EQ(Read(window.get(), 0, 1), (std::vector<float>{40, 41}));
}

TEST(Window, MovesForwardOverAStream)
{
    const StandardInput input(Npy("<f4", "5, 2", BytesOf(kRows)));
    const rs_source_options options = {};
    rs_source *stream = nullptr;
    ASSERT_EQ(rs_source_open("-", &options, &stream, nullptr), RS_OK);
    const Source inner(stream);
    const Source window = OpenWindow(inner.get());
    EXPECT_FALSE(rs_source_get_info(window.get())->random_access);
    rs_window_set(window.get(), 0, 2);
    EXPECT_EQ(Read(window.get(), 0, 2), (std::vector<float>{0, 1, 10, 11}));
    rs_window_set(window.get(), 3, 2); // row 2 is passed over
    uint64_t rows = 0;
    uint64_t stride = 0;
    EXPECT_EQ(rs_source_view(window.get(), 0, &rows, &stride), nullptr);
    EXPECT_EQ(Read(window.get(), 0, 2), (std::vector<float>{30, 31, 40, 41}));
}

TEST(Window, SaysWhereAStreamEndsEarly)
{
    const StandardInput input(BytesOf(kRows));
    rs_source_options options = {};
    options.dtype = RS_DTYPE_F32;
    options.raw_columns = 2;
    rs_source *stream = nullptr;
    ASSERT_EQ(rs_source_open("-", &options, &stream, nullptr), RS_OK);
    const Source inner(stream);
    const Source window = OpenWindow(inner.get());
    rs_window_set(window.get(), 3, 4);
    rs_error error = {};
    Read(window.get(), 0, 4, RS_MISMATCH, &error);
    EXPECT_STREQ(error.reason, "the input ends after 5 rows, more are needed");
    EXPECT_EQ(error.place.kind, RS_PLACE_ROW);
    EXPECT_EQ(error.place.at, 5u);
}

} // namespace
