/* table_parts.h - numbers with their intervals, in tables of one and of several models. */
#ifndef RS_TABLE_PARTS_H
#define RS_TABLE_PARTS_H

#include "base/text.h"
#include "reassess/metrics.h"

/* "75.06 [74.68, 75.44]", the value alone where there is no interval, or "-" without one; then
 * spaces up to `width` columns. */
void rs_table_add_cell(const rs_metric *metric, const char *between, size_t width, rs_text *out);
/* Spaces up to `width` columns after where a cell began. */
void rs_table_pad(size_t begin, size_t width, rs_text *out);

/* " [LOW, HIGH]", " (error E)" where there is no interval, or nothing. */
void rs_table_add_bar(const rs_error_bar *bar, double scale, int digits, rs_text *out);

/* Of a balanced set both are the same number, and the interval of classes, of which each has as
 * many images as it was to have, is the one to print. */
const rs_metric *rs_table_error_of_classes(const rs_metric *share, const rs_metric *mean);

#endif
