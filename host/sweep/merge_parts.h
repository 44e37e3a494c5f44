/* merge_parts.h - parts of a model into one record. */
#ifndef RS_MERGE_PARTS_H
#define RS_MERGE_PARTS_H

#include "base/text.h"
#include "sweep/result_folder.h"

/* `part` are the results of one model, sorted by their first row. Appends the record that one run
 * over all rows would have given, but for timing, engine, and an explanation of results near
 * chance, which needs the labels. */
rs_status rs_merge_parts(const rs_result *part, size_t count, rs_text *record, rs_error *error);

#endif
