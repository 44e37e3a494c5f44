/* row_kernel_avx2.c - ranks with AVX2: 8 floats, 4 doubles or 16 halves at a time.
 *
 * The scheme is that of row_kernel_avx512.c. A comparison gives lanes of -1, and subtracting them
 * counts.
 */
#include "engine/row_kernel_avx2.h"

#include "engine/row_bounds.h"
#include "engine/row_rank.h"
#include "base/row_value.h"

/* ---- floats ---- */

/* One more in each lane that is not <= bounds. */
static inline __m256i add_f32(__m256i count, __m256 x, __m256 bounds)
{
    return _mm256_sub_epi32(count, _mm256_castps_si256(_mm256_cmp_ps(x, bounds, _CMP_NLE_UQ)));
}

/* Columns of [begin, end) that are not <= bound. */
static inline uint32_t sweep_f32(const void *row, uint32_t begin, uint32_t end, float bound,
                                 bool fetch)
{
    const __m256 bounds = _mm256_set1_ps(bound);
    __m256i count = _mm256_setzero_si256();
    __m256i other = _mm256_setzero_si256(); /* by turns: neither waits for the other */
    for (; end - begin >= 32; begin += 32) {
        if (fetch) {
            rs_fetch_farther(row, (size_t)begin * sizeof(float));
            rs_fetch_farther(row, (size_t)(begin + 16) * sizeof(float));
        }
        count = add_f32(count, rs_load8_f32(row, begin), bounds);
        other = add_f32(other, rs_load8_f32(row, begin + 8), bounds);
        count = add_f32(count, rs_load8_f32(row, begin + 16), bounds);
        other = add_f32(other, rs_load8_f32(row, begin + 24), bounds);
    }
    count = _mm256_add_epi32(count, other);
    for (; end - begin >= 8; begin += 8) {
        if (fetch) {
            rs_fetch_farther(row, (size_t)begin * sizeof(float));
        }
        count = add_f32(count, rs_load8_f32(row, begin), bounds);
    }
    const __m256i there = rs_first_lanes_32(end - begin);
    const __m256 x = rs_load8_f32_masked(there, row, begin);
    const __m256i last = add_f32(_mm256_setzero_si256(), x, bounds);
    return rs_sum_u32(_mm256_add_epi32(count, _mm256_and_si256(there, last)));
}

static inline __m256i add_f64(__m256i count, __m256d x, __m256d bounds)
{
    return _mm256_sub_epi64(count, _mm256_castpd_si256(_mm256_cmp_pd(x, bounds, _CMP_NLE_UQ)));
}

static inline uint32_t sweep_f64(const void *row, uint32_t begin, uint32_t end, double bound,
                                 bool fetch)
{
    const __m256d bounds = _mm256_set1_pd(bound);
    __m256i count = _mm256_setzero_si256();
    __m256i other = _mm256_setzero_si256();
    for (; end - begin >= 16; begin += 16) {
        if (fetch) {
            rs_fetch_farther(row, (size_t)begin * sizeof(double));
            rs_fetch_farther(row, (size_t)(begin + 8) * sizeof(double));
        }
        count = add_f64(count, rs_load4_f64(row, begin), bounds);
        other = add_f64(other, rs_load4_f64(row, begin + 4), bounds);
        count = add_f64(count, rs_load4_f64(row, begin + 8), bounds);
        other = add_f64(other, rs_load4_f64(row, begin + 12), bounds);
    }
    count = _mm256_add_epi64(count, other);
    for (; end - begin >= 4; begin += 4) {
        if (fetch) {
            rs_fetch_farther(row, (size_t)begin * sizeof(double));
        }
        count = add_f64(count, rs_load4_f64(row, begin), bounds);
    }
    const __m256i there = rs_first_lanes_64(end - begin);
    const __m256d x = rs_load4_f64_masked(there, row, begin);
    const __m256i last = add_f64(_mm256_setzero_si256(), x, bounds);
    count = _mm256_add_epi64(count, _mm256_and_si256(there, last));
    return rs_sum_u32(count); /* the upper halves of the lanes are 0 */
}

/* ---- halves ---- */

/* As in row_kernel_avx512.c. There is no unsigned comparison: base and limit are moved by half the
 * range. */
typedef struct sweep16 {
    __m256i base;
    __m256i limit;
    __m256i count;
    __m256i doubled;
} sweep16;

static inline void add_16(sweep16 *sweep, __m256i there, __m256i x)
{
    const __m256i ahead = _mm256_cmpgt_epi16(_mm256_sub_epi16(x, sweep->base), sweep->limit);
    sweep->count = _mm256_sub_epi16(sweep->count, _mm256_and_si256(there, ahead));
    sweep->doubled = _mm256_max_epu16(sweep->doubled, _mm256_add_epi16(x, x));
}

/* Columns of [begin, end) outside the bound. */
static inline uint32_t sweep_16(const void *row, uint32_t begin, uint32_t end, rs_bound16 bound,
                                __m256i *doubled, bool fetch)
{
    const __m256i all = _mm256_set1_epi16(-1);
    sweep16 sweep = {
        .base = _mm256_set1_epi16((short)(bound.base + 0x8000u)),
        .limit = _mm256_set1_epi16((short)(bound.limit - 0x8000u)),
        .count = _mm256_setzero_si256(),
        .doubled = *doubled,
    };
    for (; end - begin >= 32; begin += 32) {
        if (fetch) {
            rs_fetch_ahead(row, (size_t)begin * sizeof(uint16_t));
        }
        add_16(&sweep, all, rs_load16_u16(row, begin));
        add_16(&sweep, all, rs_load16_u16(row, begin + 16));
    }
    for (; end - begin >= 16; begin += 16) {
        if (fetch) {
            rs_fetch_ahead(row, (size_t)begin * sizeof(uint16_t));
        }
        add_16(&sweep, all, rs_load16_u16(row, begin));
    }
    if (begin < end) {
        __m256i there;
        const __m256i x = rs_load_tail_u16(row, begin, end, &there);
        add_16(&sweep, there, x);
    }
    *doubled = sweep.doubled;
    return rs_sum_u16(sweep.count);
}

/* The first sweep over a row, that of `rank`, calls for what follows. */
#define DEFINE_COUNT(name, type)                                                                   \
    static inline uint32_t count_##name(const void *row, uint32_t begin, uint32_t end, type bound) \
    {                                                                                              \
        return sweep_##name(row, begin, end, bound, false);                                        \
    }                                                                                              \
                                                                                                   \
    static inline uint32_t first_##name(const void *row, uint32_t begin, uint32_t end, type bound) \
    {                                                                                              \
        return sweep_##name(row, begin, end, bound, true);                                         \
    }

DEFINE_COUNT(f32, float)
DEFINE_COUNT(f64, double)

static inline uint32_t count_16(const void *row, uint32_t begin, uint32_t end, rs_bound16 bound,
                                __m256i *doubled)
{
    return sweep_16(row, begin, end, bound, doubled, false);
}

static inline uint32_t first_16(const void *row, uint32_t begin, uint32_t end, rs_bound16 bound,
                                __m256i *doubled)
{
    return sweep_16(row, begin, end, bound, doubled, true);
}

RS_DEFINE_AROUND_FLOAT(f32, float, rs_below_f32, first_f32)
RS_DEFINE_AROUND_FLOAT(f64, double, rs_below_f64, first_f64)
RS_DEFINE_AROUND_16(first_16, __m256i *)
RS_DEFINE_64_FLOAT(f32, float, count_f32)
RS_DEFINE_64_FLOAT(f64, double, count_f64)
RS_DEFINE_64_16(__m256i, _mm256_setzero_si256, count_16)
RS_DEFINE_RANK_FLOAT(f32, float, FLT_MAX, rs_load_f32, rs_below_f32, count_f32)
RS_DEFINE_RANK_FLOAT(f64, double, DBL_MAX, rs_load_f64, rs_below_f64, count_f64)
#define RANK_16(ID, name, bits, infinity, normal)                                                  \
    RS_DEFINE_RANK_16(wide_##name, infinity, __m256i, _mm256_setzero_si256, count_16,              \
                      rs_found_nan16)                                                              \
    RS_DEFINE_NARROW(name, RS_DTYPE_##ID)
RS_FLOATS_16(RANK_16)

#define KERNEL(ID, name, bits, infinity, normal)                                                   \
    RS_ROW_KERNEL(avx2, ID, name, rs_find_##name##_avx2, true)
#define KERNEL_64(ID, name, bits, infinity, normal)                                                \
    RS_ROW_KERNEL(avx2, ID, name, rs_find_##name##_portable, true)
RS_DEFINE_ROW_KERNELS(avx2, RS_FLOATS_32(KERNEL) RS_FLOATS_16(KERNEL) RS_FLOATS_64(KERNEL_64))
