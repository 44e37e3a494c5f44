/* proportion.c - the Wilson score interval.
 *
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
 * Unlike the textbook interval p -+ 1.96 stderr it stays inside [0, 1] and does not shrink to a
 * point when everything, or nothing, is right.
 */
#include "analyse/proportion.h"

#include <math.h>

/* `wrong` is 1 - p, without its rounding. */
static rs_interval ends_of(double p, double wrong, double n, double quantile)
{
    const double z2 = quantile * quantile;
    const double spread = quantile * sqrt(p * wrong / n + z2 / (4.0 * n * n));
    const double high = (p + z2 / (2.0 * n) + spread) / (1.0 + z2 / n);
    /* Both ends solve x^2 (1 + z2/n) - x (2p + z2/n) + p^2 = 0. The lower one by their product:
     * nothing cancels when few rows are right. */
    const double low = p * p / ((1.0 + z2 / n) * high);
    return (rs_interval){low, wrong > 0 ? high : 1.0};
}

rs_proportion rs_proportion_of(uint64_t correct, uint64_t total)
{
    const double n = (double)total;
    const double p = (double)correct / n;
    const double wrong = (double)(total - correct) / n;
    const rs_interval ends = ends_of(p, wrong, n, RS_NORMAL_95);
    return (rs_proportion){
        .value = p,
        .stderr_value = sqrt(p * wrong / n),
        .low = ends.low,
        .high = ends.high,
    };
}

rs_interval rs_score_interval(double p, double n, double quantile)
{
    return ends_of(p, 1.0 - p, n, quantile);
}
