/* line_errors.h - errors of slopes that need neither one scatter for all points nor points that are
 * independent of each other.
 *
 * Models scatter less around the trend the better they are, and models of one family scatter
 * together: the textbook error of a slope, which takes both for nothing, is too small by a factor
 * of three to ten on published results. Two sandwich estimators in its place: HC3, where every
 * point stands by itself (J. G. MacKinnon and H. White, "Some heteroskedasticity-consistent
 * covariance matrix estimators with improved finite sample properties", 1985), and one clustered by
 * groups (K.-Y. Liang and S. L. Zeger, "Longitudinal data analysis using generalized linear
 * models", 1986). docs/METRICS.md, "The trend".
 */
#ifndef RS_LINE_ERRORS_H
#define RS_LINE_ERRORS_H

#include <stddef.h>
#include <stdint.h>

#include "analyse/line_fit.h"

/* Which points belong together. */
typedef struct rs_groups {
    const uint32_t *of; /* [points] below `count`; NULL: each stands by itself */
    size_t count;
    double *room; /* [RS_GROUP_ROOM * count] to work in */
} rs_groups;

enum { RS_GROUP_ROOM = 5 };

/* Of two numbers that are each a weighted sum of residuals: their variances and covariance. */
typedef struct rs_sandwich {
    double first;
    double second;
    double cross;
    size_t groups; /* with points in them; 0: points stand by themselves */
} rs_sandwich;

/* Adding up scores, a weight times a residual each: those of one group meet before they are
 * squared. */
typedef struct rs_score_sums {
    const rs_groups *groups;
    rs_sandwich sum;
} rs_score_sums;

rs_score_sums rs_score_sums_begin(const rs_groups *groups);
void rs_score_sums_add(rs_score_sums *scores, size_t point, double first, double second);
/* Of a fit of `parameters` to `points`; for groups with the correction for few of them,
 * G / (G - 1) (n - 1) / (n - parameters). */
rs_sandwich rs_score_sums_end(rs_score_sums *scores, size_t points, size_t parameters);

/* What takes a residual's place in a score: of a point by itself e / (1 - h), h its leverage. */
double rs_score_residual(const rs_groups *groups, double residual, double leverage);

typedef struct rs_line_errors {
    const char *reason; /* NULL; else why there are none, and all below is 0 */
    size_t groups;      /* that have points; 0: HC3 */
    double df;          /* points - 2, or groups - 1 */
    double slope_stderr;
    double slope_low; /* 95 % interval by Student's t */
    double slope_high;
    double intercept_stderr;
    rs_sandwich at_mean; /* of the fit at mean_x (first) and of the slope (second) */
} rs_line_errors;

/* Of a line through the points; `groups` may be NULL. */
rs_line_errors rs_line_errors_make(const rs_line_fit *line, const double *x, const double *y,
                                   const rs_groups *groups);

/* Variance of the line at x. */
double rs_line_variance_at(const rs_line_fit *line, const rs_line_errors *errors, double x);

typedef struct rs_slope_errors {
    const char *reason; /* NULL; else why there are none */
    size_t groups;
    rs_slope_test test; /* df: Satterthwaite's of both, or the fewer groups of the two minus one */
    double low;         /* 95 % interval of the difference */
    double high;
} rs_slope_errors;

/* Of the slope of `first`, through the first points of x and y, minus that of `second`, through the
 * others: the interaction of one regression over both. */
rs_slope_errors rs_slope_errors_make(const rs_line_fit *first, const rs_line_fit *second,
                                     const rs_line_errors errors[2], double difference,
                                     const double *x, const double *y, const rs_groups *groups);

#endif
