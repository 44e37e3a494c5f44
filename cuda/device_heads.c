/* device_heads.c - a tile of features comes in, every head makes logits of it, which are scored
 * where they are.
 *
 * Copies go by the streams of the ring; everything else is in its first stream, in order: so one
 * handle of cuBLAS with one workspace will do, and one tile of logits. Tiles begin at multiples of
 * their size and are multiplied whole, whatever is in them: the bits of a row depend neither on the
 * range that is scored nor on what comes after it, nor on which of several devices gets the tile.
 */
#include "cuda/device_heads.h"

#include <stdlib.h>

#include "base/checked.h"
#include "cuda/device_error.h"
#include "cuda/head_task.h"
#include "cuda/row_batch.h"

enum { TILE_ROWS = 4096, TILE_ROWS_LEAST = 32, BLOCKS_PER_PROCESSOR = 8 };

static uint32_t blocks_for(const rs_heads_run *run, uint64_t count)
{
    const uint64_t blocks = count / RS_BLOCK_THREADS + 1;
    const uint64_t most = (uint64_t)run->gpu->multiprocessors * BLOCKS_PER_PROCESSOR;
    return (uint32_t)(blocks < most ? blocks : most);
}

/* ---- one tile ---- */

/* The features of a slot in the type of a product, made at most once a tile. */
static rs_status widen_features(rs_heads_run *run, const rs_slot *slot, rs_dtype dtype,
                                bool made[RS_WIDES], const void **features, rs_error *error)
{
    const uint64_t count = run->plan.rows * run->info->columns;
    const int which = dtype == RS_DTYPE_F64 ? RS_WIDE_F64 : RS_WIDE_F32;
    *features = slot->rows.memory;
    if (dtype == run->info->dtype) {
        return RS_OK;
    }
    *features = run->wide[which].memory;
    if (made[which]) {
        return RS_OK;
    }
    made[which] = true;
    return RS_CUDA(rs_launch_widen(run->info->dtype, slot->rows.memory, dtype,
                                   run->wide[which].memory, count, blocks_for(run, count),
                                   run->stream),
                   run->gpu->device, error);
}

static rs_status make_logits(rs_heads_run *run, const rs_device_head *head, const void *features,
                             rs_error *error)
{
    const uint32_t columns = run->task->job->pass->columns;
    const uint64_t count = run->plan.rows * columns;
    const rs_device_product product = {
        .dtype = head->dtype,
        .shape =
            {
                .rows = run->plan.rows,
                .columns = columns,
                .depth = run->info->columns,
                .left = features,
                .right = head->weight.memory,
                .right_transposed = true,
                .add = head->bias.memory != NULL,
                .out = run->logits.memory,
                .left_stride = run->info->columns,
                .right_stride = run->info->columns,
                .out_stride = columns,
            },
    };
    if (head->bias.memory != NULL) {
        RS_TRY(
            RS_CUDA(rs_launch_bias(head->logits_dtype, head->bias.memory, columns, run->plan.rows,
                                   run->logits.memory, blocks_for(run, count), run->stream),
                    run->gpu->device, error));
    }
    return rs_cublas_multiply(&run->gpu->cublas, &product, run->stream, error);
}

/* Rows of the tile that are before the range were only multiplied. */
static rs_status score_logits(rs_heads_run *run, size_t h, const rs_slot *slot, uint64_t skipped,
                              rs_error *error)
{
    const rs_pass *const pass = run->task->job->pass;
    const rs_device_head *const head = &run->heads[h];
    const uint64_t row_bytes = pass->columns * rs_dtype_bytes(head->logits_dtype);
    const uint64_t results_at = head->result_at * run->plan.rows;
    const rs_row_batch batch = {
        .rows = (const unsigned char *)run->logits.memory + skipped * row_bytes,
        .stride_bytes = row_bytes,
        .row_count = slot->row_count - skipped,
        .first_row = slot->first_row + skipped,
        .dtype = head->logits_dtype,
        .counters = (uint64_t *)run->counters.memory + h * run->counter_count,
        .layout = head->layout,
        .results = (unsigned char *)slot->results.memory + results_at,
        .host_results = (unsigned char *)slot->host_results + results_at,
    };
    return rs_row_batch_score(&batch, &run->gpu->labels, pass, run->gpu->multiprocessors,
                              run->stream, error);
}

static uint64_t skipped_rows(const rs_heads_run *run, const rs_slot *slot)
{
    const uint64_t begin = run->task->job->pass->rows.begin;
    return slot->first_row < begin ? begin - slot->first_row : 0;
}

/* Copies a tile in and fills up what is missing of it with zeros. */
static rs_status send_features(const rs_heads_run *run, const rs_slot *slot, rs_error *error)
{
    const int device = run->gpu->device;
    const uint64_t bytes = slot->row_count * run->plan.row_bytes;
    const uint64_t missing = run->plan.rows * run->plan.row_bytes - bytes;
    RS_TRY(rs_slot_send(slot, bytes, error));
    if (missing > 0) {
        RS_TRY(RS_CUDA(
            cudaMemsetAsync((unsigned char *)slot->rows.memory + bytes, 0, missing, slot->stream),
            device, error));
    }
    RS_TRY(RS_CUDA(cudaEventRecord(slot->done, slot->stream), device, error));
    return RS_CUDA(cudaStreamWaitEvent(run->stream, slot->done, 0), device, error);
}

rs_status rs_heads_send(rs_heads_run *run, const rs_slot *slot, rs_error *error)
{
    const rs_ranges ranges = run->task->job->ranges;
    const uint64_t skipped = skipped_rows(run, slot);
    bool made[RS_WIDES] = {false, false};
    rs_range_begin(ranges, "enqueue copy");
    rs_status status = send_features(run, slot, error);
    rs_range_end(ranges);
    rs_range_begin(ranges, "enqueue products");
    for (size_t h = 0; status == RS_OK && skipped < slot->row_count && h < run->task->count; ++h) {
        const void *features = NULL;
        status = widen_features(run, slot, run->heads[h].dtype, made, &features, error);
        if (status == RS_OK) {
            status = make_logits(run, &run->heads[h], features, error);
        }
        if (status == RS_OK) {
            status = score_logits(run, h, slot, skipped, error);
        }
    }
    rs_range_end(ranges);
    RS_TRY(status);
    return RS_CUDA(cudaEventRecord(slot->done, run->stream), run->gpu->device, error);
}

uint64_t rs_heads_deliver(const rs_heads_run *run, const rs_slot *slot)
{
    const rs_heads_task *const task = run->task;
    const uint64_t skipped = skipped_rows(run, slot);
    const uint64_t rows = skipped < slot->row_count ? slot->row_count - skipped : 0;
    unsigned char *const results = slot->host_results;
    for (size_t h = 0; task->results != NULL && h < task->count; ++h) {
        if (rows > 0 && task->results[h] != NULL) {
            rs_deliver_results(&run->heads[h].layout,
                               results + run->heads[h].result_at * run->plan.rows, rows,
                               task->results[h],
                               slot->first_row + skipped - task->job->pass->rows.begin);
        }
    }
    return rows;
}

/* ---- before the first tile ---- */

static rs_status send(const rs_heads_run *run, rs_device_array *array, const void *data,
                      uint64_t bytes, rs_error *error)
{
    const int device = run->gpu->device;
    RS_TRY(rs_device_array_send(array, data, bytes, device, run->stream, error));
    return RS_CUDA(cudaStreamSynchronize(run->stream), device, error);
}

static rs_status send_bias(const rs_heads_run *run, const rs_head *from, rs_device_head *head,
                           rs_error *error)
{
    float *narrow = NULL;
    if (from->bias == NULL) {
        return RS_OK;
    }
    if (head->logits_dtype == RS_DTYPE_F64) {
        return send(run, &head->bias, from->bias, from->classes * sizeof(double), error);
    }
    RS_TRY(RS_NEW(&narrow, from->classes, "a bias", error));
    for (uint32_t c = 0; c < from->classes; ++c) {
        narrow[c] = (float)from->bias[c];
    }
    const rs_status status = send(run, &head->bias, narrow, from->classes * sizeof(float), error);
    free(narrow);
    return status;
}

/* The type in which a head is multiplied with features of a type: the wider of the two; halves of
 * one type stay what they are, of two types they become F32. */
static rs_dtype product_dtype(rs_dtype head, rs_dtype features)
{
    if (head == RS_DTYPE_F64 || features == RS_DTYPE_F64) {
        return RS_DTYPE_F64;
    }
    return head == features ? head : RS_DTYPE_F32;
}

static rs_status send_head(rs_heads_run *run, const rs_head *from, rs_device_head *head,
                           rs_error *error)
{
    const uint64_t count = (uint64_t)from->classes * from->features;
    const uint64_t bytes = count * rs_dtype_bytes(from->dtype);
    head->dtype = product_dtype(from->dtype, run->info->dtype);
    head->logits_dtype = rs_head_logits_dtype(from, run->info->dtype);
    RS_TRY(send_bias(run, from, head, error));
    if (head->dtype == from->dtype) {
        return send(run, &head->weight, from->weight, bytes, error);
    }
    RS_TRY(send(run, &run->staged, from->weight, bytes, error));
    RS_TRY(rs_device_array_reserve(&head->weight, count * rs_dtype_bytes(head->dtype),
                                   run->gpu->device, error));
    RS_TRY(RS_CUDA(rs_launch_widen(from->dtype, run->staged.memory, head->dtype,
                                   head->weight.memory, count, blocks_for(run, count), run->stream),
                   run->gpu->device, error));
    return RS_CUDA(cudaStreamSynchronize(run->stream), run->gpu->device, error);
}

/* A power of two; not larger than the labels need, and such that ring and buffers fit into half of
 * the memory. The other half is for heads. */
static uint64_t choose_tile_rows(const rs_heads_run *run, uint64_t tile_bytes)
{
    const uint64_t slot_bytes = run->plan.row_bytes + run->plan.result_bytes;
    const uint64_t row_bytes = RS_RING_SLOTS * slot_bytes + tile_bytes;
    const uint64_t most = run->task->job->memory_bytes / 2 / row_bytes;
    uint64_t rows = TILE_ROWS_LEAST;
    while (rows < TILE_ROWS && rows < run->task->job->pass->labels.rows && rows * 2 <= most) {
        rows *= 2;
    }
    return rows;
}

static rs_status reserve(rs_heads_run *run, rs_error *error)
{
    const rs_pass *const pass = run->task->job->pass;
    const int device = run->gpu->device;
    bool wide[RS_WIDES] = {false, false};
    bool wide_logits = false;
    for (size_t h = 0; h < run->task->count; ++h) {
        rs_device_head *const head = &run->heads[h];
        head->layout =
            rs_result_layout_of(run->task->results != NULL ? run->task->results[h] : NULL);
        head->result_at = run->plan.result_bytes;
        run->plan.result_bytes += (head->layout.bytes + 7) / 8 * 8;
        if (head->dtype != run->info->dtype) {
            wide[head->dtype == RS_DTYPE_F64 ? RS_WIDE_F64 : RS_WIDE_F32] = true;
        }
        wide_logits = wide_logits || head->logits_dtype == RS_DTYPE_F64;
    }
    const size_t size = wide_logits ? sizeof(double) : sizeof(float);
    const uint64_t wide_bytes[RS_WIDES] = {
        wide[RS_WIDE_F32] ? run->info->columns * sizeof(float) : 0,
        wide[RS_WIDE_F64] ? run->info->columns * sizeof(double) : 0};
    run->plan.row_bytes = run->info->row_bytes;
    run->plan.rows = choose_tile_rows(run, pass->columns * size + wide_bytes[RS_WIDE_F32] +
                                               wide_bytes[RS_WIDE_F64]);
    const uint64_t rows = run->plan.rows;
    RS_TRY(rs_device_array_reserve(&run->logits, rows * pass->columns * size, device, error));
    for (int i = 0; i < RS_WIDES; ++i) {
        if (wide_bytes[i] > 0) {
            RS_TRY(rs_device_array_reserve(&run->wide[i], rows * wide_bytes[i], device, error));
        }
    }
    return rs_ring_reserve(&run->gpu->ring, &run->plan, error);
}

rs_status rs_heads_prepare(rs_heads_run *run, rs_error *error)
{
    const rs_pass *const pass = run->task->job->pass;
    const int device = run->gpu->device;
    RS_TRY(rs_gpu_use(run->gpu, error));
    run->counter_count =
        rs_tally_layout_of(pass->classes, pass->topk_count, pass->calibration).counters;
    const uint64_t counter_bytes = run->task->count * run->counter_count * sizeof(uint64_t);
    RS_TRY(RS_NEW(&run->heads, run->task->count, "heads", error));
    RS_TRY(rs_cublas_open(&run->gpu->cublas, device, error));
    for (size_t h = 0; h < run->task->count; ++h) {
        RS_TRY(send_head(run, &run->task->heads[h], &run->heads[h], error));
    }
    RS_TRY(rs_gpu_prepare(run->gpu, pass, error));
    RS_TRY(rs_device_array_reserve(&run->counters, counter_bytes, device, error));
    RS_TRY(RS_CUDA(cudaMemsetAsync(run->counters.memory, 0, counter_bytes, run->stream), device,
                   error));
    return reserve(run, error);
}

/* ---- after the last tile ---- */

rs_status rs_heads_fetch(const rs_heads_run *run, rs_error *error)
{
    for (size_t h = 0; h < run->task->count; ++h) {
        RS_TRY(rs_fetch_counters((const uint64_t *)run->counters.memory + h * run->counter_count,
                                 run->counter_count, run->gpu->device, run->stream,
                                 run->task->counters[h], error));
    }
    return RS_OK;
}

void rs_heads_release(rs_heads_run *run)
{
    rs_device_array *const array[] = {&run->wide[RS_WIDE_F32], &run->wide[RS_WIDE_F64],
                                      &run->staged, &run->logits, &run->counters};
    (void)rs_gpu_use(run->gpu, NULL);
    for (size_t i = 0; i < sizeof array / sizeof array[0]; ++i) {
        rs_device_array_free(array[i]);
    }
    for (size_t h = 0; run->heads != NULL && h < run->task->count; ++h) {
        rs_device_array_free(&run->heads[h].weight);
        rs_device_array_free(&run->heads[h].bias);
    }
    free(run->heads);
    run->heads = NULL;
}
