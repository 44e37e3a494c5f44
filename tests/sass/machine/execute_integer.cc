/* execute_integer.cc - integers, bits and predicates. */
#include <algorithm>

#include "machine/execute.h"

namespace sass {

static void move(Warp &warp, const Instruction &in, uint32_t lanes)
{
    warp.set(in.operands[0], warp.words(in, 1), lanes);
}

/* ---- sums and products ---- */

static uint64_t product(uint32_t a, uint32_t b, bool is_unsigned)
{
    return is_unsigned ? uint64_t{a} * b
                       : static_cast<uint64_t>(int64_t{static_cast<int32_t>(a)} *
                                               int64_t{static_cast<int32_t>(b)});
}

static void multiply_wide(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const size_t first = in.is_predicate(1) ? 2 : 1;
    const Operand &addend = in.operands.at(first + 2);
    const Words a = warp.words(in, first), b = warp.words(in, first + 1);
    const Longs c = warp.longs(in, first + 2);
    const bool is_unsigned = in.has("U32"_w);
    if (addend.negative || addend.inverted) {
        fail(in, "an addend of 64 bits with a sign");
    }
    const Longs sum =
        each<uint64_t>([&](uint32_t l) { return product(a[l], b[l], is_unsigned) + c[l]; });
    if (first == 2) {
        warp.set_predicate(in.operands[1], lanes_where([&](uint32_t l) { return sum[l] < c[l]; }),
                           lanes);
    }
    if (!in.has("HI"_w)) {
        warp.set(in.operands[0], sum, lanes);
        return;
    }
    warp.set(in.operands[0],
             each<uint32_t>([&](uint32_t l) { return static_cast<uint32_t>(sum[l] >> 32); }),
             lanes);
}

static void multiply_add(Warp &warp, const Instruction &in, uint32_t lanes)
{
    if (in.has("WIDE"_w) || in.has("HI"_w)) {
        multiply_wide(warp, in, lanes);
        return;
    }
    const Words a = warp.words(in, 1), b = warp.words(in, 2), c = warp.words(in, 3);
    const uint32_t carry = in.has("X"_w) ? warp.predicate(in, 4) : 0;
    warp.set(in.operands[0],
             each<uint32_t>([&](uint32_t l) { return a[l] * b[l] + c[l] + (carry >> l & 1u); }),
             lanes);
}

/* Up to two carries out, and with .X up to two in. A negative operand is ~v + 1, whose 1 may carry.
 */
static void add_three(Warp &warp, const Instruction &in, uint32_t lanes)
{
    size_t first = 1;
    while (in.is_predicate(first)) {
        ++first;
    }
    Longs sum = {};
    for (size_t i = first; i < first + 3; ++i) {
        const Operand &operand = in.operands.at(i);
        const Words value = warp.raw(in, i);
        for (uint32_t l = 0; l < kLanes; ++l) {
            sum[l] += operand.negative || operand.inverted ? ~value[l] : value[l];
            sum[l] += operand.negative ? 1u : 0u;
        }
    }
    for (size_t i = first + 3; in.has("X"_w) && i < in.operands.size(); ++i) {
        const uint32_t carry = warp.predicate(in, i);
        for (uint32_t l = 0; l < kLanes; ++l) {
            sum[l] += carry >> l & 1u;
        }
    }
    const size_t carries = first - 1;
    for (size_t i = 0; i < carries; ++i) {
        const uint32_t out = lanes_where([&](uint32_t l) { return sum[l] >> 32 > i; });
        warp.set_predicate(in.operands[1 + i], out, lanes);
    }
    if (carries == 1 && (lanes & lanes_where([&](uint32_t l) { return sum[l] >> 33 != 0; })) != 0) {
        fail(in, "a carry of two, and one predicate for it");
    }
    warp.set(in.operands[0],
             each<uint32_t>([&](uint32_t l) { return static_cast<uint32_t>(sum[l]); }), lanes);
}

static void add_two(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Words a = warp.words(in, 1), b = warp.words(in, 2);
    warp.set(in.operands[0], each<uint32_t>([&](uint32_t l) { return a[l] + b[l]; }), lanes);
}

/* (a << shift) + b; .HI: the upper half of (c:a) << shift, + b. */
static void add_shifted(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const size_t first = in.is_predicate(1) ? 2 : 1;
    const bool upper = in.has("HI"_w), extends = in.has("SX32"_w);
    const size_t shift_at = first + (upper && !extends ? 3 : 2);
    const Words a = warp.words(in, first), b = warp.words(in, first + 1);
    const Words above =
        upper && !extends ? warp.words(in, first + 2) : each<uint32_t>([&](uint32_t l) {
            return extends && static_cast<int32_t>(a[l]) < 0 ? ~0u : 0u;
        });
    const Words shift = warp.words(in, shift_at);
    const uint32_t carry = in.has("X"_w) ? warp.predicate(in, shift_at + 1) : 0;
    const Longs sum = each<uint64_t>([&](uint32_t l) {
        const uint64_t shifted = (a[l] | uint64_t{above[l]} << 32) << (shift[l] & 31u);
        const uint32_t part = static_cast<uint32_t>(upper ? shifted >> 32 : shifted);
        return uint64_t{part} + b[l] + (carry >> l & 1u);
    });
    if (first == 2) {
        warp.set_predicate(in.operands[1],
                           lanes_where([&](uint32_t l) { return sum[l] >> 32 != 0; }), lanes);
    }
    warp.set(in.operands[0],
             each<uint32_t>([&](uint32_t l) { return static_cast<uint32_t>(sum[l]); }), lanes);
}

/* The smaller where the predicate is true, else the larger. */
static uint32_t chosen(uint32_t a, uint32_t b, bool smaller, bool is_unsigned)
{
    const bool less = is_unsigned ? a < b : static_cast<int32_t>(a) < static_cast<int32_t>(b);
    return less == smaller ? a : b;
}

static void smaller_or_larger(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const bool sum = in.name == "VIADDMNMX", three = in.name == "VIMNMX3";
    const size_t first_at = in.is_predicate(1) ? 3 : 1; /* behind two results that go nowhere */
    const Words a = warp.words(in, first_at), b = warp.words(in, first_at + 1);
    const Words c = sum || three ? warp.words(in, first_at + 2) : b;
    const uint32_t smaller = warp.predicate(in, first_at + (sum || three ? 3 : 2));
    const bool is_unsigned = in.has("U32"_w);
    warp.set(in.operands[0], each<uint32_t>([&](uint32_t l) {
                 const bool min = (smaller >> l & 1u) != 0;
                 const uint32_t first = sum ? a[l] + b[l] : chosen(a[l], b[l], min, is_unsigned);
                 return chosen(first, c[l], min, is_unsigned);
             }),
             lanes);
}

/* ---- comparisons ---- */

/* .EX: the upper half of a number, of whose lower half a predicate tells the same. */
template <class T>
static uint32_t compared_upper(const Instruction &in, const Lanes<T> &a, const Lanes<T> &b,
                               uint32_t lower)
{
    const uint32_t equal = lanes_where([&](uint32_t l) { return a[l] == b[l]; });
    const uint32_t less = lanes_where([&](uint32_t l) { return a[l] < b[l]; });
    switch (in.compare) {
    case "EQ"_w:
        return equal & lower;
    case "NE"_w:
        return ~equal | lower;
    case "LT"_w:
    case "LE"_w:
        return less | (equal & lower);
    default:
        return (~less & ~equal) | (equal & lower);
    }
}

template <class T>
static void compare(Warp &warp, const Instruction &in, const Lanes<T> &a, const Lanes<T> &b,
                    uint32_t lanes)
{
    const uint32_t yes = in.has("EX"_w) ? compared_upper(in, a, b, warp.predicate(in, 5))
                                        : compared(in, a, b);
    set_both(warp, in, yes, 4, lanes);
}

static void compare(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Words a = warp.words(in, 2), b = warp.words(in, 3);
    if (in.has("U32"_w)) {
        compare(warp, in, a, b, lanes);
    } else {
        compare(warp, in, bits_as<Lanes<int32_t>>(a), bits_as<Lanes<int32_t>>(b), lanes);
    }
}

static void select(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Words a = warp.words(in, 1), b = warp.words(in, 2);
    const uint32_t first = warp.predicate(in, 3);
    warp.set(in.operands[0],
             each<uint32_t>([&](uint32_t l) { return (first >> l & 1u) != 0 ? a[l] : b[l]; }),
             lanes);
}

/* ---- bits ---- */

/* Bit i of the table is the result of three bits that are i. */
static uint32_t looked_up(uint32_t a, uint32_t b, uint32_t c, uint32_t table)
{
    uint32_t result = 0;
    for (uint32_t i = 0; i < 8; ++i) {
        result |= (0u - (table >> i & 1u)) & ((i & 4u) != 0 ? a : ~a) &
                  ((i & 2u) != 0 ? b : ~b) & ((i & 1u) != 0 ? c : ~c);
    }
    return result;
}

static void logic(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const size_t at = in.is_predicate(0) ? 1 : 0;
    const Words a = warp.words(in, at + 1), b = warp.words(in, at + 2), c = warp.words(in, at + 3);
    const uint32_t table = static_cast<uint32_t>(in.operands.at(at + 4).integer);
    const Words result =
        each<uint32_t>([&](uint32_t l) { return looked_up(a[l], b[l], c[l], table); });
    if (at == 1) {
        const uint32_t any = lanes_where([&](uint32_t l) { return result[l] != 0; });
        warp.set_predicate(in.operands[0], any | warp.predicate(in, at + 5), lanes);
    }
    warp.set(in.operands[at], result, lanes);
}

static void logic_of_predicates(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const uint32_t a = warp.predicate(in, 2), b = warp.predicate(in, 3), c = warp.predicate(in, 4);
    for (size_t i = 0; i < 2; ++i) {
        const uint32_t table = static_cast<uint32_t>(in.operands.at(5 + i).integer);
        warp.set_predicate(in.operands[i], looked_up(a, b, c, table), lanes);
    }
}

/* Of two words, of which the second is above the first. */
static uint32_t shifted(const Instruction &in, uint32_t low, uint32_t by, uint32_t high)
{
    const bool wide = in.has("U64"_w) || in.has("S64"_w);
    const uint32_t most = wide ? 64 : 32;
    const uint32_t n = in.has("W"_w) ? by % most : std::min(by, most);
    const uint64_t value = low | uint64_t{high} << 32;
    uint64_t result;
    if (in.has("L"_w)) {
        if (!wide && !in.has("HI"_w)) {
            return n > 31 ? 0 : low << n;
        }
        result = n > 63 ? 0 : value << n;
    } else if (in.has("S32"_w) || in.has("S64"_w)) {
        result = static_cast<uint64_t>(static_cast<int64_t>(value) >> std::min(n, 63u));
    } else {
        result = n > 63 ? 0 : value >> n;
    }
    return static_cast<uint32_t>(in.has("HI"_w) ? result >> 32 : result);
}

static void shift(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Words a = warp.words(in, 1), by = warp.words(in, 2), above = warp.words(in, 3);
    warp.set(in.operands[0], each<uint32_t>([&](uint32_t l) {
                 return (lanes >> l & 1u) != 0 ? shifted(in, a[l], by[l], above[l]) : 0u;
             }),
             lanes);
}

/* Four bytes of eight, each or its sign. */
static void permute(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Words a = warp.words(in, 1), choice = warp.words(in, 2), b = warp.words(in, 3);
    warp.set(in.operands[0], each<uint32_t>([&](uint32_t l) {
                 const uint64_t bytes = a[l] | uint64_t{b[l]} << 32;
                 uint32_t result = 0;
                 for (uint32_t i = 0; i < 4; ++i) {
                     const uint32_t which = choice[l] >> 4 * i & 15u;
                     const uint32_t byte = static_cast<uint32_t>(bytes >> 8 * (which & 7u)) & 0xffu;
                     const uint32_t sign = (byte & 0x80u) != 0 ? 0xffu : 0u;
                     result |= ((which & 8u) != 0 ? sign : byte) << 8 * i;
                 }
                 return result;
             }),
             lanes);
}

static uint32_t reversed(uint32_t value)
{
    uint32_t result = 0;
    for (uint32_t i = 0; i < 32; ++i) {
        result |= (value >> i & 1u) << (31 - i);
    }
    return result;
}

static void of_one_word(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Words a = warp.words(in, 1);
    const bool counts = in.name == "POPC" || in.name == "UPOPC";
    const bool reverses = in.name == "BREV" || in.name == "UBREV";
    const bool from_above = in.has("SH"_w);
    if (!counts && !reverses && !in.has("U32"_w)) {
        fail(in, "a leading bit that is not known");
    }
    warp.set(in.operands[0], each<uint32_t>([&](uint32_t l) {
                 if (counts) {
                     return static_cast<uint32_t>(__builtin_popcount(a[l]));
                 }
                 if (reverses) {
                     return reversed(a[l]);
                 }
                 const uint32_t zeros = a[l] == 0 ? 0 : static_cast<uint32_t>(__builtin_clz(a[l]));
                 return a[l] == 0 ? ~0u : from_above ? zeros : 31u - zeros;
             }),
             lanes);
}

static void predicates_to_word(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Words other = warp.words(in, 2), which = warp.words(in, 3);
    warp.set(in.operands[0], each<uint32_t>([&](uint32_t l) {
                 return (warp.predicates_of(l) & which[l]) | (other[l] & ~which[l]);
             }),
             lanes);
}

static void word_to_predicates(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Words value = warp.words(in, 1), which = warp.words(in, 2);
    for_lanes(lanes, [&](uint32_t l) { warp.set_predicates_of(l, which[l], value[l]); });
}

const Executor kIntegerExecutors[] = {
    {"MOV", move},
    {"UMOV", move},
    {"R2UR", move},
    {"IMAD", multiply_add},
    {"UIMAD", multiply_add},
    {"IADD3", add_three},
    {"UIADD3", add_three},
    {"VIADD", add_two},
    {"IADD", add_two},
    {"LEA", add_shifted},
    {"ULEA", add_shifted},
    {"VIMNMX", smaller_or_larger},
    {"UVIMNMX", smaller_or_larger},
    {"IMNMX", smaller_or_larger},
    {"VIMNMX3", smaller_or_larger},
    {"VIADDMNMX", smaller_or_larger},
    {"ISETP", compare},
    {"UISETP", compare},
    {"SEL", select},
    {"USEL", select},
    {"LOP3", logic},
    {"ULOP3", logic},
    {"PLOP3", logic_of_predicates},
    {"UPLOP3", logic_of_predicates},
    {"SHF", shift},
    {"USHF", shift},
    {"PRMT", permute},
    {"UPRMT", permute},
    {"BREV", of_one_word},
    {"UBREV", of_one_word},
    {"FLO", of_one_word},
    {"UFLO", of_one_word},
    {"POPC", of_one_word},
    {"UPOPC", of_one_word},
    {"P2R", predicates_to_word},
    {"R2P", word_to_predicates},
    {nullptr, nullptr},
};

} // namespace sass
