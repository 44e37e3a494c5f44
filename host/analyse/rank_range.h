/* rank_range.h - which ranks a model may have, when others are hardly better or worse.
 *
 * Two models are told apart by the exact McNemar test (analyse/mcnemar.h); of each model's tests
 * against all others Holm's procedure keeps the chance of even one false finding at 5 %, so that
 * its true rank is in the range in at least 95 % of draws of the images (M. Mogstad, J. P. Romano,
 * A. M. Shaikh and D. Wilhelm, "Inference for ranks", 2024: a marginal confidence set).
 */
#ifndef RS_RANK_RANGE_H
#define RS_RANK_RANGE_H

#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

/* From 1 + how many models are better to the number of models minus how many are worse; 1 is the
 * best. Both 0: not known. */
typedef struct rs_rank_range {
    size_t best;
    size_t worst;
} rs_rank_range;

/* `right`: the images that each model gets right, a bit each, in `words` words; NULL: not known,
 * and the model is not counted. Time and memory grow with the square of `count`. */
rs_status rs_rank_ranges(const uint64_t *const *right, size_t count, size_t words,
                         rs_rank_range *range, rs_error *error);

#endif
