/* compare_table.c - a comparison for the terminal. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyse/proportion.h"
#include "base/width.h"
#include "report/cells.h"
#include "report/compare_report.h"
#include "report/wording.h"

/* More pairs than this are for a file: the table keeps to neighbours. More models than that have no
 * matrix. */
enum { LISTED_PAIRS = 45, MATRIX_MODELS = 12, CELL_BYTES = 64, INTERVAL_BYTES = 40 };

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
    if (comparison->total[measure] == 0) {
        rs_table_none(out);
        return;
    }
    const rs_proportion p =
        rs_proportion_of(comparison->correct[measure][model], comparison->total[measure]);
    rs_table_put(out, "%6.2f [%.2f, %.2f]", 100.0 * p.value, 100.0 * p.low, 100.0 * p.high);
}

static void add_models(const rs_compare_report *report, const size_t *order, rs_text *out)
{
    const rs_comparison *comparison = report->comparison;
    rs_text_add(out, "\n  top-1, % [95 % interval]\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "model");
    rs_table_column(out, RS_TABLE_NUMBER, "place");
    RS_TABLE_COLUMNS(out, RS_TABLE_RANGE, "ImageNet", "ReaL");
    for (size_t i = 0; i < comparison->models; ++i) {
        const size_t model = order[i];
        rs_table_row(out);
        rs_table_name(out, report->names[model]);
        rs_table_put(out, "%zu", i + 1);
        add_model_cell(comparison, model, RS_BY_IMAGENET, out);
        add_model_cell(comparison, model, RS_BY_REAL, out);
    }
    rs_table_end(out);
}

/* ---- two models ---- */

static void add_row(const char *what, char cells[RS_MEASURES][CELL_BYTES], rs_text *out)
{
    rs_table_row(out);
    rs_table_put(out, "%s", what);
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        rs_table_put(out, "%s", cells[measure]);
    }
}

static void add_count_row(const char *what, const uint64_t first, const uint64_t second,
                          rs_text *out)
{
    const uint64_t counts[RS_MEASURES] = {first, second};
    char cells[RS_MEASURES][CELL_BYTES];
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        (void)snprintf(cells[measure], CELL_BYTES, "%6s", RS_COUNT_TEXT(counts[measure]));
    }
    add_row(what, cells, out);
}

static void add_differences(const rs_comparison *comparison, rs_text *out)
{
    const rs_paired *by = comparison->pair[0].by;
    char cells[RS_MEASURES][CELL_BYTES];
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        char interval[INTERVAL_BYTES];
        interval_text(by[measure].score.low, by[measure].score.high, interval);
        (void)snprintf(cells[measure], CELL_BYTES, "%+6.2f %.40s",
                       rs_points(by[measure].difference), interval);
    }
    add_row("first - second, points", cells, out);
    for (int measure = 0; measure < RS_MEASURES && comparison->replicates > 0; ++measure) {
        char interval[INTERVAL_BYTES];
        bootstrap_text(&by[measure].bootstrap, interval);
        (void)snprintf(cells[measure], CELL_BYTES, "%6s %.40s", "", interval);
    }
    if (comparison->replicates > 0) {
        add_row("by bootstrap", cells, out);
    }
}

static void add_test(const rs_paired *by, rs_text *out)
{
    char cells[RS_MEASURES][CELL_BYTES];
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        (void)snprintf(cells[measure], CELL_BYTES, "%6s", RS_P_TEXT(by[measure].log_p));
    }
    add_row("McNemar, exact: p", cells, out);
    for (int measure = 0; measure < RS_MEASURES; ++measure) {
        char points[INTERVAL_BYTES] = "none";
        if (by[measure].detectable > 0.0) {
            (void)snprintf(points, sizeof points, "%.2f", 100.0 * by[measure].detectable);
        }
        (void)snprintf(cells[measure], CELL_BYTES, "%6s", points);
    }
    add_row("least to show in 80 %", cells, out);
}

static void add_pair_details(const rs_compare_report *report, rs_text *out)
{
    const rs_paired *by = report->comparison->pair[0].by;
    rs_text_add(out, "\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "first and second");
    RS_TABLE_COLUMNS(out, RS_TABLE_RANGE, "ImageNet", "ReaL");
    add_differences(report->comparison, out);
    add_count_row("only the first is right", by[0].first_only, by[1].first_only, out);
    add_count_row("only the second is right", by[0].second_only, by[1].second_only, out);
    add_count_row("both are right", by[0].both, by[1].both, out);
    add_count_row("neither is right", by[0].neither, by[1].neither, out);
    add_test(by, out);
    rs_table_end(out);
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

/* How a line of a pair fits: with both names where they have room whole, else the models' places
 * alone; and beside bootstraps, which images only one has right, where that has room too. */
typedef struct pair_look {
    bool names;
    bool alone;
    bool bootstrap;
} pair_look;

static pair_look look_of(const rs_compare_report *report)
{
    enum { LINE = 76, BOOTSTRAP = 18 };
    const bool bootstrap = report->comparison->replicates > 0;
    const size_t least = LINE + (bootstrap ? BOOTSTRAP : 0);
    const bool whole = report->columns == 0;
    return (pair_look){
        .names = whole || least + 2 * longest_name(report) <= report->columns,
        .alone = whole || !bootstrap || least <= report->columns,
        .bootstrap = bootstrap,
    };
}

/* "3 resnet50": a model's place in the order before its name, on a terminal. */
static void add_name(const rs_compare_report *report, const size_t *order, size_t at, bool names,
                     rs_text *out)
{
    const char *const name = report->names[order[at]];
    if (report->columns == 0) {
        rs_table_name(out, name);
    } else {
        rs_table_put(out, "%2zu%s%s", at + 1, names ? " " : "", names ? name : "");
    }
}

/* The paired numbers of A - B, where the comparison holds those of B - A. */
static rs_paired turned(const rs_paired *by)
{
    rs_paired paired = *by;
    paired.difference = 0.0 - by->difference; /* never -0 */
    paired.score.low = 0.0 - by->score.high;
    paired.score.high = 0.0 - by->score.low;
    paired.bootstrap.low = 0.0 - by->bootstrap.high;
    paired.bootstrap.high = 0.0 - by->bootstrap.low;
    paired.first_only = by->second_only;
    paired.second_only = by->first_only;
    return paired;
}

/* Models `a` and `b` of the order, in this order. */
static void add_pair_line(const rs_compare_report *report, const size_t *order, size_t a, size_t b,
                          rs_measure measure, pair_look look, rs_text *out)
{
    const rs_model_pair *pair = rs_comparison_pair(report->comparison, order[a], order[b]);
    char interval[INTERVAL_BYTES];
    const rs_paired paired = order[a] > order[b] ? turned(&pair->by[measure]) : pair->by[measure];
    interval_text(paired.score.low, paired.score.high, interval);
    rs_table_row(out);
    add_name(report, order, a, look.names, out);
    add_name(report, order, b, look.names, out);
    rs_table_put(out, "%+6.2f %s", rs_points(paired.difference), interval);
    if (look.bootstrap) {
        bootstrap_text(&paired.bootstrap, interval);
        rs_table_put(out, "%s", interval);
    }
    if (look.alone) {
        rs_table_count(out, paired.first_only);
        rs_table_count(out, paired.second_only);
    }
    rs_table_put(out, "%s", RS_P_TEXT(paired.log_p));
    rs_table_put(out, "%s", paired.holm_p > 0.0 ? RS_P_TEXT(log(paired.holm_p)) : "< 1e-300");
    rs_table_put(out, "%s", paired.significant ? "*" : "");
}

static void add_pair_columns(pair_look look, rs_text *out)
{
    rs_table_begin(out, 2);
    RS_TABLE_COLUMNS(out, RS_TABLE_KEY, " A", " B");
    rs_table_column(out, RS_TABLE_RANGE, " A - B [95 %]");
    if (look.bootstrap) {
        rs_table_column(out, RS_TABLE_RANGE, "by bootstrap");
    }
    if (look.alone) {
        RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "A alone", "B alone");
    }
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "p", "Holm");
    rs_table_column(out, RS_TABLE_WORDS, "*");
}

static void add_pairs(const rs_compare_report *report, const size_t *order, rs_measure measure,
                      rs_text *out)
{
    const rs_comparison *comparison = report->comparison;
    const pair_look look = look_of(report);
    const bool all = comparison->pair_count <= LISTED_PAIRS;
    if (comparison->total[measure] == 0) {
        return;
    }
    rs_text_printf(out, "\n  by %s: %s of %s pairs differ significantly (*: 5 %% after Holm)%s\n",
                   measure_titles[measure], RS_COUNT_TEXT(comparison->significant[measure]),
                   RS_COUNT_TEXT(comparison->pair_count), all ? "" : "; neighbours:");
    add_pair_columns(look, out);
    for (size_t i = 0; i + 1 < comparison->models; ++i) {
        const size_t last = all ? comparison->models : i + 2;
        for (size_t j = i + 1; j < last; ++j) {
            add_pair_line(report, order, i, j, measure, look, out);
        }
    }
    rs_table_end(out);
    add_power(comparison, measure, out);
}

/* Columns are called by places on a terminal, elsewhere by names. */
static void add_matrix_columns(const rs_compare_report *report, const size_t *order, rs_text *out)
{
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "");
    for (size_t i = 0; i < report->comparison->models; ++i) {
        char place[24];
        (void)snprintf(place, sizeof place, "%zu", i + 1);
        rs_table_column(out, RS_TABLE_NUMBER,
                        report->columns == 0 ? report->names[order[i]] : place);
    }
}

static void add_matrix(const rs_compare_report *report, const size_t *order, rs_text *out)
{
    const rs_comparison *comparison = report->comparison;
    enum { PLACE = 4, CELL = 8 };
    const size_t least = PLACE + CELL * comparison->models;
    if (comparison->models > MATRIX_MODELS || comparison->models < 3) {
        return;
    }
    if (report->columns > 0 && least > report->columns) {
        rs_text_add(out, "\n  same predictions: --agreement FILE.csv\n");
        return;
    }
    const bool names = least + 1 + longest_name(report) <= report->columns;
    rs_text_add(out, "\n  same prediction, % of the images\n");
    add_matrix_columns(report, order, out);
    for (size_t i = 0; i < comparison->models; ++i) {
        rs_table_row(out);
        add_name(report, order, i, names, out);
        for (size_t j = 0; j < i; ++j) {
            const rs_model_pair *pair = rs_comparison_pair(comparison, order[i], order[j]);
            rs_table_put(out, "%.2f",
                         100.0 * (double)pair->same_prediction / (double)comparison->images);
        }
    }
    rs_table_end(out);
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
    const rs_comparison *comparison = report->comparison;
    rs_text_add(out, "\n  intervals of differences: score interval of paired shares (Tango)");
    if (comparison->replicates > 0) {
        rs_text_printf(out,
                       ";\n    by bootstrap: images drawn anew for all models at once,\n"
                       "    %s replicates, seed %" PRIu64,
                       RS_COUNT_TEXT(comparison->replicates), comparison->seed);
    }
    rs_text_add(out, "\n");
}

/* Two models, in the order in which they were given. */
static void add_both(const rs_compare_report *report, rs_text *out)
{
    static const size_t as_given[] = {0, 1};
    const rs_comparison *comparison = report->comparison;
    const rs_model_pair *pair = &comparison->pair[0];
    add_models(report, as_given, out);
    add_pair_details(report, out);
    rs_text_printf(out, "\n  same prediction on %s image%s, %.2f %%\n",
                   RS_COUNT_TEXT(pair->same_prediction), rs_plural(pair->same_prediction),
                   100.0 * (double)pair->same_prediction / (double)comparison->images);
    rs_compare_slices_table(report, out);
    add_intervals(report, out);
}

static void add_all(const rs_compare_report *report, const size_t *order, rs_text *out)
{
    const rs_comparison *comparison = report->comparison;
    rs_text_printf(out, "%zu models on the same %s image%s\n", comparison->models,
                   RS_COUNT_TEXT(comparison->images), rs_plural(comparison->images));
    if (comparison->models == 2) {
        add_both(report, out);
        return;
    }
    add_models(report, order, out);
    add_pairs(report, order, RS_BY_IMAGENET, out);
    add_pairs(report, order, RS_BY_REAL, out);
    add_matrix(report, order, out);
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
