/* report_gain.c - what ReaL adds: the difference of the two accuracies, beside Figure 4.
 *
 * Figure 4 has room for the labels' own point at 100 %, and so little for the models. Their
 * difference, over no more than they span, shows what the lines are about.
 */
#include <math.h>

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

static void say_gain(rs_text *page, double x, double y)
{
    rs_text_printf(page, ": ReaL is %.2f points above %.2f %% of ImageNet", y, x);
}

void rs_report_gain(rs_text *page, const rs_report *report)
{
    const rs_trend *const trend = &report->trend;
    if (trend->count == 0) {
        return;
    }
    const rs_plot plot = make_plot(trend);
    rs_text_printf(page, "<h3>What ReaL adds</h3>\n<p>The same points, with the ImageNet accuracy "
                         "taken off: by how many points a model is better by ReaL.</p>\n");
    rs_html_figure(page, "ReaL accuracy minus ImageNet accuracy, one point a model",
                   RS_FIGURE_WIDTH, RS_FIGURE_HEIGHT);
    rs_report_frame(page, &plot, "ImageNet accuracy, top-1, %", "ReaL minus ImageNet, points");
    rs_report_trend_lines(page, &plot, trend, add_line);
    rs_report_trend_points(page, report, &plot, gain_of, say_gain);
    rs_html_figure_drawn(page);
    rs_html_figure_end(page);
}
