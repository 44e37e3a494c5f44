/* sweep_lane.c - what a lane does with a model it took: look again, score, store, tell. */
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "sweep/failure.h"
#include "sweep/sweep_impl.h"

/* ---- the evaluator ---- */

static bool is_alike(const rs_reading *a, const rs_reading *b)
{
    return rs_reading_map(a) == rs_reading_map(b) && rs_reading_values(a) == rs_reading_values(b);
}

static rs_status need_evaluator(rs_lane *lane, const rs_planned_reading *reading, rs_error *error)
{
    if (lane->evaluator != NULL &&
        (lane->reading == reading || is_alike(&lane->reading->made, &reading->made))) {
        return RS_OK;
    }
    rs_evaluator_options options = lane->shared->sweep->evaluator;
    options.threads = lane->shared->lane_threads;
    options.class_map = rs_reading_map(&reading->made);
    options.values = rs_reading_values(&reading->made);
    if (options.backend == RS_BACKEND_CUDA) {
        options.memory_bytes = lane->shared->lane_memory_bytes;
    }
    rs_evaluator_free(lane->evaluator);
    lane->evaluator = NULL;
    lane->reading = reading;
    return rs_evaluator_create(&options, &lane->evaluator, error);
}

static rs_run_setup make_setup(const rs_lane *lane, const rs_planned_reading *reading)
{
    const rs_sweep *const sweep = lane->shared->sweep;
    return (rs_run_setup){
        .reading = &reading->made,
        .evaluated = lane->shared->evaluated,
        .evaluator = lane->evaluator,
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

static void begin_scoring(rs_sweep_shared *shared)
{
    (void)pthread_mutex_lock(&shared->lock);
    while (shared->scoring == shared->most_scoring) {
        (void)pthread_cond_wait(&shared->scored, &shared->lock);
    }
    shared->scoring += 1;
    (void)pthread_mutex_unlock(&shared->lock);
}

static void end_scoring(rs_sweep_shared *shared)
{
    (void)pthread_mutex_lock(&shared->lock);
    shared->scoring -= 1;
    (void)pthread_cond_signal(&shared->scored);
    (void)pthread_mutex_unlock(&shared->lock);
}

/* ---- what becomes of a model ---- */

/* The model failed, which the sweep does not: it is written down. */
static rs_status record_failure(const rs_lane *lane, const rs_planned_model *planned,
                                const rs_error *failure, rs_error *error)
{
    const rs_sweep_model *const model = planned->model;
    RS_TRY(rs_failure_write(planned->files.failure, model->name, model->paths[0], failure, error));
    rs_sweep_tell(lane->shared,
                  &(rs_sweep_event){.kind = RS_SWEEP_FAILED, .model = model, .failure = failure});
    return RS_OK;
}

/* Takes the key. */
static rs_status store(const rs_lane *lane, const rs_planned_model *planned,
                       const rs_run_result *result, rs_json *key, rs_error *error)
{
    RS_TRY(rs_result_store(&planned->files, result, key, error));
    rs_sweep_tell(lane->shared, &(rs_sweep_event){.kind = RS_SWEEP_DONE,
                                                  .model = planned->model,
                                                  .why = planned->why,
                                                  .record = &result->record});
    return RS_OK;
}

/* Whether there is something to do for the model: then *key (else NULL) is what it is made from. */
static rs_status look_again(rs_lane *lane, const rs_planned_model *planned, rs_json **key,
                            rs_error *error)
{
    const rs_error *const reading_error = &planned->reading->error;
    rs_result_state state = {0};
    rs_error failure = {0};
    *key = NULL;
    if (reading_error->status != RS_OK) {
        return record_failure(lane, planned, reading_error, error);
    }
    if (rs_sweep_check(lane->shared->sweep, planned, key, &state, &failure) != RS_OK) {
        return record_failure(lane, planned, &failure, error);
    }
    if (state.fresh) {
        rs_json_free(*key);
        *key = NULL;
        rs_sweep_tell(lane->shared,
                      &(rs_sweep_event){.kind = RS_SWEEP_DONE, .model = planned->model});
        return RS_OK;
    }
    const rs_status ready = need_evaluator(lane, planned->reading, error);
    if (ready != RS_OK) {
        rs_json_free(*key);
        *key = NULL;
    }
    return ready;
}

/* ---- one model ---- */

static rs_status score_model(const rs_lane *lane, const rs_planned_model *planned,
                             rs_run_result *result, rs_error *error)
{
    const rs_run_setup setup = make_setup(lane, planned->reading);
    const rs_run_model model = rs_sweep_run_model(planned->model);
    return rs_model_run(&setup, &model, result, error);
}

static rs_status do_model(rs_lane *lane, const rs_planned_model *planned, rs_error *error)
{
    rs_json *key = NULL;
    rs_run_result result = {0};
    rs_error failure = {0};
    RS_TRY(look_again(lane, planned, &key, error));
    if (key == NULL) {
        return RS_OK;
    }
    begin_scoring(lane->shared);
    rs_status status = score_model(lane, planned, &result, &failure);
    end_scoring(lane->shared);
    if (status == RS_OK) {
        status = store(lane, planned, &result, key, error);
    } else {
        rs_json_free(key);
        if (status != RS_INTERRUPTED) {
            status = record_failure(lane, planned, &failure, error);
        } else {
            *error = failure;
        }
    }
    rs_run_result_clear(&result);
    return status;
}

/* ---- heads ---- */

/* Heads on the same features that are scored in one pass: those of a group that are to be done and
 * could be loaded. */
typedef struct heads {
    const rs_planned_model **planned;
    rs_json **key;
    const char **name;
    rs_head_file **file;
    rs_run_result *result;
    size_t count;
} heads;

static rs_status heads_make(size_t count, heads *group, rs_error *error)
{
    void *memory = NULL;
    RS_TRY(rs_alloc(&memory, count, sizeof(rs_planned_model *), "heads", error));
    group->planned = memory;
    RS_TRY(rs_alloc(&memory, count, sizeof(rs_json *), "heads", error));
    group->key = memory;
    RS_TRY(rs_alloc(&memory, count, sizeof(char *), "heads", error));
    group->name = memory;
    RS_TRY(rs_alloc(&memory, count, sizeof(rs_head_file *), "heads", error));
    group->file = memory;
    RS_TRY(rs_alloc(&memory, count, sizeof(rs_run_result), "heads", error));
    group->result = memory;
    return RS_OK;
}

static void heads_clear(heads *group)
{
    for (size_t h = 0; h < group->count; ++h) {
        rs_run_result_clear(&group->result[h]);
        rs_head_free(group->file[h]);
        rs_json_free(group->key[h]);
    }
    free(group->planned);
    free(group->key);
    free(group->name);
    free(group->file);
    free(group->result);
}

/* A head that cannot be loaded fails by itself. */
static rs_status add_head(rs_lane *lane, const rs_planned_model *planned, heads *group,
                          rs_error *error)
{
    const rs_sweep_model *const model = planned->model;
    const size_t h = group->count;
    rs_error failure = {0};
    RS_TRY(look_again(lane, planned, &group->key[h], error));
    if (group->key[h] == NULL) {
        return RS_OK;
    }
    const rs_status status = rs_head_load(model->weight_path, model->bias_path,
                                          lane->shared->sweep->stop, &group->file[h], &failure);
    if (status != RS_OK) {
        rs_json_free(group->key[h]);
        group->key[h] = NULL;
        if (status == RS_INTERRUPTED) {
            *error = failure;
            return status;
        }
        return record_failure(lane, planned, &failure, error);
    }
    group->planned[h] = planned;
    group->name[h] = model->name;
    group->count += 1;
    return RS_OK;
}

static rs_status store_heads(const rs_lane *lane, heads *group, rs_error *error)
{
    for (size_t h = 0; h < group->count; ++h) {
        rs_json *const key = group->key[h];
        group->key[h] = NULL;
        RS_TRY(store(lane, group->planned[h], &group->result[h], key, error));
    }
    return RS_OK;
}

static rs_status score_heads(const rs_lane *lane, const rs_planned_model *first, heads *group,
                             rs_error *failure)
{
    const rs_run_setup setup = make_setup(lane, first->reading);
    const rs_run_heads run = {
        .features = first->model->paths[0],
        .names = group->name,
        .heads = (const rs_head_file *const *)group->file,
        .count = group->count,
    };
    begin_scoring(lane->shared);
    const rs_status status = rs_heads_run(&setup, &run, group->result, failure);
    end_scoring(lane->shared);
    return status;
}

static rs_status do_heads(rs_lane *lane, const rs_planned_model *first, size_t count,
                          rs_error *error);

/* Not all of the heads may be to blame: each is tried by itself. */
static rs_status fail_heads(rs_lane *lane, const heads *group, const rs_error *failure,
                            rs_error *error)
{
    if (failure->status == RS_INTERRUPTED) {
        *error = *failure;
        return failure->status;
    }
    if (group->count == 1) {
        return record_failure(lane, group->planned[0], failure, error);
    }
    for (size_t h = 0; h < group->count; ++h) {
        RS_TRY(do_heads(lane, group->planned[h], 1, error));
    }
    return RS_OK;
}

/* NOLINTNEXTLINE(misc-no-recursion): of a group to its single heads, and no deeper */
static rs_status do_heads(rs_lane *lane, const rs_planned_model *first, size_t count,
                          rs_error *error)
{
    heads group = {.count = 0};
    rs_error failure = {0};
    rs_status status = heads_make(count, &group, error);
    for (size_t i = 0; status == RS_OK && i < count; ++i) {
        status = add_head(lane, &first[i], &group, error);
    }
    if (status == RS_OK && group.count > 0) {
        status = score_heads(lane, first, &group, &failure) == RS_OK
                     ? store_heads(lane, &group, error)
                     : fail_heads(lane, &group, &failure, error);
    }
    heads_clear(&group);
    return status;
}

rs_status rs_lane_do(rs_lane *lane, const rs_planned_model *planned, rs_error *error)
{
    return planned->model->weight_path != NULL ? do_heads(lane, planned, planned->group, error)
                                               : do_model(lane, planned, error);
}
