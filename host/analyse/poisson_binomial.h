/* poisson_binomial.h - how often the oracle itself would do as well as a model.
 *
 * The oracle answers each row at random, right with probability 1/|R_i|: its number of right
 * answers has a Poisson-binomial distribution, of which the upper tail is wanted.
 *
 * Up to RS_CONVOLVED_TRIALS rows with more than one label the distribution is built row by row:
 * sums of positive terms, relative error below 1e-13. Beyond, where that would take n^2 steps, the
 * tail is an integral in the complex plane (tail_integral.c), whose cost does not depend on n:
 * relative error below 1e-11 up to a million rows and below 1e-9 up to 2^32. Tails below 1e-290 may
 * come out as 0.
 */
#ifndef RS_POISSON_BINOMIAL_H
#define RS_POISSON_BINOMIAL_H

#include <stddef.h>
#include <stdint.h>

#include "tally/tally_impl.h"

enum { RS_CONVOLVED_TRIALS = 128 };

/* P(X >= at_least), in [0, 1]. X: the number of right answers over sets[0 .. count), `rows` rows
 * each, right with probability 1/size. Sizes from 1 on, in any order. */
double rs_oracle_tail(const rs_set_count *sets, size_t count, uint64_t at_least);

/* The two ways, over the rows with 2 or more labels, `trials` of them: rows with 1 are skipped.
 * 1 <= at_least <= trials; the first one for at most RS_CONVOLVED_TRIALS. */
double rs_tail_by_convolution(const rs_set_count *sets, size_t count, uint64_t at_least);
double rs_tail_by_integral(const rs_set_count *sets, size_t count, uint64_t trials,
                           uint64_t at_least);

#endif
