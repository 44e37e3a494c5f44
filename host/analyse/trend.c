/* trend.c - sorts the models and puts the fits together. */
#include "analyse/trend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

typedef struct placed_point {
    rs_trend_point point;
    size_t index;
} placed_point;

RS_SORTS(by_accuracy, placed_point)
{
    RS_ORDER_BY(left->point.imagenet, right->point.imagenet);
    return RS_COMPARE(left->index, right->index);
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

/* Another draw of images would move a model's two accuracies, together, and so its residual from a
 * line of this slope. Without the covariance it is taken for 0: the error is then too large. */
static double images_variance(const rs_trend_options *options, const rs_trend_point *point,
                              double slope)
{
    const double x = point->imagenet * (1.0 - point->imagenet) / (double)options->imagenet_rows;
    const double y = point->real * (1.0 - point->real) / (double)options->real_rows;
    return fmax(y + slope * (slope * x - 2.0 * point->covariance), 0.0);
}

static void add_residual_errors(const rs_trend_options *options, rs_trend *trend)
{
    const bool known = options->imagenet_rows > 0 && options->real_rows > 0 &&
                       trend->all_line.errors.reason == NULL;
    const rs_broken_stick *const stick = &trend->stick;
    for (size_t i = 0; i < trend->count && known; ++i) {
        rs_trend_model *const model = &trend->model[i];
        const double x = model->point.imagenet;
        model->line_stderr = sqrt(images_variance(options, &model->point, trend->all.slope) +
                                  rs_line_variance_at(&trend->all, &trend->all_line.errors, x));
        model->trend_stderr = model->line_stderr;
        if (stick->reason == NULL && stick->errors.reason == NULL) {
            const double slope = x <= stick->break_x ? stick->lower_slope : stick->upper_slope;
            model->trend_stderr = sqrt(images_variance(options, &model->point, slope) +
                                       rs_broken_stick_variance_at(stick, x));
        }
    }
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
    labels->in_range = trend->upper.reason == NULL && trend->count > 0 &&
                       trend->model[trend->count - 1].point.imagenet >= 1.0;
    if (labels->in_range) {
        labels->line_at_100 = rs_line_fit_at(&trend->upper, 1.0);
    }
}

/* ---- groups ---- */

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Numbers the groups by their names; none where models have none. */
static rs_status number_groups(rs_trend *trend, uint32_t **of, double **room, rs_error *error)
{
    const size_t count = trend->count;
    if (count == 0 || trend->model[0].point.group == NULL) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&trend->group_name, count, "groups", error));
    RS_TRY(RS_NEW(of, count, "groups", error));
    for (size_t i = 0; i < count; ++i) {
        trend->group_name[i] = trend->model[i].point.group;
    }
    qsort(trend->group_name, count, sizeof *trend->group_name, by_text);
    for (size_t i = 0; i < count; ++i) {
        if (i == 0 ||
            strcmp(trend->group_name[i], trend->group_name[trend->group_count - 1]) != 0) {
            trend->group_name[trend->group_count++] = trend->group_name[i];
        }
    }
    for (size_t i = 0; i < count; ++i) {
        const char **const found = bsearch(&trend->model[i].point.group, trend->group_name,
                                           trend->group_count, sizeof *trend->group_name, by_text);
        (*of)[i] = (uint32_t)(found - trend->group_name);
    }
    return RS_NEW_ROWS(room, trend->group_count, RS_GROUP_ROOM, "groups", error);
}

/* ---- lines ---- */

typedef struct trend_values {
    double *x; /* [count] and as many y behind them */
    double *y;
    uint32_t *of;
    double *room;
} trend_values;

static rs_groups groups_from(const rs_trend *trend, const trend_values *values, size_t from)
{
    return (rs_groups){values->of == NULL ? NULL : values->of + from, trend->group_count,
                       values->room};
}

static rs_trend_line judge_line(const rs_trend *trend, const rs_line_fit *line,
                                const trend_values *values, size_t from)
{
    const rs_groups groups = groups_from(trend, values, from);
    const double *const x = values->x + from;
    const double *const y = values->y + from;
    rs_trend_line result = {.errors = rs_line_errors_make(line, x, y, &groups)};
    result.influence = rs_influences_make(line, &result.errors, x, y, &groups);
    for (size_t i = 0; i < result.influence.count && values->of == NULL; ++i) {
        result.influence.most[i].item += from;
    }
    return result;
}

static void fit_lines(rs_trend *trend, const trend_values *values)
{
    const size_t lower = split_at_median(trend);
    const double *const x = values->x;
    const double *const y = values->y;
    const rs_groups groups = groups_from(trend, values, 0);
    trend->all = rs_line_fit_make(x, y, trend->count);
    trend->lower = rs_line_fit_make(x, y, lower);
    trend->upper = rs_line_fit_make(x + lower, y + lower, trend->count - lower);
    trend->slopes = rs_slope_compare(&trend->lower, &trend->upper);
    trend->all_line = judge_line(trend, &trend->all, values, 0);
    trend->lower_line = judge_line(trend, &trend->lower, values, 0);
    trend->upper_line = judge_line(trend, &trend->upper, values, lower);
    const rs_line_errors errors[2] = {trend->lower_line.errors, trend->upper_line.errors};
    trend->slope_errors = rs_slope_errors_make(&trend->lower, &trend->upper, errors,
                                               trend->slopes.difference, x, y, &groups);
}

/* ---- the break without a model, or without a group ---- */

static bool is_of(const trend_values *values, size_t point, size_t item)
{
    return values->of == NULL ? point == item : values->of[point] == item;
}

static rs_status break_without(const rs_trend *trend, const trend_values *values, size_t item,
                               double *x, rs_trend_break *out, rs_error *error)
{
    double *const y = x + trend->count;
    size_t left = 0;
    rs_broken_stick stick;
    for (size_t i = 0; i < trend->count; ++i) {
        if (!is_of(values, i, item)) {
            x[left] = values->x[i];
            y[left++] = values->y[i];
        }
    }
    RS_TRY(rs_broken_stick_fit(x, y, left, &(rs_stick_options){.groups = NULL}, &stick, error));
    *out = (rs_trend_break){stick.reason == NULL, item, trend->count - left, stick.break_x};
    return RS_OK;
}

static rs_status find_mover(rs_trend *trend, const trend_values *values, rs_error *error)
{
    double *room = NULL;
    rs_status status = RS_OK;
    const double at = trend->stick.break_x;
    const size_t items = values->of == NULL ? trend->count : trend->group_count;
    RS_TRY(RS_NEW_ROWS(&room, trend->count, 2, "accuracies", error));
    for (size_t item = 0; item < items && trend->stick.reason == NULL; ++item) {
        rs_trend_break found;
        RS_TRY_DONE(break_without(trend, values, item, room, &found, error));
        if (found.known &&
            (!trend->mover.known || fabs(found.break_x - at) > fabs(trend->mover.break_x - at))) {
            trend->mover = found;
        }
    }
done:
    free(room);
    return status;
}

static rs_status compute(const rs_trend_options *options, rs_trend *trend, trend_values *values,
                         rs_error *error)
{
    RS_TRY(number_groups(trend, &values->of, &values->room, error));
    RS_TRY(RS_NEW_ROWS(&values->x, trend->count, 2, "accuracies", error));
    values->y = values->x + trend->count;
    for (size_t i = 0; i < trend->count; ++i) {
        values->x[i] = trend->model[i].point.imagenet;
        values->y[i] = trend->model[i].point.real;
    }
    fit_lines(trend, values);
    const rs_groups groups = groups_from(trend, values, 0);
    const rs_stick_options stick = {&groups, options->replicates, options->seed};
    RS_TRY(rs_broken_stick_fit(values->x, values->y, trend->count, &stick, &trend->stick, error));
    RS_TRY(find_mover(trend, values, error));
    add_residuals(trend);
    add_residual_errors(options, trend);
    add_labels(options, trend);
    return RS_OK;
}

rs_status rs_trend_compute(const rs_trend_point *points, size_t count,
                           const rs_trend_options *options, rs_trend *trend, rs_error *error)
{
    static const rs_trend_options defaults = {.replicates = RS_TREND_REPLICATES,
                                              .seed = RS_TREND_SEED};
    trend_values values = {.x = NULL};
    *trend = (rs_trend){0};
    rs_status status = sort_models(points, count, trend, error);
    if (status == RS_OK) {
        status = compute(options == NULL ? &defaults : options, trend, &values, error);
    }
    free(values.x);
    free(values.of);
    free(values.room);
    return status;
}

void rs_trend_clear(rs_trend *trend)
{
    free(trend->model);
    free((void *)trend->group_name);
    *trend = (rs_trend){0};
}
