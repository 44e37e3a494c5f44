/* table_read.h - a marked table (cells.h) as columns and rows. */
#ifndef RS_TABLE_READ_H
#define RS_TABLE_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "report/cells.h"

typedef struct rs_table_text {
    const char *text; /* in the marked text */
    size_t length;
} rs_table_text;

typedef struct rs_table {
    size_t indent;
    size_t columns;
    size_t rows;
    unsigned *kind;       /* [columns], with RS_TABLE_BELOW */
    rs_table_text *title; /* [columns] */
    rs_table_text *cell;  /* [rows * columns]; one that is not there is empty */
} rs_table;

/* Where the next table begins in text[0 .. length): its offset, or `length`. */
size_t rs_table_find(const char *text, size_t length);
/* Reads the table that begins there; how many bytes it takes is its value. To be freed with
 * rs_table_free; without memory `out` is lost and the table empty. */
size_t rs_table_read(const char *text, size_t length, rs_table *table, rs_text *out);
void rs_table_free(rs_table *table);

rs_table_kind rs_table_kind_of(const rs_table *table, size_t column);
const rs_table_text *rs_table_at(const rs_table *table, size_t row, size_t column);
/* The cell says what the one above it says. */
bool rs_table_is_same(const rs_table_text *cell);
/* Without spaces at its ends. */
rs_table_text rs_table_trim(rs_table_text cell);

/* How each format appends one; made for rs_tables_show. */
void rs_table_plain(const rs_table *table, size_t columns, bool bold, rs_text *out);
void rs_table_markdown(const rs_table *table, rs_text *out);
void rs_table_csv(const rs_table *table, rs_text *out);
void rs_table_latex(const rs_table *table, rs_text *out);
/* What stands between tables. */
void rs_table_markdown_words(const char *text, size_t length, rs_text *out);
void rs_table_latex_words(const char *text, size_t length, rs_text *out);

#endif
