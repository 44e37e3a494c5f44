/* table_cells.h - the cells of a line of CSV, or separated by tabs or semicolons. The text is not
 * changed: quotes that are doubled inside a cell stay so.
 */
#ifndef RS_TABLE_CELLS_H
#define RS_TABLE_CELLS_H

#include "labels/label_text.h"

/* What separates the cells of this line: the first of tab, comma, semicolon that it holds outside
 * quotes; '\0': none. */
char rs_cells_separator(rs_span line);

/* Returns how many cells there are, which may be more than `limit`. '\0' separates nothing. */
size_t rs_cells_split(rs_span line, char separator, rs_span *cell, size_t limit);

#endif
