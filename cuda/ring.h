/* ring.h - the slots through which chunks of rows travel: page-locked memory, device memory,
 * results.
 *
 * Everything a slot does is in one stream, in order: copy in, kernel, copy out, event. Slots take
 * turns on the streams, so a copy of one overlaps with the kernel of another. A slot may be filled
 * again once its event has happened.
 */
#ifndef RS_RING_H
#define RS_RING_H

#include "cuda/device_labels.h"

enum { RS_RING_SLOTS = 4, RS_RING_STREAMS = 2 };

struct rs_lane;

/* What one chunk of a pass needs. */
typedef struct rs_chunk_plan {
    uint64_t rows;         /* at most, in a chunk */
    uint64_t row_bytes;    /* as the source hands them out */
    uint64_t mapped_bytes; /* a row, after the class map; 0 without */
    uint64_t result_bytes; /* a row; 0: no results are asked for */
} rs_chunk_plan;

typedef struct rs_ring_slot {
    struct rs_lane *lane; /* whose device it is */
    cudaStream_t stream;  /* one of the ring's */
    cudaEvent_t done;
    void *host;           /* page-locked: rows */
    void *locked;         /* or where most of them lie instead (page_lock.h); NULL: nowhere */
    uint64_t front_bytes; /* of the rows, before those at `locked` */
    uint64_t locked_bytes;
    double lock_ms; /* what locking took */
    void *host_results;
    rs_device_array rows, mapped, results;
    uint64_t first_row; /* what the slot holds */
    uint64_t row_count;
} rs_ring_slot;

typedef struct rs_ring {
    int device;
    cudaStream_t stream[RS_RING_STREAMS];
    rs_ring_slot slot[RS_RING_SLOTS];
    uint64_t host_bytes; /* room in every slot */
    uint64_t host_result_bytes;
} rs_ring;

/* Streams and events; no memory yet. */
rs_status rs_ring_open(rs_ring *ring, int device, rs_error *error);

/* Sets plan->rows: chunks of some MB, smaller when `memory_limit` bytes of device memory (0: a
 * default) would not hold a ring, or when the rows would not fill all slots of `rings` rings. */
void rs_chunk_plan_rows(rs_chunk_plan *plan, uint64_t pass_rows, uint64_t rings,
                        uint64_t memory_limit);

/* Makes room for chunks of plan->rows, and makes these smaller as long as the device says that it
 * is full. */
rs_status rs_ring_reserve(rs_ring *ring, rs_chunk_plan *plan, rs_error *error);
void rs_ring_close(rs_ring *ring);

#endif
