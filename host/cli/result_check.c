/* result_check.c - all inputs by device and inode, sorted; then every result is looked up. */
#include "cli/result_check.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "evaluate/evaluator_impl.h"
#include "labels/label_files.h"
#include "sweep/result_folder.h"

typedef struct file_id {
    dev_t device;
    ino_t inode;
} file_id;

typedef struct inputs {
    file_id *file;
    size_t count;
    uint64_t capacity;
} inputs;

static bool find_id(const char *path, file_id *id)
{
    struct stat info;
    if (path == NULL || stat(path, &info) != 0 || !S_ISREG(info.st_mode)) {
        return false;
    }
    *id = (file_id){info.st_dev, info.st_ino};
    return true;
}

RS_SORTS(compare_ids, file_id)
{
    RS_ORDER_BY(left->device, right->device);
    return RS_COMPARE(left->inode, right->inode);
}

/* What is no file is no input: a word, a pipe, a folder. */
static rs_status add(inputs *all, const char *path, rs_error *error)
{
    file_id id;
    if (!find_id(path, &id)) {
        return RS_OK;
    }
    RS_TRY(RS_ROOM(&all->file, all->count, &all->capacity, "inputs", error));
    all->file[all->count++] = id;
    return RS_OK;
}

/* FILE of FILE#TENSOR. */
static rs_status add_head(inputs *all, const char *text, rs_error *error)
{
    char *path = NULL;
    const char *tensor = NULL;
    if (text == NULL) {
        return RS_OK;
    }
    rs_status status = rs_head_path_split(text, &path, &tensor, error);
    if (status == RS_OK) {
        status = add(all, path, error);
    }
    free(path);
    return status;
}

static rs_status add_models(inputs *all, const rs_models *models, rs_error *error)
{
    for (size_t i = 0; i < models->count; ++i) {
        const rs_model *const model = &models->model[i];
        for (size_t p = 0; p < model->path_count; ++p) {
            RS_TRY(add(all, model->paths[p], error));
        }
        RS_TRY(add(all, model->scores_path, error));
        RS_TRY(add_head(all, model->weight_path, error));
        RS_TRY(add_head(all, model->bias_path, error));
    }
    for (size_t i = 0; i < models->reading_count; ++i) {
        RS_TRY(add(all, models->reading[i].order, error));
        RS_TRY(add(all, models->reading[i].class_map_path, error));
    }
    return RS_OK;
}

static rs_status add_options(inputs *all, const rs_arguments *arguments, rs_error *error)
{
    for (int id = 0; id < RS_OPTIONS; ++id) {
        const rs_argument_list *const given = &arguments->option[id];
        for (size_t i = 0; rs_options[id].path == RS_PATH_READS && i < given->count; ++i) {
            RS_TRY(add(all, given->value[i], error));
        }
    }
    return RS_OK;
}

static rs_status add_label_folder(inputs *all, rs_error *error)
{
    rs_label_files files = {0};
    rs_error unimportant; /* without a folder there are no files in it */
    rs_status status = RS_OK;
    if (rs_label_files_find(&files, &unimportant) == RS_OK) {
        const char *const paths[] = {files.real, files.original, files.synsets, files.names};
        for (size_t i = 0; i < sizeof paths / sizeof paths[0] && status == RS_OK; ++i) {
            status = add(all, paths[i], error);
        }
    }
    rs_label_files_clear(&files);
    return status;
}

static rs_status check_file(const inputs *all, const char *path, rs_error *error)
{
    file_id id;
    if (!find_id(path, &id) || all->count == 0 ||
        bsearch(&id, all->file, all->count, sizeof id, compare_ids) == NULL) {
        return RS_OK;
    }
    return rs_fail(error, RS_USAGE, path, rs_nowhere(),
                   "name another folder for the results, or the model otherwise",
                   "a result in --out would replace this, which the command reads");
}

static rs_status check_model(const inputs *all, const char *folder, const char *model,
                             const rs_row_range *range, rs_error *error)
{
    rs_result_files files;
    rs_status status = RS_OK;
    RS_TRY_DONE(rs_result_files_make(folder, model, range, &files, error));
    RS_TRY_DONE(check_file(all, files.record, error));
    RS_TRY_DONE(check_file(all, files.sidecar, error));
    RS_TRY_DONE(check_file(all, files.tally, error));
    RS_TRY_DONE(check_file(all, files.failure, error));
done:
    rs_result_files_clear(&files);
    return status;
}

rs_status rs_check_results(const rs_arguments *arguments, const char *folder,
                           const rs_models *models, const rs_row_range *range, rs_error *error)
{
    inputs all = {0};
    rs_status status = RS_OK;
    RS_TRY_DONE(add_models(&all, models, error));
    RS_TRY_DONE(add_options(&all, arguments, error));
    RS_TRY_DONE(add_label_folder(&all, error));
    if (all.count > 1) {
        qsort(all.file, all.count, sizeof *all.file, compare_ids);
    }
    for (size_t i = 0; i < models->count; ++i) {
        RS_TRY_DONE(check_model(&all, folder, models->model[i].name, range, error));
    }
done:
    free(all.file);
    return status;
}
