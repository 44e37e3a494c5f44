/* head_pass.c - tiles of features go to whichever device is free; each holds all heads, or as many
 * at a time as its memory has room for.
 *
 * So features cross a bus once, whatever the number of devices; heads are small beside them and are
 * sent to each. Tiles are those of one device: their size follows from the memory alone.
 */
#include "cuda/head_pass.h"

#include <stdlib.h>

#include "base/checked.h"

typedef struct head_pass {
    const rs_heads_task *task;
    rs_heads_run *run; /* of each device */
} head_pass;

/* Tiles of one size: that of the device with the least room. */
static rs_status prepare(void *context, rs_error *error)
{
    const head_pass *const pass = context;
    const size_t count = pass->task->job->set->count;
    uint64_t rows = UINT64_MAX;
    for (size_t i = 0; i < count; ++i) {
        RS_TRY(rs_heads_prepare(&pass->run[i], error));
        rows = pass->run[i].plan.rows < rows ? pass->run[i].plan.rows : rows;
    }
    for (size_t i = 0; i < count; ++i) {
        pass->run[i].plan.rows = rows;
    }
    return RS_OK;
}

static rs_row_range rows_of(const void *context, uint64_t *chunk_rows)
{
    const head_pass *const pass = context;
    const rs_row_range *const range = &pass->task->job->pass->rows;
    const uint64_t tile = pass->run[0].plan.rows;
    *chunk_rows = tile;
    return (rs_row_range){range->begin / tile * tile, range->end};
}

static rs_status send(void *context, rs_slot *slot, rs_error *error)
{
    const head_pass *const pass = context;
    return rs_heads_send(&pass->run[slot->gpu], slot, error);
}

static uint64_t deliver(void *context, const rs_slot *slot)
{
    const head_pass *const pass = context;
    return rs_heads_deliver(&pass->run[slot->gpu], slot);
}

static rs_status fetch(void *context, size_t gpu, rs_error *error)
{
    const head_pass *const pass = context;
    return rs_heads_fetch(&pass->run[gpu], error);
}

/* All heads of the task, which fit into the memory together. */
static rs_status score_group(const rs_heads_task *task, uint64_t *rows_scored, rs_error *error)
{
    static const rs_gpu_work work = {prepare, rows_of, send, deliver, fetch};
    const rs_gpu_set *const set = task->job->set;
    head_pass pass = {.task = task};
    RS_TRY(RS_NEW(&pass.run, set->count, "heads", error));
    for (size_t i = 0; i < set->count; ++i) {
        pass.run[i] = (rs_heads_run){
            .gpu = set->gpu[i],
            .task = task,
            .info = rs_source_get_info(task->job->source),
            .stream = set->gpu[i]->ring.stream[0],
        };
    }
    const rs_status status = rs_gpu_job_run(task->job, &work, &pass, rows_scored, error);
    for (size_t i = 0; i < set->count; ++i) {
        rs_heads_release(&pass.run[i]);
    }
    free(pass.run);
    return status;
}

/* How many heads half of the memory holds, in the widest type they may need. */
static size_t heads_of_group(const rs_heads_task *task)
{
    const rs_head *const head = &task->heads[0];
    const rs_source_info *const info = rs_source_get_info(task->job->source);
    size_t size = sizeof(float);
    for (size_t h = 0; h < task->count; ++h) {
        size = rs_head_logits_dtype(&task->heads[h], info->dtype) == RS_DTYPE_F64 ? sizeof(double)
                                                                                  : size;
    }
    const uint64_t fitting =
        task->job->memory_bytes / 2 / ((uint64_t)head->classes * head->features * size);
    return fitting < 1 ? 1 : fitting < task->count ? (size_t)fitting : task->count;
}

rs_status rs_device_score_heads(const rs_heads_task *task, uint64_t *rows_scored, rs_error *error)
{
    const rs_source_info *const info = rs_source_get_info(task->job->source);
    const size_t fitting = heads_of_group(task);
    *rows_scored = 0;
    if (fitting < task->count && !info->random_access) {
        return rs_fail(error, RS_UNSUPPORTED, info->path, rs_nowhere(),
                       "save them as .npy or .safetensors, or allow more --memory",
                       "features that can be read only once, and the heads do not fit into the "
                       "memory of the device together");
    }
    for (size_t first = 0; first < task->count; first += fitting) {
        rs_heads_task group = *task;
        group.heads = task->heads + first;
        group.count = task->count - first < fitting ? task->count - first : fitting;
        group.counters = task->counters + first;
        group.results = task->results != NULL ? task->results + first : NULL;
        RS_TRY(score_group(&group, rows_scored, error));
    }
    return RS_OK;
}
