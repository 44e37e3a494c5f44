/* row_powers_avx512.h - the factors of e^x = 2^(n/32) e^r, of which the AVX-512 kernels that add
 * up exponentials of floats make theirs (row_measure_avx512.c says how).
 */
#ifndef RS_ROW_POWERS_AVX512_H
#define RS_ROW_POWERS_AVX512_H

#include <immintrin.h>
#include <stdint.h>

#include "engine/exp_sum.h"

enum { RS_POWERS = 32, RS_POWER_MOVED = 23 - 5 };

/* The bits of the floats 2^(i/32), less i moved to where it comes when the exponent in the bits
 * above it is moved to its place. */
static const uint32_t rs_powers[RS_POWERS] = {
    0x3f800000u, 0x3f7ecd87u, 0x3f7daac3u, 0x3f7c980fu, 0x3f7b95c2u, 0x3f7aa43au, 0x3f79c3d3u,
    0x3f78f4f0u, 0x3f7837f0u, 0x3f778d3au, 0x3f76f532u, 0x3f767043u, 0x3f75fed7u, 0x3f75a15bu,
    0x3f75583fu, 0x3f7523f6u, 0x3f7504f3u, 0x3f74fbafu, 0x3f7508a4u, 0x3f752c4du, 0x3f75672au,
    0x3f75b9beu, 0x3f76248cu, 0x3f76a81eu, 0x3f7744fdu, 0x3f77fbb8u, 0x3f78ccdfu, 0x3f79b907u,
    0x3f7ac0c7u, 0x3f7be4bau, 0x3f7d257du, 0x3f7e83b3u,
};

/* e^r for |r| <= ln2 / 64: minimax */
static inline __m512 rs_exp_rest(__m512 r)
{
    const __m512 slope =
        _mm512_fmadd_ps(_mm512_set1_ps(0x1.ffff0ap-2f), r, _mm512_set1_ps(0x1.0000f6p+0f));
    return _mm512_fmadd_ps(slope, r, _mm512_set1_ps(1.0f));
}

/* Terms of 16-bit rows are raised by 2^RS_RAISED, so that those that come near the end of the
 * exponent, where numbers take longer, are of no account. */
enum { RS_RAISED = 20 };

/* What sums of such terms are to be multiplied by: the powers of two leave out what the reference
 * is beside the nearest one. */
static inline double rs_exp_factor(double reference)
{
    const double n = rs_round_f64(reference * RS_LOG2_E);
    return rs_exp_f64(n * (double)RS_LN2_F32 - reference) * (1.0 / (1 << RS_RAISED));
}

#endif
