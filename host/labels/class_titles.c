/* class_titles.c - one title a class, none twice. */
#include "labels/class_titles.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

enum { WORD_BYTES = 128 };

/* A title and whose it is; to find those that stand twice. */
typedef struct named {
    const char *text;
    uint32_t class_index;
    bool twice;
} named;

static void add_title(const rs_labels *labels, const rs_wordnet *wordnet, uint32_t c, rs_text *out)
{
    const char *name = rs_labels_name(labels, c);
    const char *synset = rs_labels_synset(labels, c);
    const size_t short_bytes = rs_labels_short_name_bytes(name);
    if (short_bytes > 0) {
        rs_text_append(out, name, short_bytes);
        rs_text_append(out, "", 1);
        return;
    }
    const int64_t found = wordnet == NULL || synset == NULL ? -1 : rs_wordnet_find(wordnet, synset);
    char word[WORD_BYTES];
    if (found >= 0) {
        (void)rs_wordnet_word(wordnet, (uint32_t)found, word, sizeof word);
        rs_text_append(out, word, strlen(word) + 1);
        return;
    }
    if (synset != NULL) {
        rs_text_append(out, synset, strlen(synset) + 1);
        return;
    }
    rs_text_printf(out, "class %" PRIu32, c);
    rs_text_append(out, "", 1);
}

RS_SORTS(compare_names, named)
{
    const int names = strcmp(left->text, right->text);
    return names != 0 ? names : RS_COMPARE(left->class_index, right->class_index);
}

RS_SORTS(compare_classes, named)
{
    return RS_COMPARE(left->class_index, right->class_index);
}

/* Sorted by name equal ones stand side by side; then back in class order. */
static void mark_twice(named *names, uint32_t count)
{
    qsort(names, count, sizeof names[0], compare_names);
    for (uint32_t i = 1; i < count; ++i) {
        if (strcmp(names[i - 1].text, names[i].text) == 0) {
            names[i - 1].twice = true;
            names[i].twice = true;
        }
    }
    qsort(names, count, sizeof names[0], compare_classes);
}

static void fill(const named *names, rs_class_titles *titles)
{
    for (uint32_t c = 0; c < titles->count; ++c) {
        titles->begin[c] = (uint32_t)titles->text.length;
        rs_text_add(&titles->text, names[c].text);
        if (names[c].twice) {
            rs_text_printf(&titles->text, " (%" PRIu32 ")", c);
        }
        rs_text_append(&titles->text, "", 1);
    }
}

rs_status rs_class_titles_make(const rs_labels *labels, const rs_wordnet *wordnet,
                               rs_class_titles *titles, rs_error *error)
{
    *titles = (rs_class_titles){.count = rs_labels_get_view(labels)->classes};
    rs_text plain = {0};
    named *names = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&titles->begin, titles->count, "class titles", error));
    RS_TRY_DONE(RS_NEW(&names, titles->count, "class titles", error));
    for (uint32_t c = 0; c < titles->count; ++c) {
        titles->begin[c] = (uint32_t)plain.length;
        add_title(labels, wordnet, c, &plain);
    }
    RS_TRY_DONE(rs_text_check(&plain, error));
    for (uint32_t c = 0; c < titles->count; ++c) { /* the text no longer moves */
        names[c] = (named){plain.data + titles->begin[c], c, false};
    }
    mark_twice(names, titles->count);
    fill(names, titles);
    status = rs_text_check(&titles->text, error);
done:
    free(names);
    rs_text_clear(&plain);
    if (status != RS_OK) {
        rs_class_titles_clear(titles);
    }
    return status;
}

void rs_class_titles_clear(rs_class_titles *titles)
{
    free(titles->begin);
    rs_text_clear(&titles->text);
    *titles = (rs_class_titles){0};
}

const char *rs_class_title(const rs_class_titles *titles, uint32_t class_index)
{
    return titles->text.data + titles->begin[class_index];
}
