/* expectation.h - what an oracle that answers a random label of each set gets right on average.
 *
 * The sum of 1/|R_i| over rows, held exactly: whole + numerator/denominator. Whether a model is
 * above it is then a question about integers, and a class whose oracle is exactly 9/10 is not
 * "below 0.9" by a rounding error.
 */
#ifndef RS_EXPECTATION_H
#define RS_EXPECTATION_H

#include <stddef.h>
#include <stdint.h>

#include "tally/tally_impl.h"

typedef struct rs_expectation {
    uint64_t whole;
    uint64_t numerator;   /* below the denominator */
    uint64_t denominator; /* least common multiple of the sizes; 0: beyond 2^48, `rest` holds */
    double rest;          /* what is beyond `whole`, in [0, 1) */
    double variance;      /* sum of p (1 - p), p = 1/size */
} rs_expectation;

/* Over sets[0 .. count), sizes from 1 on, fewer than 2^16 entries. Where the sizes have no common
 * denominator up to 2^48 (they always have one while they are all below 37), the rest is a
 * compensated sum, and one within 1e-9 below a whole number is taken for it. */
rs_expectation rs_expect(const rs_set_count *sets, size_t count);

/* The sum itself. The largest integer that is not above it is `whole`. */
double rs_expectation_value(const rs_expectation *expectation);

/* The sum over `rows`, correctly rounded while sum and rows fit 53 bits over the denominator. */
double rs_expectation_mean(const rs_expectation *expectation, uint64_t rows);

#endif
