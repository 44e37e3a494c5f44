/* nearest.c - the edit distance of short words, row by row of its table. */
#include "cli/nearest.h"

#include <string.h>

enum { FARTHEST = 2, WORD_BYTES = 31 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Of words of up to WORD_BYTES. */
static size_t distance_of(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
    size_t row[WORD_BYTES + 1];
    for (size_t j = 0; j <= b_bytes; ++j) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_bytes; ++i) {
        size_t across = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_bytes; ++j) {
            const size_t changed = across + (a[i - 1] != b[j - 1]);
            across = row[j];
            row[j] = least(changed, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_bytes];
}

void rs_nearest_offer(rs_nearest *nearest, const char *word)
{
    const size_t word_bytes = strlen(word);
    if (nearest->typed_bytes > WORD_BYTES || word_bytes > WORD_BYTES) {
        return;
    }
    const size_t distance = distance_of(nearest->typed, nearest->typed_bytes, word, word_bytes);
    if (distance <= FARTHEST && distance < least(nearest->typed_bytes, word_bytes) &&
        (nearest->word == NULL || distance < nearest->distance)) {
        nearest->word = word;
        nearest->distance = distance;
    }
}
