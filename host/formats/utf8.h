/* utf8.h - is a text valid UTF-8? */
#ifndef RS_UTF8_H
#define RS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. *bad_at gets the offset of
 * the first byte that is wrong. */
bool rs_utf8_is_valid(const uint8_t *text, size_t size, size_t *bad_at);

#endif
