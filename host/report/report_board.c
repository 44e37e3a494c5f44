/* report_board.c - the leaderboard: every model, both ranks, with intervals. */
#include <math.h>
#include <stdlib.h>

#include "base/compare.h"
#include "report/report_parts.h"
#include "report/wording.h"

enum { STRIP_WIDTH = 240, STRIP_HEIGHT = 22, STRIP_EDGE = 12 };

/* Rows before the first figure; the others are a click away, and on paper. */
enum { FIRST_ROWS = 25 };

/* What all strips of intervals have in common: percent from left to right. */
typedef struct scale {
    rs_plot plot;
    rs_ticks ticks;
} strip_scale;

static void widen(rs_plot_span *span, const rs_metric *metric)
{
    if (metric != NULL) {
        span->low = fmin(span->low, 100.0 * metric->ci95_low);
        span->high = fmax(span->high, 100.0 * metric->ci95_high);
    }
}

static strip_scale make_scale(const rs_report *report)
{
    rs_plot_span span = {100, 0};
    for (size_t i = 0; i < report->count; ++i) {
        widen(&span, report->model[i].real);
        widen(&span, report->model[i].imagenet);
    }
    if (span.low > span.high) {
        span = (rs_plot_span){0, 100};
    }
    span = rs_plot_widen(span, 0.04, 1, 0, 100);
    const rs_plot plot = {
        STRIP_EDGE, 0, STRIP_WIDTH - 2 * STRIP_EDGE, STRIP_HEIGHT, span.low, span.high, 0, 1};
    return (strip_scale){plot, rs_ticks_make(span.low, span.high, 4)};
}

static void add_scale(rs_text *page, const strip_scale *scale)
{
    rs_text_printf(page, "<svg class=\"strip\" viewBox=\"0 0 %d %d\" aria-hidden=\"true\">",
                   STRIP_WIDTH, STRIP_HEIGHT);
    for (size_t i = 0; i < scale->ticks.count; ++i) {
        const double value = scale->ticks.first + (double)i * scale->ticks.step;
        rs_text_printf(
            page, "<text class=\"tick\" x=\"%.1f\" y=\"16\" text-anchor=\"middle\">%.*f</text>",
            rs_plot_x(&scale->plot, value), scale->ticks.decimals, value);
    }
    rs_text_printf(page, "</svg>");
}

/* A whisker with ends, since most are hardly wider than the mark on them. */
static void add_interval(rs_text *page, const strip_scale *scale, const rs_metric *metric,
                         bool hollow, rs_ink ink, const char *what)
{
    enum { MIDDLE = STRIP_HEIGHT / 2, ENDS = 5 };
    if (metric == NULL) {
        return;
    }
    const double low = rs_plot_x(&scale->plot, 100 * metric->ci95_low);
    const double high = rs_plot_x(&scale->plot, 100 * metric->ci95_high);
    rs_text_printf(page,
                   "<path class=\"line %s\" stroke=\"%s\" stroke-width=\"1.4\" fill=\"none\" "
                   "d=\"M%.1f %dV%dM%.1f %dH%.1fM%.1f %dV%d\"/>",
                   ink.name, ink.colour, low, MIDDLE - ENDS, MIDDLE + ENDS, low, MIDDLE, high, high,
                   MIDDLE - ENDS, MIDDLE + ENDS);
    rs_html_mark(page, RS_SHAPE_CIRCLE, hollow, ink, rs_plot_x(&scale->plot, 100 * metric->value),
                 MIDDLE, 3.2);
    rs_text_printf(page, "%s %.2f %%, 95 %% interval %.2f to %.2f", what, 100 * metric->value,
                   100 * metric->ci95_low, 100 * metric->ci95_high);
    rs_html_mark_end(page);
}

static void add_strip(rs_text *page, const strip_scale *scale, const rs_report_model *model)
{
    rs_text_printf(page, "<td class=\"drawn\"><svg class=\"strip\" viewBox=\"0 0 %d %d\">",
                   STRIP_WIDTH, STRIP_HEIGHT);
    for (size_t i = 0; i < scale->ticks.count; ++i) {
        const double at =
            rs_plot_x(&scale->plot, scale->ticks.first + (double)i * scale->ticks.step);
        rs_text_printf(page, "<path class=\"grid\" stroke=\"#e0e0e0\" d=\"M%.1f 0V%d\"/>", at,
                       STRIP_HEIGHT);
    }
    add_interval(page, scale, model->imagenet, true, rs_ink_imagenet, "ImageNet");
    add_interval(page, scale, model->real, false, rs_ink_real, "ReaL");
    rs_text_printf(page, "</svg></td>");
}

/* Value and interval in one cell. */
static void add_value(rs_text *page, const rs_metric *metric)
{
    rs_text_printf(page, "<td class=\"number\"><b>");
    rs_html_percent(page, metric);
    rs_text_printf(page, "</b>");
    if (metric != NULL) {
        rs_text_printf(page, " <small>%.2f&#8211;%.2f</small>", 100 * metric->ci95_low,
                       100 * metric->ci95_high);
    }
    rs_text_printf(page, "</td>");
}

/* Points, with a sign: the interval says of it whether it could be chance. */
static void add_ahead(rs_text *page, const rs_report *report, size_t index)
{
    rs_report_pair pair;
    if (index + 1 == report->count || !rs_report_compare(report, index, index + 1, &pair)) {
        rs_text_printf(page, "<td class=\"number\">&#8211;</td>");
        return;
    }
    rs_text_printf(page, "<td class=\"number\"><b>%.2f</b> ", rs_points(pair.difference));
    rs_html_points(page, &pair.interval);
    rs_text_printf(page, "</td>");
}

static void add_plain(rs_text *page, const rs_record *record, const char *name)
{
    rs_text_printf(page, "<td class=\"number\">");
    rs_html_percent(page, rs_record_metric(record, name));
    rs_text_printf(page, "</td>");
}

static void add_oracle(rs_text *page, const rs_oracle *oracle)
{
    if (oracle->reason != NULL) {
        rs_text_printf(page, "<td class=\"number\">&#8211;</td>");
        return;
    }
    rs_text_printf(page, "<td class=\"number\">%u <small>of %u</small></td>",
                   oracle->classes_model_above, oracle->classes_below_cut);
}

/* What is not told apart shares a range. */
static void add_rank(rs_text *page, const rs_report_model *model, size_t rank)
{
    rs_text_printf(page, "<td class=\"number\"><b>");
    if (model->rank.best == 0) {
        rs_text_printf(page, "%zu", rank);
    } else if (model->rank.best == model->rank.worst) {
        rs_text_printf(page, "%zu", model->rank.best);
    } else {
        rs_text_printf(page, "%zu&#8211;%zu", model->rank.best, model->rank.worst);
    }
    rs_text_printf(page, "</b></td>");
}

static void add_model(rs_text *page, const strip_scale *scale, const rs_report *report,
                      size_t index, const size_t rank[2])
{
    const rs_report_model *const model = &report->model[index];
    rs_report_row(page, report, index);
    add_rank(page, model, rank[0]);
    add_value(page, model->real);
    add_ahead(page, report, index);
    add_strip(page, scale, model);
    add_value(page, model->imagenet);
    rs_text_printf(page, "<td class=\"number\">%zu</td>", rank[1]);
    add_plain(page, &model->record, "real_top5");
    add_plain(page, &model->record, "imagenet_top5");
    add_oracle(page, &model->record.oracle);
    rs_text_printf(page, "</tr>\n");
}

static double value_or_nothing(const rs_metric *metric)
{
    return metric == NULL ? -1.0 : metric->value;
}

/* One more than how many of the values, highest first, are above `value`. */
static size_t rank_among(const double *values, size_t count, double value)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (values[middle] > value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low + 1;
}

static void add_models(rs_text *page, const rs_report *report, double *real, double *imagenet)
{
    const strip_scale scale = make_scale(report);
    for (size_t i = 0; i < report->count; ++i) {
        real[i] = value_or_nothing(report->model[i].real);
        imagenet[i] = value_or_nothing(report->model[i].imagenet);
    }
    qsort(imagenet, report->count, sizeof *imagenet, rs_descending_f64);
    if (report->count > FIRST_ROWS) {
        rs_text_printf(page, "<p class=\"more\"><input type=\"checkbox\" id=\"all-models\"/> "
                             "<label for=\"all-models\">all ");
        rs_html_count(page, report->count);
        rs_text_printf(page, " models, not only the first %d</label></p>\n", FIRST_ROWS);
    }
    rs_text_printf(page, "<div class=\"scroll desk\"><table class=\"board\">\n<thead><tr>"
                         "<th>model</th><th class=\"number\">rank by ReaL</th>"
                         "<th class=\"number\">ReaL top-1, %%</th>"
                         "<th class=\"number\">ahead of the next, points</th>"
                         "<th class=\"drawn\">both, %%");
    add_scale(page, &scale);
    rs_text_printf(page,
                   "</th><th class=\"number\">ImageNet top-1, %%</th>"
                   "<th class=\"number\">rank by ImageNet</th>"
                   "<th class=\"number\">ReaL top-5</th><th class=\"number\">ImageNet top-5</th>"
                   "<th class=\"number\">above the oracle</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < report->count; ++i) {
        const rs_report_model *model = &report->model[i];
        const size_t rank[2] = {
            rank_among(real, report->count, value_or_nothing(model->real)),
            rank_among(imagenet, report->count, value_or_nothing(model->imagenet))};
        add_model(page, &scale, report, i, rank);
    }
    rs_text_printf(page, "</tbody></table></div>\n");
}

/* How many may be the best; 0: that is not known. */
static size_t count_best(const rs_report *report)
{
    size_t best = 0;
    for (size_t i = 0; i < report->count; ++i) {
        best += report->model[i].rank.best == 1;
    }
    return best;
}

static void add_heading(rs_text *page, const rs_report *report)
{
    const size_t best = count_best(report);
    rs_html_section_begin(page, "leaderboard");
    if (report->count == 1 || best == 0) {
        rs_text_printf(page, "Leaderboard");
    } else if (best == 1) {
        rs_markup_name(page, report->model[0].record.model);
        rs_text_printf(page, " is the best by ReaL");
    } else {
        rs_text_printf(page, "Any of %zu models may be the best by ReaL", best);
    }
    rs_html_section_titled(page);
}

static void add_reading(rs_text *page, const rs_report *report)
{
    rs_text_printf(page,
                   "<p>All models, the best by ReaL first. Both accuracies stand with their "
                   "95&#160;%% Wilson intervals: how far another draw of images might lie. Which "
                   "of two models is better the images tell on which they part: how far a model "
                   "is <b>ahead of the next</b>, with the 95&#160;%% score interval (Tango)");
    if (count_best(report) > 0) {
        rs_text_printf(page, ", and its <b>rank</b>, from 1 + the models that are better to those "
                             "that are not worse by the exact McNemar test (Holm over a model's "
                             "comparisons, 5&#160;%%)");
    }
    rs_text_printf(page, ". The tests of all pairs, by ImageNet too: <code>reassess "
                         "compare</code>.</p>\n");
}

void rs_report_board(rs_text *page, const rs_report *report)
{
    double *ranks = NULL;
    add_heading(page, report);
    add_reading(page, report);
    rs_html_legend(page);
    rs_html_legend_mark(page, RS_SHAPE_CIRCLE, false, rs_ink_real, "ReaL accuracy");
    rs_html_legend_mark(page, RS_SHAPE_CIRCLE, true, rs_ink_imagenet,
                        "accuracy by the original ImageNet labels");
    rs_html_legend_end(page);
    if (RS_TEXT_NEW(page, &ranks, 2 * (uint64_t)report->count, "ranks")) {
        add_models(page, report, ranks, ranks + report->count);
    }
    free(ranks);
    rs_report_power(page, report);
    rs_html_section_end(page);
}
