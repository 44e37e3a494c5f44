/* patterns.h - images on which all models did the same, as one.
 *
 * A bootstrap over images adds up how many of the drawn images each model has right. Images with
 * the same pattern of right and wrong over all models and measures add the same, so that a pattern
 * and its number of images stand for them: 18 patterns for two models on 50,000 images.
 */
#ifndef RS_PATTERNS_H
#define RS_PATTERNS_H

#include <stddef.h>
#include <stdint.h>

#include "analyse/outcomes.h"

/* Column m * models + i: model i is right by measure m. Then a column for each measure: counted. */
typedef struct rs_patterns {
    size_t count;
    size_t columns; /* RS_MEASURES * (models + 1) */
    size_t words;   /* of each pattern */
    uint64_t *size; /* [count] images; largest first, equal ones by their first image */
    uint64_t *bits; /* [count * words] bit c of a pattern is column c */
} rs_patterns;

rs_status rs_patterns_make(const rs_outcomes *outcomes, rs_patterns *patterns, rs_error *error);
void rs_patterns_clear(rs_patterns *patterns);

#endif
