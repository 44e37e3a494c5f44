/* exp_f64.h - e^x in doubles: the same operations, and so the same bits, on every processor and on
 * devices.
 *
 * e^x = 2^n * (what is left), n the integer nearest to x log2(e). What is left is a polynomial of
 * degree 7, minimax for the relative error (4.1e-11). C, C++ and CUDA compile this; nowhere may a
 * product and a sum become one operation.
 */
#ifndef RS_EXP_F64_H
#define RS_EXP_F64_H

#include <stdint.h>
#include <string.h>

#include "base/host_device.h"

#define RS_LOG2_E 0x1.71547652b82fep+0

/* 2^r for |r| <= 1/2 */
#define RS_EXP2_DEGREE_7                                                                           \
    {                                                                                              \
        0x1.ffffffffabbccp-1, 0x1.62e42ff11627ap-1, 0x1.ebfbe0a4be886p-3, 0x1.c6b08aaf3156ep-5,    \
            0x1.3b29dc40d2ec5p-7, 0x1.5d8a7085cddb8p-10, 0x1.446a1fdd54f3ap-13,                    \
            0x1.fe1786b50da52p-17                                                                  \
    }

/* Adding this leaves the nearest integer in the low bits of a number. */
#define RS_ROUND_F64 0x1.8p+52

/* Below e^-690 nothing is left beside a mass of 1. */
#define RS_EXP_LIMIT_F64 690.0

/* How sums of them are made: batches are folded in halves, elements apart, down to a few lanes,
 * which are added in their order, and so are the batches. */
enum { RS_EXP_BATCH = 256, RS_EXP_LANES = 16 };

/* Right for x within RS_EXP_LIMIT_F64. */
static inline RS_HOST_DEVICE double rs_exp_f64(double x)
{
    static const double c[] = RS_EXP2_DEGREE_7;
    const double shifted = x * RS_LOG2_E + RS_ROUND_F64;
    const double r = x * RS_LOG2_E - (shifted - RS_ROUND_F64);
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

#endif
