/* markup.c - escaping. */
#include "report/markup.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "base/visible.h"

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */
static const char dots[] = "\xe2\x80\xa6";        /* U+2026 */

static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* U+FFFE and U+FFFF are well-formed UTF-8, but may not stand in XML. */
static bool is_noncharacter(const char *text, size_t length)
{
    return length == 3 && memcmp(text, "\xef\xbf", 2) == 0 && (uint8_t)text[2] >= 0xbe;
}

/* The character at `text`; *taken bytes of it are used up. */
static void append_character(rs_text *out, const char *text, size_t left, size_t *taken)
{
    const size_t length = rs_utf8_length((const uint8_t *)text, left);
    const char *entity = entity_of(text[0]);
    *taken = length == 0 ? 1 : length;
    if (length == 0 || is_noncharacter(text, length)) {
        rs_text_append(out, replacement, sizeof replacement - 1);
        return;
    }
    if (entity != NULL) {
        rs_text_add(out, entity);
        return;
    }
    uint32_t code = 0;
    (void)rs_character_at(text, left, &code);
    if (rs_is_hidden(code)) {
        rs_text_add(out, " ");
    } else {
        rs_text_append(out, text, length);
    }
}

void rs_markup_append(rs_text *out, const char *text, size_t length)
{
    size_t taken = 0;
    for (size_t at = 0; at < length; at += taken) {
        append_character(out, text + at, length - at, &taken);
    }
}

void rs_markup_text(rs_text *out, const char *text)
{
    rs_markup_append(out, text, strlen(text));
}

/* How many characters the text has, and where character number `at` begins. */
static size_t count_characters(const char *text, size_t at, size_t *begin)
{
    const size_t size = strlen(text);
    size_t count = 0;
    for (size_t byte = 0; byte < size; ++count) {
        const size_t length = rs_utf8_length((const uint8_t *)text + byte, size - byte);
        if (count == at) {
            *begin = byte;
        }
        byte += length == 0 ? 1 : length;
    }
    return count;
}

void rs_markup_short(rs_text *out, const char *text, size_t limit)
{
    size_t cut = 0;
    if (count_characters(text, limit - 1, &cut) <= limit) {
        rs_markup_text(out, text);
        return;
    }
    rs_markup_append(out, text, cut);
    rs_text_append(out, dots, sizeof dots - 1);
}

void rs_markup_name(rs_text *out, const char *name)
{
    while (*name != '\0') {
        const size_t plain = strcspn(name, "_.-/");
        const size_t taken = plain + (name[plain] != '\0');
        rs_markup_append(out, name, taken);
        name += taken;
        if (*name != '\0') {
            rs_text_add(out, "<wbr/>");
        }
    }
}

void rs_markup_middle(rs_text *out, const char *text, size_t limit)
{
    size_t cut = 0;
    size_t behind = 0;
    const size_t count = count_characters(text, limit / 2, &cut);
    if (count <= limit) {
        rs_markup_text(out, text);
        return;
    }
    (void)count_characters(text, count - (limit - limit / 2 - 1), &behind);
    rs_markup_append(out, text, cut);
    rs_text_append(out, dots, sizeof dots - 1);
    rs_markup_text(out, text + behind);
}

/* Where the name of the file begins in a path of `length` bytes that tells of a machine; 0: it is
 * none. */
static size_t private_part(const char *word, size_t length)
{
    size_t name = 0;
    const bool rooted = word[0] == '/' || word[0] == '~' ||
                        (length > 2 && word[0] == '.' && word[1] == '.' && word[2] == '/');
    for (size_t i = 0; rooted && i + 1 < length; ++i) {
        name = word[i] == '/' ? i + 1 : name;
    }
    return name;
}

void rs_markup_public(rs_text *out, const char *text)
{
    static const char between[] = " \t\n\"'()[]<>=,;:";
    while (*text != '\0') {
        const size_t length = strcspn(text, between);
        const size_t skipped = length == 0 ? 0 : private_part(text, length);
        rs_markup_append(out, text + skipped, length - skipped);
        text += length;
        const size_t gap = strspn(text, between);
        rs_markup_append(out, text, gap);
        text += gap;
    }
}

size_t rs_markup_length(const char *text, size_t limit)
{
    size_t unused = 0;
    const size_t count = count_characters(text, limit, &unused);
    return count < limit ? count : limit;
}
