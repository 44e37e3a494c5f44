/* table.h - results for people: tables of text, percent with two decimals. */
#ifndef RS_TABLE_H
#define RS_TABLE_H

#include "report/record.h"

/* Everything about one model. */
void rs_table_model(const rs_record *record, rs_text *out);

/* Several models, a line each: a heading first, then one call a model. `bracket`: they were held
 * against raters' scores. */
void rs_table_heading(size_t name_width, bool bracket, rs_text *out);
void rs_table_line(const rs_record *record, size_t name_width, rs_text *out);

#endif
