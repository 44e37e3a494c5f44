/* compare_report.h - a comparison of models as tables, as CSV and as JSON (docs/COMPARE.md). */
#ifndef RS_COMPARE_REPORT_H
#define RS_COMPARE_REPORT_H

#include "analyse/comparison.h"
#include "analyse/slice_comparison.h"
#include "base/json.h"
#include "base/text.h"
#include "reassess/evaluator.h"
#include "reassess/labels.h"

#define RS_COMPARE_SCHEMA "reassess.compare/1"

typedef struct rs_compare_report {
    const rs_comparison *comparison;
    const rs_slice_comparison *slices; /* in groups of images; NULL: none */
    const char *const *names; /* [models] */
    const rs_labels *labels;
    const rs_engine_info *engine;
    size_t columns; /* that the table may take; 0: it is for no terminal, and whole */
} rs_compare_report;

/* All append to `out`. Two models: everything about them. More: every pair while they are few, else
 * neighbours by ReaL accuracy; and the share of equal predictions as a matrix. */
void rs_compare_table(const rs_compare_report *report, rs_text *out);

/* A line for each pair. Accuracies' differences in points, shares in percent. */
void rs_compare_csv(const rs_compare_report *report, rs_text *out);

/* A line and a column for each model: images on which both answer the same class, percent. */
void rs_compare_agreement_csv(const rs_compare_report *report, rs_text *out);

/* A line for each pair in each group of images. */
void rs_compare_slices_csv(const rs_compare_report *report, rs_text *out);

/* One JSON object and a line end; nothing is rounded. */
void rs_compare_json(const rs_compare_report *report, rs_text *out);

/* ---- parts of these, for compare_*.c ---- */

/* Nothing is added where there are no groups of images. The table has a line for each group and
 * measure of two models; of more it says in how many groups they differ. */
void rs_compare_slices_json(rs_json *root, const rs_compare_report *report);
void rs_compare_slices_table(const rs_compare_report *report, rs_text *out);

/* A pair by a measure, of `total` counted images. */
void rs_compare_json_measure(rs_json *root, uint64_t total, const rs_paired *paired, int measure);

#endif
