/* broken_stick_errors.c - how well the break and the slopes of a broken line are known.
 *
 * To first order a broken line is two separate lines, and its break where they meet: so the errors
 * of the slopes are those of the two lines, and the break's is that of the gap between them there.
 */
#include <math.h>

#include "analyse/broken_stick.h"
#include "analyse/broken_stick_impl.h"
#include "analyse/student_t.h"

double rs_stick_miss_variance(const stick_split *split, double at)
{
    double variance = 0.0;
    for (int side = 0; side < 2; ++side) {
        const double away = at - split->mean[side];
        variance += 1.0 / split->count[side] + away * away / split->spread[side];
    }
    return variance;
}

double rs_stick_excess(const stick_split *split, const stick_lines *lines, double at)
{
    const double gap = lines->gap_start + lines->gap_slope * at;
    return gap * gap / rs_stick_miss_variance(split, at);
}

/* ---- the interval ---- */

typedef struct stick_roots {
    bool exist;
    double low;
    double high;
} stick_roots;

/* Where D^2 = budget V. */
static stick_roots solve(const stick_split *split, const stick_lines *lines, double budget)
{
    double v[3] = {0.0, 0.0, 0.0};
    for (int side = 0; side < 2; ++side) {
        const double mean = split->mean[side];
        v[0] += 1.0 / split->count[side] + mean * mean / split->spread[side];
        v[1] -= 2.0 * mean / split->spread[side];
        v[2] += 1.0 / split->spread[side];
    }
    const double a = lines->gap_slope * lines->gap_slope - budget * v[2];
    const double b = 2.0 * lines->gap_start * lines->gap_slope - budget * v[1];
    const double c = lines->gap_start * lines->gap_start - budget * v[0];
    const double discriminant = b * b - 4.0 * a * c;
    if (!(discriminant >= 0.0) || (a == 0.0 && b == 0.0)) {
        return (stick_roots){false, 0.0, 0.0};
    }
    const double q = -0.5 * (b + copysign(sqrt(discriminant), b));
    const double first = a != 0.0 ? q / a : -c / b;
    const double second = q != 0.0 ? c / q : first;
    return (stick_roots){true, fmin(first, second), fmax(first, second)};
}

/* The end of the breaks of this split that cost at most `budget`, from below (or from above). */
static bool find_end(const stick_split *split, const stick_lines *lines, double budget,
                     bool from_above, double *end)
{
    const double start = from_above ? split->to : split->from;
    if (budget < 0.0) {
        return false;
    }
    if (rs_stick_excess(split, lines, start) <= budget) {
        *end = start;
        return true;
    }
    const stick_roots roots = solve(split, lines, budget);
    const double order[2] = {from_above ? roots.high : roots.low,
                             from_above ? roots.low : roots.high};
    for (int i = 0; roots.exist && i < 2; ++i) {
        if (order[i] >= split->from && order[i] <= split->to) {
            *end = order[i];
            return true;
        }
    }
    return false;
}

static rs_break_interval find_interval(const stick_design *design, const stick_lines *lines,
                                       double at, double limit)
{
    const size_t count = design->split_count;
    rs_break_interval found = {.low = at, .high = at};
    for (size_t s = 0; limit > 0.0 && s < count; ++s) {
        if (find_end(&design->splits[s], &lines[s], limit - lines[s].rss, false, &found.low)) {
            break;
        }
    }
    for (size_t s = count; limit > 0.0 && s-- > 0;) {
        if (find_end(&design->splits[s], &lines[s], limit - lines[s].rss, true, &found.high)) {
            break;
        }
    }
    found.low_is_open = found.low <= design->splits[0].from;
    found.high_is_open = found.high >= design->splits[count - 1].to;
    return found;
}

/* ---- scores ---- */

typedef struct stick_points {
    const stick_design *design;
    const stick_split *split;
    const double *x;
    const double *y;
    double at; /* the break, around the mean of x like the design */
} stick_points;

static double residual_of(const stick_points *points, const rs_broken_stick *stick, size_t i)
{
    return stick->rss > 0.0 ? points->y[i] - rs_broken_stick_at(stick, points->x[i]) : 0.0;
}

/* Of the fit at the mean of one side, and of its slope. */
static rs_sandwich side_errors(const stick_points *points, const rs_broken_stick *stick, int side,
                               const rs_groups *groups)
{
    const stick_split *const split = points->split;
    rs_score_sums scores = rs_score_sums_begin(groups);
    for (size_t i = 0; i < points->design->points; ++i) {
        if ((i < split->lower ? 0 : 1) !=
            side) { /* it has no part in this side, but its group counts */
            rs_score_sums_add(&scores, i, 0.0, 0.0);
            continue;
        }
        const double dx = points->design->x[i] - split->mean[side];
        const double leverage = 1.0 / split->count[side] + dx * dx / split->spread[side];
        const double score = rs_score_residual(groups, residual_of(points, stick, i), leverage);
        rs_score_sums_add(&scores, i, score / split->count[side], score * dx / split->spread[side]);
    }
    return rs_score_sums_end(&scores, points->design->points, 4);
}

/* Of the gap between the two lines at the break. */
static rs_sandwich gap_errors(const stick_points *points, const rs_broken_stick *stick,
                              const rs_groups *groups)
{
    const stick_split *const split = points->split;
    rs_score_sums scores = rs_score_sums_begin(groups);
    for (size_t i = 0; i < points->design->points; ++i) {
        const int side = i < split->lower ? 0 : 1;
        const double dx = points->design->x[i] - split->mean[side];
        const double leverage = 1.0 / split->count[side] + dx * dx / split->spread[side];
        const double weight =
            1.0 / split->count[side] + (points->at - split->mean[side]) * dx / split->spread[side];
        const double score = rs_score_residual(groups, residual_of(points, stick, i), leverage);
        rs_score_sums_add(&scores, i, (side == 0 ? -weight : weight) * score, 0.0);
    }
    return rs_score_sums_end(&scores, points->design->points, 4);
}

/* A point at the break belongs to the lower side, whichever split found it. */
static const stick_split *split_of(const stick_design *design, const stick_best *best,
                                   const rs_broken_stick *stick)
{
    for (size_t s = 0; s < design->split_count; ++s) {
        if (design->splits[s].lower == stick->lower_points) {
            return &design->splits[s];
        }
    }
    return &design->splits[best->split];
}

void rs_stick_add_errors(const stick_design *design, const stick_best *best,
                         const stick_lines *all_lines, const double *x, const double *y,
                         const rs_groups *groups, rs_broken_stick *stick)
{
    const double centre = design->centre;
    const stick_points points = {design, split_of(design, best, stick), x, y, best->at};
    const double variance = rs_stick_miss_variance(points.split, points.at);
    const double t = rs_student_critical(0.05, stick->df);
    const double common = stick->rss / stick->df;
    stick->interval = find_interval(design, all_lines, points.at, stick->rss + t * t * common);
    stick->interval.low += centre;
    stick->interval.high += centre;

    rs_stick_errors *const errors = &stick->errors;
    const rs_sandwich gap = gap_errors(&points, stick, groups);
    if (groups != NULL && groups->of != NULL && gap.groups < 2) {
        errors->reason = "fewer than 2 groups";
        return;
    }
    if (stick->rss == 0.0) {
        errors->reason = "they lie on two lines, and nothing scatters around them";
        return;
    }
    errors->groups = gap.groups;
    errors->df = gap.groups > 0 ? (double)gap.groups - 1.0 : stick->df;
    for (int side = 0; side < 2; ++side) {
        errors->side[side] = side_errors(&points, stick, side, groups);
        errors->mean_x[side] = points.split->mean[side] + centre;
    }
    errors->lower_stderr = sqrt(errors->side[0].second);
    errors->upper_stderr = sqrt(errors->side[1].second);
    errors->break_stderr = sqrt(gap.first) / fabs(stick->upper_slope - stick->lower_slope);
    /* the profile, its unit the variance that the gap has at the break */
    const double critical = rs_student_critical(0.05, errors->df);
    errors->interval = find_interval(design, all_lines, points.at,
                                     stick->rss + critical * critical * gap.first / variance);
    errors->interval.low += centre;
    errors->interval.high += centre;
}

double rs_broken_stick_variance_at(const rs_broken_stick *stick, double x)
{
    const int side = x <= stick->break_x ? 0 : 1;
    const rs_sandwich *const at = &stick->errors.side[side];
    const double dx = x - stick->errors.mean_x[side];
    return fmax(at->first + dx * (2.0 * at->cross + dx * at->second), 0.0);
}
