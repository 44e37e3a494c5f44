/* warp.h - what a warp knows: registers, predicates, where each lane is and what it waits for.
 *
 * Lanes at the same instruction go together. Where they part, chance (the seed) says which of them
 * go on until they wait or end; with seed 0 those that are furthest behind go first, always. Others
 * do not come in between: uniform registers are one for all, and ptxas keeps numbers of some lanes
 * in them over branches. Values are read of all lanes at once and written for those that take part,
 * so an instruction is a loop over 32 numbers. */
#ifndef SASS_WARP_H
#define SASS_WARP_H

#include <array>
#include <cstring>
#include <functional>

#include "machine/instruction.h"

namespace sass {

template <class T> using Lanes = std::array<T, kLanes>;
using Words = Lanes<uint32_t>;
using Longs = Lanes<uint64_t>;
using Floats = Lanes<float>;
using Doubles = Lanes<double>;

/* compute(lane) of every lane. */
template <class T, class Compute> Lanes<T> each(Compute compute)
{
    Lanes<T> result;
    for (uint32_t lane = 0; lane < kLanes; ++lane) {
        result[lane] = compute(lane);
    }
    return result;
}

/* The lanes of which test(lane) is true. */
template <class Test> uint32_t lanes_where(Test test)
{
    std::array<uint8_t, kLanes> yes; /* which a compiler fills several at a time */
    for (uint32_t lane = 0; lane < kLanes; ++lane) {
        yes[lane] = test(lane) ? 1 : 0;
    }
    uint32_t result = 0;
    for (uint32_t i = 0; i < kLanes; i += 8) {
        uint64_t eight;
        std::memcpy(&eight, yes.data() + i, sizeof eight);
        result |= static_cast<uint32_t>(eight * 0x0102040810204080u >> 56) << i;
    }
    return result;
}

template <class Do> void for_lanes(uint32_t lanes, Do work)
{
    for (; lanes != 0; lanes &= lanes - 1) {
        work(static_cast<uint32_t>(__builtin_ctz(lanes)));
    }
}

template <class To, class From> To bits_as(From from)
{
    static_assert(sizeof(To) == sizeof(From), "of the same size");
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

/* Throws std::runtime_error that names the instruction. */
[[noreturn]] void fail(const Instruction &instruction, const std::string &what);

/* Memory of the device, as far as a kernel was given it. */
class Memory {
  public:
    virtual ~Memory() = default;
    /* Throws what is wrong with it (of `write`: also that it is read-only). */
    virtual void check(uintptr_t address, size_t bytes, bool write) = 0;
};

/* What the warps of a block share. */
struct Block {
    uint32_t number = 0;
    std::vector<unsigned char> shared;                     /* from address 0 on */
    size_t shared_begin = 0;                               /* what is below is the system's */
    const std::vector<unsigned char> *constants[3] = {};   /* of banks 0 and 2 */
    Memory *memory = nullptr;
};

enum class Progress { kRan, kAtBarrier, kEnded };

class Warp {
  public:
    Warp(Block &block, uint32_t first_thread, uint64_t seed);

    /* One instruction of one group of lanes; counts it in executed[]. */
    Progress step(const Code &code, std::vector<uint64_t> &executed);
    void leave_barrier(); /* all warps of the block are there */

    /* ---- operands, of all lanes ---- */
    Words words(const Instruction &in, size_t operand) const; /* -, ~ and | | as of integers */
    Words raw(const Instruction &in, size_t operand) const;   /* without them */
    Floats floats(const Instruction &in, size_t operand) const;
    Longs longs(const Instruction &in, size_t operand) const;
    Doubles doubles(const Instruction &in, size_t operand) const;
    uint32_t predicate(const Instruction &in, size_t operand) const; /* in which lanes it is true */
    Longs addresses(const Instruction &in, const Operand &memory, bool shared) const;

    /* ---- results, of some lanes ---- */
    void set(const Operand &to, const Words &value, uint32_t lanes);
    void set(const Operand &to, const Longs &value, uint32_t lanes);
    void set(const Operand &to, const Floats &value, uint32_t lanes);
    void set(const Operand &to, const Doubles &value, uint32_t lanes);
    void set_predicate(const Operand &to, uint32_t value, uint32_t lanes);
    /* Register number + `word` of one lane, as of vectors. */
    void set_word(const Operand &to, uint32_t word, uint32_t lane, uint32_t value);
    uint32_t word_of(const Operand &from, uint32_t word, uint32_t lane) const;

    /* ---- where lanes go ---- */
    void jump(uint32_t address, uint32_t lanes);
    void open_barrier(int number, uint32_t lanes);
    void wait_at_barrier(int number, uint32_t lanes);
    void break_out(int number, uint32_t lanes);
    void wait_for(uint32_t others, uint32_t lanes); /* WARPSYNC */
    void wait_for_block(uint32_t lanes);
    void exit(uint32_t lanes);

    uint32_t group() const
    {
        return group_;
    } /* lanes at the instruction, guard or not */
    uint32_t predicates_of(uint32_t lane) const;
    void set_predicates_of(uint32_t lane, uint32_t which, uint32_t value);
    uint32_t thread(uint32_t lane) const
    {
        return first_thread_ + lane;
    }

    Block &block;

  private:
    enum class State : uint8_t { kRuns, kAtConvergence, kAtWarpSync, kAtBlock, kExited };

    uint32_t constant(const Operand &operand, uint32_t lane, uint32_t more) const;
    uint32_t choose_group();
    void set_state(State state, uint32_t lanes);
    void release();

    std::array<Words, 256> register_;
    std::array<uint32_t, 256> uniform_;
    std::array<uint32_t, 8> predicate_; /* the lanes in which it is true */
    std::array<bool, 8> uniform_predicate_;
    std::array<Words, 16> barrier_; /* of each lane: which lanes meet there */
    Words pc_;
    std::array<State, kLanes> state_;
    Words waits_for_; /* number of the barrier, or the lanes of a WARPSYNC */
    uint32_t first_thread_;
    uint32_t group_ = 0, active_ = 0; /* at the instruction, and those it is executed for */
    uint32_t able_ = kAllLanes;       /* that wait for nothing */
    bool moved_ = true;               /* lanes went elsewhere, or others can go on now */
    uint64_t random_;
};

} // namespace sass

#endif
