/* ring.c - memory of the ring, kept from pass to pass. */
#include "cuda/ring.h"

#include <string.h>

#include "cuda/device_error.h"

/* A chunk is large enough that its copy hides the launch of its kernel (about 10 us) a hundred
 * times, and small enough that the first kernel starts early. */
#define CHUNK_BYTES (UINT64_C(16) << 20)
#define MEMORY_LIMIT (UINT64_C(512) << 20)

rs_status rs_ring_open(rs_ring *ring, int device, rs_error *error)
{
    *ring = (rs_ring){.device = device};
    for (size_t i = 0; i < RS_RING_STREAMS; ++i) {
        RS_TRY(RS_CUDA(cudaStreamCreateWithFlags(&ring->stream[i], cudaStreamNonBlocking), device,
                       error));
    }
    for (size_t i = 0; i < RS_RING_SLOTS; ++i) {
        ring->slot[i].stream = ring->stream[i % RS_RING_STREAMS];
        RS_TRY(RS_CUDA(cudaEventCreateWithFlags(&ring->slot[i].done, cudaEventDisableTiming |
                                                                         cudaEventBlockingSync),
                       device, error));
    }
    return RS_OK;
}

static void free_memory(rs_ring *ring)
{
    for (size_t i = 0; i < RS_RING_SLOTS; ++i) {
        rs_ring_slot *const slot = &ring->slot[i];
        if (slot->host != NULL) {
            (void)cudaFreeHost(slot->host);
        }
        if (slot->host_results != NULL) {
            (void)cudaFreeHost(slot->host_results);
        }
        slot->host = NULL;
        slot->host_results = NULL;
        rs_device_array_free(&slot->rows);
        rs_device_array_free(&slot->mapped);
        rs_device_array_free(&slot->results);
    }
    ring->host_bytes = 0;
    ring->host_result_bytes = 0;
}

static rs_status reserve_host(void **memory, uint64_t bytes, int device, rs_error *error)
{
    if (*memory != NULL) {
        (void)cudaFreeHost(*memory);
        *memory = NULL;
    }
    if (bytes == 0) {
        return RS_OK;
    }
    return RS_CUDA(cudaHostAlloc(memory, bytes, cudaHostAllocDefault), device, error);
}

static rs_status reserve_slots(rs_ring *ring, const rs_chunk_plan *plan, rs_error *error)
{
    const uint64_t host = plan->rows * plan->row_bytes;
    const uint64_t results = plan->rows * plan->result_bytes;
    for (size_t i = 0; i < RS_RING_SLOTS; ++i) {
        rs_ring_slot *const slot = &ring->slot[i];
        if (ring->host_bytes < host) {
            RS_TRY(reserve_host(&slot->host, host, ring->device, error));
        }
        if (ring->host_result_bytes < results) {
            RS_TRY(reserve_host(&slot->host_results, results, ring->device, error));
        }
        RS_TRY(rs_device_array_reserve(&slot->rows, host, ring->device, error));
        RS_TRY(rs_device_array_reserve(&slot->mapped, plan->rows * plan->mapped_bytes,
                                       ring->device, error));
        RS_TRY(rs_device_array_reserve(&slot->results, results, ring->device, error));
    }
    ring->host_bytes = host > ring->host_bytes ? host : ring->host_bytes;
    ring->host_result_bytes =
        results > ring->host_result_bytes ? results : ring->host_result_bytes;
    return RS_OK;
}

void rs_chunk_plan_rows(rs_chunk_plan *plan, uint64_t pass_rows, uint64_t rings,
                        uint64_t memory_limit)
{
    const uint64_t row = plan->row_bytes + plan->mapped_bytes + plan->result_bytes;
    const uint64_t share = (memory_limit > 0 ? memory_limit : MEMORY_LIMIT) / RS_RING_SLOTS;
    const uint64_t bytes = share < CHUNK_BYTES ? share : CHUNK_BYTES;
    const uint64_t slots = RS_RING_SLOTS * rings;
    const uint64_t slot_rows = pass_rows / slots + (pass_rows % slots != 0);
    plan->rows = bytes / row;
    plan->rows = plan->rows < slot_rows ? plan->rows : slot_rows;
    plan->rows = plan->rows > 0 ? plan->rows : 1;
}

rs_status rs_ring_reserve(rs_ring *ring, rs_chunk_plan *plan, rs_error *error)
{
    rs_status status = reserve_slots(ring, plan, error);
    while (status == RS_MEMORY && plan->rows > 1) {
        free_memory(ring);
        plan->rows /= 2;
        status = reserve_slots(ring, plan, error);
    }
    if (status != RS_OK) {
        free_memory(ring);
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
    free_memory(ring);
    for (size_t i = 0; i < RS_RING_SLOTS; ++i) {
        if (ring->slot[i].done != NULL) {
            (void)cudaEventDestroy(ring->slot[i].done);
        }
    }
    for (size_t i = 0; i < RS_RING_STREAMS; ++i) {
        if (ring->stream[i] != NULL) {
            (void)cudaStreamDestroy(ring->stream[i]);
        }
    }
    *ring = (rs_ring){.device = ring->device};
}
