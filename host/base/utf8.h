/* utf8.h - is a text valid UTF-8, and where are its characters? */
#ifndef RS_UTF8_H
#define RS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. *bad_at gets the offset of
 * the first byte that is wrong. */
bool rs_utf8_is_valid(const uint8_t *text, size_t size, size_t *bad_at);

/* Bytes of the character at `text`, of which `left` > 0 bytes are there; 0 when it is wrong. */
size_t rs_utf8_length(const uint8_t *text, size_t left);

/* Where a text begins: behind the byte order mark that some editors write first, which says
 * nothing. */
const uint8_t *rs_after_bom(const uint8_t *text, const uint8_t *end);

#endif
