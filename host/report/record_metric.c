/* record_metric.c - see record_metric.h. */
#include "report/record_metric.h"

#include <string.h>

void rs_take_interval(rs_members *work, rs_section in, const char *name, double interval[2])
{
    rs_take_pair(work, in, name, interval);
    if (!(interval[0] >= 0 && interval[0] <= interval[1] && interval[1] <= 1)) {
        rs_member_refuse(work, in, name, "is no interval between 0 and 1");
    }
}

void rs_take_metric(rs_members *work, const rs_json *json, rs_metric *metric)
{
    const rs_section in = {rs_json_is_object(json) ? json : NULL, rs_json_name(json)};
    if (in.json == NULL || in.name[0] == '\0' || strlen(in.name) >= sizeof metric->name) {
        rs_member_refuse(work, (rs_section){NULL, "metrics"}, in.name, "is no metric");
        return;
    }
    memcpy(metric->name, in.name, strlen(in.name) + 1);
    metric->value = rs_take_value_or(work, in, "value", 0, 1, "", &metric->reason);
    if (metric->reason != NULL) {
        metric->reason = rs_take_text(work, in, "reason");
        return;
    }
    metric->total = rs_take_count(work, in, "total");
    const rs_json *correct = rs_member_get(work, in, "correct");
    metric->macro = correct != NULL && rs_json_is_null(correct);
    if (!metric->macro) {
        metric->correct = rs_take_count_up_to(work, in, "correct", metric->total);
    }
    metric->stderr_value = rs_take_value_or(work, in, "stderr", 0, 1, "", &metric->error_reason);
    if (metric->error_reason != NULL) {
        metric->error_reason = rs_take_text(work, in, "error_reason");
        return;
    }
    double interval[2] = {0, 1};
    rs_take_interval(work, in, "ci95", interval);
    metric->ci95_low = interval[0];
    metric->ci95_high = interval[1];
}

void rs_take_metric_with_value(rs_members *work, rs_section in, const char *name,
                               rs_metric *metric)
{
    const rs_json *const json = rs_member_get(work, in, name);
    if (json == NULL) {
        return;
    }
    rs_take_metric(work, json, metric);
    if (metric->reason != NULL || metric->macro) {
        rs_member_refuse(work, in, name, "is not right so often of so many");
    }
}

void rs_take_error_bar(rs_members *work, rs_section outer, const char *name, const double limits[2],
                       rs_error_bar *bar)
{
    const char *no_stderr = NULL;
    if (rs_member_find(outer, name) == NULL) {
        return;
    }
    const rs_section in = rs_take_section(work, outer, name);
    bar->stderr_value = rs_take_value_or(work, in, "stderr", 0, limits[1], "", &no_stderr);
    bar->has_stderr = no_stderr == NULL;
    const rs_json *const given = rs_member_get(work, in, "ci95");
    if (!bar->has_stderr || (given != NULL && rs_json_is_null(given))) {
        bar->reason = rs_take_text(work, in, "reason");
        return;
    }
    double ends[2] = {limits[0], limits[1]};
    rs_take_pair(work, in, "ci95", ends);
    if (!(ends[0] >= limits[0] && ends[0] <= ends[1] && ends[1] <= limits[1])) {
        rs_member_refuse(work, in, "ci95", "is no interval within its limits");
    }
    bar->ci95_low = ends[0];
    bar->ci95_high = ends[1];
}
