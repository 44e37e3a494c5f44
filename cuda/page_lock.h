/* page_lock.h - whether rows that lie in the memory of the host (somebody's array, a mapped file)
 * are sent from there, with their pages locked while a chunk is under way, or copied into a slot
 * first.
 *
 * Neither is always better. Locking costs work in the kernel for every page, copying costs a pass
 * over the bytes; which is more depends on the machine. So the first chunks are done in both ways,
 * both are timed, and the cheaper one is used from then on. Where locking is refused (a limit, a
 * file system, a device that cannot read such pages, pages that are locked already) rows are
 * copied. How pages are locked: slot.h.
 *
 * Pages of files are not locked unless that is asked for. A driver that locks a page as one to be
 * written to makes a private copy of it, or, of a mapping that is shared, marks it as changed, and
 * then the file may be written back: it is not known yet of any device that this does not happen
 * (CudaPageLock.AMappedFileIsNeitherCopiedNorChanged finds out).
 */
#ifndef RS_PAGE_LOCK_H
#define RS_PAGE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine_plugin.h"

/* What is known of the two ways. Not thread-safe: the readers use it under their lock. */
typedef struct rs_page_lock {
    rs_page_locking mode;
    bool refused;
    unsigned tried;              /* chunks that were locked to see what it costs */
    unsigned copied, locked;     /* chunks that were timed */
    double copy_cost, lock_cost; /* the least of them, ms a byte */
    uintptr_t area, area_end;    /* memory of which it is known ... */
    bool area_is_file;           /* ... what it is; of one pass, as it may go after that */
} rs_page_lock;

/* Before the first chunk of a pass. */
void rs_page_lock_begin(rs_page_lock *lock);

/* Whether to lock a chunk of so many bytes; counted as tried. One of less than two pages may hold
 * no whole page and is copied. */
bool rs_page_lock_choose(rs_page_lock *lock, const void *first, uint64_t bytes);
void rs_page_lock_refuse(rs_page_lock *lock);
void rs_page_lock_learn(rs_page_lock *lock, bool locked, double ms, uint64_t bytes);

#endif
