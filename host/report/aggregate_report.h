/* aggregate_report.h - an aggregation for people and programs: table, CSV of raters, JSON
 * record. */
#ifndef RS_AGGREGATE_REPORT_H
#define RS_AGGREGATE_REPORT_H

#include "base/text.h"
#include "relabel/aggregate.h"
#include "relabel/label_sets.h"

#define RS_AGGREGATE_SCHEMA "reassess.aggregate/1"

typedef struct rs_aggregate_summary {
    const rs_votes *votes;
    const rs_aggregate_options *options;
    const rs_aggregate *result;
    double threshold;                 /* below 0: the method's own rule */
    const rs_label_sets_counts *sets; /* NULL when none were made */
} rs_aggregate_summary;

/* "golden", "em", "majority" */
const char *rs_aggregate_method_name(rs_aggregate_method method);

/* Appends the whole table, with a line for every rater. */
void rs_aggregate_table(const rs_aggregate_summary *summary, rs_text *out);

/* rater,votes,rests_on,accuracy,absent_no,...,present_yes,matrix; shares in percent. */
void rs_aggregate_raters_csv(const rs_aggregate_summary *summary, rs_text *out);

/* One JSON object and a line end; nothing is rounded. */
void rs_aggregate_json(const rs_aggregate_summary *summary, rs_text *out);

/* How many pairs are taken as labels. */
uint64_t rs_aggregate_count_taken(const rs_aggregate_summary *summary);

/* The name of a rater, or of the original label behind them; valid as long as `out`. */
enum { RS_RATER_TEXT_BYTES = 128 };
const char *rs_rater_text(const rs_aggregate_summary *summary, uint32_t rater,
                          char out[RS_RATER_TEXT_BYTES]);

#endif
