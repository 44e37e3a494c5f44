/* patterns.c - rows of bits, sorted by their hash so that equal ones meet.
 *
 * Should two different patterns ever have the same hash, one of them may stand in the list twice,
 * which costs a little and changes nothing.
 */
#include "analyse/patterns.h"

#include <stdlib.h>
#include <string.h>

#include "analyse/bits.h"
#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "base/hash.h"

typedef struct image_key {
    uint64_t hash;
    uint64_t image;
    uint64_t size; /* of the pattern that starts here; 0: it started before */
} image_key;

RS_SORTS(by_hash, image_key)
{
    RS_ORDER_BY(left->hash, right->hash);
    return RS_COMPARE(left->image, right->image);
}

RS_SORTS(by_size, image_key)
{
    RS_ORDER_BY(right->size, left->size);
    return RS_COMPARE(left->image, right->image);
}

/* ---- bits of one image over all columns ---- */

static void spread(const uint64_t *bits, size_t words, uint64_t rows, size_t column,
                   size_t pattern_words, uint64_t *out)
{
    for (size_t w = 0; w < words; ++w) {
        const uint64_t last = rows - w * 64 < 64 ? rows - w * 64 : 64;
        for (uint64_t i = 0; bits[w] != 0 && i < last; ++i) {
            out[(w * 64 + i) * pattern_words + column / 64] |= (bits[w] >> i & 1) << (column % 64);
        }
    }
}

static void spread_all(const rs_outcomes *outcomes, size_t pattern_words, uint64_t *out)
{
    for (size_t measure = 0; measure < RS_MEASURES; ++measure) {
        for (size_t i = 0; i < outcomes->models; ++i) {
            spread(outcomes->right[measure] + i * outcomes->words, outcomes->words, outcomes->rows,
                   measure * outcomes->models + i, pattern_words, out);
        }
        spread(outcomes->counted[measure], outcomes->words, outcomes->rows,
               RS_MEASURES * outcomes->models + measure, pattern_words, out);
    }
}

/* ---- equal ones together ---- */

/* Sorts the keys; those that start a pattern come first, the largest one in front. Returns how
 * many. */
static size_t find_patterns(const uint64_t *bits, size_t words, image_key *keys, size_t images)
{
    size_t start = 0;
    size_t count = 0;
    qsort(keys, images, sizeof *keys, by_hash);
    for (size_t i = 0; i < images; ++i) {
        const uint64_t *const first = bits + keys[start].image * words;
        const bool same =
            i > 0 && memcmp(first, bits + keys[i].image * words, words * sizeof *bits) == 0;
        if (!same) {
            start = i;
            ++count;
        }
        ++keys[start].size;
    }
    qsort(keys, images, sizeof *keys, by_size);
    return count;
}

static rs_status copy_patterns(const uint64_t *bits, const image_key *keys, rs_patterns *patterns,
                               rs_error *error)
{
    const size_t words = patterns->words;
    RS_TRY(RS_NEW(&patterns->size, patterns->count, "patterns of models", error));
    RS_TRY(RS_NEW_ROWS(&patterns->bits, patterns->count, words, "patterns of models", error));
    for (size_t p = 0; p < patterns->count; ++p) {
        patterns->size[p] = keys[p].size;
        memcpy(patterns->bits + p * words, bits + keys[p].image * words, words * sizeof *bits);
    }
    return RS_OK;
}

static rs_status group_images(const rs_outcomes *outcomes, uint64_t *bits, image_key *keys,
                              rs_patterns *patterns, rs_error *error)
{
    size_t images = 0;
    spread_all(outcomes, patterns->words, bits);
    for (uint64_t image = 0; image < outcomes->rows; ++image) {
        if (rs_bit_get(outcomes->scored, image)) {
            const uint64_t hash =
                rs_hash(bits + image * patterns->words, patterns->words * sizeof *bits);
            keys[images++] = (image_key){.hash = hash, .image = image};
        }
    }
    if (images > 0) {
        patterns->count = find_patterns(bits, patterns->words, keys, images);
    }
    return copy_patterns(bits, keys, patterns, error);
}

rs_status rs_patterns_make(const rs_outcomes *outcomes, rs_patterns *patterns, rs_error *error)
{
    const size_t columns = RS_MEASURES * (outcomes->models + 1);
    const size_t words = rs_bit_words(columns);
    image_key *keys = NULL;
    uint64_t *bits = NULL;
    rs_status status = RS_OK;
    *patterns = (rs_patterns){.columns = columns, .words = words};
    RS_TRY_DONE(RS_NEW_ROWS(&bits, outcomes->rows, words, "patterns of images", error));
    RS_TRY_DONE(RS_NEW(&keys, outcomes->rows, "patterns of images", error));
    RS_TRY_DONE(group_images(outcomes, bits, keys, patterns, error));
done:
    free(bits);
    free(keys);
    return status;
}

void rs_patterns_clear(rs_patterns *patterns)
{
    free(patterns->size);
    free(patterns->bits);
    *patterns = (rs_patterns){0};
}
