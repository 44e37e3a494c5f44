/* page_lock.c - locking pages of rows, and finding out whether it pays. */
#include "cuda/page_lock.h"

#include <string.h>
#include <unistd.h>

#include "cuda/device_error.h"

enum { SAMPLES = 2 }; /* of each way; the cheaper one counts, so that a hiccup does not decide */

static uint64_t page_bytes(void)
{
    return (uint64_t)sysconf(_SC_PAGESIZE);
}

bool rs_page_lock_choose(rs_page_lock *lock, uint64_t bytes)
{
    if (lock->refused || lock->mode == RS_PAGE_LOCKING_NEVER || bytes < 2 * page_bytes()) {
        return false;
    }
    if (lock->mode == RS_PAGE_LOCKING_ALWAYS) {
        return true;
    }
    if (lock->copied >= SAMPLES && lock->tried < SAMPLES) {
        ++lock->tried;
        return true;
    }
    return lock->locked >= SAMPLES && lock->lock_cost < lock->copy_cost;
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

bool rs_slot_lock(rs_ring_slot *slot, const void *first, uint64_t bytes)
{
    const uint64_t page = page_bytes();
    const uint64_t over = (uintptr_t)first % page;
    const uint64_t front = over > 0 ? page - over : 0;
    const uint64_t inside = (bytes - front) / page * page;
    const unsigned char *const pages = (const unsigned char *)first + front;
    void *address = NULL;
    memcpy(&address, &pages, sizeof address); /* the call takes no const, and changes nothing */
    if (cudaHostRegister(address, inside, cudaHostRegisterReadOnly) != cudaSuccess) {
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

void rs_slot_unlock(rs_ring_slot *slot)
{
    if (slot->locked != NULL) {
        (void)cudaHostUnregister(slot->locked);
        (void)cudaGetLastError();
        slot->locked = NULL;
    }
}

static rs_status send(const rs_ring_slot *slot, uint64_t at, const void *from, uint64_t bytes,
                      int device, rs_error *error)
{
    if (bytes == 0) {
        return RS_OK;
    }
    return RS_CUDA(cudaMemcpyAsync((unsigned char *)slot->rows.memory + at, from, bytes,
                                   cudaMemcpyHostToDevice, slot->stream),
                   device, error);
}

rs_status rs_slot_send(const rs_ring_slot *slot, uint64_t bytes, int device, rs_error *error)
{
    const unsigned char *const host = slot->host;
    if (slot->locked == NULL) {
        return send(slot, 0, host, bytes, device, error);
    }
    const uint64_t behind = slot->front_bytes + slot->locked_bytes;
    RS_TRY(send(slot, 0, host, slot->front_bytes, device, error));
    RS_TRY(send(slot, slot->front_bytes, slot->locked, slot->locked_bytes, device, error));
    return send(slot, behind, host + behind, bytes - behind, device, error);
}
