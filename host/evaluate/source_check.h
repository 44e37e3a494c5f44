/* source_check.h - do source and labels belong together? What every pass over all rows asks. */
#ifndef RS_SOURCE_CHECK_H
#define RS_SOURCE_CHECK_H

#include "reassess/evaluator.h"

/* `map` is NULL where column j is class j. */
rs_status rs_source_check_columns(const rs_class_map *map, const rs_label_view *labels,
                                  const rs_source_info *info, rs_error *error);

/* RS_MISMATCH: the source has `rows` rows, the labels another number. */
rs_status rs_source_fail_rows(const rs_source_info *info, uint64_t rows, uint64_t label_rows,
                              rs_error *error);

/* What a source that comes once still owes after the last row of the pass: a stream must not go on
 * after the last image, and one that ends later (a member of an archive, of which a range was
 * scored) is read to its end, where its checksum is. */
rs_status rs_source_check_end(rs_source *source, rs_row_range rows, uint64_t label_rows,
                              rs_error *error);

#endif
