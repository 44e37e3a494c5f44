/* slice_report.h - accuracies of groups of images: JSON, table, CSV. */
#ifndef RS_SLICE_REPORT_H
#define RS_SLICE_REPORT_H

#include "analyse/slice_counts.h"
#include "base/json.h"
#include "base/text.h"

/* "slices": an object for each group. */
void rs_slice_json(rs_json *record, const rs_slice_counts *counts);
void rs_slice_table(const rs_slice_counts *counts, rs_text *out);
/* --per-slice; a line for each group and K. */
void rs_slice_heading(rs_text *out);
void rs_slice_lines(const char *model, const rs_slice_counts *counts, rs_text *out);

#endif
