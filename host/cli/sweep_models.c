/* sweep_models.c - see sweep_models.h. */
#include "cli/sweep_models.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/file_read.h"
#include "cli/sweep_paths.h"
#include "sweep/result_folder.h"

enum { LIST_LIMIT_BYTES = 256 << 20 };

/* ---- readings ---- */

/* The index of a reading like this one, which is added where there is none. */
static rs_status find_reading(rs_sweep_models *models, const rs_sweep_reading *wanted,
                              size_t *index, rs_error *error)
{
    for (*index = 0; *index < models->reading_count; ++*index) {
        if (rs_sweep_reading_equal(&models->reading[*index], wanted)) {
            return RS_OK;
        }
    }
    void *memory = models->reading;
    RS_TRY(rs_realloc(&memory, models->reading_count + 1, sizeof(rs_sweep_reading), "readings",
                      error));
    models->reading = memory;
    models->reading[models->reading_count++] = *wanted;
    return RS_OK;
}

static rs_sweep_reading reading_of(const rs_arguments *arguments, const rs_eval_settings *settings)
{
    rs_sweep_reading reading = {
        .order = settings->order,
        .order_text = settings->order_text,
        .class_map_path = rs_value(arguments, RS_OPT_CLASS_MAP, NULL),
        .source = settings->source,
        .values = settings->evaluator.values,
    };
    /* A mapped file that shrinks would take the whole sweep with it. */
    if (reading.source.io == RS_IO_AUTO) {
        reading.source.io = RS_IO_PREAD;
    }
    return reading;
}

/* What a line says itself, and the command line otherwise. */
static rs_sweep_reading reading_of_line(const rs_sweep_models *models,
                                        const rs_arguments *arguments,
                                        const rs_eval_settings *settings)
{
    rs_sweep_reading reading = models->reading[0];
    if (rs_given(arguments, RS_OPT_ORDER)) {
        reading.order = settings->order;
        reading.order_text = settings->order_text;
    }
    reading.class_map_path = rs_value(arguments, RS_OPT_CLASS_MAP, reading.class_map_path);
    reading.source.tensor = rs_value(arguments, RS_OPT_TENSOR, reading.source.tensor);
    if (rs_given(arguments, RS_OPT_DTYPE)) {
        reading.source.dtype = settings->source.dtype;
    }
    if (rs_given(arguments, RS_OPT_SHAPE)) {
        reading.source.raw_rows = settings->source.raw_rows;
        reading.source.raw_columns = settings->source.raw_columns;
    }
    if (rs_given(arguments, RS_OPT_VALUES)) {
        reading.values = settings->evaluator.values;
    }
    return reading;
}

/* ---- models ---- */

static rs_status add_model(rs_sweep_models *models, const rs_model *model, const char *scores_path,
                           size_t reading, rs_error *error)
{
    void *memory = models->model;
    RS_TRY(rs_realloc(&memory, models->count + 1, sizeof(rs_sweep_model), "models", error));
    models->model = memory;
    rs_sweep_model *const added = &models->model[models->count];
    *added = (rs_sweep_model){
        .paths = model->paths, .path_count = model->path_count, .reading = reading};
    models->count += 1;
    RS_TRY(rs_copy_text(&added->name, model->name, error));
    return rs_copy_text(&added->scores_path, scores_path, error);
}

/* What the arguments of the command line stand for. */
static rs_status add_positional(const rs_arguments *arguments, rs_sweep_models *models,
                                rs_error *error)
{
    const rs_argument_list *scores = &arguments->option[RS_OPT_PRED_SCORES];
    rs_path_filter filter = {.any_bytes = models->reading[0].source.raw_columns > 0};
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
    RS_TRY(rs_models_make(&expanded, &models->named, error));
    for (size_t i = 0; i < models->named.count; ++i) {
        const rs_model *const model = &models->named.model[i];
        RS_TRY(add_model(models, model, model->scores_path, 0, error));
    }
    return RS_OK;
}

/* NAME FILE... OPTION... */
static rs_status add_line(rs_sweep_models *models, rs_list_line *line, rs_error *error)
{
    static const rs_command command = {.name = "sweep", .bit = RS_CMD_LIST};
    rs_eval_settings settings;
    size_t reading = 0;
    RS_TRY(rs_arguments_parse(&command, (int)line->words.count, line->words.word, &line->arguments,
                              error));
    const rs_argument_list *const files = &line->arguments.positional;
    const rs_argument_list *const scores = &line->arguments.option[RS_OPT_PRED_SCORES];
    if (files->count == 0) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "a line is: name, files, options",
                       "the model has no file");
    }
    if (scores->count > 1) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), NULL,
                       "a model has one file of --pred-scores");
    }
    RS_TRY(rs_eval_settings_take(&line->arguments, &settings, error));
    const rs_sweep_reading wanted = reading_of_line(models, &line->arguments, &settings);
    RS_TRY(find_reading(models, &wanted, &reading, error));
    const rs_model model = {
        .name = line->words.word[0],
        .paths = (const char *const *)files->value,
        .path_count = files->count,
    };
    return add_model(models, &model, rs_value(&line->arguments, RS_OPT_PRED_SCORES, NULL), reading,
                     error);
}

static rs_status read_line(rs_sweep_models *models, const char *text, size_t length,
                           rs_error *error)
{
    void *memory = models->line;
    RS_TRY(rs_realloc(&memory, models->line_count + 1, sizeof(rs_list_line), "lines", error));
    models->line = memory;
    rs_list_line *const line = &models->line[models->line_count];
    *line = (rs_list_line){0};
    models->line_count += 1;
    RS_TRY(rs_words_split(text, length, &line->words, error));
    return line->words.count == 0 ? RS_OK : add_line(models, line, error);
}

static rs_status read_lines(rs_sweep_models *models, const char *path, const rs_file_bytes *bytes,
                            rs_error *error)
{
    const char *const end = (const char *)bytes->data + bytes->size;
    uint64_t number = 1;
    for (const char *at = (const char *)bytes->data; at < end; ++number) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop == NULL ? end : stop;
        const rs_status status = read_line(models, at, (size_t)(stop - at), error);
        if (status != RS_OK) {
            (void)snprintf(error->file, sizeof error->file, "%s", path);
            error->place = rs_at_line(number);
            return status;
        }
        at = stop + 1;
    }
    return RS_OK;
}

static rs_status add_list(const rs_arguments *arguments, rs_sweep_models *models, rs_error *error)
{
    const char *path = rs_value(arguments, RS_OPT_LIST, NULL);
    rs_file_bytes bytes = {0};
    if (path == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_file_read(path, LIST_LIMIT_BYTES, &bytes, error));
    rs_status status = RS_OK;
    if (memchr(bytes.data, '\0', bytes.size) != NULL) {
        status = rs_fail(error, RS_FORMAT, path, rs_nowhere(),
                         "a list is text: a model a line, name, files, options",
                         "this is no text: it holds a zero byte");
    } else {
        status = read_lines(models, path, &bytes, error);
    }
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
        if (strcmp(names[i].path, names[i - 1].path) == 0) {
            return rs_fail(error, RS_USAGE, NULL, rs_nowhere(),
                           "name them apart with --name or in a --list",
                           "two models would write the same files: \"%s\" and \"%s\"",
                           names[i - 1].name, names[i].name);
        }
    }
    return RS_OK;
}

/* Each model's results need a name of their own. */
static rs_status check_names(const rs_sweep_models *models, rs_error *error)
{
    void *memory = NULL;
    RS_TRY(rs_alloc(&memory, models->count, sizeof(file_name), "names", error));
    file_name *const names = memory;
    rs_status status = RS_OK;
    for (size_t i = 0; status == RS_OK && i < models->count; ++i) {
        rs_result_files files;
        status = rs_result_files_make("", models->model[i].name, NULL, &files, error);
        names[i] = (file_name){files.record, models->model[i].name};
        files.record = NULL;
        rs_result_files_clear(&files);
    }
    if (status == RS_OK && models->count > 1) {
        qsort(names, models->count, sizeof names[0], by_path);
        status = check_repeated(names, models->count, error);
    }
    for (size_t i = 0; i < models->count; ++i) {
        free(names[i].path);
    }
    free(memory);
    return status;
}

/* ---- the whole ---- */

rs_status rs_sweep_models_make(const rs_arguments *arguments, const rs_eval_settings *settings,
                               rs_sweep_models *models, rs_error *error)
{
    *models = (rs_sweep_models){0};
    const rs_sweep_reading reading = reading_of(arguments, settings);
    size_t first = 0;
    RS_TRY(find_reading(models, &reading, &first, error));
    if (arguments->positional.count > 0) {
        RS_TRY(add_positional(arguments, models, error));
    }
    RS_TRY(add_list(arguments, models, error));
    if (models->count == 0) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "see reassess help sweep",
                       "name the models: files, folders, or a --list");
    }
    return check_names(models, error);
}

static void clear_model(rs_sweep_model *model)
{
    free(model->name);
    free(model->scores_path);
}

void rs_sweep_models_keep_shard(rs_sweep_models *models, rs_shard shard)
{
    size_t kept = 0;
    for (size_t i = 0; i < models->count; ++i) {
        if (i % shard.count == shard.index) {
            models->model[kept++] = models->model[i];
        } else {
            clear_model(&models->model[i]);
        }
    }
    models->count = kept;
}

void rs_sweep_models_clear(rs_sweep_models *models)
{
    for (size_t i = 0; i < models->count; ++i) {
        clear_model(&models->model[i]);
    }
    for (size_t i = 0; i < models->path_count; ++i) {
        free(models->path[i]);
    }
    for (size_t i = 0; i < models->line_count; ++i) {
        rs_words_clear(&models->line[i].words);
        rs_arguments_clear(&models->line[i].arguments);
    }
    rs_models_clear(&models->named);
    free(models->model);
    free(models->reading);
    free(models->path);
    free(models->line);
    *models = (rs_sweep_models){0};
}
