/* column_doubt.h - whether columns hold what a model writes, and each its own class.
 *
 * A column that was never written has one value in all rows; two that are exchanged are each right
 * for the other's images. Both leave classes whose images are hardly ever right, which the counts
 * of a pass know. Only where there are such classes a few rows are read again.
 */
#ifndef RS_COLUMN_DOUBT_H
#define RS_COLUMN_DOUBT_H

#include <stdbool.h>

#include "reassess/reassess.h"
#include "report/record.h"

typedef struct rs_column_look {
    rs_source *source;            /* NULL: no rows can be read */
    const rs_label_view *labels;  /* in the order of its rows */
    const rs_class_map *map;      /* NULL: column j is class j */
    const rs_metrics *metrics;
} rs_column_look;

/* Adds a warning of columns with one value in every row that is looked at, while no image of their
 * classes is right; *told. */
rs_status rs_doubt_columns(const rs_column_look *look, rs_record *record, bool *told,
                           rs_error *error);

/* Whether images of classes that are hardly ever right are answered by another such class. */
rs_status rs_columns_ask_for_a_look(const rs_column_look *look, bool *asks, rs_error *error);

#endif
