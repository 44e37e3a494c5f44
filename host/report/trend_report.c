/* trend_report.c - lines, break, labels and who departs from the trend, for the terminal and as
 * CSV. */
#include "report/trend_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/csv_cell.h"
#include "base/visible.h"
#include "report/cells.h"
#include "report/wording.h"

/* How many models are named at either end. */
enum { NAMED_MODELS = 5 };

/* ---- the table ---- */

static void add_line(const char *name, const rs_line_fit *line, const rs_line_errors *errors,
                     rs_text *out)
{
    rs_table_row(out);
    rs_table_put(out, "%s", name);
    rs_table_count(out, line->points);
    if (line->reason != NULL) {
        return;
    }
    if (errors->reason != NULL) {
        rs_table_put(out, "%.3f", line->slope);
        return;
    }
    rs_table_put(out, "%.3f [%.3f, %.3f]", line->slope, errors->slope_low, errors->slope_high);
    rs_table_put(out, "%.3f", errors->slope_stderr);
    rs_table_put(out, "%.3f", line->r_squared);
    rs_table_put(out, "%.2f", 100.0 * line->residual_sd);
}

/* Why a line has no numbers. */
static void add_reason(const char *name, const rs_line_fit *line, const rs_line_errors *errors,
                       rs_text *out)
{
    if (line->reason != NULL) {
        rs_text_printf(out, "  %s: no line: %s\n", name, line->reason);
    } else if (errors->reason != NULL) {
        rs_text_printf(out, "  %s: no error: %s\n", name, errors->reason);
    }
}

/* Where a name stands for several results nothing is said of models. */
static const char *noun(const rs_trend_origin *origin, const rs_trend *trend)
{
    return origin->models > 0 && origin->models < trend->count ? "results" : "models";
}

/* What the errors allow for. */
static void add_kind(const rs_trend *trend, const rs_trend_origin *origin, rs_text *out)
{
    if (trend->group_count > 0) {
        rs_text_printf(out, "  stderr: %s of one ", noun(origin, trend));
        rs_text_name(out, origin->group);
        rs_text_printf(out, " are not independent (clustered, %s of them)\n",
                       RS_COUNT_TEXT(trend->group_count));
    } else {
        rs_text_printf(out,
                       "  stderr: the scatter may change along the line (HC3); %s are taken for "
                       "independent, see --group\n",
                       noun(origin, trend));
    }
}

static void add_lines(const rs_trend *trend, const rs_trend_origin *origin, rs_text *out)
{
    char name[64];
    char all[64];
    rs_text_add(out, "\n  ReaL on ImageNet accuracy\n");
    rs_table_begin(out, 2);
    rs_table_column(out, RS_TABLE_KEY, "line");
    rs_table_column(out, RS_TABLE_NUMBER, noun(origin, trend));
    rs_table_column(out, RS_TABLE_RANGE, "slope [95 %]");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "stderr", "R^2", "scatter");
    (void)snprintf(all, sizeof all, "all %s", noun(origin, trend));
    (void)snprintf(name, sizeof name, "lower half, to %.2f %%", 100.0 * trend->median);
    add_line(all, &trend->all, &trend->all_line.errors, out);
    add_line(name, &trend->lower, &trend->lower_line.errors, out);
    add_line("upper half", &trend->upper, &trend->upper_line.errors, out);
    rs_table_end(out);
    add_reason(all, &trend->all, &trend->all_line.errors, out);
    add_reason("lower half", &trend->lower, &trend->lower_line.errors, out);
    add_reason("upper half", &trend->upper, &trend->upper_line.errors, out);
    add_kind(trend, origin, out);
    const rs_slope_errors *slopes = &trend->slope_errors;
    if (trend->slopes.reason != NULL || slopes->reason != NULL) {
        return;
    }
    rs_text_printf(out,
                   "\n  the slopes of the halves differ by %.3f [%.3f, %.3f]\n"
                   "    p = %s (t %.2f, %.1f degrees of freedom)\n",
                   trend->slopes.difference, slopes->low, slopes->high,
                   RS_P_TEXT(slopes->test.log_p), slopes->test.t, slopes->test.df);
}

/* ---- what alone moves it ---- */

static void add_item(const rs_trend *trend, size_t item, size_t points, rs_text *out)
{
    if (trend->group_count > 0) {
        rs_text_name(out, trend->group_name[item]);
        rs_text_printf(out, " (%s)", RS_COUNT_TEXT(points));
    } else {
        rs_text_add(out, trend->model[item].point.name);
    }
}

/* The one that moves the slope most, and all others that move it by more than its error. */
static void add_influence(const char *name, const rs_line_fit *line, const rs_influences *found,
                          const rs_trend *trend, rs_text *out)
{
    for (size_t i = 0; i < found->count && (i == 0 || found->most[i].beyond); ++i) {
        const rs_influence *const one = &found->most[i];
        rs_table_row(out);
        if (i == 0) {
            rs_table_put(out, "%s", name);
        } else {
            rs_table_same(out);
        }
        rs_table_put(out, "%.3f", line->slope);
        rs_table_put(out, "%.3f", one->slope);
        rs_table_put(out, "%+.3f", one->shift);
        rs_table_put(out, "%s", one->beyond ? "*" : "");
        rs_table_cell(out);
        add_item(trend, one->item, one->points, out);
    }
}

static void add_more(const char *name, const rs_influences *found, rs_text *out)
{
    if (found->beyond > RS_INFLUENCES) {
        rs_text_printf(out, "    %s: and %zu more that move it by more than its error\n", name,
                       found->beyond - RS_INFLUENCES);
    }
}

static void add_influences(const rs_trend *trend, rs_text *out)
{
    const rs_trend_break *const mover = &trend->mover;
    if (trend->all_line.influence.count == 0) {
        return;
    }
    rs_text_add(out, "\n  what alone moves a slope most (*: by more than its error)\n");
    rs_table_begin(out, 4);
    rs_table_column(out, RS_TABLE_WORDS, "line");
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "slope", "left", "by");
    rs_table_column(out, RS_TABLE_WORDS, "*");
    rs_table_column(out, RS_TABLE_PROSE, "without");
    add_influence("all", &trend->all, &trend->all_line.influence, trend, out);
    add_influence("lower half", &trend->lower, &trend->lower_line.influence, trend, out);
    add_influence("upper half", &trend->upper, &trend->upper_line.influence, trend, out);
    rs_table_end(out);
    add_more("all", &trend->all_line.influence, out);
    add_more("lower half", &trend->lower_line.influence, out);
    add_more("upper half", &trend->upper_line.influence, out);
    if (mover->known) {
        rs_text_printf(out, "    the break would be at %.2f %% without ", 100.0 * mover->break_x);
        add_item(trend, mover->item, mover->points, out);
        rs_text_add(out, "\n");
    }
}

/* ---- the break ---- */

static void add_interval(const rs_break_interval *interval, rs_text *out)
{
    rs_text_printf(out, "%s%.2f, %.2f%s", interval->low_is_open ? "(at most " : "[",
                   100.0 * interval->low, 100.0 * interval->high,
                   interval->high_is_open ? " or more)" : "]");
}

static void add_break_test(const rs_trend *trend, rs_text *out)
{
    const rs_broken_stick *const stick = &trend->stick;
    char f[32] = "infinite"; /* all models lie on the two lines */
    if (isfinite(stick->f)) {
        (void)snprintf(f, sizeof f, "%.2f", stick->f);
    }
    rs_text_printf(out,
                   "    against no break: F = %s, p = %s (%s of %s bootstrap replicates "
                   "bend as much, seed %" PRIu64 "%s)\n",
                   f, RS_P_TEXT(log(stick->p)), RS_COUNT_TEXT(stick->exceeding),
                   RS_COUNT_TEXT(stick->replicates), stick->seed,
                   trend->group_count > 0 ? ", groups drawn as a whole" : "");
}

static void add_stick(const rs_trend *trend, const rs_trend_origin *origin, rs_text *out)
{
    const rs_broken_stick *const stick = &trend->stick;
    const rs_stick_errors *const errors = &stick->errors;
    if (stick->reason != NULL) {
        rs_text_printf(out, "\n  no break was looked for: %s\n", stick->reason);
        return;
    }
    const char *const lower = RS_COUNT_TEXT(stick->lower_points);
    const char *const upper = RS_COUNT_TEXT(stick->points - stick->lower_points);
    rs_text_printf(out, "\n  the break that fits best is at %.2f %% ImageNet accuracy",
                   100.0 * stick->break_x);
    if (errors->reason == NULL) {
        rs_text_add(out, ", 95 % interval ");
        add_interval(&errors->interval, out);
        rs_text_printf(out, "\n    slope %.3f +- %.3f up to it (%s %s), %.3f +- %.3f above (%s)\n",
                       stick->lower_slope, errors->lower_stderr, lower, noun(origin, trend),
                       stick->upper_slope, errors->upper_stderr, upper);
    } else {
        rs_text_printf(out, "\n    slope %.3f up to it (%s %s), %.3f above (%s); no errors: %s\n",
                       stick->lower_slope, lower, noun(origin, trend), stick->upper_slope, upper,
                       errors->reason);
    }
    if (stick->replicates > 0) {
        add_break_test(trend, out);
    }
}

/* ---- labels and models ---- */

static void add_labels(const rs_trend *trend, const rs_trend_origin *origin, rs_text *out)
{
    const rs_trend_labels *labels = &trend->labels;
    if (!labels->known) {
        return;
    }
    rs_text_printf(out,
                   "\n  the original labels themselves%s: ImageNet 100, ReaL %.2f (%s of "
                   "%s)\n    %s with a higher ReaL accuracy: %s\n",
                   origin->published ? " (as published)" : "", 100.0 * labels->real,
                   RS_COUNT_TEXT(labels->correct), RS_COUNT_TEXT(labels->total),
                   noun(origin, trend), RS_COUNT_TEXT(labels->models_above));
}

static void add_model(const rs_trend_model *model, rs_text *out)
{
    rs_table_row(out);
    rs_table_put(out, "%.2f", 100.0 * model->point.imagenet);
    rs_table_put(out, "%.2f", 100.0 * model->point.real);
    rs_table_put(out, "%+.2f", rs_points(model->trend_residual));
    if (model->trend_stderr > 0.0) {
        rs_table_put(out, "%.2f", 100.0 * model->trend_stderr);
    } else {
        rs_table_cell(out);
    }
    rs_table_name(out, model->point.name);
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
    rs_text_printf(out, "\n  gain %s than the trend%s\n", low ? "less" : "more",
                   trend->stick.reason == NULL ? " (the broken line)" : "");
    rs_table_begin(out, 4);
    RS_TABLE_COLUMNS(out, RS_TABLE_NUMBER, "ImageNet", "ReaL", "residual", "+- error");
    rs_table_column(out, RS_TABLE_PROSE, "model");
    for (int i = 0; i < NAMED_MODELS; ++i) {
        model = next_model(trend, model, low);
        if (model == NULL || (low ? model->trend_residual >= 0.0 : model->trend_residual <= 0.0)) {
            break;
        }
        add_model(model, out);
    }
    rs_table_end(out);
}

void rs_trend_table_text(const rs_trend *trend, const rs_trend_origin *origin, rs_text *out)
{
    rs_text_printf(out, "%s %s", RS_COUNT_TEXT(trend->count), noun(origin, trend));
    if (origin->models > 0 && origin->models < trend->count) {
        rs_text_printf(out, " of %s models", RS_COUNT_TEXT(origin->models));
    }
    rs_text_add(out, " from");
    for (size_t i = 0; i < origin->path_count; ++i) {
        rs_text_add(out, i > 0 ? ", " : " ");
        rs_text_name(out, origin->paths[i]);
    }
    rs_text_add(out, "\n");
    if (origin->left_out > 0) {
        rs_text_printf(out, "  %s left out: they lack an accuracy\n",
                       RS_COUNT_TEXT(origin->left_out));
    }
    add_lines(trend, origin, out);
    add_stick(trend, origin, out);
    add_influences(trend, out);
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
    rs_text_printf(out, "model,imagenet_top1,real_top1,half,line_residual,trend_residual,"
                        "line_residual_stderr,trend_residual_stderr,group\n");
    for (size_t i = 0; i < trend->count; ++i) {
        const rs_trend_model *model = &trend->model[i];
        rs_text_csv_cell(out, model->point.name);
        rs_text_printf(out, ",%.2f,%.2f,%s", 100.0 * model->point.imagenet,
                       100.0 * model->point.real, model->upper ? "upper" : "lower");
        if (trend->all.reason == NULL) {
            rs_text_printf(out, ",%.2f,%.2f", rs_points(model->line_residual),
                           rs_points(model->trend_residual));
        } else {
            rs_text_add(out, ",,");
        }
        if (model->trend_stderr > 0.0) {
            rs_text_printf(out, ",%.2f,%.2f,", 100.0 * model->line_stderr,
                           100.0 * model->trend_stderr);
        } else {
            rs_text_add(out, ",,,");
        }
        if (model->point.group != NULL) {
            rs_text_csv_cell(out, model->point.group);
        }
        rs_text_add(out, "\n");
    }
}
