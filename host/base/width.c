/* width.c - see width.h. */
#include "base/width.h"

#include <string.h>

#include "base/visible.h"

typedef struct code_range {
    uint32_t first;
    uint32_t last;
} code_range;

#include "base/width_ranges.inc"

static bool is_in(uint32_t code, const code_range *range, size_t count)
{
    size_t low = 0;
    while (low < count) {
        const size_t middle = low + (count - low) / 2;
        if (code > range[middle].last) {
            low = middle + 1;
        } else {
            count = middle;
        }
    }
    return range[low].first <= code && code <= range[low].last;
}

/* Of what rs_text_visible shows for it. */
static size_t columns_of(uint32_t code)
{
    if (code == '\n') {
        return strlen("\\n");
    }
    if (code == UINT32_MAX || rs_is_hidden(code)) {
        return code == UINT32_MAX || code < 0x100 ? strlen("\\x1b") : strlen("\\u202e");
    }
    if (code < 0xa0) {
        return 1;
    }
    if (is_in(code, no_column, sizeof no_column / sizeof no_column[0] - 1)) {
        return 0;
    }
    return is_in(code, two_columns, sizeof two_columns / sizeof two_columns[0] - 1) ? 2 : 1;
}

/* How many bytes of the text have room on the columns; *taken is how many those take. */
static size_t fitting(const char *text, size_t length, size_t columns, size_t *taken)
{
    size_t at = 0;
    *taken = 0;
    while (at < length) {
        uint32_t code = 0;
        const size_t bytes = rs_character_at(text + at, length - at, &code);
        const size_t more = columns_of(code);
        if (more > columns - *taken) {
            break;
        }
        *taken += more;
        at += bytes;
    }
    return at;
}

size_t rs_width(const char *text, size_t length)
{
    size_t taken;
    (void)fitting(text, length, SIZE_MAX, &taken);
    return taken;
}

size_t rs_wider(size_t columns, const char *name)
{
    const size_t width = rs_width(name, strlen(name));
    return width > columns ? width : columns;
}

static void add_spaces(rs_text *out, size_t count)
{
    rs_text_printf(out, "%*s", (int)count, "");
}

/* Where the first line of the text breaks: behind what has room, at a space. */
static size_t breaking(const char *line, size_t length, size_t indent, size_t columns)
{
    size_t taken;
    size_t at = fitting(line, length, columns, &taken);
    if (at == length) {
        return length;
    }
    while (at > indent && line[at] != ' ') {
        --at;
    }
    return at > indent ? at : length;
}

static void fold_line(rs_text *out, const char *line, size_t length, size_t columns)
{
    const size_t indent = strspn(line, " ");
    size_t more = breaking(line, length, indent, columns);
    rs_text_append(out, line, more);
    while (more < length) {
        line += more + 1;
        length -= more + 1;
        more = breaking(line, length, 0, columns - indent - 2);
        rs_text_add(out, "\n");
        add_spaces(out, indent + 2);
        rs_text_append(out, line, more);
    }
}

void rs_text_fold(rs_text *out, size_t from, size_t columns)
{
    rs_text tail = {0};
    if (out->lost != NULL || out->length <= from) {
        return;
    }
    rs_text_append(&tail, out->data + from, out->length - from);
    out->length = from;
    for (size_t at = 0; tail.lost == NULL && at < tail.length;) {
        const size_t length = strcspn(tail.data + at, "\n");
        fold_line(out, tail.data + at, length, columns);
        at += length;
        if (at < tail.length) {
            rs_text_add(out, "\n");
            ++at;
        }
    }
    rs_text_pass_loss(&tail, out);
    rs_text_clear(&tail);
}
