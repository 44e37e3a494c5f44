/* row_cover.h - which rows of an input were counted.
 *
 * A sorted list of half-open ranges that neither overlap nor touch, so that the same set of rows is
 * the same list however it was put together, and a row that comes a second time is seen.
 */
#ifndef RS_ROW_COVER_H
#define RS_ROW_COVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/evaluator.h"

typedef struct rs_row_cover {
    rs_row_range *range; /* [count], owned; NULL when count is 0 */
    size_t count;
} rs_row_cover;

/* *joined (whose old value is ignored) gets the rows of both. RS_MISMATCH, naming the first such
 * row, when both hold a row; then *joined is empty. */
rs_status rs_row_cover_join(const rs_row_cover *a, const rs_row_cover *b, rs_row_cover *joined,
                            rs_error *error);

uint64_t rs_row_cover_rows(const rs_row_cover *cover);
bool rs_row_cover_equal(const rs_row_cover *a, const rs_row_cover *b);
void rs_row_cover_clear(rs_row_cover *cover);

#endif
