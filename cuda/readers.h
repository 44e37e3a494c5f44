/* readers.h - threads that fill slots with rows while the device works on others.
 *
 * Readers take chunks in order, one each, and hand over the slots they filled; who waits for them
 * gives slots back when the device is done with them. Sources without random access have one
 * reader. The only CUDA calls of a reader lock and unlock pages (slot.h).
 */
#ifndef RS_READERS_H
#define RS_READERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "cuda/average_batch.h"
#include "cuda/page_lock.h"
#include "cuda/ranges.h"
#include "cuda/ring.h"
#include "reassess/logits.h"

enum { RS_GPU_READERS = 4, RS_READERS_MAX = 16, RS_SLOTS_MAX = 63 * RS_RING_SLOTS };

typedef struct rs_read_plan {
    rs_row_range rows;
    const rs_averaging *averaging; /* not NULL: the rows of all members go into a slot
                                      (average_batch.h) */
    uint64_t chunk_rows;
    unsigned threads; /* at most */
    rs_ranges ranges;
    rs_page_lock *page_lock; /* what is learnt is kept there */
} rs_read_plan;

typedef struct rs_readers {
    rs_source *source;
    rs_read_plan plan;

    pthread_t thread[RS_READERS_MAX];
    unsigned threads; /* that were started */
    pthread_mutex_t lock;
    pthread_cond_t changed;

    /* under the lock */
    uint64_t next_row;
    bool ended;   /* no further chunk is to be taken */
    unsigned reading; /* threads still at work */
    rs_slot *free_slot[RS_SLOTS_MAX];
    unsigned free_count;
    rs_slot *filled_slot[RS_SLOTS_MAX]; /* first in, first out */
    unsigned filled_count;
    rs_status status; /* of the failure nearest to the first row */
    uint64_t failed_row;
    rs_error error;
} rs_readers;

/* Fills `slots` slots, which are free, with rows of `source`. On failure nothing is left to
 * stop. */
rs_status rs_readers_start(rs_readers *readers, rs_slot *const *slot, size_t slots,
                              rs_source *source, const rs_read_plan *plan, rs_error *error);

/* A filled slot, or NULL: with `wait` at the end of the rows (or a failure), without it also when
 * none is ready. */
rs_slot *rs_readers_take(rs_readers *readers, bool wait);
void rs_readers_give_back(rs_readers *readers, rs_slot *slot);

/* Stops early or at the end, waits for the threads, and says whether a reader failed. */
rs_status rs_readers_stop(rs_readers *readers, rs_error *error);

#endif
