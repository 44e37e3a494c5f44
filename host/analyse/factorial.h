/* factorial.h - four models of two factors with two levels each: softmax or sigmoid loss, all
 * labels or clean ones. What does each factor change, and does one change what the other does?
 *
 * Defined in docs/METRICS.md, "Two factors at once".
 */
#ifndef RS_FACTORIAL_H
#define RS_FACTORIAL_H

#include <stddef.h>
#include <stdint.h>

#include "analyse/contrast.h"
#include "analyse/outcomes.h"

/* The models of a four, in this order. */
enum {
    RS_CELL_SOFTMAX_ALL = 0,
    RS_CELL_SIGMOID_ALL,
    RS_CELL_SOFTMAX_CLEAN,
    RS_CELL_SIGMOID_CLEAN,
    RS_CELLS
};

typedef enum rs_effect {
    RS_EFFECT_LOSS = 0,
    RS_EFFECT_LABELS,
    RS_INTERACTION,
    RS_EFFECTS
} rs_effect;

typedef struct rs_factorial {
    uint64_t total[RS_MEASURES]; /* counted images */
    uint64_t correct[RS_MEASURES][RS_CELLS];
    rs_contrast by[RS_MEASURES][RS_EFFECTS];
} rs_factorial;

rs_status rs_factorial_make(const rs_outcomes *outcomes, const size_t model[RS_CELLS],
                            rs_factorial *factorial, rs_error *error);

/* Of one measure by bits: which images count (NULL: it is not looked at, since no other is right),
 * and which each model has right; `total` images count. Adds to *factorial, which was zero. */
rs_status rs_factorial_of_bits(const uint64_t *counted, const uint64_t *const right[RS_CELLS],
                               size_t words, uint64_t total, rs_measure measure,
                               rs_factorial *factorial, rs_error *error);

/* ---- which models are a four ---- */

enum { RS_FOUR_NAME_BYTES = 128 };

typedef struct rs_four {
    size_t model[RS_CELLS];
    char name[RS_FOUR_NAME_BYTES]; /* what the names have in common; "" where nothing */
} rs_four;

/* Fours by the words of names, which "." "-" "_" and blanks part: softmax or sigmoid, and all or
 * clean (full; kept, cleaned); the other words are equal within a four. Names that lack one of the
 * two, or have no four, are left out. `four` has room for count / 4. How many there are. */
size_t rs_fours_find(const char *const *name, size_t count, rs_four *four);

#endif
