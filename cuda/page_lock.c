/* page_lock.c - finding out whether locking pages pays, and whose they are. */
#include "cuda/page_lock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAMPLES = 2 }; /* of each way; the cheaper one counts, so that a hiccup does not decide */

void rs_page_lock_begin(rs_page_lock *lock)
{
    lock->area = 0;
    lock->area_end = 0;
}

/* Behind the next field of a line whose fields are parted by blanks. */
static const char *next_field(const char *at)
{
    at += strcspn(at, " ");
    return at + strspn(at, " ");
}

/* The area of memory that holds `at`, and whether a file (or a device) is behind it, as the system
 * lists them: "7f00-7f08 r--p 00000000 fe:00 4711 PATH", where memory has the inode 0. What cannot
 * be found out is taken for a file. */
static void find_area(rs_page_lock *lock, uintptr_t at)
{
    enum { INODE = 4 };
    char line[4352]; /* a path may be in it */
    lock->area = at;
    lock->area_end = at + 1;
    lock->area_is_file = true;
    FILE *const maps = fopen("/proc/self/maps", "re");
    if (maps == NULL) {
        return;
    }
    while (fgets(line, sizeof line, maps) != NULL) {
        char *behind = NULL;
        const uintptr_t begin = strtoul(line, &behind, 16);
        const uintptr_t end = *behind == '-' ? strtoul(behind + 1, NULL, 16) : 0;
        if (at >= begin && at < end) {
            const char *field = line;
            for (int i = 0; i < INODE; ++i) {
                field = next_field(field);
            }
            lock->area = begin;
            lock->area_end = end;
            lock->area_is_file = strtoul(field, NULL, 10) != 0;
            break;
        }
    }
    (void)fclose(maps);
}

static bool is_file(rs_page_lock *lock, const void *first, uint64_t bytes)
{
    const uintptr_t at = (uintptr_t)first;
    if (at < lock->area || at >= lock->area_end) {
        find_area(lock, at);
    }
    return lock->area_is_file || bytes > lock->area_end - at; /* the next area may be of one */
}

bool rs_page_lock_choose(rs_page_lock *lock, const void *first, uint64_t bytes)
{
    const uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    if (lock->refused || lock->mode == RS_PAGE_LOCKING_NEVER || bytes < 2 * page_bytes) {
        return false;
    }
    if (lock->mode == RS_PAGE_LOCKING_ALWAYS) {
        return true;
    }
    const bool trying = lock->copied >= SAMPLES && lock->tried < SAMPLES;
    if (!trying && (lock->locked < SAMPLES || lock->lock_cost >= lock->copy_cost)) {
        return false;
    }
    if (lock->mode == RS_PAGE_LOCKING_AUTO && is_file(lock, first, bytes)) {
        return false;
    }
    lock->tried += trying;
    return true;
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
