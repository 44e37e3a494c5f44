/* argument_words.c - see argument_words.h. */
#include "cli/argument_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"

void rs_argument_words_clear(rs_argument_words *words)
{
    rs_text_clear(&words->text);
    free(words->word);
    *words = (rs_argument_words){.count = 0};
}

static void end_word(rs_argument_words *words)
{
    ++words->count;
    rs_text_append(&words->text, "", 1);
}

void rs_argument_words_add(rs_argument_words *words, rs_option_id id, const char *value)
{
    const char *const equals = value == NULL ? "" : "=";
    rs_text_printf(&words->text, "--%s%s%s", rs_options[id].name, equals,
                   value == NULL ? "" : value);
    end_word(words);
}

static void add_positional(rs_argument_words *words, const char *word)
{
    rs_text_add(&words->text, word);
    end_word(words);
}

/* Once all words are there: where each begins. */
static rs_status point_at_words(rs_argument_words *words, rs_error *error)
{
    RS_TRY(rs_text_check(&words->text, error));
    RS_TRY(RS_NEW(&words->word, words->count, "arguments", error));
    const char *word = words->text.data;
    for (size_t i = 0; i < words->count; ++i) {
        words->word[i] = word;
        word += strlen(word) + 1;
    }
    return RS_OK;
}

static bool is_among(rs_option_id id, const rs_option_id *list, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        if (list[i] == id) {
            return true;
        }
    }
    return false;
}

rs_status rs_argument_words_make(const rs_arguments *arguments, const rs_option_id *without,
                                 size_t without_count, rs_argument_words *words, rs_error *error)
{
    for (int id = 0; id < RS_OPTIONS; ++id) {
        const rs_argument_list *const given = &arguments->option[id];
        const bool flag = rs_options[id].kind == RS_OPTION_FLAG;
        for (size_t i = 0; i < given->count; ++i) {
            if (!is_among((rs_option_id)id, without, without_count)) {
                rs_argument_words_add(words, (rs_option_id)id, flag ? NULL : given->value[i]);
            }
        }
    }
    add_positional(words, "--");
    for (size_t i = 0; i < arguments->positional.count; ++i) {
        add_positional(words, arguments->positional.value[i]);
    }
    return point_at_words(words, error);
}
