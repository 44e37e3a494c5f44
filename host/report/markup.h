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

/* All of it, with places to wrap at behind _ . - and /: names of models hold no blanks. */
void rs_markup_name(rs_text *out, const char *name);
/* At most `limit` characters of it, beginning and end, with a dot dot dot for what is between:
 * names of one family differ at their ends. */
void rs_markup_middle(rs_text *out, const char *text, size_t limit);
/* The words of `text` without the folders of paths that begin at the root, at a home or above:
 * where a page was made is nobody else's business. */
void rs_markup_public(rs_text *out, const char *text);

/* How many characters a short one has. */
size_t rs_markup_length(const char *text, size_t limit);

#endif
