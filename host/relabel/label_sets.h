/* label_sets.h - from scores to label sets: the classes that were taken, and the original label of
 * images that nobody rated.
 */
#ifndef RS_LABEL_SETS_H
#define RS_LABEL_SETS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/file_write.h"
#include "labels/real_json.h"
#include "reassess/labels.h"
#include "relabel/image_rows.h"
#include "relabel/pairs.h"

typedef struct rs_label_sets_counts {
    uint64_t rated;   /* rows with at least one pair */
    uint64_t unrated; /* rows that keep their original label */
    uint64_t unknown; /* of these, rows without one: their set is empty */
    uint64_t empty;   /* rows whose set is empty */
    uint64_t labels;  /* in all sets */
} rs_label_sets_counts;

/* The pairs that became labels. */
typedef struct rs_taken_pairs {
    const rs_pairs *pairs;
    const char *file;  /* that they came from */
    const bool *taken; /* [pairs->count] whether it is a label */
} rs_taken_pairs;

/* One set for every row of `labels`, ascending. Free *sets with rs_real_sets_clear; on failure it
 * is empty. */
rs_status rs_label_sets_make(const rs_taken_pairs *from, const rs_labels *labels,
                             const rs_image_rows *images, rs_real_sets *sets,
                             rs_label_sets_counts *counts, rs_error *error);

/* Writes them as real.json is published: [[], [795, 970], ...] on one line. The file is complete
 * but not committed yet; *file is NULL on failure. */
rs_status rs_label_sets_prepare(const char *path, const rs_real_sets *sets, rs_file_writer **file,
                                rs_error *error);

#endif
