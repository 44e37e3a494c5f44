/* label_text.h - text files of one item a line: labels, class lists, row orders, class maps.
 *
 * Lines end in LF or CR LF; a UTF-8 byte order mark is skipped; a line that starts with '#' is a
 * comment; blank lines may stand at the end only. Fields are separated by white space or, in a line
 * that holds a comma, by commas (with blanks around them).
 */
#ifndef RS_LABEL_TEXT_H
#define RS_LABEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

/* Limits of every label file, checked before anything is allocated. */
#define RS_LABEL_FILE_BYTES_MAX (UINT64_C(256) << 20)
#define RS_CLASSES_MAX          65536u

/* A piece of the text; not NUL-terminated. */
typedef struct rs_span {
    const char *text;
    size_t length;
} rs_span;

typedef struct rs_line {
    rs_span text;
    uint64_t number; /* from 1 */
} rs_line;

typedef struct rs_lines {
    const char *file;
    const uint8_t *at; /* start of the next line */
    const uint8_t *end;
    uint64_t number; /* of the last line read */
    uint64_t blank;  /* first blank line, or 0 */
    bool synthetic;  /* a comment so far said that `reassess synth` made this */
} rs_lines;

/* Refuses binary files and UTF-16. `data` must outlive *lines. */
rs_status rs_lines_open(const char *file, const uint8_t *data, size_t size, rs_lines *lines,
                        rs_error *error);

/* The next line that is neither a comment nor blank, without its end and outer blanks. *more is
 * false at the end of the file. A blank line followed by another is an error. */
rs_status rs_lines_next(rs_lines *lines, rs_line *line, bool *more, rs_error *error);

/* Splits a line into up to `limit` fields; returns how many the line has (which may be more). */
size_t rs_line_fields(const rs_line *line, rs_span *fields, size_t limit);

/* "-1", "0", "65": true when `field` is a whole number; *value gets it, INT32_MAX when it is
 * larger. */
bool rs_span_integer(rs_span field, int32_t *value);

bool rs_span_equal(rs_span field, const char *text);

enum { RS_SHOWN_BYTES = 72 };
/* The bytes in quotes for an error text: what is not printable ASCII as \xNN, long ones cut. No
 * bytes at all: "the end of the file". */
const char *rs_show_bytes(const void *data, size_t length, char out[RS_SHOWN_BYTES]);
const char *rs_show_span(rs_span field, char out[RS_SHOWN_BYTES]);
/* The same in room of its own, which is there until the block ends in which it stands. */
#define RS_SHOW_BYTES(data, length) rs_show_bytes((data), (length), (char[RS_SHOWN_BYTES]){0})
#define RS_SHOW_SPAN(field)         rs_show_span((field), (char[RS_SHOWN_BYTES]){0})

#endif
