/* average_precision.h - mean average precision over classes: how well a class's scores rank the
 * rows that have it in their label set before those that have not. docs/METRICS.md defines it.
 */
#ifndef RS_AVERAGE_PRECISION_H
#define RS_AVERAGE_PRECISION_H

#include "reassess/evaluator.h"
#include "reassess/labels.h"
#include "reassess/logits.h"
#include "reassess/metrics.h"

typedef struct rs_mean_precision {
    bool measured;      /* false: nobody asked */
    const char *reason; /* why there are no numbers; NULL when there are */
    double mean;        /* of the classes' average precisions, each counting alike */
    rs_error_bar mean_error; /* the reason why there is none */
    uint32_t classes;   /* with a column and a row that has them in its set: those in the mean */
    uint64_t rows;      /* valid ones with a label set */
} rs_mean_precision;

/* Rows as they were scored. */
typedef struct rs_precision_rows {
    rs_source *source;
    const rs_label_view *labels; /* in the order of its rows */
    const rs_class_map *map;     /* NULL: column j is class j */
    rs_row_range rows;
    const volatile sig_atomic_t *stop; /* may be NULL */
} rs_precision_rows;

/* Reads the rows twice, on this thread and from memory of the host, whatever engine scored them:
 * of a stream there is no value. Comparisons and counts are exact. */
rs_status rs_average_precision(const rs_precision_rows *of, rs_mean_precision *found,
                               rs_error *error);

#endif
