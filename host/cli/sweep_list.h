/* sweep_list.h - the lines of sweep --list: name, files, options of one model. */
#ifndef RS_SWEEP_LIST_H
#define RS_SWEEP_LIST_H

#include "cli/sweep_models.h"

/* Adds the models of a list of `bytes` bytes that was read from `path`, which errors name together
 * with the line. The first reading holds for what a line does not say. */
rs_status rs_sweep_list_add(rs_sweep_models *models, const char *path, const void *text,
                            size_t bytes, rs_error *error);

#endif
