/* trend_json.c - the trend as JSON. */
#include <math.h>

#include "base/json.h"
#include "report/json_begin.h"
#include "report/trend_report.h"

static void add_p(rs_json *to, double log_p)
{
    rs_json_add_number(to, "p", exp(log_p));
    rs_json_add_number(to, "log10_p", log_p / log(10.0));
}

static void add_item(rs_json *to, const rs_trend *trend, size_t item, size_t points)
{
    if (trend->group_count > 0) {
        rs_json_add_text(to, "group", trend->group_name[item]);
        rs_json_add_integer(to, "models", points);
    } else {
        rs_json_add_text(to, "model", trend->model[item].point.name);
    }
}

/* "clustered" with how many groups, or "HC3". NULL: there is none, and it says why. */
static rs_json *add_robust(rs_json *to, const char *reason, size_t groups)
{
    rs_json *robust = rs_json_add_object(to, "robust");
    if (reason != NULL) {
        rs_json_add_none(robust, "errors", reason);
        return NULL;
    }
    rs_json_add_text(robust, "errors", groups > 0 ? "clustered" : "HC3");
    if (groups > 0) {
        rs_json_add_integer(robust, "groups", groups);
    }
    return robust;
}

static void add_json_influence(rs_json *to, const rs_trend *trend, const rs_influences *found)
{
    rs_json *influence = rs_json_add_object(to, "influence");
    rs_json_add_integer(influence, "beyond_stderr", found->beyond);
    rs_json *most = rs_json_add_array(influence, "most");
    for (size_t i = 0; i < found->count; ++i) {
        rs_json *one = rs_json_add_object(most, NULL);
        add_item(one, trend, found->most[i].item, found->most[i].points);
        rs_json_add_number(one, "slope_without", found->most[i].slope);
        rs_json_add_bool(one, "beyond_stderr", found->most[i].beyond);
    }
}

/* Null where it would be a point: nothing scatters there, so there is no interval. */
static void add_interval(rs_json *to, const char *name, double low, double high)
{
    rs_json_add_interval(to, name, low < high ? low : NAN, high);
}

static void add_json_line(rs_json *root, const char *name, const rs_line_fit *line,
                          const rs_trend_line *judged, const rs_trend *trend)
{
    rs_json *to = rs_json_add_object(root, name);
    rs_json_add_integer(to, "models", line->points);
    if (line->reason != NULL) {
        rs_json_add_none(to, "slope", line->reason);
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
    const rs_line_errors *const errors = &judged->errors;
    rs_json *robust = add_robust(to, errors->reason, errors->groups);
    if (robust != NULL) {
        rs_json_add_number(robust, "slope_stderr", errors->slope_stderr);
        rs_json_add_interval(robust, "slope_ci95", errors->slope_low, errors->slope_high);
        rs_json_add_number(robust, "intercept_stderr", errors->intercept_stderr);
        rs_json_add_number(robust, "df", errors->df);
    }
    add_json_influence(to, trend, &judged->influence);
}

static void add_test(rs_json *to, const rs_slope_test *test)
{
    rs_json_add_number(to, "stderr", test->stderr_value);
    rs_json_add_number(to, "t", test->t);
    rs_json_add_number(to, "df", test->df);
    add_p(to, test->log_p);
}

static void add_json_slopes(rs_json *root, const rs_slope_difference *slopes,
                            const rs_slope_errors *errors)
{
    rs_json *to = rs_json_add_object(root, "slope_difference");
    if (slopes->reason != NULL) {
        rs_json_add_none(to, "value", slopes->reason);
        return;
    }
    rs_json_add_number(to, "value", slopes->difference);
    add_interval(to, "ci95", slopes->low, slopes->high);
    add_test(rs_json_add_object(to, "welch"), &slopes->welch);
    add_test(rs_json_add_object(to, "pooled"), &slopes->pooled);
    rs_json *robust = add_robust(to, errors->reason, errors->groups);
    if (robust != NULL) {
        add_test(robust, &errors->test);
        rs_json_add_interval(robust, "ci95", errors->low, errors->high);
    }
}

static void add_stick_errors(rs_json *to, const rs_stick_errors *errors)
{
    rs_json *robust = add_robust(to, errors->reason, errors->groups);
    if (robust != NULL) {
        rs_json_add_interval(robust, "break_ci95", errors->interval.low, errors->interval.high);
        rs_json_add_bool(robust, "ci95_open_below", errors->interval.low_is_open);
        rs_json_add_bool(robust, "ci95_open_above", errors->interval.high_is_open);
        rs_json_add_number(robust, "break_stderr", errors->break_stderr);
        rs_json_add_number(robust, "lower_slope_stderr", errors->lower_stderr);
        rs_json_add_number(robust, "upper_slope_stderr", errors->upper_stderr);
        rs_json_add_number(robust, "df", errors->df);
    }
}

static void add_json_stick(rs_json *root, const rs_trend *trend)
{
    const rs_broken_stick *const stick = &trend->stick;
    rs_json *to = rs_json_add_object(root, "broken_stick");
    if (stick->reason != NULL) {
        rs_json_add_none(to, "break", stick->reason);
        return;
    }
    rs_json_add_number(to, "break", stick->break_x);
    add_interval(to, "break_ci95", stick->interval.low, stick->interval.high);
    rs_json_add_bool(to, "ci95_open_below", stick->interval.low_is_open);
    rs_json_add_bool(to, "ci95_open_above", stick->interval.high_is_open);
    rs_json_add_number(to, "break_stderr", stick->break_stderr);
    rs_json_add_number(to, "real_at_break", stick->break_y);
    rs_json_add_interval(to, "searched", stick->search_low, stick->search_high);
    rs_json_add_integer(to, "models_up_to_break", stick->lower_points);
    rs_json_add_number(to, "lower_slope", stick->lower_slope);
    rs_json_add_number(to, "lower_slope_stderr", stick->lower_stderr);
    rs_json_add_number(to, "upper_slope", stick->upper_slope);
    rs_json_add_number(to, "upper_slope_stderr", stick->upper_stderr);
    rs_json_add_number(to, "rss", stick->rss);
    rs_json_add_number(to, "residual_sd", stick->residual_sd);
    rs_json_add_number(to, "f", stick->f);
    add_stick_errors(to, &stick->errors);
    if (trend->mover.known) {
        rs_json *without = rs_json_add_object(to, "moves_most");
        add_item(without, trend, trend->mover.item, trend->mover.points);
        rs_json_add_number(without, "break_without", trend->mover.break_x);
    }
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
    rs_json_add_number(to, "upper_line_at_100", labels->in_range ? labels->line_at_100 : NAN);
}

static void add_error(rs_json *to, const char *name, double error)
{
    rs_json_add_number(to, name, error > 0.0 ? error : NAN);
}

static void add_json_models(rs_json *root, const rs_trend *trend)
{
    rs_json *models = rs_json_add_array(root, "models");
    for (size_t i = 0; i < trend->count; ++i) {
        const rs_trend_model *model = &trend->model[i];
        rs_json *to = rs_json_add_object(models, NULL);
        rs_json_add_text(to, "model", model->point.name);
        rs_json_add_number(to, "imagenet_top1", model->point.imagenet);
        rs_json_add_number(to, "real_top1", model->point.real);
        rs_json_add_text(to, "half", model->upper ? "upper" : "lower");
        if (model->point.group != NULL) {
            rs_json_add_text(to, "group", model->point.group);
        }
        if (trend->all.reason == NULL) {
            rs_json_add_number(to, "line_residual", model->line_residual);
            rs_json_add_number(to, "trend_residual", model->trend_residual);
            add_error(to, "line_residual_stderr", model->line_stderr);
            add_error(to, "trend_residual_stderr", model->trend_stderr);
        } else {
            rs_json_add_null(to, "line_residual");
            rs_json_add_null(to, "trend_residual");
        }
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
    rs_warned_json(origin->warned, root);
    rs_json_add_number(root, "median", trend->median);
    rs_json_add_text(root, "group", origin->group);
    rs_json_add_integer(root, "different_models",
                        origin->models > 0 ? origin->models : trend->count);
    add_json_line(root, "all", &trend->all, &trend->all_line, trend);
    add_json_line(root, "lower", &trend->lower, &trend->lower_line, trend);
    add_json_line(root, "upper", &trend->upper, &trend->upper_line, trend);
    add_json_slopes(root, &trend->slopes, &trend->slope_errors);
    add_json_stick(root, trend);
    add_json_labels(root, trend, origin);
    add_json_models(root, trend);
    rs_json_finish(root, out);
}
