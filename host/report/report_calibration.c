/* report_calibration.c - do models know how often they are right? */
#include <math.h>

#include "report/report_parts.h"
#include "report/wording.h"

static bool is_measured(const rs_report_model *model)
{
    return model->record.calibration.measured;
}

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
    rs_html_table(page, NULL,
                  "model|#mean confidence, %|#ReaL, %|#ECE|#NLL|#ImageNet, %|#ECE|#NLL");
    const size_t shown = rs_report_rows(page, report, is_measured, add_row);
    rs_html_table_end(page);
    if (shown == RS_REPORT_ROWS) {
        rs_report_best(page);
    }
}

/* Of the best one that was measured. */
static void add_heading(rs_text *page, const rs_report *report)
{
    size_t i = 0;
    while (i < report->count &&
           (!is_measured(&report->model[i]) || report->model[i].record.calibration.rows == 0 ||
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
        measured += is_measured(&report->model[i]);
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
        rs_report_reliability(page, report);
        add_table(page, report);
    }
    rs_html_section_end(page);
}
