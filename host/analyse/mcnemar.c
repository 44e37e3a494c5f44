/* mcnemar.c - the binomial tail from its largest term downwards.
 *
 * The largest term by C. Loader's saddle-point form ("Fast and accurate computation of binomial
 * probabilities", 2000), in which nothing large cancels; each further one from the ratio to it.
 */
#include "analyse/mcnemar.h"

#include <math.h>

static const double log_two_pi = 1.8378770664093453;

/* log(n!) minus Stirling's formula. */
static double stirling_error(double n)
{
    if (n <= 15.0) {
        return log(tgamma(n + 1.0)) - (n + 0.5) * log(n) + n - 0.5 * log_two_pi;
    }
    const double u = 1.0 / (n * n);
    return (1.0 / 12 - u * (1.0 / 360 - u * (1.0 / 1260 - u * (1.0 / 1680 - u / 1188)))) / n;
}

/* log P(X = k), 0 <= k < n/2. */
static double log_term(double n, double k)
{
    static const double log_two = 0.6931471805599453;
    if (k == 0.0) {
        return -n * log_two;
    }
    /* n/2 [(1 - d) log(1 - d) + (1 + d) log(1 + d)], d how far k is from n/2 */
    const double d = (n - 2.0 * k) / n;
    const double deviance = 0.5 * n * (log1p(-d * d) + 2.0 * d * atanh(d));
    return stirling_error(n) - stirling_error(k) - stirling_error(n - k) - deviance -
           0.5 * (log_two_pi + log(k) + log1p(-k / n));
}

double rs_mcnemar_log_p(uint64_t b, uint64_t c)
{
    const double n = (double)b + (double)c;
    const uint64_t few = b < c ? b : c;
    if ((b < c ? c - b : b - c) <= 1) { /* the two tails hold everything */
        return 0.0;
    }
    double sum = 1.0;
    double term = 1.0;
    for (uint64_t k = few; k > 0 && term > 1e-17 * sum; --k) {
        term *= (double)k / (n - (double)k + 1.0);
        sum += term;
    }
    const double result = log_term(n, (double)few) + log(2.0 * sum);
    return result < 0.0 ? result : 0.0;
}
