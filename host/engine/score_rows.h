/* score_rows.h - from rows in memory to counters: what one thread of the CPU engine does.
 */
#ifndef RS_SCORE_ROWS_H
#define RS_SCORE_ROWS_H

#include <stdint.h>

#include "engine/average_row.h"
#include "engine/distribution.h"
#include "engine/engine.h"
#include "engine/row_kernel.h"
#include "labels/set_differences.h"
#include "tally/tally_layout.h"

/* The labels of one row as columns (positions, under a class map): those of the ReaL set first,
 * then the original label unless it is one of them. Labels without a column are not listed. */
typedef struct rs_row_labels {
    uint32_t *column; /* [count], of an array of RS_LABELS_LOOKED at least */
    uint32_t *ahead;  /* [count] columns ahead of each; filled by the kernel */
    uint32_t count;
    uint32_t set_count; /* the first of them, which are of the set */
    uint32_t original;  /* which of them is y_i, or RS_NO_LABEL */
    uint32_t set_missing; /* labels of the set that have no column */
} rs_row_labels;

/* Everything that stays the same over the rows of a pass, and room to work in. One per thread. */
typedef struct rs_row_scorer {
    const rs_pass *pass;
    rs_tally_layout layout;
    rs_row_results *results; /* NULL: not asked for */
    uint64_t *counters;      /* where this thread counts; not owned */
    struct rs_further_rows *further; /* NULL: there are no further sets */
    uint64_t row_bytes; /* of the source */
    const unsigned char *next_row;
    uint64_t next_bytes; /* known from there on; 0: none */
    bool fetched;        /* the kernel calls for the next row (rs_row_kernel) */

    rs_content content;
    rs_dtype dtype;
    const rs_row_kernel *kernel; /* NULL for ranked predictions */
    const rs_average_kernel *sums;
    rs_distribution_limits limits; /* of probabilities */
    double largest; /* of a row of averages of probabilities, where it is known; else NaN */
    uint64_t fault; /* the first row that is no distribution (rs_pack_fault), or 0: scoring stops */
    uint32_t width;              /* columns the kernels see: those of the source, or positions */
    uint32_t select;             /* predictions needed of each row, for whatever reason; often 0 */
    uint32_t look_mask;          /* rs_look_mask of the labels */

    rs_row_labels labels;
    rs_candidate *candidate; /* [width] of values */
    unsigned char *mapped;   /* a row by positions, where there is a class map */
    unsigned char *masked;   /* a row without its labels, for calibration */
    struct rs_swept_rows *batch; /* NULL: rows are scored one by one */
    const struct rs_batch_kernel *batch_kernel;
} rs_row_scorer;

/* What a scorer is made of; `pass` and `results` must outlive it. */
typedef struct rs_row_scorer_parts {
    const rs_pass *pass;
    rs_isa isa;
    const rs_source_info *source;
    rs_row_results *results; /* NULL: not asked for */
    uint64_t *counters;      /* where it counts */
    uint64_t *further; /* where further sets count, one behind the other (rs_further_counters of
                        * them in all); NULL: in their own. All are zero before */
} rs_row_scorer_parts;

/* On failure the scorer is empty and need not be cleared. */
rs_status rs_row_scorer_init(rs_row_scorer *scorer, const rs_row_scorer_parts *parts,
                             rs_error *error);
size_t rs_further_counters(const rs_pass *pass);
void rs_row_scorer_clear(rs_row_scorer *scorer);

/* Scores `rows` rows from `first`, `stride_bytes` apart; the first is row `first_row` of the source
 * and of the labels. */
void rs_score_rows(rs_row_scorer *scorer, const void *first, uint64_t stride_bytes,
                   uint64_t first_row, uint64_t rows);

/* Ranks of the row's labels, one at least, and the measure of the largest against its own value, in
 * one sweep for that label (score_calibration.c). Returns what `rank` of the kernels does. */
bool rs_measure_labels(rs_row_scorer *scorer, const void *row, rs_row_measure *measure);

/* Calibration of one valid row of `width` values (score_calibration.c), number `row_index`.
 * `measure` is what the function above gave; without labels it need not hold anything. Sets `fault`
 * where the row is said to be a distribution and is none. */
void rs_score_calibration(rs_row_scorer *scorer, const void *row, uint64_t row_index,
                          rs_row_measure *measure, bool nonempty, bool known);

/* The column (or position) that stands for a class; RS_NO_LABEL when none does. */
static inline uint32_t rs_column_of(const rs_row_scorer *scorer, int32_t class_index)
{
    const rs_class_map *const map = scorer->pass->map;
    if (map != NULL) {
        const int32_t position = map->class_position[class_index];
        return position < 0 ? RS_NO_LABEL : (uint32_t)position;
    }
    return (uint32_t)class_index < scorer->width ? (uint32_t)class_index : RS_NO_LABEL;
}

/* With more columns than this ahead a label counts alike: beyond the last of top-K, and of the
 * first three predictions. */
static inline uint32_t rs_ahead_limit(const rs_pass *pass)
{
    const uint32_t last = pass->topk[pass->topk_count - 1];
    return (last > 3 ? last : 3) - 1;
}

/* Whether a further set has other labels in a row than the pass's own. */
static inline bool rs_has_others(const rs_row_scorer *scorer, uint64_t row_index)
{
    const rs_set_differences *const differences = scorer->pass->differences;
    return differences != NULL && rs_differs(differences->any, row_index);
}

struct rs_row_outcome;
/* What a row that was scored gives by the further sets (score_further.c). `row` is by positions
 * where there is a class map; NULL: the row is invalid. `own`: what it gave by the pass's own. */
void rs_score_further(rs_row_scorer *scorer, const void *row, uint64_t row_index,
                      const struct rs_row_outcome *own);
/* Where to write down what it gives by a set; the original label and that one's rank are. */
struct rs_row_outcome *rs_further_outcome(rs_row_scorer *scorer, size_t set,
                                          const struct rs_row_outcome *own);
/* `block`: where they are counted, one behind the other; NULL: in their own counters. */
rs_status rs_further_rows_init(rs_row_scorer *scorer, uint64_t *block, rs_error *error);
/* Once, after all rows and before anybody looks at the counters: the rest is counted. */
void rs_further_rows_end(rs_row_scorer *scorer);
void rs_further_rows_free(struct rs_further_rows *further); /* NULL is fine */

/* What the caller wanted to know of a row beyond the counters and predictions; returns its place in
 * the results. */
uint64_t rs_write_outcome(const rs_row_scorer *scorer, uint64_t row_index,
                          const struct rs_row_outcome *outcome, uint8_t flags);

/* Ordinary rows, several at a time (score_batch.c). `take` says whether it has taken a row, which
 * has to stay in memory until `count` counts all that were taken, RS_BATCH_ROWS at most. That gives
 * back which of them, bit i of the batch's row i, are not ordinary and are to be scored alone. */
rs_status rs_batch_init(rs_row_scorer *scorer, rs_isa isa, rs_error *error);
bool rs_batch_take(rs_row_scorer *scorer, const void *row, uint64_t row_index);
uint32_t rs_batch_count(rs_row_scorer *scorer);
/* After the last of them: what was counted only by kinds of rows. */
void rs_batch_end(rs_row_scorer *scorer);

/* One row of ranked predictions (score_predictions.c). */
void rs_score_predictions(rs_row_scorer *scorer, const void *row, uint64_t row_index);

/* The better of the columns of each position of the class map, in the same dtype (map_row.c). */
void rs_map_row(const rs_class_map *map, rs_dtype dtype, const void *row, void *mapped);

#endif
