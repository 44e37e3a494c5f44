/* What a processor computes in floating point is the same to the last bit on every other one: sums
 * of exponentials of AVX2 and of NEON, averages of every instruction set. Digests of the bits stand
 * here, since no machine has both.
 */
#include <gtest/gtest.h>

#include <cstring>
#include <iterator>
#include <string>
#include <vector>

extern "C" {
#include "engine/average_row.h"
#include "engine/row_kernel.h"
}
#include "support/hard_rows.h"
#include "support/isas.h"
#include "support/reference.h"

namespace {

using rs_test::RowKind;

const RowKind kKinds[] = {RowKind::kLogits,       RowKind::kConfident, RowKind::kFewValues,
                          RowKind::kSomeMinusInf, RowKind::kAscending, RowKind::kNegative};

/* FNV-1a of the bits of doubles; both zeros are one number. */
class Digest {
  public:
    void Add(double value)
    {
        uint64_t bits;
        value += 0.0;
        std::memcpy(&bits, &value, sizeof bits);
        for (int byte = 0; byte < 8; ++byte) {
            state_ = (state_ ^ ((bits >> (8 * byte)) & 0xff)) * UINT64_C(0x100000001b3);
        }
    }
    void Add(const std::vector<double> &values)
    {
        for (const double value : values) {
            Add(value);
        }
    }
    uint64_t value() const
    {
        return state_;
    }

  private:
    uint64_t state_ = UINT64_C(0xcbf29ce484222325);
};

/* Rows of every kind and of widths that leave every rest of a vector. */
template <typename Visit> void EachRow(rs_dtype dtype, Visit visit)
{
    rs_random random = rs_random_make(11, static_cast<uint64_t>(dtype));
    std::vector<char> row(1100 * rs_dtype_bytes(dtype));
    for (const RowKind kind : kKinds) {
        for (uint32_t columns = 16; columns < 1100; columns += columns < 64 ? 1 : 37) {
            rs_test::MakeRow(dtype, kind, columns, &random, row.data());
            visit(row.data(), columns, &random);
        }
    }
}

uint64_t MeasureDigest(rs_isa isa, rs_dtype dtype)
{
    const rs_row_kernel *const kernel = rs_row_kernel_get(isa, dtype);
    Digest digest;
    EachRow(dtype, [&](const void *row, uint32_t columns, rs_random *random) {
        const std::vector<double> values = rs_test::DecodeRow(dtype, row, columns);
        const uint32_t label = rs_random_below(random, columns);
        rs_row_measure measure;
        (void)kernel->measure(row, columns, label, values[label], &measure);
        if (values[label] < -1e30 || measure.largest - values[label] > RS_REFERENCE_REACH) {
            return; // which is nobody's to promise
        }
        digest.Add(measure.ahead);
        digest.Add(measure.largest);
        digest.Add(measure.rest);
        (void)kernel->measure(row, columns, RS_NO_LABEL, measure.largest, &measure);
        digest.Add(measure.rest);
    });
    return digest.value();
}

uint64_t AverageDigest(rs_isa isa, rs_dtype dtype)
{
    const rs_average_kernel *const kernel = rs_average_kernel_get(isa);
    Digest digest;
    EachRow(dtype, [&](const void *row, uint32_t columns, rs_random *) {
        std::vector<double> room(rs_average_room(columns));
        std::vector<double> sum(2 * columns, 0.25);
        std::vector<double> out(columns);
        rs_row_sums sums;
        kernel->add_softmax(dtype, row, columns, 0.3, room.data(), sum.data());
        digest.Add(sum);
        kernel->add(dtype, row, columns, 1.7, sum.data());
        digest.Add(sum);
        kernel->finish(RS_DTYPE_F64, sum.data(), columns, 0.7, out.data());
        digest.Add(out);
        std::fill(sum.begin(), sum.end(), 0.0);
        kernel->add_sigmoid(dtype, row, columns, 0.9, room.data(), sum.data());
        digest.Add(sum);
        kernel->add_up(dtype, row, columns, &sums);
        digest.Add(sums.least);
        digest.Add(sums.largest);
        digest.Add(sums.sum);
    });
    return digest.value();
}

struct Bits {
    rs_dtype dtype;
    uint64_t measured; // by AVX2 and NEON
    uint64_t averaged;
};

const Bits kBits[] = {
    {RS_DTYPE_F32, UINT64_C(0xa2c16d32727dbfa4), UINT64_C(0xcfedd90d51802620)},
    {RS_DTYPE_F16, UINT64_C(0x765936218525e702), UINT64_C(0x07cef92b2155e332)},
    {RS_DTYPE_BF16, UINT64_C(0xf0c1c3bc7a069871), UINT64_C(0x8c612810b4dde06e)},
    {RS_DTYPE_F64, UINT64_C(0xab5d2cd867f29d7e), UINT64_C(0xd08def49072202e5)},
};

TEST(KernelBits, SumsOfExponentialsByAvx2AndNeon)
{
    int looked_at = 0;
    for (const rs_isa isa : {RS_ISA_AVX2, RS_ISA_NEON}) {
        if (!rs_isa_available(isa)) {
            continue;
        }
        for (const Bits &bits : kBits) {
            EXPECT_EQ(MeasureDigest(isa, bits.dtype), bits.measured)
                << rs_isa_name(isa) << ", " << rs_dtype_name(bits.dtype);
        }
        ++looked_at;
    }
    if (looked_at == 0) {
        GTEST_SKIP() << "this processor has neither";
    }
}

TEST(KernelBits, AveragesByEveryInstructionSet)
{
    for (const rs_isa isa : rs_test::Isas()) {
        if (!rs_isa_available(isa)) {
            continue;
        }
        for (const Bits &bits : kBits) {
            EXPECT_EQ(AverageDigest(isa, bits.dtype), bits.averaged)
                << rs_isa_name(isa) << ", " << rs_dtype_name(bits.dtype);
        }
    }
}

/* Rows of one type blended, and the same added row by row and finished. None is aligned. */
void ExpectBlend(const rs_average_kernel *kernel, rs_dtype dtype, uint32_t columns,
                 rs_random *random)
{
    const size_t bytes = columns * rs_dtype_bytes(dtype);
    const rs_dtype made = dtype == RS_DTYPE_F64 ? RS_DTYPE_F64 : RS_DTYPE_F32;
    const size_t made_bytes = columns * rs_dtype_bytes(made);
    rs_blend blend = {};
    std::vector<std::vector<char>> rows;
    std::vector<double> sum(columns, 0.0);
    blend.count = 1 + columns % RS_BLENDED;
    for (uint32_t m = 0; m < blend.count; ++m) {
        rows.emplace_back(bytes + 1);
        rs_test::MakeRow(dtype, kKinds[m % std::size(kKinds)], columns, random, &rows[m][1]);
        blend.row[m] = &rows[m][1];
        blend.weight[m] = 0.3 + m;
        kernel->add(dtype, blend.row[m], columns, blend.weight[m], sum.data());
    }
    std::vector<char> expected(made_bytes);
    std::vector<char> found(made_bytes + 1, 'x');
    kernel->finish(made, sum.data(), columns, 0.7, expected.data());
    kernel->blend(dtype, &blend, columns, 0.7, found.data());
    ASSERT_EQ(found.back(), 'x');
    found.pop_back();
    ASSERT_EQ(found, expected);
}

TEST(KernelBits, BlendedAsAddedAndFinished)
{
    for (const rs_isa isa : rs_test::Isas()) {
        if (!rs_isa_available(isa)) {
            continue;
        }
        for (const Bits &bits : kBits) {
            rs_random random = rs_random_make(17, static_cast<uint64_t>(bits.dtype));
            for (uint32_t columns = 1; columns < 1100; columns += columns < 64 ? 1 : 259) {
                SCOPED_TRACE(std::string(rs_isa_name(isa)) + ", " + rs_dtype_name(bits.dtype) +
                             ", " + std::to_string(columns));
                ExpectBlend(rs_average_kernel_get(isa), bits.dtype, columns, &random);
            }
        }
    }
}

} // namespace
