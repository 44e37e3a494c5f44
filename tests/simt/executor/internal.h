/* internal.h - a grid while it runs: blocks, warps, lanes, and who may run next.
 *
 * One kernel runs at a time. A few of its blocks are resident; each has its threads' fibers. A lane
 * runs until it has to wait (a warp primitive, a barrier), lets others go first (may_yield) or
 * ends; then the scheduler (schedule.cc) switches straight to another lane's fiber.
 *
 *     grid.cc          starts a kernel, gives blocks to the resident slots, ends
 *     schedule.cc      which lane next, by seed; deadlock
 *     meeting.cc       lanes of a warp meet: shuffles, votes, reductions, __syncwarp
 *     barrier.cc       threads of a block meet
 *     static_shared.cc __shared__ variables: found, poisoned, swapped
 *     report.cc        a check failed
 */
#ifndef SIMT_EXECUTOR_INTERNAL_H
#define SIMT_EXECUTOR_INTERNAL_H

#include <cstdint>
#include <memory>
#include <vector>

#include "executor/context.h"
#include "executor/random.h"
#include "simt/barriers.h"
#include "simt/launch.h"

namespace simt {

struct Block;
struct Warp;

constexpr unsigned warp_lanes = 32;

/* A CUDA thread of a resident block. */
struct Lane : ThreadView {
    Context *fiber;
    Warp *warp;
    const char *waits_in; /* primitive, NULL while it can run; with place and mask for reports */
    Place place;
    unsigned mask;
    bool fenced; /* has executed a __threadfence */
};

/* Lanes that named the same mask, on their way to meet or just met. Two rounds are kept: a lane can
 * be at most one meeting ahead of the slowest lane of its mask. */
struct Meeting {
    unsigned mask, arrived;
    unsigned unread; /* lanes that have not fetched the results of the last round */
    unsigned round;
    const char *name;
    Place place;
    uint64_t values[2][warp_lanes];
    uint64_t result[2];
};
constexpr unsigned max_meetings = warp_lanes + 1;

struct Warp {
    Block *block;
    Lane *lanes; /* present ones come first */
    unsigned number;
    unsigned present, exited, runnable; /* bit per lane */
    unsigned rotation;                  /* order in which its lanes are taken */
    bool descending;
    unsigned meeting_count;
    Meeting meetings[max_meetings];
};

struct Block {
    uint64_t number; /* x fastest */
    uint3 index;
    unsigned slot; /* which of the resident ones */
    std::vector<Warp> warps;
    std::vector<Lane> lanes;
    unsigned runnable_warps; /* bit per warp */
    unsigned exited;
    bool active;
    /* barrier */
    unsigned arrived, round;
    const char *barrier_name;
    Place barrier_place;
    int votes[2][3];
    /* shared memory */
    char *dynamic_shared;
    std::vector<char> parked_shared; /* its __shared__ variables while another block uses them */
    /* ThreadSanitizer: addresses that stand for the block's synchronisations, new for every block,
     * so that nothing orders one block after another */
    char *sync_points;
};

struct Grid {
    const Launch *launch;
    char name[96];
    uint64_t blocks, started, finished;
    uint64_t next_block; /* index into the permutation, which is longer than the grid */
    uint64_t order_mask, order_multiplier, order_offset; /* a permutation of the blocks */
    unsigned threads;
    std::vector<std::unique_ptr<Block>> resident; /* the first resident_count of them */
    unsigned resident_count;
    Block *shared_owner; /* whose __shared__ variables are in place */
    Context host;
    char start_point, end_point; /* ThreadSanitizer: every thread starts after, ends before */
    bool failed;
};

extern Grid grid;
extern Random schedule_random;
extern bool plain_order; /* seed 0 */

inline Lane &this_lane()
{
    return *static_cast<Lane *>(current);
}

/* ---- schedule.cc ---- */
/* The current lane has been made unrunnable (or has ended): runs others until it is runnable again.
 * */
void run_others();
/* A new order for the warp's lanes; now and then hands over to another warp or block. */
void after_meeting(Warp &warp);
void after_barrier(Block &block);
void make_runnable(Warp &warp, unsigned lanes);
void stop_running(Warp &warp, unsigned lanes);
[[noreturn]] void leave_kernel(); /* back to the host, for good */
void back_to_host();
Lane *first_lane();
void enter_lane(Context &from, Lane &next);

/* ---- grid.cc ---- */
bool start_next_block(Block &block); /* false: there is none left */
void end_block(Block &block);
/* False: the address is in no guard page of dynamic shared memory. */
bool describe_dynamic_shared(const void *address, char *text, size_t capacity);

/* ---- meeting.cc, barrier.cc: what a thread's end means to them ---- */
void check_exit_from_warp(const Lane &lane);
void check_exit_from_block(const Lane &lane);
/* Block::sync_points: the barrier's two rounds, then two for every meeting of every warp. */
constexpr size_t sync_point_stride = 8;
constexpr size_t sync_point_bytes = (2 + 2 * 32 * max_meetings) * sync_point_stride;

/* ---- static_shared.cc ---- */
size_t static_shared_bytes();                         /* all variables of the program */
size_t static_shared_bytes_of(const void *kernel);    /* those declared in this kernel */
const char *kernel_name(const void *kernel);          /* from the symbol table; "" if not found */
void poison_static_shared(unsigned char pattern);
void park_static_shared(std::vector<char> &where);    /* out of place */
void restore_static_shared(const std::vector<char> &from);
void refresh_symbols();

/* ---- report.cc ---- */
bool catching();
void set_catching(bool on);
void set_message(const char *text);
const char *message();
void describe_current(char *text,
                      size_t capacity); /* "KERNEL block (x,y,z) thread (x,y,z) " or "" */

} // namespace simt

#endif
