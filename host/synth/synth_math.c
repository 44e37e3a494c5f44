/* synth_math.c - series for log and exp, Acklam's rational approximation for the normal
 * quantile. */
#include "synth/synth_math.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ln 2 in two parts: a multiple of the first by a small integer is exact. */
static const double LN2_HIGH = 0x1.62e42fee00000p-1;
static const double LN2_LOW = 0x1.a39ef35793c76p-33;

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

double rs_synth_log(double x)
{
    const uint64_t bits = bits_of(x);
    int exponent = (int)(bits >> 52) - 1023;
    double mantissa =
        from_bits((bits & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x3ff0000000000000));
    if (mantissa > 1.4142135623730951) { /* keeps the argument of the series below 0.172 */
        mantissa *= 0.5;
        ++exponent;
    }
    /* log m = 2 atanh((m - 1) / (m + 1)) */
    const double s = (mantissa - 1.0) / (mantissa + 1.0);
    const double z = s * s;
    double series = 0.0;
    for (int power = 23; power >= 3; power -= 2) {
        series = (series + 1.0 / power) * z;
    }
    return exponent * LN2_HIGH + (2.0 * s + (2.0 * s * series + exponent * LN2_LOW));
}

double rs_synth_exp(double x)
{
    const double scaled = x * 1.4426950408889634;
    const int whole = (int)(scaled < 0.0 ? scaled - 0.5 : scaled + 0.5);
    const double rest = (x - whole * LN2_HIGH) - whole * LN2_LOW; /* within 0.35 of zero */
    double series = 1.0;
    for (int power = 16; power >= 1; --power) {
        series = 1.0 + series * rest / power;
    }
    return series * from_bits((uint64_t)(1023 + whole) << 52);
}

/* Acklam: a rational function for the centre (a, b) and one for the tails (c, d). */
double rs_synth_normal_quantile(double p)
{
    static const double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,
                               -2.759285104469687e+02, 1.383577518672690e+02,
                               -3.066479806614716e+01, 2.506628277459239e+00};
    static const double b[] = {-5.447609879822406e+01, 1.615858368580409e+02,
                               -1.556989798598866e+02, 6.680131188771972e+01,
                               -1.328068155288572e+01};
    static const double c[] = {-7.784894002430293e-03, -3.223964580411365e-01,
                               -2.400758277161838e+00, -2.549732539343734e+00,
                               4.374664141464968e+00,  2.938163982698783e+00};
    static const double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                               3.754408661907416e+00};
    const double tail = p < 0.5 ? p : 1.0 - p;
    if (tail < 0.02425) {
        const double q = sqrt(-2.0 * rs_synth_log(tail));
        const double x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
                         ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1.0);
        return p < 0.5 ? x : -x;
    }
    const double q = p - 0.5;
    const double r = q * q;
    return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
           (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1.0);
}
