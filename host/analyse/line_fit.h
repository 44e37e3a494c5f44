/* line_fit.h - a straight line through points, with its error bars, and whether two lines differ.
 *
 * Ordinary least squares of y on x. Every number is defined in docs/METRICS.md, "The trend".
 */
#ifndef RS_LINE_FIT_H
#define RS_LINE_FIT_H

#include <float.h>
#include <stdbool.h>
#include <stddef.h>

/* Of a number made from a few others by a few steps, this share is rounding. */
#define RS_ROUNDING (16.0 * DBL_EPSILON)

typedef struct rs_line_fit {
    size_t points;
    const char *reason; /* NULL; else why there is no line, and all below is 0 */
    double slope;
    double intercept; /* at x = 0 */
    double slope_stderr;
    double intercept_stderr;
    double slope_low; /* 95 % interval by Student's t */
    double slope_high;
    double df;          /* points - 2 */
    double rss;         /* sum of squared residuals */
    double residual_sd; /* sqrt(rss / df) */
    double r_squared;
    double mean_x;
    double mean_y;
    double spread_x; /* sum of (x - mean_x)^2 */
} rs_line_fit;

/* How large a sum of squares of residuals of `y` may be by rounding alone. */
double rs_rounding_squares(const double *y, size_t points);

/* Needs three points, and two different x among them. */
rs_line_fit rs_line_fit_make(const double *x, const double *y, size_t points);

double rs_line_fit_at(const rs_line_fit *line, double x);

/* Is the slope of `first` minus that of `second` zero? Two answers: `welch` lets each line have a
 * spread of its own (Satterthwaite's degrees of freedom), `pooled` is the interaction of one
 * regression over both, whose residuals have a common variance. */
typedef struct rs_slope_test {
    double stderr_value;
    double t;
    double df;
    double log_p; /* natural logarithm of the two-sided p */
} rs_slope_test;

typedef struct rs_slope_difference {
    const char *reason; /* NULL; else why there is no test */
    double difference;
    double low; /* 95 % interval of the difference, by `welch` */
    double high;
    rs_slope_test welch;
    rs_slope_test pooled;
} rs_slope_difference;

rs_slope_difference rs_slope_compare(const rs_line_fit *first, const rs_line_fit *second);

#endif
