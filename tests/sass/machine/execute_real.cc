/* execute_real.cc - float and double. The host's arithmetic is the device's, but for the functions
 * that a device approximates (MUFU): those are the host's, rounded to a float. */
#include <algorithm>
#include <cfenv>
#include <limits>

#include "machine/execute.h"

namespace sass {

/* The rounding that an instruction asks for, as long as this lives. */
class Rounding {
  public:
    explicit Rounding(const Instruction &in)
        : before_(std::fegetround()), wanted_(in.has("RM"_w)   ? FE_DOWNWARD
                                              : in.has("RP"_w) ? FE_UPWARD
                                              : in.has("RZ"_w) ? FE_TOWARDZERO
                                                               : before_)
    {
        if (wanted_ != before_) {
            (void)std::fesetround(wanted_);
        }
    }
    ~Rounding()
    {
        if (wanted_ != before_) {
            (void)std::fesetround(before_);
        }
    }
    Rounding(const Rounding &) = delete;
    Rounding &operator=(const Rounding &) = delete;

  private:
    int before_, wanted_;
};

template <class T> static T combined(const Instruction &in, T a, T b, T c)
{
    switch (in.name[1]) { /* FADD, DADD; FMUL, DMUL; FFMA, DFMA */
    case 'A':
        return a + b;
    case 'M':
        return a * b;
    default:
        return std::fma(a, b, c);
    }
}

static bool has_three(const Instruction &in)
{
    return in.name == "FFMA" || in.name == "DFMA";
}

static void arithmetic_of_floats(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Floats a = warp.floats(in, 1), b = warp.floats(in, 2);
    const Floats c = has_three(in) ? warp.floats(in, 3) : a;
    const bool saturates = in.has("SAT"_w);
    if (in.has("FTZ"_w)) {
        fail(in, "a sum without denormals");
    }
    const Rounding rounding(in);
    warp.set(in.operands[0], each<float>([&](uint32_t l) {
                 const volatile float result = combined(in, a[l], b[l], c[l]);
                 const float value = result;
                 return !saturates ? value : value > 0 ? std::min(value, 1.0f) : 0.0f;
             }),
             lanes);
}

static void arithmetic_of_doubles(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Doubles a = warp.doubles(in, 1), b = warp.doubles(in, 2);
    const Doubles c = has_three(in) ? warp.doubles(in, 3) : a;
    const Rounding rounding(in);
    warp.set(in.operands[0], each<double>([&](uint32_t l) {
                 const volatile double result = combined(in, a[l], b[l], c[l]);
                 return static_cast<double>(result);
             }),
             lanes);
}

static void compare_floats(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Floats a = warp.floats(in, 2), b = warp.floats(in, 3);
    set_both(warp, in, compared(in, a, b), 4, lanes);
}

/* .MIN and .MAX tell which of two is taken: the first, or a NaN. */
static void compare_doubles(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Doubles a = warp.doubles(in, 2), b = warp.doubles(in, 3);
    const bool min = in.has("MIN"_w);
    if (!min && !in.has("MAX"_w)) {
        set_both(warp, in, compared(in, a, b), 4, lanes);
        return;
    }
    if ((lanes & lanes_where([&](uint32_t l) { return std::isnan(a[l]) || std::isnan(b[l]); })) !=
        0) {
        fail(in, "the smaller or larger of a NaN");
    }
    const uint32_t first = lanes_where([&](uint32_t l) { return min ? a[l] < b[l] : a[l] > b[l]; });
    warp.set_predicate(in.operands[0], first & warp.predicate(in, 4), lanes);
    warp.set_predicate(in.operands[1], 0, lanes);
}

static void select_float(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Floats a = warp.floats(in, 1), b = warp.floats(in, 2);
    const uint32_t first = warp.predicate(in, 3);
    warp.set(in.operands[0],
             each<float>([&](uint32_t l) { return (first >> l & 1u) != 0 ? a[l] : b[l]; }), lanes);
}

/* 1.0 or 0 with .BF, else all bits or none. */
static void set_by_comparison(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Floats a = warp.floats(in, 1), b = warp.floats(in, 2);
    const uint32_t yes = joined(in, compared(in, a, b), warp.predicate(in, 3));
    const uint32_t one = in.has("BF"_w) ? bits_as<uint32_t>(1.0f) : ~0u;
    warp.set(in.operands[0],
             each<uint32_t>([&](uint32_t l) { return (yes >> l & 1u) != 0 ? one : 0u; }), lanes);
}

/* Of a number and a NaN the number, unless it says .NAN. */
static void smaller_or_larger_float(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Floats a = warp.floats(in, 1), b = warp.floats(in, 2);
    const uint32_t smaller = warp.predicate(in, 3);
    const bool keeps_nan = in.has("NAN"_w);
    warp.set(in.operands[0], each<uint32_t>([&](uint32_t l) {
                 const bool nan_a = std::isnan(a[l]), nan_b = std::isnan(b[l]);
                 if ((nan_a && nan_b) || (keeps_nan && (nan_a || nan_b))) {
                     return 0x7fffffffu;
                 }
                 const bool min = (smaller >> l & 1u) != 0;
                 const float best = nan_a   ? b[l]
                                    : nan_b ? a[l]
                                    : min   ? std::min(a[l], b[l])
                                            : std::max(a[l], b[l]);
                 return bits_as<uint32_t>(best);
             }),
             lanes);
}

static void approximate(Warp &warp, const Instruction &in, uint32_t lanes)
{
    if (in.has("RCP64H"_w)) { /* of a double, of which the upper half is given and taken */
        const Words a = warp.words(in, 1);
        warp.set(in.operands[0], each<uint32_t>([&](uint32_t l) {
                     const double value = 1.0 / bits_as<double>(uint64_t{a[l]} << 32);
                     return static_cast<uint32_t>(bits_as<uint64_t>(value) >> 32);
                 }),
                 lanes);
        return;
    }
    const Floats a = warp.floats(in, 1);
    const bool power = in.has("EX2"_w);
    if (!power && !in.has("RCP"_w)) {
        fail(in, "a function that is not known");
    }
    warp.set(in.operands[0], each<float>([&](uint32_t l) {
                 const float normal =
                     std::fabs(a[l]) < std::numeric_limits<float>::min() ? 0.0f : a[l];
                 return power ? std::exp2(normal) : 1.0f / a[l];
             }),
             lanes);
}

/* ---- conversions ---- */

static void float_to_float(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const bool to_double = !in.words.empty() && in.words[0] == "F64"_w;
    if (in.words != std::vector<Word>{"F64"_w, "F32"_w} &&
        in.words != std::vector<Word>{"F32"_w, "F64"_w}) {
        fail(in, "a conversion that is not known");
    }
    if (to_double) {
        const Floats a = warp.floats(in, 1);
        warp.set(in.operands[0], each<double>([&](uint32_t l) { return double{a[l]}; }), lanes);
    } else {
        const Doubles a = warp.doubles(in, 1);
        warp.set(in.operands[0], each<float>([&](uint32_t l) { return static_cast<float>(a[l]); }),
                 lanes);
    }
}

static void integer_to_float(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Rounding rounding(in);
    if (in.has("F64"_w)) {
        const bool is_signed = in.has("S64"_w);
        const bool wide = is_signed || in.has("U64"_w);
        if (!wide && !in.has("U32"_w)) {
            fail(in, "a conversion that is not known");
        }
        const Longs a =
            wide ? warp.longs(in, 1)
                 : each<uint64_t>([&, w = warp.words(in, 1)](uint32_t l) { return w[l]; });
        warp.set(in.operands[0], each<double>([&](uint32_t l) {
                     return is_signed ? static_cast<double>(static_cast<int64_t>(a[l]))
                                      : static_cast<double>(a[l]);
                 }),
                 lanes);
        return;
    }
    const uint32_t mask = in.has("U16"_w) ? 0xffffu : in.has("U8"_w) ? 0xffu : ~0u;
    const bool is_signed = mask == ~0u && !in.has("U32"_w);
    const Words a = warp.words(in, 1);
    warp.set(in.operands[0], each<float>([&](uint32_t l) {
                 const volatile uint32_t value = a[l] & mask; /* not converted ahead of rounding */
                 return is_signed ? static_cast<float>(static_cast<int32_t>(value))
                                  : static_cast<float>(value);
             }),
             lanes);
}

/* Towards zero, and the nearest there is where it does not fit; a NaN is the smallest of 64 bits
 * with a sign. */
static uint64_t to_signed(double a)
{
    const double end = 9223372036854775808.0;
    const auto inside = [&] { return static_cast<uint64_t>(static_cast<int64_t>(a)); };
    return a >= end ? UINT64_MAX >> 1 : !(a >= -end) ? UINT64_MAX / 2 + 1 : inside();
}

/* The same; a NaN is 0. */
static void float_to_integer(Warp &warp, const Instruction &in, uint32_t lanes)
{
    Doubles a;
    if (in.has("F64"_w)) {
        a = warp.doubles(in, 1);
    } else {
        const Floats value = warp.floats(in, 1);
        a = each<double>([&](uint32_t l) { return double{value[l]}; });
    }
    const bool is_signed = in.has("S64"_w);
    const bool wide = is_signed || in.has("U64"_w);
    if (!in.has("TRUNC"_w) || (!wide && !in.has("U32"_w))) {
        fail(in, "a conversion that is not known");
    }
    const double end = wide ? 18446744073709551616.0 : 4294967296.0;
    const Longs result = each<uint64_t>([&](uint32_t l) {
        return is_signed     ? to_signed(a[l])
               : !(a[l] > 0) ? 0
               : a[l] >= end ? ~uint64_t{0}
                             : static_cast<uint64_t>(a[l]);
    });
    if (wide) {
        warp.set(in.operands[0], result, lanes);
    } else {
        warp.set(in.operands[0],
                 each<uint32_t>([&](uint32_t l) { return static_cast<uint32_t>(result[l]); }),
                 lanes);
    }
}

const Executor kRealExecutors[] = {
    {"FADD", arithmetic_of_floats},
    {"FMUL", arithmetic_of_floats},
    {"FFMA", arithmetic_of_floats},
    {"DADD", arithmetic_of_doubles},
    {"DMUL", arithmetic_of_doubles},
    {"DFMA", arithmetic_of_doubles},
    {"FSETP", compare_floats},
    {"DSETP", compare_doubles},
    {"FSEL", select_float},
    {"FSET", set_by_comparison},
    {"FMNMX", smaller_or_larger_float},
    {"MUFU", approximate},
    {"F2F", float_to_float},
    {"I2F", integer_to_float},
    {"I2FP", integer_to_float},
    {"F2I", float_to_integer},
    {nullptr, nullptr},
};

} // namespace sass
