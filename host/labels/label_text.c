/* label_text.c - lines and fields of text files. */
#include "labels/label_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

static const char synthetic_mark[] = "# synthetic";

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static rs_span trimmed(rs_span span)
{
    while (span.length > 0 && is_blank(span.text[0])) {
        ++span.text;
        --span.length;
    }
    while (span.length > 0 && is_blank(span.text[span.length - 1])) {
        --span.length;
    }
    return span;
}

rs_status rs_lines_open(const char *file, const uint8_t *data, size_t size, rs_lines *lines,
                        rs_error *error)
{
    static const uint8_t nothing[1] = {0};
    const uint8_t *const text = data != NULL ? data : nothing;
    *lines = (rs_lines){.file = file, .end = text + size};
    lines->at = rs_after_bom(text, lines->end);
    if (size >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0)) {
        return rs_fail(error, RS_UNSUPPORTED, file, rs_at_byte(0), "save the file as UTF-8",
                       "the text is in UTF-16");
    }
    const uint8_t *zero = memchr(text, 0, size);
    if (zero != NULL) {
        return rs_fail(error, RS_FORMAT, file, rs_at_byte((uint64_t)(zero - text)),
                       "a text file with one item a line is needed",
                       "a zero byte: this is not a text file");
    }
    return RS_OK;
}

rs_status rs_lines_next(rs_lines *lines, rs_line *line, bool *more, rs_error *error)
{
    *more = false;
    while (lines->at < lines->end) {
        const char *begin = (const char *)lines->at;
        const size_t left = (size_t)(lines->end - lines->at);
        const char *stop = memchr(begin, '\n', left);
        const size_t length = stop == NULL ? left : (size_t)(stop - begin);
        lines->at += stop == NULL ? left : length + 1;
        ++lines->number;
        const rs_span text = trimmed((rs_span){begin, length});
        if (text.length == 0) {
            lines->blank = lines->blank == 0 ? lines->number : lines->blank;
            continue;
        }
        if (text.text[0] == '#') {
            const size_t mark = sizeof synthetic_mark - 1;
            lines->synthetic |= text.length >= mark && memcmp(text.text, synthetic_mark, mark) == 0;
            continue;
        }
        if (lines->blank != 0) {
            return rs_fail(error, RS_FORMAT, lines->file, rs_at_line(lines->blank),
                           "remove it; an image without a label is written as -1",
                           "a blank line, but line %" PRIu64 " follows", lines->number);
        }
        *line = (rs_line){.text = text, .number = lines->number};
        *more = true;
        return RS_OK;
    }
    return RS_OK;
}

size_t rs_line_fields(const rs_line *line, rs_span *fields, size_t limit)
{
    const bool commas = memchr(line->text.text, ',', line->text.length) != NULL;
    const char *at = line->text.text;
    const char *const end = at + line->text.length;
    size_t count = 0;
    for (;;) {
        const char *stop = at;
        while (stop < end && (commas ? *stop != ',' : !is_blank(*stop))) {
            ++stop;
        }
        if (count < limit) {
            fields[count] = trimmed((rs_span){at, (size_t)(stop - at)});
        }
        ++count;
        if (stop == end) {
            return count;
        }
        at = stop + 1;
        while (!commas && at < end && is_blank(*at)) {
            ++at;
        }
    }
}

bool rs_span_integer(rs_span field, int32_t *value)
{
    const bool negative = field.length > 1 && field.text[0] == '-';
    int64_t number = 0;
    *value = 0;
    if (field.length == 0) {
        return false;
    }
    for (size_t i = negative ? 1 : 0; i < field.length; ++i) {
        const char c = field.text[i];
        if (c < '0' || c > '9') {
            return false;
        }
        number = number * 10 + (c - '0');
        number = number > INT32_MAX ? INT32_MAX : number;
    }
    *value = (int32_t)(negative ? -number : number);
    return true;
}

bool rs_span_equal(rs_span field, const char *text)
{
    return strlen(text) == field.length && memcmp(field.text, text, field.length) == 0;
}

const char *rs_show_bytes(const void *data, size_t length, char out[RS_SHOWN_BYTES])
{
    const uint8_t *const bytes = data;
    size_t used = 0;
    if (length == 0) {
        (void)snprintf(out, RS_SHOWN_BYTES, "the end of the file");
        return out;
    }
    out[used++] = '\'';
    for (size_t i = 0; i < length; ++i) {
        if (used > RS_SHOWN_BYTES - 10) {
            memcpy(out + used, "...", 3);
            used += 3;
            break;
        }
        if (bytes[i] >= 0x20 && bytes[i] < 0x7f) {
            out[used++] = (char)bytes[i];
        } else {
            used += (size_t)snprintf(out + used, 5, "\\x%02x", (unsigned)bytes[i]);
        }
    }
    out[used++] = '\'';
    out[used] = '\0';
    return out;
}

const char *rs_show_span(rs_span field, char out[RS_SHOWN_BYTES])
{
    if (field.length == 0) {
        (void)snprintf(out, RS_SHOWN_BYTES, "an empty field");
        return out;
    }
    return rs_show_bytes(field.text, field.length, out);
}
