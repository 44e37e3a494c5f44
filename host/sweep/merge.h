/* merge.h - the results of one or several folders, gathered: every model's record, parts of a model
 * (row ranges) added up to the record of one run over all rows.
 */
#ifndef RS_MERGE_H
#define RS_MERGE_H

#include <signal.h>

#include "base/text.h"
#include "report/record_read.h"

typedef struct rs_merged_model {
    rs_text line;           /* the record as JSON, with its line end */
    rs_record record; /* the same, read */
} rs_merged_model;

typedef struct rs_merged {
    rs_merged_model *model; /* sorted by name */
    size_t count;
    rs_text failures; /* "NAME: ERROR" lines of models whose last run failed */
    struct rs_merge_source *source;
} rs_merged;

/* RS_MISMATCH when a model is in two places, when parts overlap or do not make up the whole, and,
 * unless `mixed`, when models were scored by other labels or on other numbers of rows. Clear in
 * any case. */
rs_status rs_merge_folders(const char *const *folders, size_t folder_count, bool mixed,
                           rs_merged *merged, rs_error *error);

/* Writes every model's results whole into a folder that is none of those merged: record, tally and
 * sidecar, as a sweep writes them. RS_INTERRUPTED between two models when *stop is set. */
rs_status rs_merged_store(const rs_merged *merged, const char *folder,
                          const volatile sig_atomic_t *stop, rs_error *error);

void rs_merged_clear(rs_merged *merged);

#endif
