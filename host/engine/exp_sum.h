/* exp_sum.h - e^x for sums of many: what all instruction sets share, and sums in plain C.
 *
 * e^x = 2^n * (what is left), n the integer nearest to x log2(e). What is left is a polynomial,
 * minimax for the relative error: of degree 5 in floats (1.0e-7), of degree 7 in doubles (4.1e-11).
 *
 * The loops in plain C have no branches and no results that one turn hands to the next, so that
 * compilers vectorise them; an instruction set without kernels of its own for a type includes them.
 */
#ifndef RS_EXP_SUM_H
#define RS_EXP_SUM_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/half.h"
#include "engine/exp_f64.h"

#define RS_LN2_F32 0x1.62e430p-1f /* rounded */

/* e^r for |r| <= ln2 / 2; floats exactly */
#define RS_EXP_DEGREE_5                                                                            \
    {                                                                                              \
        1.0f, 0x1.fffff6p-1f, 0x1.fffdc6p-2f, 0x1.555a6ap-3f, 0x1.573a5ap-5f, 0x1.0fa83ep-7f       \
    }

/* As RS_ROUND_F64. */
#define RS_ROUND_F32 0x1.8p+23f

/* Below e^-86, or 2^-124, the exponent of a float would come to its end. */
#define RS_EXP_LIMIT_F32 86.0f

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

/* What is gathered over a row, a batch of columns at a time. */
typedef struct rs_exp_sums {
    double largest;
    double rest; /* sum of e^(x - reference) */
} rs_exp_sums;

/* A batch is folded in halves, elements apart, down to a few lanes: compilers vectorise that, which
 * they may not do to a sum in the order written. It also keeps the roundings of a sum few. */
#define RS_DEFINE_FOLD(name, type)                                                                 \
    static inline double rs_fold_sum_##name(type value[])                                          \
    {                                                                                              \
        double sum = 0.0;                                                                          \
        for (uint32_t half = RS_EXP_BATCH / 2; half >= RS_EXP_LANES; half /= 2) {                  \
            for (uint32_t i = 0; i < half; ++i) {                                                  \
                value[i] += value[i + half];                                                       \
            }                                                                                      \
        }                                                                                          \
        for (uint32_t lane = 0; lane < RS_EXP_LANES; ++lane) {                                     \
            sum += (double)value[lane];                                                            \
        }                                                                                          \
        return sum;                                                                                \
    }                                                                                              \
                                                                                                   \
    static inline double rs_fold_largest_##name(const type value[])                                \
    {                                                                                              \
        type best[RS_EXP_BATCH / 2];                                                               \
        double largest = -HUGE_VAL;                                                                \
        for (uint32_t i = 0; i < RS_EXP_BATCH / 2; ++i) {                                          \
            const type other = value[i + RS_EXP_BATCH / 2];                                        \
            best[i] = value[i] > other ? value[i] : other;                                         \
        }                                                                                          \
        for (uint32_t half = RS_EXP_BATCH / 4; half >= RS_EXP_LANES; half /= 2) {                  \
            for (uint32_t i = 0; i < half; ++i) {                                                  \
                best[i] = best[i] > best[i + half] ? best[i] : best[i + half];                     \
            }                                                                                      \
        }                                                                                          \
        for (uint32_t lane = 0; lane < RS_EXP_LANES; ++lane) {                                     \
            largest = rs_larger(largest, (double)best[lane]);                                      \
        }                                                                                          \
        return largest;                                                                            \
    }

RS_DEFINE_FOLD(f32, float)
RS_DEFINE_FOLD(f64, double)
#undef RS_DEFINE_FOLD

/* ---- doubles ---- */

/* Adds a whole batch, which is overwritten; -inf stands for a value that is not there. */
static inline void rs_exp_sums_add_f64(rs_exp_sums *sums, double *value, double reference)
{
    sums->largest = rs_larger(sums->largest, rs_fold_largest_f64(value));
    for (uint32_t i = 0; i < RS_EXP_BATCH; ++i) { /* a loop of its own: else it gets a branch */
        const double x = value[i] - reference;
        value[i] = x > -RS_EXP_LIMIT_F64 ? x : -RS_EXP_LIMIT_F64;
    }
    for (uint32_t i = 0; i < RS_EXP_BATCH; ++i) {
        value[i] = rs_exp_f64(value[i]);
    }
    sums->rest += rs_fold_sum_f64(value);
}

/* ---- floats, without fused multiply-adds ---- */

/* ln2 in two parts: n times the first, of 15 bits, is exact for |n| <= 512. */
#define RS_LN2_HIGH 0x1.62e4p-1f
#define RS_LN2_LOW  0x1.7f7d1cp-20f
/* So these references and what is in reach of them are exact. */
#define RS_EXP_FAR_F32 256.0

/* e^(x - reference) / factor for x no less than the reference - RS_EXP_LIMIT_F32; `exponent` is the
 * bits of RS_ROUND_F32 + n of the reference. */
static inline float rs_exp_f32(float x, uint32_t exponent)
{
    static const float c[] = RS_EXP_DEGREE_5;
    const float shifted = x * (float)RS_LOG2_E + RS_ROUND_F32;
    const float n = shifted - RS_ROUND_F32;
    const float r = (x - n * RS_LN2_HIGH) - n * RS_LN2_LOW;
    const float power = c[0] + r * (c[1] + r * (c[2] + r * (c[3] + r * (c[4] + r * c[5]))));
    return rs_f32_from_bits(rs_f32_bits(power) + ((rs_f32_bits(shifted) - exponent) << 23));
}

/* A reference for floats. Sums are to be multiplied by `factor` in the end. */
typedef struct rs_exp_reference {
    float lowest;
    uint32_t exponent;
    double factor;
} rs_exp_reference;

static inline rs_exp_reference rs_exp_reference_of(double reference)
{
    const double n = rs_round_f64(reference * RS_LOG2_E);
    const double ln2 = (double)RS_LN2_HIGH + (double)RS_LN2_LOW;
    return (rs_exp_reference){
        .lowest = (float)reference - RS_EXP_LIMIT_F32,
        .exponent = rs_f32_bits(RS_ROUND_F32 + (float)n),
        .factor = rs_exp_f64(n * ln2 - reference),
    };
}

static inline void rs_exp_sums_add_f32(rs_exp_sums *sums, float *value,
                                       const rs_exp_reference *reference)
{
    sums->largest = rs_larger(sums->largest, rs_fold_largest_f32(value));
    for (uint32_t i = 0; i < RS_EXP_BATCH; ++i) {
        const float x = value[i] > reference->lowest ? value[i] : reference->lowest;
        value[i] = rs_exp_f32(x, reference->exponent);
    }
    sums->rest += rs_fold_sum_f32(value);
}

#endif
