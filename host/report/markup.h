/* markup.h - any text as text of HTML and XML: between tags, and in quoted attributes.
 *
 * Model and class names come from files: nothing in them may become a tag, an attribute or a broken
 * document. Control characters, which XML forbids, become blanks, and bytes that are no UTF-8 the
 * replacement character.
 */
#ifndef RS_MARKUP_H
#define RS_MARKUP_H

#include "base/text.h"

void rs_markup_append(rs_text *out, const char *text, size_t length);
void rs_markup_text(rs_text *out, const char *text);

/* At most `limit` characters of it, the last one a dot dot dot where there were more. */
void rs_markup_short(rs_text *out, const char *text, size_t limit);

/* How many characters that makes. */
size_t rs_markup_length(const char *text, size_t limit);

#endif
