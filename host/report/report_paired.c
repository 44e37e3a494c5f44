/* report_paired.c - is a model better than the next one, or luckier?
 *
 * Both saw the same images, so only those count on which they part: the exact McNemar test of these
 * says more than two intervals that overlap.
 */
#include <math.h>
#include <stdlib.h>

#include "analyse/mcnemar.h"
#include "analyse/multiple_tests.h"
#include "report/report_parts.h"

/* Two neighbours by ReaL accuracy. */
typedef struct neighbours {
    size_t better; /* the next one is better + 1 among those with rows */
    size_t worse;
    uint64_t better_alone; /* images that only the one gets right */
    uint64_t worse_alone;
    double log_p;
    bool significant;
} neighbours;

static void count_alone(const rs_report *report, neighbours *pair)
{
    const uint64_t *a = report->model[pair->better].real_right;
    const uint64_t *b = report->model[pair->worse].real_right;
    const size_t words = (rs_labels_get_view(report->labels)->rows + 63) / 64;
    for (size_t i = 0; i < words; ++i) {
        pair->better_alone += (uint64_t)__builtin_popcountll(a[i] & ~b[i]);
        pair->worse_alone += (uint64_t)__builtin_popcountll(b[i] & ~a[i]);
    }
    pair->log_p = rs_mcnemar_log_p(pair->better_alone, pair->worse_alone);
}

static size_t make_pairs(const rs_report *report, neighbours *pairs)
{
    size_t count = 0;
    size_t before = report->count;
    for (size_t i = 0; i < report->count; ++i) {
        if (report->model[i].real_right == NULL) {
            continue;
        }
        if (before < report->count) {
            pairs[count] = (neighbours){.better = before, .worse = i};
            count_alone(report, &pairs[count]);
            ++count;
        }
        before = i;
    }
    return count;
}

static void mark_significant(neighbours *pairs, size_t count, rs_text *page)
{
    rs_test *tests = NULL;
    if (!RS_TEXT_NEW(page, &tests, count, "tests")) {
        return;
    }
    for (size_t i = 0; i < count; ++i) {
        tests[i] = (rs_test){.p = exp(pairs[i].log_p), .index = (uint32_t)i};
    }
    (void)rs_holm(tests, count, 0.05);
    for (size_t i = 0; i < count; ++i) {
        pairs[tests[i].index].significant = tests[i].significant;
    }
    free(tests);
}

static void add_pair(rs_text *page, const rs_report *report, const neighbours *pair)
{
    const double points = 100.0 * ((double)pair->better_alone - (double)pair->worse_alone) /
                          (double)report->stats->evaluated;
    rs_text_printf(page, "<tr><th scope=\"row\">");
    rs_markup_short(page, report->model[pair->better].record.model, 34);
    rs_text_printf(page, "</th><td>");
    rs_markup_short(page, report->model[pair->worse].record.model, 34);
    rs_text_printf(page, "</td><td class=\"number\"><b>%.2f</b>", points);
    if (pair->worse == pair->better + 1) {
        rs_text_printf(page, " ");
        rs_html_points(page, &report->model[pair->better].ahead);
    }
    rs_text_printf(page, "</td><td class=\"number\">");
    rs_html_count(page, pair->better_alone);
    rs_text_printf(page, "</td><td class=\"number\">");
    rs_html_count(page, pair->worse_alone);
    rs_text_printf(page, "</td><td class=\"number\">");
    rs_html_probability(page, pair->log_p);
    rs_text_printf(page, "</td><td>%s</td></tr>\n",
                   pair->significant ? "better" : "<span class=\"quiet\">may be chance</span>");
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
        "is the 95&#160;%% one of a paired bootstrap (%d replicates, seed %d); p is that of "
        "the exact McNemar test; the last column holds at 5&#160;%% for all %zu rows "
        "together (Holm). The tests of all pairs, by ImageNet too: <code>reassess "
        "compare</code>.</p>\n",
        RS_REPORT_REPLICATES, RS_REPORT_SEED, count);
    rs_text_printf(page, "<div class=\"scroll\"><table>\n<thead><tr><th>model</th><th>next</th>"
                         "<th class=\"number\">difference, points</th>"
                         "<th class=\"number\">right alone</th>"
                         "<th class=\"number\">the next alone</th><th class=\"number\">p</th>"
                         "<th></th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < count && i < RS_REPORT_ROWS; ++i) {
        add_pair(page, report, &pairs[i]);
    }
    rs_text_printf(page, "</tbody></table></div>\n");
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
