/* scored_models.c - files as they are named, folders as they list. */
#include "cli/scored_models.h"

#include "base/error.h"
#include "cli/command.h"
#include "cli/models.h"

static rs_status check_folder_options(const rs_arguments *arguments, size_t folders,
                                      rs_error *error)
{
    RS_REFUSE(folders < arguments->positional.count, error, "name files or folders of results",
              "files and folders are mixed");
    RS_REFUSE_GIVEN(arguments, error, "leave it out",
                    "is for files: a folder's records say it themselves", RS_OPT_NAME, RS_OPT_PARTS,
                    RS_OPT_PRED_SCORES, RS_OPT_ORDER, RS_OPT_DEAL, RS_OPT_TENSOR);
    return RS_OK;
}

rs_status rs_scored_models_make(const rs_arguments *arguments, const rs_reading_options *reading,
                                rs_result_models *models, rs_error *error)
{
    size_t folders = 0;
    *models = (rs_result_models){.folder_count = 0};
    for (size_t i = 0; i < arguments->positional.count; ++i) {
        folders += rs_is_folder(arguments->positional.value[i]) ? 1 : 0;
    }
    if (folders == 0) {
        return rs_models_make(arguments, reading, &models->models, error);
    }
    RS_TRY(check_folder_options(arguments, folders, error));
    for (size_t i = 0; i < arguments->positional.count; ++i) {
        RS_TRY(rs_result_models_add(arguments->positional.value[i], reading, models, error));
    }
    return RS_OK;
}

rs_status rs_scored_model_run(const rs_result_models *models, size_t index, rs_run_inputs *inputs,
                              rs_warned *warned, rs_run_result *result, rs_error *error)
{
    const rs_model *const model = &models->models.model[index];
    *result = (rs_run_result){0};
    RS_TRY(rs_run_inputs_read_as(inputs, &models->models.reading[model->reading], error));
    rs_run_setup setup = inputs->setup;
    const rs_recorded *recorded = models->recorded_count > 0 ? &models->recorded[index] : NULL;
    if (recorded != NULL && recorded->labels_hash != rs_labels_hash(inputs->labels)) {
        recorded = NULL; /* by other labels it says nothing of these */
    }
    setup.recorded = recorded == NULL ? NULL : &recorded->warnings;
    RS_TRY(rs_model_run(&setup, model, result, error));
    if (recorded != NULL && recorded->rows == result->rows.end - result->rows.begin) {
        RS_TRY(rs_recorded_right_check(&recorded->right, &result->metrics, model->paths[0], error));
    }
    return rs_warned_add(warned, &result->record, error);
}
