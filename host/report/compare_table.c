/* compare_table.c - a comparison for the terminal. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/proportion.h"
#include "base/width.h"
#include "report/compare_report.h"
#include "report/wording.h"

/* More pairs than this are for a file: the table keeps to neighbours. More models than that have no
 * matrix. */
enum {
    LISTED_PAIRS = 45,
    MATRIX_MODELS = 12,
    NAME_WIDTH_MAX = 22,
    CELL_BYTES = 64,
    INTERVAL_BYTES = 40
};

static const char *const measure_titles[RS_MEASURES] = {"ImageNet", "ReaL"};

static size_t longest_name(const rs_compare_report *report)
{
    size_t longest = 0;
    for (size_t i = 0; i < report->comparison->models; ++i) {
        longest = rs_wider(longest, report->names[i]);
    }
    return longest;
}

static void interval_text(double low, double high, char out[INTERVAL_BYTES])
{
    (void)snprintf(out, INTERVAL_BYTES, "[%+.2f, %+.2f]", rs_points(low), rs_points(high));
}

static void bootstrap_text(const rs_bootstrap_interval *interval, char out[INTERVAL_BYTES])
{
    out[0] = '\0';
    if (rs_bootstrap_has_interval(interval)) {
        interval_text(interval->low, interval->high, out);
    } else if (interval->replicates > 0) {
        (void)snprintf(out, INTERVAL_BYTES, "-");
    }
}

/* ---- models ---- */

static void add_model_cell(const rs_comparison *comparison, size_t model, int measure, rs_text *out)
{
    char cell[CELL_BYTES] = "     -";
    if (comparison->total[measure] > 0) {
        const rs_proportion p =
            rs_proportion_of(comparison->correct[measure][model], comparison->total[measure]);
        (void)snprintf(cell, sizeof cell, "%6.2f  [%.2f, %.2f]", 100.0 * p.value, 100.0 * p.low,
                       100.0 * p.high);
    }
    rs_text_printf(out, "  %-23s", cell);
}

static void add_models(const rs_compare_report *report, const size_t *order, size_t width,
                       rs_text *out)
{
    const rs_comparison *comparison = report->comparison;
    rs_text_printf(out, "\n      %-*s  %-23s  %s\n", (int)width, "top-1, % [95 % interval]",
                   "ImageNet", "ReaL");
    for (size_t i = 0; i < comparison->models; ++i) {
        const size_t model = order[i];
        rs_text_printf(out, "  %2zu  ", i + 1);
        rs_text_pad(out, report->names[model], width);
        add_model_cell(comparison, model, RS_BY_IMAGENET, out);
        add_model_cell(comparison, model, RS_BY_REAL, out);
        while (out->length > 0 && out->data[out->length - 1] == ' ') {
            out->data[--out->length] = '\0';
        }
        rs_text_add(out, "\n");
    }
}

/* ---- two models ---- */

static void add_row(const char *what, size_t width, char cells[RS_MEASURES][CELL_BYTES],
                    rs_text *out)
{
    rs_text_printf(out, "      %-*s  %-23s  %s\n", (int)width, what, cells[0], cells[1]);
}

static void add_count_row(const char *what, const uint64_t first, const uint64_t second,
                          size_t width, rs_text *out)
{
    const uint64_t counts[RS_MEASURES] = {first, second};
    char cells[RS_MEASURES][CELL_BYTES];
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        char count[RS_COUNT_TEXT_BYTES];
        (void)snprintf(cells[measure], CELL_BYTES, "%6s", rs_count_text(counts[measure], count));
    }
    add_row(what, width, cells, out);
}

static void add_pair_details(const rs_compare_report *report, size_t width, rs_text *out)
{
    const rs_comparison *comparison = report->comparison;
    const rs_model_pair *pair = &comparison->pair[0];
    const rs_paired *by = pair->by;
    char cells[RS_MEASURES][CELL_BYTES];
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        char interval[INTERVAL_BYTES];
        interval_text(by[measure].score.low, by[measure].score.high, interval);
        (void)snprintf(cells[measure], CELL_BYTES, "%+6.2f  %.40s",
                       rs_points(by[measure].difference), interval);
    }
    add_row("first - second, points", width, cells, out);
    for (int measure = 0; measure < RS_MEASURES && comparison->replicates > 0; ++measure) {
        char interval[INTERVAL_BYTES];
        bootstrap_text(&by[measure].bootstrap, interval);
        (void)snprintf(cells[measure], CELL_BYTES, "%6s  %.40s", "", interval);
    }
    if (comparison->replicates > 0) {
        add_row("by bootstrap", width, cells, out);
    }
    rs_text_add(out, "\n");
    add_count_row("only the first is right", by[0].first_only, by[1].first_only, width, out);
    add_count_row("only the second is right", by[0].second_only, by[1].second_only, width, out);
    add_count_row("both are right", by[0].both, by[1].both, width, out);
    add_count_row("neither is right", by[0].neither, by[1].neither, width, out);
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        char p[RS_P_TEXT_BYTES];
        (void)snprintf(cells[measure], CELL_BYTES, "%6s", rs_p_text(by[measure].log_p, p));
    }
    add_row("McNemar, exact: p", width, cells, out);
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        char points[INTERVAL_BYTES] = "none";
        if (by[measure].detectable > 0.0) {
            (void)snprintf(points, sizeof points, "%.2f", 100.0 * by[measure].detectable);
        }
        (void)snprintf(cells[measure], CELL_BYTES, "%6s", points);
    }
    add_row("least to show in 80 %", width, cells, out);
}

/* ---- many models ---- */

/* Between which bounds the least differences lie that would show. */
static void add_power(const rs_comparison *comparison, rs_measure measure, rs_text *out)
{
    double low = INFINITY;
    double high = 0.0;
    for (size_t i = 0; i < comparison->pair_count; ++i) {
        const double least = comparison->pair[i].by[measure].detectable;
        low = least > 0.0 ? fmin(low, least) : low;
        high = fmax(high, least);
    }
    if (high > 0.0) {
        rs_text_printf(out,
                       "     least difference that would show in 80 %% of draws of these images:\n"
                       "       %.2f to %.2f points, by pair (before Holm)\n",
                       100.0 * low, 100.0 * high);
    }
}

/* How a line of a pair fits: with both names where they have room, else the models' places alone;
 * and beside bootstraps, which images only one has right where there is room for that too. */
typedef struct pair_look {
    size_t name_width;
    bool alone;
} pair_look;

static pair_look look_of(const rs_compare_report *report, size_t longest, size_t bootstrap)
{
    enum { LINE = 76, ALONE = 18 };
    const size_t names = longest < NAME_WIDTH_MAX ? longest : NAME_WIDTH_MAX;
    const size_t least = LINE + bootstrap;
    return (pair_look){
        .name_width = least + 2 * names <= report->columns ? names : 0,
        .alone = bootstrap == 0 || least <= report->columns,
    };
}

static int bootstrap_width(const rs_comparison *comparison)
{
    enum { INTERVAL_AND_GAP = 18 };
    return comparison->replicates > 0 ? INTERVAL_AND_GAP : 0;
}

/* "   3 resnet50", the model's place in the order before its name. */
static void add_name(const rs_compare_report *report, const size_t *order, size_t at, size_t width,
                     rs_text *out)
{
    const char *const name = report->names[order[at]];
    rs_text_printf(out, "  %2zu%s", at + 1, width > 0 ? " " : "");
    rs_text_fit(out, name, strlen(name), width);
}

/* Models `a` and `b` of the order, in this order. */
static void add_pair_line(const rs_compare_report *report, const size_t *order, size_t a, size_t b,
                          rs_measure measure, pair_look look, rs_text *out)
{
    const rs_model_pair *pair = rs_comparison_pair(report->comparison, order[a], order[b]);
    char interval[INTERVAL_BYTES];
    char bootstrap[INTERVAL_BYTES];
    char p[RS_P_TEXT_BYTES];
    char holm[RS_P_TEXT_BYTES];
    rs_paired paired = pair->by[measure];
    if (order[a] > order[b]) {
        paired.difference = 0.0 - paired.difference; /* never -0 */
        paired.score.low = 0.0 - pair->by[measure].score.high;
        paired.score.high = 0.0 - pair->by[measure].score.low;
        paired.bootstrap.low = 0.0 - pair->by[measure].bootstrap.high;
        paired.bootstrap.high = 0.0 - pair->by[measure].bootstrap.low;
        paired.first_only = pair->by[measure].second_only;
        paired.second_only = pair->by[measure].first_only;
    }
    interval_text(paired.score.low, paired.score.high, interval);
    bootstrap_text(&paired.bootstrap, bootstrap);
    add_name(report, order, a, look.name_width, out);
    add_name(report, order, b, look.name_width, out);
    rs_text_printf(out, "  %+6.2f  %-16s  %-*s", rs_points(paired.difference), interval,
                   bootstrap_width(report->comparison), bootstrap);
    if (look.alone) {
        char first[RS_COUNT_TEXT_BYTES];
        char second[RS_COUNT_TEXT_BYTES];
        rs_text_printf(out, "%7s  %7s  ", rs_count_text(paired.first_only, first),
                       rs_count_text(paired.second_only, second));
    }
    rs_text_printf(out, "%8s  %8s%s\n", rs_p_text(paired.log_p, p),
                   paired.holm_p > 0.0 ? rs_p_text(log(paired.holm_p), holm) : "< 1e-300",
                   paired.significant ? " *" : "");
}

static void add_pair_heading(const rs_comparison *comparison, pair_look look, rs_text *out)
{
    const int width = (int)look.name_width;
    if (width > 0) {
        rs_text_printf(out, "     %-*s     %-*s", width, "A", width, "B");
    } else {
        rs_text_add(out, "   A   B");
    }
    rs_text_printf(out, "  %6s  %-16s  %-*s", "A - B", "[95 %]", bootstrap_width(comparison),
                   comparison->replicates > 0 ? "by bootstrap" : "");
    rs_text_printf(out, "%s%8s  %8s\n", look.alone ? "A alone  B alone  " : "", "p", "Holm");
}

static void add_pairs(const rs_compare_report *report, const size_t *order, rs_measure measure,
                      size_t longest, rs_text *out)
{
    const rs_comparison *comparison = report->comparison;
    const pair_look look = look_of(report, longest, (size_t)bootstrap_width(comparison));
    const bool all = comparison->pair_count <= LISTED_PAIRS;
    char significant[RS_COUNT_TEXT_BYTES];
    char pairs[RS_COUNT_TEXT_BYTES];
    if (comparison->total[measure] == 0) {
        return;
    }
    rs_text_printf(out, "\n  by %s: %s of %s pairs differ significantly (*: 5 %% after Holm)%s\n",
                   measure_titles[measure],
                   rs_count_text(comparison->significant[measure], significant),
                   rs_count_text(comparison->pair_count, pairs), all ? "" : "; neighbours:");
    add_pair_heading(comparison, look, out);
    for (size_t i = 0; i + 1 < comparison->models; ++i) {
        const size_t last = all ? comparison->models : i + 2;
        for (size_t j = i + 1; j < last; ++j) {
            add_pair_line(report, order, i, j, measure, look, out);
        }
    }
    add_power(comparison, measure, out);
}

static void add_matrix(const rs_compare_report *report, const size_t *order, size_t width,
                       rs_text *out)
{
    const rs_comparison *comparison = report->comparison;
    enum { PLACE = 5, CELL = 7 };
    const size_t least = PLACE + CELL * comparison->models;
    if (comparison->models > MATRIX_MODELS || comparison->models < 3) {
        return;
    }
    if (least > report->columns) {
        rs_text_add(out, "\n  same predictions: --agreement FILE.csv\n");
        return;
    }
    width = least + width <= report->columns ? width : 0;
    rs_text_printf(out, "\n  same prediction, %% of the images\n    %s%-*s", width > 0 ? " " : "",
                   (int)width, "");
    for (size_t i = 0; i < comparison->models; ++i) {
        rs_text_printf(out, " %6zu", i + 1);
    }
    for (size_t i = 0; i < comparison->models; ++i) {
        rs_text_add(out, "\n");
        add_name(report, order, i, width, out);
        for (size_t j = 0; j < i; ++j) {
            const rs_model_pair *pair = rs_comparison_pair(comparison, order[i], order[j]);
            rs_text_printf(out, " %6.2f",
                           100.0 * (double)pair->same_prediction / (double)comparison->images);
        }
    }
    rs_text_add(out, "\n");
}

/* ---- all of it ---- */

static bool comes_before(const rs_comparison *comparison, size_t a, size_t b)
{
    for (int measure = RS_MEASURES - 1; measure >= 0; --measure) {
        const uint64_t *correct = comparison->correct[measure];
        if (correct[a] != correct[b]) {
            return correct[a] > correct[b];
        }
    }
    return a < b;
}

/* Best ReaL accuracy first, then best ImageNet accuracy. */
static void sort_models(const rs_comparison *comparison, size_t *order)
{
    for (size_t i = 0; i < comparison->models; ++i) {
        size_t at = i;
        for (; at > 0 && comes_before(comparison, i, order[at - 1]); --at) {
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
}

/* How the intervals of differences were found. */
static void add_intervals(const rs_compare_report *report, rs_text *out)
{
    char replicates[RS_COUNT_TEXT_BYTES];
    const rs_comparison *comparison = report->comparison;
    rs_text_add(out, "\n  intervals of differences: score interval of paired shares (Tango)");
    if (comparison->replicates > 0) {
        rs_text_printf(out,
                       ";\n    by bootstrap: images drawn anew for all models at once,\n"
                       "    %s replicates, seed %" PRIu64,
                       rs_count_text(comparison->replicates, replicates), comparison->seed);
    }
    rs_text_add(out, "\n");
}

static void add_all(const rs_compare_report *report, const size_t *order, rs_text *out)
{
    const rs_comparison *comparison = report->comparison;
    const size_t longest = longest_name(report);
    const size_t width = longest < NAME_WIDTH_MAX ? longest : NAME_WIDTH_MAX;
    const size_t title_width = strlen("top-1, % [95 % interval]");
    const size_t label_width = longest > title_width ? longest : title_width;
    char images[RS_COUNT_TEXT_BYTES];
    rs_text_printf(out, "%zu models on the same %s image%s\n", comparison->models,
                   rs_count_text(comparison->images, images), rs_plural(comparison->images));
    if (comparison->models == 2) {
        const rs_model_pair *pair = &comparison->pair[0];
        static const size_t as_given[] = {0, 1};
        add_models(report, as_given, label_width, out);
        add_pair_details(report, label_width, out);
        rs_text_printf(out, "\n  same prediction on %s image%s, %.2f %%\n",
                       rs_count_text(pair->same_prediction, images),
                       rs_plural(pair->same_prediction),
                       100.0 * (double)pair->same_prediction / (double)comparison->images);
        rs_compare_slices_table(report, out);
        add_intervals(report, out);
        return;
    }
    add_models(report, order, label_width, out);
    add_pairs(report, order, RS_BY_IMAGENET, width, out);
    add_pairs(report, order, RS_BY_REAL, width, out);
    add_matrix(report, order, width, out);
    rs_compare_slices_table(report, out);
    add_intervals(report, out);
    if (comparison->pair_count > LISTED_PAIRS) {
        rs_text_printf(out, "  -o FILE.csv writes every pair\n");
    }
}

void rs_compare_table(const rs_compare_report *report, rs_text *out)
{
    size_t *order = NULL;
    if (RS_TEXT_NEW(out, &order, report->comparison->models, "models")) {
        sort_models(report->comparison, order);
        add_all(report, order, out);
    }
    free(order);
}
