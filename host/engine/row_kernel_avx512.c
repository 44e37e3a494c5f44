/* row_kernel_avx512.c - ranks with AVX-512: 16 floats, 8 doubles or 32 halves at a time.
 *
 * A comparison gives a mask, and a masked subtraction of -1 counts it: two operations for 64 bytes.
 * Columns before a label and behind it have different bounds. To rank it, they are taken in groups
 * of 64, each with the bound that fits, and what the label's own group has before the label is put
 * right apart: so the same loops run equally often wherever the label is, and a processor guesses
 * no branch wrong. Loads are masked at the ends, so nothing outside the row is touched. What one
 * label costs is little beside fetching the row from memory, and for further labels the row is in
 * the cache.
 */
#include "engine/row_kernel_avx512.h"

#include "engine/row_bounds.h"
#include "engine/row_rank.h"
#include "base/row_value.h"

enum { GROUP = 64 };

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

/* One more in each lane that is there and ahead before the label, but not behind it. */
static inline __m512i add_equal_f32(__m512i count, __mmask16 there, __m512 x, __m512 from,
                                    __m512 above)
{
    const __mmask16 ahead = _mm512_mask_cmp_ps_mask(there, x, from, _CMP_NLE_UQ);
    const __mmask16 equal = _mm512_mask_cmp_ps_mask(ahead, x, above, _CMP_LE_OQ);
    return _mm512_mask_sub_epi32(count, equal, count, _mm512_set1_epi32(-1));
}

static inline __m512i add_equal_f64(__m512i count, __mmask8 there, __m512d x, __m512d from,
                                    __m512d above)
{
    const __mmask8 ahead = _mm512_mask_cmp_pd_mask(there, x, from, _CMP_NLE_UQ);
    const __mmask8 equal = _mm512_mask_cmp_pd_mask(ahead, x, above, _CMP_LE_OQ);
    return _mm512_mask_sub_epi64(count, equal, count, _mm512_set1_epi64(-1));
}

/* Columns ahead of a label (row_rank.h). Vectors of `lanes`; the label's own column is not ahead of
 * itself by the bound of those behind it. */
#define DEFINE_AROUND(name, type, below, vector, lanes, mask, set1, load, load_masked, sum)        \
    static inline uint32_t around_##name(const void *row, uint32_t columns, uint32_t label,        \
                                         type value)                                               \
    {                                                                                              \
        const type bound[2] = {below(value), value};                                               \
        const vector above = set1(value);                                                          \
        const uint32_t own = label / GROUP;                                                        \
        const uint64_t before = (UINT64_C(1) << (label % GROUP)) - 1;                              \
        __m512i count = _mm512_setzero_si512();                                                    \
        for (uint32_t i = 0; i < GROUP; i += (lanes)) {                                            \
            const mask there = (mask)(before >> i);                                                \
            const vector x = load_masked(there, row, own * GROUP + i, 0);                          \
            count = add_equal_##name(count, there, x, set1(bound[0]), above);                      \
        }                                                                                          \
        uint32_t begin = 0;                                                                        \
        for (uint32_t group = 0; group < columns / GROUP; ++group) {                               \
            const vector bounds = set1(bound[group >= own]);                                       \
            for (uint32_t i = 0; i < GROUP; i += (lanes), begin += (lanes)) {                      \
                rs_fetch_farther(row, (size_t)begin * sizeof(type));                               \
                count = add_##name(count, (mask)-1, load(row, begin), bounds);                     \
            }                                                                                      \
        }                                                                                          \
        for (; begin < columns; begin += (lanes)) {                                                \
            const uint32_t left = columns - begin;                                                 \
            const mask there = (mask)(left < (lanes) ? (1u << left) - 1u : (mask)-1);              \
            rs_fetch_farther(row, (size_t)begin * sizeof(type));                                   \
            count = add_##name(count, there, load_masked(there, row, begin, 0), above);            \
        }                                                                                          \
        return (uint32_t)sum(count);                                                               \
    }

DEFINE_AROUND(f32, float, rs_below_f32, __m512, 16, __mmask16, _mm512_set1_ps, rs_load16_f32,
              rs_load16_f32_masked, _mm512_reduce_add_epi32)
DEFINE_AROUND(f64, double, rs_below_f64, __m512d, 8, __mmask8, _mm512_set1_pd, rs_load8_f64,
              rs_load8_f64_masked, _mm512_reduce_add_epi64)

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

/* A bound twice: a processor loads 32 bits into all lanes as it is, 16 bits it has to spread. */
typedef struct bound32 {
    uint32_t base;
    uint32_t limit;
} bound32;

static inline bound32 twice(rs_bound16 bound)
{
    return (bound32){bound.base * 0x10001u, bound.limit * 0x10001u};
}

static inline void set_bound(sweep16 *sweep, bound32 bound)
{
    sweep->base = _mm512_set1_epi32((int)bound.base);
    sweep->limit = _mm512_set1_epi32((int)bound.limit);
}

static inline __mmask32 ahead_16(__mmask32 there, __m512i x, rs_bound16 bound)
{
    const __m512i moved = _mm512_sub_epi16(x, _mm512_set1_epi16((short)bound.base));
    return _mm512_mask_cmpgt_epu16_mask(there, moved, _mm512_set1_epi16((short)bound.limit));
}

/* As DEFINE_AROUND. */
static inline uint32_t around_16(const void *row, uint32_t columns, uint32_t label, rs_bound16 from,
                                 rs_bound16 above, __m512i *doubled)
{
    const bound32 bound[2] = {twice(from), twice(above)};
    const uint32_t own = label / GROUP;
    const uint64_t before = (UINT64_C(1) << (label % GROUP)) - 1;
    sweep16 sweep = {.count = _mm512_setzero_si512(), .doubled = *doubled};
    for (uint32_t i = 0; i < GROUP; i += 32) {
        const __mmask32 there = (__mmask32)(before >> i);
        const __m512i x = rs_load32_u16_masked(there, row, own * GROUP + i, 0);
        const __mmask32 equal = ahead_16(there, x, from) & ~ahead_16(there, x, above);
        sweep.count = _mm512_mask_sub_epi16(sweep.count, equal, sweep.count, _mm512_set1_epi16(-1));
    }
    uint32_t begin = 0;
    for (uint32_t group = 0; group < columns / GROUP; ++group) {
        set_bound(&sweep, bound[group >= own]);
        for (uint32_t i = 0; i < GROUP; i += 32, begin += 32) {
            rs_fetch_farther(row, (size_t)begin * sizeof(uint16_t));
            add_16(&sweep, ~0u, rs_load32_u16(row, begin));
        }
    }
    set_bound(&sweep, bound[1]);
    for (; begin < columns; begin += 32) {
        const uint32_t left = columns - begin;
        const __mmask32 there = left < 32 ? rs_first32(left) : ~0u;
        rs_fetch_farther(row, (size_t)begin * sizeof(uint16_t));
        add_16(&sweep, there, rs_load32_u16_masked(there, row, begin, 0));
    }
    *doubled = sweep.doubled;
    return rs_sum_u16(sweep.count);
}

/* ---- a stretch of 64 columns ---- */

static inline uint32_t count_64_f32(const void *row, uint32_t begin, float bound)
{
    uint64_t ahead = 0;
    for (uint32_t i = 0; i < RS_WITHIN_COLUMNS; i += 16) {
        const __m512 x = rs_load16_f32(row, begin + i);
        ahead |= (uint64_t)_mm512_cmp_ps_mask(x, _mm512_set1_ps(bound), _CMP_NLE_UQ) << i;
    }
    return (uint32_t)__builtin_popcountll(ahead);
}

static inline uint32_t count_64_f64(const void *row, uint32_t begin, double bound)
{
    uint64_t ahead = 0;
    for (uint32_t i = 0; i < RS_WITHIN_COLUMNS; i += 8) {
        const __m512d x = rs_load8_f64(row, begin + i);
        ahead |= (uint64_t)_mm512_cmp_pd_mask(x, _mm512_set1_pd(bound), _CMP_NLE_UQ) << i;
    }
    return (uint32_t)__builtin_popcountll(ahead);
}

static inline uint32_t count_64_16(const void *row, uint32_t begin, rs_bound16 bound)
{
    const __mmask32 lower = ahead_16(~0u, rs_load32_u16(row, begin), bound);
    const __mmask32 upper = ahead_16(~0u, rs_load32_u16(row, begin + 32), bound);
    return (uint32_t)__builtin_popcountll(lower | (uint64_t)upper << 32);
}

RS_DEFINE_RANK_FLOAT(f32, float, FLT_MAX, rs_load_f32, rs_below_f32, count_f32)
RS_DEFINE_RANK_FLOAT(f64, double, DBL_MAX, rs_load_f64, rs_below_f64, count_f64)
#define RANK_16(ID, name, bits, infinity, normal)                                                  \
    RS_DEFINE_RANK_16(name, infinity, __m512i, _mm512_setzero_si512, count_16, rs_found_nan16)
RS_FLOATS_16(RANK_16)

#define KERNEL(ID, name, bits, infinity, normal)                                                   \
    RS_ROW_KERNEL(avx512, ID, name, rs_find_##name##_avx512, true)
#define KERNEL_64(ID, name, bits, infinity, normal)                                                \
    RS_ROW_KERNEL(avx512, ID, name, rs_find_##name##_portable, true)
RS_DEFINE_ROW_KERNELS(avx512, RS_FLOATS_32(KERNEL) RS_FLOATS_16(KERNEL) RS_FLOATS_64(KERNEL_64))
