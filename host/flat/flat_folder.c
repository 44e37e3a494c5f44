/* flat_folder.c - a folder of results: what is there already, what failed, and whose a model is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/json.h"
#include "flat/flat_error.h"
#include "flat/flat_impl.h"
#include "sweep/failure.h"
#include "sweep/result_store.h"
#include "sweep/shard.h"

/* ---- what a result is made from ---- */

enum { MORE_SETTINGS = 16 };

/* As rs_flat_result_save takes it. */
typedef struct made_from {
    rs_json *json; /* NULL: nothing was said */
    const char **path;
    size_t path_count;
    rs_key_setting setting[RS_SWEEP_SETTING_COUNT + MORE_SETTINGS];
    size_t setting_count;
} made_from;

static void made_from_clear(made_from *from)
{
    rs_json_free(from->json);
    free(from->path);
}

static rs_status take_files(made_from *from, rs_error *error)
{
    const rs_json *const files = rs_json_get(from->json, "files");
    RS_TRY(RS_NEW(&from->path, rs_json_size(files) + 1, "paths", error));
    for (const rs_json *at = rs_json_first(files); at != NULL; at = rs_json_next(at)) {
        const char *const path = rs_json_text(at);
        RS_REFUSE(path == NULL, error, NULL, "the option \"files\" is to be a list of paths");
        from->path[from->path_count++] = path;
    }
    return RS_OK;
}

static rs_status take_settings(made_from *from, const rs_sweep_settings *settings, rs_error *error)
{
    const rs_json *const more = rs_json_get(from->json, "settings");
    RS_REFUSE(rs_json_size(more) > MORE_SETTINGS, error, NULL,
              "a result has at most %d settings of its own", MORE_SETTINGS);
    for (size_t i = 0; i < settings->count; ++i) {
        from->setting[from->setting_count++] = settings->setting[i];
    }
    for (const rs_json *at = rs_json_first(more); at != NULL; at = rs_json_next(at)) {
        const rs_key_setting setting = {rs_json_name(at), rs_json_text(at)};
        RS_REFUSE(setting.name == NULL || setting.value == NULL, error, NULL,
                  "the option \"settings\" is to be an object of texts");
        from->setting[from->setting_count++] = setting;
    }
    return RS_OK;
}

rs_status rs_flat_make_key(const rs_flat_scorer *scorer, const char *from, rs_json **key,
                           rs_error *error)
{
    static const char *const names[] = {"files", "settings", NULL};
    const rs_sweep sweep = {
        .labels = scorer->labels,
        .evaluator = scorer->options,
        .metrics = scorer->setup.metrics,
        .keep = scorer->keep,
        .further = scorer->reading.further,
        .further_name = scorer->setup.set_name,
        .further_count = scorer->reading.further_count,
    };
    rs_sweep_settings settings;
    made_from made = {0};
    rs_status status = RS_OK;
    *key = NULL;
    RS_TRY(rs_sweep_settings_make(&sweep, &scorer->reading, &settings, error));
    RS_TRY_DONE(from == NULL ? RS_OK : rs_flat_parse(from, names, &made.json, error));
    RS_TRY_DONE(take_files(&made, error));
    RS_TRY_DONE(take_settings(&made, &settings, error));
    const rs_model model = {.paths = made.path, .path_count = made.path_count};
    status = rs_content_key_make(&model, rs_labels_hash(scorer->labels), made.setting,
                                 made.setting_count, key, error);
done:
    made_from_clear(&made);
    return status;
}

/* ---- what is there ---- */

static rs_status check(const rs_flat_scorer *scorer, const char *model, const char *folder,
                       const char *from, char **why, rs_error *error)
{
    rs_result_files files = {0};
    rs_json *key = NULL;
    rs_result_state state = {0};
    rs_status status = RS_OK;
    RS_NEED(why, error);
    *why = NULL;
    RS_NEED(scorer, error);
    RS_NEED(model, error);
    RS_NEED(folder, error);
    RS_TRY_DONE(rs_result_files_make(folder, model, NULL, &files, error));
    RS_TRY_DONE(rs_flat_make_key(scorer, from, &key, error));
    rs_result_check(&files, key, &state);
    RS_TRY_DONE(rs_copy_text(why, state.fresh ? "fresh" : state.why, error));
done:
    rs_json_free(key);
    rs_result_files_clear(&files);
    return status;
}

int rs_flat_result_check(const rs_flat_scorer *scorer, const char *model, const char *folder,
                         const char *from, char **why, char **error)
{
    rs_error made = {0};
    return rs_flat_end(check(scorer, model, folder, from, why, &made), &made, error);
}

/* ---- what failed ---- */

static rs_status status_of(const char *name)
{
    for (int status = RS_OK; status < RS_INTERRUPTED; ++status) {
        if (name != NULL && strcmp(rs_status_name((rs_status)status), name) == 0) {
            return (rs_status)status;
        }
    }
    return RS_FORMAT;
}

static void put_text(const rs_json *json, const char *name, char *to, size_t bytes)
{
    const char *const text = rs_json_text(rs_json_get(json, name));
    (void)snprintf(to, bytes, "%s", text == NULL ? "" : text);
}

static rs_status save_failure(const char *folder, const char *model, const char *input,
                              const char *failure, rs_error *error)
{
    static const char *const names[] = {"status", "file", "reason", "advice", NULL};
    rs_result_files files = {0};
    rs_json *json = NULL;
    rs_status status = RS_OK;
    RS_NEED(folder, error);
    RS_NEED(model, error);
    RS_NEED(input, error);
    RS_TRY_DONE(rs_flat_parse(failure, names, &json, error));
    RS_TRY_DONE(rs_result_files_make(folder, model, NULL, &files, error));
    rs_error failed = {.status = status_of(rs_json_text(rs_json_get(json, "status")))};
    put_text(json, "file", failed.file, sizeof failed.file);
    put_text(json, "reason", failed.reason, sizeof failed.reason);
    put_text(json, "advice", failed.advice, sizeof failed.advice);
    status = rs_failure_write(files.failure, model, input, &failed, error);
done:
    rs_result_files_clear(&files);
    rs_json_free(json);
    return status;
}

int rs_flat_failure_save(const char *folder, const char *model, const char *input,
                         const char *failure, char **error)
{
    rs_error made = {0};
    return rs_flat_end(save_failure(folder, model, input, failure, &made), &made, error);
}

/* ---- shards ---- */

int rs_flat_shard(const char *text, uint64_t models, uint64_t shard[2], char **error)
{
    rs_error made = {0};
    rs_shard taken = {0, 1};
    const rs_slurm_array array = rs_slurm_array_here();
    const rs_status status = text != NULL
                                 ? rs_shard_parse(text, &taken, &made)
                                 : rs_shard_of_array(&array, (size_t)models, &taken, &made);
    shard[0] = taken.index;
    shard[1] = taken.count;
    return rs_flat_end(status, &made, error);
}
