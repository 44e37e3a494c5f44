/* report_slices.c - accuracies of groups of images, a table for each factor that groups them. */
#include <string.h>

#include "report/report_parts.h"

enum { GROUPS = 12 }; /* columns of a table: a page is no wider */

bool rs_report_has_slices(const rs_report *report)
{
    size_t i = 0;
    while (i < report->count && report->model[i].record.slices == NULL) {
        ++i;
    }
    return i < report->count;
}

/* The best model that has some says which groups there are. */
static const rs_report_model *first_of(const rs_report *report)
{
    size_t i = 0;
    while (report->model[i].record.slices == NULL) {
        ++i;
    }
    return &report->model[i];
}

static bool has_group(const rs_slice_counts *counts, uint32_t at, const rs_slice_group *group)
{
    return counts != NULL && at < counts->slices->count &&
           strcmp(counts->slices->group[at].by, group->by) == 0 &&
           strcmp(counts->slices->group[at].name, group->name) == 0;
}

/* ReaL top-1 of a group. */
static void add_cell(rs_text *page, const rs_slice_counts *counts, uint32_t at)
{
    const rs_metric metric = rs_slice_metric(counts, at, 0, true);
    rs_text_add(page, "<td class=\"number\">");
    if (metric.reason == NULL) {
        rs_text_printf(page, "<b>%.2f</b> <small>%.2f to %.2f</small>", 100.0 * metric.value,
                       100.0 * metric.ci95_low, 100.0 * metric.ci95_high);
    } else {
        rs_text_add(page, "&#8211;");
    }
    rs_text_add(page, "</td>");
}

static void add_heading(rs_text *page, const rs_slice_counts *counts, uint32_t begin, uint32_t end)
{
    rs_text_add(page, "<div class=\"scroll\"><table>\n<thead><tr><th>model</th>");
    for (uint32_t g = begin; g < end; ++g) {
        rs_text_add(page, "<th class=\"number\">");
        rs_markup_short(page, counts->slices->group[g].name, 24);
        rs_text_add(page, " <small>");
        rs_html_count(page, counts->count[g].nonempty);
        rs_text_add(page, "</small></th>");
    }
    rs_text_add(page, "</tr></thead>\n<tbody>\n");
}

/* Groups [begin, end) of one factor. */
static void add_table(rs_text *page, const rs_report *report, uint32_t begin, uint32_t end)
{
    const rs_slice_counts *const first = first_of(report)->record.slices;
    const uint32_t shown = end - begin > GROUPS ? begin + GROUPS : end;
    size_t models = 0;
    rs_text_add(page, "<h3>");
    rs_markup_text(page, first->slices->group[begin].by);
    rs_text_add(page, "</h3>\n");
    add_heading(page, first, begin, shown);
    for (size_t i = 0; i < report->count && models < RS_REPORT_ROWS; ++i) {
        const rs_slice_counts *const counts = report->model[i].record.slices;
        if (counts == NULL) {
            continue;
        }
        ++models;
        rs_report_row(page, report, i);
        for (uint32_t g = begin; g < shown; ++g) {
            if (has_group(counts, g, &first->slices->group[g])) {
                add_cell(page, counts, g);
            } else {
                rs_text_add(page, "<td class=\"number\">&#8211;</td>");
            }
        }
        rs_text_add(page, "</tr>\n");
    }
    rs_text_add(page, "</tbody></table></div>\n");
    if (shown < end) {
        rs_text_printf(page, "<p class=\"quiet\">%u more groups: <code>reassess merge "
                             "--per-slice</code>.</p>\n", end - shown);
    }
}

/* Where the best model is worst and best. */
static void add_title(rs_text *page, const rs_report_model *model)
{
    const rs_slice_counts *const counts = model->record.slices;
    uint32_t worst = UINT32_MAX;
    uint32_t best = UINT32_MAX;
    double low = 2.0;
    double high = -1.0;
    for (uint32_t g = 0; g < counts->slices->count; ++g) {
        const rs_metric metric = rs_slice_metric(counts, g, 0, true);
        if (metric.reason == NULL && metric.value < low) {
            low = metric.value;
            worst = g;
        }
        if (metric.reason == NULL && metric.value > high) {
            high = metric.value;
            best = g;
        }
    }
    if (best == UINT32_MAX) {
        rs_text_add(page, "Groups of images");
        return;
    }
    rs_markup_name(page, model->record.model);
    rs_text_printf(page, " by ReaL: from %.2f&#160;%% (", 100.0 * low);
    rs_markup_short(page, counts->slices->group[worst].name, 40);
    rs_text_printf(page, ") to %.2f&#160;%% (", 100.0 * high);
    rs_markup_short(page, counts->slices->group[best].name, 40);
    rs_text_add(page, ")");
}

void rs_report_slices(rs_text *page, const rs_report *report)
{
    if (!rs_report_has_slices(report)) {
        return;
    }
    const rs_slices *const slices = first_of(report)->record.slices->slices;
    rs_html_section_begin(page, "slices");
    add_title(page, first_of(report));
    rs_html_section_titled(page);
    rs_text_add(page, "<p>ReaL top-1 accuracy, %, of groups of images, with its 95&#160;% "
                      "interval; behind a group's name how many of its images have a label set. "
                      "Groups may overlap, and the lowest of many is low by chance too.</p>\n");
    for (uint32_t begin = 0, end = 0; begin < slices->count; begin = end) {
        while (end < slices->count &&
               strcmp(slices->group[end].by, slices->group[begin].by) == 0) {
            ++end;
        }
        add_table(page, report, begin, end);
    }
    rs_html_section_end(page);
}
