/* models.h - which models a command line names: their files, names and score files. */
#ifndef RS_MODELS_H
#define RS_MODELS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/arguments.h"

typedef struct rs_model {
    char *name; /* unique among the models */
    const char *const
        *paths; /* one, or several row blocks with --parts; point into the arguments */
    size_t path_count;
    char *scores_path; /* --pred-scores; NULL: none */
    char *weight_path; /* of --head, which is then the model's path; NULL: none */
    char *bias_path;   /* likewise */
} rs_model;

typedef struct rs_models {
    rs_model *model;
    size_t count;
} rs_models;

/* A usage error when names or score files do not fit the models. Clear in any case. */
rs_status rs_models_make(const rs_arguments *arguments, rs_models *models, rs_error *error);
void rs_models_clear(rs_models *models);

/* The files that a value of --head names: "W,B" is taken apart unless there is a file of that whole
 * name. Both are freed with free(), also after a failure. */
rs_status rs_head_paths(const char *text, char **weight, char **bias, rs_error *error);

/* Whether a value of --pred-scores is OLD=NEW and not a file; *old_bytes gets the length of OLD. */
bool rs_is_replacement(const char *value, size_t *old_bytes);

#endif
