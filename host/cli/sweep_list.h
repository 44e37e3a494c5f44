/* sweep_list.h - the lines of sweep --list: name, files, options of one model. */
#ifndef RS_SWEEP_LIST_H
#define RS_SWEEP_LIST_H

#include "base/words.h"
#include "cli/arguments.h"
#include "evaluate/model.h"

/* A line of the list, which owns its words. */
typedef struct rs_list_line {
    rs_words words;
    rs_arguments arguments;
} rs_list_line;

/* What the models of a list point into. Free with rs_sweep_list_clear. */
typedef struct rs_sweep_list {
    rs_list_line *line;
    size_t line_count;
} rs_sweep_list;

/* Adds the models of a list of `bytes` bytes that was read from `path`, which errors name together
 * with the line. The first reading of the models holds for what a line does not say. */
rs_status rs_sweep_list_add(rs_sweep_list *list, rs_models *models, const char *path,
                            const void *text, size_t bytes, rs_error *error);
void rs_sweep_list_clear(rs_sweep_list *list);

#endif
