/* scored_models.h - the models of a command that takes files, or folders of a sweep's results.
 *
 * A folder stands for every model in it that has a sidecar; the record beside it says how its rows
 * are ordered.
 */
#ifndef RS_SCORED_MODELS_H
#define RS_SCORED_MODELS_H

#include "cli/models.h"
#include "sweep/model_run.h"

typedef struct rs_scored_model {
    rs_run_model run;  /* points into the arguments or into `own` */
    const char *order; /* of the rows; NULL: as --order says */
    char *own[3];      /* name, path, order of a model from a folder */
    const char *own_path;
} rs_scored_model;

/* Free with rs_scored_models_clear. */
typedef struct rs_scored_models {
    rs_models files;
    rs_scored_model *model;
    size_t count;
} rs_scored_models;

/* RS_USAGE for a mixture of files and folders, RS_MISMATCH for a result without a sidecar or of a
 * part of the rows. Clear *models in any case. */
rs_status rs_scored_models_make(const rs_arguments *arguments, rs_scored_models *models,
                                rs_error *error);
void rs_scored_models_clear(rs_scored_models *models);

#endif
