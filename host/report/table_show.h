/* table_show.h - a text with tables (cells.h) as people are shown it.
 *
 * The one place that knows what a table looks like. On a terminal, and wherever nothing else is
 * said, columns stand under each other in the width there is: a name that is too wide for its
 * column has a line of its own before its row, and columns that have no room go on in a table
 * below, behind the same keys. In Markdown and LaTeX cells are escaped, names with underscores
 * before all; what is no table is a paragraph in the one, and a comment in the other. CSV holds
 * tables alone, an empty line between two, and of "75.06 [74.68, 75.44]" three columns.
 */
#ifndef RS_TABLE_SHOW_H
#define RS_TABLE_SHOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

typedef enum rs_table_format {
    RS_TABLE_PLAIN = 0,
    RS_TABLE_MARKDOWN,
    RS_TABLE_CSV,
    RS_TABLE_LATEX
} rs_table_format;

typedef struct rs_table_look {
    rs_table_format format;
    size_t columns; /* of a plain table */
    bool bold;      /* headings of a plain one: the terminal knows what is bold */
} rs_table_look;

/* Appends what `marked` holds; its loss too. Nothing in it reaches a terminal as a command. */
void rs_tables_show(const rs_text *marked, rs_table_look look, rs_text *out);

#endif
