/* models.c - names models: the file's stem, or the shortest end of the path that tells it apart. */
#include "cli/models.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/text.h"
#include "base/visible.h"
#include "cli/output_check.h"
#include "evaluate/evaluator_impl.h"
#include "report/wording.h"

enum { JOINED_NAME_BYTES = 80 };

/* Where the last `components` parts of the path begin. */
static const char *path_end(const char *path, size_t components)
{
    const char *at = path + strlen(path);
    for (size_t slashes = 0; at > path; --at) {
        slashes += at[-1] == '/';
        if (slashes == components) {
            break;
        }
    }
    return at;
}

/* Length of `name` without a final extension; ".npy" alone is a name. */
static size_t stem_length(const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash == NULL ? name : slash + 1;
    const char *dot = strrchr(base, '.');
    return dot == NULL || dot == base ? strlen(name) : (size_t)(dot - name);
}

/* The last `components` parts of the path without the extension. */
static rs_status make_name(const char *path, size_t components, char **name, rs_error *error)
{
    if (strcmp(path, "-") == 0) {
        return rs_copy_text(name, "stdin", error);
    }
    const char *end = path_end(path, components);
    *name = strndup(end, stem_length(end));
    return *name != NULL ? RS_OK : rs_fail_memory(error, strlen(path), "a name");
}

/* The stems of all models of an ensemble, "a+b+c"; of long ones only the first, "a+20others". */
static rs_status make_joined_name(rs_model *model, rs_error *error)
{
    rs_text text = {0};
    size_t first_bytes = 0;
    rs_status status = RS_OK;
    for (size_t i = 0; i < model->path_count; ++i) {
        char *stem = NULL;
        RS_TRY_DONE(make_name(model->paths[i], 1, &stem, error));
        rs_text_printf(&text, "%s%s", i > 0 ? "+" : "", stem);
        free(stem);
        first_bytes = i == 0 ? text.length : first_bytes;
    }
    if (text.length > JOINED_NAME_BYTES) {
        text.length = first_bytes;
        rs_text_printf(&text, "+%zuothers", model->path_count - 1);
    }
    return rs_text_take(&text, &model->name, error);
done:
    rs_text_clear(&text);
    return status;
}

/* A head by its weight, others by their first file. */
static const char *named_by(const rs_model *model)
{
    return model->weight_path != NULL ? model->weight_path : model->paths[0];
}

/* Where "#NAME" begins in the path of a head that is one of several in its file; NULL: nowhere. */
static const char *tensor_mark(const rs_model *model)
{
    const char *const path = model->weight_path;
    const char *const mark = path == NULL ? NULL : strrchr(path, '#');
    return mark == NULL || mark == path || access(path, F_OK) == 0 ? NULL : mark;
}

/* The stem of the file; heads of one file are then told apart by their own names, before folders
 * are. */
static rs_status name_model(const rs_model *model, size_t components, char **name, rs_error *error)
{
    static const char ending[] = ".weight";
    const char *const mark = tensor_mark(model);
    if (mark == NULL) {
        return make_name(named_by(model), components, name, error);
    }
    char *file = strndup(model->weight_path, (size_t)(mark - model->weight_path));
    char *stem = NULL;
    rs_status status = RS_OK;
    if (file == NULL) {
        return rs_fail_memory(error, strlen(model->weight_path), "a name");
    }
    RS_TRY_DONE(make_name(file, components == 1 ? 1 : components - 1, &stem, error));
    size_t length = strlen(mark);
    if (length > sizeof ending && strcmp(mark + length - (sizeof ending - 1), ending) == 0) {
        length -= sizeof ending - 1;
    }
    status = rs_format_text(name, error, "%s%.*s", stem, components == 1 ? 0 : (int)length, mark);
    status = *name != NULL ? status : rs_fail_memory(error, length, "a name");
done:
    free(stem);
    free(file);
    return status;
}

/* Whether there is a longer name than that of so many components. */
static bool has_longer(const rs_model *model, size_t components)
{
    const char *const path = named_by(model);
    const size_t folders = components - (tensor_mark(model) == NULL ? 0 : 1);
    return folders == 0 || path_end(path, folders) != path;
}

static bool is_repeated(const rs_models *models, size_t index)
{
    for (size_t i = 0; i < models->count; ++i) {
        if (i != index && strcmp(models->model[i].name, models->model[index].name) == 0) {
            return true;
        }
    }
    return false;
}

/* Gives each repeated name one more part of its path, again and again. Models whose whole path is
 * used up stay as they are: the same file named twice is the same model twice. */
static rs_status lengthen_names(rs_models *models, rs_error *error)
{
    bool *repeated = NULL;
    rs_status status = RS_OK;
    bool changed = true;
    RS_TRY(RS_NEW(&repeated, models->count, "names", error));
    for (size_t components = 2; changed; ++components) {
        changed = false;
        for (size_t i = 0; i < models->count; ++i) {
            repeated[i] = is_repeated(models, i);
        }
        for (size_t i = 0; i < models->count; ++i) {
            rs_model *model = &models->model[i];
            if (!repeated[i] || !has_longer(model, components - 1)) {
                continue;
            }
            free(model->name);
            model->name = NULL;
            RS_TRY_DONE(name_model(model, components, &model->name, error));
            changed = true;
        }
    }
done:
    free(repeated);
    return status;
}

static rs_status take_names(const rs_arguments *arguments, rs_models *models, rs_error *error)
{
    const rs_argument_list *names = &arguments->option[RS_OPT_NAME];
    RS_REFUSE(names->count > models->count, error, "give --name at most once per model",
              "%zu name%s for %zu model%s", names->count, rs_plural(names->count), models->count,
              rs_plural(models->count));
    for (size_t i = 0; i < models->count; ++i) {
        RS_TRY(rs_given(arguments, RS_OPT_ENSEMBLE)
                   ? make_joined_name(&models->model[i], error)
                   : name_model(&models->model[i], 1, &models->model[i].name, error));
    }
    RS_TRY(lengthen_names(models, error));
    for (size_t i = 0; i < names->count; ++i) {
        free(models->model[i].name);
        models->model[i].name = NULL;
        RS_TRY(rs_copy_text(&models->model[i].name, names->value[i], error));
    }
    for (size_t i = 0; i < models->count; ++i) {
        RS_TRY(rs_make_visible(&models->model[i].name, error));
    }
    return RS_OK;
}

/* `path` with every `old` replaced. */
static rs_status replace(const char *path, const char *old, size_t old_length, const char *new_text,
                         char **out, rs_error *error)
{
    rs_text text = {0};
    bool found = false;
    for (const char *at = path; *at != '\0';) {
        if (strncmp(at, old, old_length) == 0) {
            rs_text_add(&text, new_text);
            at += old_length;
            found = true;
        } else {
            rs_text_append(&text, at, 1);
            ++at;
        }
    }
    if (!found) {
        rs_text_clear(&text);
        return rs_fail(error, RS_USAGE, path, rs_nowhere(), NULL,
                       "--pred-scores %.*s=%s: the model's path does not hold \"%.*s\"",
                       (int)old_length, old, new_text, (int)old_length, old);
    }
    return rs_text_take(&text, out, error);
}

bool rs_is_replacement(const char *value, size_t *old_bytes)
{
    const char *equals = strchr(value, '=');
    *old_bytes = equals == NULL ? 0 : (size_t)(equals - value);
    return *old_bytes > 0 && access(value, F_OK) != 0;
}

static rs_status take_scores(const rs_arguments *arguments, rs_models *models, rs_error *error)
{
    const rs_argument_list *scores = &arguments->option[RS_OPT_PRED_SCORES];
    if (scores->count == 0) {
        return RS_OK;
    }
    size_t old = 0;
    if (scores->count == 1 && rs_is_replacement(scores->value[0], &old)) {
        for (size_t i = 0; i < models->count; ++i) {
            RS_TRY(replace(models->model[i].paths[0], scores->value[0], old,
                           scores->value[0] + old + 1, &models->model[i].scores_path, error));
        }
        return RS_OK;
    }
    RS_REFUSE(scores->count != models->count, error,
              "give --pred-scores once per model, or once as OLD=NEW",
              "%zu score file%s for %zu model%s", scores->count, rs_plural(scores->count),
              models->count, rs_plural(models->count));
    for (size_t i = 0; i < models->count; ++i) {
        RS_TRY(rs_copy_text(&models->model[i].scores_path, scores->value[i], error));
    }
    return RS_OK;
}

rs_status rs_head_paths(const char *text, char **weight, char **bias, rs_error *error)
{
    RS_TRY(rs_copy_text(weight, text, error));
    char *const comma = strrchr(*weight, ',');
    if (comma != NULL && comma != *weight && access(text, F_OK) != 0) {
        *comma = '\0';
        RS_TRY(rs_copy_text(bias, comma + 1, error));
    }
    return RS_OK;
}

/* FILE of FILE#NAME is no output. */
static rs_status check_head(const rs_arguments *arguments, const char *text, rs_error *error)
{
    char *path = NULL;
    const char *tensor = NULL;
    rs_status status = RS_OK;
    if (text != NULL) {
        RS_TRY_DONE(rs_head_path_split(text, &path, &tensor, error));
    }
    status = rs_check_input(arguments, path, error);
done:
    free(path);
    return status;
}

/* Each --head is a model. */
static rs_status make_heads(const rs_arguments *arguments, rs_models *models, rs_error *error)
{
    const rs_argument_list *heads = &arguments->option[RS_OPT_HEAD];
    RS_REFUSE(heads->count == 0 || !rs_given(arguments, RS_OPT_FEATURES) ||
                  arguments->positional.count > 0,
              error, "see reassess help eval",
              "--features FILE and at least one --head W[,B] go together, without MODELs");
    RS_TRY(RS_NEW(&models->model, heads->count, "models", error));
    models->count = heads->count;
    for (size_t i = 0; i < heads->count; ++i) {
        rs_model *const model = &models->model[i];
        model->paths = (const char *const *)arguments->option[RS_OPT_FEATURES].value;
        model->path_count = 1;
        RS_TRY(rs_head_paths(heads->value[i], &model->weight_path, &model->bias_path, error));
        RS_TRY(check_head(arguments, model->weight_path, error));
        RS_TRY(check_head(arguments, model->bias_path, error));
    }
    return take_names(arguments, models, error);
}

/* One a file, or one of all files. */
static rs_status make_of_files(const rs_arguments *arguments, rs_models *models, rs_error *error)
{
    const rs_argument_list *paths = &arguments->positional;
    const bool ensemble = rs_given(arguments, RS_OPT_ENSEMBLE);
    const bool together = rs_given(arguments, RS_OPT_PARTS) || ensemble;
    size_t streams = 0;
    RS_REFUSE(ensemble && paths->count < 2, error, "name the models to be averaged",
              "--ensemble needs at least two models");
    models->count = together ? 1 : paths->count;
    RS_TRY(RS_NEW(&models->model, models->count, "models", error));
    for (size_t i = 0; i < models->count; ++i) {
        models->model[i].paths = (const char *const *)(paths->value + i);
        models->model[i].path_count = together ? paths->count : 1;
    }
    for (size_t i = 0; i < paths->count; ++i) {
        streams += strcmp(paths->value[i], "-") == 0;
    }
    RS_REFUSE(streams > 1, error, NULL, "standard input can be read only once");
    RS_TRY(take_names(arguments, models, error));
    RS_TRY(take_scores(arguments, models, error));
    for (size_t i = 0; i < models->count; ++i) {
        RS_TRY(rs_check_input(arguments, models->model[i].scores_path, error));
    }
    return ensemble ? rs_take_weights(arguments, paths->count, &models->model[0].weights, error)
                    : RS_OK;
}

rs_status rs_models_make(const rs_arguments *arguments, const rs_reading_options *reading,
                         rs_models *models, rs_error *error)
{
    size_t index = 0;
    *models = (rs_models){0};
    RS_TRY(rs_models_read_as(models, reading, &index, error));
    if (rs_given(arguments, RS_OPT_FEATURES) || rs_given(arguments, RS_OPT_HEAD)) {
        return make_heads(arguments, models, error);
    }
    RS_REFUSE(arguments->positional.count == 0, error, "see reassess help eval",
              "name at least one model's file, or - for standard input");
    return make_of_files(arguments, models, error);
}
