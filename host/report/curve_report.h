/* curve_report.h - curves and marks as a table, as CSV, as JSON and as a drawing. */
#ifndef RS_CURVE_REPORT_H
#define RS_CURVE_REPORT_H

#include "base/text.h"
#include "relabel/curve.h"
#include "relabel/curve_in_sample.h"

#define RS_CURVE_SCHEMA "reassess.curve/1"

typedef struct rs_named_curve {
    const char *name;
    const char *path;
    rs_in_sample in_sample;
    rs_curve curve;
} rs_named_curve;

typedef enum rs_mark_kind {
    RS_MARK_RATER = 0,
    RS_MARK_EXPERT,        /* by the golden set: a majority to which the expert belongs */
    RS_MARK_EXPERT_OTHERS, /* by the majority of the other experts */
    RS_MARK_MAJORITY,
    RS_MARK_LABELS,
    RS_MARK_KINDS
} rs_mark_kind;

typedef struct rs_named_mark {
    rs_mark_kind kind;
    rs_span name; /* of a rater; what the kind is called for the others */
    rs_curve_mark mark;
} rs_named_mark;

typedef struct rs_figure {
    const char *golden_path;
    uint64_t judged;
    uint64_t present;
    double threshold; /* shown on each curve */
    const rs_named_curve *curves;
    size_t curve_count;
    const rs_named_mark *marks;
    size_t mark_count;
} rs_figure;

/* "rater", "expert", "expert_by_others", "majority", "labels" */
const char *rs_mark_kind_name(rs_mark_kind kind);

/* All append to `out`. */
void rs_figure_table(const rs_figure *figure, rs_text *out);

/* kind,name,threshold,taken,right,judged,present,precision,recall,f1,precision_low,
 * precision_high,recall_low,recall_high,f1_low,f1_high; shares in percent. */
void rs_figure_csv(const rs_figure *figure, rs_text *out);

/* One JSON object and a line end; nothing is rounded. */
void rs_figure_json(const rs_figure *figure, rs_text *out);

/* One SVG image that needs nothing from outside. */
void rs_figure_svg(const rs_figure *figure, rs_text *out);

#endif
