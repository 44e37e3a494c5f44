/* ring.c - the slots of a device and their memory, which is kept from pass to pass. */
#include "cuda/ring.h"

#include "cuda/device_error.h"

/* A chunk is large enough that its copy hides the launch of its kernel (about 10 us) a hundred
 * times, and small enough that the first kernel starts early. */
#define CHUNK_BYTES (UINT64_C(16) << 20)

rs_status rs_ring_open(rs_ring *ring, int device, rs_error *error)
{
    *ring = (rs_ring){.device = device};
    for (size_t i = 0; i < RS_RING_STREAMS; ++i) {
        RS_TRY(RS_CUDA(cudaStreamCreateWithFlags(&ring->stream[i], cudaStreamNonBlocking), device,
                       error));
    }
    for (size_t i = 0; i < RS_RING_SLOTS; ++i) {
        RS_TRY(rs_slot_open(&ring->slot[i], device, ring->stream[i % RS_RING_STREAMS], error));
    }
    return RS_OK;
}

void rs_chunk_plan_rows(rs_chunk_plan *plan, uint64_t pass_rows, uint64_t rings,
                        uint64_t memory_bytes)
{
    const uint64_t row =
        plan->row_bytes + plan->averaged_bytes + plan->result_bytes + plan->held_bytes;
    const uint64_t share = memory_bytes / RS_RING_SLOTS;
    const uint64_t bytes = share < CHUNK_BYTES ? share : CHUNK_BYTES;
    const uint64_t slots = RS_RING_SLOTS * rings;
    const uint64_t slot_rows = pass_rows / slots + (pass_rows % slots != 0);
    plan->rows = bytes / row;
    plan->rows = plan->rows < slot_rows ? plan->rows : slot_rows;
    plan->rows = plan->rows > 0 ? plan->rows : 1;
}

static rs_status reserve_slots(rs_ring *ring, const rs_chunk_plan *plan, rs_error *error)
{
    for (size_t i = 0; i < RS_RING_SLOTS; ++i) {
        RS_TRY(rs_slot_reserve(&ring->slot[i], plan, error));
    }
    return RS_OK;
}

static void free_slots(rs_ring *ring)
{
    for (size_t i = 0; i < RS_RING_SLOTS; ++i) {
        rs_slot_free(&ring->slot[i]);
    }
}

rs_status rs_ring_reserve(rs_ring *ring, rs_chunk_plan *plan, rs_error *error)
{
    rs_status status = reserve_slots(ring, plan, error);
    while (status == RS_MEMORY && plan->rows > 1) {
        free_slots(ring);
        plan->rows /= 2;
        status = reserve_slots(ring, plan, error);
    }
    if (status != RS_OK) {
        free_slots(ring);
    }
    return status;
}

void rs_ring_close(rs_ring *ring)
{
    for (size_t i = 0; i < RS_RING_STREAMS; ++i) {
        if (ring->stream[i] != NULL) {
            (void)cudaStreamSynchronize(ring->stream[i]);
        }
    }
    for (size_t i = 0; i < RS_RING_SLOTS; ++i) {
        rs_slot_close(&ring->slot[i]);
    }
    for (size_t i = 0; i < RS_RING_STREAMS; ++i) {
        if (ring->stream[i] != NULL) {
            (void)cudaStreamDestroy(ring->stream[i]);
        }
    }
    *ring = (rs_ring){.device = ring->device};
}
