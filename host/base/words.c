/* words.c - see words.h. */
#include "base/words.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Copies the word at *at to `out`, without its quotes; false: a quote is not closed. */
static bool take_word(const char **at, const char *end, char **out)
{
    char quote = '\0';
    for (; *at < end && (quote != '\0' || !is_blank(**at)); ++*at) {
        const char c = **at;
        if (quote == '\0' && (c == '"' || c == '\'')) {
            quote = c;
        } else if (c == quote) {
            quote = '\0';
        } else if (c == '\\' && quote != '\'' && *at + 1 < end) {
            *(*out)++ = *++*at;
        } else {
            *(*out)++ = c;
        }
    }
    *(*out)++ = '\0';
    return quote == '\0';
}

rs_status rs_words_split(const char *line, size_t length, rs_words *words, rs_error *error)
{
    *words = (rs_words){0};
    RS_TRY(RS_NEW(&words->pool, length + 1, "the words of a line", error));
    RS_TRY(RS_NEW(&words->word, length / 2 + 2, "the words of a line", error));
    const char *at = line;
    const char *const end = line + length;
    char *out = words->pool;
    for (;;) {
        while (at < end && is_blank(*at)) {
            ++at;
        }
        if (at == end || *at == '#') {
            return RS_OK;
        }
        words->word[words->count++] = out;
        if (!take_word(&at, end, &out)) {
            return rs_fail(error, RS_FORMAT, NULL, rs_nowhere(), "close it on the same line",
                           "a quote is not closed");
        }
    }
}

void rs_words_clear(rs_words *words)
{
    free(words->pool);
    free(words->word);
    *words = (rs_words){0};
}
