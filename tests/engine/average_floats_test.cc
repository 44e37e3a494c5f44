/* Averages of softmaxes in floats: how far they are from those in long double, who lies beside a
 * value, and the same bits on every instruction set that has them.
 */
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "support/hard_rows.h"
#include "support/isas.h"
#include "support/reference.h"

extern "C" {
#include "engine/average_floats.h"
#include "engine/row_kernel.h"
}

namespace {

using rs_test::RowKind;

/* A row of each of `members` and the average of their softmaxes, by weights 1, 2, ... */
struct Averaged {
    bool there = true;
    std::vector<float> average;
    float largest = 0;
    std::vector<long double> exact;
};

struct AlignedRoom {
    explicit AlignedRoom(uint32_t columns) : values(rs_average_room(columns) + 8)
    {
        void *at = values.data();
        size_t room = values.size() * sizeof(double);
        aligned = static_cast<double *>(std::align(64, 8, at, room));
    }
    float *floats()
    {
        return reinterpret_cast<float *>(aligned);
    }
    std::vector<double> values;
    double *aligned;
};

class Rows {
  public:
    Rows(rs_dtype dtype, RowKind kind, uint32_t columns, uint32_t members, uint64_t seed)
        : dtype_(dtype), columns_(columns)
    {
        rs_random random = rs_random_make(seed, static_cast<uint64_t>(kind));
        for (uint32_t m = 0; m < members; ++m) {
            /* exactly as long as it is, at an odd place: a sanitizer sees what is read beside it */
            rows_.emplace_back(columns * rs_dtype_bytes(dtype) + 1);
            rs_test::MakeRow(dtype, kind, columns, &random, rows_.back().data() + 1);
        }
    }
    Averaged By(const rs_average_floats *floats) const
    {
        Averaged made;
        const auto members = static_cast<uint32_t>(rows_.size());
        const double total = members * (members + 1) / 2.0;
        std::vector<AlignedRoom> power;
        AlignedRoom room(columns_);
        AlignedRoom average(columns_);
        rs_float_powers of = {};
        of.count = members;
        made.exact.assign(columns_, 0);
        for (uint32_t m = 0; m < members; ++m) {
            double sum = 0;
            power.emplace_back(columns_);
            made.there = made.there && floats->powers(dtype_, rows_[m].data() + 1, columns_,
                                                      room.aligned, power[m].floats(), &sum);
            of.power[m] = power[m].floats();
            of.factor[m] = static_cast<float>((m + 1) / total / sum);
        }
        if (made.there) {
            made.largest = floats->add(&of, columns_, average.floats());
            made.average.assign(average.floats(), average.floats() + columns_);
        }
        for (uint32_t m = 0; m < members; ++m) {
            const std::vector<double> row =
                rs_test::DecodeRow(dtype_, rows_[m].data() + 1, columns_);
            const double top = *std::max_element(row.begin(), row.end());
            long double sum = 0;
            for (const double x : row) {
                sum += std::exp(static_cast<long double>(x) - top);
            }
            for (uint32_t j = 0; j < columns_; ++j) {
                made.exact[j] +=
                    (m + 1) / total * std::exp(static_cast<long double>(row[j]) - top) / sum;
            }
        }
        return made;
    }

  private:
    rs_dtype dtype_;
    uint32_t columns_;
    std::vector<std::vector<char>> rows_;
};

const rs_dtype kTypes[] = {RS_DTYPE_F32, RS_DTYPE_F16, RS_DTYPE_BF16};

std::vector<const rs_average_floats *> Tables()
{
    std::vector<const rs_average_floats *> tables;
    for (const rs_isa isa : rs_test::Isas()) {
        if (rs_isa_available(isa) && rs_average_floats_get(isa) != nullptr) {
            tables.push_back(rs_average_floats_get(isa));
        }
    }
    return tables;
}

template <typename Visit> void EachRow(Visit visit)
{
    for (const rs_dtype dtype : kTypes) {
        for (const RowKind kind :
             {RowKind::kLogits, RowKind::kConfident, RowKind::kFewValues, RowKind::kAllEqual,
              RowKind::kZeros, RowKind::kDenormals, RowKind::kNegative, RowKind::kSomeMinusInf}) {
            for (const uint32_t columns :
                 {1u, 2u, 15u, 16u, 17u, 63u, 64u, 65u, 250u, 1000u, 3001u}) {
                for (const uint32_t members : {1u, 3u, 8u}) {
                    if (columns < 15 && kind == RowKind::kSomeMinusInf) {
                        continue; /* it may have no softmax */
                    }
                    SCOPED_TRACE(testing::Message()
                                 << rs_dtype_name(dtype) << ", " << rs_test::RowKindName(kind)
                                 << ", " << members << " of " << columns);
                    visit(Rows(dtype, kind, columns, members, 7 * columns + members));
                    if (testing::Test::HasFailure()) {
                        return;
                    }
                }
            }
        }
    }
}

/* Two of them together are what RS_AVERAGE_NEAR leaves room for. */
TEST(AverageFloats, AreOffByLessThanWhatIsBeside)
{
    for (const rs_average_floats *const floats : Tables()) {
        EachRow([&](const Rows &rows) {
            const Averaged made = rows.By(floats);
            ASSERT_TRUE(made.there);
            float largest = 0;
            for (size_t j = 0; j < made.exact.size(); ++j) {
                const long double off = std::fabs(made.average[j] - made.exact[j]);
                ASSERT_LE(off, 22 * 0x1p-24L * made.exact[j] + RS_AVERAGE_LEAST * 1e-7L) << j;
                largest = std::max(largest, made.average[j]);
            }
            ASSERT_EQ(made.largest, largest);
        });
    }
    EXPECT_LE(2 * 22 * 0x1p-24, RS_AVERAGE_NEAR * 0.9);
}

TEST(AverageFloats, TheSameBitsOnEveryInstructionSet)
{
    const std::vector<const rs_average_floats *> tables = Tables();
    if (tables.size() < 2) {
        GTEST_SKIP() << "this processor has not two of them";
    }
    EachRow([&](const Rows &rows) {
        const Averaged first = rows.By(tables[0]);
        const Averaged second = rows.By(tables[1]);
        ASSERT_EQ(first.average, second.average);
        ASSERT_EQ(first.largest, second.largest);
    });
}

/* In double nothing of this is far: a float would be out of reach, or has no order. */
TEST(AverageFloats, RowsThatFloatsDoNotReachAreLeft)
{
    for (const rs_average_floats *const floats : Tables()) {
        for (const uint32_t columns : {5u, 64u, 1001u}) {
            for (const float value : {NAN, -NAN, HUGE_VALF, 256.0f, 3e38f}) {
                for (const uint32_t at : {0u, columns / 2, columns - 1}) {
                    std::vector<float> row(columns, 1.5f);
                    AlignedRoom room(columns);
                    AlignedRoom power(columns);
                    double sum = 0;
                    row[at] = value;
                    EXPECT_FALSE(floats->powers(RS_DTYPE_F32, row.data(), columns, room.aligned,
                                                power.floats(), &sum))
                        << value << " in column " << at << " of " << columns;
                }
            }
            const std::vector<float> below(columns, -256.0f);
            AlignedRoom room(columns);
            double sum = 0;
            EXPECT_FALSE(floats->powers(RS_DTYPE_F32, below.data(), columns, room.aligned,
                                        room.floats(), &sum));
        }
    }
}

TEST(AverageFloats, WhoLiesBesideAValue)
{
    for (const rs_average_floats *const floats : Tables()) {
        for (const uint32_t columns : {1u, 7u, 16u, 33u, 1000u}) {
            for (uint32_t at = 0; at < columns; at += 1 + columns / 40) {
                AlignedRoom room(columns);
                float *const average = room.floats();
                std::fill(average, average + columns, 0.25f);
                average[at] = 0.5f;
                EXPECT_EQ(floats->near(average, columns, 0.5f), 1u);
                EXPECT_EQ(floats->near(average, columns, 0.25f), columns - 1);
                EXPECT_EQ(floats->near(average, columns, 0.5f + 0x1p-20f), 1u) << "beside it";
                EXPECT_EQ(floats->near(average, columns, 0.5f - 0x1p-20f), 1u) << "beside it";
                EXPECT_EQ(floats->near(average, columns, 0.5f + 0x1p-18f), 0u);
                EXPECT_EQ(floats->near(average, columns, 0.5f - 0x1p-18f), 0u);
            }
        }
    }
}

} // namespace
