/* width.h - how many columns of a terminal a text takes, and sentences folded by it.
 *
 * Bytes are not columns: an accent is two bytes or a character of its own, a Chinese letter three
 * bytes on two columns, and a table of such names padded by bytes is no table. The columns are what
 * wcwidth says, whatever the locale, of every character by itself: terminals do not agree on emoji
 * that are joined to one. What is hidden counts as it is shown (visible.h).
 */
#ifndef RS_WIDTH_H
#define RS_WIDTH_H

#include <stddef.h>

#include "base/text.h"

size_t rs_width(const char *text, size_t length);

/* The wider of a column so far and a name that is to stand in it. */
size_t rs_wider(size_t columns, const char *name);

/* What a terminal has that says nothing else, and what a file is written for. */
enum { RS_PLAIN_COLUMNS = 80 };

/* Breaks the lines from byte `from` on that take more columns at their last space before; what
 * comes below is indented by two more than the line. For sentences, not for tables. */
void rs_text_fold(rs_text *out, size_t from, size_t columns);

#endif
