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
#include "cuda/device_heads.h"
#include "cuda/device_keys.h"
#include "cuda/device_product.h"
#include "cuda/lane_set.h"
#include "cuda/ranges.h"
#include "cuda/row_results.h"

typedef struct cuda_engine {
    rs_engine base;
    rs_engine_plugin_options options;
    rs_ranges ranges;
    rs_lane *lanes;
    size_t lane_count;
    rs_page_lock page_lock;
} cuda_engine;

typedef struct cuda_pass {
    cuda_engine *engine;
    const rs_pass *pass;
    const rs_source_info *info;
    rs_row_results *results;
    const rs_watch *watch;
    rs_chunk_plan plan;
    rs_result_layout layout;
    rs_read_ahead reader;
    rs_lane_set lanes; /* those that take part */
    rs_under_way under_way;
    uint64_t done_rows;
} cuda_pass;

/* ---- one chunk ---- */

static rs_status launch(const cuda_pass *run, rs_ring_slot *slot, rs_error *error)
{
    const rs_lane *const lane = slot->lane;
    const int device = lane->device;
    const rs_launch_shape shape = rs_launch_shape_for(slot->row_count, lane->multiprocessors);
    rs_row_task task = rs_device_labels_task(&lane->labels, run->pass, run->info->dtype);
    task.rows = slot->rows.memory;
    task.stride_bytes = run->plan.row_bytes;
    task.row_count = slot->row_count;
    task.first_row = slot->first_row;
    task.results = rs_place_results(&run->layout, slot->results.memory, slot->row_count);
    if (run->pass->map != NULL) {
        const rs_map_task mapping = {
            .rows = slot->rows.memory,
            .stride_bytes = run->plan.row_bytes,
            .row_count = slot->row_count,
            .dtype = run->info->dtype,
            .positions = run->pass->map->positions,
            .column_begin = lane->labels.column_begin.memory,
            .column = lane->labels.column.memory,
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
    const int device = slot->lane->device;
    const rs_ranges ranges = run->engine->ranges;
    RS_TRY(rs_lane_use(slot->lane, error));
    rs_range_begin(ranges, "copy");
    rs_status status = rs_slot_send(slot, slot->row_count * run->plan.row_bytes, device, error);
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

/* Waits for a slot under way and gives it back to the readers. */
static rs_status finish_slot(cuda_pass *run, rs_error *error)
{
    unsigned chosen = 0;
    RS_TRY(rs_under_way_choose(&run->under_way, &run->lanes, &chosen, error));
    rs_ring_slot *const slot = run->under_way.slot[chosen];
    RS_TRY(RS_CUDA(cudaEventSynchronize(slot->done), slot->lane->device, error));
    rs_range_begin(run->engine->ranges, "write");
    rs_deliver_results(&run->layout, slot->host_results, slot->row_count, run->results,
                       slot->first_row - run->pass->rows.begin);
    rs_range_end(run->engine->ranges);
    run->done_rows += slot->row_count;
    rs_under_way_remove(&run->under_way, chosen);
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
        rs_ring_slot *const slot = rs_read_ahead_take(&run->reader, run->under_way.count == 0);
        if (slot != NULL) {
            RS_TRY(send_slot(run, slot, error));
            run->under_way.slot[run->under_way.count++] = slot;
        } else if (run->under_way.count > 0) {
            RS_TRY(finish_slot(run, error));
        } else {
            return RS_OK;
        }
    }
}

/* ---- a pass ---- */

static rs_status prepare(cuda_pass *run, rs_error *error)
{
    const rs_class_map *const map = run->pass->map;
    rs_lane_set_choose(&run->lanes, run->engine->lanes, run->engine->lane_count);
    run->layout = rs_result_layout_of(run->results);
    run->plan = (rs_chunk_plan){
        .row_bytes = run->info->row_bytes,
        .mapped_bytes = map != NULL ? map->positions * rs_dtype_bytes(run->info->dtype) : 0,
        .result_bytes = run->layout.bytes,
    };
    rs_chunk_plan_rows(&run->plan, run->pass->rows.end - run->pass->rows.begin, run->lanes.count,
                       run->engine->options.memory_bytes);
    for (size_t i = 0; i < run->lanes.count; ++i) {
        RS_TRY(rs_lane_prepare(run->lanes.lane[i], run->pass, error));
        RS_TRY(rs_ring_reserve(&run->lanes.lane[i]->ring, &run->plan, error));
    }
    return RS_OK;
}

static rs_status start_readers(cuda_pass *run, rs_source *source, rs_error *error)
{
    cuda_engine *const engine = run->engine;
    const rs_read_plan plan = {
        .rows = run->pass->rows,
        .chunk_rows = run->plan.rows,
        .threads = engine->base.info.threads,
        .ranges = engine->ranges,
        .page_lock = &engine->page_lock,
    };
    return rs_lane_set_read(&run->lanes, &run->reader, source, &plan, error);
}

static rs_status run_pass(cuda_pass *run, rs_source *source, uint64_t *counters, rs_error *error)
{
    cuda_engine *const engine = run->engine;
    rs_status status = prepare(run, error);
    if (status == RS_OK) {
        status = start_readers(run, source, error);
        if (status == RS_OK) {
            status = stream_rows(run, error);
            const rs_status read = rs_read_ahead_stop(&run->reader, status == RS_OK ? error : NULL);
            status = status == RS_OK ? read : status;
        }
    }
    RS_TRY(rs_lane_set_settle(&run->lanes, status, error));
    rs_range_begin(engine->ranges, "reduce");
    for (size_t i = 0; i < run->lanes.count && status == RS_OK; ++i) {
        rs_lane *const lane = run->lanes.lane[i];
        status = rs_lane_use(lane, error);
        if (status == RS_OK) {
            status = rs_device_labels_fetch(&lane->labels, run->pass, lane->ring.stream[0],
                                            counters, error);
        }
    }
    rs_range_end(engine->ranges);
    return status == RS_OK ? RS_OK : rs_lane_set_settle(&run->lanes, status, NULL);
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

/* The first device that is there. */
static rs_lane *first_lane(const cuda_engine *engine)
{
    size_t first = 0;
    while (first + 1 < engine->lane_count && engine->lanes[first].lost) {
        ++first;
    }
    return &engine->lanes[first];
}

static rs_status score_heads(rs_engine *base, const rs_pass *pass, rs_source *features,
                             const rs_head *heads, size_t count, rs_row_results *const *results,
                             const rs_watch *watch, uint64_t *const *counters,
                             uint64_t *rows_scored, rs_error *error)
{
    cuda_engine *const engine = (cuda_engine *)base;
    const rs_source_info *const info = rs_source_get_info(features);
    rs_lane_set lanes;
    const rs_heads_task task = {
        .lanes = &lanes,
        .pass = pass,
        .features = features,
        .heads = heads,
        .count = count,
        .results = results,
        .counters = counters,
        .watch = watch,
        .memory_bytes = engine->options.memory_bytes,
        .threads = base->info.threads,
        .ranges = engine->ranges,
        .page_lock = &engine->page_lock,
    };
    RS_TRY(rs_pass_check(pass, info, error));
    rs_lane_set_choose(&lanes, engine->lanes, engine->lane_count);
    rs_lane_set_keep_alike(&lanes);
    rs_range_begin(engine->ranges, info->path != NULL ? info->path : "features");
    const rs_status status = rs_device_score_heads(&task, rows_scored, error);
    rs_range_end(engine->ranges);
    memcpy(base->info.products, lanes.lane[0]->cublas.name, sizeof base->info.products);
    return status;
}

static rs_status multiply(rs_engine *base, const rs_product *product, rs_error *error)
{
    cuda_engine *const engine = (cuda_engine *)base;
    rs_lane *const lane = first_lane(engine);
    RS_TRY(rs_lane_use(lane, error));
    RS_TRY(rs_cublas_open(&lane->cublas, lane->device, error));
    memcpy(base->info.products, lane->cublas.name, sizeof base->info.products);
    return rs_device_multiply(&lane->cublas, product, engine->options.memory_bytes, error);
}

static rs_status count_keys(rs_engine *base, uint64_t *keys, size_t count, rs_key_counts *counts,
                            rs_error *error)
{
    return rs_device_count_keys(first_lane((cuda_engine *)base), keys, count, counts, error);
}

static void close_engine(rs_engine *base)
{
    cuda_engine *const engine = (cuda_engine *)base;
    for (size_t i = 0; i < engine->lane_count; ++i) {
        rs_lane_close(&engine->lanes[i]);
    }
    rs_ranges_close(engine->ranges);
    free(engine->lanes);
    free(engine);
}

/* The set of devices that was asked for, each of which there may be. */
static rs_status find_devices(uint64_t asked, uint64_t *devices, rs_error *error)
{
    *devices = asked != 0 ? asked : 1;
    if (asked != RS_DEVICES_ALL) {
        return RS_OK;
    }
    int count = 0;
    RS_TRY(RS_CUDA(cudaGetDeviceCount(&count), 0, error));
    *devices = count > 0 && count < RS_LANES_MAX ? (UINT64_C(1) << count) - 1 : RS_DEVICES_ALL >> 1;
    return RS_OK;
}

/* "NVIDIA H100", "8 x NVIDIA H100", or the names one after the other. */
static void describe_lanes(const cuda_engine *engine, char *out, size_t out_bytes)
{
    bool alike = true;
    for (size_t i = 1; i < engine->lane_count; ++i) {
        alike = alike && strcmp(engine->lanes[i].name, engine->lanes[0].name) == 0;
    }
    if (alike && engine->lane_count > 1) {
        (void)snprintf(out, out_bytes, "%u x %s", (unsigned)engine->lane_count,
                       engine->lanes[0].name);
        return;
    }
    for (size_t i = 0, used = 0; i < engine->lane_count && used < out_bytes; ++i) {
        const int added = snprintf(out + used, out_bytes - used, "%s%s", i > 0 ? ", " : "",
                                   engine->lanes[i].name);
        used += added > 0 ? (size_t)added : 0;
    }
}

/* Of all devices those that answer: one that was lost is left out. Of devices that were named every
 * one must be there. */
static rs_status open_each(cuda_engine *engine, uint64_t devices, rs_error *error)
{
    const bool all = engine->options.devices == RS_DEVICES_ALL;
    rs_status status = RS_OK;
    for (int device = 0; device < RS_LANES_MAX; ++device) {
        if ((devices >> device & 1) == 0) {
            continue;
        }
        rs_lane *const lane = &engine->lanes[engine->lane_count];
        status = rs_lane_open(lane, device, error);
        if (status == RS_OK || !all) {
            ++engine->lane_count;
        } else {
            rs_lane_close(lane);
        }
        if (status != RS_OK && !all) {
            return status;
        }
    }
    return engine->lane_count > 0 ? RS_OK : status;
}

/* Everything that can fail; what was made is closed by the caller. */
static rs_status open_lanes(cuda_engine *engine, rs_error *error)
{
    void *memory = NULL;
    uint64_t devices = 0;
    RS_TRY(find_devices(engine->options.devices, &devices, error));
    RS_TRY(rs_alloc(&memory, RS_LANES_MAX, sizeof(rs_lane), "devices of an engine", error));
    engine->lanes = memory;
    RS_TRY(open_each(engine, devices, error));
    rs_engine_info *const info = &engine->base.info;
    const uint64_t most = engine->lane_count * RS_LANE_READERS;
    const uint64_t wanted = engine->options.threads > 0 ? engine->options.threads : most;
    info->threads = (unsigned)(wanted < most ? wanted : most);
    info->threads = info->threads < RS_READERS_MAX ? info->threads : RS_READERS_MAX;
    describe_lanes(engine, info->device, sizeof info->device);
    return RS_OK;
}

rs_status rs_cuda_engine_open(const rs_engine_plugin_options *options, rs_engine **engine,
                              rs_error *error)
{
    static const rs_engine_vtable vtable = {
        .score = score,
        .score_heads = score_heads,
        .multiply = multiply,
        .count_keys = count_keys,
        .close = close_engine,
    };
    void *memory = NULL;
    *engine = NULL;
    RS_TRY(rs_alloc(&memory, 1, sizeof(cuda_engine), "an engine", error));
    cuda_engine *const made = memory;
    made->options = *options;
    made->page_lock.mode = options->page_locking;
    made->base = (rs_engine){.vtable = &vtable, .info = {.name = "cuda"}};
    made->ranges = rs_ranges_open();
    const rs_status status = open_lanes(made, error);
    if (status != RS_OK) {
        close_engine(&made->base);
        return status;
    }
    *engine = &made->base;
    return RS_OK;
}
