/* line_reader.c - a buffer that slides over the stream and grows to the longest line. */
#include "relabel/line_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/utf8.h"

enum { FIRST_BUFFER_BYTES = 1 << 16 };

static rs_status grow(rs_line_reader *reader, rs_error *error)
{
    const size_t capacity = reader->capacity == 0 ? FIRST_BUFFER_BYTES : 2 * reader->capacity;
    RS_TRY(RS_GROW(&reader->buffer, (uint64_t)capacity + 1, "lines", error)); /* and a NUL */
    reader->capacity = capacity;
    return RS_OK;
}

/* The number of the line of a place in what was not handed out yet. */
static uint64_t line_of(const rs_line_reader *reader, const char *place)
{
    uint64_t line = reader->number + 1;
    for (const char *at = reader->buffer + reader->begin; at < place; ++at) {
        line += *at == '\n' ? 1 : 0;
    }
    return line;
}

/* Reads more behind what there is. */
static rs_status fill(rs_line_reader *reader, rs_error *error)
{
    if (reader->begin > 0) {
        memmove(reader->buffer, reader->buffer + reader->begin, reader->end - reader->begin);
        reader->end -= reader->begin;
        reader->begin = 0;
    }
    if (reader->end == reader->capacity) {
        RS_TRY(grow(reader, error));
    }
    const bool first = reader->number == 0 && reader->end == 0;
    const size_t wanted = reader->capacity - reader->end;
    char *const to = reader->buffer + reader->end;
    size_t got = 0;
    RS_TRY(reader->stream->read(reader->stream, to, wanted, &got, error));
    reader->ended = got < wanted;
    reader->end += got;
    const char *const zero = memchr(to, 0, got);
    if (zero != NULL) {
        return rs_fail(error, RS_FORMAT, reader->file, rs_at_line(line_of(reader, zero)),
                       "a text file is needed", "a zero byte: this is not a text file");
    }
    if (first) {
        const uint8_t *const text = (const uint8_t *)to;
        reader->begin = (size_t)(rs_after_bom(text, text + got) - text);
    }
    return RS_OK;
}

rs_status rs_line_reader_next(rs_line_reader *reader, char **line, size_t *length, bool *more,
                              rs_error *error)
{
    char *stop = NULL;
    size_t searched = 0;
    for (;;) {
        const size_t held = reader->end - reader->begin;
        if (held > searched) {
            stop = memchr(reader->buffer + reader->begin + searched, '\n', held - searched);
        }
        const size_t length_so_far =
            stop != NULL ? (size_t)(stop - reader->buffer) - reader->begin : held;
        if (length_so_far > RS_LINE_BYTES_MAX) {
            return rs_fail(error, RS_RANGE, reader->file, rs_at_line(reader->number + 1),
                           "is it the right file?", "the line is longer than %u bytes",
                           RS_LINE_BYTES_MAX);
        }
        if (stop != NULL || reader->ended) {
            break;
        }
        searched = held;
        RS_TRY(fill(reader, error));
    }
    *more = reader->begin < reader->end;
    if (!*more) {
        return RS_OK;
    }
    char *const begin = reader->buffer + reader->begin;
    char *end = stop != NULL ? stop : reader->buffer + reader->end;
    reader->begin = (size_t)(end - reader->buffer) + (stop != NULL ? 1 : 0);
    if (end > begin && end[-1] == '\r') {
        --end;
    }
    *end = '\0';
    *line = begin;
    *length = (size_t)(end - begin);
    ++reader->number;
    return RS_OK;
}

rs_status rs_line_reader_peek(rs_line_reader *reader, const char **text, size_t *length,
                              rs_error *error)
{
    while (reader->begin == reader->end && !reader->ended) {
        RS_TRY(fill(reader, error));
    }
    *text = reader->buffer + reader->begin;
    *length = reader->end - reader->begin;
    return RS_OK;
}

rs_status rs_line_reader_rest(rs_line_reader *reader, size_t limit_bytes, char **text,
                              size_t *length, rs_error *error)
{
    while (!reader->ended && reader->end - reader->begin <= limit_bytes) {
        RS_TRY(fill(reader, error));
    }
    *length = reader->end - reader->begin;
    if (*length > limit_bytes) {
        return rs_fail(error, RS_RANGE, reader->file, rs_nowhere(),
                       "write one JSON object a line instead, which has no limit",
                       "the array is longer than %zu bytes", limit_bytes);
    }
    *text = reader->buffer + reader->begin;
    (*text)[*length] = '\0';
    reader->begin = reader->end;
    return RS_OK;
}

void rs_line_reader_clear(rs_line_reader *reader)
{
    free(reader->buffer);
    *reader = (rs_line_reader){0};
}
