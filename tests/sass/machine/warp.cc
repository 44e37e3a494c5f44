/* warp.cc - registers, and which lanes go on. */
#include "machine/warp.h"

#include <cstdio>
#include <iterator>
#include <stdexcept>

namespace sass {

/* What is in registers that nobody has written. */
constexpr uint32_t kPoison = 0xcdcdcdcdu;

void fail(const Instruction &instruction, const std::string &what)
{
    char address[16];
    std::snprintf(address, sizeof address, "%05x", instruction.address);
    throw std::runtime_error(what + ", at " + address + ": " + instruction.text);
}

Warp::Warp(Block &of, uint32_t first_thread, uint64_t seed)
    : block(of), first_thread_(first_thread), random_(seed)
{
    for (Words &one : register_) {
        one.fill(kPoison);
    }
    register_[kZeroRegister].fill(0);
    uniform_.fill(kPoison);
    uniform_[kZeroUniform] = 0;
    predicate_.fill(0);
    predicate_[kTrue] = kAllLanes;
    uniform_predicate_.fill(false);
    uniform_predicate_[kTrue] = true;
    for (Words &one : barrier_) {
        one.fill(0);
    }
    pc_.fill(0);
    state_.fill(State::kRuns);
    waits_for_.fill(0);
}

/* ---- operands ---- */

uint32_t Warp::constant(const Operand &operand, uint32_t lane, uint32_t more) const
{
    int64_t at = operand.offset + more;
    at += operand.base >= 0 ? register_[static_cast<size_t>(operand.base)][lane] : 0;
    at += operand.uniform_base >= 0 ? uniform_[static_cast<size_t>(operand.uniform_base)] : 0;
    const size_t bank = static_cast<size_t>(operand.bank);
    const std::vector<unsigned char> *const constants =
        bank < std::size(block.constants) ? block.constants[bank] : nullptr;
    const bool inside =
        constants != nullptr && at >= 0 && static_cast<size_t>(at) + 4 <= constants->size();
    if (!inside && (active_ >> lane & 1u) == 0) {
        return kPoison;
    }
    if (!inside) {
        throw std::runtime_error("no such constant: " + operand.text);
    }
    uint32_t value;
    std::memcpy(&value, constants->data() + at, sizeof value);
    return value;
}

Words Warp::raw(const Instruction &in, size_t operand) const
{
    const Operand &from = in.operands.at(operand);
    Words value;
    switch (from.kind) {
    case Kind::kRegister:
        return register_[static_cast<size_t>(from.number)];
    case Kind::kUniform:
        value.fill(uniform_[static_cast<size_t>(from.number)]);
        return value;
    case Kind::kInteger:
        value.fill(static_cast<uint32_t>(from.integer));
        return value;
    case Kind::kReal:
        value.fill(bits_as<uint32_t>(static_cast<float>(from.real)));
        return value;
    case Kind::kConstant:
        return from.base >= 0
                   ? each<uint32_t>([&](uint32_t lane) { return constant(from, lane, 0); })
                   : (value.fill(constant(from, 0, 0)), value);
    default:
        fail(in, "an operand that is no value: " + from.text);
    }
}

Words Warp::words(const Instruction &in, size_t operand) const
{
    const Operand &from = in.operands.at(operand);
    Words value = raw(in, operand);
    if (!from.absolute && !from.negative && !from.inverted) {
        return value;
    }
    for (uint32_t &word : value) {
        word = from.absolute && static_cast<int32_t>(word) < 0 ? 0u - word : word;
        word = from.negative ? 0u - word : word;
        word = from.inverted ? ~word : word;
    }
    return value;
}

Floats Warp::floats(const Instruction &in, size_t operand) const
{
    const Operand &from = in.operands.at(operand);
    const Words value = raw(in, operand);
    return each<float>([&](uint32_t lane) {
        const uint32_t word = from.absolute ? value[lane] & 0x7fffffffu : value[lane];
        return bits_as<float>(from.negative ? word ^ 0x80000000u : word);
    });
}

Longs Warp::longs(const Instruction &in, size_t operand) const
{
    const Operand &from = in.operands.at(operand);
    const size_t number = static_cast<size_t>(from.number);
    return each<uint64_t>([&](uint32_t lane) -> uint64_t {
        switch (from.kind) {
        case Kind::kRegister:
            return from.number == kZeroRegister
                       ? 0
                       : register_[number][lane] | uint64_t{register_[number + 1][lane]} << 32;
        case Kind::kUniform:
            return from.number == kZeroUniform
                       ? 0
                       : uniform_[number] | uint64_t{uniform_[number + 1]} << 32;
        case Kind::kConstant:
            return constant(from, lane, 0) | uint64_t{constant(from, lane, 4)} << 32;
        case Kind::kInteger:
            return static_cast<uint64_t>(int64_t{static_cast<int32_t>(from.integer)});
        default:
            fail(in, "an operand of 64 bits that is no value: " + from.text);
        }
    });
}

Doubles Warp::doubles(const Instruction &in, size_t operand) const
{
    const Operand &from = in.operands.at(operand);
    Longs value;
    if (from.kind == Kind::kReal) { /* the upper half is in the instruction */
        value.fill(bits_as<uint64_t>(from.real) >> 32 << 32);
    } else if (from.kind == Kind::kInteger) {
        value.fill(from.integer << 32);
    } else {
        value = longs(in, operand);
    }
    constexpr uint64_t sign = uint64_t{1} << 63;
    return each<double>([&](uint32_t lane) {
        const uint64_t bits = from.absolute ? value[lane] & ~sign : value[lane];
        return bits_as<double>(from.negative ? bits ^ sign : bits);
    });
}

uint32_t Warp::predicate(const Instruction &in, size_t operand) const
{
    const Operand &from = in.operands.at(operand);
    const size_t number = static_cast<size_t>(from.number);
    if (!in.is_predicate(operand)) {
        fail(in, "an operand that is no predicate: " + from.text);
    }
    const uint32_t value = from.kind == Kind::kPredicate ? predicate_[number]
                           : uniform_predicate_[number]  ? kAllLanes
                                                         : 0u;
    return from.inverted ? ~value : value;
}

Longs Warp::addresses(const Instruction &in, const Operand &from, bool shared) const
{
    const size_t base = static_cast<size_t>(from.base < 0 ? kZeroRegister : from.base);
    const size_t uniform =
        static_cast<size_t>(from.uniform_base < 0 ? kZeroUniform : from.uniform_base);
    const bool base_is_64 = from.base_is_64 && from.base != kZeroRegister;
    const bool uniform_is_64 =
        !shared && from.uniform_base >= 0 && from.uniform_base != kZeroUniform;
    if (from.kind != Kind::kMemory) {
        fail(in, "an operand that is no address: " + from.text);
    }
    return each<uint64_t>([&](uint32_t lane) {
        uint64_t at = uint64_t{register_[base][lane]} * from.scale + uniform_[uniform];
        at += base_is_64 ? uint64_t{register_[base + 1][lane]} << 32 : 0;
        at += uniform_is_64 ? uint64_t{uniform_[uniform + 1]} << 32 : 0;
        at += static_cast<uint64_t>(from.offset);
        return shared ? at & 0xffffffffu : at;
    });
}

/* ---- results ---- */

void Warp::set(const Operand &to, const Words &value, uint32_t lanes)
{
    const size_t number = static_cast<size_t>(to.number);
    if (to.kind == Kind::kUniform) {
        if (to.number != kZeroUniform && lanes != 0) {
            uniform_[number] = value[static_cast<size_t>(__builtin_ctz(lanes))];
        }
    } else if (to.kind == Kind::kRegister) {
        if (to.number != kZeroRegister) {
            for_lanes(lanes, [&](uint32_t lane) { register_[number][lane] = value[lane]; });
        }
    } else {
        throw std::runtime_error("a result that has no place: " + to.text);
    }
}

void Warp::set(const Operand &to, const Longs &value, uint32_t lanes)
{
    Operand upper = to;
    const int zero = to.kind == Kind::kUniform ? kZeroUniform : kZeroRegister;
    upper.number = to.number == zero ? zero : to.number + 1;
    set(to, each<uint32_t>([&](uint32_t l) { return static_cast<uint32_t>(value[l]); }), lanes);
    set(upper, each<uint32_t>([&](uint32_t l) { return static_cast<uint32_t>(value[l] >> 32); }),
        lanes);
}

void Warp::set(const Operand &to, const Floats &value, uint32_t lanes)
{
    set(to, each<uint32_t>([&](uint32_t lane) { return bits_as<uint32_t>(value[lane]); }), lanes);
}

void Warp::set(const Operand &to, const Doubles &value, uint32_t lanes)
{
    set(to, each<uint64_t>([&](uint32_t lane) { return bits_as<uint64_t>(value[lane]); }), lanes);
}

void Warp::set_predicate(const Operand &to, uint32_t value, uint32_t lanes)
{
    const size_t number = static_cast<size_t>(to.number);
    if (to.number == kTrue) {
        return;
    }
    if (to.kind == Kind::kUniformPredicate) {
        uniform_predicate_[number] = (value & (lanes & (0u - lanes))) != 0;
    } else if (to.kind == Kind::kPredicate) {
        predicate_[number] = (predicate_[number] & ~lanes) | (value & lanes);
    } else {
        throw std::runtime_error("a result that is no predicate: " + to.text);
    }
}

void Warp::set_word(const Operand &to, uint32_t word, uint32_t lane, uint32_t value)
{
    if (to.kind != Kind::kRegister) {
        throw std::runtime_error("a result that has no place: " + to.text);
    }
    if (to.number != kZeroRegister) {
        register_[static_cast<size_t>(to.number) + word][lane] = value;
    }
}

uint32_t Warp::word_of(const Operand &from, uint32_t word, uint32_t lane) const
{
    if (from.kind != Kind::kRegister) {
        throw std::runtime_error("an operand that is no register: " + from.text);
    }
    return from.number == kZeroRegister ? 0
                                        : register_[static_cast<size_t>(from.number) + word][lane];
}

uint32_t Warp::predicates_of(uint32_t lane) const
{
    uint32_t value = 0;
    for (size_t i = 0; i < kTrue; ++i) {
        value |= (predicate_[i] >> lane & 1u) << i;
    }
    return value;
}

void Warp::set_predicates_of(uint32_t lane, uint32_t which, uint32_t value)
{
    for (size_t i = 0; i < kTrue; ++i) {
        if ((which >> i & 1u) != 0) {
            predicate_[i] = (predicate_[i] & ~(1u << lane)) | (value >> i & 1u) << lane;
        }
    }
}

/* ---- where lanes go ---- */

void Warp::set_state(State state, uint32_t lanes)
{
    for_lanes(lanes, [&](uint32_t lane) { state_[lane] = state; });
    able_ = state == State::kRuns ? able_ | lanes : able_ & ~lanes;
    moved_ = true;
}

void Warp::jump(uint32_t address, uint32_t lanes)
{
    moved_ = true;
    for_lanes(lanes, [&](uint32_t lane) { pc_[lane] = address; });
}

void Warp::open_barrier(int number, uint32_t lanes)
{
    for_lanes(lanes, [&](uint32_t lane) { barrier_[static_cast<size_t>(number)][lane] = lanes; });
}

void Warp::wait_at_barrier(int number, uint32_t lanes)
{
    set_state(State::kAtConvergence, lanes);
    for_lanes(lanes, [&](uint32_t lane) { waits_for_[lane] = static_cast<uint32_t>(number); });
    release();
}

void Warp::break_out(int number, uint32_t lanes)
{
    Words &of = barrier_[static_cast<size_t>(number)];
    for_lanes(lanes, [&](uint32_t lane) {
        for_lanes(of[lane], [&](uint32_t other) { of[other] &= ~(1u << lane); });
    });
    release();
}

void Warp::wait_for(uint32_t others, uint32_t lanes)
{
    set_state(State::kAtWarpSync, lanes);
    for_lanes(lanes, [&](uint32_t lane) { waits_for_[lane] = others; });
    release();
}

void Warp::wait_for_block(uint32_t lanes)
{
    set_state(State::kAtBlock, lanes);
}

void Warp::exit(uint32_t lanes)
{
    set_state(State::kExited, lanes);
    release();
}

/* Lanes whose all wait at the same place, or have ended, go on. */
void Warp::release()
{
    uint32_t left = lanes_where([&](uint32_t lane) {
        return state_[lane] == State::kAtConvergence || state_[lane] == State::kAtWarpSync;
    });
    const uint32_t ended =
        lanes_where([&](uint32_t lane) { return state_[lane] == State::kExited; });
    uint32_t released = 0;
    const auto others_of = [&](uint32_t lane) {
        return state_[lane] == State::kAtConvergence ? barrier_[waits_for_[lane]][lane]
                                                     : waits_for_[lane];
    };
    while (left != 0) {
        const uint32_t first = static_cast<uint32_t>(__builtin_ctz(left));
        const bool converges = state_[first] == State::kAtConvergence;
        const uint32_t others = others_of(first);
        const uint32_t with = lanes_where([&](uint32_t lane) {
            return state_[lane] == state_[first] && pc_[lane] == pc_[first] &&
                   (!converges || waits_for_[lane] == waits_for_[first]);
        });
        uint32_t alike = 1u << first; /* and what is true of it is true of these */
        for_lanes(with & left, [&](uint32_t lane) {
            alike |= others_of(lane) == others ? 1u << lane : 0u;
        });
        released |= (others & ~(with | ended)) == 0 ? alike : 0u;
        left &= ~alike;
    }
    set_state(State::kRuns, released);
}

void Warp::leave_barrier()
{
    set_state(State::kRuns,
              lanes_where([&](uint32_t lane) { return state_[lane] == State::kAtBlock; }));
}

/* The lanes that go next; none when no lane can. */
uint32_t Warp::choose_group()
{
    const uint32_t able = able_;
    if (able == 0 || (!moved_ && able == group_)) { /* all of them are still together */
        return able;
    }
    moved_ = false;
    uint32_t leader = static_cast<uint32_t>(__builtin_ctz(able));
    if (random_ != 0) {
        const uint32_t among = (able & group_) != 0 ? able & group_ : able;
        random_ = random_ * 6364136223846793005u + 1442695040888963407u;
        leader = static_cast<uint32_t>(random_ >> 33) % kLanes;
        while ((among >> leader & 1u) == 0) {
            leader = (leader + 1) % kLanes;
        }
    } else {
        for_lanes(able, [&](uint32_t lane) { leader = pc_[lane] < pc_[leader] ? lane : leader; });
    }
    return able & lanes_where([&](uint32_t lane) { return pc_[lane] == pc_[leader]; });
}

Progress Warp::step(const Code &code, std::vector<uint64_t> &executed)
{
    group_ = choose_group();
    if (group_ == 0) {
        bool at_barrier = false;
        for (const State state : state_) {
            if (state != State::kExited && state != State::kAtBlock) {
                throw std::runtime_error("lanes wait for each other in " + code.symbol);
            }
            at_barrier = at_barrier || state == State::kAtBlock;
        }
        return at_barrier ? Progress::kAtBarrier : Progress::kEnded;
    }
    const uint32_t pc = pc_[static_cast<size_t>(__builtin_ctz(group_))];
    if (pc % kBytes != 0 || pc / kBytes >= code.instructions.size()) {
        throw std::runtime_error("there is no code at " + std::to_string(pc) + " of " +
                                 code.symbol);
    }
    const Instruction &in = code.instructions[pc / kBytes];
    const size_t guard = static_cast<size_t>(in.guard);
    const uint32_t there = !in.guard_is_uniform        ? predicate_[guard]
                           : uniform_predicate_[guard] ? kAllLanes
                                                       : 0u;
    active_ = group_ & (in.guard_is_negated ? ~there : there);
    ++executed[pc / kBytes];
    for_lanes(group_, [&](uint32_t lane) { pc_[lane] = pc + kBytes; });
    if (in.execute == nullptr) {
        fail(in, "an instruction that the interpreter does not know");
    }
    if (active_ != 0) {
        in.execute(*this, in, active_);
    }
    return Progress::kRan;
}

} // namespace sass
