/* row_pass.c - what becomes of a chunk of rows: copy, kernels, copy of the results, event. */
#include "cuda/row_pass.h"

#include <stdlib.h>

#include "cuda/average_batch.h"
#include "cuda/device_error.h"
#include "cuda/device_keys.h"
#include "cuda/row_batch.h"

typedef struct row_pass {
    const rs_gpu_job *job;
    const rs_source_info *info;
    const rs_row_results *results;
    uint64_t *counters;
    rs_result_layout layout;
    rs_chunk_plan plan;
    uint64_t fault; /* of the first row that is no distribution, or 0 */
} row_pass;

/* What members are averaged by is there before any of them comes. */
static rs_status prepare_members(const row_pass *run, rs_gpu *gpu, rs_error *error)
{
    const rs_averaging *const of = run->job->averaging;
    if (of == NULL || of->map == NULL) {
        return RS_OK;
    }
    return rs_device_labels_send_member_map(&gpu->labels, of->map, gpu->ring.stream[0], error);
}

static rs_status prepare_gpu(const row_pass *run, rs_gpu *gpu, rs_chunk_plan *plan, rs_error *error)
{
    if (run->job->pairs != NULL) {
        RS_TRY(rs_device_pairs_prepare(gpu, run->job->pass, error));
    }
    RS_TRY(rs_gpu_prepare(gpu, run->job->pass, error));
    RS_TRY(prepare_members(run, gpu, error));
    return rs_ring_reserve(&gpu->ring, plan, error);
}

static rs_status prepare(void *context, rs_error *error)
{
    row_pass *const run = context;
    const rs_gpu_job *const job = run->job;
    run->layout = rs_result_layout_of(run->results);
    run->plan = (rs_chunk_plan){
        .row_bytes = run->info->row_bytes,
        .result_bytes = run->layout.bytes,
    };
    if (job->pairs != NULL && !run->layout.prediction) {
        run->plan.held_bytes = rs_kept_on_device(&run->layout) * sizeof(int32_t);
    }
    if (job->averaging != NULL) {
        run->plan.averaged_bytes = run->info->row_bytes;
        run->plan.row_bytes = rs_averaging_bytes_before(job->averaging, job->averaging->count);
    }
    rs_chunk_plan_rows(&run->plan, job->pass->rows.end - job->pass->rows.begin, job->set->count,
                       job->memory_bytes);
    for (size_t i = 0; i < job->set->count; ++i) {
        RS_TRY(prepare_gpu(run, job->set->gpu[i], &run->plan, error));
    }
    return RS_OK;
}

static rs_row_range rows_of(const void *context, uint64_t *chunk_rows)
{
    const row_pass *const run = context;
    *chunk_rows = run->plan.rows;
    return run->job->pass->rows;
}

static rs_status average(const row_pass *run, const rs_slot *slot, rs_error *error)
{
    const rs_gpu *const gpu = run->job->set->gpu[slot->gpu];
    const rs_average_batch batch = {
        .of = run->job->averaging,
        .rows = slot->rows.memory,
        .row_count = slot->row_count,
        .info = run->info,
        .averaged = slot->averaged.memory,
    };
    return rs_average_batch_make(&batch, &gpu->labels, gpu->multiprocessors, slot->stream, error);
}

static rs_status score(const row_pass *run, const rs_slot *slot, rs_error *error)
{
    const rs_gpu *const gpu = run->job->set->gpu[slot->gpu];
    const bool averaged = run->job->averaging != NULL;
    if (averaged) {
        RS_TRY(average(run, slot, error));
    }
    const rs_row_batch batch = {
        .rows = averaged ? slot->averaged.memory : slot->rows.memory,
        .stride_bytes = run->info->row_bytes,
        .row_count = slot->row_count,
        .first_row = slot->first_row,
        .dtype = run->info->dtype,
        .layout = run->layout,
        .results = slot->results.memory,
        .host_results = slot->host_results,
        .held = run->plan.held_bytes > 0 ? slot->held.memory : NULL,
    };
    RS_TRY(rs_row_batch_score(&batch, &gpu->labels, run->job->pass, gpu->multiprocessors,
                              slot->stream, error));
    if (run->job->pairs == NULL) {
        return RS_OK;
    }
    const rs_device_results results = rs_row_batch_results(&batch);
    return rs_device_pairs_write(gpu, run->job->pass, &results, slot->first_row, slot->row_count,
                                 slot->stream, error);
}

static rs_status send(void *context, rs_slot *slot, rs_error *error)
{
    const row_pass *const run = context;
    const rs_ranges ranges = run->job->ranges;
    rs_range_begin(ranges, "enqueue copy");
    rs_status status = rs_slot_send(slot, slot->row_count * run->plan.row_bytes, error);
    rs_range_end(ranges);
    RS_TRY(status);
    rs_range_begin(ranges, "enqueue kernel");
    status = score(run, slot, error);
    rs_range_end(ranges);
    RS_TRY(status);
    return RS_CUDA(cudaEventRecord(slot->done, slot->stream), slot->device, error);
}

static uint64_t deliver(void *context, const rs_slot *slot)
{
    const row_pass *const run = context;
    rs_deliver_results(&run->layout, slot->host_results, slot->row_count, run->results,
                       slot->first_row - run->job->pass->rows.begin);
    return slot->row_count;
}

static rs_status fetch(void *context, size_t gpu, rs_error *error)
{
    row_pass *const run = context;
    rs_gpu *const from = run->job->set->gpu[gpu];
    if (run->job->pairs != NULL) {
        RS_TRY(rs_device_pairs_count(from, run->job->pass, run->job->pairs, error));
    }
    RS_TRY(rs_device_labels_fetch_fault(&from->labels, run->job->pass, from->ring.stream[0],
                                        &run->fault, error));
    return rs_device_labels_fetch(&from->labels, run->job->pass, from->ring.stream[0],
                                  run->counters, error);
}

rs_status rs_device_score_rows(const rs_gpu_job *job, const rs_row_results *results,
                               uint64_t *counters, uint64_t *rows_scored, rs_error *error)
{
    static const rs_gpu_work work = {prepare, rows_of, send, deliver, fetch};
    row_pass run = {
        .job = job,
        .info = rs_source_get_info(job->source),
        .results = results,
        .counters = counters,
    };
    if (job->pairs != NULL) {
        *job->pairs = (rs_key_counts){.entry = NULL};
    }
    rs_status status = rs_gpu_job_run(job, &work, &run, rows_scored, error);
    if (status == RS_OK) {
        status = rs_distribution_check(run.fault, run.info->path, error);
    }
    *rows_scored = status == RS_OK ? *rows_scored : 0;
    if (job->pairs != NULL && status != RS_OK) {
        free(job->pairs->entry);
        *job->pairs = (rs_key_counts){.entry = NULL};
    }
    return status;
}
