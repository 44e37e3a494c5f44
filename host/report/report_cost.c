/* report_cost.c - accuracy over size: what a model's parameters buy, on a logarithmic axis. */
#include <math.h>
#include <stdlib.h>

#include "report/report_parts.h"

static bool is_known(const rs_report_model *model)
{
    return model->parameters > 0.0 && model->real != NULL;
}

static rs_plot make_plot(const rs_report *report)
{
    rs_plot_span x = {INFINITY, -INFINITY};
    rs_plot_span y = {100, 0};
    for (size_t i = 0; i < report->count; ++i) {
        const rs_report_model *const model = &report->model[i];
        if (is_known(model)) {
            x.low = fmin(x.low, log10(model->parameters));
            x.high = fmax(x.high, log10(model->parameters));
            y.low = fmin(y.low, 100.0 * model->real->ci95_low);
            y.high = fmax(y.high, 100.0 * model->real->ci95_high);
        }
    }
    return rs_report_plot(rs_plot_widen(x, 0.06, 0.4, -9, 9), rs_plot_widen(y, 0.08, 1, 0, 100));
}

/* 1, 2 and 5 times the powers of ten; of a wide span the powers alone. */
static void add_grid(rs_text *page, const rs_plot *plot)
{
    static const double steps[] = {1, 2, 5};
    const size_t taken = plot->x_high - plot->x_low > 2.5 ? 1 : 3;
    const double bottom = plot->top + plot->height;
    for (int power = (int)floor(plot->x_low); power <= (int)ceil(plot->x_high); ++power) {
        for (size_t s = 0; s < taken; ++s) {
            const double value = steps[s] * pow(10.0, power);
            if (log10(value) < plot->x_low || log10(value) > plot->x_high) {
                continue;
            }
            const double at = rs_plot_x(plot, log10(value));
            rs_text_printf(page,
                           "<path class=\"grid\" d=\"M%.1f %.0fV%.0f\" stroke=\"#e0e0e0\"/>\n"
                           "<text class=\"tick\" x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">"
                           "%.10g</text>\n",
                           at, plot->top, bottom, at, bottom + 20, value);
        }
    }
}

static void add_points(rs_text *page, const rs_report *report, const rs_plot *plot,
                       rs_report_point *points)
{
    size_t count = 0;
    for (size_t i = 0; i < report->count; ++i) {
        const rs_report_model *const model = &report->model[i];
        if (!is_known(model)) {
            continue;
        }
        const rs_report_point at = {log10(model->parameters), 100.0 * model->real->value,
                                    model->record.model, 100.0 * model->real->ci95_low,
                                    100.0 * model->real->ci95_high};
        points[count++] = at;
        rs_report_model_begin(page, i);
        const rs_ink ink = report->families > 0 ? rs_report_family_ink(model) : rs_ink_real;
        rs_html_whisker(page, ink, rs_plot_x(plot, at.x), rs_plot_y(plot, at.low),
                        rs_plot_y(plot, at.high));
        rs_html_mark(page, rs_report_family_shape(model), false, ink, rs_plot_x(plot, at.x),
                     rs_plot_y(plot, at.y), 4.2);
        rs_markup_text(page, at.name);
        rs_text_printf(page, ": %.10g million parameters, ReaL %.2f %%", model->parameters, at.y);
        rs_html_mark_end(page);
        rs_report_model_end(page);
    }
    rs_report_names(page, plot, points, count);
}

void rs_report_cost(rs_text *page, const rs_report *report)
{
    rs_report_point *points = NULL;
    size_t known = 0;
    for (size_t i = 0; i < report->count; ++i) {
        known += is_known(&report->model[i]);
    }
    if (known == 0 || !RS_TEXT_NEW(page, &points, report->count, "the points of a drawing")) {
        return;
    }
    const rs_plot plot = make_plot(report);
    const rs_ticks y = rs_ticks_make(plot.y_low, plot.y_high, 6);
    rs_text_printf(page, "<h3>What size buys</h3>\n");
    rs_html_figure(page, "ReaL accuracy over the number of parameters, one point a model",
                   RS_FIGURE_WIDTH, RS_FIGURE_HEIGHT);
    add_grid(page, &plot);
    rs_plot_grid(&plot, NULL, &y, page);
    rs_plot_axes(&plot, page);
    rs_plot_titles(&plot, "parameters, millions", "ReaL accuracy, top-1, %", page);
    add_points(page, report, &plot, points);
    rs_html_figure_drawn(page);
    if (report->families > 0) {
        rs_html_legend(page);
        rs_report_family_legend(page, report, true);
        rs_html_legend_end(page);
    }
    rs_html_figure_end(page);
    free(points);
}
