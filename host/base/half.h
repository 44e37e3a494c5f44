/* half.h - 16-bit floats as bits: IEEE binary16 (f16) and bfloat16 (bf16), to and from float.
 *
 * To a narrower type rounds to nearest, ties to even; NaN stays NaN. Plain integer arithmetic: the
 * same on every machine and in CUDA.
 */
#ifndef RS_HALF_H
#define RS_HALF_H

#include <stdint.h>
#include <string.h>

#include "base/host_device.h"

static inline RS_HOST_DEVICE uint32_t rs_f32_bits(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline RS_HOST_DEVICE float rs_f32_from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline RS_HOST_DEVICE float rs_bf16_to_f32(uint16_t bits)
{
    return rs_f32_from_bits((uint32_t)bits << 16);
}

static inline RS_HOST_DEVICE uint16_t rs_bf16_from_f32(float value)
{
    const uint32_t bits = rs_f32_bits(value);
    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        return (uint16_t)((bits >> 16) | 0x0040u);
    }
    return (uint16_t)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

static inline RS_HOST_DEVICE float rs_f16_to_f32(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    const uint32_t exponent = (half >> 10) & 0x1fu;
    const uint32_t fraction = half & 0x3ffu;
    if (exponent == 0x1fu) {
        return rs_f32_from_bits(sign | 0x7f800000u | (fraction << 13));
    }
    if (exponent != 0) {
        return rs_f32_from_bits(sign | ((exponent + 112u) << 23) | (fraction << 13));
    }
    /* zero or subnormal: fraction * 2^-24 is exact in a float */
    const float magnitude = (float)fraction * (1.0f / 16777216.0f);
    return rs_f32_from_bits(sign | rs_f32_bits(magnitude));
}

static inline RS_HOST_DEVICE uint16_t rs_f16_from_f32(float value)
{
    const uint32_t bits = rs_f32_bits(value);
    const uint16_t sign = (uint16_t)((bits >> 16) & 0x8000u);
    const uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) {
        return (uint16_t)(sign | 0x7e00u | ((magnitude >> 13) & 0x3ffu));
    }
    if (magnitude >= 0x477ff000u) { /* rounds to at least 65536 */
        return (uint16_t)(sign | 0x7c00u);
    }
    if (magnitude >= 0x38800000u) { /* at least 2^-14: a normal number */
        const uint32_t rounded = magnitude - 0x38000000u + 0xfffu + ((magnitude >> 13) & 1u);
        return (uint16_t)(sign | (rounded >> 13));
    }
    /* Adding 0.5 puts the units of 2^-24 into the lowest bits, rounded by the FPU to nearest
     * even. */
    const float shifted = rs_f32_from_bits(magnitude) + 0.5f;
    return (uint16_t)(sign | (rs_f32_bits(shifted) - 0x3f000000u));
}

#endif
