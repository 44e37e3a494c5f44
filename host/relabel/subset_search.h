/* subset_search.h - every subset of up to 30 models, and what it would propose of a golden set.
 *
 * A pair of the golden set is a set of models, those that propose it; it is proposed by a subset S
 * if some model of S is among them. For all 2^M subsets at once: let f(T) be the number of pairs
 * whose models all lie in T. f is the subset sum of how many pairs have exactly the models T, which
 * M passes over 2^M numbers make (the zeta transform), and S proposes all pairs but f(the models
 * that are not in S).
 *
 * The transform runs over blocks of 2^BLOCK_MODELS subsets, one for each choice among the other
 * models, so that its memory stays in the processor's cache and does not grow with M.
 */
#ifndef RS_SUBSET_SEARCH_H
#define RS_SUBSET_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#include "reassess/status.h"

/* What is known of the golden set. */
typedef struct rs_subset_task {
    uint32_t models;         /* 1 .. RS_PROPOSE_MODELS_MAX */
    uint32_t count;          /* pairs that some model proposes and that not every subset has */
    const uint32_t *mask;    /* [count] who proposes it; not 0 */
    const uint8_t *is_right; /* [count] 1: it is there */
    uint32_t always;         /* pairs that every subset has: the original labels */
    uint32_t always_right;
    uint32_t present; /* pairs that are there, proposed or not: what recall is of */
} rs_subset_task;

/* A subset and what it proposes, `always` included. */
typedef struct rs_subset_point {
    uint32_t subset;
    uint32_t proposed;
    uint32_t right;
} rs_subset_point;

/* All points that no subset beats: by ascending recall, descending precision. Of subsets with the
 * same counts the one with the fewest models is given, of these the one whose bits make the
 * smallest number. Free *front with free(). */
rs_status rs_subset_front(const rs_subset_task *task, rs_subset_point **front, size_t *count,
                          rs_error *error);

/* The point of the front with the best precision at this recall or more; NULL: none reaches it. */
const rs_subset_point *rs_subset_choose(const rs_subset_point *front, size_t count,
                                        uint32_t present, double min_recall);

#endif
