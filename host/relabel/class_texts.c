/* class_texts.c - names from the labels, the rest from WordNet's gloss. */
#include "relabel/class_texts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"

enum { GLOSS_BYTES = 8192, WORD_BYTES = 256 };

void rs_class_texts_clear(rs_class_texts *texts)
{
    for (uint32_t c = 0; c < texts->count && texts->text != NULL; ++c) {
        free(texts->text[c].id);
        free(texts->text[c].name);
        free(texts->text[c].definition);
        free(texts->text[c].usage);
    }
    free(texts->text);
    free(texts->synset);
    *texts = (rs_class_texts){0};
}

/* Cuts blanks and semicolons off the end. */
static void trim_end(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == ';')) {
        text[--length] = '\0';
    }
}

/* A gloss is a definition; "an example"; "another". */
static rs_status take_gloss(const rs_wordnet *wordnet, uint32_t synset, rs_class_text *text,
                            rs_error *error)
{
    char gloss[GLOSS_BYTES];
    (void)rs_wordnet_gloss(wordnet, synset, gloss, sizeof gloss);
    char *usage = strchr(gloss, '"');
    if (usage != NULL && usage > gloss) {
        RS_TRY(rs_copy_text(&text->usage, usage, error));
        *usage = '\0';
    }
    trim_end(gloss);
    return gloss[0] == '\0' ? RS_OK : rs_copy_text(&text->definition, gloss, error);
}

static rs_status take_name(const rs_wordnet *wordnet, const rs_class_texts *texts, uint32_t c,
                           const char *name, rs_error *error)
{
    char word[WORD_BYTES];
    if (name == NULL && wordnet != NULL) {
        name = rs_wordnet_word(wordnet, texts->synset[c], word, sizeof word);
    } else if (name == NULL) {
        (void)snprintf(word, sizeof word, "class %" PRIu32, c);
        name = word;
    }
    return rs_copy_text(&texts->text[c].name, name, error);
}

static rs_status fill(rs_class_texts *texts, const char *const *ids, const char *const *names,
                      const rs_wordnet *wordnet, rs_error *error)
{
    RS_TRY(RS_NEW(&texts->text, texts->count, "class texts", error));
    if (wordnet != NULL) {
        RS_TRY(RS_NEW(&texts->synset, texts->count, "class texts", error));
    }
    for (uint32_t c = 0; c < texts->count; ++c) {
        const char *id = ids == NULL ? NULL : ids[c];
        RS_TRY(rs_copy_text(&texts->text[c].id, id, error));
        if (wordnet != NULL) {
            RS_TRY(rs_wordnet_find_class(wordnet, id, c, &texts->synset[c], error));
            RS_TRY(take_gloss(wordnet, texts->synset[c], &texts->text[c], error));
        }
        RS_TRY(take_name(wordnet, texts, c, names == NULL ? NULL : names[c], error));
    }
    return RS_OK;
}

rs_status rs_class_texts_make(uint32_t count, const char *const *ids, const char *const *names,
                              const rs_wordnet *wordnet, rs_class_texts *texts, rs_error *error)
{
    *texts = (rs_class_texts){.count = count};
    const rs_status status = fill(texts, ids, names, wordnet, error);
    if (status != RS_OK) {
        rs_class_texts_clear(texts);
    }
    return status;
}

rs_status rs_class_texts_of_labels(const rs_labels *labels, const rs_wordnet *wordnet,
                                   rs_class_texts *texts, rs_error *error)
{
    const uint32_t classes = rs_labels_get_view(labels)->classes;
    *texts = (rs_class_texts){0};
    const char **ids = NULL;
    RS_TRY(RS_NEW(&ids, 2 * (uint64_t)classes, "class texts", error));
    const char **const names = ids + classes;
    for (uint32_t c = 0; c < classes; ++c) {
        ids[c] = rs_labels_synset(labels, c);
        names[c] = rs_labels_name(labels, c);
    }
    const rs_status status = rs_class_texts_make(classes, (const char *const *)ids,
                                                 (const char *const *)names, wordnet, texts, error);
    free(ids);
    return status;
}
