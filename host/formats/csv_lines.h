/* csv_lines.h - a CSV text, line by line and cell by cell (RFC 4180: cells may be quoted, lines may
 * end in CRLF; cells may be parted by something else than commas).
 */
#ifndef RS_CSV_LINES_H
#define RS_CSV_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

enum { RS_CSV_CELLS_MAX = 256 };

typedef struct rs_csv_lines {
    const char *file; /* for messages */
    char separator;   /* of cells: ',', unless the caller says otherwise after beginning */
    bool alone;       /* the text is a line, which is all that the caller has of it */
    char *at;         /* the next line; the text is changed as it is read */
    uint64_t next_line;
    uint64_t line; /* of the cells, from 1 */
    size_t cell_count;
    char *cells[RS_CSV_CELLS_MAX]; /* point into the text, unquoted, NUL-terminated */
} rs_csv_lines;

/* `text` is NUL-terminated and is written to; a byte order mark in front is skipped. */
void rs_csv_begin(rs_csv_lines *lines, const char *file, char *text);

/* Reads the next line that is not empty; *more is false after the last one. */
rs_status rs_csv_next(rs_csv_lines *lines, bool *more, rs_error *error);

/* The advice for too many or too few cells, or names that they do not have: where they are parted
 * by something else, or lines end in CR alone, that is it; else `otherwise`. */
const char *rs_csv_advice(const rs_csv_lines *lines, const char *otherwise);

#endif
