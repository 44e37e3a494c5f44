/* exp_sum.h - e^x for sums of many: the polynomials of all instruction sets, and a plain C sum.
 *
 * e^x = 2^n * (what is left), n the integer nearest to x log2(e). What is left is a polynomial,
 * minimax for the relative error: of degree 5 in floats (1.0e-7), of degree 7 in doubles (4.1e-11).
 */
#ifndef RS_EXP_SUM_H
#define RS_EXP_SUM_H

#include <stdint.h>
#include <string.h>

#define RS_LOG2_E 0x1.71547652b82fep+0

/* e^r for |r| <= ln2 / 2; floats exactly */
#define RS_EXP_DEGREE_5                                                                            \
    {                                                                                              \
        1.0f, 0x1.fffff6p-1f, 0x1.fffdc6p-2f, 0x1.555a6ap-3f, 0x1.573a5ap-5f, 0x1.0fa83ep-7f       \
    }

/* 2^r for |r| <= 1/2 */
#define RS_EXP2_DEGREE_7                                                                           \
    {                                                                                              \
        0x1.ffffffffabbccp-1, 0x1.62e42ff11627ap-1, 0x1.ebfbe0a4be886p-3, 0x1.c6b08aaf3156ep-5,    \
            0x1.3b29dc40d2ec5p-7, 0x1.5d8a7085cddb8p-10, 0x1.446a1fdd54f3ap-13,                    \
            0x1.fe1786b50da52p-17                                                                  \
    }

/* Adding this leaves the nearest integer in the low bits of a double (and of its bits). */
#define RS_ROUND_F64 0x1.8p+52

/* Below e^-690 nothing is left beside a mass of 1; beyond e^690 the caller wants another
 * reference. */
#define RS_EXP_LIMIT 690.0

/* The nearest integer; |x| below 2^51. */
static inline double rs_round_f64(double x)
{
    return (x + RS_ROUND_F64) - RS_ROUND_F64;
}

/* NaN is nothing. (fmax is a call.) */
static inline double rs_larger(double a, double b)
{
    return a > b ? a : b;
}

static inline double rs_exp_of(double x)
{
    static const double c[] = RS_EXP2_DEGREE_7;
    const double above = x > -RS_EXP_LIMIT ? x : -RS_EXP_LIMIT; /* a NaN becomes the limit */
    const double inside = above < RS_EXP_LIMIT ? above : RS_EXP_LIMIT;
    const double shifted = inside * RS_LOG2_E + RS_ROUND_F64;
    const double r = inside * RS_LOG2_E - (shifted - RS_ROUND_F64);
    const double low = (c[0] + c[1] * r) + (c[2] + c[3] * r) * (r * r);
    const double high = (c[4] + c[5] * r) + (c[6] + c[7] * r) * (r * r);
    const double power = low + high * ((r * r) * (r * r));
    uint64_t exponent;
    uint64_t bits;
    memcpy(&exponent, &shifted, sizeof exponent);
    memcpy(&bits, &power, sizeof bits);
    bits += exponent << 52; /* the sign and what is above the exponent are shifted out */
    double result;
    memcpy(&result, &bits, sizeof result);
    return result;
}

/* Sum of exp(value[i] - reference), four sums at a time so that they need not wait for each
 * other. */
static inline double rs_exp_sum(const double *value, uint32_t count, double reference)
{
    double sum[4] = {0.0, 0.0, 0.0, 0.0};
    uint32_t i = 0;
    for (; i + 4 <= count; i += 4) {
        for (uint32_t lane = 0; lane < 4; ++lane) {
            sum[lane] += rs_exp_of(value[i + lane] - reference);
        }
    }
    for (; i < count; ++i) {
        sum[0] += rs_exp_of(value[i] - reference);
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

#endif
