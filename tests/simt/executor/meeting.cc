/* meeting.cc - the lanes of a warp meet: shuffles, votes, matches, reductions, __syncwarp. */
#include "executor/internal.h"
#include "executor/sanitizers.h"
#include "simt/warp.h"

#include <cstring>

namespace simt {

static bool same_text(const char *a, const char *b)
{
    return a == b || strcmp(a, b) == 0;
}

static bool same_place(Place a, Place b)
{
    return a.line == b.line && same_text(a.file, b.file);
}

static Meeting &meeting_of(Warp &warp, unsigned mask, Place place)
{
    for (unsigned i = 0; i < warp.meeting_count; i++) {
        if (warp.meetings[i].mask == mask) {
            return warp.meetings[i];
        }
    }
    Meeting *free = nullptr;
    for (unsigned i = 0; i < warp.meeting_count && free == nullptr; i++) {
        if (warp.meetings[i].arrived == 0 && warp.meetings[i].unread == 0) {
            free = &warp.meetings[i];
        }
    }
    if (free == nullptr) {
        if (warp.meeting_count == max_meetings) {
            fail(place, "more different masks in use in one warp than it has lanes");
        }
        free = &warp.meetings[warp.meeting_count++];
    }
    free->mask = mask;
    free->arrived = free->unread = free->round = 0;
    return *free;
}

static void check_mask(const Lane &lane, unsigned mask, const char *name, Place place)
{
    const Warp &warp = *lane.warp;
    if ((mask >> lane.lane & 1) == 0) {
        fail(place, "%s: calling lane %u is not in mask 0x%08x", name, lane.lane, mask);
    }
    if ((mask & warp.exited) != 0) {
        fail(place, "%s: mask 0x%08x names lanes that have exited: 0x%08x", name, mask,
             mask & warp.exited);
    }
}

/* What stands for one round of a meeting when ThreadSanitizer is told who is ordered after whom. */
static void *sync_point(const Meeting &meeting, const Warp &warp, unsigned slot)
{
    const size_t which = warp.number * max_meetings + static_cast<size_t>(&meeting - warp.meetings);
    return warp.block->sync_points + (2 + 2 * which + slot) * sync_point_stride;
}

/* Brings a value to the meeting of `mask` and returns when all its lanes have come. The last to
 * come finishes the round. Lanes that a partial last warp does not have are dropped from the mask.
 * */
template <class Finish>
static Meeting &meet(unsigned &mask, uint64_t value, const char *name, Place place, unsigned &slot,
                     Finish finish, bool orders_memory = false)
{
    Lane &lane = this_lane();
    Warp &warp = *lane.warp;
    const unsigned self = 1u << lane.lane;
    check_mask(lane, mask, name, place);
    mask &= warp.present;
    Meeting &meeting = meeting_of(warp, mask, place);
    slot = meeting.round & 1;
    if (meeting.arrived == 0) {
        meeting.name = name;
        meeting.place = place;
    } else if (!same_text(meeting.name, name) || !same_place(meeting.place, place)) {
        fail(place,
             "lanes of mask 0x%08x are at different primitives: lane %u in %s here, lanes 0x%08x "
             "in %s at %s:%d",
             mask, lane.lane, name, meeting.arrived, meeting.name, meeting.place.file,
             meeting.place.line);
    }
    orders_memory = orders_memory && under_tsan;
    void *const point = orders_memory ? sync_point(meeting, warp, slot) : nullptr;
    if (orders_memory) {
        release(point);
    }
    meeting.values[slot][lane.lane] = value;
    meeting.arrived |= self;
    if (meeting.arrived == mask) {
        finish(meeting, slot);
        meeting.arrived = 0;
        meeting.round++;
        meeting.unread = mask & ~self;
        make_runnable(warp, mask & ~self);
        after_meeting(warp);
    } else {
        lane.waits_in = name;
        lane.place = place;
        lane.mask = mask;
        stop_running(warp, self);
        run_others();
        lane.waits_in = nullptr;
        meeting.unread &= ~self;
    }
    if (orders_memory) {
        acquire(point);
    }
    return meeting;
}

static void nothing_to_finish(Meeting &, unsigned)
{
}

uint64_t shuffle(unsigned mask, uint64_t value, int source, bool in_range, const char *name,
                 Place place)
{
    unsigned slot;
    const unsigned named = mask;
    const Meeting &meeting = meet(mask, value, name, place, slot, nothing_to_finish);
    if (!in_range) {
        return value;
    }
    if ((mask >> source & 1) == 0) {
        fail(place, "%s: reads lane %d, which %s (mask 0x%08x)", name, source,
             (named >> source & 1) != 0 ? "the block does not have" : "is not in the mask", named);
    }
    return meeting.values[slot][source];
}

unsigned vote(unsigned mask, bool predicate, const char *name, Place place)
{
    unsigned slot;
    const Meeting &meeting =
        meet(mask, predicate, name, place, slot, [](Meeting &m, unsigned round) {
            uint64_t votes = 0;
            for (unsigned lanes = m.mask; lanes != 0; lanes &= lanes - 1) {
                const int lane = __builtin_ctz(lanes);
                votes |= m.values[round][lane] << lane;
            }
            m.result[round] = votes;
        });
    return static_cast<unsigned>(meeting.result[slot]);
}

static unsigned lanes_equal(const Meeting &meeting, unsigned slot, unsigned mask, uint64_t value)
{
    unsigned equal = 0;
    for (unsigned lanes = mask; lanes != 0; lanes &= lanes - 1) {
        const int lane = __builtin_ctz(lanes);
        equal |= meeting.values[slot][lane] == value ? 1u << lane : 0u;
    }
    return equal;
}

unsigned match_any(unsigned mask, uint64_t value, const char *name, Place place)
{
    unsigned slot;
    const Meeting &meeting = meet(mask, value, name, place, slot, nothing_to_finish);
    return lanes_equal(meeting, slot, mask, value);
}

unsigned match_all(unsigned mask, uint64_t value, int *all_equal, const char *name, Place place)
{
    unsigned slot;
    const Meeting &meeting = meet(mask, value, name, place, slot, nothing_to_finish);
    *all_equal = lanes_equal(meeting, slot, mask, value) == mask;
    return *all_equal ? mask : 0;
}

template <class T> static T combine(T a, T b, Reduction how)
{
    switch (how) {
    case Reduction::add:
        return static_cast<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
    case Reduction::minimum:
        return b < a ? b : a;
    case Reduction::maximum:
        return a < b ? b : a;
    case Reduction::bit_and:
        return a & b;
    case Reduction::bit_or:
        return a | b;
    case Reduction::bit_xor:
        return a ^ b;
    }
    return a;
}

template <class T>
static T reduce(unsigned mask, T value, Reduction how, const char *name, Place place)
{
    unsigned slot;
    const Meeting &meeting = meet(
        mask, static_cast<uint64_t>(value), name, place, slot, [how](Meeting &m, unsigned round) {
            unsigned lanes = m.mask;
            T result = static_cast<T>(m.values[round][__builtin_ctz(lanes)]);
            for (lanes &= lanes - 1; lanes != 0; lanes &= lanes - 1) {
                result =
                    combine(result, static_cast<T>(m.values[round][__builtin_ctz(lanes)]), how);
            }
            m.result[round] = static_cast<uint64_t>(result);
        });
    return static_cast<T>(meeting.result[slot]);
}

int64_t reduce_signed(unsigned mask, int64_t value, Reduction how, const char *name, Place place)
{
    return reduce(mask, value, how, name, place);
}

uint64_t reduce_unsigned(unsigned mask, uint64_t value, Reduction how, const char *name,
                         Place place)
{
    return reduce(mask, value, how, name, place);
}

void sync_warp(unsigned mask, Place place)
{
    unsigned slot;
    meet(mask, 0, "__syncwarp", place, slot, nothing_to_finish, true);
}

/* CUDA promises no more than that the caller is in it. */
unsigned active_mask()
{
    const Lane &lane = this_lane();
    return plain_order ? lane.warp->present & ~lane.warp->exited
                       : lane.warp->runnable & (schedule_random.next() | 1u << lane.lane);
}

void check_width(int width, const char *name, Place place)
{
    if (width < 1 || width > 32 || (width & (width - 1)) != 0) {
        fail(place, "%s: width %d is not a power of two up to 32", name, width);
    }
}

void check_exit_from_warp(const Lane &lane)
{
    const Warp &warp = *lane.warp;
    for (unsigned i = 0; i < warp.meeting_count; i++) {
        const Meeting &meeting = warp.meetings[i];
        if (meeting.arrived != 0 && (meeting.mask >> lane.lane & 1) != 0) {
            fail(meeting.place, "lane %u exits while lanes 0x%08x wait for it in %s (mask 0x%08x)",
                 lane.lane, meeting.arrived, meeting.name, meeting.mask);
        }
    }
}

} // namespace simt
