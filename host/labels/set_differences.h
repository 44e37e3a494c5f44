/* set_differences.h - where further label sets of the same images differ from the first one, and
 * how.
 *
 * Sets of the same images agree in most of them. Made once for the labels, this tells every pass
 * over any model which rows to look at, and of which labels it does not know the rank yet, so that
 * nothing is compared in a pass.
 *
 *     rs_set_differences_make(first, sets, count, &differences, error);
 *     if ((differences->any[row / 64] >> row % 64 & 1) != 0) ... rs_set_differences_at(..., row)
 *     rs_set_differences_free(differences);
 */
#ifndef RS_SET_DIFFERENCES_H
#define RS_SET_DIFFERENCES_H

#include <stddef.h>

#include "reassess/labels.h"

/* The places of a row: the labels of its first set, as they ascend, then the original label unless
 * it is unknown or one of them, then the labels that only further sets have, each once. */
enum { RS_PLACES = 64, RS_EXTRAS_BEHIND = 4 };
#define RS_NO_PLACE    ((uint32_t)RS_PLACES)
#define RS_MANY_PLACES UINT32_MAX

typedef struct rs_differing_row {
    uint64_t row;         /* which one it is; that of the end: none */
    uint32_t extra_begin; /* of `extra`; it ends where that of the next row begins */
    uint32_t listed;      /* places before those; RS_MANY_PLACES: the row has more than RS_PLACES,
                             and nothing else is said of it */
    uint32_t original;    /* place of the original label, or RS_NO_PLACE */
} rs_differing_row;

typedef struct rs_set_differences {
    const rs_labels *first;
    const rs_labels **labels; /* [sets] */
    uint32_t *largest;        /* [sets] how many labels the largest set of a row has */
    size_t sets;
    uint64_t words;        /* of 64 rows each, row i in bit i % 64 of word i / 64 */
    uint64_t *any;         /* [words] rows where a set has other labels than the first */
    uint32_t *before;      /* [words] how many rows of `any` are in the words before */
    uint32_t count;        /* of them in all */
    rs_differing_row *row; /* [count + 1] those rows as they ascend, and the end of the last */
    uint64_t *places;      /* [count][sets] which places of the row are in the set */
    int32_t *extra;        /* labels that only further sets have; RS_EXTRAS_BEHIND more classes lie
                              behind the last, so that several can be looked at together */
} rs_set_differences;

/* The sets have the rows, classes and original labels of the first one, and all outlive this. */
rs_status rs_set_differences_make(const rs_labels *first, const rs_labels *const *sets,
                                  size_t count, rs_set_differences **differences, rs_error *error);
void rs_set_differences_free(rs_set_differences *differences); /* NULL is fine */

static inline bool rs_differs(const uint64_t *rows, uint64_t row)
{
    return (rows[row / 64] >> row % 64 & 1u) != 0;
}

/* Which of the differing rows a row of `any` is, or with another row the next that differs.
 * `guess`: mostly the one behind the last that was asked for. */
static inline uint32_t rs_differing_index(const rs_set_differences *of, uint64_t row,
                                          uint32_t guess)
{
    if (of->row[guess].row == row) {
        return guess;
    }
    const uint64_t ahead = of->any[row / 64] & ((UINT64_C(1) << row % 64) - 1u);
    return of->before[row / 64] + (uint32_t)__builtin_popcountll(ahead);
}

#endif
