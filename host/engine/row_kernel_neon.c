/* row_kernel_neon.c - ranks with NEON: 4 floats, 2 doubles or 8 halves at a time.
 *
 * The scheme is that of row_kernel_avx512.c. A comparison gives lanes of -1, and subtracting them
 * counts. An addition takes two cycles where four can begin in each: there are several counts.
 */
#include "engine/row_kernel_neon.h"

#include "engine/row_bounds.h"
#include "engine/row_rank.h"
#include "base/row_value.h"

/* ---- floats ---- */

/* There is no "not <=": what is <= is counted, and what is not is the rest. */
static inline uint32x4_t add_f32(uint32x4_t count, float32x4_t x, float32x4_t bounds)
{
    return vsubq_u32(count, vcleq_f32(x, bounds));
}

/* Of the last columns of a range, fewer than a vector. */
static inline uint32_t last_within_f32(const void *row, uint32_t begin, uint32_t end, float bound)
{
    uint32_t within = 0;
    for (uint32_t j = begin; j < end; ++j) {
        within += rs_load_f32(row, j) <= bound;
    }
    return within;
}

/* Columns of [begin, end) that are not <= bound. */
static inline uint32_t count_f32(const void *row, uint32_t begin, uint32_t end, float bound)
{
    const uint32_t all = end - begin;
    const float32x4_t bounds = vdupq_n_f32(bound);
    uint32x4_t a = vdupq_n_u32(0);
    uint32x4_t b = a;
    uint32x4_t c = a;
    uint32x4_t d = a;
    for (; end - begin >= 4 * RS_LANES_F32; begin += 4 * RS_LANES_F32) {
        a = add_f32(a, rs_load4_f32(row, begin), bounds);
        b = add_f32(b, rs_load4_f32(row, begin + 4), bounds);
        c = add_f32(c, rs_load4_f32(row, begin + 8), bounds);
        d = add_f32(d, rs_load4_f32(row, begin + 12), bounds);
    }
    for (; end - begin >= RS_LANES_F32; begin += RS_LANES_F32) {
        a = add_f32(a, rs_load4_f32(row, begin), bounds);
    }
    const uint32_t within = vaddvq_u32(vaddq_u32(vaddq_u32(a, b), vaddq_u32(c, d)));
    return all - within - last_within_f32(row, begin, end, bound);
}

static inline uint64x2_t add_f64(uint64x2_t count, float64x2_t x, float64x2_t bounds)
{
    return vsubq_u64(count, vcleq_f64(x, bounds));
}

static inline uint32_t count_f64(const void *row, uint32_t begin, uint32_t end, double bound)
{
    const uint32_t all = end - begin;
    const float64x2_t bounds = vdupq_n_f64(bound);
    uint64x2_t a = vdupq_n_u64(0);
    uint64x2_t b = a;
    uint64x2_t c = a;
    uint64x2_t d = a;
    for (; end - begin >= 4 * RS_LANES_F64; begin += 4 * RS_LANES_F64) {
        a = add_f64(a, rs_load2_f64(row, begin), bounds);
        b = add_f64(b, rs_load2_f64(row, begin + 2), bounds);
        c = add_f64(c, rs_load2_f64(row, begin + 4), bounds);
        d = add_f64(d, rs_load2_f64(row, begin + 6), bounds);
    }
    uint32_t within = (uint32_t)vaddvq_u64(vaddq_u64(vaddq_u64(a, b), vaddq_u64(c, d)));
    for (; begin < end; ++begin) {
        within += rs_load_f64(row, begin) <= bound;
    }
    return all - within;
}

/* ---- halves ---- */

/* As in row_kernel_avx512.c. */
typedef struct sweep16 {
    uint16x8_t base;
    uint16x8_t limit;
    uint16x8_t count[2];
    uint16x8_t doubled[2];
} sweep16;

static inline void add_16(sweep16 *sweep, int chain, uint16x8_t there, uint16x8_t x)
{
    const uint16x8_t ahead = vcgtq_u16(vsubq_u16(x, sweep->base), sweep->limit);
    sweep->count[chain] = vsubq_u16(sweep->count[chain], vandq_u16(there, ahead));
    sweep->doubled[chain] = vmaxq_u16(sweep->doubled[chain], vaddq_u16(x, x));
}

/* Columns of [begin, end) outside the bound. The row has RS_LANES_16 columns or more. */
static inline uint32_t count_16(const void *row, uint32_t begin, uint32_t end, rs_bound16 bound,
                                uint16x8_t *doubled)
{
    const uint16x8_t all = vdupq_n_u16(UINT16_MAX);
    sweep16 sweep = {
        .base = vdupq_n_u16(bound.base),
        .limit = vdupq_n_u16(bound.limit),
        .count = {vdupq_n_u16(0), vdupq_n_u16(0)},
        .doubled = {*doubled, *doubled},
    };
    for (; end - begin >= 4 * RS_LANES_16; begin += 4 * RS_LANES_16) {
        add_16(&sweep, 0, all, rs_load8_u16(row, begin));
        add_16(&sweep, 1, all, rs_load8_u16(row, begin + 8));
        add_16(&sweep, 0, all, rs_load8_u16(row, begin + 16));
        add_16(&sweep, 1, all, rs_load8_u16(row, begin + 24));
    }
    for (; end - begin >= RS_LANES_16; begin += RS_LANES_16) {
        add_16(&sweep, 0, all, rs_load8_u16(row, begin));
    }
    if (begin < end) {
        const uint32_t start = end >= RS_LANES_16 ? end - RS_LANES_16 : 0;
        const uint16x8_t there =
            rs_lanes_between_16((int32_t)(begin - start), (int32_t)(end - start));
        add_16(&sweep, 1, there, rs_load8_u16(row, start));
    }
    *doubled = vmaxq_u16(sweep.doubled[0], sweep.doubled[1]);
    return vaddlvq_u16(sweep.count[0]) + vaddlvq_u16(sweep.count[1]);
}

RS_DEFINE_AROUND_FLOAT(f32, float, rs_below_f32, count_f32)
RS_DEFINE_AROUND_FLOAT(f64, double, rs_below_f64, count_f64)
RS_DEFINE_AROUND_16(count_16, uint16x8_t *)
RS_DEFINE_64_FLOAT(f32, float, count_f32)
RS_DEFINE_64_FLOAT(f64, double, count_f64)
RS_DEFINE_64_16(uint16x8_t, rs_nothing_seen, count_16)
RS_DEFINE_RANK_FLOAT(f32, float, FLT_MAX, rs_load_f32, rs_below_f32, count_f32)
RS_DEFINE_RANK_FLOAT(f64, double, DBL_MAX, rs_load_f64, rs_below_f64, count_f64)
#define RANK_16(ID, name, bits, infinity, normal)                                                  \
    RS_DEFINE_RANK_16(wide_##name, infinity, uint16x8_t, rs_nothing_seen, count_16,                \
                      rs_found_nan16)                                                              \
    RS_DEFINE_NARROW(name, RS_DTYPE_##ID)
RS_FLOATS_16(RANK_16)

#define KERNEL(ID, name, bits, infinity, normal)                                                   \
    RS_ROW_KERNEL(neon, ID, name, rs_find_##name##_neon, false)
#define KERNEL_64(ID, name, bits, infinity, normal)                                                \
    RS_ROW_KERNEL(neon, ID, name, rs_find_##name##_portable, false)
RS_DEFINE_ROW_KERNELS(neon, RS_FLOATS_32(KERNEL) RS_FLOATS_16(KERNEL) RS_FLOATS_64(KERNEL_64))
