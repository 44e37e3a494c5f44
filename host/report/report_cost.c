/* report_cost.c - accuracy over what a model costs: its parameters, on a logarithmic axis, and the
 * size of its images. */
#include <math.h>
#include <stdlib.h>

#include "report/report_parts.h"

/* What is drawn over. */
typedef struct cost_axis {
    const char *heading;
    const char *caption;
    const char *title;
    const char *unit; /* behind a number under the pointer */
    bool logarithmic;
    double (*of)(const rs_report_model *model); /* 0: not known */
} cost_axis;

static double parameters_of(const rs_report_model *model)
{
    return model->parameters;
}

static double image_size_of(const rs_report_model *model)
{
    return model->image_size;
}

static const cost_axis over_parameters = {
    "What size buys", "ReaL accuracy over the number of parameters, one point a model",
    "parameters, millions", "million parameters", true, parameters_of};
static const cost_axis over_pixels = {
    "What larger images buy", "ReaL accuracy over the size of the images, one point a model",
    "side of the images, pixels", "pixels", false, image_size_of};

static bool is_known(const cost_axis *axis, const rs_report_model *model)
{
    return axis->of(model) > 0.0 && model->real != NULL;
}

static double place(const cost_axis *axis, const rs_report_model *model)
{
    return axis->logarithmic ? log10(axis->of(model)) : axis->of(model);
}

static rs_plot make_plot(const rs_report *report, const cost_axis *axis)
{
    rs_plot_span x = {INFINITY, -INFINITY};
    rs_plot_span y = {100, 0};
    for (size_t i = 0; i < report->count; ++i) {
        const rs_report_model *const model = &report->model[i];
        if (is_known(axis, model)) {
            x.low = fmin(x.low, place(axis, model));
            x.high = fmax(x.high, place(axis, model));
            y.low = fmin(y.low, 100.0 * model->real->ci95_low);
            y.high = fmax(y.high, 100.0 * model->real->ci95_high);
        }
    }
    x = axis->logarithmic ? rs_plot_widen(x, 0.06, 0.4, -9, 9) : rs_plot_widen(x, 0.06, 32, 0, 1e9);
    return rs_report_plot(x, rs_plot_widen(y, 0.08, 1, 0, 100));
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

static void add_points(rs_text *page, const rs_report *report, const cost_axis *axis,
                       const rs_plot *plot, rs_report_point *points)
{
    size_t count = 0;
    for (size_t i = 0; i < report->count; ++i) {
        const rs_report_model *const model = &report->model[i];
        if (!is_known(axis, model)) {
            continue;
        }
        const rs_report_point at = {place(axis, model), 100.0 * model->real->value,
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
        rs_text_printf(page, ": %.10g %s, ReaL %.2f %%", axis->of(model), axis->unit, at.y);
        rs_html_mark_end(page);
        rs_report_model_end(page);
    }
    rs_report_names(page, plot, points, count);
}

static void add_drawing(rs_text *page, const rs_report *report, const cost_axis *axis)
{
    rs_report_point *points = NULL;
    if (!RS_TEXT_NEW(page, &points, report->count, "the points of a drawing")) {
        return;
    }
    const rs_plot plot = make_plot(report, axis);
    const rs_ticks x = rs_ticks_make(plot.x_low, plot.x_high, 6);
    const rs_ticks y = rs_ticks_make(plot.y_low, plot.y_high, 6);
    rs_text_printf(page, "<h3>%s</h3>\n", axis->heading);
    rs_html_figure(page, axis->caption, RS_FIGURE_WIDTH, RS_FIGURE_HEIGHT);
    if (axis->logarithmic) {
        add_grid(page, &plot);
    }
    rs_plot_grid(&plot, axis->logarithmic ? NULL : &x, &y, page);
    rs_plot_axes(&plot, page);
    rs_plot_titles(&plot, axis->title, "ReaL accuracy, top-1, %", page);
    add_points(page, report, axis, &plot, points);
    rs_html_figure_drawn(page);
    if (report->families > 0) {
        rs_html_legend(page);
        rs_report_family_legend(page, report, true);
        rs_html_legend_end(page);
    }
    rs_html_figure_end(page);
    free(points);
}

/* How many different values models have, up to two. */
static int different(const rs_report *report, const cost_axis *axis)
{
    double first = 0.0;
    for (size_t i = 0; i < report->count; ++i) {
        const double value = is_known(axis, &report->model[i]) ? axis->of(&report->model[i]) : 0.0;
        if (value > 0.0 && first > 0.0 && fabs(value - first) > 0.0) {
            return 2;
        }
        first = first > 0.0 ? first : value;
    }
    return first > 0.0 ? 1 : 0;
}

void rs_report_cost(rs_text *page, const rs_report *report)
{
    if (different(report, &over_parameters) > 0) {
        add_drawing(page, report, &over_parameters);
    }
    if (different(report, &over_pixels) > 1) { /* one size for all says nothing */
        add_drawing(page, report, &over_pixels);
    }
}
