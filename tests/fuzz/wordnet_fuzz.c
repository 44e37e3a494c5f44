/* wordnet_fuzz.c - any bytes as WordNet's data.noun.
 *
 * What was read must hold together: every synset is found by its id, its hypernyms are synsets, its
 * texts end where they say, and what lies below one of them includes it.
 */
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

static const uint8_t *after_line(const uint8_t *line, const uint8_t *end)
{
    const uint8_t *const at = memchr(line, '\n', (size_t)(end - line));
    return at == NULL ? end : at + 1;
}

/* The first line from `line` on that begins with a digit, as those of synsets do. */
static const uint8_t *synset_line(const uint8_t *line, const uint8_t *end)
{
    while (line < end && (*line < '0' || *line > '9')) {
        line = after_line(line, end);
    }
    return line;
}

/* `offset`: the eight digits that its line begins with. */
static void use_synset(const rs_wordnet *wordnet, uint32_t synset, const uint8_t *offset)
{
    char id[10] = "n";
    char text[16];
    uint32_t count = 0;
    const uint32_t *const hypernym = rs_wordnet_hypernyms(wordnet, synset, &count);
    memcpy(id + 1, offset, 8);
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
    const uint8_t *const end = data + size;
    const uint8_t *line = synset_line(data, end);
    for (uint32_t s = 0; s < rs_wordnet_count(wordnet); ++s) {
        require(end - line > 8);
        use_synset(wordnet, s, line);
        line = synset_line(after_line(line, end), end);
    }
    require(line == end);
    if (rs_wordnet_count(wordnet) > 0) {
        const uint32_t root = (uint32_t)size % rs_wordnet_count(wordnet);
        bool *below = NULL;
        require(rs_wordnet_subtree(wordnet, root, &below, NULL) == RS_OK && below[root]);
        free(below);
    }
    rs_wordnet_free(wordnet);
    return 0;
}
