/* trend.c - sorts the models and puts the fits together. */
#include "analyse/trend.h"

#include <math.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"

typedef struct placed_point {
    rs_trend_point point;
    size_t index;
} placed_point;

static int by_accuracy(const void *left, const void *right)
{
    const placed_point *const a = left;
    const placed_point *const b = right;
    if (a->point.imagenet != b->point.imagenet) {
        return a->point.imagenet < b->point.imagenet ? -1 : 1;
    }
    return (a->index > b->index) - (a->index < b->index);
}

static rs_status sort_models(const rs_trend_point *points, size_t count, rs_trend *trend,
                             rs_error *error)
{
    RS_TRY(RS_NEW(&trend->model, count, "models", error));
    trend->count = count;
    placed_point *placed = NULL;
    RS_TRY(RS_NEW(&placed, count, "models", error));
    for (size_t i = 0; i < count; ++i) {
        placed[i] = (placed_point){points[i], i};
    }
    if (count > 1) {
        qsort(placed, count, sizeof *placed, by_accuracy);
    }
    for (size_t i = 0; i < count; ++i) {
        trend->model[i].point = placed[i].point;
    }
    free(placed);
    return RS_OK;
}

/* How many models have at most the median: the first so many. */
static size_t split_at_median(rs_trend *trend)
{
    const size_t count = trend->count;
    size_t lower = 0;
    if (count == 0) {
        return 0;
    }
    trend->median = count % 2 == 1 ? trend->model[count / 2].point.imagenet
                                   : 0.5 * (trend->model[count / 2 - 1].point.imagenet +
                                            trend->model[count / 2].point.imagenet);
    for (size_t i = 0; i < count; ++i) {
        trend->model[i].upper = trend->model[i].point.imagenet > trend->median;
        lower += !trend->model[i].upper;
    }
    return lower;
}

/* 0 where the model lies on the line but for rounding. */
static double departure(double real, double line)
{
    const double away = real - line;
    return fabs(away) > RS_ROUNDING * (fabs(real) + fabs(line)) ? away : 0.0;
}

static void add_residuals(rs_trend *trend)
{
    for (size_t i = 0; i < trend->count && trend->all.reason == NULL; ++i) {
        rs_trend_model *const model = &trend->model[i];
        const double x = model->point.imagenet;
        model->line_residual = departure(model->point.real, rs_line_fit_at(&trend->all, x));
        model->trend_residual =
            trend->stick.reason == NULL
                ? departure(model->point.real, rs_broken_stick_at(&trend->stick, x))
                : model->line_residual;
    }
}

static void add_labels(const rs_trend_options *options, rs_trend *trend)
{
    rs_trend_labels *const labels = &trend->labels;
    if (options->labels_total == 0) {
        return;
    }
    labels->known = true;
    labels->correct = options->labels_correct;
    labels->total = options->labels_total;
    labels->real = (double)labels->correct / (double)labels->total;
    for (size_t i = 0; i < trend->count; ++i) {
        labels->models_above += trend->model[i].point.real > labels->real;
    }
    if (trend->upper.reason == NULL) {
        labels->line_at_100 = rs_line_fit_at(&trend->upper, 1.0);
    }
}

rs_status rs_trend_compute(const rs_trend_point *points, size_t count,
                           const rs_trend_options *options, rs_trend *trend, rs_error *error)
{
    static const rs_trend_options defaults = {.replicates = RS_TREND_REPLICATES,
                                              .seed = RS_TREND_SEED};
    double *x = NULL;
    options = options == NULL ? &defaults : options;
    *trend = (rs_trend){0};
    RS_TRY(sort_models(points, count, trend, error));
    RS_TRY(RS_NEW_ROWS(&x, count, 2, "accuracies", error));
    double *const y = x + count;
    for (size_t i = 0; i < count; ++i) {
        x[i] = trend->model[i].point.imagenet;
        y[i] = trend->model[i].point.real;
    }
    const size_t lower = split_at_median(trend);
    trend->all = rs_line_fit_make(x, y, count);
    trend->lower = rs_line_fit_make(x, y, lower);
    trend->upper = rs_line_fit_make(x + lower, y + lower, count - lower);
    trend->slopes = rs_slope_compare(&trend->lower, &trend->upper);
    const rs_status status =
        rs_broken_stick_fit(x, y, count, options->replicates, options->seed, &trend->stick, error);
    free(x);
    add_residuals(trend);
    add_labels(options, trend);
    return status;
}

void rs_trend_clear(rs_trend *trend)
{
    free(trend->model);
    *trend = (rs_trend){0};
}
