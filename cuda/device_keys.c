/* device_keys.c - keys go to the device, counts come back. */
#include "cuda/device_keys.h"

#include <stdlib.h>

#include "base/checked.h"
#include "cuda/device_error.h"
#include "cuda/key_task.h"

/* One block of memory: entries, sums, keys, unique keys, all of 8-byte numbers. */
static rs_status place(rs_device_array *memory, size_t count, int device, rs_key_task *task,
                       rs_error *error)
{
    const uint64_t bytes =
        sizeof(rs_key_count) + sizeof(rs_key_sums) + sizeof(uint64_t) + sizeof(uint64_t);
    RS_TRY(rs_device_array_reserve(memory, count * bytes, device, error));
    task->count = count;
    task->entry = memory->memory;
    task->sums = (rs_key_sums *)(void *)(task->entry + count);
    task->keys = (uint64_t *)(void *)(task->sums + count);
    task->unique = task->keys + count;
    return RS_OK;
}

static rs_status run(rs_key_task *task, int device, rs_error *error)
{
    rs_count_device_keys(task);
    switch (task->outcome) {
    case RS_KEYS_COUNTED:
        return RS_OK;
    case RS_KEYS_NO_MEMORY:
        return RS_CUDA(cudaErrorMemoryAllocation, device, error);
    default:
        (void)cudaGetLastError();
        return rs_fail(error, RS_DEVICE, NULL, rs_nowhere(),
                       RS_DEVICE_ADVICE,
                       "keys could not be counted on CUDA device %d (device_keys.c): %s", device,
                       task->text);
    }
}

static rs_status fetch(const rs_key_task *task, int device, rs_key_counts *counts, rs_error *error)
{
    rs_key_count *entry = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&entry, task->found, "counts of keys", error));
    RS_TRY_DONE(RS_CUDA(cudaMemcpyAsync(entry, task->entry, task->found * sizeof(rs_key_count),
                                        cudaMemcpyDeviceToHost, task->stream),
                        device, error));
    RS_TRY_DONE(RS_CUDA(cudaStreamSynchronize(task->stream), device, error));
    *counts = (rs_key_counts){.entry = entry, .count = task->found};
    return RS_OK;
done:
    free(entry);
    return status;
}

static rs_status count_there(rs_gpu *gpu, const uint64_t *keys, size_t count,
                             rs_device_array *memory, rs_key_counts *counts, rs_error *error)
{
    rs_key_task task = {.stream = gpu->ring.stream[0]};
    RS_TRY(rs_gpu_use(gpu, error));
    RS_TRY(place(memory, count, gpu->device, &task, error));
    rs_range_begin(gpu->ranges, "send keys");
    rs_status status = RS_CUDA(cudaMemcpyAsync(task.keys, keys, count * sizeof(uint64_t),
                                               cudaMemcpyHostToDevice, gpu->ring.stream[0]),
                               gpu->device, error);
    rs_range_end(gpu->ranges);
    RS_TRY(status);
    rs_range_begin(gpu->ranges, "sort and count keys");
    status = run(&task, gpu->device, error);
    rs_range_end(gpu->ranges);
    RS_TRY(status);
    rs_range_begin(gpu->ranges, "fetch counts");
    status = fetch(&task, gpu->device, counts, error);
    rs_range_end(gpu->ranges);
    return status;
}

rs_status rs_device_count_keys(rs_gpu *gpu, uint64_t *keys, size_t count, rs_key_counts *counts,
                               rs_error *error)
{
    rs_device_array memory = {.memory = NULL};
    *counts = (rs_key_counts){.entry = NULL};
    if (count == 0) {
        return rs_count_keys(keys, count, counts, error);
    }
    const rs_status status = count_there(gpu, keys, count, &memory, counts, error);
    if (status != RS_OK) {
        (void)cudaStreamSynchronize(gpu->ring.stream[0]); /* nothing is under way */
        (void)cudaGetLastError();
    }
    rs_device_array_free(&memory);
    if (status != RS_MEMORY) {
        return status;
    }
    rs_range_begin(gpu->ranges, "count keys on the host");
    const rs_status counted = rs_count_keys(keys, count, counts, error);
    rs_range_end(gpu->ranges);
    return counted;
}
