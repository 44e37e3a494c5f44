/* cells_marks.h - how tables stand in a text: known to cells.c and table_read.c alone. */
#ifndef RS_CELLS_MARKS_H
#define RS_CELLS_MARKS_H

/* BEGIN, a digit for the indent, then CELL, a digit for the kind and a title for each column; ROW
 * and its cells for each row; END. */
#define RS_MARK_BEGIN "\x1c\x1d\x1e\x1f"
#define RS_MARK_END   '\x1d'
#define RS_MARK_ROW   '\x1e'
#define RS_MARK_CELL  '\x1f'
#define RS_MARK_SAME  '\x1a'

enum { RS_MARK_KIND = '0', RS_MARK_INDENT = '0' }; /* what the digits count from */

#endif
