/* leaderboard.h - many models: the merged CSV, and a table sorted by a metric. */
#ifndef RS_LEADERBOARD_H
#define RS_LEADERBOARD_H

#include "base/text.h"
#include "report/record_read.h"

/* The columns of the merged CSV, which docs/RECORD.md describes: `model`; a column for each metric
 * of any of the records, in percent with four decimals; then the fixed ones. Cells are empty where
 * a record has no value. */
void rs_merged_csv(const rs_record *const *records, size_t count, rs_text *out);

/* A line a model, best first by `asked` (a metric of the records; "ece", "real_ece", "nll" or
 * "real_nll", of which less is better; "model": by name; NULL: the first of real_top1,
 * imagenet_top1 and model that a record has), with the ranks by ImageNet and by ReaL accuracy side
 * by side; equal accuracies have the same rank. RS_USAGE when no record has the metric. Sorts
 * `records`. */
rs_status rs_leaderboard(const rs_record **records, size_t count, const char *asked,
                         rs_text *out, rs_error *error);

#endif
