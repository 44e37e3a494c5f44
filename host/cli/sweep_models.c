/* sweep_models.c - see sweep_models.h. */
#include "cli/sweep_models.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "base/text.h"
#include "cli/models.h"
#include "cli/sweep_names.h"
#include "cli/sweep_paths.h"
#include "sweep/result_folder.h"

enum { LIST_LIMIT_BYTES = 256 << 20 };

/* ---- models ---- */

static rs_reading_options reading_of(const rs_eval_settings *settings)
{
    rs_reading_options reading = settings->reading;
    /* A mapped file that shrinks would take the whole sweep with it. */
    if (reading.source.io == RS_IO_AUTO) {
        reading.source.io = RS_IO_PREAD;
    }
    return reading;
}

/* What the arguments of the command line stand for. */
static rs_status take_positional(const rs_arguments *arguments, const rs_reading_options *reading,
                                 rs_sweep_models *models, rs_error *error)
{
    const rs_argument_list *scores = &arguments->option[RS_OPT_PRED_SCORES];
    rs_path_filter filter = {.any_bytes = reading->source.raw_columns > 0};
    if (scores->count == 1 && rs_is_replacement(scores->value[0], &filter.part_bytes)) {
        filter.part = scores->value[0];
    }
    rs_sweep_paths paths = {0};
    rs_status status = RS_OK;
    for (size_t i = 0; status == RS_OK && i < arguments->positional.count; ++i) {
        status = rs_sweep_paths_add(&paths, arguments->positional.value[i], &filter, error);
    }
    models->path = paths.path;
    models->path_count = paths.count;
    RS_TRY(status);
    rs_arguments expanded = *arguments;
    expanded.positional = (rs_argument_list){(const char **)models->path, models->path_count};
    return rs_models_make(&expanded, reading, &models->models, error);
}

static rs_status add_list(const rs_arguments *arguments, rs_sweep_models *models, rs_error *error)
{
    const char *path = rs_value(arguments, RS_OPT_LIST, NULL);
    rs_file_bytes bytes = {0};
    if (path == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_file_read(path, LIST_LIMIT_BYTES, &bytes, error));
    const rs_status status =
        rs_sweep_list_add(&models->list, &models->models, path, bytes.data, bytes.size, error);
    rs_file_bytes_free(&bytes);
    return status;
}

/* ---- names ---- */

typedef struct file_name {
    char *path;
    const char *name;
} file_name;

static int by_path(const void *a, const void *b)
{
    return strcmp(((const file_name *)a)->path, ((const file_name *)b)->path);
}

static rs_status check_repeated(const file_name *names, size_t count, rs_error *error)
{
    for (size_t i = 1; i < count; ++i) {
        RS_REFUSE(strcmp(names[i].path, names[i - 1].path) == 0, error,
                  "name them apart with --name or in a --list",
                  "two models would write the same files: \"%s\" and \"%s\"", names[i - 1].name,
                  names[i].name);
    }
    return RS_OK;
}

/* Each model's results need a name of their own. */
static rs_status check_names(const rs_models *models, rs_error *error)
{
    file_name *names = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&names, models->count, "names", error));
    for (size_t i = 0; i < models->count; ++i) {
        rs_result_files files;
        status = rs_result_files_make("", models->model[i].name, NULL, &files, error);
        names[i] = (file_name){files.record, models->model[i].name};
        files.record = NULL;
        rs_result_files_clear(&files);
        RS_TRY_DONE(status);
    }
    if (models->count > 1) {
        qsort(names, models->count, sizeof names[0], by_path);
        status = check_repeated(names, models->count, error);
    }
done:
    for (size_t i = 0; i < models->count; ++i) {
        free(names[i].path);
    }
    free(names);
    return status;
}

static rs_status shorten(rs_swept_name *names, size_t count, rs_error *error)
{
    for (size_t i = 0; i < count; ++i) {
        char *name = NULL;
        RS_TRY(rs_format_text(&name, error, "%.*s", (int)names[i].bytes, names[i].model->name));
        free(names[i].model->name);
        names[i].model->name = name;
    }
    return RS_OK;
}

/* Whether a model of the list has one of the shorter names. */
static bool is_listed(const rs_models *models, size_t made, const rs_swept_name *names,
                      size_t count)
{
    for (size_t listed = made; listed < models->count; ++listed) {
        const char *const name = models->model[listed].name;
        for (size_t i = 0; i < count; ++i) {
            if (strlen(name) == names[i].bytes &&
                strncmp(name, names[i].model->name, names[i].bytes) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Of the first `made` models, which the arguments stand for, those without --name. */
static rs_status shorten_names(const rs_arguments *arguments, size_t made, const char *folder,
                               const rs_row_range *range, rs_sweep_models *models, rs_error *error)
{
    const size_t named = arguments->option[RS_OPT_NAME].count;
    const size_t count = made > named ? made - named : 0;
    rs_swept_name *names = NULL;
    const char *common = "";
    rs_status status = RS_OK;
    if (count == 0) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&names, count, "names", error));
    for (size_t i = 0; i < count; ++i) {
        names[i].model = &models->models.model[named + i];
    }
    RS_TRY_DONE(rs_sweep_names_find(names, count, folder, range, &common, error));
    if (is_listed(&models->models, made, names, count)) {
        goto done;
    }
    if (common[0] != '\0') {
        RS_TRY_DONE(rs_copy_text(&models->common_end, common, error));
    }
    status = shorten(names, count, error);
done:
    free(names);
    return status;
}

/* ---- the whole ---- */

rs_status rs_sweep_models_make(const rs_arguments *arguments, const rs_eval_settings *settings,
                               const char *folder, rs_sweep_models *models, rs_error *error)
{
    *models = (rs_sweep_models){0};
    const rs_reading_options reading = reading_of(settings);
    size_t first = 0;
    if (arguments->positional.count > 0) {
        RS_TRY(take_positional(arguments, &reading, models, error));
    }
    RS_TRY(rs_models_read_as(&models->models, &reading, &first, error));
    const size_t made = models->models.count;
    RS_TRY(add_list(arguments, models, error));
    RS_TRY(shorten_names(arguments, made, folder,
                         settings->has_row_range ? &settings->row_range : NULL, models, error));
    RS_REFUSE(models->models.count == 0, error, "see reassess help sweep",
              "name the models: files, folders, or a --list");
    return check_names(&models->models, error);
}

void rs_sweep_models_keep_shard(rs_sweep_models *sweep, rs_shard shard)
{
    rs_models *const models = &sweep->models;
    size_t kept = 0;
    for (size_t i = 0; i < models->count; ++i) {
        if (i % shard.count == shard.index) {
            models->model[kept++] = models->model[i];
        } else {
            rs_model_clear(&models->model[i]);
        }
    }
    models->count = kept;
}

void rs_sweep_models_clear(rs_sweep_models *models)
{
    for (size_t i = 0; i < models->path_count; ++i) {
        free(models->path[i]);
    }
    rs_models_clear(&models->models);
    rs_sweep_list_clear(&models->list);
    free(models->path);
    free(models->common_end);
    *models = (rs_sweep_models){0};
}
