/* report_raters.c - what raters do not tell, and how much the threshold of their scores decides. */
#include <math.h>

#include "report/report_parts.h"
#include "report/wording.h"

static bool is_known(const rs_report_model *model)
{
    return model->record.bracket.measured && model->record.bracket.reason == NULL;
}

bool rs_report_has_raters(const rs_report *report)
{
    size_t i = 0;
    while (i < report->count && !is_known(&report->model[i])) {
        ++i;
    }
    return i < report->count;
}

/* ---- a line a model over the thresholds ---- */

static rs_plot make_plot(const rs_report *report)
{
    rs_plot_span y = {100, 0};
    size_t drawn = 0;
    for (size_t i = 0; i < report->count && drawn < RS_REPORT_ROWS; ++i) {
        const rs_bracket *const bracket = &report->model[i].record.bracket;
        drawn += is_known(&report->model[i]);
        for (size_t t = 0; t < RS_RATED_THRESHOLDS && is_known(&report->model[i]); ++t) {
            if (bracket->threshold[t].reason == NULL) {
                y.low = fmin(y.low, 100.0 * bracket->threshold[t].value);
                y.high = fmax(y.high, 100.0 * bracket->threshold[t].value);
            }
        }
    }
    return rs_report_plot((rs_plot_span){0.48, 0.97}, rs_plot_widen(y, 0.06, 1, 0, 100));
}

static void add_line(rs_text *page, const rs_report *report, size_t index, const rs_plot *plot)
{
    const rs_report_model *const model = &report->model[index];
    const rs_metric *const at = model->record.bracket.threshold;
    rs_report_model_begin(page, index);
    for (uint32_t t = 1; t < RS_RATED_THRESHOLDS; ++t) {
        if (at[t - 1].reason == NULL && at[t].reason == NULL) {
            rs_plot_line(
                (rs_pen){rs_ink_real, 1.2, NULL}, rs_plot_x(plot, rs_rated_threshold(t - 1)),
                rs_plot_y(plot, 100.0 * at[t - 1].value), rs_plot_x(plot, rs_rated_threshold(t)),
                rs_plot_y(plot, 100.0 * at[t].value), page);
        }
    }
    for (uint32_t t = 0; t < RS_RATED_THRESHOLDS; ++t) {
        if (at[t].reason != NULL) {
            continue;
        }
        rs_html_mark(page, RS_SHAPE_CIRCLE, false, rs_ink_real,
                     rs_plot_x(plot, rs_rated_threshold(t)), rs_plot_y(plot, 100.0 * at[t].value),
                     2.6);
        rs_markup_text(page, model->record.model);
        rs_text_printf(page, ": threshold %.2f, %.2f %% of ", rs_rated_threshold(t),
                       100.0 * at[t].value);
        rs_html_count(page, at[t].total);
        rs_text_printf(page, " image%s", rs_plural(at[t].total));
        rs_html_mark_end(page);
    }
    rs_report_model_end(page);
}

/* Named at their right ends. */
static void add_names(rs_text *page, const rs_plot *plot, const rs_report *report)
{
    rs_report_point point[RS_REPORT_ROWS];
    size_t count = 0;
    for (size_t i = 0; i < report->count && count < RS_REPORT_ROWS; ++i) {
        const rs_metric *const last =
            &report->model[i].record.bracket.threshold[RS_RATED_THRESHOLDS - 1];
        if (is_known(&report->model[i]) && last->reason == NULL) {
            point[count++] = (rs_report_point){
                .x = rs_rated_threshold(RS_RATED_THRESHOLDS - 1),
                .y = 100.0 * last->value,
                .name = report->model[i].record.model,
            };
        }
    }
    rs_report_names(page, plot, point, count);
}

static void add_figure(rs_text *page, const rs_report *report)
{
    const rs_plot plot = make_plot(report);
    size_t drawn = 0;
    rs_html_figure(page, "ReaL accuracy by the threshold of the raters' scores", RS_FIGURE_WIDTH,
                   RS_FIGURE_HEIGHT);
    rs_report_frame(page, &plot, "threshold from which on a class is a label",
                    "ReaL accuracy, %");
    for (size_t i = 0; i < report->count && drawn < RS_REPORT_ROWS; ++i) {
        if (is_known(&report->model[i])) {
            add_line(page, report, i, &plot);
            ++drawn;
        }
    }
    add_names(page, &plot, report);
    rs_html_figure_drawn(page);
    rs_html_figure_end(page);
}

/* ---- the bracket of each ---- */

static void add_row(rs_text *page, const rs_report *report, size_t index)
{
    const rs_bracket *const bracket = &report->model[index].record.bracket;
    rs_report_row(page, report, index);
    rs_text_printf(page, "<td class=\"number\">");
    rs_html_count(page, bracket->unasked);
    rs_text_printf(page,
                   "</td><td class=\"number\">%.2f</td><td class=\"number\">%.2f</td>"
                   "<td class=\"number\">%.2f&#8211;%.2f</td></tr>\n",
                   100.0 * bracket->low, 100.0 * bracket->high, 100.0 * bracket->ci95[0],
                   100.0 * bracket->ci95[1]);
}

static void add_table(rs_text *page, const rs_report *report)
{
    rs_html_table(page, NULL,
                  "model|#not asked about|#ReaL with them wrong, %|#with them right, %|"
                  "#95&#160;% limits of both");
    const size_t shown = rs_report_rows(page, report, is_known, add_row);
    rs_html_table_end(page);
    if (shown == RS_REPORT_ROWS) {
        rs_report_best(page);
    }
}

void rs_report_raters(rs_text *page, const rs_report *report)
{
    if (!rs_report_has_raters(report)) {
        return;
    }
    size_t best = 0;
    while (!is_known(&report->model[best])) {
        ++best;
    }
    rs_html_section_begin(page, "raters");
    rs_markup_name(page, report->model[best].record.model);
    rs_text_printf(page, ": %.2f to %.2f&#160;%% by ReaL, with what nobody was asked about",
                   100.0 * report->model[best].record.bracket.low,
                   100.0 * report->model[best].record.bracket.high);
    rs_html_section_titled(page);
    rs_text_printf(page, "<p>A first prediction that no rater was ever asked about counts as "
                         "wrong, whatever is in the image. With all of them right the accuracy "
                         "would be the higher one: a bound, not an estimate. What raters were "
                         "asked about is a label where their score reaches a threshold; others "
                         "than that of the label sets give the line.</p>\n");
    add_table(page, report);
    add_figure(page, report);
    rs_html_section_end(page);
}
