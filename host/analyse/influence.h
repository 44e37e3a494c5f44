/* influence.h - which points, or groups of points, alone decide the slope of a line? */
#ifndef RS_INFLUENCE_H
#define RS_INFLUENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "analyse/line_errors.h"

/* The line without one item: a point, or a group. */
typedef struct rs_influence {
    size_t item;
    size_t points; /* of it */
    double slope;  /* of the line through all others */
    double shift;  /* that slope minus the slope with it */
    bool beyond;   /* by more than the slope's error */
} rs_influence;

enum { RS_INFLUENCES = 3 };

typedef struct rs_influences {
    rs_influence most[RS_INFLUENCES]; /* those that move the slope most, the most first */
    size_t count;
    size_t beyond; /* of all items: that move it by more than its error */
} rs_influences;

/* `groups` as for the errors. Items whose absence leaves no line are passed over. */
rs_influences rs_influences_make(const rs_line_fit *line, const rs_line_errors *errors,
                                 const double *x, const double *y, const rs_groups *groups);

#endif
