/* row_groups_avx512.h - 64 columns of a row of 16 bits at a time, as they are and as floats, for
 * the AVX-512 kernels that add up exponentials of them.
 */
#ifndef RS_ROW_GROUPS_AVX512_H
#define RS_ROW_GROUPS_AVX512_H

#include "engine/row_kernel_avx512.h"

enum {
    RS_GROUP16 = 64,
    RS_GROUP16_HALF = 32,
    RS_GROUP16_LANES = 16,
    RS_GROUP16_VECTORS = RS_GROUP16 / RS_GROUP16_LANES
};

static inline void rs_fetch_group16(const void *row, uint32_t group)
{
    for (uint32_t i = 0; i < RS_GROUP16; i += RS_GROUP16_HALF) {
        rs_fetch_farther(row, ((size_t)group * RS_GROUP16 + i) * sizeof(uint16_t));
    }
}

/* A group of them as they are, and as floats. Which value goes to which lane does not matter. */
typedef struct rs_group16 {
    __m512i half[2];
    __m512 x[RS_GROUP16_VECTORS];
} rs_group16;

static inline void rs_load_group_f16(const uint16_t *from, rs_group16 *group)
{
    for (uint32_t i = 0; i < RS_GROUP16_VECTORS; ++i) {
        /* from memory: half as long as from a register */
        const void *const at = from + (size_t)RS_GROUP16_LANES * i;
        group->x[i] = _mm512_cvtph_ps(_mm256_loadu_si256(at));
    }
    group->half[0] = rs_load32_u16(from, 0);
    group->half[1] = rs_load32_u16(from, RS_GROUP16_HALF);
}

/* A bfloat16 is the upper half of a float. */
static inline void rs_load_group_bf16(const uint16_t *from, rs_group16 *group)
{
    const __m512i upper = _mm512_set1_epi32((int)0xffff0000u);
    for (uint32_t i = 0; i < 2; ++i) {
        const __m512i half = rs_load32_u16(from, RS_GROUP16_HALF * i);
        const size_t at = (size_t)i * 2;
        group->half[i] = half;
        group->x[at] = _mm512_castsi512_ps(_mm512_slli_epi32(half, 16));
        group->x[at + 1] = _mm512_castsi512_ps(_mm512_and_si512(half, upper));
    }
}

/* Those columns of a group that are `there`, and `nothing` in place of the others: these are not
 * touched. */
static inline void rs_copy_group16(const uint16_t *from, uint64_t there, uint16_t nothing,
                                   uint16_t *to)
{
    for (uint32_t i = 0; i < 2; ++i) {
        const __mmask32 mask = (__mmask32)(there >> (RS_GROUP16_HALF * i));
        const uint32_t begin = RS_GROUP16_HALF * i;
        _mm512_storeu_si512(to + begin, rs_load32_u16_masked(mask, from, begin, nothing));
    }
}

#endif
