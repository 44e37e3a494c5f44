/* page_lock.c - finding out whether locking pages pays. */
#include "cuda/page_lock.h"

#include <unistd.h>

enum { SAMPLES = 2 }; /* of each way; the cheaper one counts, so that a hiccup does not decide */

bool rs_page_lock_choose(rs_page_lock *lock, uint64_t bytes)
{
    const uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    if (lock->refused || lock->mode == RS_PAGE_LOCKING_NEVER || bytes < 2 * page_bytes) {
        return false;
    }
    if (lock->mode == RS_PAGE_LOCKING_ALWAYS) {
        return true;
    }
    if (lock->copied >= SAMPLES && lock->tried < SAMPLES) {
        ++lock->tried;
        return true;
    }
    return lock->locked >= SAMPLES && lock->lock_cost < lock->copy_cost;
}

void rs_page_lock_refuse(rs_page_lock *lock)
{
    lock->refused = true;
}

void rs_page_lock_learn(rs_page_lock *lock, bool locked, double ms, uint64_t bytes)
{
    unsigned *const count = locked ? &lock->locked : &lock->copied;
    double *const cost = locked ? &lock->lock_cost : &lock->copy_cost;
    const double mine = ms / (double)bytes;
    *cost = *count == 0 || mine < *cost ? mine : *cost;
    *count += *count < SAMPLES;
}
