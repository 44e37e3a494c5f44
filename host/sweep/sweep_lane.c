/* sweep_lane.c - what a lane does with a model it took: look again, score, store, tell. */
#include "sweep/sweep_lane.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "sweep/failure.h"

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
        .set_name = sweep->further_name,
        .rated = sweep->rated,
        .average_precision = sweep->average_precision,
        .slices = sweep->slices,
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
static rs_status record_failure(const rs_lane *lane, const rs_sweep_item *item,
                                const rs_error *failure, rs_error *error)
{
    const rs_model *const model = item->model;
    RS_TRY(rs_failure_write(item->files.failure, model->name, model->paths[0], failure, error));
    rs_sweep_tell(lane->shared,
                  &(rs_sweep_event){.kind = RS_SWEEP_FAILED, .model = model, .failure = failure});
    return RS_OK;
}

/* Takes the key. */
static rs_status store(const rs_lane *lane, const rs_sweep_item *item, const rs_run_result *result,
                       rs_json *key, rs_error *error)
{
    RS_TRY(rs_result_store(&item->files, result, key, error));
    rs_sweep_tell(lane->shared, &(rs_sweep_event){.kind = RS_SWEEP_DONE,
                                                  .model = item->model,
                                                  .why = item->why,
                                                  .record = &result->record});
    return RS_OK;
}

/* Whether there is something to do for the model: then *key (else NULL) is what it is made from. */
static rs_status look_again(rs_lane *lane, const rs_sweep_item *item, rs_json **key,
                            rs_error *error)
{
    const rs_error *const reading_error = &item->reading->error;
    rs_result_state state = {0};
    rs_error failure = {0};
    *key = NULL;
    if (reading_error->status != RS_OK) {
        return record_failure(lane, item, reading_error, error);
    }
    if (rs_sweep_check(lane->shared->sweep, item, key, &state, &failure) != RS_OK) {
        return record_failure(lane, item, &failure, error);
    }
    if (state.fresh) {
        rs_json_free(*key);
        *key = NULL;
        rs_sweep_tell(lane->shared, &(rs_sweep_event){.kind = RS_SWEEP_DONE, .model = item->model});
        return RS_OK;
    }
    const rs_status ready = need_evaluator(lane, item->reading, error);
    if (ready != RS_OK) {
        rs_json_free(*key);
        *key = NULL;
    }
    return ready;
}

/* ---- one model ---- */

static rs_status score_model(const rs_lane *lane, const rs_sweep_item *item, rs_run_result *result,
                             rs_error *error)
{
    const rs_run_setup setup = make_setup(lane, item->reading);
    return rs_model_run(&setup, item->model, result, error);
}

static rs_status do_model(rs_lane *lane, const rs_sweep_item *item, rs_error *error)
{
    rs_json *key = NULL;
    rs_run_result result = {0};
    rs_error failure = {0};
    RS_TRY(look_again(lane, item, &key, error));
    if (key == NULL) {
        return RS_OK;
    }
    begin_scoring(lane->shared);
    rs_status status = score_model(lane, item, &result, &failure);
    end_scoring(lane->shared);
    if (status == RS_OK) {
        status = store(lane, item, &result, key, error);
    } else {
        rs_json_free(key);
        if (status != RS_INTERRUPTED) {
            status = record_failure(lane, item, &failure, error);
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
    const rs_sweep_item **item;
    rs_json **key;
    rs_head_run *run;
    size_t count;
} heads;

static rs_status heads_make(size_t count, heads *group, rs_error *error)
{
    RS_TRY(RS_NEW(&group->item, count, "heads", error));
    RS_TRY(RS_NEW(&group->key, count, "heads", error));
    return RS_NEW(&group->run, count, "heads", error);
}

static void heads_clear(heads *group)
{
    for (size_t h = 0; h < group->count; ++h) {
        rs_head_run_clear(&group->run[h]);
        rs_json_free(group->key[h]);
    }
    free(group->item);
    free(group->key);
    free(group->run);
}

/* A head that cannot be loaded fails by itself. */
static rs_status add_head(rs_lane *lane, const rs_sweep_item *item, heads *group, rs_error *error)
{
    const size_t h = group->count;
    rs_error failure = {0};
    RS_TRY(look_again(lane, item, &group->key[h], error));
    if (group->key[h] == NULL) {
        return RS_OK;
    }
    const rs_status status =
        rs_head_run_load(item->model, lane->shared->sweep->stop, &group->run[h], &failure);
    if (status != RS_OK) {
        rs_json_free(group->key[h]);
        group->key[h] = NULL;
        if (status == RS_INTERRUPTED) {
            *error = failure;
            return status;
        }
        return record_failure(lane, item, &failure, error);
    }
    group->item[h] = item;
    group->count += 1;
    return RS_OK;
}

static rs_status store_heads(const rs_lane *lane, heads *group, rs_error *error)
{
    for (size_t h = 0; h < group->count; ++h) {
        rs_json *const key = group->key[h];
        group->key[h] = NULL;
        RS_TRY(store(lane, group->item[h], &group->run[h].result, key, error));
    }
    return RS_OK;
}

static rs_status score_heads(const rs_lane *lane, const rs_sweep_item *first, heads *group,
                             rs_error *failure)
{
    const rs_run_setup setup = make_setup(lane, first->reading);
    begin_scoring(lane->shared);
    const rs_status status = rs_heads_run(&setup, group->run, group->count, failure);
    end_scoring(lane->shared);
    return status;
}

static rs_status do_heads(rs_lane *lane, const rs_sweep_item *first, size_t count, rs_error *error);

/* Not all of the heads may be to blame: each is tried by itself. */
static rs_status fail_heads(rs_lane *lane, const heads *group, const rs_error *failure,
                            rs_error *error)
{
    if (failure->status == RS_INTERRUPTED) {
        *error = *failure;
        return failure->status;
    }
    if (group->count == 1) {
        return record_failure(lane, group->item[0], failure, error);
    }
    for (size_t h = 0; h < group->count; ++h) {
        RS_TRY(do_heads(lane, group->item[h], 1, error));
    }
    return RS_OK;
}

/* NOLINTNEXTLINE(misc-no-recursion): of a group to its single heads, and no deeper */
static rs_status do_heads(rs_lane *lane, const rs_sweep_item *first, size_t count, rs_error *error)
{
    heads group = {.count = 0};
    rs_error failure = {0};
    rs_status status = RS_OK;
    RS_TRY_DONE(heads_make(count, &group, error));
    for (size_t i = 0; i < count; ++i) {
        RS_TRY_DONE(add_head(lane, &first[i], &group, error));
    }
    if (group.count > 0) {
        RS_TRY_DONE(score_heads(lane, first, &group, &failure) == RS_OK
                        ? store_heads(lane, &group, error)
                        : fail_heads(lane, &group, &failure, error));
    }
done:
    heads_clear(&group);
    return status;
}

rs_status rs_lane_do(rs_lane *lane, const rs_sweep_item *item, rs_error *error)
{
    return item->model->weight_path != NULL ? do_heads(lane, item, item->group, error)
                                            : do_model(lane, item, error);
}
