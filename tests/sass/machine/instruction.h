/* instruction.h - machine code as cuobjdump prints it, taken apart once.
 *
 * What an instruction is called and what stands behind the name are kept apart: `IMAD.WIDE.U32 R2,
 * ...` is IMAD with two words and three operands. Words and operands that are not known are errors
 * of the instruction when it is executed, not before. */
#ifndef SASS_INSTRUCTION_H
#define SASS_INSTRUCTION_H

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace sass {

constexpr uint32_t kLanes = 32;
constexpr uint32_t kAllLanes = 0xffffffffu;
constexpr int kZeroRegister = 255; /* RZ: always 0 */
constexpr int kZeroUniform = 255;  /* URZ, whatever its number */
constexpr int kTrue = 7;           /* PT, UPT: always true */
constexpr uint32_t kBytes = 16;    /* of an instruction */

enum class Kind : uint8_t {
    kRegister,
    kUniform,
    kPredicate,
    kUniformPredicate,
    kBarrier,
    kInteger, /* a constant that is printed as one */
    kReal,
    kConstant, /* c[bank][...] */
    kMemory,
    kName, /* of a special register */
};

enum class Half : uint8_t { kBoth, kLow, kHigh };

struct Operand {
    Kind kind = Kind::kName;
    int number = 0; /* of the register, the predicate, the barrier */
    bool negative = false, inverted = false, absolute = false;
    Half half = Half::kBoth; /* of a register that holds two 16-bit values */
    uint64_t integer = 0;
    double real = 0;
    /* Of a constant or an address: the sum of these. */
    int bank = 0;
    int base = -1, uniform_base = -1;
    bool base_is_64 = false;
    uint32_t scale = 1;
    int64_t offset = 0;
    std::string text;
};

/* A word of a name, as a number: "WIDE"_w. */
using Word = uint32_t;
constexpr Word operator""_w(const char *text, size_t length)
{
    Word hash = 2166136261u;
    for (size_t i = 0; i < length; ++i) {
        hash = (hash ^ static_cast<unsigned char>(text[i])) * 16777619u;
    }
    return hash;
}

/* What its issue slot goes to. */
enum class Pipe : uint8_t {
    kAlu,
    kFma,
    kHalf,
    kDouble,
    kSlow,
    kMemory,
    kExchange,
    kUniform,
    kBranch
};
constexpr size_t kPipes = 9;
const char *name_of(Pipe pipe);

class Warp;
struct Instruction;
using Execute = void (*)(Warp &warp, const Instruction &instruction, uint32_t lanes);

struct Instruction {
    uint32_t address = 0;
    int guard = kTrue; /* @P0 */
    bool guard_is_uniform = false, guard_is_negated = false;
    std::string name;
    std::vector<Word> words;
    std::vector<Operand> operands;
    std::string text;
    Pipe pipe = Pipe::kAlu;
    Execute execute = nullptr;
    Word compare = 0; /* the word that says how: LT, GEU, ...; 0: none */

    bool has(Word word) const
    {
        for (const Word one : words) {
            if (one == word) {
                return true;
            }
        }
        return false;
    }
    bool is_predicate(size_t operand) const;
};

/* A kernel of a listing. */
struct Code {
    std::string symbol;
    std::vector<Instruction> instructions;
    std::vector<unsigned char> constants; /* c[2]: numbers that ptxas put there */
};

/* All functions of what `cuobjdump -sass` wrote. */
std::vector<Code> read_listing(std::istream &listing);

/* Their constants, a line each: the symbol, and the bytes in hexadecimal. */
void read_constants(std::istream &listing, std::vector<Code> *functions);

/* What executes an instruction (execute_*.cc); nullptr: it is not known. */
Execute executor_of(const Instruction &instruction);

} // namespace sass

#endif
