/* grid.cc - runs one kernel: resident blocks, their fibers, their shared memory. */
#include "executor/grid.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "executor/guarded.h"
#include "executor/internal.h"
#include "executor/sanitizers.h"

namespace simt {

Grid grid;

#if defined(SIMT_ASAN) || defined(SIMT_TSAN)
constexpr size_t stack_bytes = 256 << 10;
#else
constexpr size_t stack_bytes = 128 << 10;
#endif
/* TSan tells 255 threads apart at a time; some are left for host threads and streams. A larger
 * block gets more while it lasts, and TSan may then forget who touched what. */
constexpr unsigned tsan_identities = 240;
constexpr unsigned most_resident = 4;
constexpr size_t shared_alignment = 16;

static std::vector<std::unique_ptr<Context>> fibers; /* they live from launch to launch */
static std::vector<std::unique_ptr<Identity>> identities;
static unsigned next_identity;
static Guarded dynamic_areas[most_resident];

/* ---- a thread's life ---- */

static void end_thread()
{
    Lane &lane = this_lane();
    Warp &warp = *lane.warp;
    Block &block = *warp.block;
    check_exit_from_warp(lane);
    check_exit_from_block(lane);
    warp.exited |= 1u << lane.lane;
    block.exited++;
    stop_running(warp, 1u << lane.lane);
    if (block.exited == grid.threads) {
        end_block(block);
    }
    run_others();
}

/* Every fiber stays in here; a new block begins by making its lanes runnable. */
void fiber_main()
{
    entered();
    for (;;) {
        acquire(&grid.start_point);
        grid.launch->call(grid.launch->kernel, grid.launch->arguments.get());
        release(&grid.end_point);
        end_thread();
    }
}

static Context &fiber(size_t index)
{
    while (fibers.size() <= index) {
        fibers.push_back(std::make_unique<Context>());
        Context &context = *fibers.back();
        map_stack(context, stack_bytes);
        prepare(context, fiber_main, fibers.size() % 61 * 192);
    }
    return *fibers[index];
}

/* After a kernel was given up its fibers are somewhere in its code: they start anew. */
static void abandon_fibers()
{
    for (size_t i = 0; i < fibers.size(); i++) {
        prepare(*fibers[i], fiber_main, (i + 1) % 61 * 192);
    }
    identities.clear();
}

/* ---- blocks ---- */

static uint64_t permuted_block()
{
    for (;;) { /* i -> a i + c modulo a power of two, without what lies beyond the grid */
        const uint64_t at = grid.next_block++;
        const uint64_t number =
            (at * grid.order_multiplier + grid.order_offset) & grid.order_mask;
        if (number < grid.blocks) {
            return number;
        }
    }
}

static void reset_block(Block &block, uint64_t number)
{
    block.number = number;
    block.index.x = static_cast<unsigned>(number % gridDim.x);
    block.index.y = static_cast<unsigned>(number / gridDim.x % gridDim.y);
    block.index.z = static_cast<unsigned>(number / gridDim.x / gridDim.y);
    block.exited = block.arrived = block.round = 0;
    block.active = true;
    for (Warp &warp : block.warps) {
        warp.exited = 0;
        warp.meeting_count = 0;
        warp.rotation = plain_order ? 0 : schedule_random.below(warp_lanes);
        warp.descending = !plain_order && schedule_random.once_in(2);
        make_runnable(warp, warp.present);
    }
    for (Lane &lane : block.lanes) {
        lane.block = block.index;
        lane.waits_in = nullptr;
        lane.fenced = false;
    }
}

static void give_identities(Block &block)
{
    if (!under_tsan) {
        return;
    }
    while (identities.size() < tsan_identities || identities.size() < block.lanes.size()) {
        identities.push_back(std::make_unique<Identity>());
    }
    next_identity += 1 + schedule_random.below(7); /* not the same for the same thread */
    for (Lane &lane : block.lanes) {
        lane.fiber->identity = identities[next_identity++ % identities.size()]->handle();
        renew_stack(*lane.fiber);
    }
    free(block.sync_points);
    block.sync_points = static_cast<char *>(malloc(sync_point_bytes));
}

static void map_dynamic(Guarded &area, size_t bytes)
{
    if (bytes > 0 && !area.map(bytes, shared_alignment)) {
        perror("simt: dynamic shared memory");
        abort();
    }
}

static void begin_shared(Block &block)
{
    const unsigned char pattern = poison_byte();
    if (static_shared_bytes() > 0) {
        if (grid.shared_owner != nullptr && grid.shared_owner != &block) {
            park_static_shared(grid.shared_owner->parked_shared);
        }
        grid.shared_owner = &block;
        poison_static_shared(pattern);
    }
    Guarded &area = dynamic_areas[block.slot];
    if (area.bytes > 0) {
        if (under_tsan) { /* which forgets a mapping that is made anew */
            const size_t bytes = area.bytes;
            area.unmap();
            map_dynamic(area, bytes);
        }
        area.fill(pattern);
    }
    block.dynamic_shared = area.pointer;
}

bool start_next_block(Block &block)
{
    if (grid.started == grid.blocks) {
        return false;
    }
    const Unseen unseen;
    grid.started++;
    begin_shared(block);
    reset_block(block, permuted_block());
    give_identities(block);
    return true;
}

void end_block(Block &block)
{
    const long damage = block.dynamic_shared == nullptr ? 0 : dynamic_areas[block.slot].damage();
    if (damage != 0) {
        fail(Place{nullptr, 0},
             "the block wrote %ld bytes %s its %zu bytes of dynamic shared memory",
             damage > 0 ? damage : -damage, damage > 0 ? "past the end of" : "before the start of",
             dynamic_areas[block.slot].bytes);
    }
    block.active = false;
    grid.finished++;
    if (!under_tsan) { /* there the host does it, when all stacks are at rest */
        start_next_block(block);
    }
}

void *dynamic_shared(size_t alignment, Place place)
{
    const Block &block = *this_lane().warp->block;
    if (block.dynamic_shared == nullptr) {
        fail(place, "dynamic shared memory is used, but the launch gave none");
    }
    if (reinterpret_cast<uintptr_t>(block.dynamic_shared) % alignment != 0) {
        fail(place, "dynamic shared memory is aligned to %zu bytes only", shared_alignment);
    }
    return block.dynamic_shared;
}

bool describe_dynamic_shared(const void *address, char *text, size_t capacity)
{
    const char *const at = static_cast<const char *>(address);
    for (const Guarded &area : dynamic_areas) {
        if (area.mapped != nullptr && at >= area.mapped && at < area.mapped + area.mapped_bytes) {
            snprintf(text, capacity, "byte %ld of %zu bytes of dynamic shared memory",
                     static_cast<long>(at - area.pointer), area.bytes);
            return true;
        }
    }
    return false;
}

/* ---- a launch ---- */

static void shape_block(Block &block, unsigned slot)
{
    const dim3 d = blockDim;
    const unsigned warps = (grid.threads + warp_lanes - 1) / warp_lanes;
    block.slot = slot;
    block.runnable_warps = 0;
    block.active = false;
    block.lanes.resize(grid.threads);
    block.warps.resize(warps);
    block.parked_shared.clear();
    for (unsigned i = 0; i < grid.threads; i++) {
        Lane &lane = block.lanes[i];
        lane.thread = {i % d.x, i / d.x % d.y, i / d.x / d.y};
        lane.lane = i % warp_lanes;
        lane.warp = &block.warps[i / warp_lanes];
        lane.fiber = &fiber(static_cast<size_t>(slot) * grid.threads + i);
        lane.waits_in = nullptr;
        lane.fiber->identity = nullptr;
    }
    for (unsigned w = 0; w < warps; w++) {
        Warp &warp = block.warps[w];
        const unsigned count = grid.threads - w * warp_lanes;
        warp.block = &block;
        warp.lanes = &block.lanes[w * warp_lanes];
        warp.number = w;
        warp.present = count >= warp_lanes ? 0xffffffffu : (1u << count) - 1;
        warp.runnable = 0;
    }
}

static void order_blocks()
{
    grid.next_block = grid.started = grid.finished = 0;
    uint64_t mask = 1;
    while (mask < grid.blocks) {
        mask *= 2;
    }
    grid.order_mask = mask - 1;
    grid.order_multiplier = plain_order ? 1 : 2 * static_cast<uint64_t>(schedule_random.next()) + 1;
    grid.order_offset = plain_order ? 0 : schedule_random.next();
}

static unsigned choose_resident_count()
{
    /* ThreadSanitizer takes blocks for unordered as it is, and could not tell whose __shared__ it
     * sees. */
    if (plain_order || under_tsan) {
        return 1;
    }
    const unsigned wanted = 1 + schedule_random.below(most_resident);
    return grid.blocks < wanted ? static_cast<unsigned>(grid.blocks) : wanted;
}

static void prepare_grid(const Launch &launch)
{
    refresh_symbols();
    grid.launch = &launch;
    snprintf(grid.name, sizeof grid.name, "%s",
             launch.name != nullptr ? launch.name : kernel_name(launch.kernel));
    gridDim = launch.grid;
    blockDim = launch.block;
    grid.threads = launch.block.x * launch.block.y * launch.block.z;
    grid.blocks = static_cast<uint64_t>(launch.grid.x) * launch.grid.y * launch.grid.z;
    grid.failed = false;
    grid.shared_owner = nullptr;
    order_blocks();
    grid.resident_count = choose_resident_count();
    while (grid.resident.size() < grid.resident_count) {
        grid.resident.push_back(std::make_unique<Block>());
    }
    for (unsigned slot = 0; slot < grid.resident_count; slot++) {
        shape_block(*grid.resident[slot], slot);
        Guarded &area = dynamic_areas[slot];
        if (area.bytes != launch.shared_bytes) {
            area.unmap();
            map_dynamic(area, launch.shared_bytes);
        }
    }
}

cudaError_t run_grid(const Launch &launch)
{
    {
        const Unseen unseen;
        prepare_grid(launch);
        describe_host(grid.host);
    }
    release(&grid.start_point);
    for (unsigned slot = 0; slot < grid.resident_count; slot++) {
        start_next_block(*grid.resident[slot]);
    }
    do {
        enter_lane(grid.host, *first_lane());
    } while (!grid.failed && start_next_block(*grid.resident[0]));
    if (grid.failed) {
        const Unseen unseen;
        abandon_fibers();
        return cudaErrorLaunchFailure;
    }
    acquire(&grid.end_point);
    if (identities.size() > tsan_identities) {
        const Unseen unseen;
        identities.resize(tsan_identities);
    }
    return cudaSuccess;
}

} // namespace simt
