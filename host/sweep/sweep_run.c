/* sweep_run.c - lanes. */
#include "sweep/sweep_run.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "engine/thread_pool.h"
#include "sweep/lane_bytes.h"
#include "sweep/sweep_lane.h"

enum { DEVICE_LANES = 2 /* one reads and writes while the other has the device */ };
enum { SIZE_TEXT_BYTES = 24 };

/* ---- lanes ---- */

/* The first error ends the sweep; lanes finish what they are at. */
static void end_sweep(rs_sweep_shared *shared, const rs_error *error)
{
    (void)pthread_mutex_lock(&shared->lock);
    if (shared->status == RS_OK) {
        shared->status = error->status;
        shared->error = *error;
    }
    (void)pthread_mutex_unlock(&shared->lock);
}

/* NULL: there is none left, or no more are to be done. */
static const rs_sweep_item *take_model(rs_sweep_shared *shared)
{
    const rs_sweep *const sweep = shared->sweep;
    const rs_sweep_item *taken = NULL;
    (void)pthread_mutex_lock(&shared->lock);
    const bool stopped = sweep->stop != NULL && *sweep->stop != 0;
    if (shared->status == RS_OK && !stopped && shared->next < shared->plan->item_count) {
        taken = &shared->plan->item[shared->next];
        shared->next += taken->group;
        rs_read_ahead_advance(shared->ahead, shared->next - 1);
    }
    (void)pthread_mutex_unlock(&shared->lock);
    return taken;
}

static void *run_lane(void *argument)
{
    rs_lane *const self = argument;
    rs_error error = {0};
    for (;;) {
        const rs_sweep_item *const item = take_model(self->shared);
        if (item == NULL) {
            break;
        }
        if (rs_lane_do(self, item, &error) != RS_OK) {
            end_sweep(self->shared, &error);
            break;
        }
    }
    rs_evaluator_free(self->evaluator);
    self->evaluator = NULL;
    return NULL;
}

static uint64_t memory_of(const rs_sweep *sweep)
{
    return sweep->memory_bytes == 0 ? RS_SWEEP_MEMORY_BYTES : sweep->memory_bytes;
}

/* How often a lane can take something. */
static size_t count_takes(const rs_sweep_plan *plan)
{
    size_t takes = 0;
    for (size_t i = 0; i < plan->item_count; i += plan->item[i].group) {
        ++takes;
    }
    return takes;
}

/* A size as --memory takes it: the largest unit that it is a whole number of. */
static const char *size_text(uint64_t bytes, char out[SIZE_TEXT_BYTES])
{
    static const char units[] = "KMGT";
    size_t unit = 0;
    for (; unit < sizeof units - 1 && bytes > 0 && bytes % 1024 == 0; ++unit) {
        bytes /= 1024;
    }
    const char *const name = unit > 0 ? &units[unit - 1] : "";
    (void)snprintf(out, SIZE_TEXT_BYTES, "%" PRIu64 "%.1s", bytes, name);
    return out;
}

static rs_status fail_memory(uint64_t memory, uint64_t needed, const char *model, rs_error *error)
{
    const uint64_t mebibyte = UINT64_C(1) << 20;
    char has[SIZE_TEXT_BYTES];
    char needs[SIZE_TEXT_BYTES];
    return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "allow more with --memory",
                   "--memory %s: one model needs %s (%s)", size_text(memory, has),
                   size_text((needed + mebibyte - 1) / mebibyte * mebibyte, needs), model);
}

static rs_status choose_lanes(const rs_sweep *sweep, size_t models, unsigned threads,
                              rs_sweep_shared *shared, rs_error *error)
{
    const rs_sweep_item *const most = rs_lane_neediest(sweep, shared->plan);
    const uint64_t memory = memory_of(sweep);
    const uint64_t one = rs_lane_bytes(sweep, most, 1);
    /* More lanes than processors, so that those which store results hold up nobody. */
    uint64_t lanes = threads + 1 + (threads + 2) / 4;
    if (sweep->evaluator.backend == RS_BACKEND_CUDA) {
        lanes = DEVICE_LANES;
    }
    if (memory < one) {
        return fail_memory(memory, one, most->model->name, error);
    }
    lanes = lanes < memory / one ? lanes : memory / one;
    lanes = lanes < models ? lanes : models;
    lanes = lanes > 0 ? lanes : 1;
    uint64_t each = threads > lanes ? threads / lanes : 1;
    while (each > 1 && lanes * rs_lane_bytes(sweep, most, (unsigned)each) > memory) {
        --each;
    }
    const uint64_t scoring = each > 0 ? threads / each : 1;
    shared->summary->lanes = (unsigned)lanes;
    shared->summary->lane_threads = (unsigned)each;
    shared->lane_threads = (unsigned)each;
    shared->most_scoring = (unsigned)(scoring < lanes ? scoring : lanes);
    if (sweep->evaluator.backend == RS_BACKEND_CUDA) {
        shared->most_scoring = (unsigned)lanes;
    }
    shared->lane_memory_bytes = sweep->evaluator.memory_bytes / lanes;
    return RS_OK;
}

static const char *path_ahead(const void *context, size_t index, size_t file)
{
    const rs_sweep_plan *const plan = context;
    const rs_model *const model = plan->item[index].model;
    if (file < model->path_count) {
        return model->paths[file];
    }
    return file == model->path_count ? model->scores_path : NULL;
}

static rs_status run_lanes(rs_sweep_shared *shared, rs_error *error)
{
    const unsigned lanes = shared->summary->lanes;
    rs_lane *lane_of = NULL;
    RS_TRY(RS_NEW(&lane_of, lanes, "lanes", error));
    for (unsigned i = 0; i < lanes; ++i) {
        lane_of[i].shared = shared;
        /* The caller is the last lane; a thread that cannot be had is one lane less. */
        lane_of[i].started =
            i + 1 < lanes && pthread_create(&lane_of[i].thread, NULL, run_lane, &lane_of[i]) == 0;
    }
    (void)run_lane(&lane_of[lanes - 1]);
    for (unsigned i = 0; i < lanes; ++i) {
        if (lane_of[i].started) {
            (void)pthread_join(lane_of[i].thread, NULL);
        }
    }
    free(lane_of);
    return RS_OK;
}

/* How many threads the options ask for. */
static rs_status count_threads(const rs_sweep *sweep, unsigned *threads, rs_error *error)
{
    rs_thread_pool *pool = NULL;
    RS_TRY(rs_thread_pool_create(sweep->evaluator.threads, &pool, error));
    *threads = rs_thread_pool_threads(pool);
    rs_thread_pool_free(pool);
    return RS_OK;
}

static rs_status run_plan(rs_sweep_shared *shared, rs_error *error)
{
    const rs_sweep *const sweep = shared->sweep;
    const rs_sweep_plan *const plan = shared->plan;
    unsigned threads = 1;
    RS_TRY(count_threads(sweep, &threads, error));
    if (plan->item_count > 0) {
        rs_lane_group_heads(sweep, memory_of(sweep) / DEVICE_LANES, shared->plan);
        RS_TRY(choose_lanes(sweep, count_takes(plan), threads, shared, error));
    }
    rs_sweep_tell(shared, &(rs_sweep_event){.kind = RS_SWEEP_PLANNED});
    if (plan->item_count == 0) {
        return RS_OK;
    }
    RS_TRY(rs_read_ahead_begin(plan->item_count, shared->summary->lanes, memory_of(sweep),
                               path_ahead, plan, &shared->ahead, error));
    const rs_status status = run_lanes(shared, error);
    rs_read_ahead_end(shared->ahead);
    return status;
}

static rs_status fail_stopped(const rs_sweep_shared *shared, rs_error *error)
{
    return rs_fail(error, RS_INTERRUPTED, shared->sweep->folder, rs_nowhere(),
                   "run the same command again: it goes on where this one stopped",
                   "stopped by a signal; %zu of %zu model%s in it",
                   shared->summary->done + shared->plan->fresh, shared->sweep->models->count,
                   shared->sweep->models->count == 1 ? " is" : "s are");
}

rs_status rs_sweep_run(const rs_sweep *sweep, rs_sweep_summary *summary, rs_error *error)
{
    rs_sweep_plan plan;
    *summary = (rs_sweep_summary){0};
    rs_status status = rs_sweep_plan_make(sweep, &plan, error);
    rs_sweep_shared shared = {
        .sweep = sweep,
        .plan = &plan,
        .evaluated = rs_count_evaluated(sweep->labels),
        .summary = summary,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .scored = PTHREAD_COND_INITIALIZER,
    };
    if (status == RS_OK) {
        summary->fresh = plan.fresh;
        status = run_plan(&shared, error);
    }
    if (status == RS_OK && shared.status != RS_OK && shared.status != RS_INTERRUPTED) {
        status = shared.status;
        if (error != NULL) {
            *error = shared.error;
        }
    }
    if (status == RS_OK &&
        (shared.status == RS_INTERRUPTED || summary->done + summary->failed < plan.item_count)) {
        status = fail_stopped(&shared, error);
    }
    (void)pthread_cond_destroy(&shared.scored);
    (void)pthread_mutex_destroy(&shared.lock);
    rs_sweep_plan_clear(&plan);
    return status;
}
