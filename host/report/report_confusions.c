/* report_confusions.c - what is taken for what, and how often ReaL has no objection. */
#include "report/report_parts.h"
#include "report/wording.h"

enum { SHOWN_PAIRS = 20, BAR_WIDTH = 100, BAR_HEIGHT = 10 };

static void add_pair(rs_text *page, const rs_report *report, const rs_confusion *pair)
{
    const double models = (double)report->confusions.models;
    const double share = rs_percent(pair->accepted, pair->evaluated);
    rs_text_printf(page, "<tr><th scope=\"row\">");
    rs_markup_text(page, rs_class_title(report->titles, (uint32_t)pair->original));
    rs_text_printf(page, "</th><td>");
    rs_markup_text(page, rs_class_title(report->titles, (uint32_t)pair->predicted));
    rs_text_printf(page, "</td><td class=\"number\">%.1f</td>", (double)pair->count / models);
    if (pair->evaluated == 0) {
        rs_text_printf(page, "<td class=\"number\">&#8211;</td><td class=\"drawn\"></td></tr>\n");
        return;
    }
    rs_text_printf(
        page,
        "<td class=\"number\"><b>%.1f</b></td><td class=\"drawn\"><svg class=\"bar\" "
        "viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\"><rect class=\"piece-neither\" "
        "width=\"%d\" height=\"%d\"/><rect class=\"piece-prediction\" width=\"%.1f\" "
        "height=\"%d\"/></svg></td></tr>\n",
        share, BAR_WIDTH, BAR_HEIGHT, BAR_WIDTH, BAR_HEIGHT, share, BAR_HEIGHT);
}

void rs_report_confusions(rs_text *page, const rs_report *report)
{
    const rs_confusion_sum *sum = &report->confusions;
    rs_html_section_begin(page, "confusions");
    if (sum->evaluated == 0) {
        rs_text_printf(page, "What is taken for what");
    } else {
        rs_text_printf(page, "Of the predictions that are not the label ReaL accepts %.1f&#160;%%",
                       rs_percent(sum->accepted, sum->evaluated));
    }
    rs_html_section_titled(page);
    if (sum->models == 0 || sum->count == 0) {
        rs_text_printf(page, "<p>%s</p>\n",
                       sum->models == 0 ? "The models' predictions are not in the folder: "
                                          "<code>reassess sweep</code> writes them."
                                        : "Every prediction is the original label.");
        rs_html_section_end(page);
        return;
    }
    rs_text_printf(
        page,
        "<p>The most frequent pairs of an original label and another first prediction, over "
        "%zu model%s. Many are no mistakes: of all such predictions ReaL accepts "
        "<b>%.1f&#160;%%</b>.</p>\n",
        sum->models, rs_plural(sum->models), rs_percent(sum->accepted, sum->evaluated));
    rs_html_table(page, "pairs",
                  "labelled|predicted|#images a model|#accepted by ReaL, %|~as a bar");
    for (size_t i = 0; i < sum->count && i < SHOWN_PAIRS; ++i) {
        add_pair(page, report, &sum->pair[i]);
    }
    rs_html_table_end(page);
    rs_html_section_end(page);
}
