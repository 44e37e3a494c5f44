/* line_errors.c - scores around the means, group by group. */
#include "analyse/line_errors.h"

#include <math.h>

#include "analyse/student_t.h"

static const char few_groups[] = "fewer than 2 groups";
static const char exact[] = "they lie on one line, and nothing scatters around it";
static const char held[] = "one model alone holds the line in its place";

/* A point whose leverage is nearer to 1 has no residual, whatever its scatter. */
static const double least_freedom = 1e-9;

static bool is_grouped(const rs_groups *groups)
{
    return groups != NULL && groups->of != NULL;
}

/* ---- scores ---- */

rs_score_sums rs_score_sums_begin(const rs_groups *groups)
{
    for (size_t i = 0; is_grouped(groups) && i < RS_GROUP_ROOM * groups->count; ++i) {
        groups->room[i] = 0.0;
    }
    return (rs_score_sums){.groups = groups};
}

void rs_score_sums_add(rs_score_sums *scores, size_t point, double first, double second)
{
    if (is_grouped(scores->groups)) {
        const size_t group = scores->groups->of[point];
        double *const room = scores->groups->room + RS_GROUP_ROOM * group;
        room[0] += first;
        room[1] += second;
        room[2] += 1.0;
        return;
    }
    scores->sum.first += first * first;
    scores->sum.second += second * second;
    scores->sum.cross += first * second;
}

rs_sandwich rs_score_sums_end(rs_score_sums *scores, size_t points, size_t parameters)
{
    rs_sandwich *const sum = &scores->sum;
    if (!is_grouped(scores->groups)) {
        return *sum;
    }
    for (size_t g = 0; g < scores->groups->count; ++g) {
        const double *const room = scores->groups->room + RS_GROUP_ROOM * g;
        sum->first += room[0] * room[0];
        sum->second += room[1] * room[1];
        sum->cross += room[0] * room[1];
        sum->groups += room[2] > 0.0;
    }
    if (sum->groups > 1) {
        const double g = (double)sum->groups;
        const double n = (double)points;
        const double correction = g / (g - 1.0) * (n - 1.0) / (n - (double)parameters);
        sum->first *= correction;
        sum->second *= correction;
        sum->cross *= correction;
    }
    return *sum;
}

double rs_score_residual(const rs_groups *groups, double residual, double leverage)
{
    return is_grouped(groups) ? residual : residual / fmax(1.0 - leverage, least_freedom);
}

/* ---- one line ---- */

/* Adds the scores of a line's fit at its mean and of its slope, the latter times `sign`. Returns
 * the largest leverage. */
static double add_scores(rs_score_sums *scores, const rs_line_fit *line, const double *x,
                         const double *y, size_t from, double sign)
{
    const double n = (double)line->points;
    double largest = 0.0;
    for (size_t i = 0; i < line->points; ++i) {
        const double dx = x[i] - line->mean_x;
        const double leverage = 1.0 / n + dx * dx / line->spread_x;
        const double residual = line->rss > 0.0 ? y[i] - rs_line_fit_at(line, x[i]) : 0.0;
        const double score = rs_score_residual(scores->groups, residual, leverage);
        rs_score_sums_add(scores, from + i, score / n, sign * score * dx / line->spread_x);
        largest = fmax(largest, leverage);
    }
    return largest;
}

rs_line_errors rs_line_errors_make(const rs_line_fit *line, const double *x, const double *y,
                                   const rs_groups *groups)
{
    rs_line_errors errors = {.reason = line->reason};
    if (line->reason != NULL) {
        return errors;
    }
    rs_score_sums scores = rs_score_sums_begin(groups);
    const double leverage = add_scores(&scores, line, x, y, 0, 1.0);
    const rs_sandwich found = rs_score_sums_end(&scores, line->points, 2);
    if (is_grouped(groups) ? found.groups < 2 : leverage > 1.0 - least_freedom) {
        errors.reason = is_grouped(groups) ? few_groups : held;
        return errors;
    }
    /* Groups whose own residuals cancel leave nothing but rounding. */
    if (line->rss == 0.0 || found.second * line->spread_x <= 1e-24 * line->rss) {
        errors.reason = exact;
        return errors;
    }
    errors.groups = found.groups;
    errors.df = is_grouped(groups) ? (double)found.groups - 1.0 : line->df;
    errors.at_mean = found;
    errors.slope_stderr = sqrt(found.second);
    errors.intercept_stderr = sqrt(rs_line_variance_at(line, &errors, 0.0));
    const double reach = rs_student_critical(0.05, errors.df) * errors.slope_stderr;
    errors.slope_low = line->slope - reach;
    errors.slope_high = line->slope + reach;
    return errors;
}

double rs_line_variance_at(const rs_line_fit *line, const rs_line_errors *errors, double x)
{
    const double dx = x - line->mean_x;
    const rs_sandwich *const at = &errors->at_mean;
    return fmax(at->first + dx * (2.0 * at->cross + dx * at->second), 0.0);
}

/* ---- two lines ---- */

static double satterthwaite(const rs_line_errors errors[2])
{
    const double a = errors[0].slope_stderr * errors[0].slope_stderr;
    const double b = errors[1].slope_stderr * errors[1].slope_stderr;
    return a + b > 0.0 ? (a + b) * (a + b) / (a * a / errors[0].df + b * b / errors[1].df)
                       : errors[0].df + errors[1].df;
}

rs_slope_errors rs_slope_errors_make(const rs_line_fit *first, const rs_line_fit *second,
                                     const rs_line_errors errors[2], double difference,
                                     const double *x, const double *y, const rs_groups *groups)
{
    rs_slope_errors result = {0};
    for (int i = 0; i < 2; ++i) {
        if (errors[i].reason != NULL) {
            result.reason = errors[i].reason;
            return result;
        }
    }
    rs_score_sums scores = rs_score_sums_begin(groups);
    (void)add_scores(&scores, first, x, y, 0, 1.0);
    (void)add_scores(&scores, second, x + first->points, y + first->points, first->points, -1.0);
    const rs_sandwich found = rs_score_sums_end(&scores, first->points + second->points, 4);
    const double error = sqrt(found.second);
    const double t = difference == 0.0 ? 0.0 : difference / error;
    const double df = found.groups > 0 ? fmin(errors[0].df, errors[1].df) : satterthwaite(errors);
    result.groups = found.groups;
    result.test = (rs_slope_test){error, t, df, rs_student_log_p(t, df)};
    const double reach = rs_student_critical(0.05, df) * error;
    result.low = difference - reach;
    result.high = difference + reach;
    return result;
}
