/* broken_stick_impl.h - what the fit of a broken line and its errors share. */
#ifndef RS_BROKEN_STICK_IMPL_H
#define RS_BROKEN_STICK_IMPL_H

#include <stddef.h>

#include "analyse/line_errors.h"
#include "reassess/status.h"

struct rs_broken_stick;

/* What a split's x give, whatever the y. Around the mean of all x. */
typedef struct stick_split {
    size_t lower; /* points up to the break */
    double from;  /* the last x below and the first x above */
    double to;
    double count[2]; /* of the lower and upper points */
    double mean[2];
    double spread[2]; /* sum of (x - mean)^2 */
} stick_split;

/* The two separate lines of a split: y = mean_y + slope (x - mean). */
typedef struct stick_lines {
    double mean_y[2];
    double slope[2];
    double rss;
    double gap_start; /* D(x) = gap_start + gap_slope x: the upper line minus the lower */
    double gap_slope;
} stick_lines;

typedef struct stick_design {
    size_t points;
    double centre; /* mean of all x */
    double *x;     /* [points] minus it */
    double spread;
    stick_split *splits; /* [points] room */
    size_t split_count;
    double rounding; /* what rounding of the accuracies may give of a sum of squares */
} stick_design;

typedef struct stick_best {
    double rss;
    double at;
    size_t split;
    double line_rss;
    double rounding; /* what rounding may give of either rss */
} stick_best;

/* Variance of D(at), in units of that of the points, and what making the lines meet there costs. */
double rs_stick_miss_variance(const stick_split *split, double at);
double rs_stick_excess(const stick_split *split, const stick_lines *lines, double at);

/* Fills what `stick`, otherwise filled, has of intervals and of errors that need no common scatter.
 * `x` and `y` are the points as they were given. */
void rs_stick_add_errors(const stick_design *design, const stick_best *best,
                         const stick_lines *all_lines, const double *x, const double *y,
                         const rs_groups *groups, struct rs_broken_stick *stick);

/* Fills p and exceeding, from stick's replicates and seed; `residual` is that of the straight
 * line. */
rs_status rs_stick_test(const stick_design *design, const double *residual, const rs_groups *groups,
                        struct rs_broken_stick *stick, rs_error *error);

#endif
