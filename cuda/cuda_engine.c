/* cuda_engine.c - a pass: readers fill slots, the device empties them, the counters come last.
 *
 * One thread makes all CUDA calls. It takes filled slots as they come, sends each on its way (copy,
 * kernel, copy of the results, event) without waiting, and waits only for the oldest slot under way
 * when there is nothing to send. Counters stay on the device until the end of the pass.
 */
#include "cuda/cuda_engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "cuda/device_error.h"
#include "cuda/device_product.h"
#include "cuda/ranges.h"
#include "cuda/read_ahead.h"
#include "cuda/ring.h"

typedef struct cuda_engine {
    rs_engine base;
    rs_engine_plugin_options options;
    uint32_t multiprocessors;
    rs_ranges ranges;
    rs_device_labels labels;
    rs_ring ring;
    cudaEvent_t ready; /* labels are there and counters are zero */
    rs_cublas cublas;  /* opened by the first product */
} cuda_engine;

/* Where the results of a chunk lie in one buffer; the widest first, so that all are aligned. */
typedef struct result_layout {
    uint64_t bytes; /* a row */
    bool value, prediction, rank, real_rank, flags;
    uint32_t keep;
} result_layout;

typedef struct cuda_pass {
    cuda_engine *engine;
    const rs_pass *pass;
    const rs_source_info *info;
    rs_row_results *results;
    const rs_watch *watch;
    rs_chunk_plan plan;
    result_layout layout;
    rs_read_ahead reader;
    rs_ring_slot *under_way[RS_RING_SLOTS]; /* oldest first */
    unsigned under_way_count;
    uint64_t done_rows;
} cuda_pass;

/* ---- results ---- */

static result_layout layout_of(const rs_row_results *results)
{
    result_layout layout = {.bytes = 0};
    if (results == NULL) {
        return layout;
    }
    layout.keep = results->keep;
    layout.value = results->value != NULL && results->keep > 0;
    layout.prediction = results->prediction != NULL && results->keep > 0;
    layout.rank = results->rank != NULL;
    layout.real_rank = results->real_rank != NULL;
    layout.flags = results->flags != NULL;
    layout.bytes = (layout.value ? layout.keep * sizeof(double) : 0) +
                   (layout.prediction ? layout.keep * sizeof(int32_t) : 0) +
                   (layout.rank ? sizeof(uint32_t) : 0) +
                   (layout.real_rank ? sizeof(uint32_t) : 0) + (layout.flags ? 1u : 0u);
    return layout;
}

static void *take(unsigned char **next, bool wanted, uint64_t bytes)
{
    if (!wanted) {
        return NULL;
    }
    unsigned char *const taken = *next;
    *next += bytes;
    return taken;
}

/* The arrays of `rows` rows in a buffer of the device or of the host. */
static rs_device_results place_results(const result_layout *layout, void *buffer, uint64_t rows)
{
    unsigned char *next = buffer;
    rs_device_results placed = {.keep = layout->keep};
    placed.value = take(&next, layout->value, rows * layout->keep * sizeof(double));
    placed.prediction = take(&next, layout->prediction, rows * layout->keep * sizeof(int32_t));
    placed.rank = take(&next, layout->rank, rows * sizeof(uint32_t));
    placed.real_rank = take(&next, layout->real_rank, rows * sizeof(uint32_t));
    placed.flags = take(&next, layout->flags, rows);
    return placed;
}

static void copy_array(void *to, uint64_t at, const void *from, uint64_t rows, uint64_t row_bytes)
{
    if (from != NULL) {
        memcpy((unsigned char *)to + at * row_bytes, from, (size_t)(rows * row_bytes));
    }
}

static void deliver_results(const cuda_pass *run, const rs_ring_slot *slot)
{
    const rs_row_results *const to = run->results;
    const uint64_t rows = slot->row_count;
    const uint64_t at = slot->first_row - run->pass->rows.begin;
    if (run->layout.bytes == 0) {
        return;
    }
    const rs_device_results from = place_results(&run->layout, slot->host_results, rows);
    copy_array(to->value, at, from.value, rows, to->keep * sizeof(double));
    copy_array(to->prediction, at, from.prediction, rows, to->keep * sizeof(int32_t));
    copy_array(to->rank, at, from.rank, rows, sizeof(uint32_t));
    copy_array(to->real_rank, at, from.real_rank, rows, sizeof(uint32_t));
    copy_array(to->flags, at, from.flags, rows, 1);
}

/* ---- one chunk ---- */

static rs_status launch(const cuda_pass *run, rs_ring_slot *slot, rs_error *error)
{
    const cuda_engine *const engine = run->engine;
    const int device = engine->options.device;
    const rs_launch_shape shape = rs_launch_shape_for(slot->row_count, engine->multiprocessors);
    rs_row_task task = rs_device_labels_task(&engine->labels, run->pass, run->info->dtype);
    task.rows = slot->rows.memory;
    task.stride_bytes = run->plan.row_bytes;
    task.row_count = slot->row_count;
    task.first_row = slot->first_row;
    task.results = place_results(&run->layout, slot->results.memory, slot->row_count);
    if (run->pass->map != NULL) {
        const rs_map_task mapping = {
            .rows = slot->rows.memory,
            .stride_bytes = run->plan.row_bytes,
            .row_count = slot->row_count,
            .dtype = run->info->dtype,
            .positions = run->pass->map->positions,
            .column_begin = engine->labels.column_begin.memory,
            .column = engine->labels.column.memory,
            .mapped = slot->mapped.memory,
        };
        RS_TRY(RS_CUDA(rs_launch_map(&mapping, shape.blocks, slot->stream), device, error));
        task.rows = slot->mapped.memory;
        task.stride_bytes = run->plan.mapped_bytes;
    }
    return RS_CUDA(rs_launch_rows(&task, shape, slot->stream), device, error);
}

/* Sends a filled slot on its way; nothing here waits. */
static rs_status send_slot(const cuda_pass *run, rs_ring_slot *slot, rs_error *error)
{
    const int device = run->engine->options.device;
    const rs_ranges ranges = run->engine->ranges;
    rs_range_begin(ranges, "copy");
    rs_status status = RS_CUDA(cudaMemcpyAsync(slot->rows.memory, slot->host,
                                               slot->row_count * run->plan.row_bytes,
                                               cudaMemcpyHostToDevice, slot->stream),
                               device, error);
    rs_range_end(ranges);
    RS_TRY(status);
    rs_range_begin(ranges, "kernel");
    status = launch(run, slot, error);
    rs_range_end(ranges);
    RS_TRY(status);
    if (run->layout.bytes > 0) {
        RS_TRY(RS_CUDA(cudaMemcpyAsync(slot->host_results, slot->results.memory,
                                       slot->row_count * run->layout.bytes, cudaMemcpyDeviceToHost,
                                       slot->stream),
                       device, error));
    }
    return RS_CUDA(cudaEventRecord(slot->done, slot->stream), device, error);
}

/* Waits for the oldest slot under way and gives it back to the readers. */
static rs_status finish_oldest(cuda_pass *run, rs_error *error)
{
    rs_ring_slot *const slot = run->under_way[0];
    RS_TRY(RS_CUDA(cudaEventSynchronize(slot->done), run->engine->options.device, error));
    rs_range_begin(run->engine->ranges, "write");
    deliver_results(run, slot);
    rs_range_end(run->engine->ranges);
    run->done_rows += slot->row_count;
    --run->under_way_count;
    memmove(run->under_way, run->under_way + 1, run->under_way_count * sizeof(rs_ring_slot *));
    rs_read_ahead_give_back(&run->reader, slot);
    if (run->watch != NULL && run->watch->rows_done != NULL) {
        run->watch->rows_done(run->watch->context, run->done_rows);
    }
    return RS_OK;
}

static rs_status check_stop(const cuda_pass *run, rs_error *error)
{
    const rs_watch *const watch = run->watch;
    if (watch != NULL && watch->stop != NULL && *watch->stop != 0) {
        return rs_fail(error, RS_INTERRUPTED, run->info->path, rs_nowhere(),
                       "run the same command again", "stopped before all rows were scored");
    }
    return RS_OK;
}

static rs_status stream_rows(cuda_pass *run, rs_error *error)
{
    for (;;) {
        RS_TRY(check_stop(run, error));
        rs_ring_slot *const slot = rs_read_ahead_take(&run->reader, run->under_way_count == 0);
        if (slot != NULL) {
            RS_TRY(send_slot(run, slot, error));
            run->under_way[run->under_way_count++] = slot;
        } else if (run->under_way_count > 0) {
            RS_TRY(finish_oldest(run, error));
        } else {
            return RS_OK;
        }
    }
}

/* ---- a pass ---- */

/* Labels and counters first, in one stream; the other streams wait for it. */
static rs_status prepare(cuda_pass *run, rs_error *error)
{
    cuda_engine *const engine = run->engine;
    const int device = engine->options.device;
    const rs_class_map *const map = run->pass->map;
    const uint64_t rows = run->pass->rows.end - run->pass->rows.begin;
    run->layout = layout_of(run->results);
    run->plan = (rs_chunk_plan){
        .row_bytes = run->info->row_bytes,
        .mapped_bytes = map != NULL ? map->positions * rs_dtype_bytes(run->info->dtype) : 0,
        .result_bytes = run->layout.bytes,
    };
    RS_TRY(rs_ring_reserve(&engine->ring, &run->plan, rows, engine->options.memory_bytes, error));
    RS_TRY(rs_device_labels_prepare(&engine->labels, run->pass, engine->ring.stream[0], error));
    RS_TRY(RS_CUDA(cudaEventRecord(engine->ready, engine->ring.stream[0]), device, error));
    for (size_t i = 1; i < RS_RING_STREAMS; ++i) {
        RS_TRY(RS_CUDA(cudaStreamWaitEvent(engine->ring.stream[i], engine->ready, 0), device,
                       error));
    }
    return RS_OK;
}

static rs_status run_pass(cuda_pass *run, rs_source *source, uint64_t *counters, rs_error *error)
{
    cuda_engine *const engine = run->engine;
    const int device = engine->options.device;
    RS_TRY(RS_CUDA(cudaSetDevice(device), device, error));
    RS_TRY(prepare(run, error));
    RS_TRY(rs_read_ahead_start(&run->reader, &engine->ring, source, run->pass->rows, run->plan.rows,
                               engine->options.threads, engine->ranges, error));
    rs_status status = stream_rows(run, error);
    const rs_status read = rs_read_ahead_stop(&run->reader, status == RS_OK ? error : NULL);
    status = status == RS_OK ? read : status;
    /* All slots are to be idle when this returns, whatever happened. */
    for (size_t i = 0; i < RS_RING_STREAMS; ++i) {
        const cudaError_t code = cudaStreamSynchronize(engine->ring.stream[i]);
        if (status == RS_OK) {
            status = RS_CUDA(code, device, error);
        }
    }
    RS_TRY(status);
    rs_range_begin(engine->ranges, "reduce");
    status = rs_device_labels_fetch(&engine->labels, run->pass, engine->ring.stream[0], counters,
                                    error);
    rs_range_end(engine->ranges);
    return status;
}

static rs_status score(rs_engine *base, const rs_pass *pass, rs_source *source,
                       rs_row_results *results, const rs_watch *watch, uint64_t *counters,
                       uint64_t *rows_scored, rs_error *error)
{
    cuda_engine *const engine = (cuda_engine *)base;
    cuda_pass run = {
        .engine = engine,
        .pass = pass,
        .info = rs_source_get_info(source),
        .results = results,
        .watch = watch,
    };
    *rows_scored = 0;
    RS_TRY(rs_pass_check(pass, run.info, error));
    rs_range_begin(engine->ranges, run.info->path != NULL ? run.info->path : "model");
    const rs_status status = run_pass(&run, source, counters, error);
    rs_range_end(engine->ranges);
    *rows_scored = status == RS_OK ? run.done_rows : 0;
    return status;
}

static rs_status multiply(rs_engine *base, const rs_product *product, rs_error *error)
{
    cuda_engine *const engine = (cuda_engine *)base;
    const int device = engine->options.device;
    RS_TRY(RS_CUDA(cudaSetDevice(device), device, error));
    RS_TRY(rs_cublas_open(&engine->cublas, device, error));
    memcpy(base->info.products, engine->cublas.name, sizeof base->info.products);
    return rs_device_multiply(&engine->cublas, product, engine->options.memory_bytes, error);
}

static rs_status count_keys(rs_engine *base, uint64_t *keys, size_t count, rs_key_counts *counts,
                            rs_error *error)
{
    (void)base;
    return rs_count_keys(keys, count, counts, error);
}

static void close_engine(rs_engine *base)
{
    cuda_engine *const engine = (cuda_engine *)base;
    (void)cudaSetDevice(engine->options.device);
    rs_cublas_close(&engine->cublas);
    rs_ring_close(&engine->ring);
    rs_device_labels_free(&engine->labels);
    if (engine->ready != NULL) {
        (void)cudaEventDestroy(engine->ready);
    }
    rs_ranges_close(engine->ranges);
    free(engine);
}

/* Everything that can fail; what was made is closed by the caller. */
static rs_status open_device(cuda_engine *engine, rs_error *error)
{
    const int device = engine->options.device;
    struct cudaDeviceProp properties;
    RS_TRY(RS_CUDA(cudaSetDevice(device), device, error));
    RS_TRY(RS_CUDA(cudaGetDeviceProperties(&properties, device), device, error));
    engine->multiprocessors = (uint32_t)properties.multiProcessorCount;
    (void)snprintf(engine->base.info.device, sizeof engine->base.info.device, "%.*s",
                   (int)sizeof engine->base.info.device - 1, properties.name);
    RS_TRY(rs_ring_open(&engine->ring, device, error));
    return RS_CUDA(cudaEventCreateWithFlags(&engine->ready, cudaEventDisableTiming), device, error);
}

rs_status rs_cuda_engine_open(const rs_engine_plugin_options *options, rs_engine **engine,
                              rs_error *error)
{
    static const rs_engine_vtable vtable = {
        .score = score,
        .multiply = multiply,
        .count_keys = count_keys,
        .close = close_engine,
    };
    void *memory = NULL;
    *engine = NULL;
    RS_TRY(rs_alloc(&memory, 1, sizeof(cuda_engine), "an engine", error));
    cuda_engine *const made = memory;
    made->options = *options;
    made->options.threads = options->threads > 0 ? options->threads : RS_READERS_MAX;
    made->labels.device = options->device;
    made->ring.device = options->device;
    made->base = (rs_engine){
        .vtable = &vtable,
        .info = {.name = "cuda", .threads = made->options.threads < RS_READERS_MAX
                                                ? made->options.threads
                                                : RS_READERS_MAX},
    };
    made->ranges = rs_ranges_open();
    const rs_status status = open_device(made, error);
    if (status != RS_OK) {
        close_engine(&made->base);
        return status;
    }
    *engine = &made->base;
    return RS_OK;
}
