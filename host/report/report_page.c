/* report_page.c - the page as a whole. */
#include <stdlib.h>
#include <string.h>

#include "base/compare.h"
#include "reassess/version.h"
#include "report/report_parts.h"
#include "report/wording.h"

RS_SORTS(compare_models, rs_report_model)
{
    const double left_value = left->real == NULL ? -1.0 : left->real->value;
    const double right_value = right->real == NULL ? -1.0 : right->real->value;
    RS_ORDER_BY(right_value, left_value);
    return strcmp(left->record.model, right->record.model);
}

void rs_report_sort(rs_report_model *models, size_t count)
{
    if (count > 1) {
        qsort(models, count, sizeof models[0], compare_models);
    }
}

static void add_title(rs_text *page, const rs_report *report)
{
    if (report->title != NULL) {
        rs_markup_text(page, report->title);
    } else {
        rs_html_count(page, report->count);
        rs_text_printf(page, " model%s against the reassessed labels",
                       rs_plural(report->count));
    }
}

static void add_head(rs_text *page, const rs_report *report)
{
    rs_text_printf(page,
                   "<!DOCTYPE html>\n"
                   "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
                   "<meta charset=\"utf-8\"/>\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                   "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
                   "<meta name=\"generator\" content=\"reassess " RS_VERSION "\"/>\n"
                   "<title>");
    add_title(page, report);
    rs_text_printf(page, "</title>\n<style>\n");
    rs_text_add(page, rs_report_css);
    rs_text_printf(page, "</style>\n</head>\n<body>\n");
}

/* Whoever reads the first number only has to know. */
static void add_warned(rs_text *page, const rs_report *report)
{
    size_t warned = 0;
    for (size_t i = 0; i < report->count; ++i) {
        warned += report->model[i].record.warnings.count > 0 ? 1 : 0;
    }
    if (warned > 0) {
        rs_text_printf(page,
                       "<p class=\"alarm\"><a href=\"#notes\">%zu of %zu model%s</a> %s with a "
                       "warning to read before the numbers are believed.</p>\n",
                       warned, report->count, report->count == 1 ? "" : "s",
                       warned == 1 ? "comes" : "come");
    }
}

static void add_header(rs_text *page, const rs_report *report)
{
    const rs_label_stats *stats = report->stats;
    rs_text_printf(page, "<header>\n<p class=\"kicker\">reassess</p>\n<h1>");
    add_title(page, report);
    rs_text_printf(page, "</h1>\n<p class=\"lead\">");
    rs_html_count(page, stats->evaluated);
    rs_text_printf(page, " of ");
    rs_html_count(page, stats->rows);
    rs_text_printf(page, " images have ReaL labels, ");
    rs_html_count(page, stats->labels);
    rs_text_printf(page, " in all; ");
    rs_html_count(page, stats->several);
    rs_text_printf(page, " image%s more than one.</p>\n", stats->several == 1 ? " has" : "s have");
    if (rs_labels_are_synthetic(report->labels)) {
        rs_text_printf(page, "<p class=\"alarm\">The labels are synthetic: the numbers say nothing "
                             "about ImageNet.</p>\n");
    }
    add_warned(page, report);
    rs_text_printf(page, "</header>\n");
}

static void add_contents(rs_text *page, const rs_report *report)
{
    static const char *const links[][2] = {
        {"leaderboard", "leaderboard"},
        {"trend", "trend"},
        {"further", "further predictions"},
        {"disagreements", "disagreements"},
        {"mistakes", "mistakes"},
        {"choice", "choice"},
        {"oracle", "oracle"},
        {"confusions", "confusions"},
        {"gallery", "gallery"},
        {"calibration", "calibration"},
        {"slices", "slices"},
        {"golden", "experts"},
        {"raters", "raters"},
        {"notes", "notes"},
    };
    rs_text_printf(page, "<nav><ul>");
    for (size_t i = 0; i < sizeof links / sizeof links[0]; ++i) {
        if ((strcmp(links[i][0], "raters") == 0 && !rs_report_has_raters(report)) ||
            (strcmp(links[i][0], "slices") == 0 && !rs_report_has_slices(report)) ||
            (strcmp(links[i][0], "golden") == 0 && report->golden == NULL) ||
            (strcmp(links[i][0], "gallery") == 0 && report->gallery == NULL) ||
            (strcmp(links[i][0], "mistakes") == 0 && !report->judged)) {
            continue;
        }
        rs_text_printf(page, "<li><a href=\"#%s\">%s</a></li>", links[i][0], links[i][1]);
    }
    rs_text_printf(page, "</ul></nav>\n");
}

/* ---- the few numbers to take away ---- */

static void add_tile(rs_text *page, const char *name, const rs_metric *metric, const char *model)
{
    rs_text_printf(page, "<div class=\"tile\"><p class=\"name\">%s</p><p class=\"value\">", name);
    rs_html_percent(page, metric);
    rs_text_printf(page, "<span>&#160;%%</span></p><p class=\"what\">");
    rs_markup_name(page, model);
    rs_text_printf(page, "</p></div>\n");
}

static const rs_report_model *best_by_imagenet(const rs_report *report)
{
    const rs_report_model *best = NULL;
    for (size_t i = 0; i < report->count; ++i) {
        const rs_report_model *model = &report->model[i];
        if (model->imagenet != NULL &&
            (best == NULL || model->imagenet->value > best->imagenet->value)) {
            best = model;
        }
    }
    return best;
}

static void add_slopes(rs_text *page, const rs_trend *trend)
{
    rs_text_printf(page, "<div class=\"tile\"><p class=\"name\">slope of ReaL on "
                         "ImageNet</p><p class=\"value\">");
    if (trend->lower.reason == NULL && trend->upper.reason == NULL) {
        rs_text_printf(page,
                       "%.2f<span>&#160;&#8594;&#160;</span>%.2f</p><p class=\"what\">lower and "
                       "upper half of the models</p></div>\n",
                       trend->lower.slope, trend->upper.slope);
    } else if (trend->all.reason == NULL) {
        rs_text_printf(page, "%.2f</p><p class=\"what\">all models</p></div>\n", trend->all.slope);
    } else {
        rs_text_printf(page, "&#8211;</p><p class=\"what\">too few models</p></div>\n");
    }
}

static void add_tiles(rs_text *page, const rs_report *report)
{
    const rs_report_model *best = best_by_imagenet(report);
    rs_text_printf(page, "<div class=\"tiles\">\n");
    if (report->model[0].real != NULL) {
        add_tile(page, "best by ReaL", report->model[0].real, report->model[0].record.model);
    }
    if (best != NULL) {
        add_tile(page, "best by ImageNet", best->imagenet, best->record.model);
    }
    if (report->stats->own_total > 0) {
        rs_text_printf(
            page,
            "<div class=\"tile\"><p class=\"name\">the original labels by ReaL</p>"
            "<p class=\"value\">%.2f<span>&#160;%%</span></p><p class=\"what\">%zu of %zu "
            "models agree with ReaL more often</p></div>\n",
            100.0 * report->stats->own.value, report->trend.labels.models_above,
            report->trend.count);
    }
    add_slopes(page, &report->trend);
    rs_text_printf(page, "</div>\n");
}

void rs_report_html(const rs_report *report, rs_text *page)
{
    add_head(page, report);
    add_header(page, report);
    add_contents(page, report);
    rs_text_printf(page, "<main>\n");
    add_tiles(page, report);
    rs_report_board(page, report);
    rs_report_trend(page, report);
    rs_report_further(page, report);
    rs_report_disagreements(page, report);
    rs_report_judged(page, report);
    rs_report_choice(page, report);
    rs_report_oracle(page, report);
    rs_report_confusions(page, report);
    rs_report_gallery(page, report);
    rs_report_calibration(page, report);
    rs_report_factorial(page, report);
    rs_report_slices(page, report);
    rs_report_golden_figure(page, report);
    rs_report_raters(page, report);
    rs_report_notes(page, report);
    rs_text_printf(page, "</main>\n");
    rs_report_script(page, report);
    rs_text_printf(page, "</body>\n</html>\n");
}
