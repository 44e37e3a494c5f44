/* compared_models.c - one model after the other, of which only the first predictions stay. */
#include "cli/compared_models.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/checked.h"
#include "base/error.h"
#include "cli/models.h"
#include "report/record_read.h"
#include "sweep/result_folder.h"

static rs_status begin(rs_compared_models *models, size_t count, const rs_run_inputs *inputs,
                       rs_error *error)
{
    void *memory = NULL;
    if (count < 2) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "see reassess help compare",
                       "name at least two models, or a folder with the results of two");
    }
    RS_TRY(rs_alloc(&memory, count, sizeof(char *), "names of models", error));
    models->name = memory;
    return rs_outcomes_create(count, rs_labels_get_view(inputs->labels)->rows, &models->outcomes,
                              error);
}

static rs_status score_model(const rs_run_inputs *inputs, const rs_run_model *model,
                             rs_compared_models *models, rs_error *error)
{
    rs_run_result result;
    rs_status status = rs_model_run(&inputs->setup, model, &result, error);
    if (status == RS_OK) {
        for (size_t i = 0; i < result.record.warnings.count; ++i) {
            rs_warn("%s: %s", model->name, result.record.warnings.item[i].text);
        }
        status =
            rs_outcomes_add(&models->outcomes, rs_labels_get_view(inputs->labels),
                            result.order == NULL ? NULL : rs_order_get(result.order), result.rows,
                            result.results.prediction, result.results.keep, model->paths[0], error);
    }
    rs_run_result_clear(&result);
    if (status == RS_OK) {
        status = rs_copy_text(&models->name[models->named], model->name, error);
        models->named += status == RS_OK;
    }
    return status;
}

/* ---- files ---- */

static rs_status score_files(const rs_arguments *arguments, const rs_run_inputs *inputs,
                             rs_compared_models *models, rs_error *error)
{
    rs_models files;
    rs_status status = rs_models_make(arguments, &files, error);
    if (status == RS_OK) {
        status = begin(models, files.count, inputs, error);
    }
    for (size_t i = 0; status == RS_OK && i < files.count; ++i) {
        const rs_model *file = &files.model[i];
        const rs_run_model model = {.name = file->name,
                                    .paths = file->paths,
                                    .path_count = file->path_count,
                                    .scores_path = file->scores_path};
        status = score_model(inputs, &model, models, error);
    }
    rs_models_clear(&files);
    return status;
}

/* ---- a folder of results ---- */

/* Options that say how files are to be read have nothing to say on results. */
static rs_status refuse_file_options(const rs_arguments *arguments, rs_error *error)
{
    static const rs_option_id of_files[] = {RS_OPT_ORDER, RS_OPT_PRED_SCORES, RS_OPT_CLASS_MAP,
                                            RS_OPT_DTYPE, RS_OPT_SHAPE,       RS_OPT_TENSOR,
                                            RS_OPT_NAME,  RS_OPT_ROW_RANGE};
    for (size_t i = 0; i < sizeof of_files / sizeof of_files[0]; ++i) {
        if (rs_given(arguments, of_files[i])) {
            return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "leave it out",
                           "--%s is for files; a folder of results knows it already",
                           rs_options[of_files[i]].name);
        }
    }
    return RS_OK;
}

static rs_status check_record(const rs_result *result, const rs_record *record,
                              const rs_labels *labels, rs_error *error)
{
    if (record->labels.hash != rs_labels_hash(labels)) {
        return rs_fail(error, RS_MISMATCH, result->files.record, rs_nowhere(),
                       "name the labels it was scored with by --real and --labels",
                       "it was scored with other labels than %.200s",
                       rs_labels_real_path(labels) == NULL ? "these" : rs_labels_real_path(labels));
    }
    if (result->has_row_range) {
        return rs_fail(error, RS_MISMATCH, result->files.record, rs_nowhere(),
                       "add its parts up with reassess merge", "it holds only some rows of %.200s",
                       result->model);
    }
    if (result->files.sidecar == NULL) {
        return rs_fail(error, RS_MISMATCH, result->files.record, rs_nowhere(),
                       "run reassess sweep again",
                       "its kept predictions, %.200s.topk.npz, are "
                       "not there",
                       result->model);
    }
    return RS_OK;
}

/* The predictions must be those that the record counts. */
static rs_status check_count(const rs_result *result, const rs_record *record,
                             const rs_outcomes *outcomes, rs_error *error)
{
    const rs_metric *metric = rs_record_metric(record, "imagenet_top1");
    const uint64_t correct = rs_outcomes_correct(outcomes, RS_BY_IMAGENET, outcomes->filled - 1);
    if (metric == NULL || metric->correct == correct) {
        return RS_OK;
    }
    return rs_fail(error, RS_MISMATCH, result->files.sidecar, rs_nowhere(),
                   "run reassess sweep again",
                   "%" PRIu64 " predictions are right, but the record counts %" PRIu64, correct,
                   metric->correct);
}

static rs_status score_result(const rs_result *result, rs_run_inputs *inputs,
                              rs_compared_models *models, rs_error *error)
{
    rs_record record;
    rs_status status = rs_record_load(result->files.record, &record, error);
    if (status == RS_OK) {
        status = check_record(result, &record, inputs->labels, error);
    }
    if (status == RS_OK) {
        status = rs_run_inputs_reorder(inputs, record.input.order, error);
    }
    if (status == RS_OK) {
        const char *path = result->files.sidecar;
        const rs_run_model model = {.name = result->model, .paths = &path, .path_count = 1};
        status = score_model(inputs, &model, models, error);
    }
    if (status == RS_OK) {
        status = check_count(result, &record, &models->outcomes, error);
    }
    rs_record_clear(&record);
    return status;
}

static const rs_result *find_result(const rs_result_folder *folder, const char *name)
{
    for (size_t i = 0; i < folder->count; ++i) {
        if (strcmp(folder->result[i].model, name) == 0) {
            return &folder->result[i];
        }
    }
    return NULL;
}

static rs_status score_folder(const rs_arguments *arguments, rs_run_inputs *inputs,
                              rs_compared_models *models, rs_error *error)
{
    const rs_argument_list *names = &arguments->positional;
    rs_result_folder folder = {0};
    rs_status status = refuse_file_options(arguments, error);
    if (status == RS_OK) {
        status = rs_result_folder_list(names->value[0], &folder, error);
    }
    const size_t count = names->count > 1 ? names->count - 1 : folder.count;
    if (status == RS_OK) {
        status = begin(models, count, inputs, error);
    }
    for (size_t i = 0; status == RS_OK && i < count; ++i) {
        const rs_result *result = &folder.result[i < folder.count ? i : 0];
        if (names->count > 1) {
            result = find_result(&folder, names->value[i + 1]);
        }
        status = result != NULL
                     ? score_result(result, inputs, models, error)
                     : rs_fail(error, RS_USAGE, names->value[0], rs_nowhere(),
                               "name models as their result files are named",
                               "there is no result of %.200s in it", names->value[i + 1]);
    }
    rs_result_folder_clear(&folder);
    return status;
}

rs_status rs_compared_models_score(const rs_arguments *arguments, rs_run_inputs *inputs,
                                   rs_compared_models *models, rs_error *error)
{
    struct stat about;
    *models = (rs_compared_models){0};
    if (arguments->positional.count > 0 && stat(arguments->positional.value[0], &about) == 0 &&
        S_ISDIR(about.st_mode)) {
        return score_folder(arguments, inputs, models, error);
    }
    return score_files(arguments, inputs, models, error);
}

void rs_compared_models_clear(rs_compared_models *models)
{
    for (size_t i = 0; i < models->named; ++i) {
        free(models->name[i]);
    }
    free(models->name);
    rs_outcomes_clear(&models->outcomes);
    *models = (rs_compared_models){0};
}
