/* text.h - a growing text, for tables, CSV and JSON lines.
 *
 *     rs_text line = {0};
 *     RS_TRY_DONE(rs_text_printf(&line, error, "%s,%u\n", name, count));
 *     ...
 *     rs_text_clear(&line);
 */
#ifndef RS_TEXT_H
#define RS_TEXT_H

#include <stdarg.h>
#include <stddef.h>

#include "reassess/status.h"

typedef struct rs_text {
    char *data; /* NUL-terminated once anything was added; NULL before */
    size_t length;
    size_t capacity_bytes;
} rs_text;

rs_status rs_text_printf(rs_text *text, rs_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
rs_status rs_text_vprintf(rs_text *text, rs_error *error, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));
rs_status rs_text_append(rs_text *text, const char *data, size_t length, rs_error *error);
/* One CSV cell: quoted when it holds a comma, a quote or a line break. */
rs_status rs_text_csv_cell(rs_text *text, const char *cell, rs_error *error);
void rs_text_clear(rs_text *text);

#endif
