/* Every kernel, of every instruction set and dtype, against the reference (support/reference.h). */

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <tuple>
#include <vector>

extern "C" {
#include "engine/row_kernel.h"
}
#include "support/hard_rows.h"
#include "support/isas.h"
#include "support/reference.h"

namespace {

using rs_test::GuardedMemory;
using rs_test::RowKind;
using rs_test::RowTruth;

const uint32_t kWidths[] = {1,   2,   3,   7,   8,   9,   15,   16,   17,   31,  32,
                            33,  47,  48,  63,  64,  65,  96,   127,  128,  129, 191,
                            200, 255, 256, 257, 512, 999, 1000, 1001, 1024, 2049};
const uint32_t kWideWidths[] = {21841, 65535, 65536};

class RowKernelTest : public testing::TestWithParam<std::tuple<rs_isa, rs_dtype>> {
  protected:
    void SetUp() override
    {
        isa_ = std::get<0>(GetParam());
        dtype_ = std::get<1>(GetParam());
        if (!rs_isa_available(isa_)) {
            GTEST_SKIP() << "this processor has no " << rs_isa_name(isa_);
        }
        kernel_ = rs_row_kernel_get(isa_, dtype_);
        bytes_ = rs_dtype_bytes(dtype_);
    }

    RowTruth Truth(const void *row, uint32_t columns) const
    {
        return rs_test::JudgeRow(rs_test::DecodeRow(dtype_, row, columns), {});
    }

    /* Ranks of `labels`, in one call and one by one, are those of the truth. */
    void CheckRanks(const void *row, uint32_t columns, const RowTruth &truth,
                    const std::vector<uint32_t> &labels) const
    {
        std::vector<uint32_t> ahead(labels.size());
        const auto count = static_cast<uint32_t>(labels.size());
        const bool clean = kernel_->rank(row, columns, labels.data(), count, ahead.data());
        const int found = (truth.nan ? RS_ROW_NAN : 0) | (truth.inf ? RS_ROW_INF : 0) |
                          (truth.constant ? RS_ROW_CONSTANT : 0);
        ASSERT_EQ(kernel_->inspect(row, columns), found);
        ASSERT_TRUE(!clean || found == 0);
        if (truth.nan) {
            ASSERT_FALSE(clean);
            return;
        }
        std::vector<uint32_t> rank(columns);
        for (uint32_t k = 0; k < columns; ++k) {
            rank[static_cast<size_t>(truth.prediction[k])] = k;
        }
        for (size_t i = 0; i < labels.size(); ++i) {
            ASSERT_EQ(ahead[i], rank[labels[i]]) << "label " << labels[i];
            ASSERT_TRUE(clean || ahead[i] > 0 || labels[i] == 0 || truth.inf)
                << "nothing is ahead of a finite number, that is a proof";
            CheckWithin(row, columns, labels[i], rank[labels[i]]);
            CheckBeyond(row, columns, labels[i], rank);
            if (rank[labels[i]] == 0) {
                ASSERT_EQ(kernel_->tied(row, columns, labels[i]), truth.tied);
            }
        }
    }

    /* Right up to the limit, and beyond it whenever there are more ahead. */
    void CheckWithin(const void *row, uint32_t columns, uint32_t label, uint32_t ahead) const
    {
        for (const uint32_t limit : {0u, 2u, 4u, 29u, ahead, columns}) {
            const uint32_t found = kernel_->rank_within(row, columns, label, limit);
            ASSERT_TRUE(ahead <= limit ? found == ahead : found > limit)
                << "label " << label << ", limit " << limit << ": " << found << " for " << ahead;
        }
    }

    /* None that is not, and each that the columns around a label tell by themselves: of four labels
     * from this one on. Rank 0 is the best. */
    void CheckBeyond(const void *row, uint32_t columns, uint32_t label,
                     const std::vector<uint32_t> &rank) const
    {
        enum { kStretch = 64 };
        const std::vector<double> value = rs_test::DecodeRow(dtype_, row, columns);
        uint32_t labels[RS_LABELS_LOOKED];
        for (uint32_t i = 0; i < RS_LABELS_LOOKED; ++i) {
            labels[i] = (label + i * (columns / 3)) % columns;
        }
        for (const uint32_t limit : {0u, 4u, 29u}) {
            const uint32_t found = kernel_->beyond(row, columns, labels, limit);
            for (uint32_t i = 0; i < RS_LABELS_LOOKED; ++i) {
                uint32_t larger = 0;
                if (columns >= kStretch) {
                    const uint32_t own = labels[i] - labels[i] % kStretch;
                    const uint32_t begin = std::min<uint32_t>(own, columns - kStretch);
                    for (uint32_t j = begin; j < begin + kStretch; ++j) {
                        larger += value[j] > value[labels[i]];
                    }
                }
                const bool is = (found >> i & 1u) != 0;
                ASSERT_TRUE(!is || rank[labels[i]] > limit) << labels[i] << ", limit " << limit;
                ASSERT_TRUE(is || larger <= limit) << labels[i] << ", limit " << limit;
            }
            ASSERT_EQ(found >> RS_LABELS_LOOKED, 0u);
        }
    }

    void CheckSelection(const void *row, uint32_t columns, const RowTruth &truth,
                        uint32_t keep) const
    {
        std::vector<rs_candidate> candidate(columns);
        const uint32_t found = kernel_->find_candidates(row, columns, keep, candidate.data());
        ASSERT_GE(found, std::min(keep, columns));
        ASSERT_LE(found, columns);
        const uint32_t kept = rs_select_best(candidate.data(), found, keep);
        ASSERT_EQ(kept, std::min(keep, columns));
        for (uint32_t k = 0; k < kept; ++k) {
            ASSERT_EQ(candidate[k].column, static_cast<uint32_t>(truth.prediction[k]))
                << "prediction " << k + 1 << " of " << keep;
        }
    }

    void CheckMeasure(const void *row, uint32_t columns, const RowTruth &truth,
                      uint32_t label) const;

    /* All checks on one row. */
    void CheckRow(const void *row, uint32_t columns, rs_random *random) const
    {
        const RowTruth truth = Truth(row, columns);
        std::vector<std::vector<uint32_t>> sets = {{}, {0}, {columns - 1}, {columns / 2}};
        std::vector<uint32_t> all(columns);
        for (uint32_t j = 0; j < columns; ++j) {
            all[j] = j;
        }
        for (uint32_t size = 2; size <= 9 && size <= columns; ++size) {
            std::vector<uint32_t> some = all; /* shuffled as far as it is taken */
            for (uint32_t i = 0; i < size; ++i) {
                std::swap(some[i], some[i + rs_random_below(random, columns - i)]);
            }
            sets.emplace_back(some.begin(), some.begin() + size);
            sets.push_back({some[0]});
        }
        if (columns <= 257) {
            sets.push_back(all);
        }
        if (!truth.nan) {
            sets.push_back({static_cast<uint32_t>(truth.prediction[0])});
        }
        for (const std::vector<uint32_t> &labels : sets) {
            CheckRanks(row, columns, truth, labels);
            if (labels.size() == 1) {
                CheckMeasure(row, columns, truth, labels[0]);
            }
            if (HasFatalFailure()) {
                return;
            }
        }
        CheckMeasure(row, columns, truth, RS_NO_LABEL);
        if (!truth.nan) {
            for (const uint32_t keep : {1u, 2u, 3u, 5u, 10u, 32u, 33u, 64u, 65u, 1024u}) {
                CheckSelection(row, columns, truth, keep);
            }
        }
    }

    rs_isa isa_ = RS_ISA_PORTABLE;
    rs_dtype dtype_ = RS_DTYPE_F32;
    const rs_row_kernel *kernel_ = nullptr;
    size_t bytes_ = 0;
};

void RowKernelTest::CheckMeasure(const void *row, uint32_t columns, const RowTruth &truth,
                                 uint32_t label) const
{
    const std::vector<double> values = rs_test::DecodeRow(dtype_, row, columns);
    rs_row_measure measure = {};
    if (truth.nan) {
        if (label != RS_NO_LABEL) {
            ASSERT_FALSE(kernel_->measure(row, columns, label, values[label], &measure));
        }
        return;
    }
    const double largest = truth.value[0];
    const double reference = label != RS_NO_LABEL ? values[label] : largest;
    const bool clean = kernel_->measure(row, columns, label, reference, &measure);
    ASSERT_EQ(measure.largest, largest);
    if (label != RS_NO_LABEL) {
        ASSERT_TRUE(clean || measure.ahead > 0 || label == 0 || truth.inf)
            << "nothing is ahead of a finite number, that is a proof";
        ASSERT_EQ(measure.ahead + 1, truth.Rank(static_cast<int32_t>(label)));
    }
    if (!std::isfinite(reference) || largest - reference > RS_REFERENCE_REACH ||
        std::isinf(largest)) {
        return;
    }
    double rest = 0;
    for (uint32_t j = 0; j < columns; ++j) {
        rest += j == label ? 0.0 : std::exp(values[j] - reference);
    }
    ASSERT_NEAR(measure.rest, rest, 4e-7 * rest + 1e-30) << "label " << label;
}

TEST_P(RowKernelTest, AgreesOnHardRowsThatEndAtTheEndOfMemory)
{
    rs_random random = rs_random_make(1, static_cast<uint64_t>(dtype_));
    const GuardedMemory memory(2049 * 8);
    for (const uint32_t columns : kWidths) {
        char *const row = memory.end() - columns * bytes_;
        for (int kind = 0; kind < static_cast<int>(RowKind::kCount); ++kind) {
            SCOPED_TRACE(std::string(rs_test::RowKindName(static_cast<RowKind>(kind))) + ", " +
                         std::to_string(columns) + " columns");
            rs_test::MakeRow(dtype_, static_cast<RowKind>(kind), columns, &random, row);
            CheckRow(row, columns, &random);
            if (HasFatalFailure()) {
                return;
            }
        }
    }
}

TEST_P(RowKernelTest, AgreesOnRowsThatBeginWhereMemoryBegins)
{
    rs_random random = rs_random_make(2, static_cast<uint64_t>(dtype_));
    const GuardedMemory memory(2049 * 8);
    for (const uint32_t columns : kWidths) {
        SCOPED_TRACE(std::to_string(columns) + " columns");
        rs_test::MakeRow(dtype_, RowKind::kFewValues, columns, &random, memory.begin());
        CheckRow(memory.begin(), columns, &random);
        if (HasFatalFailure()) {
            return;
        }
    }
}

TEST_P(RowKernelTest, AgreesOnVeryWideRows)
{
    rs_random random = rs_random_make(3, static_cast<uint64_t>(dtype_));
    const GuardedMemory memory(65536 * 8);
    for (const uint32_t columns : kWideWidths) {
        for (const RowKind kind : {RowKind::kLogits, RowKind::kFewValues, RowKind::kAllEqual,
                                   RowKind::kAnyBits, RowKind::kNanLast}) {
            SCOPED_TRACE(std::string(rs_test::RowKindName(kind)) + ", " + std::to_string(columns) +
                         " columns");
            char *const row = memory.end() - columns * bytes_;
            rs_test::MakeRow(dtype_, kind, columns, &random, row);
            CheckRow(row, columns, &random);
            if (HasFatalFailure()) {
                return;
            }
        }
    }
}

/* At every byte offset inside a cache line, with NaNs before and behind that must not be seen. */
TEST_P(RowKernelTest, AgreesAtEveryOffset)
{
    rs_random random = rs_random_make(4, static_cast<uint64_t>(dtype_));
    std::vector<char> memory(260 * 8 + 256);
    for (const uint32_t columns : {1u, 5u, 16u, 31u, 64u, 100u, 260u}) {
        for (size_t offset = 0; offset < 64; ++offset) {
            SCOPED_TRACE(std::to_string(columns) + " columns at offset " + std::to_string(offset));
            std::memset(memory.data(), 0xff, memory.size());
            char *const row = memory.data() + 64 + offset;
            rs_test::MakeRow(dtype_, RowKind::kLogits, columns, &random, row);
            CheckRow(row, columns, &random);
            if (HasFatalFailure()) {
                return;
            }
        }
    }
}

/* Every NaN at every place of a row is found, and no label proves that it is not there. */
TEST_P(RowKernelTest, SeesEveryNan)
{
    rs_random random = rs_random_make(5, static_cast<uint64_t>(dtype_));
    for (const uint32_t columns : {1u, 2u, 33u, 70u, 131u}) {
        std::vector<char> row(columns * bytes_);
        for (const RowKind kind : {RowKind::kLogits, RowKind::kNegative, RowKind::kAllMinusInf}) {
            for (uint32_t place = 0; place < columns; ++place) {
                for (unsigned which = 0; which < 10; ++which) {
                    rs_test::MakeRow(dtype_, kind, columns, &random, row.data());
                    rs_test::StoreBits(dtype_, row.data(), place, rs_test::NanBits(dtype_, which));
                    std::vector<uint32_t> label = {rs_random_below(&random, columns)};
                    uint32_t ahead[2];
                    ASSERT_FALSE(kernel_->rank(row.data(), columns, label.data(), 1, ahead))
                        << "NaN " << which << " at " << place << " of " << columns;
                    ASSERT_EQ(kernel_->inspect(row.data(), columns), RS_ROW_NAN)
                        << "NaN " << which << " at " << place << " of " << columns;
                    rs_row_measure measure;
                    ASSERT_FALSE(kernel_->measure(row.data(), columns, label[0], 0.0, &measure))
                        << "NaN " << which << " at " << place << " of " << columns;
                }
            }
        }
    }
}

/* The best column is the label: the sweep alone must prove the row clean, or find the NaN. */
TEST_P(RowKernelTest, SeesANanBehindAWinningLabel)
{
    rs_random random = rs_random_make(6, static_cast<uint64_t>(dtype_));
    const uint32_t columns = 150;
    std::vector<char> row(columns * bytes_);
    for (const double winner : {50.0, 0.0, -0.0, -0.125, HUGE_VAL}) {
        for (uint32_t place = 0; place < columns; ++place) {
            for (unsigned which = 0; which < 10; ++which) {
                rs_test::MakeRow(dtype_, RowKind::kNegative, columns, &random, row.data());
                const uint32_t label = (place + 77) % columns;
                rs_test::StoreBits(dtype_, row.data(), label, rs_test::BitsOf(dtype_, winner));
                uint32_t ahead = 0;
                ASSERT_EQ(kernel_->rank(row.data(), columns, &label, 1, &ahead),
                          winner < HUGE_VAL && label > 0);
                ASSERT_EQ(ahead, 0u);
                rs_test::StoreBits(dtype_, row.data(), place, rs_test::NanBits(dtype_, which));
                ASSERT_FALSE(kernel_->rank(row.data(), columns, &label, 1, &ahead))
                    << "NaN " << which << " at " << place << ", winner " << winner;
            }
        }
    }
}

/* Random shapes, kinds, offsets and labels. */
TEST_P(RowKernelTest, AgreesOnRandomRows)
{
    rs_random random = rs_random_make(7, static_cast<uint64_t>(dtype_));
    std::vector<char> memory(700 * 8 + 64);
    for (int round = 0; round < 400; ++round) {
        const uint32_t columns = 1 + rs_random_below(&random, 700);
        const auto kind =
            static_cast<RowKind>(rs_random_below(&random, static_cast<uint32_t>(RowKind::kCount)));
        char *const row = memory.data() + rs_random_below(&random, 64);
        SCOPED_TRACE(std::string(rs_test::RowKindName(kind)) + ", " + std::to_string(columns) +
                     " columns, round " + std::to_string(round));
        rs_test::MakeRow(dtype_, kind, columns, &random, row);
        CheckRow(row, columns, &random);
        if (HasFatalFailure()) {
            return;
        }
    }
}

// Beyond a million single precision has no room for an exponential's argument: vectors leave such
// rows to doubles.
TEST_P(RowKernelTest, MeasuresRowsFarFromZero)
{
    if (dtype_ == RS_DTYPE_F16) {
        GTEST_SKIP() << "f16 ends at 65504";
    }
    const uint32_t columns = 100;
    for (const double offset : {8.9e4, -8.9e4, 5e5, 1.25e6, -2.5e7, 3e7, -3e8, 2e9}) {
        const double step = dtype_ == RS_DTYPE_F64   ? 0.37
                            : dtype_ == RS_DTYPE_F32 ? std::fabs(offset) * std::exp2(-22)
                                                     : std::fabs(offset) * std::exp2(-7);
        std::vector<char> row(columns * bytes_);
        for (uint32_t j = 0; j < columns; ++j) {
            rs_test::StoreBits(dtype_, row.data(), j,
                               rs_test::BitsOf(dtype_, offset + step * ((j * 37) % 11)));
        }
        SCOPED_TRACE(offset);
        const RowTruth truth = Truth(row.data(), columns);
        for (const uint32_t label : {0u, 1u, 2u, 99u, RS_NO_LABEL}) {
            CheckMeasure(row.data(), columns, truth, label);
        }
    }
}

std::string ParamName(const testing::TestParamInfo<std::tuple<rs_isa, rs_dtype>> &info)
{
    return std::string(rs_isa_name(std::get<0>(info.param))) + "_" +
           rs_dtype_name(std::get<1>(info.param));
}

INSTANTIATE_TEST_SUITE_P(All, RowKernelTest,
                         testing::Combine(testing::ValuesIn(rs_test::Isas()),
                                          testing::ValuesIn(rs_test::FloatTypes())),
                         ParamName);

TEST(SelectBest, OrdersTiesByColumn)
{
    rs_candidate candidate[] = {{5, 0}, {7, 1}, {5, 2}, {7, 3}, {1, 4}};
    ASSERT_EQ(rs_select_best(candidate, 5, 3), 3u);
    EXPECT_EQ(candidate[0].column, 1u);
    EXPECT_EQ(candidate[1].column, 3u);
    EXPECT_EQ(candidate[2].column, 0u);
}

TEST(Isa, BestIsAvailableAndPortableAlwaysIs)
{
    EXPECT_TRUE(rs_isa_available(rs_isa_best()));
    EXPECT_TRUE(rs_isa_available(RS_ISA_PORTABLE));
#if defined(__x86_64__) // the compiler's runtime, where it has one that knows, finds the same
    __builtin_cpu_init();
    EXPECT_EQ(rs_isa_available(RS_ISA_AVX2),
              __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
    EXPECT_EQ(rs_isa_available(RS_ISA_AVX512),
              __builtin_cpu_supports("avx2") && __builtin_cpu_supports("avx512f") &&
                  __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                  __builtin_cpu_supports("avx512dq"));
#endif
#if defined(__aarch64__)
    EXPECT_EQ(rs_isa_best(), RS_ISA_NEON);
#else
    EXPECT_FALSE(rs_isa_available(RS_ISA_NEON));
#endif
    EXPECT_STREQ(rs_isa_name(RS_ISA_AVX512), "avx512");
    EXPECT_STREQ(rs_isa_name(RS_ISA_NEON), "neon");
}

} // namespace
