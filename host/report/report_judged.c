/* report_judged.c - Figure 7: what people say of the mistakes, by the labels that call them so.
 *
 * A row a model with a bar by the original labels and one by ReaL, each as long as its mistakes, so
 * that fewer mistakes are shorter bars and not other shares.
 */
#include "report/report_parts.h"

enum { BAR_WIDTH = 1000, BAR_HEIGHT = 28, BAR_LINE = 12 };

/* From the left to the right. */
static const struct {
    rs_mistake_verdict verdict;
    const char *piece, *text;
} pieces[] = {
    {RS_MISTAKE_CLEAR, "piece-clear", "clear mistakes"},
    {RS_MISTAKE_UNDECIDED, "piece-undecided", "undecided"},
    {RS_MISTAKE_NONE, "piece-none", "not a mistake"},
    {RS_MISTAKE_UNJUDGED, "piece-unjudged", "not judged"},
};
enum { PIECES = sizeof pieces / sizeof pieces[0] };

static bool is_judged(const rs_report *report, size_t index)
{
    return report->judged && report->model[index].real_right != NULL;
}

static uint64_t most_mistakes(const rs_report *report)
{
    uint64_t most = 1;
    for (size_t i = 0; i < report->count; ++i) {
        const rs_report_model *const model = &report->model[i];
        const uint64_t original = model->by_original.mistakes;
        const uint64_t real = model->by_real.mistakes;
        most = original > most ? original : most;
        most = real > most ? real : most;
    }
    return most;
}

static void add_bar(rs_text *page, const rs_mistake_count *count, const char *by, int top,
                    uint64_t most)
{
    double at = 0.0;
    for (size_t p = 0; p < PIECES; ++p) {
        const uint64_t part = count->verdicts[pieces[p].verdict];
        const double width = (double)BAR_WIDTH * (double)part / (double)most;
        rs_text_printf(page,
                       "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\">"
                       "<title>",
                       pieces[p].piece, at, top, width, BAR_LINE);
        rs_html_count(page, part);
        rs_text_printf(page, " %s, by %s</title></rect>", pieces[p].text, by);
        at += width;
    }
}

/* Of the judged ones. */
static void add_shares(rs_text *page, const rs_mistake_count *count)
{
    const uint64_t judged = count->sampled - count->verdicts[RS_MISTAKE_UNJUDGED];
    rs_text_printf(page, "<td class=\"number\">");
    rs_html_count(page, count->mistakes);
    rs_text_printf(page, "</td><td class=\"number\">");
    if (judged == 0) {
        rs_text_printf(page, "&#8211;</td>");
        return;
    }
    rs_text_printf(page, "%.1f <small>%.1f, %.1f</small></td>",
                   100.0 * (double)count->verdicts[RS_MISTAKE_CLEAR] / (double)judged,
                   100.0 * (double)count->verdicts[RS_MISTAKE_UNDECIDED] / (double)judged,
                   100.0 * (double)count->verdicts[RS_MISTAKE_NONE] / (double)judged);
}

static void add_row(rs_text *page, const rs_report *report, size_t index, uint64_t most)
{
    const rs_report_model *const model = &report->model[index];
    rs_report_row(page, report, index);
    rs_text_printf(page,
                   "<td class=\"drawn\"><svg class=\"bar two\" viewBox=\"0 0 %d %d\" "
                   "preserveAspectRatio=\"none\">",
                   BAR_WIDTH, BAR_HEIGHT);
    add_bar(page, &model->by_original, "the original labels", 0, most);
    add_bar(page, &model->by_real, "ReaL", BAR_HEIGHT - BAR_LINE, most);
    rs_text_printf(page, "</svg></td>");
    add_shares(page, &model->by_original);
    add_shares(page, &model->by_real);
    rs_text_printf(page, "</tr>\n");
}

static void add_table(rs_text *page, const rs_report *report)
{
    const uint64_t most = most_mistakes(report);
    size_t shown = 0;
    rs_html_legend(page);
    for (size_t p = 0; p < PIECES; ++p) {
        rs_html_legend_key(page, pieces[p].piece, pieces[p].text);
    }
    rs_html_legend_end(page);
    rs_html_table(page, "bars",
                  "model|~by the original labels, and by ReaL below|#mistakes by the "
                  "labels|#clear <small>undecided, none</small>, %|#mistakes by ReaL|#clear "
                  "<small>undecided, none</small>, %");
    for (size_t i = 0; i < report->count && shown < RS_REPORT_ROWS; ++i) {
        if (is_judged(report, i)) {
            add_row(page, report, i, most);
            ++shown;
        }
    }
    rs_html_table_end(page);
    rs_text_printf(page,
                   "<p class=\"quiet\">Shares are of the judged "
                   "mistakes.%s</p>\n",
                   shown == RS_REPORT_ROWS ? " The 40 best models by ReaL." : "");
}

static void add_heading(rs_text *page, const rs_report *report)
{
    const rs_mistake_count *count = NULL;
    for (size_t i = 0; i < report->count && count == NULL; ++i) {
        count = is_judged(report, i) ? &report->model[i].by_original : NULL;
    }
    rs_html_section_begin(page, "mistakes");
    const uint64_t judged =
        count == NULL ? 0 : count->sampled - count->verdicts[RS_MISTAKE_UNJUDGED];
    if (judged == 0) {
        rs_text_printf(page, "Which mistakes are mistakes?");
    } else {
        rs_text_printf(page,
                       "Of the best model's mistakes by the original labels people call "
                       "%.1f&#160;%% clear",
                       100.0 * (double)count->verdicts[RS_MISTAKE_CLEAR] / (double)judged);
    }
    rs_html_section_titled(page);
}

void rs_report_judged(rs_text *page, const rs_report *report)
{
    if (!report->judged) {
        return;
    }
    add_heading(page, report);
    rs_text_printf(page, "<p>People were asked whether the predicted class is in the image: more "
                         "than half no is a clear mistake, more than half yes is none, else it is "
                         "undecided. Which mistakes nobody judged is part of the bar.</p>\n");
    if (report->circular) {
        rs_text_printf(page, "<p class=\"alarm\">The answers cover the label sets: these may have "
                             "been made of them, and then what is no mistake by ReaL was decided "
                             "by these very answers.</p>\n");
    }
    add_table(page, report);
    rs_html_section_end(page);
}
