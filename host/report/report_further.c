/* report_further.c - Figure 5: are the second and the third prediction right too? */
#include <math.h>

#include "report/report_parts.h"
#include "report/wording.h"

/* A metric over ReaL accuracy, all by ReaL: told apart by shape and filling, not by colour. */
typedef struct series {
    const char *metric;
    const char *text;
    rs_shape shape;
    bool hollow;
} series;

static const series all[] = {
    {"real_second_given_first", "second prediction right, where the first is", RS_SHAPE_CIRCLE,
     false},
    {"real_second", "second, over all images with two labels or more", RS_SHAPE_CIRCLE, true},
    {"real_third_given_first", "third prediction right, where the first is", RS_SHAPE_TRIANGLE,
     false},
    {"real_third", "third, over all images with three labels or more", RS_SHAPE_TRIANGLE, true},
};

enum { SERIES = sizeof all / sizeof all[0] };

static rs_plot make_plot(const rs_report *report, size_t *points)
{
    rs_plot_span x = {100, 0};
    rs_plot_span y = {100, 0};
    *points = 0;
    for (size_t i = 0; i < report->count; ++i) {
        const rs_report_model *model = &report->model[i];
        for (size_t s = 0; s < SERIES && model->real != NULL; ++s) {
            const rs_metric *metric = rs_record_metric(&model->record, all[s].metric);
            if (metric != NULL) {
                x.low = fmin(x.low, 100.0 * model->real->value);
                x.high = fmax(x.high, 100.0 * model->real->value);
                y.low = fmin(y.low, 100.0 * metric->ci95_low);
                y.high = fmax(y.high, 100.0 * metric->ci95_high);
                ++*points;
            }
        }
    }
    return rs_report_plot(rs_plot_widen(x, 0.05, 1, 0, 100), rs_plot_widen(y, 0.06, 1, 0, 100));
}

/* Four for each model hide the points of many. */
static bool has_whiskers(const rs_report *report)
{
    return report->count <= RS_REPORT_ROWS;
}

static void add_series(rs_text *page, const rs_report *report, const rs_plot *plot,
                       const series *one)
{
    for (size_t i = report->count; i-- > 0;) {
        const rs_report_model *model = &report->model[i];
        const rs_metric *metric = rs_record_metric(&model->record, one->metric);
        if (metric == NULL || model->real == NULL) {
            continue;
        }
        const double x = rs_plot_x(plot, 100.0 * model->real->value);
        rs_report_model_begin(page, i);
        if (has_whiskers(report)) {
            rs_html_whisker(page, rs_ink_real, x, rs_plot_y(plot, 100.0 * metric->ci95_low),
                            rs_plot_y(plot, 100.0 * metric->ci95_high));
        }
        rs_html_mark(page, one->shape, one->hollow, rs_ink_real, x,
                     rs_plot_y(plot, 100.0 * metric->value), 4.2);
        rs_markup_text(page, model->record.model);
        rs_text_printf(page, ": %s: %.2f %% (95 %% interval %.2f to %.2f) of ", one->text,
                       100.0 * metric->value, 100.0 * metric->ci95_low, 100.0 * metric->ci95_high);
        rs_html_count(page, metric->total);
        rs_text_printf(page, " image%s", rs_plural(metric->total));
        rs_html_mark_end(page);
        rs_report_model_end(page);
    }
}

static void add_heading(rs_text *page, const rs_report *report)
{
    const rs_metric *const second =
        rs_record_metric(&report->model[0].record, "real_second_given_first");
    rs_html_section_begin(page, "further");
    if (second == NULL || second->reason != NULL) {
        rs_text_printf(page, "Are the second and third predictions right too?");
    } else {
        rs_text_printf(page, "Where images have several labels, the second prediction of the best "
                             "model is right in ");
        rs_html_percent(page, second);
        rs_text_printf(page, "&#160;%%");
    }
    rs_html_section_titled(page);
}

void rs_report_further(rs_text *page, const rs_report *report)
{
    size_t points = 0;
    const rs_plot plot = make_plot(report, &points);
    add_heading(page, report);
    if (points == 0) {
        rs_text_printf(page, "<p>No record has numbers on further predictions.</p>\n");
        rs_html_section_end(page);
        return;
    }
    rs_text_printf(page,
                   "<p>Many images hold several things. A model that knows them names the "
                   "second one with its second prediction. That is asked only of images with "
                   "two labels or more (three for the third), so a single lucky label does not "
                   "help.</p>\n");
    rs_html_figure(page, "Accuracy of the second and third prediction against ReaL accuracy",
                   RS_FIGURE_WIDTH, RS_FIGURE_HEIGHT);
    rs_report_frame(page, &plot, "ReaL accuracy of the first prediction, %", "right by ReaL, %");
    for (size_t s = SERIES; s-- > 0;) {
        add_series(page, report, &plot, &all[s]);
    }
    rs_html_figure_drawn(page);
    rs_html_legend(page);
    for (size_t s = 0; s < SERIES; ++s) {
        rs_html_legend_mark(page, all[s].shape, all[s].hollow, rs_ink_real, all[s].text);
    }
    rs_html_legend_end(page);
    if (!has_whiskers(report)) {
        rs_text_printf(page,
                       "<p class=\"quiet\">Of so many models the 95&#160;%% intervals are not "
                       "drawn; they stand under the pointer.</p>\n");
    }
    rs_html_figure_end(page);
    rs_html_section_end(page);
}
