/* grid.cc - blocks one after the other, the warps of one in turns. */
#include "machine/grid.h"

#include <memory>
#include <stdexcept>

namespace sass {

constexpr uint32_t kTurn = 7; /* instructions of a warp before the next one goes on */
constexpr size_t kConstantBytes = 8192;

Architecture architecture_of(int compute_capability)
{
    switch (compute_capability) {
    case 80:
        return {0x160, 0, 0xc, 0};
    case 90:
        return {0x210, 0, 0xc, 0x400};
    case 120:
        return {0x380, 0x360, 0x370, 0x400};
    default:
        throw std::runtime_error("no interpreter of machine code for sm_" +
                                 std::to_string(compute_capability));
    }
}

static std::vector<unsigned char> constants_of(const Launch &launch)
{
    std::vector<unsigned char> constants(kConstantBytes, 0);
    const uint32_t threads[] = {launch.threads, 1, 1}, blocks[] = {launch.blocks, 1, 1};
    const size_t first = launch.architecture.parameters;
    if (first + launch.parameters.size() > constants.size()) {
        throw std::runtime_error("more parameters than there is room for");
    }
    std::memcpy(constants.data() + launch.architecture.threads, threads, sizeof threads);
    std::memcpy(constants.data() + launch.architecture.blocks, blocks, sizeof blocks);
    std::memcpy(constants.data() + first, launch.parameters.data(), launch.parameters.size());
    return constants;
}

static void run_block(const Launch &launch, Block &block, std::vector<uint64_t> &executed)
{
    std::vector<std::unique_ptr<Warp>> warps;
    for (uint32_t thread = 0; thread < launch.threads; thread += kLanes) {
        const uint64_t seed =
            launch.seed == 0 ? 0 : launch.seed * 1000003 + block.number * 64 + thread;
        warps.push_back(std::make_unique<Warp>(block, thread, seed));
    }
    std::vector<Progress> progress(warps.size(), Progress::kRan);
    for (;;) {
        bool ran = false, waits = false;
        for (size_t i = 0; i < warps.size(); ++i) {
            for (uint32_t n = 0; n < kTurn && progress[i] == Progress::kRan; ++n) {
                progress[i] = warps[i]->step(*launch.code, executed);
                ran = true;
            }
            waits = waits || progress[i] == Progress::kAtBarrier;
        }
        if (ran) {
            continue;
        }
        if (!waits) {
            return;
        }
        for (size_t i = 0; i < warps.size(); ++i) { /* those that have ended are not waited for */
            if (progress[i] == Progress::kAtBarrier) {
                warps[i]->leave_barrier();
                progress[i] = Progress::kRan;
            }
        }
    }
}

void run(const Launch &launch, std::vector<uint64_t> &executed)
{
    const std::vector<unsigned char> constants = constants_of(launch);
    executed.resize(launch.code->instructions.size(), 0);
    for (uint32_t number = 0; number < launch.blocks; ++number) {
        Block block;
        block.number = number;
        block.shared_begin = launch.architecture.shared_begin;
        block.shared.assign(block.shared_begin + launch.shared_bytes, 0xcd);
        block.constants[0] = &constants;
        block.constants[2] = &launch.code->constants;
        block.memory = launch.memory;
        run_block(launch, block, executed);
    }
}

} // namespace sass
