/* listing.cc - reads what cuobjdump -sass prints. */
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "machine/instruction.h"

namespace sass {

const char *name_of(Pipe pipe)
{
    static const char *const names[kPipes] = {"alu",    "fma",      "half",    "double", "slow",
                                              "memory", "exchange", "uniform", "branch"};
    return names[static_cast<size_t>(pipe)];
}

bool Instruction::is_predicate(size_t operand) const
{
    return operand < operands.size() && (operands[operand].kind == Kind::kPredicate ||
                                         operands[operand].kind == Kind::kUniformPredicate);
}

static bool starts(const std::string &text, const char *with)
{
    return text.compare(0, std::strlen(with), with) == 0;
}

static bool cut_end(std::string *text, const char *end)
{
    const size_t length = std::strlen(end);
    if (text->size() <= length || text->compare(text->size() - length, length, end) != 0) {
        return false;
    }
    text->resize(text->size() - length);
    return true;
}

static std::vector<std::string> split(const std::string &text, char at)
{
    std::vector<std::string> parts;
    std::string part;
    int depth = 0;
    for (const char c : text) {
        depth += c == '[' ? 1 : c == ']' ? -1 : 0;
        if (c == at && depth == 0) {
            parts.push_back(part);
            part.clear();
        } else if (c != ' ' || !part.empty()) {
            part += c;
        }
    }
    parts.push_back(part);
    return parts;
}

static int number_of(const std::string &name, size_t from, int zero)
{
    return name[from] == 'Z' || name[from] == 'T' ? zero : std::atoi(name.c_str() + from);
}

/* Of what stands in brackets: registers, and a constant. */
static void add_address(const std::string &inside, Operand *operand)
{
    for (const std::string &part : split(inside, '+')) {
        if (part.empty()) {
            continue;
        }
        const std::string name = part.substr(0, part.find('.'));
        const std::string words = part.substr(name.size());
        if (starts(name, "UR")) {
            operand->uniform_base = number_of(name, 2, kZeroUniform);
        } else if (name[0] == 'R') {
            operand->base = number_of(name, 1, kZeroRegister);
            operand->base_is_64 = words.find(".64") != std::string::npos;
            for (const uint32_t scale : {4u, 8u, 16u}) {
                if (words.find(".X" + std::to_string(scale)) != std::string::npos) {
                    operand->scale = scale;
                }
            }
        } else {
            operand->offset += std::strtoll(part.c_str(), nullptr, 16);
        }
    }
}

static bool is_register(const std::string &text, const char *letters)
{
    const size_t length = std::strlen(letters);
    return starts(text, letters) && text.size() > length &&
           (std::isdigit(static_cast<unsigned char>(text[length])) != 0 ||
            (text.size() == length + 1 && (text[length] == 'Z' || text[length] == 'T')));
}

/* A number as it is printed. */
static bool take_number(const std::string &text, Operand *operand)
{
    const std::string digits = text[0] == '-' || text[0] == '+' ? text.substr(1) : text;
    if (starts(digits, "0x")) {
        operand->kind = Kind::kInteger;
        operand->integer = std::strtoull(text.c_str(), nullptr, 16); /* negated behind a - */
        return true;
    }
    operand->kind = Kind::kReal;
    if (digits == "INF" || digits == "QNAN") {
        operand->real = digits == "INF" ? std::numeric_limits<double>::infinity()
                                        : std::numeric_limits<double>::quiet_NaN();
        operand->real = text[0] == '-' ? -operand->real : operand->real;
        return true;
    }
    char *end = nullptr;
    operand->real = std::strtod(text.c_str(), &end);
    return end != text.c_str() && *end == '\0';
}

static Operand read_operand(const std::string &printed)
{
    Operand operand;
    operand.text = printed;
    std::string text = printed;
    if (starts(text, "desc[")) { /* how it is cached; the address follows */
        text = text.substr(text.find("][") + 1);
    }
    if (text[0] == '[') {
        operand.kind = Kind::kMemory;
        add_address(text.substr(1, text.find(']') - 1), &operand);
        return operand;
    }
    for (;; text.erase(0, 1)) {
        if (text[0] == '-' && text.size() > 1 && std::strchr("RUc|", text[1]) != nullptr) {
            operand.negative = true;
        } else if (text[0] == '~' || text[0] == '!') {
            operand.inverted = true;
        } else if (text[0] == '|') {
            operand.absolute = true;
            text.erase(text.find('|', 1), 1);
        } else {
            break;
        }
    }
    cut_end(&text, ".reuse");
    operand.half = cut_end(&text, ".H0_H0")   ? Half::kLow
                   : cut_end(&text, ".H1_H1") ? Half::kHigh
                                              : Half::kBoth;
    while (cut_end(&text, ".reuse") || cut_end(&text, ".64")) {
    }
    if (starts(text, "c[")) {
        const size_t second = text.find("][");
        operand.kind = Kind::kConstant;
        operand.bank = static_cast<int>(std::strtol(text.c_str() + 2, nullptr, 16));
        add_address(text.substr(second + 2, text.size() - second - 3), &operand);
    } else if (is_register(text, "UR")) {
        operand.kind = Kind::kUniform;
        operand.number = number_of(text, 2, kZeroUniform);
    } else if (is_register(text, "UP")) {
        operand.kind = Kind::kUniformPredicate;
        operand.number = number_of(text, 2, kTrue);
    } else if (is_register(text, "R") && text.find('.') == std::string::npos) {
        operand.kind = Kind::kRegister;
        operand.number = number_of(text, 1, kZeroRegister);
    } else if (is_register(text, "P")) {
        operand.kind = Kind::kPredicate;
        operand.number = number_of(text, 1, kTrue);
    } else if (is_register(text, "B")) {
        operand.kind = Kind::kBarrier;
        operand.number = number_of(text, 1, 0);
    } else if (!take_number(text, &operand)) {
        operand.kind = Kind::kName;
    }
    return operand;
}

/* By the name alone: close to what the profilers of NVIDIA say of these architectures. */
static Pipe pipe_of(const std::string &name)
{
    struct Row {
        Pipe pipe;
        const char *names;
    };
    static const Row rows[] = {
        {Pipe::kBranch, " BRA BSSY BSYNC EXIT RET CALL BREAK JMP WARPSYNC BRX NOP YIELD PREEXIT "
                        "ENDCOLLECTIVE BAR BMOV "},
        {Pipe::kMemory, " LDG STG LDS STS ATOMS ATOMG RED REDG LDC LDCU ATOM LD ST MEMBAR CCTL "
                        "ERRBAR CGAERRBAR DEPBAR "},
        {Pipe::kExchange, " SHFL REDUX CREDUX VOTE VOTEU "},
        {Pipe::kSlow, " MUFU POPC FLO BREV I2F F2I F2F "},
        {Pipe::kDouble, " DADD DMUL DFMA DSETP DMNMX "},
        {Pipe::kFma, " FFMA FADD FMUL IMAD "},
        {Pipe::kHalf, " HADD2 HFMA2 HMUL2 HSETP2 HSET2 HMNMX2 "},
        {Pipe::kUniform, " R2UR S2UR S2R CS2R "},
    };
    for (const Row &row : rows) {
        if (std::strstr(row.names, (" " + name + " ").c_str()) != nullptr) {
            return row.pipe;
        }
    }
    return name[0] == 'U' ? Pipe::kUniform : Pipe::kAlu;
}

constexpr Word kComparisons[] = {"LT"_w,  "LE"_w,  "GT"_w,  "GE"_w,  "EQ"_w,  "NE"_w,  "LTU"_w,
                                 "LEU"_w, "GTU"_w, "GEU"_w, "EQU"_w, "NEU"_w, "NAN"_w, "NUM"_w};

static void read_guard(std::string *text, Instruction *instruction)
{
    if ((*text)[0] != '@') {
        return;
    }
    const size_t space = text->find(' ');
    const Operand guard = read_operand(text->substr(1, space - 1));
    instruction->guard = guard.number;
    instruction->guard_is_uniform = guard.kind == Kind::kUniformPredicate;
    instruction->guard_is_negated = guard.inverted;
    text->erase(0, text->find_first_not_of(' ', space));
}

static Instruction read_instruction(uint32_t address, std::string text)
{
    Instruction instruction;
    instruction.address = address;
    instruction.text = text;
    read_guard(&text, &instruction);
    const size_t space = std::min(text.find(' '), text.size());
    for (const std::string &word : split(text.substr(0, space), '.')) {
        if (instruction.name.empty()) {
            instruction.name = word;
        } else {
            instruction.words.push_back(operator""_w(word.c_str(), word.size()));
        }
    }
    for (const Word how : kComparisons) {
        instruction.compare = instruction.has(how) ? how : instruction.compare;
    }
    if (space < text.size()) {
        for (std::string &operand : split(text.substr(space + 1), ',')) {
            while (!operand.empty() && operand.back() == ' ') {
                operand.pop_back();
            }
            for (const std::string &one : split(operand, ' ')) { /* RET R2 0x0 */
                instruction.operands.push_back(read_operand(one));
            }
        }
    }
    instruction.pipe = pipe_of(instruction.name);
    instruction.execute = executor_of(instruction);
    return instruction;
}

std::vector<Code> read_listing(std::istream &listing)
{
    std::vector<Code> functions;
    std::string line;
    while (std::getline(listing, line)) {
        const size_t function = line.find("Function : ");
        const size_t open = line.find("/*");
        const size_t close = line.find("*/");
        const size_t end = line.find(';');
        if (function != std::string::npos) {
            functions.push_back({line.substr(function + std::strlen("Function : ")), {}, {}});
        } else if (!functions.empty() && close != std::string::npos && end != std::string::npos &&
                   line.find_first_not_of(" \t") == open) {
            const size_t begin = line.find_first_not_of(' ', close + 2);
            size_t last = end;
            while (last > begin && line[last - 1] == ' ') {
                --last;
            }
            functions.back().instructions.push_back(read_instruction(
                static_cast<uint32_t>(std::strtoul(line.c_str() + open + 2, nullptr, 16)),
                line.substr(begin, last - begin)));
        }
    }
    return functions;
}

void read_constants(std::istream &listing, std::vector<Code> *functions)
{
    std::string symbol, digits;
    while (listing >> symbol >> digits) {
        for (Code &code : *functions) {
            for (size_t i = 0; code.symbol == symbol && i + 1 < digits.size(); i += 2) {
                code.constants.push_back(static_cast<unsigned char>(
                    std::strtoul(digits.substr(i, 2).c_str(), nullptr, 16)));
            }
        }
    }
}

} // namespace sass
