/* execute_half.cc - two 16-bit values in a word. */
#include <algorithm>

#include "base/half.h"
#include "machine/execute.h"

namespace sass {

constexpr uint32_t kNan = 0x7fff; /* what comes out where a NaN does */

/* The operands of an instruction, of which two constants in a row are the halves of one. */
class Halves {
  public:
    Halves(const Warp &warp, const Instruction &in) : in_(in), is_bf16_(in.has("BF16_V2"_w))
    {
        for (size_t i = 1; i < in.operands.size(); ++i) {
            const Operand &operand = in.operands[i];
            if (in.is_predicate(i)) {
                predicate_ = i;
            } else if (operand.kind == Kind::kReal && i + 1 < in.operands.size() &&
                       in.operands[i + 1].kind == Kind::kReal) {
                Value value;
                value.half[1].fill(static_cast<float>(operand.real));
                value.half[0].fill(static_cast<float>(in.operands[++i].real));
                values_.push_back(value);
            } else {
                values_.push_back(value_of(warp, i));
            }
        }
    }
    float get(size_t operand, uint32_t lane, uint32_t half) const
    {
        return values_.at(operand).half[half][lane];
    }
    uint32_t bits(float value) const
    {
        if (std::isnan(value)) {
            return kNan;
        }
        return is_bf16_ ? rs_bf16_from_f32(value) : rs_f16_from_f32(value);
    }
    uint32_t one() const
    {
        return bits(1.0f);
    }
    uint32_t predicate(const Warp &warp) const
    {
        return predicate_ == 0 ? kAllLanes : warp.predicate(in_, predicate_);
    }

    /* compute(lane, half) of both halves of every lane, of 16 bits each. */
    template <class Compute> static Words both(Compute compute)
    {
        return each<uint32_t>([&](uint32_t l) { return compute(l, 0u) | compute(l, 1u) << 16; });
    }

  private:
    struct Value {
        Floats half[2];
    };
    Value value_of(const Warp &warp, size_t at) const
    {
        const Operand &operand = in_.operands[at];
        Value value;
        if (operand.kind == Kind::kReal) {
            value.half[0].fill(static_cast<float>(operand.real));
            value.half[1] = value.half[0];
            return value;
        }
        const Words raw = warp.raw(in_, at);
        for (uint32_t h = 0; h < 2; ++h) {
            const uint32_t from = operand.half == Half::kLow    ? 0
                                  : operand.half == Half::kHigh ? 1
                                                                : h;
            value.half[h] = each<float>([&](uint32_t l) {
                const uint16_t half = static_cast<uint16_t>(raw[l] >> 16 * from);
                float number =
                    is_bf16_ ? bits_as<float>(uint32_t{half} << 16) : rs_f16_to_f32(half);
                number = operand.absolute ? std::fabs(number) : number;
                return operand.negative ? -number : number;
            });
        }
        return value;
    }

    const Instruction &in_;
    const bool is_bf16_;
    size_t predicate_ = 0;
    std::vector<Value> values_;
};

static void arithmetic(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Halves value(warp, in);
    if (in.has("F32"_w)) { /* HADD2.F32: a half becomes a float */
        warp.set(in.operands[0],
                 each<float>([&](uint32_t l) { return value.get(0, l, 0) + value.get(1, l, 0); }),
                 lanes);
        return;
    }
    const bool sum = in.name == "HADD2", product = in.name == "HMUL2";
    warp.set(in.operands[0], Halves::both([&](uint32_t l, uint32_t h) {
                 const double a = value.get(0, l, h), b = value.get(1, l, h);
                 const double result = sum       ? a + b
                                       : product ? a * b
                                                 : a * b + double{value.get(2, l, h)};
                 return value.bits(static_cast<float>(result));
             }),
             lanes);
}

static void set_by_comparison(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Halves value(warp, in);
    const uint32_t predicate = value.predicate(warp);
    const uint32_t yes = in.has("BF"_w) ? value.one() : 0xffffu;
    if (!in.has("AND"_w)) {
        fail(in, "predicates are joined in a way that is not known");
    }
    warp.set(in.operands[0], Halves::both([&](uint32_t l, uint32_t h) {
                 const bool is = compares(in, order_of(value.get(0, l, h), value.get(1, l, h)));
                 return is && (predicate >> l & 1u) != 0 ? yes : 0u;
             }),
             lanes);
}

/* Of two, or (VHMNMX) three. */
static void smaller_or_larger(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Halves value(warp, in);
    const size_t count = in.name == "VHMNMX" ? 3 : 2;
    const uint32_t smaller = value.predicate(warp);
    const bool keeps_nan = in.has("NAN"_w);
    warp.set(in.operands[0], Halves::both([&](uint32_t l, uint32_t h) {
                 float best = value.get(0, l, h);
                 for (size_t i = 1; i < count; ++i) {
                     const float other = value.get(i, l, h);
                     if (std::isnan(best) || std::isnan(other)) {
                         best = keeps_nan == std::isnan(best) ? best : other;
                     } else {
                         best = (smaller >> l & 1u) != 0 ? std::min(best, other)
                                                         : std::max(best, other);
                     }
                 }
                 return value.bits(best);
             }),
             lanes);
}

const Executor kHalfExecutors[] = {
    {"HADD2", arithmetic},        {"HMUL2", arithmetic},         {"HFMA2", arithmetic},
    {"HSET2", set_by_comparison}, {"HMNMX2", smaller_or_larger}, {"VHMNMX", smaller_or_larger},
    {nullptr, nullptr},
};

} // namespace sass
