/* report_differ.c - Figure 1: where prediction and label differ, whose side does ReaL take? */
#include <math.h>
#include <stdlib.h>

#include "analyse/proportion.h"
#include "report/report_parts.h"
#include "report/wording.h"

/* Of the disagreements in which exactly one of the two is right, the share of the prediction. */
static bool preference_of(const rs_report_model *model, rs_proportion *share)
{
    const rs_disagreements *found = &model->record.disagreements;
    const uint64_t decided = found->prediction_only + found->label_only;
    if (found->reason != NULL || decided == 0) {
        return false;
    }
    *share = rs_proportion_of(found->prediction_only, decided);
    return true;
}

/* The same by raters' scores of the two classes, as the article's Figure 1 has it: also where both
 * are in the set, or neither. */
static bool scored_of(const rs_report_model *model, rs_proportion *share)
{
    const uint64_t decided = model->preference.prediction + model->preference.label;
    if (decided > 0) {
        *share = rs_proportion_of(model->preference.prediction, decided);
    }
    return decided > 0;
}

static bool has_scores(const rs_report *report)
{
    size_t i = 0;
    rs_proportion share;
    while (i < report->count && !scored_of(&report->model[i], &share)) {
        ++i;
    }
    return i < report->count;
}

static rs_plot make_plot(const rs_report *report)
{
    rs_plot_span x = {100, 0};
    rs_plot_span y = {50, 50}; /* the even line is always there */
    for (size_t i = 0; i < report->count; ++i) {
        rs_proportion share;
        const rs_report_model *model = &report->model[i];
        if (model->imagenet != NULL && preference_of(model, &share)) {
            x.low = fmin(x.low, 100.0 * model->imagenet->value);
            x.high = fmax(x.high, 100.0 * model->imagenet->value);
            y.low = fmin(y.low, 100.0 * share.low);
            y.high = fmax(y.high, 100.0 * share.high);
            if (scored_of(model, &share)) {
                y.low = fmin(y.low, 100.0 * share.low);
                y.high = fmax(y.high, 100.0 * share.high);
            }
        }
    }
    if (x.low > x.high) {
        x = (rs_plot_span){0, 100};
    }
    return rs_report_plot(rs_plot_widen(x, 0.05, 1, 0, 100), rs_plot_widen(y, 0.08, 4, 0, 100));
}

static void add_scored(rs_text *page, const rs_plot *plot, const rs_report_model *model)
{
    rs_proportion share;
    if (!scored_of(model, &share)) {
        return;
    }
    const double x = rs_plot_x(plot, 100.0 * model->imagenet->value);
    rs_html_whisker(page, rs_ink_real, x, rs_plot_y(plot, 100.0 * share.low),
                    rs_plot_y(plot, 100.0 * share.high));
    rs_html_mark(page, RS_SHAPE_DIAMOND, true, rs_ink_real, x, rs_plot_y(plot, 100.0 * share.value),
                 3.8);
    rs_markup_text(page, model->record.model);
    rs_text_printf(page, ": raters score the prediction higher in %.2f %% of ",
                   100.0 * share.value);
    rs_html_count(page, model->preference.prediction + model->preference.label);
    rs_text_printf(page, " (equal ");
    rs_html_count(page, model->preference.equal);
    rs_text_printf(page, ", not rated ");
    rs_html_count(page, model->preference.unrated);
    rs_text_printf(page, ")");
    rs_html_mark_end(page);
}

static void add_points(rs_text *page, const rs_report *report, const rs_plot *plot,
                       rs_report_point *points)
{
    size_t count = 0;
    for (size_t i = 0; i < report->count; ++i) {
        const rs_report_model *model = &report->model[i];
        rs_proportion share;
        if (model->imagenet == NULL || !preference_of(model, &share)) {
            continue;
        }
        const rs_report_point at = {100.0 * model->imagenet->value, 100.0 * share.value,
                                    model->record.model, 100.0 * share.low, 100.0 * share.high};
        points[count++] = at;
        if (scored_of(model, &share)) { /* its name is at the other point */
            points[count++] = (rs_report_point){at.x, 100.0 * share.value, NULL,
                                                100.0 * share.low, 100.0 * share.high};
        }
        (void)preference_of(model, &share);
        rs_report_model_begin(page, i);
        add_scored(page, plot, model);
        rs_html_whisker(page, rs_ink_real, rs_plot_x(plot, at.x), rs_plot_y(plot, 100 * share.low),
                        rs_plot_y(plot, 100 * share.high));
        rs_html_mark(page, RS_SHAPE_CIRCLE, false, rs_ink_real, rs_plot_x(plot, at.x),
                     rs_plot_y(plot, at.y), 4.4);
        rs_markup_text(page, at.name);
        rs_text_printf(page, ": the prediction in %.2f %% of ", at.y);
        const uint64_t images = model->record.disagreements.prediction_only +
                                model->record.disagreements.label_only;
        rs_html_count(page, images);
        rs_text_printf(page, " image%s", rs_plural(images));
        rs_html_mark_end(page);
        rs_report_model_end(page);
    }
    rs_report_names(page, plot, points, count);
}

static void add_drawing(rs_text *page, const rs_report *report, rs_report_point *points)
{
    const rs_plot plot = make_plot(report);
    const double even = rs_plot_y(&plot, 50);
    rs_html_figure(page,
                   "How often ReaL takes the side of the prediction, against ImageNet accuracy",
                   RS_FIGURE_WIDTH, RS_FIGURE_HEIGHT);
    rs_report_frame(page, &plot, "ImageNet accuracy, top-1, %", "ReaL prefers the prediction, %");
    rs_plot_line((rs_pen){rs_ink_strong, 1, "1 4"}, plot.left, even, plot.left + plot.width, even,
                 page);
    rs_text_printf(
        page, "<text class=\"note\" x=\"%.1f\" y=\"%.1f\">as often right as the label</text>\n",
        plot.left + 8, even - 7);
    add_points(page, report, &plot, points);
    rs_html_figure_drawn(page);
    if (has_scores(report)) {
        rs_html_legend(page);
        rs_html_legend_mark(page, RS_SHAPE_CIRCLE, false, rs_ink_real,
                            "exactly one of the two is in the label set");
        rs_html_legend_mark(page, RS_SHAPE_DIAMOND, true, rs_ink_real,
                            "raters score one higher than the other (the article's measure)");
        rs_html_legend_end(page);
    }
    rs_html_figure_end(page);
}

/* ---- the bars ---- */

enum { BAR_WIDTH = 1000, BAR_HEIGHT = 16 };

static double add_piece(rs_text *page, const char *name, double left, uint64_t count,
                        uint64_t total, const char *what)
{
    const double width = (double)BAR_WIDTH * (double)count / (double)total;
    rs_text_printf(page,
                   "<rect class=\"%s\" x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"%d\"><title>",
                   name, left, width, BAR_HEIGHT);
    rs_html_count(page, count);
    rs_text_printf(page, " %s</title></rect>", what);
    return left + width;
}

static void add_number(rs_text *page, uint64_t count)
{
    rs_text_printf(page, "<td class=\"number\">");
    rs_html_count(page, count);
    rs_text_printf(page, "</td>");
}

static void add_bar(rs_text *page, const rs_report *report, size_t index)
{
    const rs_disagreements *found = &report->model[index].record.disagreements;
    rs_report_row(page, report, index);
    rs_text_printf(page, "<td class=\"drawn\">");
    if (found->total > 0) {
        rs_text_printf(page,
                       "<svg class=\"bar\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\">",
                       BAR_WIDTH, BAR_HEIGHT);
        double at = add_piece(page, "piece-prediction", 0, found->prediction_only, found->total,
                              "predictions right, labels wrong");
        at = add_piece(page, "piece-both", at, found->both, found->total, "both right");
        at = add_piece(page, "piece-neither", at, found->neither, found->total, "both wrong");
        (void)add_piece(page, "piece-label", at, found->label_only, found->total,
                        "labels right, predictions wrong");
        rs_text_printf(page, "</svg>");
    }
    rs_text_printf(page, "</td>");
    add_number(page, found->prediction_only);
    add_number(page, found->both);
    add_number(page, found->neither);
    add_number(page, found->label_only);
    add_number(page, found->total);
    rs_text_printf(page, "</tr>\n");
}

static bool has_some(const rs_report_model *model)
{
    return model->record.disagreements.reason == NULL;
}

static void add_bars(rs_text *page, const rs_report *report)
{
    rs_html_legend(page);
    rs_html_legend_key(page, "piece-prediction", "the prediction alone is right");
    rs_html_legend_key(page, "piece-both", "both are");
    rs_html_legend_key(page, "piece-neither", "neither is");
    rs_html_legend_key(page, "piece-label", "the label alone is");
    rs_html_legend_end(page);
    rs_html_table(page, "bars", "model|~the disagreements|#prediction|#both|#neither|#label|#all");
    const size_t shown = rs_report_rows(page, report, has_some, add_bar);
    rs_html_table_end(page);
    if (shown == RS_REPORT_ROWS && report->count > shown) {
        rs_report_best(page);
    }
}

static void add_heading(rs_text *page, const rs_report *report)
{
    double low = 1;
    double high = 0;
    rs_html_section_begin(page, "disagreements");
    for (size_t i = 0; i < report->count; ++i) {
        rs_proportion share;
        if (preference_of(&report->model[i], &share)) {
            low = fmin(low, share.value);
            high = fmax(high, share.value);
        }
    }
    if (low > high) {
        rs_text_printf(page, "Where model and label differ, who is right?");
    } else {
        rs_text_printf(page, "Where they differ, ReaL takes the side of the prediction in ");
        if (100.0 * (high - low) >= 0.05) {
            rs_text_printf(page, "%.1f to ", 100.0 * low);
        }
        rs_text_printf(page, "%.1f&#160;%%", 100.0 * high);
    }
    rs_html_section_titled(page);
}

void rs_report_disagreements(rs_text *page, const rs_report *report)
{
    rs_report_point *points = NULL;
    add_heading(page, report);
    rs_text_printf(page,
                   "<p>Take the images whose first prediction is not the original label. ReaL "
                   "says which of the two is in the image. Above the dotted line it sides with "
                   "the model more often than with the label.</p>\n");
    if (RS_TEXT_NEW(page, &points, 2 * (uint64_t)report->count, "the points of a drawing")) {
        add_drawing(page, report, points);
    }
    free(points);
    add_bars(page, report);
    rs_html_section_end(page);
}
