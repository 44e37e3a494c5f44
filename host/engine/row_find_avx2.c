/* row_find_avx2.c - columns that may be among the best few, with AVX2.
 *
 * The scheme is that of row_find_avx512.c: the largest values of 64 groups of columns give a bound,
 * and a second sweep writes down who reaches it.
 */
#include "base/row_order.h"
#include "engine/row_hits.h"
#include "engine/row_kernel_avx2.h"
#include "base/row_value.h"

enum { GROUPS = 64, VECTORS_32 = GROUPS / 8, VECTORS_16 = GROUPS / 16 };

/* With few columns, or many wanted, everything is a candidate. */
static inline bool is_worth_a_bound(uint32_t columns, uint32_t keep)
{
    return keep <= GROUPS && columns > 2 * GROUPS;
}

/* ---- float ---- */

/* The keep-th largest of 64 lanes; the largest are struck out until so many are gone. */
static float bound_f32(__m256 *best, uint32_t keep)
{
    const __m256 gone = _mm256_set1_ps(-HUGE_VALF);
    for (uint32_t struck = 0;;) {
        __m256 largest = best[0];
        for (int v = 1; v < VECTORS_32; ++v) {
            largest = _mm256_max_ps(largest, best[v]);
        }
        const float top = rs_max_f32(largest);
        const __m256 tops = _mm256_set1_ps(top);
        for (int v = 0; v < VECTORS_32; ++v) {
            const __m256 equal = _mm256_cmp_ps(best[v], tops, _CMP_EQ_OQ);
            struck += (uint32_t)__builtin_popcount((unsigned)_mm256_movemask_ps(equal));
            best[v] = _mm256_blendv_ps(best[v], gone, equal);
        }
        if (struck >= keep) {
            return top;
        }
    }
}

/* The bound of whole groups of 64 columns; the columns behind them may all be candidates. */
static float find_bound_f32(const void *row, uint32_t columns, uint32_t keep)
{
    __m256 best[VECTORS_32];
    for (int v = 0; v < VECTORS_32; ++v) {
        best[v] = _mm256_set1_ps(-HUGE_VALF);
    }
    for (uint32_t j = 0; columns - j >= GROUPS; j += GROUPS) {
        for (uint32_t v = 0; v < VECTORS_32; ++v) {
            best[v] = _mm256_max_ps(best[v], rs_load8_f32(row, j + 8 * v));
        }
    }
    return bound_f32(best, keep);
}

/* Of 32 columns from j on, those that reach the bound. */
static inline uint32_t reached32_f32(const void *row, uint32_t j, __m256 bounds)
{
    __m256i hit[4];
    for (uint32_t v = 0; v < 4; ++v) {
        const __m256 x = rs_load8_f32(row, j + 8 * v);
        hit[v] = _mm256_castps_si256(_mm256_cmp_ps(x, bounds, _CMP_GE_OQ));
    }
    /* packing works in halves of 128 bits: the columns come out in fours, 0 8 16 24 4 12 20 28 */
    const __m256i bytes =
        _mm256_packs_epi16(_mm256_packs_epi32(hit[0], hit[1]), _mm256_packs_epi32(hit[2], hit[3]));
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    return (uint32_t)_mm256_movemask_epi8(_mm256_permutevar8x32_epi32(bytes, order));
}

/* Of the last columns, fewer than a group. */
static uint64_t reached_last_f32(const void *row, uint32_t j, uint32_t end, __m256 bounds)
{
    uint64_t reached = 0;
    for (uint32_t v = 0; v < end - j; v += 8) {
        const uint32_t left = end - j - v;
        const __m256i there = rs_first_lanes_32(left < 8 ? left : 8);
        const __m256 x = rs_load8_f32_masked(there, row, j + v);
        const __m256 hit =
            _mm256_and_ps(_mm256_cmp_ps(x, bounds, _CMP_GE_OQ), _mm256_castsi256_ps(there));
        reached |= (uint64_t)(unsigned)_mm256_movemask_ps(hit) << v;
    }
    return reached;
}

static inline uint64_t reached_f32(const void *row, uint32_t j, uint32_t end, __m256 bounds)
{
    if (end - j < RS_HIT_GROUP) {
        return reached_last_f32(row, j, end, bounds);
    }
    return reached32_f32(row, j, bounds) | (uint64_t)reached32_f32(row, j + 32, bounds) << 32;
}

RS_DEFINE_LIST_REACHED(list_f32, __m256, reached_f32, rs_key_f32, rs_load_u32)

uint32_t rs_find_f32_avx2(const void *row, uint32_t columns, uint32_t keep, rs_candidate *candidate)
{
    const float bound =
        is_worth_a_bound(columns, keep) ? find_bound_f32(row, columns, keep) : -HUGE_VALF;
    return list_f32(row, columns, _mm256_set1_ps(bound), candidate);
}

/* ---- halves ---- */

/* Signed integers in the order of the values; -0 comes right before +0. */
static inline __m256i ordered(__m256i bits)
{
    const __m256i magnitude = _mm256_set1_epi16(0x7fff);
    return _mm256_xor_si256(bits, _mm256_and_si256(_mm256_srai_epi16(bits, 15), magnitude));
}

static inline int16_t largest_of(__m256i lanes)
{
    const __m128i half =
        _mm_max_epi16(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    /* the instruction finds the smallest unsigned lane: of the distances to the largest value */
    const __m128i distance = _mm_sub_epi16(_mm_set1_epi16(INT16_MAX), half);
    return (int16_t)(INT16_MAX - (_mm_cvtsi128_si32(_mm_minpos_epu16(distance)) & 0xffff));
}

static int16_t bound_16(__m256i *best, uint32_t keep)
{
    const __m256i gone = _mm256_set1_epi16(INT16_MIN);
    for (uint32_t struck = 0;;) {
        const __m256i largest = _mm256_max_epi16(_mm256_max_epi16(best[0], best[1]),
                                                 _mm256_max_epi16(best[2], best[3]));
        const int16_t top = largest_of(largest);
        const __m256i tops = _mm256_set1_epi16(top);
        for (int v = 0; v < VECTORS_16; ++v) {
            const __m256i equal = _mm256_cmpeq_epi16(best[v], tops);
            struck += (uint32_t)__builtin_popcount((unsigned)_mm256_movemask_epi8(equal)) / 2;
            best[v] = _mm256_blendv_epi8(best[v], gone, equal);
        }
        if (struck >= keep) {
            return top;
        }
    }
}

static int16_t find_bound_16(const void *row, uint32_t columns, uint32_t keep)
{
    __m256i best[VECTORS_16];
    for (int v = 0; v < VECTORS_16; ++v) {
        best[v] = _mm256_set1_epi16(INT16_MIN);
    }
    for (uint32_t j = 0; columns - j >= GROUPS; j += GROUPS) {
        for (uint32_t v = 0; v < VECTORS_16; ++v) {
            best[v] = _mm256_max_epi16(best[v], ordered(rs_load16_u16(row, j + 16 * v)));
        }
    }
    const int16_t bound = bound_16(best, keep);
    return bound == 0 ? -1 : bound; /* -0 reaches a bound of +0 */
}

/* Of 32 columns from j on, those above `below`. */
static inline uint32_t reached32_16(const void *row, uint32_t j, __m256i below)
{
    const __m256i low = _mm256_cmpgt_epi16(ordered(rs_load16_u16(row, j)), below);
    const __m256i high = _mm256_cmpgt_epi16(ordered(rs_load16_u16(row, j + 16)), below);
    /* packing works in halves of 128 bits: the columns come out in eights, 0 16 8 24 */
    const __m256i bytes = _mm256_permute4x64_epi64(_mm256_packs_epi16(low, high), 0xd8);
    return (uint32_t)_mm256_movemask_epi8(bytes);
}

/* Of the last columns, fewer than a group; a vector that reaches back to columns before them is
 * moved to where they begin. */
static uint64_t reached_last_16(const void *row, uint32_t j, uint32_t end, __m256i below)
{
    uint64_t reached = 0;
    for (uint32_t v = j; v < end; v += RS_LANES_16) {
        const uint32_t start = end - v < RS_LANES_16 ? end - RS_LANES_16 : v;
        const __m256i hit = _mm256_cmpgt_epi16(ordered(rs_load16_u16(row, start)), below);
        const __m128i bytes =
            _mm_packs_epi16(_mm256_castsi256_si128(hit), _mm256_extracti128_si256(hit, 1));
        const uint64_t hits = (unsigned)_mm_movemask_epi8(bytes);
        reached |= start < j ? hits >> (j - start) : hits << (start - j);
    }
    return reached;
}

static inline uint64_t reached_16(const void *row, uint32_t j, uint32_t end, __m256i below)
{
    if (end - j < RS_HIT_GROUP) {
        return reached_last_16(row, j, end, below);
    }
    return reached32_16(row, j, below) | (uint64_t)reached32_16(row, j + 32, below) << 32;
}

#define FIND_16(ID, name, bits, infinity, normal)                                                  \
    RS_DEFINE_LIST_REACHED(list_##name, __m256i, reached_16, rs_key_##name, rs_load_u16)           \
                                                                                                   \
    uint32_t rs_find_##name##_avx2(const void *row, uint32_t columns, uint32_t keep,               \
                                   rs_candidate *candidate)                                        \
    {                                                                                              \
        if (!is_worth_a_bound(columns, keep)) {                                                    \
            return rs_row_kernel_portable(RS_DTYPE_##ID)                                           \
                ->find_candidates(row, columns, keep, candidate);                                  \
        }                                                                                          \
        const int16_t bound = find_bound_16(row, columns, keep);                                   \
        return list_##name(row, columns, _mm256_set1_epi16((short)(bound - 1)), candidate);        \
    }

RS_FLOATS_16(FIND_16)
