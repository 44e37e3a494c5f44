/* report_figure.c - what the drawings of points have in common. */
#include <stdlib.h>

#include "report/point_names.h"
#include "report/report_parts.h"

rs_plot rs_report_plot(rs_plot_span x, rs_plot_span y)
{
    enum { LEFT = 66, TOP = 16, RIGHT = 24, BOTTOM = 66 };
    const rs_plot plot = {LEFT,
                          TOP,
                          RS_FIGURE_WIDTH - LEFT - RIGHT,
                          RS_FIGURE_HEIGHT - TOP - BOTTOM,
                          x.low,
                          x.high,
                          y.low,
                          y.high};
    return plot;
}

void rs_report_frame(rs_text *page, const rs_plot *plot, const char *x_title, const char *y_title)
{
    const rs_ticks x = rs_ticks_make(plot->x_low, plot->x_high, 7);
    const rs_ticks y = rs_ticks_make(plot->y_low, plot->y_high, 6);
    rs_plot_grid(plot, &x, &y, page);
    rs_plot_axes(plot, page);
    rs_plot_titles(plot, x_title, y_title, page);
}

void rs_report_model_begin(rs_text *page, size_t index)
{
    rs_text_printf(page, "<g data-m=\"%zu\">", index);
}

void rs_report_model_end(rs_text *page)
{
    rs_text_printf(page, "</g>\n");
}

size_t rs_report_model_of(const rs_report *report, const char *name)
{
    size_t index = 0;
    while (index + 1 < report->count && report->model[index].record.model != name) {
        ++index;
    }
    return index;
}

void rs_report_row(rs_text *page, const rs_report *report, size_t index)
{
    rs_text_printf(page, "<tr data-m=\"%zu\"><th scope=\"row\">", index);
    rs_markup_name(page, report->model[index].record.model);
    rs_text_printf(page, "</th>");
}

size_t rs_report_rows(rs_text *page, const rs_report *report,
                      bool (*belongs)(const rs_report_model *model),
                      void (*add)(rs_text *page, const rs_report *report, size_t index))
{
    size_t shown = 0;
    for (size_t i = 0; i < report->count && shown < RS_REPORT_ROWS; ++i) {
        if (belongs(&report->model[i])) {
            add(page, report, i);
            ++shown;
        }
    }
    return shown;
}

void rs_report_best(rs_text *page)
{
    rs_text_printf(page, "<p class=\"quiet\">The %d best models by ReaL.</p>\n", RS_REPORT_ROWS);
}

/* Every so many-th point is named, and the first. */
static size_t step_of(const rs_report_point *points, size_t count)
{
    enum { FEW = 12 };
    size_t named = 0;
    for (size_t i = 0; i < count; ++i) {
        named += points[i].name != NULL;
    }
    return named > RS_REPORT_ROWS ? (named + FEW - 1) / FEW : 1;
}

void rs_report_names(rs_text *page, const rs_plot *plot, const rs_report_point *points,
                     size_t count)
{
    enum { RADIUS = 5 };
    const size_t step = step_of(points, count);
    size_t named = 0;
    rs_point_names names;
    rs_point_names_init(&names, plot);
    for (size_t i = 0; i < count; ++i) {
        const rs_report_point *const at = &points[i];
        const double y = rs_plot_y(plot, at->y);
        rs_point_names_avoid(&names, rs_plot_x(plot, at->x), y, RADIUS);
        if (at->high > at->low) {
            rs_point_names_avoid_whisker(&names, rs_plot_x(plot, at->x), rs_plot_y(plot, at->low),
                                         rs_plot_y(plot, at->high));
        }
    }
    for (size_t i = 0; i < count; ++i) {
        if (points[i].name != NULL && named++ % step == 0) {
            rs_point_names_add(&names, page, rs_plot_x(plot, points[i].x),
                               rs_plot_y(plot, points[i].y), points[i].name);
        }
    }
}

/* ---- the trend ---- */

void rs_report_trend_lines(rs_text *page, const rs_plot *plot, const rs_trend *trend,
                           void (*add)(rs_text *page, const rs_plot *plot, const rs_line_fit *line,
                                       rs_ink ink, double x_from, double x_to))
{
    const rs_trend_model *const model = trend->model;
    const size_t lower = trend->lower.points;
    if (lower > 0) {
        add(page, plot, &trend->lower, rs_ink_lower, model[0].point.imagenet,
            model[lower - 1].point.imagenet);
    }
    if (lower < trend->count) {
        add(page, plot, &trend->upper, rs_ink_upper, model[lower].point.imagenet,
            model[trend->count - 1].point.imagenet);
    }
}

void rs_report_trend_points(rs_text *page, const rs_report *report, const rs_plot *plot,
                            double (*y)(const rs_trend_point *point),
                            void (*say)(rs_text *page, double x, double y))
{
    const rs_trend *const trend = &report->trend;
    rs_report_point *points = NULL;
    size_t count = 0;
    if (!RS_TEXT_NEW(page, &points, trend->count, "the points of a drawing")) {
        return;
    }
    for (size_t i = trend->count; i-- > 0;) { /* the best ones get their names first */
        const rs_trend_model *const model = &trend->model[i];
        const rs_report_point at = {100.0 * model->point.imagenet, y(&model->point),
                                    model->point.name, 0, 0};
        points[count++] = at;
        const size_t index = rs_report_model_of(report, at.name);
        rs_report_model_begin(page, index);
        rs_html_mark(page, model->upper ? RS_SHAPE_CIRCLE : RS_SHAPE_SQUARE, false,
                     rs_report_half_ink(report, index, model->upper), rs_plot_x(plot, at.x),
                     rs_plot_y(plot, at.y), 4.4);
        rs_markup_text(page, at.name);
        say(page, at.x, at.y);
        rs_html_mark_end(page);
        rs_report_model_end(page);
    }
    rs_report_names(page, plot, points, count);
    free(points);
}
