/* picked_rows.h - some rows of a source, in an order of their own, as a source. */
#ifndef RS_PICKED_ROWS_H
#define RS_PICKED_ROWS_H

#include "formats/source_impl.h"

/* Row i is row row[i] of `rows_of`. Takes over both, whatever the outcome. A source without random
 * access can only be picked from in its own order. */
rs_status rs_pick_rows(rs_source *rows_of, uint64_t *row, uint64_t rows, rs_source **source,
                       rs_error *error);

/* `row` of such a source, and how many rows that has which they were picked from. NULL: it is none.
 */
const uint64_t *rs_picked_rows_get(const rs_source *source, uint64_t *rows);

#endif
