/* row_look.h - single rows of a source and what they answer, for looks at some of them.
 */
#ifndef RS_ROW_LOOK_H
#define RS_ROW_LOOK_H

#include <stdbool.h>

#include "engine/row_kernel.h"
#include "reassess/reassess.h"

typedef struct rs_row_look {
    rs_source *source;
    const rs_source_info *info;
    const rs_class_map *map;     /* NULL: column j is class j */
    const rs_row_kernel *kernel; /* NULL: rows are ranked predictions */
    uint32_t width;
    void *row, *mapped;
    rs_candidate *candidate;
} rs_row_look;

/* Whether any row can be read, of a source that may be NULL. */
bool rs_row_look_can(const rs_source *source);
/* Close it in any case. */
rs_status rs_row_look_open(rs_source *source, const rs_class_map *map, rs_row_look *reader,
                           rs_error *error);
void rs_row_look_close(rs_row_look *reader);

/* *values is where it is, NULL beyond the end; of logits by class, or by position of the class
 * map. */
rs_status rs_row_look_values(const rs_row_look *reader, uint64_t row, const void **values,
                             rs_error *error);
/* Of a column, or position. */
int32_t rs_row_look_class(const rs_row_look *reader, uint32_t column);
/* The class that the row says, or -1. */
rs_status rs_row_look_answer(const rs_row_look *reader, uint64_t row, int32_t *answer,
                             rs_error *error);

#endif
