/* row_kernel_avx2.c - ranks with AVX2: 8 floats, 4 doubles or 16 halves at a time.
 *
 * The scheme is that of row_kernel_avx512.c. A comparison gives lanes of -1, and subtracting them
 * counts.
 */
#include "engine/row_kernel_avx2.h"

#include "engine/row_bounds.h"
#include "engine/row_rank.h"
#include "engine/row_value.h"

/* ---- floats ---- */

/* Columns of [begin, end) that are not <= bound. */
static inline uint32_t count_f32(const void *row, uint32_t begin, uint32_t end, float bound)
{
    const __m256 bounds = _mm256_set1_ps(bound);
    __m256i count = _mm256_setzero_si256();
    for (; end - begin >= 8; begin += 8) {
        const __m256 ahead = _mm256_cmp_ps(rs_load8_f32(row, begin), bounds, _CMP_NLE_UQ);
        count = _mm256_sub_epi32(count, _mm256_castps_si256(ahead));
    }
    const __m256i there = rs_first_lanes_32(end - begin);
    const __m256 ahead =
        _mm256_cmp_ps(rs_load8_f32_masked(there, row, begin), bounds, _CMP_NLE_UQ);
    count = _mm256_sub_epi32(count, _mm256_and_si256(there, _mm256_castps_si256(ahead)));
    return rs_sum_u32(count);
}

static inline uint32_t count_f64(const void *row, uint32_t begin, uint32_t end, double bound)
{
    const __m256d bounds = _mm256_set1_pd(bound);
    __m256i count = _mm256_setzero_si256();
    for (; end - begin >= 4; begin += 4) {
        const __m256d ahead = _mm256_cmp_pd(rs_load4_f64(row, begin), bounds, _CMP_NLE_UQ);
        count = _mm256_sub_epi64(count, _mm256_castpd_si256(ahead));
    }
    const __m256i there = rs_first_lanes_64(end - begin);
    const __m256d ahead =
        _mm256_cmp_pd(rs_load4_f64_masked(there, row, begin), bounds, _CMP_NLE_UQ);
    count = _mm256_sub_epi64(count, _mm256_and_si256(there, _mm256_castpd_si256(ahead)));
    return rs_sum_u32(count); /* the upper halves of the lanes are 0 */
}

/* ---- halves ---- */

/* Lanes outside the bound are -1. There is no unsigned comparison: both sides are moved by half the
 * range. */
static inline __m256i outside(__m256i x, __m256i base, __m256i limit)
{
    return _mm256_cmpgt_epi16(_mm256_sub_epi16(x, base), limit);
}

static inline __m256i max_doubled(__m256i doubled, __m256i x)
{
    return _mm256_max_epu16(doubled, _mm256_add_epi16(x, x));
}

/* As count_16 in row_kernel_avx512.c. */
static inline uint32_t count_16(const void *row, uint32_t begin, uint32_t end, rs_bound16 bound,
                                __m256i *doubled)
{
    const __m256i base = _mm256_set1_epi16((short)(bound.base + 0x8000u));
    const __m256i limit = _mm256_set1_epi16((short)(bound.limit - 0x8000u));
    __m256i count = _mm256_setzero_si256();
    __m256i largest = *doubled;
    for (; end - begin >= 16; begin += 16) {
        const __m256i x = rs_load16_u16(row, begin);
        count = _mm256_sub_epi16(count, outside(x, base, limit));
        largest = max_doubled(largest, x);
    }
    if (begin < end) {
        __m256i there;
        const __m256i x = rs_load_tail_u16(row, begin, end, &there);
        count = _mm256_sub_epi16(count, _mm256_and_si256(there, outside(x, base, limit)));
        largest = max_doubled(largest, x);
    }
    *doubled = largest;
    return rs_sum_u16(count);
}

RS_DEFINE_RANK_FLOAT(f32, float, rs_load_f32, rs_below_f32, count_f32)
RS_DEFINE_RANK_FLOAT(f64, double, rs_load_f64, rs_below_f64, count_f64)
RS_DEFINE_RANK_16(wide_f16, 0x7c00u, __m256i, _mm256_setzero_si256, count_16, rs_found_nan16)
RS_DEFINE_RANK_16(wide_bf16, 0x7f80u, __m256i, _mm256_setzero_si256, count_16, rs_found_nan16)

static bool rank_f16(const void *row, uint32_t columns, const uint32_t *label, uint32_t labels,
                     uint32_t *ahead)
{
    return columns >= RS_LANES_16
               ? rank_wide_f16(row, columns, label, labels, ahead)
               : rs_row_kernel_portable(RS_DTYPE_F16)->rank(row, columns, label, labels, ahead);
}

static bool rank_bf16(const void *row, uint32_t columns, const uint32_t *label, uint32_t labels,
                      uint32_t *ahead)
{
    return columns >= RS_LANES_16
               ? rank_wide_bf16(row, columns, label, labels, ahead)
               : rs_row_kernel_portable(RS_DTYPE_BF16)->rank(row, columns, label, labels, ahead);
}

const rs_row_kernel *rs_row_kernel_avx2(rs_dtype dtype)
{
    static const rs_row_kernel f32 = {rank_f32, rs_measure_f32_avx2, rs_find_f32_avx2};
    static const rs_row_kernel f16 = {rank_f16, rs_measure_f16_avx2, rs_find_f16_avx2};
    static const rs_row_kernel bf16 = {rank_bf16, rs_measure_bf16_avx2, rs_find_bf16_avx2};
    static const rs_row_kernel f64 = {rank_f64, rs_measure_f64_portable, rs_find_f64_portable};
    switch (dtype) {
    case RS_DTYPE_F32:
        return &f32;
    case RS_DTYPE_F16:
        return &f16;
    case RS_DTYPE_BF16:
        return &bf16;
    case RS_DTYPE_F64:
        return &f64;
    default:
        return NULL;
    }
}
