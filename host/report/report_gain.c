/* report_gain.c - what ReaL adds: the difference of the two accuracies, beside Figure 4.
 *
 * Figure 4 has room for the labels' own point at 100 %, and so little for the models. Their
 * difference, over no more than they span, shows what the lines are about.
 */
#include <math.h>
#include <stdlib.h>

#include "report/report_parts.h"

static double gain_of(const rs_trend_point *point)
{
    return 100.0 * (point->real - point->imagenet);
}

static rs_plot make_plot(const rs_trend *trend)
{
    rs_plot_span x = {100, 0};
    rs_plot_span y = {100, -100};
    for (size_t i = 0; i < trend->count; ++i) {
        const rs_trend_point *const point = &trend->model[i].point;
        x.low = fmin(x.low, 100.0 * point->imagenet);
        x.high = fmax(x.high, 100.0 * point->imagenet);
        y.low = fmin(y.low, gain_of(point));
        y.high = fmax(y.high, gain_of(point));
    }
    return rs_report_plot(rs_plot_widen(x, 0.04, 1, 0, 100),
                          rs_plot_widen(y, 0.08, 0.5, -100, 100));
}

/* Each half's line, less the ImageNet accuracy. */
static void add_line(rs_text *page, const rs_plot *plot, const rs_line_fit *line, rs_ink ink,
                     double x_from, double x_to)
{
    const double low = 100.0 * (rs_line_fit_at(line, x_from) - x_from);
    const double high = 100.0 * (rs_line_fit_at(line, x_to) - x_to);
    if (line->reason == NULL && x_to > x_from && fmin(low, high) >= plot->y_low &&
        fmax(low, high) <= plot->y_high) {
        rs_plot_line((rs_pen){ink, 2.4, NULL}, rs_plot_x(plot, 100.0 * x_from),
                     rs_plot_y(plot, low), rs_plot_x(plot, 100.0 * x_to), rs_plot_y(plot, high),
                     page);
    }
}

static void add_lines(rs_text *page, const rs_plot *plot, const rs_trend *trend)
{
    const size_t lower = trend->lower.points;
    if (lower > 0) {
        add_line(page, plot, &trend->lower, rs_ink_lower, trend->model[0].point.imagenet,
                 trend->model[lower - 1].point.imagenet);
    }
    if (lower < trend->count) {
        add_line(page, plot, &trend->upper, rs_ink_upper, trend->model[lower].point.imagenet,
                 trend->model[trend->count - 1].point.imagenet);
    }
}

static void add_points(rs_text *page, const rs_report *report, const rs_plot *plot,
                       rs_report_point *points)
{
    const rs_trend *const trend = &report->trend;
    size_t count = 0;
    for (size_t i = trend->count; i-- > 0;) {
        const rs_trend_model *const model = &trend->model[i];
        const rs_report_point at = {100.0 * model->point.imagenet, gain_of(&model->point),
                                    model->point.name, 0, 0};
        points[count++] = at;
        const size_t index = rs_report_model_of(report, at.name);
        rs_report_model_begin(page, index);
        rs_html_mark(page, model->upper ? RS_SHAPE_CIRCLE : RS_SHAPE_SQUARE, false,
                     rs_report_half_ink(report, index, model->upper), rs_plot_x(plot, at.x),
                     rs_plot_y(plot, at.y), 4.4);
        rs_markup_text(page, at.name);
        rs_text_printf(page, ": ReaL is %.2f points above %.2f %% of ImageNet", at.y, at.x);
        rs_html_mark_end(page);
        rs_report_model_end(page);
    }
    rs_report_names(page, plot, points, count);
}

void rs_report_gain(rs_text *page, const rs_report *report)
{
    rs_report_point *points = NULL;
    const rs_trend *const trend = &report->trend;
    if (trend->count == 0 || !RS_TEXT_NEW(page, &points, trend->count, "points of a drawing")) {
        return;
    }
    const rs_plot plot = make_plot(trend);
    rs_text_printf(page, "<h3>What ReaL adds</h3>\n<p>The same points, with the ImageNet accuracy "
                         "taken off: by how many points a model is better by ReaL.</p>\n");
    rs_html_figure(page, "ReaL accuracy minus ImageNet accuracy, one point a model",
                   RS_FIGURE_WIDTH, RS_FIGURE_HEIGHT);
    rs_report_frame(page, &plot, "ImageNet accuracy, top-1, %", "ReaL minus ImageNet, points");
    add_lines(page, &plot, trend);
    add_points(page, report, &plot, points);
    rs_html_figure_drawn(page);
    rs_html_figure_end(page);
    free(points);
}
