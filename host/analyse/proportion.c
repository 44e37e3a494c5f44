/* proportion.c - the Wilson score interval.
 *
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
 * Unlike the textbook interval p -+ 1.96 stderr it stays inside [0, 1] and does not shrink to a
 * point when everything, or nothing, is right.
 */
#include "analyse/proportion.h"

#include <math.h>

/* The upper end for the share p of n. */
static double wilson_high(double p, double n)
{
    const double z2 = RS_NORMAL_95 * RS_NORMAL_95;
    const double spread = RS_NORMAL_95 * sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n));
    return (p + z2 / (2.0 * n) + spread) / (1.0 + z2 / n);
}

rs_proportion rs_proportion_of(uint64_t correct, uint64_t total)
{
    const double n = (double)total;
    const double p = (double)correct / n;
    const double wrong = (double)(total - correct) / n;
    return (rs_proportion){
        .value = p,
        .stderr_value = sqrt(p * wrong / n),
        /* the interval of the wrong rows, seen from the other side */
        .low = correct == 0 ? 0.0 : 1.0 - wilson_high(wrong, n),
        .high = correct == total ? 1.0 : wilson_high(p, n),
    };
}
