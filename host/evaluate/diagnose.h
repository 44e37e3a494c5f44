/* diagnose.h - why a result is near chance.
 *
 * A model that scores as if it guessed is nearly always a good model whose rows or columns are in
 * another order than the labels. Given the first predictions of a pass, this tries the orders
 * people really have and says which one explains them, and what accuracy it would give.
 */
#ifndef RS_DIAGNOSE_H
#define RS_DIAGNOSE_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "reassess/status.h"

typedef struct rs_diagnosis {
    bool found;
    double accuracy;    /* top-1 by the original labels that the other order would give */
    char text[320];     /* "rows look like ImageFolder order; that gives 75.06 %: ..." */
} rs_diagnosis;

/* True when `correct` of `total` is no better than guessing among `classes` could be. Never for
 * fewer than 100 rows. */
bool rs_near_chance(uint64_t correct, uint64_t total, uint32_t classes);

/* A pass over all rows of the labels. */
typedef struct rs_doubted_pass {
    rs_order_kind kind;        /* how it ordered them */
    const rs_order *used;      /* NULL for file-name order */
    double accuracy;           /* what it gave */
    const int32_t *prediction; /* [i * stride] the first one (-1: none) of input row i */
    uint32_t stride;
} rs_doubted_pass;

/* `labels` in file-name order. */
rs_status rs_diagnose(const rs_labels *labels, const rs_doubted_pass *pass, rs_diagnosis *diagnosis,
                      rs_error *error);

#endif
