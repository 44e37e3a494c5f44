/* barrier.cc - the threads of a block meet; fences. */
#include "executor/internal.h"
#include "executor/sanitizers.h"

#include <cstring>

namespace simt {

static void check_barrier(const Block &block, const char *name, Place place)
{
    if (block.exited != 0) {
        fail(place, "%s: %u threads of the block have exited and will never come", name,
             block.exited);
    }
    if (block.arrived != 0 &&
        (block.barrier_place.line != place.line || strcmp(block.barrier_name, name) != 0 ||
         strcmp(block.barrier_place.file, place.file) != 0)) {
        fail(place,
             "threads of one block wait at different barriers: %s here, %u threads in %s at %s:%d",
             name, block.arrived, block.barrier_name, block.barrier_place.file,
             block.barrier_place.line);
    }
}

int barrier(int predicate, Vote vote, const char *name, Place place)
{
    Lane &lane = this_lane();
    Block &block = *lane.warp->block;
    check_barrier(block, name, place);
    const unsigned slot = block.round & 1;
    int *const votes = block.votes[slot];
    if (block.arrived == 0) {
        votes[static_cast<int>(Vote::count)] = 0;
        votes[static_cast<int>(Vote::all)] = 1;
        votes[static_cast<int>(Vote::any)] = 0;
        block.barrier_name = name;
        block.barrier_place = place;
    }
    votes[static_cast<int>(Vote::count)] += predicate != 0;
    votes[static_cast<int>(Vote::all)] &= predicate != 0;
    votes[static_cast<int>(Vote::any)] |= predicate != 0;
    void *const point = under_tsan ? block.sync_points + slot * sync_point_stride : nullptr;
    release(point);
    if (++block.arrived == grid.threads) {
        block.arrived = 0;
        block.round++;
        for (Warp &warp : block.warps) {
            make_runnable(warp, warp.present);
        }
        after_barrier(block);
    } else {
        lane.waits_in = name;
        lane.place = place;
        lane.mask = 0;
        stop_running(*lane.warp, 1u << lane.lane);
        run_others();
        lane.waits_in = nullptr;
    }
    acquire(point);
    return votes[static_cast<int>(vote)];
}

void check_exit_from_block(const Lane &lane)
{
    const Block &block = *lane.warp->block;
    if (block.arrived != 0) {
        fail(block.barrier_place, "the thread exits while %u threads of its block wait in %s",
             block.arrived, block.barrier_name);
    }
}

/* To ThreadSanitizer a fence makes the thread's later atomics publish what it wrote before. Atomics
 * always take up what others published: without a fence on the writing side that is nothing. */
void fence()
{
    if (current != nullptr) {
        this_lane().fenced = true;
        may_yield();
    }
}

void before_atomic(const void *address)
{
    may_yield();
    if (under_tsan && current != nullptr && this_lane().fenced) {
        release(const_cast<void *>(address));
    }
}

void after_atomic(const void *address)
{
    if (under_tsan && current != nullptr) {
        acquire(const_cast<void *>(address));
    }
}

} // namespace simt
