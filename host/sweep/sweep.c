/* sweep.c - lanes. */
#include "sweep/sweep.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "engine/thread_pool.h"
#include "sweep/failure.h"
#include "sweep/read_ahead.h"
#include "sweep/sweep_plan.h"

enum {
    /* What a lane holds beside predictions and counters: blocks of a decompressor, a text under
     * way, buffers of files, and what the allocator keeps. */
    LANE_BASE_BYTES = 12 << 20,
    /* A block of rows of 1 MB, or one row of 65,536 doubles, and its copy in the class order. */
    THREAD_BYTES = 3 << 20,
    DEVICE_LANES = 2 /* one reads and writes while the other has the device */
};

typedef struct shared_state {
    const rs_sweep *sweep;
    const rs_sweep_plan *plan;
    uint64_t evaluated;
    unsigned lane_threads;
    uint64_t lane_memory_bytes;
    unsigned most_scoring; /* lanes that may score at once: there are processors for no more */
    rs_read_ahead *ahead;

    pthread_mutex_t lock; /* for what follows, and while `report` is called */
    pthread_cond_t scored;
    unsigned scoring;
    size_t next; /* model to be taken */
    rs_sweep_summary *summary;
    rs_status status; /* of the sweep: not RS_OK once no further model is to be taken */
    rs_error error;
} shared_state;

typedef struct lane {
    shared_state *shared;
    pthread_t thread;
    bool started;
    rs_evaluator *evaluator;           /* NULL until needed */
    const rs_planned_reading *reading; /* that the evaluator is for */
} lane;

/* ---- reports ---- */

static void tell(shared_state *shared, rs_sweep_event *event)
{
    const rs_sweep *const sweep = shared->sweep;
    (void)pthread_mutex_lock(&shared->lock);
    shared->summary->done += event->kind == RS_SWEEP_DONE;
    shared->summary->failed += event->kind == RS_SWEEP_FAILED;
    event->finished = shared->summary->done + shared->summary->failed;
    event->to_do = shared->plan->model_count;
    event->fresh = shared->plan->fresh;
    if (sweep->report != NULL) {
        sweep->report(sweep->context, event);
    }
    (void)pthread_mutex_unlock(&shared->lock);
}

/* The first error ends the sweep; lanes finish what they are at. */
static void end_sweep(shared_state *shared, const rs_error *error)
{
    (void)pthread_mutex_lock(&shared->lock);
    if (shared->status == RS_OK) {
        shared->status = error->status;
        shared->error = *error;
    }
    (void)pthread_mutex_unlock(&shared->lock);
}

/* ---- one model ---- */

static rs_status need_evaluator(lane *self, const rs_planned_reading *reading, rs_error *error)
{
    if (self->evaluator != NULL &&
        (self->reading == reading ||
         (self->reading->prepared.class_map == NULL && reading->prepared.class_map == NULL &&
          self->reading->prepared.reading->values == reading->prepared.reading->values))) {
        return RS_OK;
    }
    rs_evaluator_options options = self->shared->sweep->evaluator;
    options.threads = self->shared->lane_threads;
    options.class_map = reading->prepared.class_map;
    options.values = reading->prepared.reading->values;
    if (options.backend == RS_BACKEND_CUDA) {
        options.memory_bytes = self->shared->lane_memory_bytes;
    }
    rs_evaluator_free(self->evaluator);
    self->evaluator = NULL;
    self->reading = reading;
    return rs_evaluator_create(&options, &self->evaluator, error);
}

static rs_run_setup make_setup(const lane *self, const rs_planned_reading *reading)
{
    const rs_sweep *const sweep = self->shared->sweep;
    const rs_prepared_reading *const prepared = &reading->prepared;
    return (rs_run_setup){
        .labels = sweep->labels,
        .ordered = prepared->reordered != NULL ? prepared->reordered : sweep->labels,
        .order = prepared->order,
        .order_kind = prepared->reading->order,
        .order_text = prepared->reading->order_text,
        .evaluated = self->shared->evaluated,
        .evaluator = self->evaluator,
        .source = prepared->reading->source,
        .metrics = sweep->metrics,
        .has_row_range = sweep->has_row_range,
        .row_range = sweep->row_range,
        .keep = sweep->keep,
        .hash_input = sweep->hash,
        .labels_ms = sweep->labels_ms,
        .start_ms = sweep->start_ms,
        .stop = sweep->stop,
    };
}

static void begin_scoring(shared_state *shared)
{
    (void)pthread_mutex_lock(&shared->lock);
    while (shared->scoring == shared->most_scoring) {
        (void)pthread_cond_wait(&shared->scored, &shared->lock);
    }
    shared->scoring += 1;
    (void)pthread_mutex_unlock(&shared->lock);
}

static void end_scoring(shared_state *shared)
{
    (void)pthread_mutex_lock(&shared->lock);
    shared->scoring -= 1;
    (void)pthread_cond_signal(&shared->scored);
    (void)pthread_mutex_unlock(&shared->lock);
}

/* Scores the model. *stored is false when that failed, and true when storing did. Takes the key. */
static rs_status run_model(lane *self, const rs_planned_model *planned, rs_json *key, bool *stored,
                           rs_error *error)
{
    const rs_run_model model = rs_sweep_run_model(planned->model);
    const rs_run_setup setup = make_setup(self, planned->reading);
    rs_run_result result = {0};
    *stored = false;
    begin_scoring(self->shared);
    rs_status status = rs_model_run(&setup, &model, &result, error);
    end_scoring(self->shared);
    if (status == RS_OK) {
        *stored = true;
        status = rs_result_store(&planned->files, &result, key, error);
    } else {
        rs_json_free(key);
    }
    if (status == RS_OK) {
        tell(self->shared, &(rs_sweep_event){.kind = RS_SWEEP_DONE,
                                             .model = planned->model,
                                             .why = planned->why,
                                             .record = &result.record});
    }
    rs_run_result_clear(&result);
    return status;
}

/* The model failed, which the sweep does not: it is written down. */
static rs_status record_failure(lane *self, const rs_planned_model *planned,
                                const rs_error *failure, rs_error *error)
{
    const rs_sweep_model *const model = planned->model;
    RS_TRY(rs_failure_write(planned->files.failure, model->name, model->paths[0], failure, error));
    tell(self->shared,
         &(rs_sweep_event){.kind = RS_SWEEP_FAILED, .model = model, .failure = failure});
    return RS_OK;
}

static rs_status do_model(lane *self, const rs_planned_model *planned, rs_error *error)
{
    const rs_error *const reading_error = &planned->reading->error;
    rs_json *key = NULL;
    rs_result_state state = {0};
    rs_error failure = {0};
    bool stored = false;
    if (reading_error->status != RS_OK) {
        return record_failure(self, planned, reading_error, error);
    }
    if (rs_sweep_check(self->shared->sweep, planned, &key, &state, &failure) != RS_OK) {
        return record_failure(self, planned, &failure, error);
    }
    if (state.fresh) {
        rs_json_free(key);
        tell(self->shared, &(rs_sweep_event){.kind = RS_SWEEP_DONE, .model = planned->model});
        return RS_OK;
    }
    const rs_status ready = need_evaluator(self, planned->reading, error);
    if (ready != RS_OK) {
        rs_json_free(key);
        return ready;
    }
    const rs_status status = run_model(self, planned, key, &stored, &failure);
    if (status == RS_OK) {
        return RS_OK;
    }
    if (stored || status == RS_INTERRUPTED) {
        *error = failure;
        return status;
    }
    return record_failure(self, planned, &failure, error);
}

/* ---- lanes ---- */

/* NULL: there is none left, or no more are to be done. */
static const rs_planned_model *take_model(shared_state *shared)
{
    const rs_sweep *const sweep = shared->sweep;
    const rs_planned_model *taken = NULL;
    (void)pthread_mutex_lock(&shared->lock);
    const bool stopped = sweep->stop != NULL && *sweep->stop != 0;
    if (shared->status == RS_OK && !stopped && shared->next < shared->plan->model_count) {
        rs_read_ahead_advance(shared->ahead, shared->next);
        taken = &shared->plan->model[shared->next++];
    }
    (void)pthread_mutex_unlock(&shared->lock);
    return taken;
}

static void *run_lane(void *argument)
{
    lane *const self = argument;
    rs_error error = {0};
    for (;;) {
        const rs_planned_model *const planned = take_model(self->shared);
        if (planned == NULL) {
            break;
        }
        if (do_model(self, planned, &error) != RS_OK) {
            end_sweep(self->shared, &error);
            break;
        }
    }
    rs_evaluator_free(self->evaluator);
    self->evaluator = NULL;
    return NULL;
}

uint64_t rs_sweep_lane_bytes(const rs_sweep *sweep, unsigned threads)
{
    const rs_label_view *const view = rs_labels_get_view(sweep->labels);
    const uint64_t rows =
        sweep->has_row_range ? sweep->row_range.end - sweep->row_range.begin : view->rows;
    const uint64_t counters = ((uint64_t)view->classes + 1) * (2 * RS_TOPK_MAX + 16) * 8;
    return LANE_BASE_BYTES + counters + rows * sweep->keep * (sizeof(int32_t) + sizeof(double)) +
           threads * (THREAD_BYTES + counters);
}

static rs_status choose_lanes(const rs_sweep *sweep, size_t models, unsigned threads,
                              shared_state *shared, rs_error *error)
{
    const uint64_t memory = sweep->memory_bytes == 0 ? RS_SWEEP_MEMORY_BYTES : sweep->memory_bytes;
    /* More lanes than processors, so that those which store results hold up nobody. */
    uint64_t lanes = threads + (threads + 3) / 4;
    const uint64_t one = rs_sweep_lane_bytes(sweep, 1);
    if (sweep->evaluator.backend == RS_BACKEND_CUDA) {
        lanes = DEVICE_LANES;
    }
    if (memory < one) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), NULL,
                       "--memory %" PRIu64 ": one model needs %" PRIu64 " bytes", memory, one);
    }
    lanes = lanes < memory / one ? lanes : memory / one;
    lanes = lanes < models ? lanes : models;
    lanes = lanes > 0 ? lanes : 1;
    uint64_t each = threads > lanes ? threads / lanes : 1;
    while (each > 1 && lanes * rs_sweep_lane_bytes(sweep, (unsigned)each) > memory) {
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
    const rs_sweep_model *const model = plan->model[index].model;
    if (file < model->path_count) {
        return model->paths[file];
    }
    return file == model->path_count ? model->scores_path : NULL;
}

static rs_status run_lanes(shared_state *shared, rs_error *error)
{
    const unsigned lanes = shared->summary->lanes;
    void *memory = NULL;
    RS_TRY(rs_alloc(&memory, lanes, sizeof(lane), "lanes", error));
    lane *const lane_of = memory;
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
    free(memory);
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

static rs_status run_plan(shared_state *shared, rs_error *error)
{
    const rs_sweep *const sweep = shared->sweep;
    const rs_sweep_plan *const plan = shared->plan;
    unsigned threads = 1;
    RS_TRY(count_threads(sweep, &threads, error));
    RS_TRY(choose_lanes(sweep, plan->model_count, threads, shared, error));
    tell(shared, &(rs_sweep_event){.kind = RS_SWEEP_PLANNED});
    if (plan->model_count == 0) {
        return RS_OK;
    }
    RS_TRY(
        rs_read_ahead_begin(plan->model_count, shared->summary->lanes,
                            sweep->memory_bytes == 0 ? RS_SWEEP_MEMORY_BYTES : sweep->memory_bytes,
                            path_ahead, plan, &shared->ahead, error));
    const rs_status status = run_lanes(shared, error);
    rs_read_ahead_end(shared->ahead);
    return status;
}

static rs_status fail_stopped(const shared_state *shared, rs_error *error)
{
    return rs_fail(error, RS_INTERRUPTED, shared->sweep->folder, rs_nowhere(),
                   "run the same command again: it goes on where this one stopped",
                   "stopped by a signal; %zu of %zu models are in it",
                   shared->summary->done + shared->plan->fresh, shared->sweep->model_count);
}

rs_status rs_sweep_run(const rs_sweep *sweep, rs_sweep_summary *summary, rs_error *error)
{
    rs_sweep_plan plan;
    *summary = (rs_sweep_summary){0};
    rs_status status = rs_sweep_plan_make(sweep, &plan, error);
    shared_state shared = {
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
        (shared.status == RS_INTERRUPTED || summary->done + summary->failed < plan.model_count)) {
        status = fail_stopped(&shared, error);
    }
    (void)pthread_cond_destroy(&shared.scored);
    (void)pthread_mutex_destroy(&shared.lock);
    rs_sweep_plan_clear(&plan);
    return status;
}
