/* ranked.h - integers become ranked predictions: int32 classes, best first, checked. */
#ifndef RS_RANKED_H
#define RS_RANKED_H

#include "formats/source_impl.h"
#include "reassess/labels.h"
#include "reassess/logits.h"

/* A source of int32 rows on top of one of integers, which it takes over, whatever the outcome.
 * `scores` (or NULL, taken over too) has the same shape: each row is ordered by it, larger first,
 * equal scores by class; a row with a NaN among its scores becomes all -1. Without scores the order
 * is kept. A class outside 0 .. class_limit - 1 (0: RS_MAX_COLUMNS, the most there can be) or twice
 * in a row is an error that names the row, when it is read. Where classes->may_miss, -1 may end a
 * row. With `map` (or NULL; must outlive the source) what stands in the file are its columns, below
 * as many as it has: each becomes its class. Those without one are left out, and of two of one
 * class the first stays; -1 fills what is left of the row. */
rs_status rs_ranked_open(rs_source *classes, rs_source *scores, uint32_t class_limit,
                         const rs_class_map *map, rs_source **source, rs_error *error);

/* An integer of such a file. False when it is outside int64, which u64 alone can be. */
bool rs_ranked_integer(const uint8_t *from, rs_dtype dtype, int64_t *out);

#endif
