/* visible.c - see visible.h. */
#include "base/visible.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

size_t rs_character_at(const char *text, size_t left, uint32_t *code)
{
    const uint8_t *const byte = (const uint8_t *)text;
    const size_t length = rs_utf8_length(byte, left);
    if (length <= 1) {
        *code = length == 1 ? byte[0] : UINT32_MAX;
        return 1;
    }
    uint32_t value = byte[0] & (0x7fU >> length);
    for (size_t i = 1; i < length; ++i) {
        value = value << 6 | (byte[i] & 0x3fU);
    }
    *code = value;
    return length;
}

bool rs_is_hidden(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || code == 0x200e ||
           code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

bool rs_is_visible(const char *name)
{
    uint32_t code = 0;
    for (size_t left = strlen(name), taken = 0; left > 0; name += taken, left -= taken) {
        taken = rs_character_at(name, left, &code);
        if (code == UINT32_MAX || rs_is_hidden(code)) {
            return false;
        }
    }
    return true;
}

static void add_escape(rs_text *out, uint32_t code, uint8_t byte)
{
    if (code == '\n') {
        rs_text_add(out, "\\n");
    } else if (code == UINT32_MAX || code < 0x100) {
        rs_text_printf(out, "\\x%02x", code == UINT32_MAX ? (unsigned)byte : (unsigned)code);
    } else {
        rs_text_printf(out, "\\u%04" PRIx32, code);
    }
}

void rs_text_visible(rs_text *out, const char *text, size_t length, bool lines)
{
    size_t plain = 0; /* where what needs no change begins */
    size_t taken = 0;
    for (size_t at = 0; at < length; at += taken) {
        uint32_t code = 0;
        taken = rs_character_at(text + at, length - at, &code);
        if ((code != UINT32_MAX && !rs_is_hidden(code)) ||
            (lines && (code == '\n' || code == '\t'))) {
            continue;
        }
        rs_text_append(out, text + plain, at - plain);
        add_escape(out, code, (uint8_t)text[at]);
        plain = at + taken;
    }
    rs_text_append(out, text + plain, length - plain);
}

void rs_text_name(rs_text *out, const char *name)
{
    rs_text_visible(out, name, strlen(name), false);
}

rs_status rs_make_visible(char **name, rs_error *error)
{
    rs_text text = {0};
    rs_text_name(&text, *name);
    free(*name);
    return rs_text_take(&text, name, error);
}
