/* task_split.h - the parts of one image's candidates; for tasks.c. */
#ifndef RS_TASK_SPLIT_H
#define RS_TASK_SPLIT_H

#include <stdint.h>

#include "relabel/tasks.h"

/* Part p is class_index[begin[p] .. begin[p + 1]). Lies in the splitter and lives until the next
 * call. */
typedef struct rs_task_parts {
    uint32_t count;
    const uint32_t *begin;
    const int32_t *class_index;
} rs_task_parts;

/* `count` distinct classes, at least one. RS_RANGE for a class that the splitter does not know,
 * RS_MISMATCH for one that comes twice. */
rs_status rs_task_split(rs_task_splitter *splitter, const int32_t *class_index, uint32_t count,
                        rs_task_parts *parts, rs_error *error);

#endif
