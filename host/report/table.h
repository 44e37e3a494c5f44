/* table.h - results for people: sentences and tables (cells.h), percent with two decimals. */
#ifndef RS_TABLE_H
#define RS_TABLE_H

#include "report/cells.h"
#include "report/record.h"

/* Everything about one model. */
void rs_table_model(const rs_record *record, rs_text *out);

/* Several models, two lines each: by the original labels, and by ReaL; and one for each further
 * label set. A heading first, then one call a model, rs_table_end, and the notes. `bracket`: they
 * were held against raters' scores. */
void rs_table_heading(bool bracket, rs_text *out);
void rs_table_lines(const rs_record *record, rs_text *out);
void rs_table_notes(bool bracket, rs_text *out);

/* Their calibration, in a table of its own: the first one would be too wide with it. Nothing for a
 * model that has none; rs_table_end after the last one. */
void rs_table_calibration_heading(rs_text *out);
void rs_table_calibration_lines(const rs_record *record, rs_text *out);

/* By further label sets, of one model; nothing where there are none. */
void rs_table_sets(const rs_record *record, rs_text *out);

/* "mean average precision by ReaL: 67.12, over 1,000 classes and 46,837 rows", or why there is
 * none; nothing where it was not asked for. */
void rs_table_precision(const rs_record *record, rs_text *out);

#endif
