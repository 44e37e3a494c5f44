/* table_parts.h - numbers with their intervals, in tables of one and of several models. */
#ifndef RS_TABLE_PARTS_H
#define RS_TABLE_PARTS_H

#include "base/text.h"
#include "report/cells.h"
#include "reassess/metrics.h"

/* A cell (cells.h): "75.06 [74.68, 75.44]", the value alone where there is no interval, or "-"
 * without one. */
void rs_table_metric(const rs_metric *metric, rs_text *out);
/* The value alone, or "-". */
void rs_table_value(const rs_metric *metric, rs_text *out);

/* " [LOW, HIGH]", " (error E)" where there is no interval, or nothing. */
void rs_table_add_bar(const rs_error_bar *bar, double scale, int digits, rs_text *out);

/* Of a balanced set both are the same number, and the interval of classes, of which each has as
 * many images as it was to have, is the one to print. */
const rs_metric *rs_table_error_of_classes(const rs_metric *share, const rs_metric *mean);

#endif
