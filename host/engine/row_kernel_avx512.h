/* row_kernel_avx512.h - loads and sums that the AVX-512 kernels share, and the functions of their
 * tables. Only for files that are compiled for AVX-512 (F, BW, VL, DQ).
 */
#ifndef RS_ROW_KERNEL_AVX512_H
#define RS_ROW_KERNEL_AVX512_H

#include <immintrin.h>
#include <stdint.h>

#include "engine/row_kernel.h"
#include "engine/row_kernel_portable.h"

/* Masks of the first lanes, fewer than all. */
static inline __mmask8 rs_first8(uint32_t count)
{
    return (__mmask8)((1u << count) - 1u);
}

static inline __mmask16 rs_first16(uint32_t count)
{
    return (__mmask16)((1u << count) - 1u);
}

static inline __mmask32 rs_first32(uint32_t count)
{
    return (__mmask32)((UINT32_C(1) << count) - 1u);
}

/* Values from `column` on. A masked load touches no memory of the lanes it leaves out, which get
 * `otherwise` (or 0). */
static inline __m512 rs_load16_f32(const void *row, uint32_t column)
{
    return _mm512_loadu_ps((const unsigned char *)row + (size_t)column * sizeof(float));
}

static inline __m512 rs_load16_f32_masked(__mmask16 there, const void *row, uint32_t column,
                                          float otherwise)
{
    return _mm512_mask_loadu_ps(_mm512_set1_ps(otherwise), there,
                                (const unsigned char *)row + (size_t)column * sizeof(float));
}

static inline __m512d rs_load8_f64(const void *row, uint32_t column)
{
    return _mm512_loadu_pd((const unsigned char *)row + (size_t)column * sizeof(double));
}

static inline __m512d rs_load8_f64_masked(__mmask8 there, const void *row, uint32_t column,
                                          double otherwise)
{
    return _mm512_mask_loadu_pd(_mm512_set1_pd(otherwise), there,
                                (const unsigned char *)row + (size_t)column * sizeof(double));
}

static inline __m512i rs_load32_u16(const void *row, uint32_t column)
{
    return _mm512_loadu_si512((const unsigned char *)row + (size_t)column * sizeof(uint16_t));
}

static inline __m512i rs_load32_u16_masked(__mmask32 there, const void *row, uint32_t column,
                                           uint16_t otherwise)
{
    return _mm512_mask_loadu_epi16(_mm512_set1_epi16((short)otherwise), there,
                                   (const unsigned char *)row + (size_t)column * sizeof(uint16_t));
}

/* Sum of 32 lanes, each below 2^15. */
static inline uint32_t rs_sum_u16(__m512i lanes)
{
    const __m512i pairs = _mm512_madd_epi16(lanes, _mm512_set1_epi16(1));
    return (uint32_t)_mm512_reduce_add_epi32(pairs);
}

struct rs_swept_rows;
#define DECLARE_MEASURE(ID, name, bits, infinity, normal) RS_DECLARE_MEASURE(avx512, name)
#define DECLARE_FIND(ID, name, bits, infinity, normal)    RS_DECLARE_FIND(avx512, name)
#define DECLARE_ANY(ID, name, bits, infinity, normal)     RS_DECLARE_MEASURE(avx512_any, name)
RS_LANE_FLOATS(DECLARE_MEASURE)
RS_FLOATS_16(DECLARE_ANY) /* what is behind those of row_halves_avx512.c */
RS_FLOATS_32(DECLARE_FIND)
RS_FLOATS_16(DECLARE_FIND)
#define DECLARE_SWEEP(ID, name, bits, infinity, normal)                                            \
    bool rs_sweep_##name##_avx512(struct rs_swept_rows *batch);
RS_FLOATS_16(DECLARE_SWEEP) /* swept_rows.h */
void rs_rank_tops_16_avx512(struct rs_swept_rows *batch);
#undef DECLARE_SWEEP
#undef DECLARE_MEASURE
#undef DECLARE_FIND
#undef DECLARE_ANY

static inline bool rs_found_nan16(__m512i doubled, uint16_t infinity)
{
    const __m512i limit = _mm512_set1_epi16((short)(infinity * 2u));
    return _mm512_cmpgt_epu16_mask(doubled, limit) != 0;
}

#endif
