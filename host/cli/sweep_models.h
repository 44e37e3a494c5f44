/* sweep_models.h - which models a sweep is of: files, folders, patterns, and lines of a list. */
#ifndef RS_SWEEP_MODELS_H
#define RS_SWEEP_MODELS_H

#include "cli/eval_settings.h"
#include "cli/sweep_list.h"
#include "sweep/shard.h"

typedef struct rs_sweep_models {
    rs_models models; /* with names that are unique, also as names of files; the first reading is
                         that of the command line */
    char *common_end; /* what names of arguments lost, since all had it; NULL: nothing */

    /* what their paths point into */
    char **path; /* [path_count] */
    size_t path_count;
    rs_sweep_list list;
} rs_sweep_models;

/* `folder` is that of the results, which may not be there yet. Clear in any case. */
rs_status rs_sweep_models_make(const rs_arguments *arguments, const rs_eval_settings *settings,
                               const char *folder, rs_sweep_models *models, rs_error *error);

/* Leaves only the models of one shard. */
void rs_sweep_models_keep_shard(rs_sweep_models *sweep, rs_shard shard);

void rs_sweep_models_clear(rs_sweep_models *models);

#endif
