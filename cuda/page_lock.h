/* page_lock.h - rows that lie in the memory of the host (a mapped file, somebody's array) can be
 * sent from there: their pages are locked while a chunk is under way, instead of being copied into
 * a slot first.
 *
 * Neither is always better. Locking costs work in the kernel for every page, copying costs a pass
 * over the bytes; which is more depends on the machine. So the first chunks are done in both ways,
 * both are timed, and the cheaper one is used from then on. Where locking is refused (a limit, a
 * file system, a device that cannot read such pages, pages that are locked already) rows are
 * copied.
 *
 * Only whole pages inside a chunk are locked, so that neighbours never ask for the same page. The
 * bytes before and after them are copied.
 */
#ifndef RS_PAGE_LOCK_H
#define RS_PAGE_LOCK_H

#include "cuda/ring.h"
#include "engine/engine_plugin.h"

/* What is known of the two ways. Not thread-safe: the readers use it under their lock. */
typedef struct rs_page_lock {
    rs_page_locking mode;
    bool refused;
    unsigned tried;              /* chunks that were locked to see what it costs */
    unsigned copied, locked;     /* chunks that were timed */
    double copy_cost, lock_cost; /* the least of them, ms a byte */
} rs_page_lock;

/* Whether to lock a chunk of so many bytes; counted as tried. One of less than two pages may hold
 * no whole page and is copied. */
bool rs_page_lock_choose(rs_page_lock *lock, uint64_t bytes);
void rs_page_lock_refuse(rs_page_lock *lock);
void rs_page_lock_learn(rs_page_lock *lock, bool locked, double ms, uint64_t bytes);

/* Makes `bytes` bytes (two pages or more) at `first` the rows of the slot where they lie. False
 * when that is refused; then nothing has changed. The current device is the slot's. */
bool rs_slot_lock(rs_ring_slot *slot, const void *first, uint64_t bytes);
/* Once the device is done with the slot. Nothing happens to slots that are not locked. */
void rs_slot_unlock(rs_ring_slot *slot);

/* Sends the rows of a slot to the device, in its stream, from wherever they are. */
rs_status rs_slot_send(const rs_ring_slot *slot, uint64_t bytes, int device, rs_error *error);

#endif
