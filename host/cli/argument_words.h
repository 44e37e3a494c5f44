/* argument_words.h - a parsed command line as words again, for another program that is to get it.
 *
 * Every option is "--name=value" or "--name", in full, whatever was typed; "--" stands before what
 * is no option.
 */
#ifndef RS_ARGUMENT_WORDS_H
#define RS_ARGUMENT_WORDS_H

#include "base/text.h"
#include "cli/arguments.h"

typedef struct rs_argument_words {
    rs_text text;      /* each word ends with a NUL */
    const char **word; /* [count] */
    size_t count;
} rs_argument_words;

/* All but the options `without`, behind words that are there already. Clear in any case. */
rs_status rs_argument_words_make(const rs_arguments *arguments, const rs_option_id *without,
                                 size_t without_count, rs_argument_words *words, rs_error *error);
/* One more, before they are made. `value` NULL: a flag. */
void rs_argument_words_add(rs_argument_words *words, rs_option_id id, const char *value);
void rs_argument_words_clear(rs_argument_words *words);

#endif
