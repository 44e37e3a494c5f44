/* The row kernels alone: every width around tiles and vectors, rows that are not aligned, long
 * label lists, every shape of a launch, offsets beyond 2^32. */
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <memory>

#include "cuda_case.h"
#include "simt/simt.h"

extern "C" {
#include "cuda/device_labels.h"
#include "cuda/row_results.h"
#include "engine/score_rows.h"
}

namespace {

using rs_test::ExamCase;
using rs_test::Outcome;
using rs_test::RowKind;
using rs_test::Verdict;

/* Rows of a case on the device, `shift` bytes behind an aligned address, scored by one launch. */
Outcome Launch(ExamCase &made, rs_launch_shape shape, size_t shift)
{
    Outcome outcome;
    const rs_pass pass = made.Pass();
    rs_device_labels labels = {};
    void *rows = nullptr;
    const size_t bytes = made.stride * (made.rows - 1) + made.columns * rs_dtype_bytes(made.dtype);
    EXPECT_EQ(cudaMalloc(&rows, bytes + shift), cudaSuccess);
    char *const first = static_cast<char *>(rows) + shift;
    EXPECT_EQ(cudaMemcpy(first, made.bits.data(), bytes, cudaMemcpyHostToDevice), cudaSuccess);
    EXPECT_EQ(rs_device_labels_prepare(&labels, &pass, nullptr, nullptr), RS_OK);
    rs_row_task task = rs_device_labels_task(&labels, &pass, made.dtype);
    task.rows = first;
    task.stride_bytes = made.stride;
    task.row_count = made.rows;
    EXPECT_EQ(rs_launch_rows(&task, shape, nullptr), cudaSuccess);
    outcome.counters.assign(task.layout.counters, 0);
    outcome.status =
        rs_device_labels_fetch(&labels, &pass, nullptr, outcome.counters.data(), &outcome.error);
    outcome.scored = made.rows;
    rs_device_labels_free(&labels);
    EXPECT_EQ(cudaFree(rows), cudaSuccess);
    return outcome;
}

class RowKernel : public testing::TestWithParam<rs_dtype> {
  protected:
    void SetUp() override
    {
        simt_reset();
        simt_set_seed(5);
    }
    void TearDown() override { simt_reset(); }
};

/* Both sides of a vector, of a tile in registers and of the largest row in registers. */
TEST_P(RowKernel, EveryWidth)
{
    for (const uint32_t columns : {3u, 4u, 7u, 8u, 31u, 32u, 127u, 129u, 255u, 256u, 257u, 511u,
                                   512u, 513u, 1000u, 1023u, 1024u, 1025u, 1032u, 2040u, 2047u,
                                   2048u, 2049u, 2056u, 3000u, 4104u}) {
        SCOPED_TRACE(columns);
        rs_random random = rs_random_make(columns, 1);
        ExamCase made;
        MakeRows(&made, GetParam(), 42, columns, 0, {}, &random);
        DrawLabels(&made, &random);
        made.exam.row_flags = true;
        const Verdict verdict = Judge(made.exam);
        ExpectCounters(made, verdict, Launch(made, {2, 3, 3}, 0));
        made.exam.row_flags = false;
        made.exam.calibration = columns % 3 == 0;
        ExpectCounters(made, Judge(made.exam), Launch(made, {2, 3, 3}, 0));
        if (HasFatalFailure()) {
            return;
        }
    }
}

TEST_P(RowKernel, TheWidestRow)
{
    rs_random random = rs_random_make(65536, 1);
    ExamCase made;
    MakeRows(&made, GetParam(), 6, RS_MAX_COLUMNS, 0, {RowKind::kFewValues, RowKind::kLogits},
             &random);
    DrawLabels(&made, &random);
    made.exam.row_flags = true;
    made.exam.calibration = true;
    ExpectCounters(made, Judge(made.exam), Launch(made, {1, 2, 1}, 0));
}

/* Aligned rows of whole vectors are loaded 16 bytes at a time, all others value by value. */
TEST_P(RowKernel, RowsThatAreNotAligned)
{
    const size_t size = rs_dtype_bytes(GetParam());
    for (const uint32_t columns : {64u, 1000u}) {
        for (const size_t gap : {size_t{0}, size, 2 * size, size_t{16}, size_t{64}}) {
            for (const size_t shift : {size_t{0}, size, size_t{16}}) {
                SCOPED_TRACE(std::to_string(columns) + ", " + std::to_string(gap) + ", " +
                             std::to_string(shift));
                rs_random random = rs_random_make(columns, gap);
                ExamCase made;
                MakeRows(&made, GetParam(), 21, columns, gap, {}, &random);
                DrawLabels(&made, &random);
                ExpectCounters(made, Judge(made.exam), Launch(made, {1, 5, 2}, shift));
            }
        }
    }
}

/* A warp, a block and a device are busy in many ways; the counts are the same. */
TEST_P(RowKernel, EveryShapeOfALaunch)
{
    rs_random random = rs_random_make(50, 1);
    ExamCase made;
    MakeRows(&made, GetParam(), 150, 24, 0, {}, &random);
    DrawLabels(&made, &random);
    made.exam.calibration = true;
    const Verdict verdict = Judge(made.exam);
    for (const uint32_t blocks : {1u, 2u, 7u}) {
        for (const uint32_t group : {1u, 2u, 31u, 32u}) {
            SCOPED_TRACE(std::to_string(blocks) + ", " + std::to_string(group));
            ExpectCounters(made, verdict, Launch(made, {blocks, group + 1, group}, 0));
        }
    }
}

/* Sets of 31, 32, 33 and more labels go round more than once. */
TEST_P(RowKernel, LongSets)
{
    for (const uint32_t columns : {100u, 2500u}) {
        rs_random random = rs_random_make(51, columns);
        ExamCase made;
        MakeRows(&made, GetParam(), 40, columns, 0, {RowKind::kFewValues, RowKind::kLogits,
                                                     RowKind::kOneNan, RowKind::kSomeMinusInf},
                 &random);
        for (uint64_t i = 0; i < made.rows; ++i) {
            const uint32_t sizes[] = {0, 1, 30, 31, 32, 33, 63, 64, 65, 100};
            const uint32_t size = sizes[i % 10];
            std::vector<int32_t> set;
            for (uint32_t k = 0; k < size; ++k) {
                set.push_back(static_cast<int32_t>(k * (columns / 100)));
            }
            const int32_t y = i % 3 == 0 || size == 0 ? static_cast<int32_t>(columns - 1 - i)
                                                      : set[(i * 7) % size];
            made.exam.original.push_back(i % 11 == 5 ? -1 : y);
            made.exam.real.push_back(set);
            made.real_class.insert(made.real_class.end(), set.begin(), set.end());
            made.real_begin.push_back(static_cast<uint32_t>(made.real_class.size()));
        }
        for (const bool calibration : {false, true}) {
            made.exam.calibration = calibration;
            ExpectCounters(made, Judge(made.exam), Launch(made, {1, 9, 9}, 0));
        }
    }
}

TEST_P(RowKernel, Calibration)
{
    for (const bool probabilities : {false, true}) {
        for (const uint32_t columns : {10u, 1000u, 2050u}) {
            SCOPED_TRACE(columns);
            rs_random random = rs_random_make(52, columns);
            ExamCase made;
            const std::vector<RowKind> kinds =
                probabilities ? std::vector<RowKind>{RowKind::kProbabilities, RowKind::kOneNan}
                              : std::vector<RowKind>{};
            MakeRows(&made, GetParam(), 63, columns, 0, kinds, &random);
            DrawLabels(&made, &random);
            made.exam.calibration = true;
            made.exam.probabilities = probabilities;
            ExpectCounters(made, Judge(made.exam), Launch(made, {2, 4, 4}, 0));
        }
    }
}

/* Rows 5 GB apart, in memory of which only the rows are touched. */
TEST_P(RowKernel, OffsetsBeyond32Bits)
{
    rs_random random = rs_random_make(53, 0);
    ExamCase made;
    MakeRows(&made, GetParam(), 5, 1000, 0, {RowKind::kLogits}, &random);
    DrawLabels(&made, &random);
    const Verdict verdict = Judge(made.exam);
    const uint64_t stride = (UINT64_C(5) << 30) + 4096;
    void *sparse = nullptr;
    if (cudaMalloc(&sparse, stride * (made.rows - 1) + made.stride) != cudaSuccess) {
        (void)cudaGetLastError();
        GTEST_SKIP() << "the device has no 20 GB to spare";
    }
    for (uint64_t i = 0; i < made.rows; ++i) {
        ASSERT_EQ(cudaMemcpy(static_cast<char *>(sparse) + i * stride,
                             made.bits.data() + i * made.stride, made.stride,
                             cudaMemcpyHostToDevice),
                  cudaSuccess);
    }
    const rs_pass pass = made.Pass();
    rs_device_labels labels = {};
    ASSERT_EQ(rs_device_labels_prepare(&labels, &pass, nullptr, nullptr), RS_OK);
    rs_row_task task = rs_device_labels_task(&labels, &pass, made.dtype);
    task.rows = sparse;
    task.stride_bytes = stride;
    task.row_count = made.rows;
    ASSERT_EQ(rs_launch_rows(&task, {1, 2, 2}, nullptr), cudaSuccess);
    Outcome outcome;
    outcome.counters.assign(task.layout.counters, 0);
    outcome.scored = made.rows;
    EXPECT_EQ(rs_device_labels_fetch(&labels, &pass, nullptr, outcome.counters.data(), nullptr),
              RS_OK);
    ExpectCounters(made, verdict, outcome);
    rs_device_labels_free(&labels);
    EXPECT_EQ(cudaFree(sparse), cudaSuccess);
}

/* Classes of no column, of one and, if `merged`, of many, in no order; columns of no class. Wide
 * rows are few: where machine code is executed each of them takes long. */
void MakeMap(ExamCase *made, rs_dtype dtype, uint32_t positions, size_t gap, bool merged)
{
    rs_random random = rs_random_make(54, positions);
    const uint32_t columns = merged ? 3 * positions : positions + positions / 2 + 1;
    MakeRows(made, dtype, positions < 1000 ? 21 : 8, columns, gap, {}, &random);
    std::vector<int32_t> class_of(columns, -1);
    made->exam.classes = positions + 2;
    for (uint32_t p = 0; p < positions; ++p) {
        class_of[p + p / 2] = static_cast<int32_t>(positions + 1 - p);
    }
    for (uint32_t j = 0; merged && j < columns; ++j) {
        const uint32_t any = rs_random_below(&random, positions / 4 + 1);
        class_of[j] = class_of[j] >= 0      ? class_of[j]
                      : j % 3 == 0 || j < 3 ? static_cast<int32_t>(2 + any)
                                            : -1;
    }
    made->UseMap(class_of);
    ASSERT_EQ(made->map->positions, positions);
    DrawLabels(made, &random);
}

/* Counters and all that goes back beside them. */
std::vector<char> AllOf(const rs_device_labels &labels, const rs_pass &pass, rs_row_task task)
{
    const rs_result_layout layout = {7 * 12 + 4 + 4 + 1, true, true, true, true, true, 7};
    const size_t bytes = layout.bytes * task.row_count;
    std::vector<char> all(bytes);
    std::vector<uint64_t> counters(task.layout.counters);
    void *results = nullptr;
    EXPECT_EQ(cudaMalloc(&results, bytes), cudaSuccess);
    task.results = rs_place_results(&layout, results, task.row_count);
    EXPECT_EQ(rs_launch_rows(&task, {2, 3, 2}, nullptr), cudaSuccess);
    EXPECT_EQ(rs_device_labels_fetch(&labels, &pass, nullptr, counters.data(), nullptr), RS_OK);
    EXPECT_EQ(cudaMemcpy(all.data(), results, bytes, cudaMemcpyDeviceToHost), cudaSuccess);
    EXPECT_EQ(cudaFree(results), cudaSuccess);
    const char *const counted = reinterpret_cast<const char *>(counters.data());
    all.insert(all.end(), counted, counted + counters.size() * sizeof counters[0]);
    return all;
}

/* Rows of columns, `shift` bytes behind an aligned address, give to the last bit what the rows of
 * positions give that the CPU engine makes of them. */
void ExpectSameThroughTheMap(ExamCase &made, size_t shift)
{
    const rs_pass pass = made.Pass();
    const size_t row_bytes = made.map->positions * rs_dtype_bytes(made.dtype);
    std::vector<char> mapped(made.rows * row_bytes);
    for (uint64_t i = 0; i < made.rows; ++i) {
        rs_map_row(made.map, made.dtype, made.bits.data() + i * made.stride,
                   mapped.data() + i * row_bytes);
    }
    const struct {
        const std::vector<char> &bits;
        size_t shift, stride;
    } rows_of[] = {{made.bits, shift, made.stride}, {mapped, 0, row_bytes}};
    std::vector<char> all[2];
    rs_device_labels labels = {};
    for (int way = 0; way < 2; ++way) {
        void *rows = nullptr;
        const auto &from = rows_of[way];
        ASSERT_EQ(cudaMalloc(&rows, from.bits.size() + from.shift), cudaSuccess);
        char *const first = static_cast<char *>(rows) + from.shift;
        ASSERT_EQ(cudaMemcpy(first, from.bits.data(), from.bits.size(), cudaMemcpyHostToDevice),
                  cudaSuccess);
        ASSERT_EQ(rs_device_labels_prepare(&labels, &pass, nullptr, nullptr), RS_OK);
        rs_row_task task = rs_device_labels_task(&labels, &pass, made.dtype);
        task.rows = first;
        task.stride_bytes = from.stride;
        task.row_count = made.rows;
        task.map = way == 0 ? task.map : rs_map_columns{};
        all[way] = AllOf(labels, pass, task);
        ASSERT_EQ(cudaFree(rows), cudaSuccess);
    }
    rs_device_labels_free(&labels);
    EXPECT_TRUE(all[0] == all[1]);
}

TEST_P(RowKernel, ClassMapsOfEveryWidth)
{
    for (const uint32_t positions :
         {1u,   2u,    7u,    8u,    31u,   33u,   127u,  256u,  511u,  512u,
          513u, 1000u, 1023u, 1024u, 1025u, 1600u, 2047u, 2048u, 2049u, 3001u}) {
        for (const bool merged : {false, true}) {
            SCOPED_TRACE(std::to_string(positions) + (merged ? ", merged" : ""));
            ExamCase made;
            MakeMap(&made, GetParam(), positions, 0, merged);
            made.exam.row_flags = positions % 2 == 0;
            ExpectSameThroughTheMap(made, 0);
            ExpectCounters(made, Judge(made.exam), Launch(made, {2, 3, 3}, 0));
            made.exam.calibration = true;
            ExpectSameThroughTheMap(made, 0);
            if (HasFailure()) {
                return;
            }
        }
    }
}

TEST_P(RowKernel, ClassMapsOfRowsThatAreNotAligned)
{
    const size_t size = rs_dtype_bytes(GetParam());
    for (const size_t gap : {size_t{0}, size, size_t{16}}) {
        for (const size_t shift : {size_t{0}, size, size_t{16}}) {
            SCOPED_TRACE(std::to_string(gap) + ", " + std::to_string(shift));
            ExamCase made;
            MakeMap(&made, GetParam(), 130, gap, gap == size);
            ExpectSameThroughTheMap(made, shift);
        }
    }
}

std::string TypeName(const testing::TestParamInfo<rs_dtype> &info)
{
    return rs_dtype_name(info.param);
}

INSTANTIATE_TEST_SUITE_P(All, RowKernel,
                         testing::Values(RS_DTYPE_F32, RS_DTYPE_F16, RS_DTYPE_BF16, RS_DTYPE_F64),
                         TypeName);

rs_row_task TaskOf(rs_dtype dtype, uint32_t columns, bool calibration)
{
    rs_row_task task = {};
    task.dtype = dtype;
    task.columns = columns;
    task.calibration = calibration;
    return task;
}

TEST(LaunchShape, CoversAllRowsAndFitsTheDevice)
{
    rs_row_task task = TaskOf(RS_DTYPE_F32, 1000, false);
    for (const uint32_t processors : {1u, 46u, 132u}) {
        for (const uint64_t rows : {UINT64_C(1), UINT64_C(31), UINT64_C(4096), UINT64_C(50000),
                                    UINT64_C(4294967295)}) {
            task.row_count = rows;
            const rs_launch_shape shape = rs_launch_shape_for(&task, processors);
            EXPECT_GE(shape.warp_rows, 1u);
            EXPECT_GE(shape.blocks, 1u);
            EXPECT_LE(shape.blocks, processors * 5);
            EXPECT_GE(shape.group_rows, 1u);
            EXPECT_LE(shape.group_rows, 16u);
            const uint64_t warps = uint64_t{shape.blocks} * RS_BLOCK_WARPS;
            EXPECT_GE(warps * shape.warp_rows, rows); /* dealt out once ... */
            const uint64_t fewer = uint64_t{processors} * 5 * RS_BLOCK_WARPS;
            EXPECT_LT(fewer * (shape.warp_rows - 1), rows); /* ... and no warp has a row more */
        }
    }
}

/* A block more than the registers have room for would run when all others have ended. The numbers
 * are those of docs/CUDA.md, which kernel_budget.txt holds the machine code to. */
TEST(LaunchShape, HasNoSecondWave)
{
    struct Kernel {
        rs_dtype dtype;
        uint32_t columns;
        bool calibration;
        uint32_t blocks;
    };
    const Kernel kernels[] = {
        {RS_DTYPE_F32, 1000, false, 5},  {RS_DTYPE_F32, 1024, true, 4},
        {RS_DTYPE_F32, 1025, false, 3},  {RS_DTYPE_F32, 2048, true, 4},
        {RS_DTYPE_F32, 21843, false, 5}, {RS_DTYPE_F16, 1000, false, 6},
        {RS_DTYPE_F16, 1000, true, 4},   {RS_DTYPE_BF16, 2048, false, 5},
        {RS_DTYPE_BF16, 1025, true, 4},  {RS_DTYPE_BF16, 2049, true, 4},
        {RS_DTYPE_F64, 512, false, 5},   {RS_DTYPE_F64, 1000, false, 3},
        {RS_DTYPE_F64, 1025, false, 5},  {RS_DTYPE_F64, 1000, true, 2},
        {RS_DTYPE_I32, 5, false, 5},
    };
    for (const Kernel &kernel : kernels) {
        rs_row_task task = TaskOf(kernel.dtype, kernel.columns, kernel.calibration);
        task.row_count = UINT64_C(1) << 32;
        EXPECT_EQ(rs_launch_shape_for(&task, 100).blocks, kernel.blocks * 100)
            << "dtype " << kernel.dtype << ", " << kernel.columns << " columns, calibration "
            << kernel.calibration;
    }
}

}  // namespace
