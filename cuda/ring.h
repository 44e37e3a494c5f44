/* ring.h - the streams of a device and the slots that take turns on them: a copy of one overlaps
 * with the kernel of another.
 */
#ifndef RS_RING_H
#define RS_RING_H

#include "cuda/slot.h"

enum { RS_RING_SLOTS = 4, RS_RING_STREAMS = 2 };

typedef struct rs_ring {
    int device;
    cudaStream_t stream[RS_RING_STREAMS];
    rs_slot slot[RS_RING_SLOTS];
} rs_ring;

/* Streams and events; no memory yet. */
rs_status rs_ring_open(rs_ring *ring, int device, rs_error *error);

/* Sets plan->rows: chunks of some MB, smaller when `memory_bytes` bytes of device memory would not
 * hold a ring, or when the rows would not fill all slots of `rings` rings. */
void rs_chunk_plan_rows(rs_chunk_plan *plan, uint64_t pass_rows, uint64_t rings,
                        uint64_t memory_bytes);

/* Makes room for chunks of plan->rows, and makes these smaller as long as the device says that it
 * is full. */
rs_status rs_ring_reserve(rs_ring *ring, rs_chunk_plan *plan, rs_error *error);
void rs_ring_close(rs_ring *ring);

#endif
