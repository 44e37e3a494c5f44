/* report_paired.c - is a model better than the next one, or luckier?
 *
 * Both saw the same images, so only those count on which they part: the exact McNemar test of these
 * says more than two intervals that overlap.
 */
#include <math.h>
#include <stdlib.h>

#include "analyse/bits.h"
#include "analyse/mcnemar.h"
#include "analyse/multiple_tests.h"
#include "analyse/power.h"
#include "report/report_parts.h"
#include "report/wording.h"

/* Two neighbours by ReaL accuracy. */
typedef struct neighbours {
    size_t better; /* the next one is better + 1 among those with rows */
    size_t worse;
    rs_report_pair pair;
    double log_p;
    bool significant;
} neighbours;

bool rs_report_compare(const rs_report *report, size_t first, size_t second, rs_report_pair *pair)
{
    const uint64_t *a = report->model[first].real_right;
    const uint64_t *b = report->model[second].real_right;
    const uint64_t total = report->stats->evaluated;
    const size_t words = rs_bit_words(rs_labels_get_view(report->labels)->rows);
    *pair = (rs_report_pair){0};
    if (a == NULL || b == NULL || total == 0) {
        return false;
    }
    for (size_t i = 0; i < words; ++i) {
        pair->first_alone += rs_bit_count(a[i] & ~b[i]);
        pair->second_alone += rs_bit_count(b[i] & ~a[i]);
    }
    pair->difference = ((double)pair->first_alone - (double)pair->second_alone) / (double)total;
    pair->detectable = rs_detectable_difference(pair->first_alone + pair->second_alone, total);
    pair->interval = rs_tango_interval(pair->first_alone, pair->second_alone, total);
    return true;
}

static size_t make_pairs(const rs_report *report, neighbours *pairs)
{
    size_t count = 0;
    size_t before = report->count;
    for (size_t i = 0; i < report->count; ++i) {
        if (report->model[i].real_right == NULL) {
            continue;
        }
        neighbours found = {.better = before, .worse = i};
        if (before < report->count && rs_report_compare(report, before, i, &found.pair)) {
            found.log_p = rs_mcnemar_log_p(found.pair.first_alone, found.pair.second_alone);
            pairs[count++] = found;
        }
        before = i;
    }
    return count;
}

static void mark_significant(neighbours *pairs, size_t count, rs_text *page)
{
    rs_tested *tests = NULL;
    if (!RS_TEXT_NEW(page, &tests, count, "tests")) {
        return;
    }
    for (size_t i = 0; i < count; ++i) {
        tests[i] = (rs_tested){.p = exp(pairs[i].log_p), .index = (uint32_t)i};
    }
    (void)rs_holm(tests, count, 0.05);
    for (size_t i = 0; i < count; ++i) {
        pairs[tests[i].index].significant = tests[i].significant;
    }
    free(tests);
}

static void add_pair(rs_text *page, const rs_report *report, const neighbours *pair)
{
    rs_text_printf(page, "<tr><th scope=\"row\">");
    rs_markup_short(page, report->model[pair->better].record.model, 34);
    rs_text_printf(page, "</th><td>");
    rs_markup_short(page, report->model[pair->worse].record.model, 34);
    rs_text_printf(page, "</td><td class=\"number\"><b>%.2f</b> ",
                   rs_points(pair->pair.difference));
    rs_html_points(page, &pair->pair.interval);
    rs_text_printf(page, "</td><td class=\"number\">");
    rs_html_count(page, pair->pair.first_alone);
    rs_text_printf(page, "</td><td class=\"number\">");
    rs_html_count(page, pair->pair.second_alone);
    rs_text_printf(page, "</td><td class=\"number\">");
    rs_html_probability(page, pair->log_p);
    rs_text_printf(page, "</td><td>%s</td></tr>\n",
                   pair->significant ? "better" : "<span class=\"quiet\">may be chance</span>");
}

/* How small a difference between neighbours these images could show. */
static void add_power(rs_text *page, const neighbours *pairs, size_t count)
{
    double low = INFINITY;
    double high = 0.0;
    for (size_t i = 0; i < count; ++i) {
        const double least = pairs[i].pair.detectable;
        low = least > 0.0 ? fmin(low, least) : low;
        high = fmax(high, least);
    }
    if (high > 0.0) {
        rs_text_printf(
            page,
            "<p class=\"quiet\">Between neighbours as alike as these a difference of "
            "%.2f to %.2f points, by pair, would show at 5&#160;%% in 80&#160;%% of draws of "
            "as many images; that a smaller one does not says little.</p>\n",
            100.0 * low, 100.0 * high);
    }
}

static void add_pairs(rs_text *page, const rs_report *report, neighbours *pairs)
{
    const size_t count = make_pairs(report, pairs);
    if (count == 0) {
        rs_text_printf(page,
                       "<p>There are not two models with their predictions in the folder.</p>\n");
        return;
    }
    mark_significant(pairs, count, page);
    rs_text_printf(
        page,
        "<p>Both saw the same images, so only those count on which they part. The interval "
        "is the 95&#160;%% score interval of Tango; p is that of the exact McNemar test; the last "
        "column holds at 5&#160;%% for all %zu rows together (Holm). The tests of all pairs, by "
        "ImageNet too: <code>reassess compare</code>.</p>\n",
        count);
    rs_text_printf(page, "<div class=\"scroll\"><table>\n<thead><tr><th>model</th><th>next</th>"
                         "<th class=\"number\">difference, points</th>"
                         "<th class=\"number\">right alone</th>"
                         "<th class=\"number\">the next alone</th><th class=\"number\">p</th>"
                         "<th></th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < count && i < RS_REPORT_ROWS; ++i) {
        add_pair(page, report, &pairs[i]);
    }
    rs_text_printf(page, "</tbody></table></div>\n");
    add_power(page, pairs, count);
    if (count > RS_REPORT_ROWS) {
        rs_text_printf(page, "<p class=\"quiet\">The %d best models by ReaL.</p>\n",
                       RS_REPORT_ROWS);
    }
}

void rs_report_paired(rs_text *page, const rs_report *report)
{
    neighbours *pairs = NULL;
    rs_html_section(page, "pairs", "Neighbours: better, or luckier?");
    if (RS_TEXT_NEW(page, &pairs, report->count, "pairs of models")) {
        add_pairs(page, report, pairs);
    }
    free(pairs);
    rs_html_section_end(page);
}
