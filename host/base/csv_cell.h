/* csv_cell.h - texts as cells of CSV: for programs, spreadsheets, and a terminal that cat fills. */
#ifndef RS_CSV_CELL_H
#define RS_CSV_CELL_H

#include "base/text.h"

/* One CSV cell of text: quoted when it holds a comma, a quote or a line end, with a ' before what
 * spreadsheets would take for a formula, and what a terminal would obey written out
 * (base/visible.h). Numbers are no text. */
void rs_text_csv_cell(rs_text *text, const char *cell);
void rs_text_csv_text(rs_text *text, const rs_text *cell); /* whose loss it takes along */

#endif
