/* record_metric.h - metrics and error bars of a record that is read. */
#ifndef RS_RECORD_METRIC_H
#define RS_RECORD_METRIC_H

#include "reassess/metrics.h"
#include "report/record_member.h"

/* Both ends lie between 0 and 1. */
void rs_take_interval(rs_members *work, rs_section in, const char *name, double interval[2]);

/* A metric is called as its member is. */
void rs_take_metric(rs_members *work, const rs_json *json, rs_metric *metric);

/* The member NAME, which must have a value and count rows. */
void rs_take_metric_with_value(rs_members *work, rs_section in, const char *name,
                               rs_metric *metric);

/* The interval lies within the limits. Records of before have none: *bar stays as it is. */
void rs_take_error_bar(rs_members *work, rs_section outer, const char *name, const double limits[2],
                       rs_error_bar *bar);

#endif
