/* further_sets.h - several label sets in one pass.
 *
 * A pass is against one ground truth; what takes its time is fetching the rows. Further label sets
 * of the same images are counted by the same pass, row by row: each tally is that of a pass against
 * this set alone, to the last bit. Only calibration is of the pass's own set.
 *
 *     rs_further_begin(evaluator, &sets, info, &further, error);
 *     a pass of the evaluator: rs_evaluator_score, or rs_evaluator_score_heads of sets.models heads
 *     rs_further_take(further, model, set, rows, &tally, error);
 *     rs_further_free(further);
 */
#ifndef RS_FURTHER_SETS_H
#define RS_FURTHER_SETS_H

#include "reassess/evaluator.h"

typedef struct rs_further_labels {
    const rs_labels *const *labels; /* [count] in the order of the rows; rows, classes and original
                                       labels are those of the pass's labels */
    size_t count;
    size_t models; /* 1, or so many heads */
} rs_further_labels;

typedef struct rs_further rs_further;

/* Until it is freed every pass of the evaluator counts these sets, too. Sources, or logits, look
 * like `info`. All must outlive it. */
rs_status rs_further_begin(rs_evaluator *evaluator, const rs_further_labels *sets,
                           const rs_source_info *info, rs_further **further, rs_error *error);

/* The tally of a set and a model, once and for the caller to free. `rows`: those of the pass. */
rs_status rs_further_take(rs_further *further, size_t model, size_t set, rs_row_range rows,
                          rs_tally **tally, rs_error *error);

void rs_further_free(rs_further *further); /* NULL is fine */

#endif
