/* schedule.cc - which lane runs next.
 *
 * A lane that waits switches straight to the next one: a warp primitive of 32 lanes costs 32
 * switches. Inside a warp lanes are taken in a rotated, rising or falling order that changes at
 * every meeting; a warp that is stuck hands over to another warp or another resident block, and now
 * and then one that is not stuck does so too. Every choice comes from the seed; seed 0 is the plain
 * order.
 */
#include "executor/grid.h"
#include "executor/internal.h"
#include "executor/sanitizers.h"

#include <cstdio>
#include <cstring>

dim3 blockDim, gridDim;

namespace simt {

ThreadView *current;
Random schedule_random;
bool plain_order;

/* How many meetings (on average) until a warp that could go on lets another go first, and how many
 * atomics and fences until a thread does. */
constexpr uint32_t meetings_between_handovers = 64;
constexpr uint32_t longest_run_of_atomics = 16;

/* As numbers: large negative, NaN, medium positive; as keys: near the top, the top, below the
 * middle. */
static const unsigned char poison_patterns[] = {0xcd, 0xff, 0x4b};
static unsigned char poison_pattern = 0xcd;

static Lane &choose_lane(Warp &warp)
{
    const unsigned turned =
        warp.rotation == 0 ? warp.runnable
                           : warp.runnable >> warp.rotation | warp.runnable << (32 - warp.rotation);
    const unsigned first = static_cast<unsigned>(
        warp.descending ? 31 - __builtin_clz(turned) : __builtin_ctz(turned));
    return warp.lanes[(first + warp.rotation) & 31];
}

static Lane &choose_in_block(Block &block)
{
    unsigned candidates = block.runnable_warps;
    if (!plain_order) {
        for (unsigned skip = schedule_random.below(
                 static_cast<unsigned>(__builtin_popcount(candidates)));
             skip > 0; skip--) {
            candidates &= candidates - 1;
        }
    }
    return choose_lane(block.warps[static_cast<unsigned>(__builtin_ctz(candidates))]);
}

/* NULL: no thread of any block can run. */
static Lane *choose_anywhere()
{
    const unsigned count = grid.resident_count;
    const unsigned start = plain_order || count == 1 ? 0 : schedule_random.below(count);
    for (unsigned i = 0; i < count; i++) {
        Block &block = *grid.resident[(start + i) % count];
        if (block.active && block.runnable_warps != 0) {
            return &choose_in_block(block);
        }
    }
    return nullptr;
}

static void place_shared(Block &block)
{
    if (grid.shared_owner != &block) {
        if (grid.shared_owner != nullptr) {
            park_static_shared(grid.shared_owner->parked_shared);
        }
        restore_static_shared(block.parked_shared);
        grid.shared_owner = &block;
    }
}

void enter_lane(Context &from, Lane &next)
{
    place_shared(*next.warp->block);
    current = &next;
    switch_context(from, *next.fiber);
}

static void resume(Lane &me, Lane &next)
{
    if (&next == &me) {
        become(me.fiber->identity); /* a new block may have given it another one */
        return;
    }
    enter_lane(*me.fiber, next);
}

Lane *first_lane()
{
    return choose_anywhere();
}

void back_to_host()
{
    Lane &me = this_lane();
    current = nullptr;
    switch_context(*me.fiber, grid.host);
}

void leave_kernel()
{
    back_to_host();
    __builtin_unreachable();
}

/* Says who waits where: groups of threads that wait in the same place. */
[[noreturn]] static void report_deadlock()
{
    char text[1024];
    size_t used = 0;
    const Lane *shown[6];
    unsigned groups = 0;
    for (unsigned b = 0; b < grid.resident_count && groups < 6; b++) {
        for (const Lane &lane : grid.resident[b]->lanes) {
            if (lane.waits_in == nullptr || groups == 6) {
                continue;
            }
            bool known = false;
            for (unsigned g = 0; g < groups; g++) {
                known = known || (shown[g]->waits_in == lane.waits_in &&
                                  shown[g]->place.line == lane.place.line);
            }
            if (known) {
                continue;
            }
            shown[groups++] = &lane;
            const int printed = snprintf(
                text + used, sizeof text - used,
                "%s block (%u,%u,%u) thread (%u,%u,%u) waits in %s at %s:%d",
                used == 0 ? "" : "; ", lane.block.x, lane.block.y, lane.block.z, lane.thread.x,
                lane.thread.y, lane.thread.z, lane.waits_in, lane.place.file, lane.place.line);
            used += printed > 0 ? static_cast<size_t>(printed) : 0;
            used = used < sizeof text ? used : sizeof text - 1;
            if (lane.mask != 0) {
                const int more =
                    snprintf(text + used, sizeof text - used, " (mask 0x%08x)", lane.mask);
                used += more > 0 ? static_cast<size_t>(more) : 0;
                used = used < sizeof text ? used : sizeof text - 1;
            }
        }
    }
    fail(Place{nullptr, 0}, "deadlock, threads wait for others that never come: %s", text);
}

void run_others()
{
    Lane &me = this_lane();
    Warp &warp = *me.warp;
    if (warp.runnable != 0) {
        resume(me, choose_lane(warp));
        return;
    }
    Lane *next = nullptr;
    if (warp.block->runnable_warps != 0 && (plain_order || !schedule_random.once_in(4))) {
        next = &choose_in_block(*warp.block);
    } else {
        next = choose_anywhere();
    }
    if (next != nullptr) {
        resume(me, *next);
    } else if (grid.finished == grid.started) {
        back_to_host(); /* done, or on to the next block */
    } else {
        report_deadlock();
    }
}

void make_runnable(Warp &warp, unsigned lanes)
{
    warp.runnable |= lanes;
    if (warp.runnable != 0) {
        warp.block->runnable_warps |= 1u << warp.number;
    }
}

void stop_running(Warp &warp, unsigned lanes)
{
    warp.runnable &= ~lanes;
    if (warp.runnable == 0) {
        warp.block->runnable_warps &= ~(1u << warp.number);
    }
}

/* The current thread could go on; somebody else goes first. */
static void hand_over(uint32_t dice)
{
    Lane &me = this_lane();
    Lane *next = nullptr;
    if (dice % 4 == 0) {
        next = choose_anywhere();
    } else if (dice % 4 == 1) {
        next = &choose_in_block(*me.warp->block);
    } else {
        const unsigned others = me.warp->runnable & ~(1u << me.lane);
        if (others != 0) {
            const unsigned all = me.warp->runnable;
            me.warp->runnable = others;
            next = &choose_lane(*me.warp);
            me.warp->runnable = all;
        }
    }
    if (next != nullptr) {
        resume(me, *next);
    }
}

void after_meeting(Warp &warp)
{
    if (plain_order) {
        return;
    }
    const uint32_t dice = schedule_random.next();
    warp.rotation = dice & 31;
    warp.descending = (dice >> 5 & 1) != 0;
    if ((dice >> 8) % meetings_between_handovers == 0) {
        hand_over(dice >> 20);
    }
}

void after_barrier(Block &block)
{
    if (plain_order) {
        return;
    }
    for (Warp &warp : block.warps) {
        const uint32_t dice = schedule_random.next();
        warp.rotation = dice & 31;
        warp.descending = (dice >> 5 & 1) != 0;
    }
    if (schedule_random.once_in(2)) { /* or the last to arrive goes on first */
        hand_over(schedule_random.next());
    }
}

void set_schedule_seed(uint64_t seed)
{
    schedule_random = Random(seed);
    plain_order = seed == 0;
    poison_pattern = poison_patterns[seed % sizeof poison_patterns];
}

unsigned char poison_byte()
{
    return poison_pattern;
}

void may_yield()
{
    static uint32_t countdown = 1;
    if (current == nullptr || plain_order || --countdown != 0) {
        return;
    }
    countdown = 1 + schedule_random.below(longest_run_of_atomics);
    this_lane().warp->rotation = schedule_random.below(warp_lanes);
    hand_over(schedule_random.next());
}

} // namespace simt
