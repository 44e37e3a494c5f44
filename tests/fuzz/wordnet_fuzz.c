/* wordnet_fuzz.c - any bytes as WordNet's data.noun.
 *
 * What was read must hold together: every synset is found by its id, its hypernyms are synsets, its
 * texts end where they say, and what lies below one of them includes it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labels/wordnet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void use_synset(const rs_wordnet *wordnet, uint32_t synset)
{
    char id[32];
    char text[16];
    uint32_t count = 0;
    const uint32_t *const hypernym = rs_wordnet_hypernyms(wordnet, synset, &count);
    (void)snprintf(id, sizeof id, "n%08u", (unsigned)rs_wordnet_offset(wordnet, synset));
    require(rs_wordnet_find(wordnet, id) == (int64_t)synset);
    for (uint32_t i = 0; i < count; ++i) {
        require(hypernym[i] < rs_wordnet_count(wordnet));
    }
    require(rs_wordnet_word(wordnet, synset, text, sizeof text) == text);
    require(memchr(text, '\0', sizeof text) != NULL);
    require(rs_wordnet_gloss(wordnet, synset, text, sizeof text) == text);
    require(memchr(text, '\0', sizeof text) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rs_wordnet *wordnet = NULL;
    rs_error error = {.status = RS_OK};
    const rs_status status = rs_wordnet_parse("data.noun", data, size, &wordnet, &error);
    if (status != RS_OK) {
        require(wordnet == NULL && error.status == status && error.reason[0] != '\0');
        return 0;
    }
    for (uint32_t s = 0; s < rs_wordnet_count(wordnet); ++s) {
        use_synset(wordnet, s);
    }
    if (rs_wordnet_count(wordnet) > 0) {
        const uint32_t root = (uint32_t)size % rs_wordnet_count(wordnet);
        bool *below = NULL;
        require(rs_wordnet_subtree(wordnet, root, &below, NULL) == RS_OK && below[root]);
        free(below);
    }
    rs_wordnet_free(wordnet);
    return 0;
}
