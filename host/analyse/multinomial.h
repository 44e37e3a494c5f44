/* multinomial.h - how often a bootstrap replicate draws each group of rows.
 *
 * A replicate draws as many rows as there are, each any of them with the same chance. Rows that no
 * counter can tell apart are one group, and only how often a group is drawn matters: the numbers
 * are multinomial. They are drawn exactly, but large groups not draw by draw: how many of n draws
 * hit a group is binomial, and that takes n/32 random words.
 */
#ifndef RS_MULTINOMIAL_H
#define RS_MULTINOMIAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "reassess/status.h"

/* Exactly binomial (n, part / whole); part <= whole < 2^63, whole > 0. */
uint64_t rs_random_binomial(rs_random *random, uint64_t n, uint64_t part, uint64_t whole);

typedef struct rs_multinomial {
    uint64_t rows;
    size_t groups;
    const uint64_t *size; /* [groups] rows of each; not owned */
    size_t by_binomial;   /* the first groups, which are drawn as a whole */
    uint64_t rest_rows;   /* in the others */
    uint32_t *rest_group; /* [rest_rows] */
} rs_multinomial;

/* `size` [groups], none 0, largest first, is kept; their sum is below 2^32. */
rs_status rs_multinomial_create(const uint64_t *size, size_t groups, rs_multinomial *draws,
                                rs_error *error);

/* Draws as many rows as there are: count[g] of group g. */
void rs_multinomial_draw(const rs_multinomial *draws, rs_random *random, uint32_t *count);

void rs_multinomial_clear(rs_multinomial *draws);

#endif
