/* row_kernel_avx2.h - loads, masks and sums that the AVX2 kernels share, and the functions of their
 * tables. Only for files that are compiled for AVX2, FMA and F16C.
 */
#ifndef RS_ROW_KERNEL_AVX2_H
#define RS_ROW_KERNEL_AVX2_H

#include <immintrin.h>
#include <stdint.h>

#include "engine/row_kernel.h"
#include "engine/row_kernel_portable.h"

/* Rows of halves narrower than a vector are left to the portable kernel. */
enum { RS_LANES_16 = 16 };

/* All bits set in the first `count` lanes (0 .. all). */
static inline __m256i rs_first_lanes_32(uint32_t count)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lane);
}

static inline __m256i rs_first_lanes_64(uint32_t count)
{
    const __m256i lane = _mm256_setr_epi64x(0, 1, 2, 3);
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x((long long)count), lane);
}

static inline __m256i rs_first_lanes_16(uint32_t count)
{
    const __m256i lane = _mm256_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return _mm256_cmpgt_epi16(_mm256_set1_epi16((short)count), lane);
}

/* Values from `column` on. A masked load touches no memory of the lanes it leaves out. */
static inline __m256 rs_load8_f32(const void *row, uint32_t column)
{
    return _mm256_loadu_ps((const float *)row + column);
}

static inline __m256 rs_load8_f32_masked(__m256i there, const void *row, uint32_t column)
{
    return _mm256_maskload_ps((const float *)row + column, there);
}

static inline __m256d rs_load4_f64(const void *row, uint32_t column)
{
    return _mm256_loadu_pd((const double *)row + column);
}

static inline __m256d rs_load4_f64_masked(__m256i there, const void *row, uint32_t column)
{
    return _mm256_maskload_pd((const double *)row + column, there);
}

static inline __m256i rs_load16_u16(const void *row, uint32_t column)
{
    const unsigned char *const from =
        (const unsigned char *)row + (size_t)column * sizeof(uint16_t);
    return _mm256_loadu_si256((const __m256i *)(const void *)from);
}

/* The last columns [begin, end) of a range, fewer than 16: there is no masked load of 16-bit lanes,
 * so a vector of the row that contains them is loaded, and *there tells which lanes they are. The
 * row has RS_LANES_16 columns or more. */
static inline __m256i rs_load_tail_u16(const void *row, uint32_t begin, uint32_t end,
                                       __m256i *there)
{
    const uint32_t start = end >= RS_LANES_16 ? end - RS_LANES_16 : 0;
    *there = _mm256_andnot_si256(rs_first_lanes_16(begin - start), rs_first_lanes_16(end - start));
    return rs_load16_u16(row, start);
}

static inline uint32_t rs_sum_u32(__m256i lanes)
{
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
    return (uint32_t)_mm_cvtsi128_si32(sum);
}

/* Sum of 16 lanes, each below 2^15. */
static inline uint32_t rs_sum_u16(__m256i lanes)
{
    return rs_sum_u32(_mm256_madd_epi16(lanes, _mm256_set1_epi16(1)));
}

static inline float rs_max_f32(__m256 lanes)
{
    __m128 top = _mm_max_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps(lanes, 1));
    top = _mm_max_ps(top, _mm_movehl_ps(top, top));
    top = _mm_max_ss(top, _mm_movehdup_ps(top));
    return _mm_cvtss_f32(top);
}

/* True when a lane of `doubled`, patterns without their sign, is above infinity. */
static inline bool rs_found_nan16(__m256i doubled, uint16_t infinity)
{
    const __m256i limit = _mm256_set1_epi16((short)(infinity * 2u));
    const __m256i within = _mm256_cmpeq_epi16(_mm256_max_epu16(doubled, limit), limit);
    return _mm256_movemask_epi8(within) != -1;
}

#define DECLARE_MEASURE(ID, name, bits, infinity, normal) RS_DECLARE_MEASURE(avx2, name)
#define DECLARE_FIND(ID, name, bits, infinity, normal)    RS_DECLARE_FIND(avx2, name)
RS_LANE_FLOATS(DECLARE_MEASURE)
RS_FLOATS_32(DECLARE_FIND)
RS_FLOATS_16(DECLARE_FIND)
#undef DECLARE_MEASURE
#undef DECLARE_FIND

#endif
