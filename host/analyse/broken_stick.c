/* broken_stick.c - every split in turn, from running sums.
 *
 * For a split into lower and upper points the two separate lines have sum of squares S and miss
 * each other at x by D(x), which is linear. Making them meet at x costs D(x)^2 / V(x) more, V(x)
 * the variance of D(x) in units of that of the points. So the profile of the sum of squares over
 * the break is S + D^2/V, whose only minimum is D = 0 or an end of the interval between the two
 * neighbouring points. All is done on the residuals of the straight line, whose slope is added
 * back: a line more or less changes neither fit, and nothing large cancels. A sum of squares that
 * rounding alone can give is 0, and of breaks that fit equally well but for rounding the lowest is
 * taken: models that lie on two lines have an exact break, and no scatter.
 */
#include "analyse/broken_stick.h"
#include "analyse/broken_stick_impl.h"

#include <math.h>
#include <stdlib.h>

#include "analyse/line_fit.h"
#include "base/checked.h"
#include "base/error.h"

/* ---- the design ---- */

static rs_status make_design(const double *x, const rs_line_fit *line, size_t least,
                             stick_design *design, rs_error *error)
{
    const size_t points = line->points;
    RS_TRY(RS_NEW(&design->x, points, "accuracies", error));
    RS_TRY(RS_NEW(&design->splits, points, "places of a break", error));
    design->points = points;
    double all[2] = {0.0, 0.0}; /* sums of x and x^2 */
    for (size_t i = 0; i < points; ++i) {
        design->x[i] = x[i] - line->mean_x;
        all[0] += design->x[i];
        all[1] += design->x[i] * design->x[i];
    }
    design->spread = all[1];
    double sum[2] = {0.0, 0.0};
    for (size_t lower = 1; lower < points; ++lower) {
        const double last = design->x[lower - 1];
        sum[0] += last;
        sum[1] += last * last;
        const double n[2] = {(double)lower, (double)(points - lower)};
        const double mean[2] = {sum[0] / n[0], (all[0] - sum[0]) / n[1]};
        const stick_split split = {
            .lower = lower,
            .from = last,
            .to = design->x[lower],
            .count = {n[0], n[1]},
            .mean = {mean[0], mean[1]},
            .spread = {sum[1] - sum[0] * mean[0], all[1] - sum[1] - (all[0] - sum[0]) * mean[1]},
        };
        if (lower >= least && points - lower >= least && split.from < split.to &&
            split.spread[0] > 1e-12 * all[1] && split.spread[1] > 1e-12 * all[1]) {
            design->splits[design->split_count++] = split;
        }
    }
    return RS_OK;
}

static void clear_design(stick_design *design)
{
    free(design->x);
    free(design->splits);
}

/* ---- one split ---- */

/* From the sums of y and x y of the lower and of the upper points, and of all y^2. */
static stick_lines fit_sides(const stick_split *split, const double y[2], const double xy[2],
                             double yy)
{
    stick_lines lines = {.rss = yy};
    for (int side = 0; side < 2; ++side) {
        lines.mean_y[side] = y[side] / split->count[side];
        const double products = xy[side] - split->mean[side] * y[side];
        lines.slope[side] = products / split->spread[side];
        lines.rss -= lines.mean_y[side] * y[side] + lines.slope[side] * products;
    }
    lines.gap_slope = lines.slope[1] - lines.slope[0];
    lines.gap_start = lines.mean_y[1] - lines.slope[1] * split->mean[1] - lines.mean_y[0] +
                      lines.slope[0] * split->mean[0];
    return lines;
}

static void consider(stick_best *best, double rss, double at, size_t split)
{
    if (rss < best->rss - best->rounding) {
        best->rss = rss > best->rounding ? rss : 0.0;
        best->at = at;
        best->split = split;
    }
}

/* Where the lines of a split cross: at one of its ends if they do so but for rounding. May be
 * anything for lines that are one. */
static double crossing_of(const stick_design *design, const stick_split *split,
                          const stick_lines *lines)
{
    const double crossing = -lines->gap_start / lines->gap_slope;
    const double rounding = 1e-12 * (design->x[design->points - 1] - design->x[0]);
    if (fabs(crossing - split->from) <= rounding) {
        return split->from;
    }
    return fabs(crossing - split->to) <= rounding ? split->to : crossing;
}

static void consider_split(const stick_design *design, stick_best *best, const stick_lines *lines,
                           size_t index)
{
    const stick_split *const split = &design->splits[index];
    const double crossing = crossing_of(design, split, lines);
    if (crossing >= split->from && crossing <= split->to) {
        consider(best, lines->rss, crossing, index);
    } else {
        consider(best, lines->rss + rs_stick_excess(split, lines, split->from), split->from, index);
        consider(best, lines->rss + rs_stick_excess(split, lines, split->to), split->to, index);
    }
}

/* ---- all splits ---- */

/* `all_lines` [split_count], or NULL. */
static stick_best search(const stick_design *design, const double *y, stick_lines *all_lines)
{
    double all_y = 0.0;
    double all_xy = 0.0;
    double yy = 0.0;
    for (size_t i = 0; i < design->points; ++i) {
        all_y += y[i];
        all_xy += design->x[i] * y[i];
        yy += y[i] * y[i];
    }
    stick_best best = {.rss = INFINITY};
    best.rounding = design->rounding + RS_ROUNDING * (double)design->points * yy;
    best.line_rss = yy - all_y * all_y / (double)design->points - all_xy * all_xy / design->spread;
    best.line_rss = best.line_rss > best.rounding ? best.line_rss : 0.0;
    double sum_y = 0.0;
    double sum_xy = 0.0;
    size_t next = 0;
    for (size_t s = 0; s < design->split_count; ++s) {
        const stick_split *split = &design->splits[s];
        for (; next < split->lower; ++next) {
            sum_y += y[next];
            sum_xy += design->x[next] * y[next];
        }
        const double side_y[2] = {sum_y, all_y - sum_y};
        const double side_xy[2] = {sum_xy, all_xy - sum_xy};
        const stick_lines lines = fit_sides(split, side_y, side_xy, yy);
        consider_split(design, &best, &lines, s);
        if (all_lines != NULL) {
            all_lines[s] = lines;
        }
    }
    return best;
}

/* Two lines without scatter bend infinitely or not at all. */
static double bend(const stick_best *best)
{
    if (best->rss > 0.0) {
        return fmax(best->line_rss - best->rss, 0.0) / best->rss;
    }
    return best->line_rss > 0.0 ? INFINITY : 0.0;
}

/* ---- the fit ---- */

/* The lines of the best split, made to meet at the break. */
static void fill_stick(const stick_design *design, const rs_line_fit *line, const stick_best *best,
                       const stick_lines *all_lines, rs_broken_stick *stick)
{
    const stick_split *split = &design->splits[best->split];
    const stick_lines *lines = &all_lines[best->split];
    const double variance = rs_stick_miss_variance(split, best->at);
    const double pull = (lines->gap_start + lines->gap_slope * best->at) / variance;
    const double away[2] = {best->at - split->mean[0], best->at - split->mean[1]};
    const double lower = lines->slope[0] + pull * away[0] / split->spread[0];
    const double upper = lines->slope[1] - pull * away[1] / split->spread[1];
    stick->rss = best->rss;
    stick->line_rss = best->line_rss;
    stick->df = (double)design->points - 4.0;
    stick->residual_sd = sqrt(stick->rss / stick->df);
    stick->f = 0.5 * stick->df * bend(best);
    stick->break_x = best->at;
    stick->break_y = lines->mean_y[0] + pull / split->count[0] + lower * away[0] + line->mean_y +
                     line->slope * best->at;
    stick->break_stderr = stick->residual_sd * sqrt(variance) / fabs(upper - lower);
    stick->lower_slope = line->slope + lower;
    stick->upper_slope = line->slope + upper;
    stick->lower_stderr = stick->residual_sd / sqrt(split->spread[0]);
    stick->upper_stderr = stick->residual_sd / sqrt(split->spread[1]);
    for (size_t i = 0; i < design->points; ++i) {
        stick->lower_points += design->x[i] <= best->at;
    }
    stick->break_x += line->mean_x;
}

static rs_status fit_design(const stick_design *design, const rs_line_fit *line, const double *x,
                            const double *y, const rs_groups *groups, rs_broken_stick *stick,
                            rs_error *error)
{
    double *residual = NULL;
    stick_lines *lines = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&residual, design->points, "residuals", error));
    RS_TRY_DONE(RS_NEW(&lines, design->split_count, "lines of a fit", error));
    for (size_t i = 0; i < design->points; ++i) {
        residual[i] = y[i] - rs_line_fit_at(line, x[i]);
    }
    const stick_best best = search(design, residual, lines);
    fill_stick(design, line, &best, lines, stick);
    rs_stick_add_errors(design, &best, lines, x, y, groups, stick);
    RS_TRY_DONE(rs_stick_test(design, residual, groups, stick, error));
done:
    free(lines);
    free(residual);
    return status;
}

rs_status rs_broken_stick_fit(const double *x, const double *y, size_t points,
                              const rs_stick_options *options, rs_broken_stick *stick,
                              rs_error *error)
{
    enum { LEAST_SIDE = 5, SIDES_PER_WHOLE = 20 };
    const size_t share = (points + SIDES_PER_WHOLE - 1) / SIDES_PER_WHOLE;
    const rs_line_fit line = rs_line_fit_make(x, y, points);
    *stick = (rs_broken_stick){.points = points};
    stick->least_points = share > LEAST_SIDE ? share : LEAST_SIDE;
    if (line.reason != NULL) {
        stick->reason = line.reason;
        return RS_OK;
    }
    if (line.rss == 0.0) {
        stick->reason = "the models lie on one straight line";
        return RS_OK;
    }
    stick_design design = {.centre = line.mean_x, .rounding = rs_rounding_squares(y, points)};
    rs_status status = RS_OK;
    RS_TRY_DONE(make_design(x, &line, stick->least_points, &design, error));
    if (design.split_count == 0) {
        stick->reason =
            "fewer than five models, or no two different ImageNet accuracies, on a side";
        goto done;
    }
    stick->search_low = design.splits[0].from + line.mean_x;
    stick->search_high = design.splits[design.split_count - 1].to + line.mean_x;
    stick->replicates = options->replicates;
    stick->seed = options->seed;
    RS_TRY_DONE(fit_design(&design, &line, x, y, options->groups, stick, error));
done:
    clear_design(&design);
    return status;
}

double rs_broken_stick_at(const rs_broken_stick *stick, double x)
{
    const double slope = x <= stick->break_x ? stick->lower_slope : stick->upper_slope;
    return stick->break_y + slope * (x - stick->break_x);
}
