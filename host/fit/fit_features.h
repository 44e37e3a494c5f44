/* fit_features.h - the features that heads are trained on: looked through once, then taken row by
 * row in any order.
 *
 * Files stay where they are: rows are taken from the mapping, or read, as batches need them, and
 * the system keeps in memory what fits. What can be read only once (a pipe, a compressed archive)
 * is held in memory as it is stored.
 */
#ifndef RS_FIT_FEATURES_H
#define RS_FIT_FEATURES_H

#include "base/watch.h"
#include "engine/average_row.h"
#include "reassess/logits.h"

typedef struct rs_fit_features {
    rs_source *source; /* random access */
    rs_source *opened; /* what was opened, when its rows are held; else NULL */
    void *held;
    const rs_source_info *info; /* of what was opened */
    uint64_t rows;
    uint32_t columns;
    rs_dtype dtype; /* F32 or F64: what heads on them are computed in */
    const rs_average_kernel *kernel;
    double mean_square; /* of the norm of a row */
    uint64_t hash;      /* of the rows as they are stored */
} rs_fit_features;

/* Takes `source` over, also after a failure. Every row is looked at: RS_FORMAT names the first that
 * holds a NaN or an infinity. `rows` is how many there must be. Clear *features in any case. */
rs_status rs_fit_features_take(rs_source *source, uint64_t rows, uint64_t memory_bytes,
                               const rs_watch *watch, rs_fit_features *features, rs_error *error);

/* Row `row` as numbers of `dtype`; `room` holds a row as it is stored. Thread-safe. */
rs_status rs_fit_features_get(const rs_fit_features *features, uint64_t row, void *room, void *out,
                              rs_error *error);

/* The error of a file that was cut while it was read. */
rs_status rs_fit_features_short(const rs_fit_features *features, uint64_t row, rs_error *error);

void rs_fit_features_clear(rs_fit_features *features);

#endif
