/* gpu_job.c - the loop of every pass. */
#include "cuda/gpu_job.h"

#include <assert.h>
#include <string.h>

#include "base/watch.h"
#include "cuda/device_error.h"
#include "cuda/readers.h"

static_assert(RS_SLOTS_MAX == (int)RS_GPUS_MAX * (int)RS_RING_SLOTS, "room for every slot");

typedef struct gpu_run {
    const rs_gpu_job *job;
    const rs_gpu_work *work;
    void *context;
    rs_readers readers;
    rs_slot *under_way[RS_SLOTS_MAX]; /* the oldest first */
    unsigned under_way_count;
    uint64_t rows_done;
} gpu_run;

/* The readers get the slots of all devices in turn, so that a short input is spread too. */
static rs_status start_readers(gpu_run *run, rs_error *error)
{
    const rs_gpu_job *const job = run->job;
    rs_slot *slot[RS_SLOTS_MAX];
    size_t slots = 0;
    rs_read_plan plan = {
        .averaging = job->averaging,
        .threads = job->threads,
        .ranges = job->ranges,
        .page_lock = job->page_lock,
    };
    plan.rows = run->work->rows(run->context, &plan.chunk_rows);
    for (size_t s = 0; s < RS_RING_SLOTS; ++s) {
        for (size_t i = 0; i < job->set->count; ++i) {
            slot[slots] = &job->set->gpu[i]->ring.slot[s];
            slot[slots++]->gpu = i;
        }
    }
    return rs_readers_start(&run->readers, slot, slots, job->source, &plan, error);
}

/* Which slot to wait for: the oldest, but with several devices one that is done, so that a slow
 * device does not hold up a fast one. */
static rs_status choose(const gpu_run *run, unsigned *chosen, rs_error *error)
{
    *chosen = 0;
    for (unsigned i = 0; run->job->set->count > 1 && i < run->under_way_count; ++i) {
        const rs_slot *const slot = run->under_way[i];
        const cudaError_t code = cudaEventQuery(slot->done);
        if (code == cudaSuccess) {
            *chosen = i;
            return RS_OK;
        }
        if (code != cudaErrorNotReady) {
            return RS_CUDA(code, slot->device, error);
        }
        (void)cudaGetLastError(); /* or the next launch would be told of it */
    }
    return RS_OK;
}

/* Waits for a slot under way and gives it back to the readers. */
static rs_status finish_slot(gpu_run *run, rs_error *error)
{
    const rs_gpu_job *const job = run->job;
    unsigned chosen = 0;
    RS_TRY(choose(run, &chosen, error));
    rs_slot *const slot = run->under_way[chosen];
    rs_range_begin(job->ranges, "wait for the device");
    const rs_status status = RS_CUDA(cudaEventSynchronize(slot->done), slot->device, error);
    rs_range_end(job->ranges);
    RS_TRY(status);
    rs_range_begin(job->ranges, "write results");
    run->rows_done += run->work->deliver(run->context, slot);
    rs_range_end(job->ranges);
    --run->under_way_count;
    memmove(run->under_way + chosen, run->under_way + chosen + 1,
            (run->under_way_count - chosen) * sizeof(rs_slot *));
    rs_readers_give_back(&run->readers, slot);
    rs_watch_tell(job->watch, run->rows_done);
    return RS_OK;
}

static rs_status check_stop(const rs_gpu_job *job, rs_error *error)
{
    if (rs_watch_stops(job->watch)) {
        return rs_fail(error, RS_INTERRUPTED, rs_source_get_info(job->source)->path, rs_nowhere(),
                       "run the same command again", "stopped before all rows were scored");
    }
    return RS_OK;
}

static rs_status stream(gpu_run *run, rs_error *error)
{
    for (;;) {
        RS_TRY(check_stop(run->job, error));
        rs_slot *const slot = rs_readers_take(&run->readers, run->under_way_count == 0);
        if (slot != NULL) {
            RS_TRY(rs_gpu_use(run->job->set->gpu[slot->gpu], error));
            RS_TRY(run->work->send(run->context, slot, error));
            run->under_way[run->under_way_count++] = slot;
        } else if (run->under_way_count > 0) {
            RS_TRY(finish_slot(run, error));
        } else {
            return RS_OK;
        }
    }
}

static rs_status prepare_and_stream(gpu_run *run, rs_error *error)
{
    rs_range_begin(run->job->ranges, "prepare");
    rs_status status = run->work->prepare(run->context, error);
    rs_range_end(run->job->ranges);
    RS_TRY(status);
    RS_TRY(start_readers(run, error));
    status = stream(run, error);
    const rs_status read = rs_readers_stop(&run->readers, status == RS_OK ? error : NULL);
    return status == RS_OK ? read : status;
}

static rs_status fetch(const gpu_run *run, rs_error *error)
{
    for (size_t i = 0; i < run->job->set->count; ++i) {
        RS_TRY(rs_gpu_use(run->job->set->gpu[i], error));
        RS_TRY(run->work->fetch(run->context, i, error));
    }
    return RS_OK;
}

rs_status rs_gpu_job_run(const rs_gpu_job *job, const rs_gpu_work *work, void *context,
                         uint64_t *rows_done, rs_error *error)
{
    gpu_run run = {.job = job, .work = work, .context = context};
    rs_status status = prepare_and_stream(&run, error);
    status = rs_gpu_set_settle(job->set, status, error);
    *rows_done = run.rows_done;
    RS_TRY(status);
    rs_range_begin(job->ranges, "fetch counters");
    status = fetch(&run, error);
    rs_range_end(job->ranges);
    return status == RS_OK ? RS_OK : rs_gpu_set_settle(job->set, status, NULL);
}
