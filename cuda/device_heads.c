/* device_heads.c - a tile of features comes in, every head makes logits of it, which are scored
 * where they are.
 *
 * Copies go by the streams of the ring; everything else is in its first stream, in order: so one
 * handle of cuBLAS with one workspace will do, and one tile of logits. Tiles begin at multiples of
 * their size and are multiplied whole, whatever is in them: the bits of a row depend neither on the
 * range that is scored nor on what comes after it.
 */
#include "cuda/device_heads.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "cuda/device_error.h"
#include "cuda/head_task.h"
#include "cuda/read_ahead.h"
#include "cuda/row_results.h"

enum { TILE_ROWS = 4096, TILE_ROWS_LEAST = 32, BLOCKS_PER_PROCESSOR = 8 };
enum { WIDE_F32 = 0, WIDE_F64, WIDES };

/* A head on the device. */
typedef struct device_head {
    rs_dtype dtype; /* of the product */
    rs_dtype logits_dtype;
    rs_device_array weight, bias;
    rs_result_layout layout;
    uint64_t result_at; /* of its results in those of a row; for a tile, times its rows */
} device_head;

typedef struct heads_run {
    rs_lane *lane;
    const rs_heads_task *task;
    const rs_source_info *info;
    cudaStream_t stream;
    device_head *heads;
    size_t counter_count; /* of one head */
    rs_chunk_plan plan;
    rs_device_array wide[WIDES]; /* features in the type of a product */
    rs_device_array staged;      /* a weight as it is stored */
    rs_device_array logits, mapped, counters;
    rs_read_ahead reader;
    rs_ring_slot *under_way[RS_RING_SLOTS]; /* oldest first */
    unsigned under_way_count;
    uint64_t done_rows;
} heads_run;

static uint32_t blocks_for(const heads_run *run, uint64_t count)
{
    const uint64_t blocks = count / RS_BLOCK_THREADS + 1;
    const uint64_t most = (uint64_t)run->lane->multiprocessors * BLOCKS_PER_PROCESSOR;
    return (uint32_t)(blocks < most ? blocks : most);
}

/* ---- one tile ---- */

/* The features of a slot in the type of a product, made at most once a tile. */
static rs_status widen_features(heads_run *run, const rs_ring_slot *slot, rs_dtype dtype,
                                bool made[WIDES], const void **features, rs_error *error)
{
    const uint64_t count = run->plan.rows * run->info->columns;
    const int which = dtype == RS_DTYPE_F64 ? WIDE_F64 : WIDE_F32;
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
                   run->lane->device, error);
}

static rs_status make_logits(heads_run *run, const device_head *head, const void *features,
                             rs_error *error)
{
    const uint32_t columns = run->task->pass->columns;
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
                    run->lane->device, error));
    }
    return rs_cublas_multiply(&run->lane->cublas, &product, run->stream, error);
}

/* Rows of the tile that are before the range were only multiplied. */
static rs_status score_logits(heads_run *run, size_t h, const rs_ring_slot *slot, uint64_t skipped,
                              rs_error *error)
{
    const rs_pass *const pass = run->task->pass;
    const device_head *const head = &run->heads[h];
    const int device = run->lane->device;
    const uint64_t rows = slot->row_count - skipped;
    const size_t size = rs_dtype_bytes(head->logits_dtype);
    const rs_launch_shape shape = rs_launch_shape_for(rows, run->lane->multiprocessors);
    rs_row_task task = rs_device_labels_task(&run->lane->labels, pass, head->logits_dtype);
    unsigned char *const results =
        (unsigned char *)slot->results.memory + head->result_at * run->plan.rows;
    task.stride_bytes = pass->columns * size;
    task.rows = (const unsigned char *)run->logits.memory + skipped * task.stride_bytes;
    task.row_count = rows;
    task.first_row = slot->first_row + skipped;
    task.counters = (unsigned long long *)run->counters.memory + h * run->counter_count;
    task.results = rs_place_results(&head->layout, results, rows);
    if (pass->map != NULL) {
        const rs_map_task mapping = {
            .rows = task.rows,
            .stride_bytes = task.stride_bytes,
            .row_count = rows,
            .dtype = head->logits_dtype,
            .positions = pass->map->positions,
            .column_begin = run->lane->labels.column_begin.memory,
            .column = run->lane->labels.column.memory,
            .mapped = run->mapped.memory,
        };
        RS_TRY(RS_CUDA(rs_launch_map(&mapping, shape.blocks, run->stream), device, error));
        task.rows = run->mapped.memory;
        task.stride_bytes = pass->map->positions * size;
    }
    RS_TRY(RS_CUDA(rs_launch_rows(&task, shape, run->stream), device, error));
    if (head->layout.bytes == 0) {
        return RS_OK;
    }
    return RS_CUDA(
        cudaMemcpyAsync((unsigned char *)slot->host_results + head->result_at * run->plan.rows,
                        results, rows * head->layout.bytes, cudaMemcpyDeviceToHost, run->stream),
        device, error);
}

static uint64_t skipped_rows(const heads_run *run, const rs_ring_slot *slot)
{
    const uint64_t begin = run->task->pass->rows.begin;
    return slot->first_row < begin ? begin - slot->first_row : 0;
}

/* Copies a tile in and fills up what is missing of it with zeros. */
static rs_status send_features(const heads_run *run, const rs_ring_slot *slot, rs_error *error)
{
    const int device = run->lane->device;
    const uint64_t bytes = slot->row_count * run->plan.row_bytes;
    const uint64_t missing = run->plan.rows * run->plan.row_bytes - bytes;
    RS_TRY(rs_slot_send(slot, bytes, device, error));
    if (missing > 0) {
        RS_TRY(RS_CUDA(
            cudaMemsetAsync((unsigned char *)slot->rows.memory + bytes, 0, missing, slot->stream),
            device, error));
    }
    RS_TRY(RS_CUDA(cudaEventRecord(slot->done, slot->stream), device, error));
    return RS_CUDA(cudaStreamWaitEvent(run->stream, slot->done, 0), device, error);
}

/* Sends a filled slot on its way; nothing here waits. */
static rs_status send_tile(heads_run *run, const rs_ring_slot *slot, rs_error *error)
{
    const rs_ranges ranges = run->task->ranges;
    const uint64_t skipped = skipped_rows(run, slot);
    bool made[WIDES] = {false, false};
    rs_range_begin(ranges, "copy");
    rs_status status = send_features(run, slot, error);
    rs_range_end(ranges);
    rs_range_begin(ranges, "kernel");
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
    return RS_CUDA(cudaEventRecord(slot->done, run->stream), run->lane->device, error);
}

/* Waits for the oldest slot under way and gives it back to the readers. */
static rs_status finish_tile(heads_run *run, rs_error *error)
{
    const rs_heads_task *const task = run->task;
    rs_ring_slot *const slot = run->under_way[0];
    const uint64_t skipped = skipped_rows(run, slot);
    RS_TRY(RS_CUDA(cudaEventSynchronize(slot->done), run->lane->device, error));
    const uint64_t rows = skipped < slot->row_count ? slot->row_count - skipped : 0;
    for (size_t h = 0; task->results != NULL && h < task->count; ++h) {
        if (rows > 0 && task->results[h] != NULL) {
            rs_deliver_results(
                &run->heads[h].layout,
                (unsigned char *)slot->host_results + run->heads[h].result_at * run->plan.rows,
                rows, task->results[h], slot->first_row + skipped - task->pass->rows.begin);
        }
    }
    run->done_rows += rows;
    --run->under_way_count;
    for (unsigned i = 0; i < run->under_way_count; ++i) {
        run->under_way[i] = run->under_way[i + 1];
    }
    rs_read_ahead_give_back(&run->reader, slot);
    if (task->watch != NULL && task->watch->rows_done != NULL) {
        task->watch->rows_done(task->watch->context, run->done_rows);
    }
    return RS_OK;
}

static rs_status stream_tiles(heads_run *run, rs_error *error)
{
    const rs_watch *const watch = run->task->watch;
    for (;;) {
        if (watch != NULL && watch->stop != NULL && *watch->stop != 0) {
            return rs_fail(error, RS_INTERRUPTED, run->info->path, rs_nowhere(),
                           "run the same command again", "stopped before all rows were scored");
        }
        rs_ring_slot *const slot = rs_read_ahead_take(&run->reader, run->under_way_count == 0);
        if (slot != NULL) {
            RS_TRY(send_tile(run, slot, error));
            run->under_way[run->under_way_count++] = slot;
        } else if (run->under_way_count > 0) {
            RS_TRY(finish_tile(run, error));
        } else {
            return RS_OK;
        }
    }
}

/* ---- before the first tile ---- */

static rs_status send(const heads_run *run, rs_device_array *array, const void *data,
                      uint64_t bytes, rs_error *error)
{
    const int device = run->lane->device;
    RS_TRY(rs_device_array_reserve(array, bytes, device, error));
    RS_TRY(RS_CUDA(cudaMemcpyAsync(array->memory, data, bytes, cudaMemcpyHostToDevice, run->stream),
                   device, error));
    return RS_CUDA(cudaStreamSynchronize(run->stream), device, error);
}

static rs_status send_bias(const heads_run *run, const rs_head *from, device_head *head,
                           rs_error *error)
{
    void *memory = NULL;
    if (from->bias == NULL) {
        return RS_OK;
    }
    if (head->logits_dtype == RS_DTYPE_F64) {
        return send(run, &head->bias, from->bias, from->classes * sizeof(double), error);
    }
    RS_TRY(rs_alloc(&memory, from->classes, sizeof(float), "a bias", error));
    float *const narrow = memory;
    for (uint32_t c = 0; c < from->classes; ++c) {
        narrow[c] = (float)from->bias[c];
    }
    const rs_status status = send(run, &head->bias, narrow, from->classes * sizeof(float), error);
    free(narrow);
    return status;
}

static rs_status send_head(heads_run *run, const rs_head *from, device_head *head, rs_error *error)
{
    const uint64_t count = (uint64_t)from->classes * from->features;
    const uint64_t bytes = count * rs_dtype_bytes(from->dtype);
    head->dtype = rs_head_product_dtype(from->dtype, run->info->dtype);
    head->logits_dtype = rs_head_logits_dtype(from, run->info->dtype);
    RS_TRY(send_bias(run, from, head, error));
    if (head->dtype == from->dtype) {
        return send(run, &head->weight, from->weight, bytes, error);
    }
    RS_TRY(send(run, &run->staged, from->weight, bytes, error));
    RS_TRY(rs_device_array_reserve(&head->weight, count * rs_dtype_bytes(head->dtype),
                                   run->lane->device, error));
    RS_TRY(RS_CUDA(rs_launch_widen(from->dtype, run->staged.memory, head->dtype,
                                   head->weight.memory, count, blocks_for(run, count), run->stream),
                   run->lane->device, error));
    return RS_CUDA(cudaStreamSynchronize(run->stream), run->lane->device, error);
}

/* A power of two; not larger than the labels need, and such that ring and buffers fit into half of
 * the memory. The other half is for heads. */
static uint64_t choose_tile_rows(const heads_run *run, uint64_t tile_bytes)
{
    const uint64_t slot_bytes = run->plan.row_bytes + run->plan.result_bytes;
    const uint64_t row_bytes = RS_RING_SLOTS * slot_bytes + tile_bytes;
    const uint64_t most = rs_heads_memory(run->task) / 2 / row_bytes;
    uint64_t rows = TILE_ROWS_LEAST;
    while (rows < TILE_ROWS && rows < run->task->pass->labels.rows && rows * 2 <= most) {
        rows *= 2;
    }
    return rows;
}

static rs_status reserve(heads_run *run, rs_error *error)
{
    const rs_pass *const pass = run->task->pass;
    const int device = run->lane->device;
    bool wide[WIDES] = {false, false};
    bool wide_logits = false;
    for (size_t h = 0; h < run->task->count; ++h) {
        device_head *const head = &run->heads[h];
        head->layout =
            rs_result_layout_of(run->task->results != NULL ? run->task->results[h] : NULL);
        head->result_at = run->plan.result_bytes;
        run->plan.result_bytes += (head->layout.bytes + 7) / 8 * 8;
        if (head->dtype != run->info->dtype) {
            wide[head->dtype == RS_DTYPE_F64 ? WIDE_F64 : WIDE_F32] = true;
        }
        wide_logits = wide_logits || head->logits_dtype == RS_DTYPE_F64;
    }
    const size_t size = wide_logits ? sizeof(double) : sizeof(float);
    const uint64_t positions = pass->map != NULL ? pass->map->positions : 0;
    const uint64_t wide_bytes[WIDES] = {wide[WIDE_F32] ? run->info->columns * sizeof(float) : 0,
                                        wide[WIDE_F64] ? run->info->columns * sizeof(double) : 0};
    run->plan.row_bytes = run->info->row_bytes;
    run->plan.rows = choose_tile_rows(run, (pass->columns + positions) * size +
                                               wide_bytes[WIDE_F32] + wide_bytes[WIDE_F64]);
    const uint64_t rows = run->plan.rows;
    RS_TRY(rs_device_array_reserve(&run->logits, rows * pass->columns * size, device, error));
    if (positions > 0) {
        RS_TRY(rs_device_array_reserve(&run->mapped, rows * positions * size, device, error));
    }
    for (int i = 0; i < WIDES; ++i) {
        if (wide_bytes[i] > 0) {
            RS_TRY(rs_device_array_reserve(&run->wide[i], rows * wide_bytes[i], device, error));
        }
    }
    return rs_ring_reserve(&run->lane->ring, &run->plan, error);
}

static rs_status prepare(heads_run *run, rs_error *error)
{
    const rs_pass *const pass = run->task->pass;
    const int device = run->lane->device;
    void *memory = NULL;
    run->counter_count =
        rs_tally_layout_of(pass->classes, pass->topk_count, pass->calibration).counters;
    const uint64_t counter_bytes = run->task->count * run->counter_count * sizeof(uint64_t);
    RS_TRY(rs_alloc(&memory, run->task->count, sizeof(device_head), "heads", error));
    run->heads = memory;
    RS_TRY(rs_cublas_open(&run->lane->cublas, device, error));
    for (size_t h = 0; h < run->task->count; ++h) {
        RS_TRY(send_head(run, &run->task->heads[h], &run->heads[h], error));
    }
    RS_TRY(rs_lane_prepare(run->lane, pass, error));
    RS_TRY(rs_device_array_reserve(&run->counters, counter_bytes, device, error));
    RS_TRY(RS_CUDA(cudaMemsetAsync(run->counters.memory, 0, counter_bytes, run->stream), device,
                   error));
    return reserve(run, error);
}

/* ---- a pass ---- */

static rs_status fetch_counters(const heads_run *run, rs_error *error)
{
    const uint64_t count = run->task->count * run->counter_count;
    void *memory = NULL;
    RS_TRY(rs_alloc(&memory, count, sizeof(uint64_t), "counters", error));
    uint64_t *const fetched = memory;
    rs_status status =
        RS_CUDA(cudaMemcpyAsync(fetched, run->counters.memory, count * sizeof(uint64_t),
                                cudaMemcpyDeviceToHost, run->stream),
                run->lane->device, error);
    if (status == RS_OK) {
        status = RS_CUDA(cudaStreamSynchronize(run->stream), run->lane->device, error);
    }
    for (size_t h = 0; status == RS_OK && h < run->task->count; ++h) {
        for (size_t i = 0; i < run->counter_count; ++i) {
            run->task->counters[h][i] += fetched[h * run->counter_count + i];
        }
    }
    free(fetched);
    return status;
}

static rs_status run_tiles(heads_run *run, rs_error *error)
{
    const rs_row_range *const range = &run->task->pass->rows;
    rs_ring_slot *slot[RS_RING_SLOTS];
    for (size_t s = 0; s < RS_RING_SLOTS; ++s) {
        slot[s] = &run->lane->ring.slot[s];
    }
    const rs_row_range rows = {range->begin / run->plan.rows * run->plan.rows, range->end};
    const rs_read_plan plan = {
        .rows = rows,
        .chunk_rows = run->plan.rows,
        .threads = run->task->threads,
        .ranges = run->task->ranges,
        .page_lock = run->task->page_lock,
    };
    RS_TRY(rs_read_ahead_start(&run->reader, slot, RS_RING_SLOTS, run->task->features, &plan,
                               error));
    const rs_status status = stream_tiles(run, error);
    const rs_status read = rs_read_ahead_stop(&run->reader, status == RS_OK ? error : NULL);
    return status == RS_OK ? read : status;
}

static void release(heads_run *run)
{
    rs_device_array *const array[] = {&run->wide[WIDE_F32], &run->wide[WIDE_F64], &run->staged,
                                      &run->logits,         &run->mapped,         &run->counters};
    for (size_t i = 0; i < sizeof array / sizeof array[0]; ++i) {
        rs_device_array_free(array[i]);
    }
    for (size_t h = 0; run->heads != NULL && h < run->task->count; ++h) {
        rs_device_array_free(&run->heads[h].weight);
        rs_device_array_free(&run->heads[h].bias);
    }
    free(run->heads);
}

rs_status rs_device_score_group(rs_lane *lane, const rs_heads_task *task, uint64_t *rows_scored,
                                rs_error *error)
{
    heads_run run = {
        .lane = lane,
        .task = task,
        .info = rs_source_get_info(task->features),
        .stream = lane->ring.stream[0],
    };
    RS_TRY(rs_lane_use(lane, error));
    rs_status status = prepare(&run, error);
    if (status == RS_OK) {
        status = run_tiles(&run, error);
    }
    const rs_status settled = rs_lane_settle(lane, status == RS_OK ? error : NULL);
    status = status == RS_OK ? settled : status;
    for (size_t s = 0; s < RS_RING_SLOTS; ++s) {
        rs_slot_unlock(&lane->ring.slot[s]);
    }
    if (status == RS_OK) {
        rs_range_begin(task->ranges, "reduce");
        status = fetch_counters(&run, error);
        rs_range_end(task->ranges);
    }
    release(&run);
    *rows_scored = run.done_rows;
    return status;
}
