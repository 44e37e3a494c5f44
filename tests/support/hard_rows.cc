#include "support/hard_rows.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <numeric>

#include "base/half.h"
#include "support/reference.h"

namespace rs_test {

namespace {

/* sign, exponent and fraction of a type */
struct Layout {
    int bits;
    int fraction_bits;
    uint64_t infinity;
    uint64_t sign() const
    {
        return uint64_t{1} << (bits - 1);
    }
    uint64_t largest_fraction() const
    {
        return (uint64_t{1} << fraction_bits) - 1;
    }
};

Layout LayoutOf(rs_dtype dtype)
{
    switch (dtype) {
    case RS_DTYPE_F16:
        return {16, 10, 0x7c00};
    case RS_DTYPE_BF16:
        return {16, 7, 0x7f80};
    case RS_DTYPE_F32:
        return {32, 23, 0x7f800000};
    default:
        return {64, 52, 0x7ff0000000000000};
    }
}

/* Close enough to a normal distribution, and the same on every machine. */
double Normal(rs_random *random)
{
    double sum = 0;
    for (int i = 0; i < 12; ++i) {
        sum += rs_random_unit(random);
    }
    return sum - 6;
}

uint64_t AnyNumber(rs_dtype dtype, rs_random *random)
{
    const Layout layout = LayoutOf(dtype);
    const uint64_t magnitude = rs_random_u64(random) % (layout.infinity + 1);
    return (rs_random_u64(random) & 1) != 0 ? magnitude | layout.sign() : magnitude;
}

uint64_t Among(rs_random *random, std::initializer_list<uint64_t> choices)
{
    return choices.begin()[rs_random_below(random, static_cast<uint32_t>(choices.size()))];
}

uint64_t OneValue(rs_dtype dtype, RowKind kind, uint32_t j, uint32_t columns, rs_random *random)
{
    const Layout layout = LayoutOf(dtype);
    const uint64_t sign = layout.sign();
    const double normal = 3 * Normal(random);
    switch (kind) {
    case RowKind::kFewValues:
        return Among(random, {BitsOf(dtype, 1.5), BitsOf(dtype, 1.25), BitsOf(dtype, -1.5), 0});
    case RowKind::kAllEqual:
        return BitsOf(dtype, 2.5);
    case RowKind::kZeros:
        return Among(random, {0, sign});
    case RowKind::kAroundZero:
        return Among(random, {0, sign, 1, 1 | sign, 2, 2 | sign});
    case RowKind::kDenormals:
        return (rs_random_u64(random) & layout.largest_fraction()) | Among(random, {0, sign});
    case RowKind::kAscending:
        return BitsOf(dtype, static_cast<double>(j) / columns * 8 - 4);
    case RowKind::kDescending:
        return BitsOf(dtype, 4 - static_cast<double>(j) / columns * 8);
    case RowKind::kSameLeading:
        return BitsOf(dtype, -6.5) + (rs_random_u64(random) & 7);
    case RowKind::kNegative:
        return BitsOf(dtype, -std::fabs(normal) - 0.25);
    case RowKind::kSomeMinusInf:
        return rs_random_below(random, 2) != 0 ? layout.infinity | sign : BitsOf(dtype, normal);
    case RowKind::kAllMinusInf:
        return layout.infinity | sign;
    case RowKind::kSomePlusInf:
        return rs_random_below(random, 4) == 0 ? layout.infinity : BitsOf(dtype, normal);
    case RowKind::kInfinities:
        return Among(random, {layout.infinity, layout.infinity | sign});
    case RowKind::kAnyBits:
        return AnyNumber(dtype, random);
    case RowKind::kProbabilities:
        return BitsOf(dtype, std::exp(normal) / (columns * 60.0));
    default:
        return BitsOf(dtype, normal);
    }
}

} // namespace

const char *RowKindName(RowKind kind)
{
    static const char *const names[] = {
        "logits",    "confident", "few values", "all equal",         "zeros",         "around zero",
        "denormals", "ascending", "descending", "same leading bits", "negative",      "some -inf",
        "all -inf",  "some +inf", "infinities", "any bits",          "probabilities", "one NaN",
        "NaN first", "NaN last",  "many NaNs",
    };
    static_assert(sizeof names / sizeof names[0] == static_cast<size_t>(RowKind::kCount),
                  "a name for every kind");
    return names[static_cast<size_t>(kind)];
}

bool HasNan(RowKind kind)
{
    return kind >= RowKind::kOneNan && kind <= RowKind::kManyNans;
}

uint64_t BitsOf(rs_dtype dtype, double value)
{
    uint64_t bits = 0;
    switch (dtype) {
    case RS_DTYPE_F16:
        return rs_f16_from_f32(static_cast<float>(value));
    case RS_DTYPE_BF16:
        return rs_bf16_from_f32(static_cast<float>(value));
    case RS_DTYPE_F32:
        return rs_f32_bits(static_cast<float>(value));
    default:
        std::memcpy(&bits, &value, sizeof bits);
        return bits;
    }
}

uint64_t NanBits(rs_dtype dtype, unsigned which)
{
    const Layout layout = LayoutOf(dtype);
    const uint64_t quiet = uint64_t{1} << (layout.fraction_bits - 1);
    const uint64_t fractions[] = {1, quiet - 1, quiet, quiet + 1, layout.largest_fraction()};
    const uint64_t sign = (which & 1) != 0 ? layout.sign() : 0;
    return layout.infinity | sign | fractions[which / 2 % 5];
}

void StoreBits(rs_dtype dtype, void *row, uint32_t column, uint64_t bits)
{
    const size_t bytes = rs_dtype_bytes(dtype);
    std::memcpy(static_cast<char *>(row) + column * bytes, &bits, bytes); /* little-endian */
}

/* The values add up to 1. */
static void MakeDistribution(rs_dtype dtype, uint32_t columns, void *out)
{
    const std::vector<double> values = DecodeRow(dtype, out, columns);
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    for (uint32_t j = 0; j < columns; ++j) {
        StoreBits(dtype, out, j, BitsOf(dtype, values[j] / sum));
    }
}

void MakeRow(rs_dtype dtype, RowKind kind, uint32_t columns, rs_random *random, void *out)
{
    for (uint32_t j = 0; j < columns; ++j) {
        StoreBits(dtype, out, j, OneValue(dtype, kind, j, columns, random));
    }
    const uint32_t somewhere = rs_random_below(random, columns);
    const unsigned which = rs_random_below(random, 10);
    switch (kind) {
    case RowKind::kConfident:
        StoreBits(dtype, out, somewhere, BitsOf(dtype, 24));
        break;
    case RowKind::kProbabilities:
        MakeDistribution(dtype, columns, out);
        break;
    case RowKind::kOneNan:
        StoreBits(dtype, out, somewhere, NanBits(dtype, which));
        break;
    case RowKind::kNanFirst:
        StoreBits(dtype, out, 0, NanBits(dtype, which));
        break;
    case RowKind::kNanLast:
        StoreBits(dtype, out, columns - 1, NanBits(dtype, which));
        break;
    case RowKind::kManyNans:
        for (uint32_t j = 0; j < columns; j += 1 + rs_random_below(random, 4)) {
            StoreBits(dtype, out, j, NanBits(dtype, rs_random_below(random, 10)));
        }
        break;
    default:
        break;
    }
}

const std::vector<rs_dtype> &FloatTypes()
{
    static const std::vector<rs_dtype> types = {RS_DTYPE_F32, RS_DTYPE_F16, RS_DTYPE_BF16,
                                                RS_DTYPE_F64};
    return types;
}

GuardedMemory::GuardedMemory(size_t bytes)
    : page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))),
      inside_((bytes + page_ - 1) / page_ * page_)
{
    void *const all =
        mmap(nullptr, inside_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) {
        std::abort();
    }
    begin_ = static_cast<char *>(all) + page_;
    if (mprotect(begin_, inside_, PROT_READ | PROT_WRITE) != 0) {
        std::abort();
    }
}

GuardedMemory::~GuardedMemory()
{
    (void)munmap(begin_ - page_, inside_ + 2 * page_);
}

} // namespace rs_test
