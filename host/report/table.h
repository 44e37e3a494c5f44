/* table.h - results for people: tables of text, percent with two decimals. */
#ifndef RS_TABLE_H
#define RS_TABLE_H

#include "report/record.h"

/* Everything about one model. */
rs_status rs_table_model(const rs_record *record, rs_text *out, rs_error *error);

/* Several models, a line each: a heading first, then one call a model. */
rs_status rs_table_heading(size_t name_width, rs_text *out, rs_error *error);
rs_status rs_table_line(const rs_record *record, size_t name_width, rs_text *out, rs_error *error);

#endif
