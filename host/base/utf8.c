/* utf8.c - the table of well-formed byte sequences of the Unicode standard (3-7), as code. */
#include "base/utf8.h"

#include <string.h>

size_t rs_utf8_length(const uint8_t *text, size_t left)
{
    const uint8_t lead = text[0];
    if (lead < 0x80) {
        return 1;
    }
    const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || left < length) {
        return 0;
    }
    for (size_t i = 1; i < length; ++i) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    const uint8_t second = text[1];
    const bool bad = (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
                     (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f);
    return bad ? 0 : length;
}

bool rs_utf8_is_valid(const uint8_t *text, size_t size, size_t *bad_at)
{
    size_t at = 0;
    while (at < size) {
        const size_t length = rs_utf8_length(text + at, size - at);
        if (length == 0) {
            *bad_at = at;
            return false;
        }
        at += length;
    }
    return true;
}

const uint8_t *rs_after_bom(const uint8_t *text, const uint8_t *end)
{
    return end - text >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
}
