/* execute.h - what the files of executors share. */
#ifndef SASS_EXECUTE_H
#define SASS_EXECUTE_H

#include <cmath>

#include "machine/warp.h"

namespace sass {

struct Executor {
    const char *name;
    Execute execute;
};

/* The tables, ended by one without a name. */
extern const Executor kIntegerExecutors[], kRealExecutors[], kHalfExecutors[], kMemoryExecutors[],
    kControlExecutors[];
extern const Executor kLongExecutors[]; /* of instructions with the word 64, U64 or S64 */

enum class Order { kLess, kEqual, kGreater, kUnordered };

template <class T> Order order_of(T a, T b)
{
    return a < b    ? Order::kLess
           : a > b  ? Order::kGreater
           : a == b ? Order::kEqual
                    : Order::kUnordered;
}

/* The lanes of two numbers that are what in.compare says, of those where the first is less, equal,
 * greater: in all others one is a NaN. */
inline uint32_t compared(const Instruction &in, uint32_t less, uint32_t equal, uint32_t greater)
{
    const uint32_t ordered = less | equal | greater;
    switch (in.compare) {
    case "LT"_w:
        return less;
    case "LE"_w:
        return less | equal;
    case "GT"_w:
        return greater;
    case "GE"_w:
        return greater | equal;
    case "EQ"_w:
        return equal;
    case "NE"_w:
        return less | greater;
    case "LTU"_w:
        return less | ~ordered;
    case "LEU"_w:
        return ~greater;
    case "GTU"_w:
        return greater | ~ordered;
    case "GEU"_w:
        return ~less;
    case "EQU"_w:
        return equal | ~ordered;
    case "NEU"_w:
        return ~equal;
    case "NAN"_w:
        return ~ordered;
    case "NUM"_w:
        return ordered;
    default:
        fail(in, "a comparison that is not known");
    }
}

template <class T>
uint32_t compared(const Instruction &in, const Lanes<T> &a, const Lanes<T> &b)
{
    return compared(in, lanes_where([&](uint32_t l) { return a[l] < b[l]; }),
                    lanes_where([&](uint32_t l) { return a[l] == b[l]; }),
                    lanes_where([&](uint32_t l) { return a[l] > b[l]; }));
}

/* Of one pair. */
inline bool compares(const Instruction &in, Order order)
{
    return (compared(in, order == Order::kLess, order == Order::kEqual, order == Order::kGreater) &
            1u) != 0;
}

/* Sets of lanes joined as the word says. */
inline uint32_t joined(const Instruction &in, uint32_t a, uint32_t b)
{
    if (in.has("AND"_w)) {
        return a & b;
    }
    if (in.has("OR"_w)) {
        return a | b;
    }
    if (in.has("XOR"_w)) {
        return a ^ b;
    }
    fail(in, "predicates are joined in a way that is not known");
}

/* Both results of a comparison: it, and its contrary, each joined with the predicate. */
inline void set_both(Warp &warp, const Instruction &in, uint32_t result, size_t with,
                     uint32_t lanes)
{
    const uint32_t other = warp.predicate(in, with);
    warp.set_predicate(in.operands[0], joined(in, result, other), lanes);
    warp.set_predicate(in.operands[1], joined(in, ~result, other), lanes);
}

} // namespace sass

#endif
