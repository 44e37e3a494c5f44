/* slot.h - what one chunk of rows travels through: page-locked memory, device memory, results.
 *
 * Everything a slot does is in one stream, in order: copy in, kernel, copy out, event. It may be
 * filled again once its event has happened.
 */
#ifndef RS_SLOT_H
#define RS_SLOT_H

#include <cuda_runtime_api.h>
#include <stdbool.h>

#include "cuda/device_array.h"

/* What one chunk of a pass needs. */
typedef struct rs_chunk_plan {
    uint64_t rows;           /* at most, in a chunk */
    uint64_t row_bytes;      /* as the source hands them out */
    uint64_t averaged_bytes; /* a row, where it is made of several; 0: it is not */
    uint64_t result_bytes;   /* a row; 0: no results are asked for */
    uint64_t held_bytes;     /* a row, of results that stay on the device */
} rs_chunk_plan;

typedef struct rs_slot {
    int device;
    size_t gpu;          /* which one of those that share a pass (gpu_set.h) that is */
    cudaStream_t stream; /* somebody else's */
    cudaEvent_t done;
    void *host;           /* page-locked: rows */
    void *locked;         /* or where most of them lie instead (page_lock.h); NULL: nowhere */
    uint64_t front_bytes; /* of the rows, before those at `locked` */
    uint64_t locked_bytes;
    double lock_ms; /* what locking took */
    void *host_results;
    uint64_t host_bytes, host_result_bytes; /* room */
    rs_device_array rows, averaged, results, held;
    uint64_t first_row; /* what the slot holds */
    uint64_t row_count;
} rs_slot;

/* An event, no memory yet. */
rs_status rs_slot_open(rs_slot *slot, int device, cudaStream_t stream, rs_error *error);

/* Makes room for a chunk of plan->rows; what is there and large enough is kept. */
rs_status rs_slot_reserve(rs_slot *slot, const rs_chunk_plan *plan, rs_error *error);
void rs_slot_free(rs_slot *slot); /* its memory */
void rs_slot_close(rs_slot *slot);

/* Makes `bytes` bytes (two pages or more) at `first` the rows of the slot where they lie: only
 * whole pages inside are locked, so that neighbours never ask for the same page, and the bytes
 * before and after them are copied. False when that is refused; then nothing has changed. The
 * slot's device becomes the current one, here and when pages are unlocked. */
bool rs_slot_lock(rs_slot *slot, const void *first, uint64_t bytes);
/* Once the device is done with the slot. Nothing happens to slots that are not locked. */
void rs_slot_unlock(rs_slot *slot);

/* Sends the rows of a slot to the device, in its stream, from wherever they are. */
rs_status rs_slot_send(const rs_slot *slot, uint64_t bytes, rs_error *error);

#endif
