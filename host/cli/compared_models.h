/* compared_models.h - the models of `reassess compare`, scored: files as eval takes them, or the
 * kept predictions in a folder of results.
 */
#ifndef RS_COMPARED_MODELS_H
#define RS_COMPARED_MODELS_H

#include "analyse/outcomes.h"
#include "cli/run_inputs.h"

typedef struct rs_compared_models {
    rs_outcomes outcomes;
    char **name; /* [outcomes.models] */
    size_t named;
} rs_compared_models;

/* Scores what the command line names with *inputs, whose row order changes to that of each result
 * of a folder. Clear *models in any case. */
rs_status rs_compared_models_score(const rs_arguments *arguments, rs_run_inputs *inputs,
                                   rs_compared_models *models, rs_error *error);
void rs_compared_models_clear(rs_compared_models *models);

#endif
