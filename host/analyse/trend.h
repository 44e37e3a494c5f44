/* trend.h - ReaL accuracy against ImageNet accuracy over many models: the article's Figure 4.
 *
 * One line through all models; two lines, one through the half with the lower and one through that
 * with the higher ImageNet accuracy, and whether their slopes differ; a broken line that finds the
 * place of the break itself; and who gains less, or more, than the trend. Defined in
 * docs/METRICS.md, "The trend". All accuracies are fractions.
 */
#ifndef RS_TREND_H
#define RS_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/broken_stick.h"
#include "analyse/influence.h"
#include "analyse/line_errors.h"
#include "analyse/line_fit.h"
#include "reassess/status.h"

enum { RS_TREND_REPLICATES = 9999, RS_TREND_SEED = 1 };

typedef struct rs_trend_point {
    const char *name; /* not owned */
    double imagenet;  /* top-1 */
    double real;
    double covariance; /* of both, over draws of images; 0: not known */
    const char *group; /* models of one group are not independent; not owned; NULL: none is known of
                          any model */
} rs_trend_point;

typedef struct rs_trend_model {
    rs_trend_point point;
    bool upper;            /* above the median */
    double line_residual;  /* ReaL accuracy minus the line through all; 0 without that line */
    double trend_residual; /* minus the broken line; minus the line where there is no break */
    double line_stderr;    /* of these two: from the images and from the line; 0: the number of
                              images is not known */
    double trend_stderr;
} rs_trend_model;

/* The original labels as a model: 100 % by themselves, and what ReaL says of them. */
typedef struct rs_trend_labels {
    bool known;
    uint64_t correct;
    uint64_t total;
    double real;
    size_t models_above; /* models with a higher ReaL accuracy */
    bool in_range;       /* a model has 100 % ImageNet accuracy: the lines reach that far */
    double line_at_100;  /* the upper half's line there; 0 where no model is */
} rs_trend_labels;

typedef struct rs_trend_options {
    uint64_t replicates; /* of the test of the break; 0: no test */
    uint64_t seed;
    uint64_t labels_correct; /* ReaL accuracy of the original labels; total 0: not known */
    uint64_t labels_total;
    uint64_t imagenet_rows; /* behind every accuracy; 0: not known */
    uint64_t real_rows;
} rs_trend_options;

/* A line with errors that hold where models are what they are. */
typedef struct rs_trend_line {
    rs_line_errors errors;
    rs_influences influence; /* items are models of rs_trend.model, or groups */
} rs_trend_line;

/* The break without one item: a model, or a group. */
typedef struct rs_trend_break {
    bool known;
    size_t item;
    size_t points;
    double break_x;
} rs_trend_break;

typedef struct rs_trend {
    size_t count;
    rs_trend_model *model; /* [count] ascending by ImageNet accuracy, equal ones as given */
    double median;         /* of the ImageNet accuracies */
    rs_line_fit all;
    rs_line_fit lower; /* at most the median */
    rs_line_fit upper;
    rs_trend_line all_line;
    rs_trend_line lower_line;
    rs_trend_line upper_line;
    rs_slope_difference slopes; /* lower minus upper */
    rs_slope_errors slope_errors;
    size_t group_count;      /* 0: models stand by themselves */
    const char **group_name; /* [group_count] ascending */
    rs_broken_stick stick;
    rs_trend_break mover; /* without which the break moves most */
    rs_trend_labels labels;
} rs_trend;

/* Fills *trend, which rs_trend_clear empties again. `options` may be NULL: RS_TREND_REPLICATES,
 * RS_TREND_SEED, labels not known. */
rs_status rs_trend_compute(const rs_trend_point *points, size_t count,
                           const rs_trend_options *options, rs_trend *trend, rs_error *error);
void rs_trend_clear(rs_trend *trend);

#endif
