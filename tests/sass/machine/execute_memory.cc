/* execute_memory.cc - constants, special registers, global and shared memory. Every access of every
 * lane is checked: aligned, inside what the kernel was given, not a write to what is only read. */
#include <algorithm>
#include <stdexcept>

#include "machine/execute.h"

namespace sass {

static void load_constant(Warp &warp, const Instruction &in, uint32_t lanes)
{
    if (in.has("64"_w)) {
        warp.set(in.operands[0], warp.longs(in, 1), lanes);
        return;
    }
    if (!in.has("U8"_w)) {
        warp.set(in.operands[0], warp.raw(in, 1), lanes);
        return;
    }
    Instruction aligned = in; /* the word it is in */
    const uint32_t byte = static_cast<uint32_t>(in.operands[1].offset) % 4;
    aligned.operands[1].offset -= byte;
    if (in.operands[1].base >= 0 || in.operands[1].uniform_base >= 0) {
        fail(in, "a byte of a constant at a place that is not known");
    }
    const Words word = warp.raw(aligned, 1);
    warp.set(in.operands[0],
             each<uint32_t>([&](uint32_t l) { return word[l] >> 8 * byte & 0xffu; }), lanes);
}

static void special_register(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const std::string &name = in.operands.at(1).text;
    if (name == "SRZ") {
        if (in.has("32"_w)) {
            warp.set(in.operands[0], Words{}, lanes);
        } else {
            warp.set(in.operands[0], Longs{}, lanes);
        }
        return;
    }
    warp.set(in.operands[0], each<uint32_t>([&](uint32_t l) -> uint32_t {
                 if (name == "SR_TID.X") {
                     return warp.thread(l);
                 }
                 if (name == "SR_CTAID.X") {
                     return warp.block.number;
                 }
                 if (name == "SR_LANEID") {
                     return l;
                 }
                 if (name == "SR_LTMASK") {
                     return (1u << l) - 1u;
                 }
                 if (name == "SR_CgaCtaId" ||
                     name == "SR_SWINHI") { /* of one block, and from 0 on */
                     return 0;
                 }
                 fail(in, "a special register that is not known");
             }),
             lanes);
}

/* ---- memory ---- */

static size_t bytes_of(const Instruction &in)
{
    return in.has("128"_w)                      ? 16
           : in.has("64"_w)                     ? 8
           : in.has("U16"_w) || in.has("S16"_w) ? 2
           : in.has("U8"_w) || in.has("S8"_w)   ? 1
                                                : 4;
}

static size_t address_of(const Instruction &in)
{
    size_t at = 0;
    while (at < in.operands.size() && in.operands[at].kind != Kind::kMemory) {
        ++at;
    }
    if (at == in.operands.size()) {
        fail(in, "an access of memory without an address");
    }
    return at;
}

/* Where an access goes. */
static unsigned char *place_of(Warp &warp, const Instruction &in, uint64_t address, size_t bytes,
                               bool shared, bool write)
{
    if (address % bytes != 0) {
        fail(in,
             "an address that is " + std::to_string(address % bytes) + " bytes off its alignment");
    }
    if (shared) {
        const size_t begin = warp.block.shared_begin, end = warp.block.shared.size();
        if (address < begin || address + bytes > end) {
            fail(in, "byte " + std::to_string(address) + " of shared memory, which is from " +
                         std::to_string(begin) + " to " + std::to_string(end));
        }
        return warp.block.shared.data() + address;
    }
    try {
        warp.block.memory->check(address, bytes, write);
    } catch (const std::runtime_error &wrong) {
        fail(in, wrong.what());
    }
    return reinterpret_cast<unsigned char *>(address); // NOLINT: it is memory of the device
}

static void load(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const bool shared = in.name == "LDS";
    const size_t bytes = bytes_of(in);
    const Operand &to = in.operands[0];
    const Longs address = warp.addresses(in, in.operands[address_of(in)], shared);
    for_lanes(lanes, [&](uint32_t lane) {
        const unsigned char *const from = place_of(warp, in, address[lane], bytes, shared, false);
        uint32_t word[4] = {};
        std::memcpy(word, from, bytes);
        if (in.has("S8"_w)) {
            word[0] = static_cast<uint32_t>(int32_t{static_cast<int8_t>(word[0])});
        } else if (in.has("S16"_w)) {
            word[0] = static_cast<uint32_t>(int32_t{static_cast<int16_t>(word[0])});
        }
        for (uint32_t i = 0; i < std::max<size_t>(bytes, 4) / 4; ++i) {
            warp.set_word(to, i, lane, word[i]);
        }
    });
}

static void store(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const bool shared = in.name == "STS";
    const size_t bytes = bytes_of(in), at = address_of(in);
    const Longs address = warp.addresses(in, in.operands[at], shared);
    for_lanes(lanes, [&](uint32_t lane) {
        uint32_t word[4];
        for (uint32_t i = 0; i < std::max<size_t>(bytes, 4) / 4; ++i) {
            word[i] = warp.word_of(in.operands.at(at + 1), i, lane);
        }
        std::memcpy(place_of(warp, in, address[lane], bytes, shared, true), word, bytes);
    });
}

/* What an atomic makes of what was there. */
static uint64_t updated(const Instruction &in, uint64_t was, uint64_t value, bool *known)
{
    *known = true;
    if (in.has("POPC"_w)) { /* one more for each lane */
        return was + 1;
    }
    if (in.has("ADD"_w)) {
        return was + value;
    }
    if (in.has("OR"_w)) {
        return was | value;
    }
    if (in.has("MAX"_w)) { /* of unsigned ones, which no word says */
        return std::max(was, value);
    }
    if (in.has("EXCH"_w)) {
        return value;
    }
    *known = false;
    return 0;
}

/* RED gives nothing back; ATOMS and ATOMG what was there; .CAST whether that was expected. */
static void atomic(Warp &warp, const Instruction &in, uint32_t lanes)
{
    const bool shared = in.name == "ATOMS", swaps = in.has("CAST"_w) || in.has("CAS"_w);
    const size_t bytes = in.has("64"_w) ? 8 : 4, at = address_of(in);
    const Longs address = warp.addresses(in, in.operands[at], shared);
    const bool tells = at > 0;
    const auto value_of = [&](size_t operand, uint32_t lane) {
        const Operand &from = in.operands.at(operand);
        return warp.word_of(from, 0, lane) |
               (bytes == 8 ? uint64_t{warp.word_of(from, 1, lane)} << 32 : 0);
    };
    for_lanes(lanes, [&](uint32_t lane) {
        unsigned char *const place = place_of(warp, in, address[lane], bytes, shared, true);
        uint64_t was = 0, now;
        bool known = true;
        std::memcpy(&was, place, bytes);
        const bool fits = swaps && was == value_of(at + 1, lane);
        if (swaps) {
            now = fits ? value_of(at + 2, lane) : was;
        } else {
            now = updated(in, was, in.has("POPC"_w) ? 0 : value_of(at + 1, lane), &known);
        }
        if (!known) {
            fail(in, "an atomic that is not known");
        }
        std::memcpy(place, &now, bytes);
        if (tells) {
            const Operand &to = in.operands[at - 1];
            const uint64_t told = in.has("CAST"_w) ? uint64_t{fits} : was;
            warp.set_word(to, 0, lane, static_cast<uint32_t>(told));
            if (bytes == 8) {
                warp.set_word(to, 1, lane, static_cast<uint32_t>(told >> 32));
            }
        }
    });
}

const Executor kMemoryExecutors[] = {
    {"LDC", load_constant},
    {"ULDC", load_constant},
    {"LDCU", load_constant},
    {"S2R", special_register},
    {"S2UR", special_register},
    {"CS2R", special_register},
    {"LDG", load},
    {"LDS", load},
    {"STG", store},
    {"STS", store},
    {"RED", atomic},
    {"REDG", atomic},
    {"ATOMG", atomic},
    {"ATOMS", atomic},
    {nullptr, nullptr},
};

} // namespace sass
