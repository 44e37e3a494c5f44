/* device_keys.c - keys go to the device or are made there, counts come back. */
#include "cuda/device_keys.h"

#include <assert.h>
#include <stdlib.h>

#include "base/checked.h"
#include "cuda/device_error.h"
#include "cuda/key_task.h"
#include "cuda/pair_task.h"
#include "engine/pair_key.h"

/* One block of memory: entries, sums, unique keys, all of 8-byte numbers. */
static rs_status place(rs_device_array *memory, size_t count, int device, rs_key_task *task,
                       rs_error *error)
{
    const uint64_t bytes = sizeof(rs_key_count) + sizeof(rs_key_sums) + sizeof(uint64_t);
    RS_TRY(rs_device_array_reserve(memory, count * bytes, device, error));
    task->count = count;
    task->entry = memory->memory;
    task->sums = (rs_key_sums *)(void *)(task->entry + count);
    task->unique = (uint64_t *)(void *)(task->sums + count);
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

/* Counts keys[count], which are on the device, in the first stream. */
static rs_status count_there(rs_gpu *gpu, uint64_t *keys, size_t count, rs_key_counts *counts,
                             rs_error *error)
{
    rs_key_task task = {.keys = keys, .stream = gpu->ring.stream[0]};
    rs_device_array memory = {.memory = NULL};
    rs_status status = RS_OK;
    RS_TRY_DONE(place(&memory, count, gpu->device, &task, error));
    rs_range_begin(gpu->ranges, "sort and count keys");
    status = run(&task, gpu->device, error);
    rs_range_end(gpu->ranges);
    RS_TRY_DONE(status);
    rs_range_begin(gpu->ranges, "fetch counts");
    status = fetch(&task, gpu->device, counts, error);
    rs_range_end(gpu->ranges);
done:
    if (status != RS_OK) {
        (void)cudaStreamSynchronize(gpu->ring.stream[0]); /* nothing is under way */
        (void)cudaGetLastError();
    }
    rs_device_array_free(&memory);
    return status;
}

static rs_status count_here(const rs_gpu *gpu, uint64_t *keys, size_t count, rs_key_counts *counts,
                            rs_error *error)
{
    rs_range_begin(gpu->ranges, "count keys on the host");
    const rs_status status = rs_count_keys(keys, count, counts, error);
    rs_range_end(gpu->ranges);
    return status;
}

/* ---- keys of the host ---- */

static rs_status send_and_count(rs_gpu *gpu, const uint64_t *keys, size_t count,
                                rs_device_array *sent, rs_key_counts *counts, rs_error *error)
{
    RS_TRY(rs_gpu_use(gpu, error));
    rs_range_begin(gpu->ranges, "send keys");
    const rs_status status = rs_device_array_send(sent, keys, count * sizeof(uint64_t), gpu->device,
                                                  gpu->ring.stream[0], error);
    rs_range_end(gpu->ranges);
    RS_TRY(status);
    return count_there(gpu, sent->memory, count, counts, error);
}

rs_status rs_device_count_keys(rs_gpu *gpu, uint64_t *keys, size_t count, rs_key_counts *counts,
                               rs_error *error)
{
    rs_device_array sent = {.memory = NULL};
    *counts = (rs_key_counts){.entry = NULL};
    if (count == 0) {
        return rs_count_keys(keys, count, counts, error);
    }
    const rs_status status = send_and_count(gpu, keys, count, &sent, counts, error);
    if (status != RS_OK) {
        (void)cudaStreamSynchronize(gpu->ring.stream[0]);
        (void)cudaGetLastError();
    }
    rs_device_array_free(&sent);
    return status == RS_MEMORY ? count_here(gpu, keys, count, counts, error) : status;
}

/* ---- pairs of a pass ---- */

static size_t keys_of(const rs_pass *pass)
{
    return (size_t)(pass->rows.end - pass->rows.begin);
}

rs_status rs_device_pairs_prepare(rs_gpu *gpu, const rs_pass *pass, rs_error *error)
{
    const size_t bytes = keys_of(pass) * sizeof(uint64_t);
    static_assert(RS_NO_PAIR == UINT64_MAX, "of bytes that are all alike");
    RS_TRY(rs_gpu_use(gpu, error));
    RS_TRY(rs_device_array_reserve(&gpu->pair_keys, bytes, gpu->device, error));
    return RS_CUDA(cudaMemsetAsync(gpu->pair_keys.memory, 0xff, bytes, gpu->ring.stream[0]),
                   gpu->device, error);
}

rs_status rs_device_pairs_write(const rs_gpu *gpu, const rs_pass *pass,
                                const rs_device_results *results, uint64_t first_row,
                                uint64_t row_count, cudaStream_t stream, rs_error *error)
{
    const rs_device_labels *const labels = &gpu->labels;
    const rs_pair_task task = {
        .row_count = row_count,
        .prediction = results->prediction,
        .keep = results->keep,
        .classes = pass->classes,
        .original = (const int32_t *)labels->original.memory + first_row,
        .real_begin = (const uint32_t *)labels->real_begin.memory + first_row,
        .real_class = labels->real_class.memory,
        .key = (uint64_t *)gpu->pair_keys.memory + (first_row - pass->rows.begin),
    };
    return RS_CUDA(rs_launch_pairs(&task, gpu->multiprocessors, stream), gpu->device, error);
}

/* Where the device has no room to sort. */
static rs_status fetch_and_count(rs_gpu *gpu, size_t count, rs_key_counts *counts, rs_error *error)
{
    uint64_t *keys = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&keys, count, "keys", error));
    RS_TRY_DONE(RS_CUDA(cudaMemcpyAsync(keys, gpu->pair_keys.memory, count * sizeof(uint64_t),
                                        cudaMemcpyDeviceToHost, gpu->ring.stream[0]),
                        gpu->device, error));
    RS_TRY_DONE(RS_CUDA(cudaStreamSynchronize(gpu->ring.stream[0]), gpu->device, error));
    RS_TRY_DONE(count_here(gpu, keys, count, counts, error));
done:
    free(keys);
    return status;
}

/* Rows of other devices, and those without a pair. */
static void drop_no_pairs(rs_key_counts *counts)
{
    size_t kept = 0;
    for (size_t i = 0; i < counts->count; ++i) {
        if (counts->entry[i].key != RS_NO_PAIR >> RS_KEY_MARKS) {
            counts->entry[kept++] = counts->entry[i];
        }
    }
    counts->count = kept;
}

rs_status rs_device_pairs_count(rs_gpu *gpu, const rs_pass *pass, rs_key_counts *counts,
                                rs_error *error)
{
    const size_t count = keys_of(pass);
    rs_key_counts own = {.entry = NULL};
    if (count == 0) {
        return RS_OK;
    }
    rs_range_begin(gpu->ranges, "count keys");
    rs_status status = count_there(gpu, gpu->pair_keys.memory, count, &own, error);
    if (status == RS_MEMORY) {
        status = fetch_and_count(gpu, count, &own, error);
    }
    if (status == RS_OK) {
        drop_no_pairs(&own);
        status = rs_key_counts_add(counts, &own, error);
    }
    rs_range_end(gpu->ranges);
    free(own.entry);
    return status;
}
