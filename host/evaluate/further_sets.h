/* further_sets.h - several label sets in one pass.
 *
 * A pass is against one ground truth; what takes its time is fetching the rows. Further label sets
 * of the same images are counted by the same pass, row by row: each tally is that of a pass against
 * this set alone, to the last bit. Only calibration is of the pass's own set.
 *
 *     rs_further_begin(evaluator, differences, models, info, &further, error);
 *     a pass of the evaluator: rs_evaluator_score, or rs_evaluator_score_heads of so many heads
 *     rs_further_take(further, model, set, own, &tally, error);
 *     rs_further_free(further);
 */
#ifndef RS_FURTHER_SETS_H
#define RS_FURTHER_SETS_H

#include "labels/set_differences.h"
#include "reassess/evaluator.h"

typedef struct rs_further rs_further;

/* Until it is freed every pass of the evaluator counts the sets that `differences` tells apart from
 * the first one, which is the pass's, in the order of the rows; `models`: 1, or so many heads.
 * Sources, or logits, look like `info`. All must outlive it. */
rs_status rs_further_begin(rs_evaluator *evaluator, const rs_set_differences *differences,
                           size_t models, const rs_source_info *info, rs_further **further,
                           rs_error *error);

/* The tally of a set and a model, once and for the caller to free. `own`: what the pass gave of the
 * model by its own labels. */
rs_status rs_further_take(rs_further *further, size_t model, size_t set, const rs_tally *own,
                          rs_tally **tally, rs_error *error);

void rs_further_free(rs_further *further); /* NULL is fine */

#endif
