/* folds.h - which fold each row belongs to: the model that did not see it in training predicts it.
 */
#ifndef RS_FOLDS_H
#define RS_FOLDS_H

#include <stdint.h>

#include "reassess/status.h"

enum { RS_FOLDS_MAX = 65535 };

typedef enum rs_folds_kind {
    RS_FOLDS_BLOCKS = 0, /* consecutive blocks, the first (rows mod folds) of them a row longer */
    RS_FOLDS_STRIPES,    /* row i is in fold i mod folds */
    RS_FOLDS_LIST        /* a file says */
} rs_folds_kind;

typedef struct rs_folds {
    uint32_t count;
    uint16_t *fold; /* [rows] */
    uint64_t *rows; /* [count] in each fold */
} rs_folds;

/* `list_path` is read for RS_FOLDS_LIST alone: a fold a line, counted from 0, "file fold" lines, or
 * an integer .npy, a fold for each of the `rows` labels in their order. Every one of the `count`
 * folds must have a row. On failure *folds is empty; free it with rs_folds_clear. */
rs_status rs_folds_make(rs_folds_kind kind, const char *list_path, uint64_t rows, uint32_t count,
                        rs_folds *folds, rs_error *error);
void rs_folds_clear(rs_folds *folds);

#endif
