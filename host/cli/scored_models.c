/* scored_models.c - files as they are named, folders as they list. */
#include "cli/scored_models.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/command.h"
#include "report/record_read.h"
#include "sweep/result_folder.h"

enum { OWN_NAME = 0, OWN_PATH, OWN_ORDER, OWN_TEXTS };

static rs_status grow(rs_scored_models *models, size_t more, rs_error *error)
{
    void *memory = models->model;
    RS_TRY(rs_realloc(&memory, models->count + more, sizeof *models->model, "models", error));
    models->model = memory;
    return RS_OK;
}

static rs_status add_files(const rs_arguments *arguments, rs_scored_models *models, rs_error *error)
{
    RS_TRY(rs_models_make(arguments, &models->files, error));
    RS_TRY(grow(models, models->files.count, error));
    for (size_t i = 0; i < models->files.count; ++i) {
        const rs_model *const file = &models->files.model[i];
        models->model[models->count++] = (rs_scored_model){
            .run = {.name = file->name,
                    .paths = file->paths,
                    .path_count = file->path_count,
                    .scores_path = file->scores_path},
        };
    }
    return RS_OK;
}

static rs_status add_result(const rs_result *result, rs_scored_models *models, rs_error *error)
{
    rs_record record;
    if (result->files.sidecar == NULL || result->has_row_range) {
        return rs_fail(error, RS_MISMATCH, result->files.record, rs_nowhere(),
                       result->has_row_range ? "join the parts with reassess merge --out DIR"
                                             : "run the sweep again, or name the models' files",
                       result->has_row_range ? "the result is of a part of the rows"
                                             : "there are no first predictions (.topk.npz) "
                                               "beside this record");
    }
    RS_TRY(grow(models, 1, error));
    rs_scored_model *const model = &models->model[models->count++];
    *model = (rs_scored_model){.order = NULL};
    rs_status status = rs_record_load(result->files.record, &record, error);
    if (status == RS_OK) {
        status = rs_copy_text(&model->own[OWN_NAME], result->model, error);
    }
    if (status == RS_OK) {
        status = rs_copy_text(&model->own[OWN_PATH], result->files.sidecar, error);
    }
    if (status == RS_OK) {
        status = rs_copy_text(&model->own[OWN_ORDER], record.input.order, error);
    }
    rs_record_clear(&record);
    return status;
}

static rs_status add_folder(const char *path, rs_scored_models *models, rs_error *error)
{
    rs_result_folder folder;
    rs_status status = rs_result_folder_list(path, &folder, error);
    if (status == RS_OK && folder.count == 0) {
        status = rs_fail(error, RS_MISMATCH, path, rs_nowhere(),
                         "reassess sweep --out writes such a folder", "no results are in it");
    }
    for (size_t i = 0; status == RS_OK && i < folder.count; ++i) {
        status = add_result(&folder.result[i], models, error);
    }
    rs_result_folder_clear(&folder);
    return status;
}

static rs_status check_folder_options(const rs_arguments *arguments, size_t folders,
                                      rs_error *error)
{
    static const rs_option_id of_files[] = {RS_OPT_NAME, RS_OPT_PARTS, RS_OPT_PRED_SCORES,
                                            RS_OPT_ORDER, RS_OPT_TENSOR};
    if (folders < arguments->positional.count) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "name files or folders of results",
                       "files and folders are mixed");
    }
    for (size_t i = 0; i < sizeof of_files / sizeof of_files[0]; ++i) {
        if (rs_given(arguments, of_files[i])) {
            return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "leave it out",
                           "--%s is for files: a folder's records say it themselves",
                           rs_options[of_files[i]].name);
        }
    }
    return RS_OK;
}

/* Once the array does not move any more. */
static void settle(rs_scored_models *models)
{
    for (size_t i = 0; i < models->count; ++i) {
        rs_scored_model *const model = &models->model[i];
        if (model->own[OWN_PATH] != NULL) {
            model->own_path = model->own[OWN_PATH];
            model->order = model->own[OWN_ORDER];
            model->run = (rs_run_model){
                .name = model->own[OWN_NAME], .paths = &model->own_path, .path_count = 1};
        }
    }
}

rs_status rs_scored_models_make(const rs_arguments *arguments, rs_scored_models *models,
                                rs_error *error)
{
    size_t folders = 0;
    *models = (rs_scored_models){.count = 0};
    for (size_t i = 0; i < arguments->positional.count; ++i) {
        folders += rs_is_folder(arguments->positional.value[i]) ? 1 : 0;
    }
    if (folders == 0) {
        return add_files(arguments, models, error);
    }
    RS_TRY(check_folder_options(arguments, folders, error));
    for (size_t i = 0; i < arguments->positional.count; ++i) {
        RS_TRY(add_folder(arguments->positional.value[i], models, error));
    }
    settle(models);
    return RS_OK;
}

void rs_scored_models_clear(rs_scored_models *models)
{
    for (size_t i = 0; i < models->count; ++i) {
        for (size_t text = 0; text < OWN_TEXTS; ++text) {
            free(models->model[i].own[text]);
        }
    }
    free(models->model);
    rs_models_clear(&models->files);
    *models = (rs_scored_models){.count = 0};
}
