/* row_find_avx512.c - columns that may be among the best few, with AVX-512.
 *
 * Two sweeps, the second in the cache. The first keeps the largest value of each of 64 groups of
 * columns. The k-th largest of these is a bound: k columns at least reach it, so whatever does not
 * is not among the best k. The second sweep writes down who reaches it: a few more than k as a
 * rule.
 */
#include "base/row_order.h"
#include "engine/row_hits.h"
#include "engine/row_kernel_avx512.h"
#include "base/row_value.h"

enum { GROUPS = 64 };

/* With few columns, or many wanted, everything is a candidate. */
static inline bool is_worth_a_bound(uint32_t columns, uint32_t keep)
{
    return keep <= GROUPS && columns > 2 * GROUPS;
}

/* ---- float ---- */

/* The keep-th largest of 64 lanes; the largest are struck out until so many are gone. */
static float bound_f32(__m512 a, __m512 b, __m512 c, __m512 d, uint32_t keep)
{
    const __m512 gone = _mm512_set1_ps(-HUGE_VALF);
    for (uint32_t struck = 0;;) {
        const float top =
            _mm512_reduce_max_ps(_mm512_max_ps(_mm512_max_ps(a, b), _mm512_max_ps(c, d)));
        const __m512 tops = _mm512_set1_ps(top);
        const __mmask16 in_a = _mm512_cmp_ps_mask(a, tops, _CMP_EQ_OQ);
        const __mmask16 in_b = _mm512_cmp_ps_mask(b, tops, _CMP_EQ_OQ);
        const __mmask16 in_c = _mm512_cmp_ps_mask(c, tops, _CMP_EQ_OQ);
        const __mmask16 in_d = _mm512_cmp_ps_mask(d, tops, _CMP_EQ_OQ);
        struck += (uint32_t)__builtin_popcount((unsigned)in_a | ((unsigned)in_b << 16)) +
                  (uint32_t)__builtin_popcount((unsigned)in_c | ((unsigned)in_d << 16));
        if (struck >= keep) {
            return top;
        }
        a = _mm512_mask_mov_ps(a, in_a, gone);
        b = _mm512_mask_mov_ps(b, in_b, gone);
        c = _mm512_mask_mov_ps(c, in_c, gone);
        d = _mm512_mask_mov_ps(d, in_d, gone);
    }
}

/* The bound of whole groups of 64 columns; the columns behind them may all be candidates. */
static float find_bound_f32(const void *row, uint32_t columns, uint32_t keep)
{
    __m512 a = _mm512_set1_ps(-HUGE_VALF);
    __m512 b = a;
    __m512 c = a;
    __m512 d = a;
    for (uint32_t j = 0; columns - j >= GROUPS; j += GROUPS) {
        a = _mm512_max_ps(a, rs_load16_f32(row, j));
        b = _mm512_max_ps(b, rs_load16_f32(row, j + 16));
        c = _mm512_max_ps(c, rs_load16_f32(row, j + 32));
        d = _mm512_max_ps(d, rs_load16_f32(row, j + 48));
    }
    return bound_f32(a, b, c, d, keep);
}

static inline uint64_t reached_f32(const void *row, uint32_t j, uint32_t end, __m512 bounds)
{
    uint64_t reached = 0;
    for (uint32_t v = 0; v < RS_HIT_GROUP && v < end - j; v += 16) {
        const uint32_t left = end - j - v;
        const __mmask16 there = left < 16 ? rs_first16(left) : 0xffffu;
        const __m512 x = rs_load16_f32_masked(there, row, j + v, 0.0f);
        reached |= (uint64_t)_mm512_mask_cmp_ps_mask(there, x, bounds, _CMP_GE_OQ) << v;
    }
    return reached;
}

RS_DEFINE_LIST_REACHED(list_f32, __m512, reached_f32, rs_key_f32, rs_load_u32)

uint32_t rs_find_f32_avx512(const void *row, uint32_t columns, uint32_t keep,
                            rs_candidate *candidate)
{
    const float bound =
        is_worth_a_bound(columns, keep) ? find_bound_f32(row, columns, keep) : -HUGE_VALF;
    return list_f32(row, columns, _mm512_set1_ps(bound), candidate);
}

/* ---- halves ---- */

/* Signed integers in the order of the values; -0 comes right before +0. */
static inline __m512i ordered(__m512i bits)
{
    const __m512i magnitude = _mm512_set1_epi16(0x7fff);
    return _mm512_xor_si512(bits, _mm512_and_si512(_mm512_srai_epi16(bits, 15), magnitude));
}

static inline int16_t largest_of(__m512i lanes)
{
    const __m256i half =
        _mm256_max_epi16(_mm512_castsi512_si256(lanes), _mm512_extracti64x4_epi64(lanes, 1));
    const __m128i quarter =
        _mm_max_epi16(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    /* the instruction finds the smallest unsigned lane: of the distances to the largest value */
    const __m128i distance = _mm_sub_epi16(_mm_set1_epi16(INT16_MAX), quarter);
    return (int16_t)(INT16_MAX - (_mm_cvtsi128_si32(_mm_minpos_epu16(distance)) & 0xffff));
}

static int16_t bound_16(__m512i a, __m512i b, uint32_t keep)
{
    const __m512i gone = _mm512_set1_epi16(INT16_MIN);
    for (uint32_t struck = 0;;) {
        const int16_t top = largest_of(_mm512_max_epi16(a, b));
        const __m512i tops = _mm512_set1_epi16(top);
        const __mmask32 in_a = _mm512_cmpeq_epi16_mask(a, tops);
        const __mmask32 in_b = _mm512_cmpeq_epi16_mask(b, tops);
        struck += (uint32_t)__builtin_popcount(in_a) + (uint32_t)__builtin_popcount(in_b);
        if (struck >= keep) {
            return top;
        }
        a = _mm512_mask_mov_epi16(a, in_a, gone);
        b = _mm512_mask_mov_epi16(b, in_b, gone);
    }
}

static int16_t find_bound_16(const void *row, uint32_t columns, uint32_t keep)
{
    __m512i a = _mm512_set1_epi16(INT16_MIN);
    __m512i b = a;
    for (uint32_t j = 0; columns - j >= GROUPS; j += GROUPS) {
        a = _mm512_max_epi16(a, ordered(rs_load32_u16(row, j)));
        b = _mm512_max_epi16(b, ordered(rs_load32_u16(row, j + 32)));
    }
    const int16_t bound = bound_16(a, b, keep);
    return bound == 0 ? -1 : bound; /* -0 reaches a bound of +0 */
}

static inline uint64_t reached_16(const void *row, uint32_t j, uint32_t end, __m512i bounds)
{
    uint64_t reached = 0;
    for (uint32_t v = 0; v < RS_HIT_GROUP && v < end - j; v += 32) {
        const uint32_t left = end - j - v;
        const __mmask32 there = left < 32 ? rs_first32(left) : ~0u;
        const __m512i x = ordered(rs_load32_u16_masked(there, row, j + v, 0));
        reached |= (uint64_t)_mm512_mask_cmpge_epi16_mask(there, x, bounds) << v;
    }
    return reached;
}

#define FIND_16(ID, name, bits, infinity, normal)                                                  \
    RS_DEFINE_LIST_REACHED(list_##name, __m512i, reached_16, rs_key_##name, rs_load_u16)           \
                                                                                                   \
    uint32_t rs_find_##name##_avx512(const void *row, uint32_t columns, uint32_t keep,             \
                                     rs_candidate *candidate)                                      \
    {                                                                                              \
        const int16_t bound =                                                                      \
            is_worth_a_bound(columns, keep) ? find_bound_16(row, columns, keep) : INT16_MIN;       \
        return list_##name(row, columns, _mm512_set1_epi16(bound), candidate);                     \
    }

RS_FLOATS_16(FIND_16)
