/* broken_stick.h - two lines that meet: where does the trend bend, and does it bend at all?
 *
 *     y = start + slope x                      up to the break
 *     y = start + slope x + change (x - break) beyond it
 *
 * The break that fits best is found exactly: between two neighbouring x the best continuous fit is
 * either where the two separate lines cross or at one of the two (D. J. Hudson, "Fitting segmented
 * curves whose join points have to be estimated", 1966). No grid, no starting value.
 */
#ifndef RS_BROKEN_STICK_H
#define RS_BROKEN_STICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/line_errors.h"
#include "reassess/status.h"

typedef struct rs_break_interval {
    double low; /* at an end of the search it is open there */
    double high;
    bool low_is_open;
    bool high_is_open;
} rs_break_interval;

/* Errors that take neither one scatter for all points nor points for independent. */
typedef struct rs_stick_errors {
    const char *reason; /* NULL; else why there are none, and all below is 0 */
    size_t groups;      /* that have points; 0: HC3 */
    double df;          /* points - 4, or groups - 1 */
    double lower_stderr;
    double upper_stderr;
    double break_stderr;
    rs_break_interval interval; /* 95 % */
    rs_sandwich side[2];        /* of each side's fit at its mean_x, and of its slope */
    double mean_x[2];
} rs_stick_errors;

typedef struct rs_broken_stick {
    const char *reason; /* NULL; else why there is no fit, and all below is 0 */
    size_t points;
    size_t least_points; /* that must lie on either side of the break */
    double search_low;   /* the breaks that were tried */
    double search_high;
    double break_x;
    double break_y;      /* the fit there */
    double break_stderr; /* from the slopes' errors; the interval below needs no such shortcut */
    rs_break_interval interval; /* 95 %, from the profile, were the scatter the same everywhere */
    size_t lower_points;        /* at most the break */
    double lower_slope;
    double lower_stderr;
    double upper_slope;
    double upper_stderr;
    double rss;
    double line_rss;     /* of one straight line */
    double df;           /* points - 4 */
    double residual_sd;  /* sqrt(rss / df) */
    double f;            /* (line_rss - rss) / 2 / (rss / df) */
    double p;            /* bootstrapped: how often a straight line bends as much by chance */
    uint64_t replicates; /* behind p; 0: none, and p is 1 */
    uint64_t exceeding;  /* of them with an f as large */
    uint64_t seed;
    rs_stick_errors errors;
} rs_broken_stick;

/* The wild bootstrap behind `p` draws random signs, one for each point or for each group, from
 * xoshiro256** streams (seed, 1 ...), one a replicate. */
typedef struct rs_stick_options {
    const rs_groups *groups; /* points that err together; NULL: each by itself */
    uint64_t replicates;     /* 0: no test */
    uint64_t seed;
} rs_stick_options;

/* `x` ascending. */
rs_status rs_broken_stick_fit(const double *x, const double *y, size_t points,
                              const rs_stick_options *options, rs_broken_stick *stick,
                              rs_error *error);

/* Variance of the fit at x, the break taken as known. */
double rs_broken_stick_variance_at(const rs_broken_stick *stick, double x);

double rs_broken_stick_at(const rs_broken_stick *stick, double x);

#endif
