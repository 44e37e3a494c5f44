/* scored_models.h - the models of a command that takes files, or folders of a sweep's results.
 *
 * A folder stands for every model in it that has a sidecar.
 */
#ifndef RS_SCORED_MODELS_H
#define RS_SCORED_MODELS_H

#include "cli/arguments.h"
#include "sweep/result_models.h"

/* RS_USAGE for a mixture of files and folders, and for options of files with folders. Clear *models
 * in any case. */
rs_status rs_scored_models_make(const rs_arguments *arguments, const rs_reading_options *reading,
                                rs_result_models *models, rs_error *error);

#endif
