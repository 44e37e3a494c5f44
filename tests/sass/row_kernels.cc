/* row_kernels.cc - rs_launch_rows_f32 and its like, which have the interpreter execute what ptxas
 * made.
 *
 * SASS_LISTINGS names the folder of the listings (run_machine_code.py), SASS_ARCH whose they are,
 * SASS_SEED the first order (set_order). */
#include "row_kernels.h"

#include <gtest/gtest.h>

#include <cfenv>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "device_memory.h"
#include "machine/grid.h"
#include "simt/simt.h"

extern "C" {
#include "cuda/row_task.h"
}

namespace sass {

static uint64_t first_order()
{
    const char *const seed = std::getenv("SASS_SEED");
    return seed == nullptr ? 1 : std::strtoull(seed, nullptr, 10);
}

static uint64_t order = first_order();
static std::map<std::string, Code> kernels; /* by symbol */
static std::map<std::string, std::vector<uint64_t>> executed;
static std::map<std::string, uint64_t> scored_rows;
static std::map<std::string, std::string> symbol_of_name;

void set_order(uint64_t seed)
{
    order = seed;
}

static std::string setting(const char *name)
{
    const char *const value = std::getenv(name);
    if (value == nullptr) {
        throw std::runtime_error(std::string(name) + " is not set (run_machine_code.py sets it)");
    }
    return value;
}

int compute_capability()
{
    return std::atoi(setting("SASS_ARCH").c_str());
}

/* Which of a type's kernels rs_launch_width takes. */
struct Choice {
    int vectors;
    bool tiled;
};

static Choice choice_of(const rs_row_task &task, uint32_t bytes)
{
    const int narrow = bytes == 2 ? 4 : 8;
    const uint32_t held = static_cast<uint32_t>(narrow) * 32 * 16 / bytes; /* columns */
    if (task.columns <= held) {
        return {narrow, false};
    }
    if (!task.calibration && task.columns <= 2 * held) {
        return {2 * narrow, false};
    }
    return {narrow, true};
}

/* What is written down of one file of kernels, if there is such a file. */
static void read_kernels(const std::string &file)
{
    const std::string path = setting("SASS_LISTINGS") + "/row_kernel_" + file;
    std::ifstream listing(path + ".sass");
    if (!listing) {
        return;
    }
    std::vector<Code> functions = read_listing(listing);
    std::ifstream constants(path + ".constants");
    read_constants(constants, &functions);
    for (Code &code : functions) {
        const std::string name = code.symbol.substr(0, code.symbol.find("EEv"));
        kernels[name] = std::move(code);
    }
}

static const Code &code_of(const std::string &symbol, const std::string &type)
{
    if (kernels.count(symbol) == 0) {
        read_kernels(type);
        read_kernels(type + "_whole"); /* of f64 */
        read_kernels(type + "_map");
    }
    const auto found = kernels.find(symbol);
    if (found == kernels.end()) {
        throw std::runtime_error("no kernel " + symbol + " in the machine code of " + type);
    }
    return found->second;
}

/* Its static shared memory, as tests/cuda/kernel_budget.txt has it, and with a class map a tile of
 * each warp behind that. */
static size_t shared_bytes(const rs_row_task &task, int vectors)
{
    const size_t mapped = task.map.column == nullptr ? 0 : size_t{RS_BLOCK_WARPS * 32 * 16};
    const size_t fixed = task.calibration ? 1664 : mapped == 0 ? 584 : 592;
    return fixed + mapped * static_cast<size_t>(vectors);
}

static void score(const rs_row_task &task, rs_launch_shape shape, const char *type, uint32_t bytes)
{
    const Choice choice = choice_of(task, bytes);
    const bool mapped = task.map.column != nullptr;
    const std::string plain_name = std::string("rs_type_") + type;
    const std::string plain = std::to_string(plain_name.size()) + plain_name;
    const std::string type_name = mapped ? "9rs_mappedI" + plain + "E" : plain;
    const std::string symbol = "_Z13rs_row_kernelI" + type_name + "Li" +
                               std::to_string(choice.vectors) + "ELb" + (choice.tiled ? "1" : "0") +
                               "ELb" + (task.calibration ? "1" : "0");
    const std::string name = std::string(type) + "." + std::to_string(choice.vectors) +
                             (choice.tiled ? ".tiled" : ".whole") +
                             (task.calibration ? ".calibration" : ".plain") +
                             (mapped ? ".map" : "");
    Launch launch;
    launch.code = &code_of(symbol, type);
    launch.architecture = architecture_of(compute_capability());
    launch.blocks = shape.blocks;
    launch.threads = RS_BLOCK_THREADS;
    launch.shared_bytes = shared_bytes(task, choice.vectors);
    launch.parameters.resize(sizeof task + sizeof shape);
    std::memcpy(launch.parameters.data(), &task, sizeof task);
    std::memcpy(launch.parameters.data() + sizeof task, &shape, sizeof shape);
    DeviceMemory memory(task, bytes);
    launch.memory = &memory;
    launch.seed = order == 0 ? 0 : ++order;
    run(launch, executed[name]);
    scored_rows[name] += task.row_count;
    symbol_of_name[name] = symbol;
}

std::map<std::string, Count> take_counts()
{
    std::map<std::string, Count> counts;
    for (const auto &[name, times] : executed) {
        const auto known = symbol_of_name.find(name);
        if (known == symbol_of_name.end()) {
            continue;
        }
        const Code &code = kernels.at(known->second);
        Count &count = counts[name];
        count.rows = scored_rows[name];
        for (size_t i = 0; i < times.size(); ++i) {
            count.slots += times[i];
            count.pipe[static_cast<size_t>(code.instructions[i].pipe)] += times[i];
        }
    }
    executed.clear();
    scored_rows.clear();
    symbol_of_name.clear();
    return counts;
}

struct Work {
    const rs_row_task *task;
    rs_launch_shape shape;
    const char *type;
    uint32_t bytes;
    std::string wrong;
};

/* As stream work. A device rounds to nearest whatever the host's thread was told. */
static void work(void *given)
{
    Work *const asked = static_cast<Work *>(given);
    fenv_t host;
    (void)std::fegetenv(&host);
    (void)std::fesetenv(FE_DFL_ENV);
    try {
        score(*asked->task, asked->shape, asked->type, asked->bytes);
    } catch (const std::exception &wrong) {
        asked->wrong = wrong.what();
    }
    (void)std::fesetenv(&host);
}

static cudaError_t launch_rows(const rs_row_task *task, rs_launch_shape shape, cudaStream_t stream,
                               const char *type, uint32_t bytes)
{
    Work given = {task, shape, type, bytes, ""};
    const cudaError_t code = simt_run_library(stream, work, &given);
    if (!given.wrong.empty()) {
        ADD_FAILURE() << "machine code: " << given.wrong;
        return cudaErrorLaunchFailure;
    }
    return code;
}

static uint32_t resident_rows(const rs_row_task *task, uint32_t bytes)
{
    if (task->calibration) {
        return bytes == 8 ? 2 : 4;
    }
    const int vectors = choice_of(*task, bytes).vectors;
    return vectors <= 4 ? 6 : vectors <= 8 ? 5 : 3;
}

} // namespace sass

#define SASS_ROWS(ID, name, bits, infinity, normal)                                                \
    extern "C" cudaError_t rs_launch_rows_##name(const rs_row_task *task, rs_launch_shape shape,   \
                                                 cudaStream_t stream)                              \
    {                                                                                              \
        return sass::launch_rows(task, shape, stream, #name, bits / 8);                            \
    }                                                                                              \
    extern "C" uint32_t rs_resident_rows_##name(const rs_row_task *task)                           \
    {                                                                                              \
        return sass::resident_rows(task, bits / 8);                                                \
    }                                                                                              \
    extern "C" cudaError_t rs_load_rows_##name(const rs_row_task *)                                \
    {                                                                                              \
        return cudaSuccess;                                                                        \
    }                                                                                              \
    extern "C" cudaError_t rs_launch_mapped_##name(const rs_row_task *task, rs_launch_shape shape, \
                                                   cudaStream_t stream)                            \
    {                                                                                              \
        return sass::launch_rows(task, shape, stream, #name, bits / 8);                            \
    }                                                                                              \
    extern "C" cudaError_t rs_load_mapped_##name(const rs_row_task *)                              \
    {                                                                                              \
        return cudaSuccess;                                                                        \
    }
RS_FLOAT_MAP(SASS_ROWS)
#undef SASS_ROWS
