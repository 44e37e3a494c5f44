/* row_kernel_avx512.c - ranks with AVX-512: 16 floats, 8 doubles or 32 halves at a time.
 *
 * A comparison gives a mask, and a masked subtraction of -1 counts it: two operations for 64 bytes.
 * A row is swept in two parts, before the label and behind it, which have different bounds; loads
 * are masked at the ends, so nothing outside the row is touched. What one label costs is little
 * beside fetching the row from memory, and for further labels the row is in the cache.
 */
#include "engine/row_kernel_avx512.h"

#include "engine/row_bounds.h"
#include "engine/row_rank.h"
#include "base/row_value.h"

/* ---- floats ---- */

/* One more in each lane that is there and not <= bounds. */
static inline __m512i add_f32(__m512i count, __mmask16 there, __m512 x, __m512 bounds)
{
    const __mmask16 ahead = _mm512_mask_cmp_ps_mask(there, x, bounds, _CMP_NLE_UQ);
    return _mm512_mask_sub_epi32(count, ahead, count, _mm512_set1_epi32(-1));
}

/* Columns of [begin, end) that are not <= bound. */
static inline uint32_t count_f32(const void *row, uint32_t begin, uint32_t end, float bound)
{
    const __m512 bounds = _mm512_set1_ps(bound);
    const __mmask16 all = 0xffffu;
    __m512i count = _mm512_setzero_si512();
    for (; end - begin >= 64; begin += 64) {
        count = add_f32(count, all, rs_load16_f32(row, begin), bounds);
        count = add_f32(count, all, rs_load16_f32(row, begin + 16), bounds);
        count = add_f32(count, all, rs_load16_f32(row, begin + 32), bounds);
        count = add_f32(count, all, rs_load16_f32(row, begin + 48), bounds);
    }
    for (; end - begin >= 16; begin += 16) {
        count = add_f32(count, all, rs_load16_f32(row, begin), bounds);
    }
    const __mmask16 rest = rs_first16(end - begin);
    count = add_f32(count, rest, rs_load16_f32_masked(rest, row, begin, 0.0f), bounds);
    return (uint32_t)_mm512_reduce_add_epi32(count);
}

static inline __m512i add_f64(__m512i count, __mmask8 there, __m512d x, __m512d bounds)
{
    const __mmask8 ahead = _mm512_mask_cmp_pd_mask(there, x, bounds, _CMP_NLE_UQ);
    return _mm512_mask_sub_epi64(count, ahead, count, _mm512_set1_epi64(-1));
}

static inline uint32_t count_f64(const void *row, uint32_t begin, uint32_t end, double bound)
{
    const __m512d bounds = _mm512_set1_pd(bound);
    const __mmask8 all = 0xffu;
    __m512i count = _mm512_setzero_si512();
    for (; end - begin >= 16; begin += 16) {
        count = add_f64(count, all, rs_load8_f64(row, begin), bounds);
        count = add_f64(count, all, rs_load8_f64(row, begin + 8), bounds);
    }
    for (; end - begin >= 8; begin += 8) {
        count = add_f64(count, all, rs_load8_f64(row, begin), bounds);
    }
    const __mmask8 rest = rs_first8(end - begin);
    count = add_f64(count, rest, rs_load8_f64_masked(rest, row, begin, 0.0), bounds);
    return (uint32_t)_mm512_reduce_add_epi64(count);
}

/* ---- halves ---- */

/* What a sweep gathers. In `doubled`, the largest doubled pattern, a NaN of either sign stands out:
 * without its sign it is above infinity. A lane counts up to RS_MAX_COLUMNS / 32, far from
 * overflow. */
typedef struct sweep16 {
    __m512i base;
    __m512i limit;
    __m512i count;
    __m512i doubled;
} sweep16;

static inline void add_16(sweep16 *sweep, __mmask32 there, __m512i x)
{
    const __mmask32 ahead =
        _mm512_mask_cmpgt_epu16_mask(there, _mm512_sub_epi16(x, sweep->base), sweep->limit);
    sweep->count = _mm512_mask_sub_epi16(sweep->count, ahead, sweep->count, _mm512_set1_epi16(-1));
    sweep->doubled = _mm512_max_epu16(sweep->doubled, _mm512_add_epi16(x, x));
}

/* Columns of [begin, end) outside the bound. */
static inline uint32_t count_16(const void *row, uint32_t begin, uint32_t end, rs_bound16 bound,
                                __m512i *doubled)
{
    sweep16 sweep = {
        .base = _mm512_set1_epi16((short)bound.base),
        .limit = _mm512_set1_epi16((short)bound.limit),
        .count = _mm512_setzero_si512(),
        .doubled = *doubled,
    };
    for (; end - begin >= 64; begin += 64) {
        add_16(&sweep, ~0u, rs_load32_u16(row, begin));
        add_16(&sweep, ~0u, rs_load32_u16(row, begin + 32));
    }
    for (; end - begin >= 32; begin += 32) {
        add_16(&sweep, ~0u, rs_load32_u16(row, begin));
    }
    const __mmask32 rest = rs_first32(end - begin);
    add_16(&sweep, rest, rs_load32_u16_masked(rest, row, begin, 0));
    *doubled = sweep.doubled;
    return rs_sum_u16(sweep.count);
}

RS_DEFINE_RANK_FLOAT(f32, float, FLT_MAX, rs_load_f32, rs_below_f32, count_f32)
RS_DEFINE_RANK_FLOAT(f64, double, DBL_MAX, rs_load_f64, rs_below_f64, count_f64)
RS_DEFINE_RANK_16(f16, 0x7c00u, __m512i, _mm512_setzero_si512, count_16, rs_found_nan16)
RS_DEFINE_RANK_16(bf16, 0x7f80u, __m512i, _mm512_setzero_si512, count_16, rs_found_nan16)

RS_DEFINE_ROW_KERNELS(avx512)
