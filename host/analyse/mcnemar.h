/* mcnemar.h - are two models different, or did chance decide the images on which they part?
 *
 * On the images that only one of two equally good models gets right, each is as likely to be the
 * right one: of b + c such images the number for the first is binomial with chance 1/2. The exact
 * test (Q. McNemar, "Note on the sampling error of the difference between correlated proportions or
 * percentages", 1947), not its normal approximation, which has no answer for b + c = 0.
 */
#ifndef RS_MCNEMAR_H
#define RS_MCNEMAR_H

#include <stdint.h>

/* Natural logarithm of the two-sided p: 2 P(X <= min(b, c)) up to 1, X binomial (b + c, 1/2).
 * Exactly 0 (p = 1) when b and c differ by at most 1, also when both are 0. Relative error of p
 * below 1e-12 up to 2^32 images, while p is above 1e-300. */
double rs_mcnemar_log_p(uint64_t b, uint64_t c);

#endif
