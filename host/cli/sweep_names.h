/* sweep_names.h - names of a sweep's models without the end that all of them have.
 *
 * Files of many models are written by one program and end alike: resnet50_val_logits.npy. What all
 * names end in tells no model from another, as the folder that all are in does not. But names are
 * those of results, so a folder that has results keeps the names they have.
 */
#ifndef RS_SWEEP_NAMES_H
#define RS_SWEEP_NAMES_H

#include "evaluate/model.h"

/* A model, and how many bytes of its name to keep. */
typedef struct rs_swept_name {
    rs_model *model;
    size_t bytes;
} rs_swept_name;

/* Fills `bytes` of `names`. `*common` is what those names lose that `folder` does not know yet, a
 * part of the first one; "" where they lose nothing. `range` as for rs_result_files_make. */
rs_status rs_sweep_names_find(rs_swept_name *names, size_t count, const char *folder,
                              const rs_row_range *range, const char **common, rs_error *error);

#endif
