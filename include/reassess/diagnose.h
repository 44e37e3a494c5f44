/* diagnose.h - which order of rows or columns explains a doubtful result.
 *
 * A model that scores as if it guessed is nearly always a good model whose rows or columns are in
 * another order than the labels, and so are some that seem to be middling. Given the first
 * predictions of a pass, this tries the orders people really have and says which one explains
 * them, and what accuracy it would give (docs/ORDER.md).
 */
#ifndef REASSESS_DIAGNOSE_H
#define REASSESS_DIAGNOSE_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "reassess/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is in another order than was said. */
typedef enum rs_finding {
    RS_FINDING_NONE = 0,
    RS_FINDING_ROWS,             /* the rows: another order of the images */
    RS_FINDING_DEALT_ROWS,       /* the rows: dealt out over processes and gathered again */
    RS_FINDING_COLUMNS,          /* the columns: another order of the classes */
    RS_FINDING_ROWS_AND_COLUMNS,
    RS_FINDING_REVERSED,  /* the values or rankings: the wrong way round, perhaps of rows in another
                             order as well */
    RS_FINDING_SOME_ROWS, /* some of the rows are right as guesses are: no order explains it */
    RS_FINDING_LATER      /* the predictions: they are not the first ones of their rows */
} rs_finding;

typedef struct rs_diagnosis {
    bool found;
    bool alike;         /* not found, and mistakes are those of a model, not noise */
    double accuracy;    /* top-1 by the original labels that the other order would give; of
                           RS_FINDING_SOME_ROWS and RS_FINDING_LATER, what it is */
    char text[1300];    /* "rows look like ImageFolder order; that gives 75.06 %: ...", with what to
                           do in the words of these headers */
    rs_finding finding;
    char option[80];    /* of the program, which alone puts it right: "--order imagefolder"; ""
                           where a list or a class map has to be written first, or where two
                           orders explain it equally well */
} rs_diagnosis;

/* A pass over as many rows as the labels have. */
typedef struct rs_doubted_pass {
    const rs_order *used;      /* NULL for file-name order */
    const int32_t *prediction; /* [i * stride] the first one (-1: none) of input row i */
    uint32_t stride;
    const int32_t *last;       /* as `prediction`, the last one: the smallest value of all classes,
                                  or the end of a ranking. NULL: not looked at */
} rs_doubted_pass;

/* `labels` in file-name order, of which `used` was made: RS_MISMATCH for that of other labels.
 * Nothing is changed by it; of a sound model `found` is false. To look at 50,000 rows takes up to
 * 200 ms. */
rs_status rs_diagnose(const rs_labels *labels, const rs_doubted_pass *pass, rs_diagnosis *diagnosis,
                      rs_error *error);

#ifdef __cplusplus
}
#endif
#endif
