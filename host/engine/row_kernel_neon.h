/* row_kernel_neon.h - loads, masks and sums that the NEON kernels share, and the functions of their
 * tables. Only for 64-bit Arm, where NEON is part of every processor.
 */
#ifndef RS_ROW_KERNEL_NEON_H
#define RS_ROW_KERNEL_NEON_H

#include <arm_neon.h>
#include <stdint.h>

#include "engine/row_kernel.h"
#include "engine/row_kernel_portable.h"

/* Values of a vector. */
enum { RS_LANES_F32 = 4, RS_LANES_F64 = 2, RS_LANES_16 = 8 };

/* Columns that become one word of "which of them reach a bound" (rs_pack_hits). */
enum { RS_PACKED = 64 };

/* Values from `column` on, at any byte address. There is no masked load: the last columns of a
 * range come with columns before them. */
static inline float32x4_t rs_load4_f32(const void *row, uint32_t column)
{
    return vreinterpretq_f32_u8(vld1q_u8((const uint8_t *)row + (size_t)column * sizeof(float)));
}

static inline float64x2_t rs_load2_f64(const void *row, uint32_t column)
{
    return vreinterpretq_f64_u8(vld1q_u8((const uint8_t *)row + (size_t)column * sizeof(double)));
}

static inline uint16x8_t rs_load8_u16(const void *row, uint32_t column)
{
    return vreinterpretq_u16_u8(vld1q_u8((const uint8_t *)row + (size_t)column * sizeof(uint16_t)));
}

/* All bits set in lanes [begin, end), which may lie outside the vector. */
static inline uint32x4_t rs_lanes_between_32(int32_t begin, int32_t end)
{
    static const int32_t lanes[] = {0, 1, 2, 3};
    const int32x4_t lane = vld1q_s32(lanes);
    return vandq_u32(vcgeq_s32(lane, vdupq_n_s32(begin)), vcltq_s32(lane, vdupq_n_s32(end)));
}

static inline uint16x8_t rs_lanes_between_16(int32_t begin, int32_t end)
{
    static const int16_t lanes[] = {0, 1, 2, 3, 4, 5, 6, 7};
    const int16x8_t lane = vld1q_s16(lanes);
    return vandq_u16(vcgeq_s16(lane, vdupq_n_s16((int16_t)begin)),
                     vcltq_s16(lane, vdupq_n_s16((int16_t)end)));
}

/* True when a lane of `doubled`, patterns without their sign, is above infinity. */
static inline bool rs_found_nan16(uint16x8_t doubled, uint16_t infinity)
{
    return vmaxvq_u16(doubled) > infinity * 2u;
}

/* Bit v is column v of 64, whose lanes are all ones or zeros, a byte each. */
static inline uint64_t rs_pack_hits(const uint8x16_t hit[4])
{
    static const uint8_t weights[] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    const uint8x16_t weight = vld1q_u8(weights);
    const uint8x16_t low = vpaddq_u8(vandq_u8(hit[0], weight), vandq_u8(hit[1], weight));
    const uint8x16_t high = vpaddq_u8(vandq_u8(hit[2], weight), vandq_u8(hit[3], weight));
    const uint8x16_t both = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(both, both)), 0);
}

#define DECLARE_MEASURE(ID, name, bits, infinity, normal) RS_DECLARE_MEASURE(neon, name)
#define DECLARE_FIND(ID, name, bits, infinity, normal)    RS_DECLARE_FIND(neon, name)
RS_LANE_FLOATS(DECLARE_MEASURE)
RS_FLOATS_32(DECLARE_FIND)
RS_FLOATS_16(DECLARE_FIND)
#undef DECLARE_MEASURE
#undef DECLARE_FIND

static inline uint16x8_t rs_nothing_seen(void)
{
    return vdupq_n_u16(0);
}

#endif
