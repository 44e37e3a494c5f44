/* poisson_binomial.c - upper tails of the oracle's number of right answers. */
#include "analyse/poisson_binomial.h"

#include <math.h>

/* chance[k] = P(X = k), one row after the other; returns the number of rows. */
static uint64_t convolve(const rs_set_count *sets, size_t count, double *chance)
{
    uint64_t trials = 0;
    chance[0] = 1.0;
    for (size_t i = 0; i < count; ++i) {
        const double right = 1.0 / (double)sets[i].size;
        const double wrong = (double)(sets[i].size - 1) / (double)sets[i].size;
        for (uint64_t row = 0; row < sets[i].rows && sets[i].size > 1; ++row) {
            ++trials;
            chance[trials] = chance[trials - 1] * right;
            for (uint64_t k = trials - 1; k > 0; --k) {
                chance[k] = chance[k] * wrong + chance[k - 1] * right;
            }
            chance[0] *= wrong;
        }
    }
    return trials;
}

double rs_tail_by_convolution(const rs_set_count *sets, size_t count, uint64_t at_least)
{
    double chance[RS_CONVOLVED_TRIALS + 1] = {0};
    const uint64_t trials = convolve(sets, count, chance);
    double tail = 0.0;
    for (uint64_t k = trials; k >= at_least; --k) { /* small terms first */
        tail += chance[k];
    }
    return fmin(tail, 1.0);
}

double rs_oracle_tail(const rs_set_count *sets, size_t count, uint64_t at_least)
{
    uint64_t certain = 0;
    uint64_t trials = 0;
    for (size_t i = 0; i < count; ++i) {
        if (sets[i].size == 1) {
            certain += sets[i].rows;
        } else {
            trials += sets[i].rows;
        }
    }
    if (at_least <= certain) {
        return 1.0;
    }
    at_least -= certain;
    if (at_least > trials) {
        return 0.0;
    }
    return trials <= RS_CONVOLVED_TRIALS ? rs_tail_by_convolution(sets, count, at_least)
                                         : rs_tail_by_integral(sets, count, trials, at_least);
}
