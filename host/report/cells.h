/* cells.h - tables in a text for people, cell by cell, before it is known what they are shown as.
 *
 *     rs_table_begin(out, 2);
 *     rs_table_column(out, RS_TABLE_KEY, "model");
 *     rs_table_column(out, RS_TABLE_RANGE, "top-1, %");
 *     rs_table_row(out);
 *     rs_table_name(out, record->model);
 *     rs_table_cell(out);
 *     rs_table_add_interval(metric, out);
 *     rs_table_end(out);
 *
 * What commands print is sentences with such tables between them. Who makes them knows nothing of
 * widths, escapes and formats: table_show.h lays the text out for a terminal, or makes Markdown,
 * CSV or LaTeX of it. In the text a table is marked by controls that nothing shown holds
 * (base/visible.h); a cell is whatever is added to the text after it was begun.
 */
#ifndef RS_CELLS_H
#define RS_CELLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

typedef enum rs_table_kind {
    RS_TABLE_KEY = 0, /* what the row is of: at the left, again where a wide table goes on below */
    RS_TABLE_WORDS,   /* at the left */
    RS_TABLE_PROSE,   /* the last column: what has no room goes on in the next line */
    RS_TABLE_NUMBER,  /* at the right; in CSV without commas between thousands */
    RS_TABLE_RANGE    /* "75.06 [74.68, 75.44]": in CSV three columns */
} rs_table_kind;

/* With a kind: where the table is too wide for its place, it goes on below from this column on. */
enum { RS_TABLE_BELOW = 8 };

/* `indent`: spaces before the rows of a table on a terminal. */
void rs_table_begin(rs_text *out, size_t indent);
/* A line end in the title is one on a terminal alone. */
void rs_table_column(rs_text *out, unsigned kind, const char *title);
/* Several of one kind; `titles` end with NULL. */
void rs_table_columns(rs_text *out, unsigned kind, const char *const *titles);
#define RS_TABLE_COLUMNS(out, kind, ...)                                                           \
    rs_table_columns((out), (kind), (const char *const[]){__VA_ARGS__, NULL})
void rs_table_row(rs_text *out);
/* Begins a cell: it holds what is added next. */
void rs_table_cell(rs_text *out);
void rs_table_end(rs_text *out);

/* Whole cells. */
void rs_table_put(rs_text *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void rs_table_name(rs_text *out, const char *name); /* out of a file, or of anybody */
void rs_table_count(rs_text *out, uint64_t count);
void rs_table_none(rs_text *out); /* "-", in CSV nothing */
/* As in the row above: only CSV says it again. */
void rs_table_same(rs_text *out);

#endif
