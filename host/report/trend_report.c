/* trend_report.c - lines, break, labels and who departs from the trend. */
#include "report/trend_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "report/json_begin.h"
#include "report/wording.h"

/* How many models are named at either end. */
enum { NAMED_MODELS = 5 };

/* ---- the table ---- */

static void add_line(const char *name, const rs_line_fit *line, rs_text *out)
{
    char points[RS_COUNT_TEXT_BYTES];
    rs_text_printf(out, "  %-26s %7s", name, rs_count_text(line->points, points));
    if (line->reason != NULL) {
        rs_text_printf(out, "  no line: %s\n", line->reason);
        return;
    }
    rs_text_printf(out, "  %6.3f  %6.3f  [%.3f, %.3f]  %6.3f  %7.2f\n", line->slope,
                   line->slope_stderr, line->slope_low, line->slope_high, line->r_squared,
                   100.0 * line->residual_sd);
}

static void add_lines(const rs_trend *trend, rs_text *out)
{
    char lower[64];
    rs_text_printf(out, "\n  %-26s %7s  %6s  %6s  %-14s  %6s  %7s\n", "ReaL on ImageNet accuracy",
                   "models", "slope", "stderr", "95 % interval", "R^2", "scatter");
    add_line("all models", &trend->all, out);
    (void)snprintf(lower, sizeof lower, "lower half, up to %.2f %%", 100.0 * trend->median);
    add_line(lower, &trend->lower, out);
    add_line("upper half", &trend->upper, out);
    const rs_slope_difference *slopes = &trend->slopes;
    if (slopes->reason != NULL) {
        return;
    }
    char welch[RS_P_TEXT_BYTES];
    char pooled[RS_P_TEXT_BYTES];
    rs_text_printf(out,
                   "\n  the slopes of the halves differ by %.3f [%.3f, %.3f]\n"
                   "    p = %s (each half with a scatter of its own: t %.2f, %.1f degrees "
                   "of freedom)\n",
                   slopes->difference, slopes->low, slopes->high,
                   rs_p_text(slopes->welch.log_p, welch), slopes->welch.t, slopes->welch.df);
    rs_text_printf(out, "    p = %s (one scatter for both: t %.2f, %.0f degrees of freedom)\n",
                   rs_p_text(slopes->pooled.log_p, pooled), slopes->pooled.t, slopes->pooled.df);
}

static void add_stick(const rs_broken_stick *stick, rs_text *out)
{
    if (stick->reason != NULL) {
        rs_text_printf(out, "\n  no break was looked for: %s\n", stick->reason);
        return;
    }
    char lower[RS_COUNT_TEXT_BYTES];
    char upper[RS_COUNT_TEXT_BYTES];
    rs_text_printf(out,
                   "\n  the break that fits best is at %.2f %% ImageNet accuracy, 95 %% "
                   "interval %s%.2f, %.2f%s\n",
                   100.0 * stick->break_x, stick->low_is_open ? "(at most " : "[",
                   100.0 * stick->break_low, 100.0 * stick->break_high,
                   stick->high_is_open ? " or more)" : "]");
    rs_text_printf(out, "    slope %.3f +- %.3f up to it (%s models), %.3f +- %.3f above (%s)\n",
                   stick->lower_slope, stick->lower_stderr,
                   rs_count_text(stick->lower_points, lower), stick->upper_slope,
                   stick->upper_stderr, rs_count_text(stick->points - stick->lower_points, upper));
    if (stick->replicates == 0) {
        return;
    }
    char replicates[RS_COUNT_TEXT_BYTES];
    char exceeding[RS_COUNT_TEXT_BYTES];
    char p[RS_P_TEXT_BYTES];
    char f[32] = "infinite"; /* all models lie on the two lines */
    if (isfinite(stick->f)) {
        (void)snprintf(f, sizeof f, "%.2f", stick->f);
    }
    rs_text_printf(out,
                   "    against no break: F = %s, p = %s (%s of %s bootstrap replicates "
                   "bend as much, seed %" PRIu64 ")\n",
                   f, rs_p_text(log(stick->p), p), rs_count_text(stick->exceeding, exceeding),
                   rs_count_text(stick->replicates, replicates), stick->seed);
}

static void add_labels(const rs_trend *trend, const rs_trend_origin *origin, rs_text *out)
{
    const rs_trend_labels *labels = &trend->labels;
    char correct[RS_COUNT_TEXT_BYTES];
    char total[RS_COUNT_TEXT_BYTES];
    char above[RS_COUNT_TEXT_BYTES];
    if (!labels->known) {
        return;
    }
    rs_text_printf(out,
                   "\n  the original labels themselves%s: ImageNet 100, ReaL %.2f (%s of "
                   "%s)\n    models with a higher ReaL accuracy: %s",
                   origin->published ? " (as published)" : "", 100.0 * labels->real,
                   rs_count_text(labels->correct, correct), rs_count_text(labels->total, total),
                   rs_count_text(labels->models_above, above));
    if (trend->upper.reason == NULL) {
        rs_text_printf(out, "; the upper half's line reaches %.2f at 100",
                       100.0 * labels->line_at_100);
    }
    rs_text_add(out, "\n");
}

static void add_model(const rs_trend_model *model, rs_text *out)
{
    rs_text_printf(out, "    %8.2f  %5.2f  %+8.2f  %s\n", 100.0 * model->point.imagenet,
                   100.0 * model->point.real, 100.0 * model->trend_residual, model->point.name);
}

/* The model that departs most after `previous`, the lowest residual first when `low`; equal ones in
 * their order. NULL: none left. */
static const rs_trend_model *next_model(const rs_trend *trend, const rs_trend_model *previous,
                                        bool low)
{
    const double sign = low ? 1.0 : -1.0;
    const rs_trend_model *best = NULL;
    for (size_t i = 0; i < trend->count; ++i) {
        const rs_trend_model *at = &trend->model[i];
        const double value = sign * at->trend_residual;
        if (previous != NULL) {
            const double last = sign * previous->trend_residual;
            if (value < last || (value == last && at <= previous)) {
                continue;
            }
        }
        if (best == NULL || value < sign * best->trend_residual) {
            best = at;
        }
    }
    return best;
}

static void add_departures(const rs_trend *trend, bool low, rs_text *out)
{
    const rs_trend_model *model = NULL;
    rs_text_printf(out, "\n  gain %s than the trend%s\n    ImageNet   ReaL  residual  model\n",
                   low ? "less" : "more", trend->stick.reason == NULL ? " (the broken line)" : "");
    for (int i = 0; i < NAMED_MODELS; ++i) {
        model = next_model(trend, model, low);
        if (model == NULL || (low ? model->trend_residual >= 0.0 : model->trend_residual <= 0.0)) {
            break;
        }
        add_model(model, out);
    }
}

void rs_trend_table_text(const rs_trend *trend, const rs_trend_origin *origin, rs_text *out)
{
    char count[RS_COUNT_TEXT_BYTES];
    rs_text_printf(out, "%s models from", rs_count_text(trend->count, count));
    for (size_t i = 0; i < origin->path_count; ++i) {
        rs_text_printf(out, "%s %s", i > 0 ? "," : "", origin->paths[i]);
    }
    if (origin->left_out > 0) {
        rs_text_printf(out, " (%s left out: they lack an accuracy)",
                       rs_count_text(origin->left_out, count));
    }
    rs_text_add(out, "\n");
    add_lines(trend, out);
    add_stick(&trend->stick, out);
    add_labels(trend, origin, out);
    if (trend->all.reason != NULL) {
        return;
    }
    add_departures(trend, true, out);
    add_departures(trend, false, out);
}

/* ---- CSV ---- */

void rs_trend_csv(const rs_trend *trend, rs_text *out)
{
    rs_text_printf(out, "model,imagenet_top1,real_top1,half,line_residual,trend_residual\n");
    for (size_t i = 0; i < trend->count; ++i) {
        const rs_trend_model *model = &trend->model[i];
        rs_text_csv_cell(out, model->point.name);
        rs_text_printf(out, ",%.2f,%.2f,%s", 100.0 * model->point.imagenet,
                       100.0 * model->point.real, model->upper ? "upper" : "lower");
        if (trend->all.reason == NULL) {
            rs_text_printf(out, ",%.2f,%.2f\n", 100.0 * model->line_residual,
                           100.0 * model->trend_residual);
        } else {
            rs_text_add(out, ",,\n");
        }
    }
}

/* ---- JSON ---- */

static void add_interval(rs_json *to, const char *name, double low, double high)
{
    rs_json *interval = rs_json_add_array(to, name);
    rs_json_add_number(interval, NULL, low);
    rs_json_add_number(interval, NULL, high);
}

static void add_p(rs_json *to, double log_p)
{
    rs_json_add_number(to, "p", exp(log_p));
    rs_json_add_number(to, "log10_p", log_p / log(10.0));
}

static void add_json_line(rs_json *root, const char *name, const rs_line_fit *line)
{
    rs_json *to = rs_json_add_object(root, name);
    rs_json_add_integer(to, "models", line->points);
    if (line->reason != NULL) {
        rs_json_add_null(to, "slope");
        rs_json_add_text(to, "reason", line->reason);
        return;
    }
    rs_json_add_number(to, "slope", line->slope);
    rs_json_add_number(to, "slope_stderr", line->slope_stderr);
    add_interval(to, "slope_ci95", line->slope_low, line->slope_high);
    rs_json_add_number(to, "intercept", line->intercept);
    rs_json_add_number(to, "intercept_stderr", line->intercept_stderr);
    rs_json_add_number(to, "rss", line->rss);
    rs_json_add_number(to, "residual_sd", line->residual_sd);
    rs_json_add_number(to, "r_squared", line->r_squared);
}

static void add_json_test(rs_json *root, const char *name, const rs_slope_test *test)
{
    rs_json *to = rs_json_add_object(root, name);
    rs_json_add_number(to, "stderr", test->stderr_value);
    rs_json_add_number(to, "t", test->t);
    rs_json_add_number(to, "df", test->df);
    add_p(to, test->log_p);
}

static void add_json_slopes(rs_json *root, const rs_slope_difference *slopes)
{
    rs_json *to = rs_json_add_object(root, "slope_difference");
    if (slopes->reason != NULL) {
        rs_json_add_null(to, "value");
        rs_json_add_text(to, "reason", slopes->reason);
        return;
    }
    rs_json_add_number(to, "value", slopes->difference);
    add_interval(to, "ci95", slopes->low, slopes->high);
    add_json_test(to, "welch", &slopes->welch);
    add_json_test(to, "pooled", &slopes->pooled);
}

static void add_json_stick(rs_json *root, const rs_broken_stick *stick)
{
    rs_json *to = rs_json_add_object(root, "broken_stick");
    if (stick->reason != NULL) {
        rs_json_add_null(to, "break");
        rs_json_add_text(to, "reason", stick->reason);
        return;
    }
    rs_json_add_number(to, "break", stick->break_x);
    add_interval(to, "break_ci95", stick->break_low, stick->break_high);
    rs_json_add_bool(to, "ci95_open_below", stick->low_is_open);
    rs_json_add_bool(to, "ci95_open_above", stick->high_is_open);
    rs_json_add_number(to, "break_stderr", stick->break_stderr);
    rs_json_add_number(to, "real_at_break", stick->break_y);
    add_interval(to, "searched", stick->search_low, stick->search_high);
    rs_json_add_integer(to, "models_up_to_break", stick->lower_points);
    rs_json_add_number(to, "lower_slope", stick->lower_slope);
    rs_json_add_number(to, "lower_slope_stderr", stick->lower_stderr);
    rs_json_add_number(to, "upper_slope", stick->upper_slope);
    rs_json_add_number(to, "upper_slope_stderr", stick->upper_stderr);
    rs_json_add_number(to, "rss", stick->rss);
    rs_json_add_number(to, "residual_sd", stick->residual_sd);
    rs_json_add_number(to, "f", stick->f);
    if (stick->replicates == 0) {
        rs_json_add_null(to, "p");
        return;
    }
    rs_json_add_number(to, "p", stick->p);
    rs_json_add_integer(to, "replicates", stick->replicates);
    rs_json_add_integer(to, "exceeding", stick->exceeding);
    rs_json_add_integer(to, "seed", stick->seed);
}

static void add_json_labels(rs_json *root, const rs_trend *trend, const rs_trend_origin *origin)
{
    const rs_trend_labels *labels = &trend->labels;
    if (!labels->known) {
        rs_json_add_null(root, "original_labels");
        return;
    }
    rs_json *to = rs_json_add_object(root, "original_labels");
    rs_json_add_text(to, "real", origin->labels_path);
    rs_json_add_bool(to, "published", origin->published);
    rs_json_add_number(to, "imagenet_top1", 1.0);
    rs_json_add_number(to, "real_top1", labels->real);
    rs_json_add_integer(to, "correct", labels->correct);
    rs_json_add_integer(to, "total", labels->total);
    rs_json_add_integer(to, "models_above", labels->models_above);
    if (trend->upper.reason == NULL) {
        rs_json_add_number(to, "upper_line_at_100", labels->line_at_100);
    } else {
        rs_json_add_null(to, "upper_line_at_100");
    }
}

static void add_json_models(rs_json *root, const rs_trend *trend)
{
    rs_json *models = rs_json_add_array(root, "models");
    for (size_t i = 0; i < trend->count; ++i) {
        const rs_trend_model *model = &trend->model[i];
        rs_json *to = rs_json_object();
        rs_json_add_text(to, "model", model->point.name);
        rs_json_add_number(to, "imagenet_top1", model->point.imagenet);
        rs_json_add_number(to, "real_top1", model->point.real);
        rs_json_add_text(to, "half", model->upper ? "upper" : "lower");
        if (trend->all.reason == NULL) {
            rs_json_add_number(to, "line_residual", model->line_residual);
            rs_json_add_number(to, "trend_residual", model->trend_residual);
        } else {
            rs_json_add_null(to, "line_residual");
            rs_json_add_null(to, "trend_residual");
        }
        rs_json_add(models, NULL, to);
    }
}

void rs_trend_json(const rs_trend *trend, const rs_trend_origin *origin, rs_text *out)
{
    rs_json *root = rs_json_begin(RS_TREND_SCHEMA);
    rs_json *files = rs_json_add_array(root, "files");
    for (size_t i = 0; i < origin->path_count; ++i) {
        rs_json_add_text(files, NULL, origin->paths[i]);
    }
    rs_json_add_integer(root, "left_out", origin->left_out);
    rs_json_add_number(root, "median", trend->median);
    add_json_line(root, "all", &trend->all);
    add_json_line(root, "lower", &trend->lower);
    add_json_line(root, "upper", &trend->upper);
    add_json_slopes(root, &trend->slopes);
    add_json_stick(root, &trend->stick);
    add_json_labels(root, trend, origin);
    add_json_models(root, trend);
    rs_json_finish(root, out);
}
