/* report_calibration.c - do models know how often they are right? */
#include <math.h>

#include "report/report_parts.h"
#include "report/wording.h"

/* Models whose reliability is drawn: more lines would hide each other. */
enum { DRAWN_MODELS = 3 };

/* ---- reliability, of the tallies ---- */

static void add_bins(rs_text *page, const rs_plot *plot, const rs_report_model *model, rs_ink ink,
                     rs_shape shape)
{
    const rs_reliability_bin *before = NULL;
    for (size_t b = 0; b < RS_CALIBRATION_BINS; ++b) {
        const rs_reliability_bin *bin = &model->bin[b];
        if (bin->rows == 0) {
            continue;
        }
        const double x = rs_plot_x(plot, 100.0 * bin->confidence);
        const double y = rs_plot_y(plot, 100.0 * bin->accuracy);
        if (before != NULL) {
            rs_plot_line(ink, 1.4, NULL, rs_plot_x(plot, 100.0 * before->confidence),
                         rs_plot_y(plot, 100.0 * before->accuracy), x, y, page);
        }
        rs_html_mark(page, shape, false, ink, x, y, 3.8);
        rs_markup_text(page, model->record.model);
        rs_text_printf(page, ": confidence %.1f %%, right by ReaL %.1f %% of ",
                       100.0 * bin->confidence, 100.0 * bin->accuracy);
        rs_html_count(page, bin->rows);
        rs_text_printf(page, " image%s", rs_plural(bin->rows));
        rs_html_mark_end(page);
        before = bin;
    }
}

/* The best, the middle and the last by ReaL of those with bins. */
static size_t choose_drawn(const rs_report *report, size_t chosen[DRAWN_MODELS])
{
    size_t with = 0;
    size_t place = 0;
    size_t found = 0;
    for (size_t i = 0; i < report->count; ++i) {
        with += report->model[i].has_bins;
    }
    for (size_t i = 0; i < report->count; ++i) {
        if (report->model[i].has_bins) {
            if (place == 0 || place == with / 2 || place == with - 1) {
                chosen[found++] = i;
            }
            ++place;
        }
    }
    return found;
}

static void add_reliability(rs_text *page, const rs_report *report)
{
    static const rs_shape shapes[DRAWN_MODELS] = {RS_SHAPE_CIRCLE, RS_SHAPE_SQUARE,
                                                  RS_SHAPE_TRIANGLE};
    const rs_ink inks[DRAWN_MODELS] = {rs_ink_real, rs_ink_imagenet, rs_ink_third};
    size_t chosen[DRAWN_MODELS];
    const size_t count = choose_drawn(report, chosen);
    const rs_plot plot = rs_report_plot((rs_plot_span){0, 100}, (rs_plot_span){0, 100});
    if (count == 0) {
        return;
    }
    rs_html_figure(page, "Accuracy against confidence, in fifteen bins", RS_FIGURE_WIDTH,
                   RS_FIGURE_HEIGHT);
    rs_report_frame(page, &plot, "confidence of the first prediction, %", "right by ReaL, %");
    rs_plot_line(rs_ink_strong, 1, "1 4", rs_plot_x(&plot, 0), rs_plot_y(&plot, 0),
                 rs_plot_x(&plot, 100), rs_plot_y(&plot, 100), page);
    for (size_t i = 0; i < count; ++i) {
        add_bins(page, &plot, &report->model[chosen[i]], inks[i], shapes[i]);
    }
    rs_html_figure_drawn(page);
    rs_html_legend(page);
    for (size_t i = 0; i < count; ++i) {
        rs_html_legend_name(page, shapes[i], inks[i], report->model[chosen[i]].record.model);
    }
    rs_html_legend_line(page, rs_ink_strong, "1 4", "as often right as sure");
    rs_html_legend_end(page);
    rs_html_figure_end(page);
}

/* ---- the table, of the records ---- */

static void add_mean(rs_text *page, double value, bool known, double factor, int decimals)
{
    if (!known) {
        rs_text_printf(page, "<td class=\"number\">&#8211;</td>");
    } else {
        rs_text_printf(page, "<td class=\"number\">%.*f</td>", decimals, factor * value);
    }
}

static void add_row(rs_text *page, const rs_report *report, size_t index)
{
    const rs_report_model *const model = &report->model[index];
    const rs_calibration *found = &model->record.calibration;
    rs_report_row(page, report, index);
    add_mean(page, found->confidence, found->rows > 0, 100, 2);
    rs_text_printf(page, "<td class=\"number\">");
    rs_html_percent(page, model->real);
    rs_text_printf(page, "</td>");
    add_mean(page, found->real_ece, found->has_real_ece, 100, 2);
    add_mean(page, found->real_nll, found->real_nll_rows > 0, 1, 4);
    rs_text_printf(page, "<td class=\"number\">");
    rs_html_percent(page, model->imagenet);
    rs_text_printf(page, "</td>");
    add_mean(page, found->ece, found->has_ece, 100, 2);
    add_mean(page, found->nll, found->nll_rows > 0, 1, 4);
    rs_text_printf(page, "</tr>\n");
}

static void add_table(rs_text *page, const rs_report *report)
{
    size_t shown = 0;
    rs_text_printf(page, "<div class=\"scroll\"><table>\n<thead><tr><th>model</th>"
                         "<th class=\"number\">mean confidence, %%</th>"
                         "<th class=\"number\">ReaL, %%</th><th class=\"number\">ECE</th>"
                         "<th class=\"number\">NLL</th>"
                         "<th class=\"number\">ImageNet, %%</th><th class=\"number\">ECE</th>"
                         "<th class=\"number\">NLL</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < report->count && shown < RS_REPORT_ROWS; ++i) {
        if (report->model[i].record.calibration.measured) {
            add_row(page, report, i);
            ++shown;
        }
    }
    rs_text_printf(page, "</tbody></table></div>\n");
    if (shown == RS_REPORT_ROWS) {
        rs_text_printf(page, "<p class=\"quiet\">The %d best models by ReaL.</p>\n",
                       RS_REPORT_ROWS);
    }
}

/* Of the best one that was measured. */
static void add_heading(rs_text *page, const rs_report *report)
{
    size_t i = 0;
    while (i < report->count && (!report->model[i].record.calibration.measured ||
                                 report->model[i].record.calibration.rows == 0 ||
                                 report->model[i].real == NULL)) {
        ++i;
    }
    rs_html_section_begin(page, "calibration");
    if (i == report->count) {
        rs_text_printf(page, "Do models know how often they are right?");
    } else {
        const double confidence = report->model[i].record.calibration.confidence;
        const double gap = rs_points(confidence - report->model[i].real->value);
        rs_markup_name(page, report->model[i].record.model);
        rs_text_printf(page, " is %.1f points %s sure than it is right by ReaL", fabs(gap),
                       gap < 0 ? "less" : "more");
    }
    rs_html_section_titled(page);
}

void rs_report_calibration(rs_text *page, const rs_report *report)
{
    size_t measured = 0;
    for (size_t i = 0; i < report->count; ++i) {
        measured += report->model[i].record.calibration.measured;
    }
    add_heading(page, report);
    if (measured == 0) {
        rs_text_printf(page, "<p>No record holds calibration: score with "
                             "<code>--calibration</code>.</p>\n");
    } else {
        rs_text_printf(page,
                       "<p>A calibrated model that is 80&#160;%% sure is right 80&#160;%% of the "
                       "time. ECE is the mean distance from that in points, NLL the mean "
                       "negative logarithm of the probability of the label, or of the whole "
                       "ReaL set.</p>\n");
        add_reliability(page, report);
        add_table(page, report);
    }
    rs_html_section_end(page);
}
