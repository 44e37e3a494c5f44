/* point_names.h - names beside the points of a drawing, as many as fit without touching.
 *
 *     rs_point_names names;
 *     rs_point_names_init(&names, &plot);
 *     rs_point_names_avoid(&names, x, y, radius);    for every point
 *     rs_point_names_add(&names, page, x, y, name);  for those to name, the important ones first
 */
#ifndef RS_POINT_NAMES_H
#define RS_POINT_NAMES_H

#include "report/html.h"
#include "report/plot.h"

enum { RS_POINT_NAMES_MAX = 2048 };

typedef struct rs_box {
    double left, top, right, bottom;
} rs_box;

typedef struct rs_point_names {
    rs_plot plot;
    size_t count;
    rs_box taken[RS_POINT_NAMES_MAX];
} rs_point_names;

void rs_point_names_init(rs_point_names *names, const rs_plot *plot);
void rs_point_names_avoid(rs_point_names *names, double x, double y, double radius);
/* Between the ends of a whisker. */
void rs_point_names_avoid_whisker(rs_point_names *names, double x, double y_low, double y_high);

/* Writes `name` where it touches nothing, or not at all. */
void rs_point_names_add(rs_point_names *names, rs_text *page, double x, double y, const char *name);

#endif
