/* compare_report.h - a comparison of models as tables, as CSV and as JSON (docs/COMPARE.md). */
#ifndef RS_COMPARE_REPORT_H
#define RS_COMPARE_REPORT_H

#include "analyse/comparison.h"
#include "base/text.h"
#include "reassess/evaluator.h"
#include "reassess/labels.h"

#define RS_COMPARE_SCHEMA "reassess.compare/1"

typedef struct rs_compare_report {
    const rs_comparison *comparison;
    const char *const *names; /* [models] */
    const rs_labels *labels;
    const rs_engine_info *engine;
    size_t columns; /* that the table may take */
} rs_compare_report;

/* All append to `out`. Two models: everything about them. More: every pair while they are few, else
 * neighbours by ReaL accuracy; and the share of equal predictions as a matrix. */
void rs_compare_table(const rs_compare_report *report, rs_text *out);

/* A line for each pair. Accuracies' differences in points, shares in percent. */
void rs_compare_csv(const rs_compare_report *report, rs_text *out);

/* A line and a column for each model: images on which both answer the same class, percent. */
void rs_compare_agreement_csv(const rs_compare_report *report, rs_text *out);

/* One JSON object and a line end; nothing is rounded. */
void rs_compare_json(const rs_compare_report *report, rs_text *out);

#endif
