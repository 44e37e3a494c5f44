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

enum class Order { kLess, kEqual, kGreater, kUnordered };

template <class T> Order order_of(T a, T b)
{
    return a < b    ? Order::kLess
           : a > b  ? Order::kGreater
           : a == b ? Order::kEqual
                    : Order::kUnordered;
}

/* Whether two numbers that are in such an order are what in.compare says. */
inline bool compares(const Instruction &in, Order order)
{
    const bool less = order == Order::kLess, equal = order == Order::kEqual;
    const bool greater = order == Order::kGreater, unordered = order == Order::kUnordered;
    switch (in.compare) {
    case "LT"_w:
        return less;
    case "LE"_w:
        return less || equal;
    case "GT"_w:
        return greater;
    case "GE"_w:
        return greater || equal;
    case "EQ"_w:
        return equal;
    case "NE"_w:
        return less || greater;
    case "LTU"_w:
        return less || unordered;
    case "LEU"_w:
        return !greater;
    case "GTU"_w:
        return greater || unordered;
    case "GEU"_w:
        return !less;
    case "EQU"_w:
        return equal || unordered;
    case "NEU"_w:
        return !equal;
    case "NAN"_w:
        return unordered;
    case "NUM"_w:
        return !unordered;
    default:
        fail(in, "a comparison that is not known");
    }
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
