/* sweep_plan.c - looks at every model's results once, before any is scored. */
#include "sweep/sweep_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "sweep/input_hash.h"

/* Only times of modification and paths differ: with --hash the bytes decide. */
static rs_status check_hash(const rs_sweep *sweep, const rs_sweep_item *item,
                            rs_result_state *state, rs_error *error)
{
    uint64_t hash = 0;
    if (!sweep->hash) {
        return RS_OK;
    }
    if (state->fresh && !state->has_hash) {
        state->fresh = false;
        (void)snprintf(state->why, sizeof state->why, "the hash of its input is not known");
    }
    if (!state->only_times || !state->has_hash) {
        return RS_OK;
    }
    RS_TRY(rs_input_hash(item->model->paths, item->model->path_count, &hash, error));
    state->fresh = hash == state->input_hash;
    if (state->fresh) {
        state->why[0] = '\0';
    }
    return RS_OK;
}

rs_status rs_sweep_check(const rs_sweep *sweep, const rs_sweep_item *item, rs_json **key,
                         rs_result_state *state, rs_error *error)
{
    const rs_sweep_settings *const settings = &item->reading->settings;
    *state = (rs_result_state){0};
    RS_TRY(rs_content_key_make(item->model, rs_labels_hash(sweep->labels), settings->setting,
                               settings->count, key, error));
    rs_result_check(&item->files, *key, state);
    const rs_status status = check_hash(sweep, item, state, error);
    if (status != RS_OK) {
        rs_json_free(*key);
        *key = NULL;
    }
    return status;
}

static rs_status make_reading(const rs_sweep *sweep, const rs_reading_options *options,
                              rs_planned_reading *reading)
{
    RS_TRY(rs_reading_make(options, sweep->labels, &reading->made, &reading->error));
    reading->made.further = sweep->further;
    reading->made.further_count = sweep->further_count;
    return rs_reading_reorder(&reading->made, &reading->error);
}

static rs_status plan_readings(const rs_sweep *sweep, rs_sweep_plan *plan, rs_error *error)
{
    RS_TRY(RS_NEW(&plan->reading, sweep->models->reading_count, "readings", error));
    plan->reading_count = sweep->models->reading_count;
    for (size_t i = 0; i < plan->reading_count; ++i) {
        rs_planned_reading *const reading = &plan->reading[i];
        if (make_reading(sweep, &sweep->models->reading[i], reading) == RS_OK) {
            reading->error = (rs_error){0};
            RS_TRY(rs_sweep_settings_make(sweep, &reading->made, &reading->settings, error));
        }
    }
    return RS_OK;
}

/* How large a head and a row of its features are, from the sizes of their files. */
static void note_head(const rs_sweep *sweep, const rs_json *key, rs_sweep_item *item)
{
    const uint64_t rows = rs_labels_get_view(sweep->labels)->rows;
    const rs_json *const weight = rs_json_get(rs_json_get(key, "head"), "weight");
    const rs_json *const features = rs_json_first(rs_json_get(key, "files"));
    int64_t bytes = 0;
    if (weight == NULL) {
        return;
    }
    (void)rs_json_integer(rs_json_get(weight, "bytes"), &bytes);
    item->weight_bytes = (uint64_t)bytes;
    (void)rs_json_integer(rs_json_get(features, "bytes"), &bytes);
    item->row_bytes = rows > 0 ? (uint64_t)bytes / rows : 0;
}

/* *item is filled; *fresh: there is nothing to do for it. What cannot be looked at is to do, and
 * fails then. */
static rs_status plan_model(const rs_sweep *sweep, const rs_sweep_plan *plan, const rs_model *model,
                            rs_sweep_item *item, bool *fresh, rs_error *error)
{
    rs_json *key = NULL;
    rs_result_state state = {0};
    *item = (rs_sweep_item){.model = model, .reading = &plan->reading[model->reading], .group = 1};
    *fresh = false;
    RS_TRY(rs_result_files_make(sweep->folder, model->name,
                                sweep->has_row_range ? &sweep->row_range : NULL, &item->files,
                                error));
    if (item->reading->error.status == RS_OK &&
        rs_sweep_check(sweep, item, &key, &state, NULL) == RS_OK) {
        *fresh = state.fresh;
        memcpy(item->why, state.why, sizeof item->why);
        note_head(sweep, key, item);
    }
    rs_json_free(key);
    return RS_OK;
}

rs_status rs_sweep_plan_make(const rs_sweep *sweep, rs_sweep_plan *plan, rs_error *error)
{
    const rs_models *const models = sweep->models;
    *plan = (rs_sweep_plan){0};
    RS_TRY(plan_readings(sweep, plan, error));
    RS_TRY(RS_NEW(&plan->item, models->count, "models", error));
    for (size_t i = 0; i < models->count; ++i) {
        rs_sweep_item *const item = &plan->item[plan->item_count];
        bool fresh = false;
        if (sweep->stop != NULL && *sweep->stop != 0) {
            return rs_fail(error, RS_INTERRUPTED, NULL, rs_nowhere(), "run the same command again",
                           "stopped before any model was scored");
        }
        const rs_status status = plan_model(sweep, plan, &models->model[i], item, &fresh, error);
        plan->fresh += fresh;
        if (status != RS_OK || fresh) {
            rs_result_files_clear(&item->files);
            RS_TRY(status);
        } else {
            plan->item_count += 1;
        }
    }
    return RS_OK;
}

void rs_sweep_plan_clear(rs_sweep_plan *plan)
{
    for (size_t i = 0; i < plan->item_count; ++i) {
        rs_result_files_clear(&plan->item[i].files);
    }
    for (size_t i = 0; i < plan->reading_count; ++i) {
        rs_reading_clear(&plan->reading[i].made);
    }
    free(plan->item);
    free(plan->reading);
    *plan = (rs_sweep_plan){0};
}
