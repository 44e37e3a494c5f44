/* words.h - a line of a file split into words as a shell does it. */
#ifndef RS_WORDS_H
#define RS_WORDS_H

#include <stddef.h>

#include "reassess/status.h"

typedef struct rs_words {
    char **word; /* [count], then NULL */
    size_t count;
    char *pool;
} rs_words;

/* Blanks part words; quotes of both kinds and a backslash keep them together; # begins a comment
 * where a word could begin. RS_FORMAT for a quote that is not closed. Clear in any case. */
rs_status rs_words_split(const char *line, size_t length, rs_words *words, rs_error *error);
void rs_words_clear(rs_words *words);

#endif
