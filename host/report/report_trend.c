/* report_trend.c - Figure 4: ReaL accuracy against ImageNet accuracy, two lines, and the labels. */
#include <math.h>

#include "report/report_parts.h"

static rs_plot_span span_of(const rs_trend *trend, bool real)
{
    rs_plot_span span = {100, 0};
    for (size_t i = 0; i < trend->count; ++i) {
        const rs_trend_point *point = &trend->model[i].point;
        const double value = 100.0 * (real ? point->real : point->imagenet);
        span.low = fmin(span.low, value);
        span.high = fmax(span.high, value);
    }
    if (trend->labels.known) {
        span.high = fmax(span.high, real ? 100.0 * trend->labels.real : 100.0);
        span.low = fmin(span.low, span.high);
    }
    return span.low > span.high ? (rs_plot_span){0, 100} : span;
}

static rs_plot make_plot(const rs_trend *trend)
{
    return rs_report_plot(rs_plot_widen(span_of(trend, false), 0.04, 1, 0, 102),
                          rs_plot_widen(span_of(trend, true), 0.06, 1, 0, 100));
}

/* A line between two ImageNet accuracies (fractions), cut where it leaves the drawing. */
static void add_line(rs_text *page, const rs_plot *plot, const rs_line_fit *line, rs_ink ink,
                     double x_from, double x_to)
{
    if (line->reason != NULL || x_to <= x_from) {
        return;
    }
    double ends[2] = {x_from, x_to};
    for (int i = 0; i < 2 && line->slope != 0; ++i) {
        const double y = 100.0 * rs_line_fit_at(line, ends[i]);
        const double edge = y > plot->y_high ? plot->y_high : y < plot->y_low ? plot->y_low : y;
        if (edge != y) {
            ends[i] = (edge / 100.0 - line->intercept) / line->slope;
        }
    }
    rs_plot_line((rs_pen){ink, 2.4, NULL}, rs_plot_x(plot, 100.0 * ends[0]),
                 rs_plot_y(plot, 100.0 * rs_line_fit_at(line, ends[0])),
                 rs_plot_x(plot, 100.0 * ends[1]),
                 rs_plot_y(plot, 100.0 * rs_line_fit_at(line, ends[1])), page);
}

static void add_labels(rs_text *page, const rs_plot *plot, const rs_trend_labels *labels)
{
    if (!labels->known) {
        return;
    }
    const double y = rs_plot_y(plot, 100.0 * labels->real);
    rs_plot_line((rs_pen){rs_ink_strong, 1, "1 4"}, plot->left, y, plot->left + plot->width, y,
                 page);
    rs_html_mark(page, RS_SHAPE_DIAMOND, false, rs_ink_strong, rs_plot_x(plot, 100), y, 5.5);
    rs_text_printf(page, "the original labels themselves: ReaL %.2f %%", 100.0 * labels->real);
    rs_html_mark_end(page);
    rs_text_printf(
        page, "<text class=\"note\" x=\"%.1f\" y=\"%.1f\">the original labels, %.2f %%</text>\n",
        plot->left + 8, y - 7, 100.0 * labels->real);
}

static double real_of(const rs_trend_point *point)
{
    return 100.0 * point->real;
}

static void say_both(rs_text *page, double x, double y)
{
    rs_text_printf(page, ": ImageNet %.2f %%, ReaL %.2f %%", x, y);
}

/* Where colours are of families, halves are told apart by shape. */
static void add_halves(rs_text *page, const rs_report *report)
{
    if (report->families == 0) {
        rs_html_legend_mark(page, RS_SHAPE_SQUARE, false, rs_ink_lower,
                            "models up to the median ImageNet accuracy, and their line");
        rs_html_legend_mark(page, RS_SHAPE_CIRCLE, false, rs_ink_upper,
                            "models above it, and theirs");
        return;
    }
    rs_html_legend_line(page, rs_ink_lower, NULL,
                        "line of the models up to the median ImageNet accuracy, the squares");
    rs_html_legend_line(page, rs_ink_upper, NULL, "of those above it, the circles");
    rs_report_family_legend(page, report, false);
}

static void add_drawing(rs_text *page, const rs_report *report)
{
    const rs_trend *trend = &report->trend;
    const rs_plot plot = make_plot(trend);
    rs_html_figure(page, "ReaL accuracy against ImageNet accuracy, one point a model",
                   RS_FIGURE_WIDTH, RS_FIGURE_HEIGHT);
    rs_report_frame(page, &plot, "ImageNet accuracy, top-1, %", "ReaL accuracy, top-1, %");
    rs_report_trend_lines(page, &plot, trend, add_line);
    add_labels(page, &plot, &trend->labels);
    rs_report_trend_points(page, report, &plot, real_of, say_both);
    rs_html_figure_drawn(page);
    rs_html_legend(page);
    add_halves(page, report);
    if (trend->labels.known) {
        rs_html_legend_mark(page, RS_SHAPE_DIAMOND, false, rs_ink_strong,
                            "the original labels, taken for a model");
    }
    rs_html_legend_end(page);
    rs_html_figure_end(page);
}

/* ---- the numbers ---- */

static void add_fit(rs_text *page, const char *name, const rs_line_fit *line,
                    const rs_line_errors *errors)
{
    rs_text_printf(page, "<tr><th scope=\"row\">%s</th><td class=\"number\">%zu</td>", name,
                   line->points);
    if (errors->reason != NULL) { /* also where there is no line */
        rs_text_printf(page, "<td class=\"wide\" colspan=\"4\">");
        rs_markup_text(page, errors->reason);
        rs_text_printf(page, "</td></tr>\n");
        return;
    }
    rs_text_printf(page,
                   "<td class=\"number\"><b>%.3f</b></td><td class=\"number\">%.3f</td>"
                   "<td class=\"number\">%.3f to %.3f</td><td class=\"number\">%.3f</td></tr>\n",
                   line->slope, errors->slope_stderr, errors->slope_low, errors->slope_high,
                   line->r_squared);
}

static void add_fits(rs_text *page, const rs_trend *trend)
{
    rs_html_table(page, NULL,
                  "line through|#models|#slope|#standard error|#95&#160;% interval|"
                  "#R<sup>2</sup>");
    add_fit(page, "all models", &trend->all, &trend->all_line.errors);
    add_fit(page, "the lower half", &trend->lower, &trend->lower_line.errors);
    add_fit(page, "the upper half", &trend->upper, &trend->upper_line.errors);
    rs_html_table_end(page);
    rs_text_printf(page,
                   "<p class=\"quiet\">Errors allow for a scatter that "
                   "changes along the line (HC3) and take models for independent of each other; "
                   "<code>reassess trend --group family</code> does not.</p>\n");
}

/* What alone moves the slope of the line through all models by more than its error. */
static void add_influence(rs_text *page, const rs_trend *trend)
{
    const rs_influences *const found = &trend->all_line.influence;
    for (size_t i = 0; i < found->count && found->most[i].beyond; ++i) {
        rs_text_printf(page, i == 0 ? "<p>One model alone moves the slope through all by more than "
                                      "its standard error: without "
                                    : "; without ");
        rs_markup_text(page, trend->model[found->most[i].item].point.name);
        rs_text_printf(page, " it would be <b>%.3f</b>%s", found->most[i].slope,
                       i + 1 == found->count || !found->most[i + 1].beyond ? ".</p>\n" : "");
    }
}

static void add_slope_test(rs_text *page, const rs_trend *trend)
{
    const rs_slope_difference *const slopes = &trend->slopes;
    const rs_slope_errors *const errors = &trend->slope_errors;
    const char *const reason = slopes->reason != NULL ? slopes->reason : errors->reason;
    if (reason != NULL) {
        rs_text_printf(page, "<p>The two slopes are not compared: ");
        rs_markup_text(page, reason);
        rs_text_printf(page, ".</p>\n");
        return;
    }
    rs_text_printf(page,
                   "<p>The slope of the lower half minus that of the upper one is <b>%.3f</b> "
                   "(95&#160;%% interval %.3f to %.3f, p&#160;=&#160;",
                   slopes->difference, errors->low, errors->high);
    rs_html_probability(page, errors->test.log_p);
    rs_text_printf(page, "). ");
    const double limit = log(0.05);
    if (errors->test.log_p >= limit) {
        rs_text_printf(page, "That may be chance: these models show one trend.");
    } else if (slopes->difference > 0) {
        rs_text_printf(page,
                       "Among the better models ReaL accuracy gains less from the same gain in "
                       "ImageNet accuracy.");
    } else {
        rs_text_printf(page,
                       "Among the better models ReaL accuracy gains more from the same gain in "
                       "ImageNet accuracy.");
    }
    rs_text_printf(page, "</p>\n");
}

static void add_break(rs_text *page, const rs_broken_stick *stick)
{
    const rs_break_interval *const interval = &stick->errors.interval;
    if (stick->reason != NULL || stick->errors.reason != NULL) {
        return;
    }
    rs_text_printf(
        page,
        "<p>Where the trend breaks best, found and not assumed: at %.2f&#160;%% ImageNet "
        "accuracy (95&#160;%% interval %s%.2f to %s%.2f), from a slope of %.3f to one of "
        "%.3f.",
        100.0 * stick->break_x, interval->low_is_open ? "below " : "", 100.0 * interval->low,
        interval->high_is_open ? "above " : "", 100.0 * interval->high, stick->lower_slope,
        stick->upper_slope);
    if (stick->replicates > 0) {
        rs_text_printf(
            page, " A straight line would seem to break as much by chance with p&#160;=&#160;");
        rs_html_probability(page, log(stick->p));
        rs_text_printf(page, " (wild bootstrap, ");
        rs_html_count(page, stick->replicates);
        rs_text_printf(page, " replicates).");
    }
    rs_text_printf(page, "</p>\n");
}

static void add_reading(rs_text *page, const rs_report *report)
{
    const rs_trend_labels *labels = &report->trend.labels;
    rs_text_printf(page,
                   "<p>Each point is a model: its accuracy by the original labels to the right, "
                   "by ReaL upwards.");
    if (labels->known) {
        rs_text_printf(
            page,
            " The original labels themselves agree with ReaL on <b>%.2f&#160;%%</b> of the "
            "images; %zu of %zu models agree on more.",
            100.0 * labels->real, labels->models_above, report->trend.count);
    }
    rs_text_printf(page, "</p>\n");
}

static void add_heading(rs_text *page, const rs_trend *trend)
{
    const rs_slope_errors *const errors = &trend->slope_errors;
    rs_html_section_begin(page, "trend");
    if (trend->slopes.reason == NULL && errors->reason == NULL && errors->test.log_p < log(0.05)) {
        rs_text_printf(page,
                       "The better the models, the %s a point of ImageNet accuracy tells of ReaL "
                       "accuracy: %.2f points, then %.2f",
                       trend->slopes.difference > 0 ? "less" : "more", trend->lower.slope,
                       trend->upper.slope);
    } else if (trend->all.reason == NULL) {
        rs_text_printf(page, "One trend: a point of ImageNet accuracy is %.2f of ReaL accuracy",
                       trend->all.slope);
    } else {
        rs_text_printf(page, "Does ImageNet accuracy predict ReaL accuracy?");
    }
    rs_html_section_titled(page);
}

void rs_report_trend(rs_text *page, const rs_report *report)
{
    const rs_trend *trend = &report->trend;
    add_heading(page, trend);
    add_reading(page, report);
    add_drawing(page, report);
    rs_report_gain(page, report);
    rs_report_cost(page, report);
    add_fits(page, trend);
    add_influence(page, trend);
    add_slope_test(page, trend);
    add_break(page, &trend->stick);
    rs_html_section_end(page);
}
