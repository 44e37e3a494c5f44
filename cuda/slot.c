/* slot.c - the memory of a slot, and its rows on their way to the device. */
#include "cuda/slot.h"

#include <string.h>
#include <unistd.h>

#include "cuda/device_error.h"

rs_status rs_slot_open(rs_slot *slot, int device, cudaStream_t stream, rs_error *error)
{
    *slot = (rs_slot){.device = device, .stream = stream};
    return RS_CUDA(cudaEventCreateWithFlags(&slot->done, cudaEventDisableTiming |
                                                             cudaEventBlockingSync),
                   device, error);
}

/* ---- memory ---- */

static void free_host(void **memory, uint64_t *room)
{
    if (*memory != NULL) {
        (void)cudaFreeHost(*memory);
    }
    *memory = NULL;
    *room = 0;
}

static rs_status reserve_host(void **memory, uint64_t *room, uint64_t bytes, int device,
                              rs_error *error)
{
    if (bytes <= *room) {
        return RS_OK;
    }
    free_host(memory, room);
    RS_TRY(RS_CUDA(cudaHostAlloc(memory, bytes, cudaHostAllocDefault), device, error));
    *room = bytes;
    return RS_OK;
}

rs_status rs_slot_reserve(rs_slot *slot, const rs_chunk_plan *plan, rs_error *error)
{
    const int device = slot->device;
    const uint64_t rows = plan->rows * plan->row_bytes;
    const uint64_t averaged = plan->rows * plan->averaged_bytes;
    const uint64_t results = plan->rows * plan->result_bytes;
    RS_TRY(reserve_host(&slot->host, &slot->host_bytes, rows, device, error));
    RS_TRY(reserve_host(&slot->host_results, &slot->host_result_bytes, results, device, error));
    RS_TRY(rs_device_array_reserve(&slot->rows, rows, device, error));
    RS_TRY(rs_device_array_reserve(&slot->averaged, averaged, device, error));
    RS_TRY(rs_device_array_reserve(&slot->results, results, device, error));
    return plan->held_bytes == 0
               ? RS_OK
               : rs_device_array_reserve(&slot->held, plan->rows * plan->held_bytes, device, error);
}

void rs_slot_free(rs_slot *slot)
{
    free_host(&slot->host, &slot->host_bytes);
    free_host(&slot->host_results, &slot->host_result_bytes);
    rs_device_array_free(&slot->rows);
    rs_device_array_free(&slot->averaged);
    rs_device_array_free(&slot->results);
    rs_device_array_free(&slot->held);
}

void rs_slot_close(rs_slot *slot)
{
    rs_slot_free(slot);
    if (slot->done != NULL) {
        (void)cudaEventDestroy(slot->done);
        slot->done = NULL;
    }
}

/* ---- rows ---- */

bool rs_slot_lock(rs_slot *slot, const void *first, uint64_t bytes)
{
    const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    const uint64_t over = (uintptr_t)first % page;
    const uint64_t front = over > 0 ? page - over : 0;
    const uint64_t inside = (bytes - front) / page * page;
    const unsigned char *const pages = (const unsigned char *)first + front;
    void *address = NULL;
    memcpy(&address, &pages, sizeof address); /* the call takes no const, and changes nothing */
    if (cudaSetDevice(slot->device) != cudaSuccess ||
        cudaHostRegister(address, inside, cudaHostRegisterReadOnly) != cudaSuccess) {
        (void)cudaGetLastError();
        return false;
    }
    unsigned char *const host = slot->host;
    memcpy(host, first, (size_t)front);
    memcpy(host + front + inside, pages + inside, (size_t)(bytes - front - inside));
    slot->locked = address;
    slot->front_bytes = front;
    slot->locked_bytes = inside;
    return true;
}

void rs_slot_unlock(rs_slot *slot)
{
    if (slot->locked != NULL) {
        (void)cudaSetDevice(slot->device);
        (void)cudaHostUnregister(slot->locked);
        (void)cudaGetLastError();
        slot->locked = NULL;
    }
}

static rs_status send(const rs_slot *slot, uint64_t at, const void *from, uint64_t bytes,
                      rs_error *error)
{
    if (bytes == 0) {
        return RS_OK;
    }
    return RS_CUDA(cudaMemcpyAsync((unsigned char *)slot->rows.memory + at, from, bytes,
                                   cudaMemcpyHostToDevice, slot->stream),
                   slot->device, error);
}

rs_status rs_slot_send(const rs_slot *slot, uint64_t bytes, rs_error *error)
{
    const unsigned char *const host = slot->host;
    if (slot->locked == NULL) {
        return send(slot, 0, host, bytes, error);
    }
    const uint64_t behind = slot->front_bytes + slot->locked_bytes;
    RS_TRY(send(slot, 0, host, slot->front_bytes, error));
    RS_TRY(send(slot, slot->front_bytes, slot->locked, slot->locked_bytes, error));
    return send(slot, behind, host + behind, bytes - behind, error);
}
