/* row_margins.h - how far the first prediction of each row is ahead of the second.
 *
 * Logits give it by the way. Ranked predictions have no values of their own; those that come with
 * scores, or lie beside their values in a sidecar, have margins all the same.
 */
#ifndef RS_ROW_MARGINS_H
#define RS_ROW_MARGINS_H

#include <stdint.h>

#include "reassess/evaluator.h"

/* Of one row with its `keep` first predictions and their values: NaN without a prediction, infinite
 * where there is no second one. */
double rs_row_margin(const int32_t *prediction, const double *value, uint32_t keep);

/* From the first two predictions of each row and their values; results->keep is at least 2 unless
 * there is one column. Free *margin with free(). */
rs_status rs_row_margins_of(const rs_row_results *results, uint64_t rows, double **margin,
                            rs_error *error);

/* From the two largest of each row's scores; NaN where one is NaN. PATH holds as many rows of
 * floats as the `rows` predictions, or as those had that `predictions` (NULL: none) were picked
 * from; `tensor` names the array (NULL: the only one that fits). */
rs_status rs_row_margins_read(const char *path, const char *tensor, uint64_t rows,
                              const rs_source *predictions, double **margin, rs_error *error);

#endif
