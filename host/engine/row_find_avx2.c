/* row_find_avx2.c - columns that may be among the best few, with AVX2.
 *
 * The scheme is that of row_find_avx512.c: the largest values of 64 groups of columns give a bound,
 * and a second sweep writes down who reaches it.
 */
#include "base/row_order.h"
#include "engine/row_kernel_avx2.h"
#include "engine/row_value.h"

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

uint32_t rs_find_f32_avx2(const void *row, uint32_t columns, uint32_t keep, rs_candidate *candidate)
{
    const float bound =
        is_worth_a_bound(columns, keep) ? find_bound_f32(row, columns, keep) : -HUGE_VALF;
    const __m256 bounds = _mm256_set1_ps(bound);
    uint32_t found = 0;
    for (uint32_t j = 0; j < columns; j += 8) {
        const uint32_t left = columns - j;
        const __m256i there = rs_first_lanes_32(left < 8 ? left : 8);
        const __m256 x = left < 8 ? rs_load8_f32_masked(there, row, j) : rs_load8_f32(row, j);
        const __m256 hit =
            _mm256_and_ps(_mm256_cmp_ps(x, bounds, _CMP_GE_OQ), _mm256_castsi256_ps(there));
        unsigned hits = (unsigned)_mm256_movemask_ps(hit);
        for (; hits != 0; hits &= hits - 1) {
            const uint32_t column = j + (uint32_t)__builtin_ctz(hits);
            candidate[found++] = (rs_candidate){rs_key_f32(rs_load_u32(row, column)), column};
        }
    }
    return found;
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

#define DEFINE_FIND_16(name, dtype)                                                                \
    uint32_t rs_find_##name##_avx2(const void *row, uint32_t columns, uint32_t keep,               \
                                   rs_candidate *candidate)                                        \
    {                                                                                              \
        if (!is_worth_a_bound(columns, keep)) {                                                    \
            return rs_row_kernel_portable(dtype)->find_candidates(row, columns, keep, candidate);  \
        }                                                                                          \
        const __m256i below = _mm256_set1_epi16((short)(find_bound_16(row, columns, keep) - 1));   \
        uint32_t found = 0;                                                                        \
        for (uint32_t j = 0; j < columns; j += RS_LANES_16) {                                      \
            const uint32_t start = columns - j < RS_LANES_16 ? columns - RS_LANES_16 : j;          \
            const __m256i hit = _mm256_cmpgt_epi16(ordered(rs_load16_u16(row, start)), below);     \
            unsigned hits = (unsigned)_mm256_movemask_epi8(hit) & 0x55555555u;                     \
            for (; hits != 0; hits &= hits - 1) {                                                  \
                const uint32_t column = start + (uint32_t)__builtin_ctz(hits) / 2;                 \
                if (column >= j) { /* the last vector reaches back to columns already seen */      \
                    candidate[found++] =                                                           \
                        (rs_candidate){rs_key_##name(rs_load_u16(row, column)), column};           \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
        return found;                                                                              \
    }

DEFINE_FIND_16(f16, RS_DTYPE_F16)
DEFINE_FIND_16(bf16, RS_DTYPE_BF16)
