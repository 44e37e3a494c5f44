/* trend_report.h - the trend as a table, as CSV and as JSON (docs/COMPARE.md). */
#ifndef RS_TREND_REPORT_H
#define RS_TREND_REPORT_H

#include "analyse/trend.h"
#include "base/text.h"
#include "report/warned.h"

#define RS_TREND_SCHEMA "reassess.trend/1"

/* Where the models come from. */
typedef struct rs_trend_origin {
    const char *const *paths;
    size_t path_count;
    size_t models;           /* different ones behind the results; 0: as many */
    const char *group;       /* what makes models belong together; NULL: nothing */
    size_t left_out;         /* models without both accuracies */
    const rs_warned *warned; /* what the records of a folder warn of; NULL: nothing */
    const char *labels_path; /* the ReaL labels; NULL: none known, `published` says which */
    bool published;          /* the labels' point is that of the published ReaL labels */
} rs_trend_origin;

/* All append to `out`. */
void rs_trend_table_text(const rs_trend *trend, const rs_trend_origin *origin, rs_text *out);

/* model,imagenet_top1,real_top1,half,line_residual,trend_residual,line_residual_stderr,
 * trend_residual_stderr,group: percent and points. */
void rs_trend_csv(const rs_trend *trend, rs_text *out);

/* One JSON object and a line end; nothing is rounded. */
void rs_trend_json(const rs_trend *trend, const rs_trend_origin *origin, rs_text *out);

#endif
