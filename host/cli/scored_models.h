/* scored_models.h - the models of a command that takes files, or folders of a sweep's results.
 *
 * A folder stands for every model in it that has a sidecar.
 */
#ifndef RS_SCORED_MODELS_H
#define RS_SCORED_MODELS_H

#include "cli/run_inputs.h"
#include "report/warned.h"
#include "sweep/result_models.h"

/* RS_USAGE for a mixture of files and folders, and for options of files with folders. Clear *models
 * in any case. */
rs_status rs_scored_models_make(const rs_arguments *arguments, const rs_reading_options *reading,
                                rs_result_models *models, rs_error *error);

/* Scores one of them with the inputs' setup, and adds to `warned` what there is to warn of: of a
 * folder's model what its record says, if that is of the same labels. Clear *result in any case. */
rs_status rs_scored_model_run(const rs_result_models *models, size_t index, rs_run_inputs *inputs,
                              rs_warned *warned, rs_run_result *result, rs_error *error);

#endif
