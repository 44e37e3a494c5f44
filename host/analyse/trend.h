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
#include "analyse/line_fit.h"
#include "reassess/status.h"

enum { RS_TREND_REPLICATES = 9999, RS_TREND_SEED = 1 };

typedef struct rs_trend_point {
    const char *name; /* not owned */
    double imagenet;  /* top-1 */
    double real;
} rs_trend_point;

typedef struct rs_trend_model {
    rs_trend_point point;
    bool upper;            /* above the median */
    double line_residual;  /* ReaL accuracy minus the line through all; 0 without that line */
    double trend_residual; /* minus the broken line; minus the line where there is no break */
} rs_trend_model;

/* The original labels as a model: 100 % by themselves, and what ReaL says of them. */
typedef struct rs_trend_labels {
    bool known;
    uint64_t correct;
    uint64_t total;
    double real;
    size_t models_above; /* models with a higher ReaL accuracy */
    double line_at_100;  /* the upper half's line, extended to 100 % ImageNet accuracy */
} rs_trend_labels;

typedef struct rs_trend_options {
    uint64_t replicates; /* of the test of the break; 0: no test */
    uint64_t seed;
    uint64_t labels_correct; /* ReaL accuracy of the original labels; total 0: not known */
    uint64_t labels_total;
} rs_trend_options;

typedef struct rs_trend {
    size_t count;
    rs_trend_model *model; /* [count] ascending by ImageNet accuracy, equal ones as given */
    double median;         /* of the ImageNet accuracies */
    rs_line_fit all;
    rs_line_fit lower; /* at most the median */
    rs_line_fit upper;
    rs_slope_difference slopes; /* lower minus upper */
    rs_broken_stick stick;
    rs_trend_labels labels;
} rs_trend;

/* Fills *trend, which rs_trend_clear empties again. `options` may be NULL: RS_TREND_REPLICATES,
 * RS_TREND_SEED, labels not known. */
rs_status rs_trend_compute(const rs_trend_point *points, size_t count,
                           const rs_trend_options *options, rs_trend *trend, rs_error *error);
void rs_trend_clear(rs_trend *trend);

#endif
