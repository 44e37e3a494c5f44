/* execute_control.cc - where lanes go, and what they tell each other. */
#include <algorithm>

#include "machine/execute.h"

namespace sass {

static uint32_t target_of(const Instruction &in, size_t operand)
{
    if (in.operands.at(operand).kind != Kind::kInteger) {
        fail(in, "a target that is not known");
    }
    return static_cast<uint32_t>(in.operands[operand].integer);
}

/* .DIV goes elsewhere where not all lanes of a mask are here, .CONV where they are. */
static void branch(Warp &warp, const Instruction &in, uint32_t lanes)
{
    if (in.has("DIV"_w) || in.has("CONV"_w)) {
        const uint32_t wanted = warp.words(in, 0)[static_cast<size_t>(__builtin_ctz(lanes))];
        if ((warp.group() == wanted) == in.has("CONV"_w)) {
            warp.jump(target_of(in, 1), lanes);
        }
        return;
    }
    const bool conditional = in.is_predicate(0);
    warp.jump(target_of(in, conditional ? 1 : 0),
              conditional ? lanes & warp.predicate(in, 0) : lanes);
}

static void call(Warp &warp, const Instruction &in, uint32_t lanes)
{
    warp.jump(target_of(in, 0), lanes);
}

static void back(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Words to = warp.words(in, 0);
    for_lanes(lanes, [&](uint32_t lane) { warp.jump(to[lane], 1u << lane); });
}

static void exit(Warp &warp, const Instruction &, uint32_t lanes)
{
    warp.exit(lanes);
}

static int barrier_of(const Instruction &in)
{
    for (const Operand &operand : in.operands) {
        if (operand.kind == Kind::kBarrier) {
            return operand.number;
        }
    }
    fail(in, "no barrier");
}

static void open_barrier(Warp &warp, const Instruction &in, uint32_t lanes)
{
    warp.open_barrier(barrier_of(in), lanes);
}

static void wait_at_barrier(Warp &warp, const Instruction &in, uint32_t lanes)
{
    warp.wait_at_barrier(barrier_of(in), lanes);
}

static void break_out(Warp &warp, const Instruction &in, uint32_t lanes)
{
    warp.break_out(barrier_of(in), lanes);
}

static void wait_for_block(Warp &warp, const Instruction &in, uint32_t lanes)
{
    if (!in.has("SYNC"_w)) {
        fail(in, "a barrier of the block that is not known");
    }
    warp.wait_for_block(lanes);
}

static void wait_for_lanes(Warp &warp, const Instruction &in, uint32_t lanes)
{
    if (in.has("COLLECTIVE"_w)) {
        fail(in, "lanes that are apart where all were expected");
    }
    const uint32_t wanted =
        in.has("ALL"_w) ? kAllLanes : warp.words(in, 0)[static_cast<size_t>(__builtin_ctz(lanes))];
    warp.wait_for(wanted, lanes);
}

static void nothing(Warp &, const Instruction &, uint32_t)
{
}

/* ---- between lanes ---- */

/* Of lanes that are here; what others would give is not known to a device either. */
static void shuffle(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Words value = warp.words(in, 2), by = warp.words(in, 3), limits = warp.words(in, 4);
    const bool by_index = in.has("IDX"_w), up = in.has("UP"_w);
    if (!by_index && !up && !in.has("BFLY"_w)) {
        fail(in, "a shuffle that is not known");
    }
    uint32_t inside = 0;
    Words result = {};
    for_lanes(lanes, [&](uint32_t lane) {
        const uint32_t segment = limits[lane] >> 8 & 31u, clamp = limits[lane] & 31u;
        const uint32_t last = (lane & segment) | (clamp & ~segment);
        const uint32_t from = by_index ? (lane & segment) | (by[lane] & 31u & ~segment)
                              : up     ? lane - by[lane]
                                       : lane ^ (by[lane] & 31u);
        const bool there = up ? lane >= by[lane] && from >= last : from <= last;
        const uint32_t source = there ? from : lane;
        if ((lanes >> source & 1u) == 0) {
            fail(in, "a value of lane " + std::to_string(source) + ", which is not here");
        }
        inside |= there ? 1u << lane : 0u;
        result[lane] = value[source];
    });
    warp.set_predicate(in.operands[0], inside, lanes);
    warp.set(in.operands[1], result, lanes);
}

static void vote(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const uint32_t here = in.name == "VOTEU" ? warp.group() : lanes;
    const size_t at = in.is_predicate(0) ? 0 : 1;
    const uint32_t yes = warp.predicate(in, at + 1) & here;
    const bool result = in.has("ANY"_w)   ? yes != 0
                        : in.has("ALL"_w) ? yes == here
                        : in.has("EQ"_w)  ? yes == 0 || yes == here
                                          : (fail(in, "a vote that is not known"), false);
    if (at == 1) {
        Words ballot;
        ballot.fill(yes);
        warp.set(in.operands[0], ballot, lanes);
    }
    warp.set_predicate(in.operands[at], result ? kAllLanes : 0, lanes);
}

/* Over the lanes that are here: ptxas joins atomics of a part of the warp so. */
static void reduce(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const Words value = warp.words(in, 1);
    const bool is_signed = in.has("S32"_w), sum = in.has("SUM"_w), least = in.has("MIN"_w);
    const uint32_t first = static_cast<uint32_t>(__builtin_ctz(lanes));
    uint32_t result = value[first];
    for_lanes(lanes & (lanes - 1), [&](uint32_t l) {
        const bool less = is_signed ? static_cast<int32_t>(value[l]) < static_cast<int32_t>(result)
                                    : value[l] < result;
        if (sum) {
            result += value[l];
        } else if (least || in.has("MAX"_w)) {
            result = less == least ? value[l] : result;
        } else if (in.has("OR"_w)) {
            result |= value[l];
        } else {
            fail(in, "a reduction that is not known");
        }
    });
    Words everywhere;
    everywhere.fill(result);
    warp.set(in.operands[0], everywhere, lanes);
}

const Executor kControlExecutors[] = {
    {"BRA", branch},
    {"CALL", call},
    {"RET", back},
    {"EXIT", exit},
    {"BSSY", open_barrier},
    {"BSYNC", wait_at_barrier},
    {"BREAK", break_out},
    {"BAR", wait_for_block},
    {"WARPSYNC", wait_for_lanes},
    {"SHFL", shuffle},
    {"VOTE", vote},
    {"VOTEU", vote},
    {"REDUX", reduce},
    {"NOP", nothing},
    {"YIELD", nothing},
    {"PREEXIT", nothing},
    {"DEPBAR", nothing},
    {"MEMBAR", nothing},
    {"ERRBAR", nothing},
    {"CGAERRBAR", nothing},
    {"CCTL", nothing},
    {"ENDCOLLECTIVE", nothing},
    {nullptr, nullptr},
};

Execute executor_of(const Instruction &in)
{
    const bool is_long = in.has("64"_w) || in.has("U64"_w) || in.has("S64"_w);
    for (const Executor *table : {is_long ? kLongExecutors : kIntegerExecutors, kIntegerExecutors,
                                  kRealExecutors, kHalfExecutors, kMemoryExecutors,
                                  kControlExecutors}) {
        for (const Executor *one = table; one->name != nullptr; ++one) {
            if (in.name == one->name) {
                return one->execute;
            }
        }
    }
    return nullptr;
}

} // namespace sass
