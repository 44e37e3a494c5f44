/* line_reader.h - the lines of a stream, one at a time, so that a file of any length fits. */
#ifndef RS_LINE_READER_H
#define RS_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/byte_stream.h"
#include "labels/label_text.h"

#define RS_LINE_BYTES_MAX (1u << 20)

/* Zero-initialise but for stream and file. Free with rs_line_reader_clear; the stream stays
 * open. */
typedef struct rs_line_reader {
    rs_byte_stream *stream;
    const char *file; /* for messages */
    char *buffer;
    size_t capacity;
    size_t begin; /* of what was not handed out yet */
    size_t end;
    bool ended;
    uint64_t number; /* of the line handed out last, from 1 */
} rs_line_reader;

/* The next line without its end (LF or CR LF), NUL-terminated, the caller's to change until the
 * next call. *more is false at the end. A zero byte or a line above RS_LINE_BYTES_MAX is an error;
 * a byte order mark before the first line is skipped. */
rs_status rs_line_reader_next(rs_line_reader *reader, char **line, size_t *length, bool *more,
                              rs_error *error);

/* Looks at the first bytes of the next line without taking it; *length may be 0 at the end. */
rs_status rs_line_reader_peek(rs_line_reader *reader, const char **text, size_t *length,
                              rs_error *error);

/* Everything that is left, NUL-terminated, when it is at most `limit_bytes`. */
rs_status rs_line_reader_rest(rs_line_reader *reader, size_t limit_bytes, char **text,
                              size_t *length, rs_error *error);

void rs_line_reader_clear(rs_line_reader *reader);

#endif
