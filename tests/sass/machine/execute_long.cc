/* execute_long.cc - integers of 64 bits in pairs of registers, which came with 12.0. */
#include <algorithm>

#include "machine/execute.h"

namespace sass {

static Longs value_of(const Warp &warp, const Instruction &in, size_t operand)
{
    const Operand &from = in.operands.at(operand);
    if (from.kind == Kind::kInteger) { /* all 64 bits are in the instruction */
        Longs value;
        value.fill(from.integer);
        return value;
    }
    const Longs value = warp.longs(in, operand);
    return each<uint64_t>([&](uint32_t l) {
        return from.negative ? 0 - value[l] : from.inverted ? ~value[l] : value[l];
    });
}

static void move(Warp &warp, const Instruction &in, uint32_t lanes)
{
    warp.set(in.operands[0], value_of(warp, in, 1), lanes);
}

static void add(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Longs a = value_of(warp, in, 1), b = value_of(warp, in, 2);
    if (in.operands.size() != 3) {
        fail(in, "a sum with a carry");
    }
    warp.set(in.operands[0], each<uint64_t>([&](uint32_t l) { return a[l] + b[l]; }), lanes);
}

static void select(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Longs a = value_of(warp, in, 1), b = value_of(warp, in, 2);
    const uint32_t first = warp.predicate(in, 3);
    warp.set(in.operands[0],
             each<uint64_t>([&](uint32_t l) { return (first >> l & 1u) != 0 ? a[l] : b[l]; }),
             lanes);
}

static void compare(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Longs a = value_of(warp, in, 2), b = value_of(warp, in, 3);
    const uint32_t yes =
        in.has("U64"_w)
            ? compared(in, a, b)
            : compared(in, bits_as<Lanes<int64_t>>(a), bits_as<Lanes<int64_t>>(b));
    set_both(warp, in, yes, 4, lanes);
}

/* The smaller where the first predicate behind the two is true, else the larger; what else it
 * could tell goes nowhere. */
static void smaller_or_larger(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Longs a = value_of(warp, in, 3), b = value_of(warp, in, 4);
    const uint32_t smaller = warp.predicate(in, 5);
    if (!in.has("U64"_w) || in.operands[0].number != kTrue || in.operands[1].number != kTrue ||
        warp.predicate(in, 6) != 0) {
        fail(in, "the smaller or larger of a kind that is not known");
    }
    warp.set(in.operands[2], each<uint64_t>([&](uint32_t l) {
                 return (smaller >> l & 1u) != 0 ? std::min(a[l], b[l]) : std::max(a[l], b[l]);
             }),
             lanes);
}

const Executor kLongExecutors[] = {
    {"MOV", move},      {"UMOV", move},      {"IADD", add},
    {"SEL", select},    {"ISETP", compare},  {"UISETP", compare},
    {"IMNMX", smaller_or_larger},            {nullptr, nullptr},
};

} // namespace sass
