/* line_fit.c - least squares around the means, so that nothing large cancels. What is not more than
 * rounding gives is none: points on a line have no scatter, and the slopes of parallel lines do not
 * differ. */
#include "analyse/line_fit.h"

#include <math.h>

#include "analyse/student_t.h"

static void add_errors(rs_line_fit *line)
{
    line->df = (double)line->points - 2.0;
    line->residual_sd = sqrt(line->rss / line->df);
    line->slope_stderr = line->residual_sd / sqrt(line->spread_x);
    line->intercept_stderr = line->residual_sd * sqrt(1.0 / (double)line->points +
                                                      line->mean_x * line->mean_x / line->spread_x);
    const double reach = rs_student_critical(0.05, line->df) * line->slope_stderr;
    line->slope_low = line->slope - reach;
    line->slope_high = line->slope + reach;
}

double rs_rounding_squares(const double *y, size_t points)
{
    double largest = 0.0;
    for (size_t i = 0; i < points; ++i) {
        largest = fmax(largest, fabs(y[i]));
    }
    const double each = RS_ROUNDING * largest;
    return (double)points * each * each;
}

rs_line_fit rs_line_fit_make(const double *x, const double *y, size_t points)
{
    rs_line_fit line = {.points = points};
    double xy = 0.0;
    double yy = 0.0;
    if (points < 3) {
        line.reason = "fewer than 3 models";
        return line;
    }
    for (size_t i = 0; i < points; ++i) {
        line.mean_x += x[i];
        line.mean_y += y[i];
    }
    line.mean_x /= (double)points;
    line.mean_y /= (double)points;
    for (size_t i = 0; i < points; ++i) {
        const double dx = x[i] - line.mean_x;
        const double dy = y[i] - line.mean_y;
        line.spread_x += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    if (!(line.spread_x > 1e-24 * line.mean_x * line.mean_x)) {
        return (rs_line_fit){.points = points,
                             .reason = "all models have the same ImageNet accuracy"};
    }
    const double rounding = rs_rounding_squares(y, points);
    if (yy <= rounding) { /* all y are the same */
        xy = 0.0;
        yy = 0.0;
    }
    line.slope = xy / line.spread_x;
    line.intercept = line.mean_y - line.slope * line.mean_x;
    for (size_t i = 0; i < points; ++i) {
        const double residual = y[i] - line.mean_y - line.slope * (x[i] - line.mean_x);
        line.rss += residual * residual;
    }
    line.rss = line.rss > rounding && yy > 0.0 ? line.rss : 0.0;
    line.r_squared = yy > 0.0 ? 1.0 - line.rss / yy : 1.0;
    add_errors(&line);
    return line;
}

double rs_line_fit_at(const rs_line_fit *line, double x)
{
    return line->mean_y + line->slope * (x - line->mean_x);
}

/* What rounding may make of a slope. */
static double slope_rounding(const rs_line_fit *line)
{
    return RS_ROUNDING * (fabs(line->slope) + fabs(line->mean_y) / sqrt(line->spread_x));
}

/* Two lines without any spread differ surely or not at all. */
static rs_slope_test make_test(double difference, double variance, double df)
{
    const double error = sqrt(variance);
    const double t = difference == 0.0 ? 0.0 : difference / error;
    return (rs_slope_test){
        .stderr_value = error, .t = t, .df = df, .log_p = rs_student_log_p(t, df)};
}

rs_slope_difference rs_slope_compare(const rs_line_fit *first, const rs_line_fit *second)
{
    rs_slope_difference result = {0};
    if (first->reason != NULL || second->reason != NULL) {
        result.reason = "one of the two lines is missing";
        return result;
    }
    const double a = first->slope_stderr * first->slope_stderr;
    const double b = second->slope_stderr * second->slope_stderr;
    const double sum = a + b;
    const double pooled_df = first->df + second->df;
    const double welch_df =
        sum > 0.0 ? sum * sum / (a * a / first->df + b * b / second->df) : pooled_df;
    const double variance = (first->rss + second->rss) / pooled_df;
    result.difference = first->slope - second->slope;
    if (fabs(result.difference) <= slope_rounding(first) + slope_rounding(second)) {
        result.difference = 0.0;
    }
    result.welch = make_test(result.difference, sum, welch_df);
    result.pooled = make_test(
        result.difference, variance * (1.0 / first->spread_x + 1.0 / second->spread_x), pooled_df);
    const double reach = rs_student_critical(0.05, welch_df) * result.welch.stderr_value;
    result.low = result.difference - reach;
    result.high = result.difference + reach;
    return result;
}
