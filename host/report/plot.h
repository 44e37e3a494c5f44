/* plot.h - the parts of a drawing in SVG: a frame with axes, and marks in it.
 *
 * Every element carries its colours as attributes, so that the drawing shows the same in browsers,
 * converters and drawing programs, and a class, by which a page may give it others (in the dark,
 * in print). Lengths are in the drawing's own units.
 */
#ifndef RS_PLOT_H
#define RS_PLOT_H

#include <stddef.h>

#include "base/text.h"

/* The area between the axes, and the values at its edges. */
typedef struct rs_plot {
    double left, top, width, height;
    double x_low, x_high; /* at the left and right edge */
    double y_low, y_high; /* at the lower and upper edge */
} rs_plot;

double rs_plot_x(const rs_plot *plot, double value);
double rs_plot_y(const rs_plot *plot, double value);

/* Widens the span of values to ends that leave `margin` (a share of the span) free on both sides;
 * a span of nothing gets `least` of room. Stays within [floor, ceiling]. */
typedef struct rs_plot_span {
    double low, high;
} rs_plot_span;

rs_plot_span rs_plot_widen(rs_plot_span span, double margin, double least, double floor,
                           double ceiling);

/* Round values to mark an axis at: low <= first + i step <= high, for i < count, about `wanted` of
 * them (2 at least), each exact with `decimals` decimals. */
typedef struct rs_ticks {
    double first, step;
    size_t count;
    int decimals;
} rs_ticks;

rs_ticks rs_ticks_make(double low, double high, size_t wanted);

/* Grid lines and numbers; `x` or `y` NULL: none on that side. */
void rs_plot_grid(const rs_plot *plot, const rs_ticks *x, const rs_ticks *y, rs_text *out);
/* The two axes themselves. */
void rs_plot_axes(const rs_plot *plot, rs_text *out);
/* What the axes are of; plain text. */
void rs_plot_titles(const rs_plot *plot, const char *x, const char *y, rs_text *out);

/* Shapes tell series apart where colours do not. */
typedef enum rs_shape {
    RS_SHAPE_CIRCLE = 0,
    RS_SHAPE_SQUARE,
    RS_SHAPE_DIAMOND,
    RS_SHAPE_TRIANGLE
} rs_shape;

/* How a mark or a line looks: a class for style sheets, and its colour without one. */
typedef struct rs_ink {
    const char *name;
    const char *colour;
} rs_ink;

/* A mark about (x, y) in the drawing's units: a filled one, or an outline on the paper's colour.
 * Both are an open <path>: a <title> may follow, then rs_mark_end. */
void rs_mark_filled(rs_shape shape, rs_ink ink, double x, double y, double radius, rs_text *out);
void rs_mark_hollow(rs_shape shape, rs_ink ink, double x, double y, double radius, rs_text *out);
void rs_mark_end(rs_text *out);

/* What a line is drawn with; `dash` NULL: solid. */
typedef struct rs_pen {
    rs_ink ink;
    double width;
    const char *dash;
} rs_pen;

/* A straight line between two points in the drawing's units. */
void rs_plot_line(rs_pen pen, double x1, double y1, double x2, double y2, rs_text *out);

#endif
