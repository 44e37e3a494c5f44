/* subset_holdout.h - recall and precision of subsets of models with their intervals, and what the
 * choice of one does on images that it did not see.
 *
 * The subset that looks best on the golden images looks better there than it is: it was chosen for
 * it. So the images are dealt out into folds, the choice is made without each of them in turn, and
 * what it proposes for the images that were left out is put together.
 */
#ifndef RS_SUBSET_HOLDOUT_H
#define RS_SUBSET_HOLDOUT_H

#include "analyse/proportion.h"
#include "relabel/propose_golden.h"

/* 95 % intervals with images as clusters. */
typedef struct rs_subset_ends {
    rs_interval recall;
    rs_interval precision;
} rs_subset_ends;

rs_status rs_subset_ends_of(const rs_golden_proposals *golden, uint32_t subset,
                            rs_subset_ends *ends, rs_error *error);

typedef struct rs_holdout {
    uint32_t folds;
    uint32_t proposed; /* for the images of each fold, by the choice that was made without them */
    uint32_t right;
    uint32_t present;
    uint32_t subsets;    /* how many different ones were chosen */
    uint32_t fell_short; /* folds without which no subset reached the recall: the best one counts */
    rs_subset_ends ends;
} rs_holdout;

/* Image i is in fold i mod `folds`. RS_USAGE where there are fewer than two folds, or more than
 * images; RS_MISMATCH when all pairs that are present are in one. */
rs_status rs_subset_hold_out(const rs_golden_proposals *golden, uint32_t folds, double min_recall,
                             rs_holdout *out, rs_error *error);

#endif
