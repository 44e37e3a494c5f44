/* row_find_neon.c - columns that may be among the best few, with NEON.
 *
 * The scheme is that of row_find_avx512.c: the largest values of 64 groups of columns give a bound,
 * and a second sweep writes down who reaches it.
 */
#include "base/row_order.h"
#include "engine/row_bounds.h"
#include "engine/row_hits.h"
#include "engine/row_kernel_neon.h"
#include "base/row_value.h"

enum { GROUPS = 64, VECTORS_32 = GROUPS / RS_LANES_F32, VECTORS_16 = GROUPS / RS_LANES_16 };

/* With few columns, or many wanted, everything is a candidate. */
static inline bool is_worth_a_bound(uint32_t columns, uint32_t keep)
{
    return keep <= GROUPS && columns > 2 * GROUPS;
}

/* ---- float ---- */

/* The keep-th largest of 64 lanes; the largest are struck out until so many are gone. */
static float bound_f32(float32x4_t *best, uint32_t keep)
{
    const float32x4_t gone = vdupq_n_f32(-HUGE_VALF);
    uint32x4_t struck = vdupq_n_u32(0);
    for (;;) {
        float32x4_t largest = best[0];
        for (int v = 1; v < VECTORS_32; ++v) {
            largest = vmaxq_f32(largest, best[v]);
        }
        const float top = vmaxvq_f32(largest);
        for (int v = 0; v < VECTORS_32; ++v) {
            const uint32x4_t equal = vceqq_f32(best[v], vdupq_n_f32(top));
            struck = vsubq_u32(struck, equal);
            best[v] = vbslq_f32(equal, gone, best[v]);
        }
        if (vaddvq_u32(struck) >= keep) {
            return top;
        }
    }
}

/* The bound of whole groups of 64 columns; the columns behind them may all be candidates. */
static float find_bound_f32(const void *row, uint32_t columns, uint32_t keep)
{
    float32x4_t best[VECTORS_32];
    for (int v = 0; v < VECTORS_32; ++v) {
        best[v] = vdupq_n_f32(-HUGE_VALF);
    }
    for (uint32_t j = 0; columns - j >= GROUPS; j += GROUPS) {
        for (uint32_t v = 0; v < VECTORS_32; ++v) {
            best[v] = vmaxq_f32(best[v], rs_load4_f32(row, j + RS_LANES_F32 * v));
        }
    }
    return bound_f32(best, keep);
}

/* Of 16 columns from j on, a byte for each. */
static inline uint8x16_t hits16_f32(const void *row, uint32_t j, float32x4_t bounds)
{
    uint32x4_t hit[4];
    for (uint32_t v = 0; v < 4; ++v) {
        hit[v] = vcgeq_f32(rs_load4_f32(row, j + RS_LANES_F32 * v), bounds);
    }
    const uint16x8_t low =
        vuzp1q_u16(vreinterpretq_u16_u32(hit[0]), vreinterpretq_u16_u32(hit[1]));
    const uint16x8_t high =
        vuzp1q_u16(vreinterpretq_u16_u32(hit[2]), vreinterpretq_u16_u32(hit[3]));
    return vuzp1q_u8(vreinterpretq_u8_u16(low), vreinterpretq_u8_u16(high));
}

static inline uint64_t reached64_f32(const void *row, uint32_t j, float32x4_t bounds)
{
    uint8x16_t hit[4];
    for (uint32_t v = 0; v < 4; ++v) {
        hit[v] = hits16_f32(row, j + 16 * v, bounds);
    }
    return rs_pack_hits(hit);
}

/* Of a row of fewer columns than that. */
static uint64_t reached_few_f32(const void *row, uint32_t j, uint32_t end, float bound)
{
    uint64_t reached = 0;
    for (uint32_t v = 0; v < end - j; ++v) {
        reached |= (uint64_t)(rs_load_f32(row, j + v) >= bound) << v;
    }
    return reached;
}

/* The last columns come with some before them, which are shifted out. */
static inline uint64_t reached_f32(const void *row, uint32_t j, uint32_t end, float bound)
{
    const uint32_t left = end - j;
    if (left >= RS_PACKED) {
        return reached64_f32(row, j, vdupq_n_f32(bound));
    }
    return end >= RS_PACKED
               ? reached64_f32(row, end - RS_PACKED, vdupq_n_f32(bound)) >> (RS_PACKED - left)
               : reached_few_f32(row, j, end, bound);
}

RS_DEFINE_LIST_REACHED(list_f32, float, reached_f32, rs_key_f32, rs_load_u32)

uint32_t rs_find_f32_neon(const void *row, uint32_t columns, uint32_t keep, rs_candidate *candidate)
{
    const float bound =
        is_worth_a_bound(columns, keep) ? find_bound_f32(row, columns, keep) : -HUGE_VALF;
    return list_f32(row, columns, bound, candidate);
}

/* ---- halves ---- */

/* Signed integers in the order of the values; -0 comes right before +0. Its own inverse. */
static inline int16x8_t ordered(uint16x8_t bits)
{
    const int16x8_t number = vreinterpretq_s16_u16(bits);
    const int16x8_t magnitude = vdupq_n_s16(INT16_MAX);
    return veorq_s16(number, vandq_s16(vshrq_n_s16(number, 15), magnitude));
}

static int16_t bound_16(int16x8_t *best, uint32_t keep)
{
    const int16x8_t gone = vdupq_n_s16(INT16_MIN);
    uint16x8_t struck = vdupq_n_u16(0);
    for (;;) {
        int16x8_t largest = best[0];
        for (int v = 1; v < VECTORS_16; ++v) {
            largest = vmaxq_s16(largest, best[v]);
        }
        const int16_t top = vmaxvq_s16(largest);
        for (int v = 0; v < VECTORS_16; ++v) {
            const uint16x8_t equal = vceqq_s16(best[v], vdupq_n_s16(top));
            struck = vsubq_u16(struck, equal);
            best[v] = vbslq_s16(equal, gone, best[v]);
        }
        if (vaddlvq_u16(struck) >= keep) {
            return top;
        }
    }
}

/* The pattern of the bound. */
static uint16_t find_bound_16(const void *row, uint32_t columns, uint32_t keep)
{
    int16x8_t best[VECTORS_16];
    for (int v = 0; v < VECTORS_16; ++v) {
        best[v] = vdupq_n_s16(INT16_MIN);
    }
    for (uint32_t j = 0; columns - j >= GROUPS; j += GROUPS) {
        for (uint32_t v = 0; v < VECTORS_16; ++v) {
            best[v] = vmaxq_s16(best[v], ordered(rs_load8_u16(row, j + RS_LANES_16 * v)));
        }
    }
    const int16_t bound = bound_16(best, keep);
    return (uint16_t)(bound < 0 ? bound ^ INT16_MAX : bound);
}

/* As ranks are counted (row_bounds.h): a pattern outside the bound reaches it. */
static inline uint64_t reached64_16(const void *row, uint32_t j, rs_bound16 bound)
{
    const uint16x8_t base = vdupq_n_u16(bound.base);
    const uint16x8_t limit = vdupq_n_u16(bound.limit);
    uint8x16_t hit[4];
    for (uint32_t v = 0; v < 4; ++v) {
        const uint16x8_t low = vsubq_u16(rs_load8_u16(row, j + 16 * v), base);
        const uint16x8_t high = vsubq_u16(rs_load8_u16(row, j + 16 * v + RS_LANES_16), base);
        hit[v] = vuzp1q_u8(vreinterpretq_u8_u16(vcgtq_u16(low, limit)),
                           vreinterpretq_u8_u16(vcgtq_u16(high, limit)));
    }
    return rs_pack_hits(hit);
}

/* The row has more columns than a group. */
static inline uint64_t reached_16(const void *row, uint32_t j, uint32_t end, rs_bound16 bound)
{
    const uint32_t left = end - j;
    return left >= RS_PACKED ? reached64_16(row, j, bound)
                             : reached64_16(row, end - RS_PACKED, bound) >> (RS_PACKED - left);
}

#define FIND_16(ID, name, bits, infinity, normal)                                                  \
    RS_DEFINE_LIST_REACHED(list_##name, rs_bound16, reached_16, rs_key_##name, rs_load_u16)        \
                                                                                                   \
    uint32_t rs_find_##name##_neon(const void *row, uint32_t columns, uint32_t keep,               \
                                   rs_candidate *candidate)                                        \
    {                                                                                              \
        if (!is_worth_a_bound(columns, keep)) {                                                    \
            return rs_row_kernel_portable(RS_DTYPE_##ID)                                           \
                ->find_candidates(row, columns, keep, candidate);                                  \
        }                                                                                          \
        const uint16_t bound = find_bound_16(row, columns, keep);                                  \
        return list_##name(row, columns, rs_bound16_from(bound, infinity), candidate);             \
    }

RS_FLOATS_16(FIND_16)
