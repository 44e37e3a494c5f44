/* log_f64.h - log(1 + x) in doubles without a branch: one for each row of a calibrated pass, whose
 * size no processor can guess, while the next row waits for it.
 *
 * 1 + x = 2^k m with m within a factor sqrt(2) of 1, and log(m) = 2 atanh((m - 1) / (m + 1)) is
 * what eight terms give (3e-14). What 1 + x loses of x is added apart, so that a small x keeps its
 * digits: it would have to be divided by 1 + x, for which a parabola does that is right for a small
 * x.
 */
#ifndef RS_LOG_F64_H
#define RS_LOG_F64_H

#include <stdint.h>
#include <string.h>

/* Right for finite x from 0 on. */
static inline double rs_log1p_f64(double x)
{
    const double one_more = 1.0 + x;
    const double small = x < 1.0 ? x : 1.0; /* of which nothing is lost */
    const double lost = small - ((1.0 + small) - 1.0);
    uint64_t bits;
    memcpy(&bits, &one_more, sizeof bits);
    /* moved so that the exponent changes at the square root of one half */
    const uint64_t from_half = bits - UINT64_C(0x3fe6a09e667f3bcd);
    const int64_t k = (int64_t)from_half >> 52;
    bits -= (uint64_t)k << 52;
    double m;
    memcpy(&m, &bits, sizeof m);
    const double s = (m - 1.0) / (m + 1.0);
    const double z = s * s;
    const double z2 = z * z;
    const double low = (1.0 / 3 + z * (1.0 / 5)) + z2 * (1.0 / 7 + z * (1.0 / 9));
    const double high = (1.0 / 11 + z * (1.0 / 13)) + z2 * (1.0 / 15);
    const double rest = (low + high * (z2 * z2)) * z;
    return (double)k * 0x1.62e42fefa39efp-1 +
           ((s + s) + (s + s) * rest + lost * (1.0 - small * (1.0 - 0.5 * small)));
}

#endif
