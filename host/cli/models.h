/* models.h - which models a command line names: their files, names, score files and weights. */
#ifndef RS_MODELS_H
#define RS_MODELS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/arguments.h"
#include "evaluate/model.h"

/* All are read alike; their paths point into the arguments. RS_USAGE when names, score files or
 * weights do not fit the models. Clear in any case. */
rs_status rs_models_make(const rs_arguments *arguments, const rs_reading_options *reading,
                         rs_models *models, rs_error *error);

/* The files that a value of --head names: "W,B" is taken apart unless there is a file of that whole
 * name. Both are freed with free(), also after a failure. */
rs_status rs_head_paths(const char *text, char **weight, char **bias, rs_error *error);

/* Whether a value of --pred-scores is OLD=NEW and not a file; *old_bytes gets the length of OLD. */
bool rs_is_replacement(const char *value, size_t *old_bytes);

#endif
