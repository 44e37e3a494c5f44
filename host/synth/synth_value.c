/* synth_value.c - the four floating types, told apart by a small table. */
#include "synth/synth_value.h"

#include <string.h>

#include "base/half.h"
#include "base/row_order.h"

typedef struct layout {
    uint64_t infinity;
    uint64_t sign;
    uint64_t smallest_normal;
} layout;

static layout layout_of(rs_dtype dtype)
{
    switch (dtype) {
    case RS_DTYPE_F16:
        return (layout){0x7c00, 0x8000, 0x0400};
    case RS_DTYPE_BF16:
        return (layout){0x7f80, 0x8000, 0x0080};
    case RS_DTYPE_F64:
        return (layout){UINT64_C(0x7ff0000000000000), UINT64_C(0x8000000000000000),
                        UINT64_C(0x0010000000000000)};
    default:
        return (layout){0x7f800000, 0x80000000, 0x00800000};
    }
}

uint64_t rs_value_infinity(rs_dtype dtype)
{
    return layout_of(dtype).infinity;
}

uint64_t rs_value_sign(rs_dtype dtype)
{
    return layout_of(dtype).sign;
}

uint64_t rs_value_encode(rs_dtype dtype, double value)
{
    switch (dtype) {
    case RS_DTYPE_F16:
        return rs_f16_from_f32((float)value);
    case RS_DTYPE_BF16:
        return rs_bf16_from_f32((float)value);
    case RS_DTYPE_F64: {
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        return bits;
    }
    default:
        return rs_f32_bits((float)value);
    }
}

double rs_value_decode(rs_dtype dtype, uint64_t bits)
{
    switch (dtype) {
    case RS_DTYPE_F16:
        return (double)rs_f16_to_f32((uint16_t)bits);
    case RS_DTYPE_BF16:
        return (double)rs_bf16_to_f32((uint16_t)bits);
    case RS_DTYPE_F64: {
        double value;
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    default:
        return (double)rs_f32_from_bits((uint32_t)bits);
    }
}

uint64_t rs_value_key(rs_dtype dtype, uint64_t bits)
{
    switch (dtype) {
    case RS_DTYPE_F16:
        return rs_key_f16((uint16_t)bits);
    case RS_DTYPE_BF16:
        return rs_key_bf16((uint16_t)bits);
    case RS_DTYPE_F64:
        return rs_key_f64(bits);
    default:
        return rs_key_f32((uint32_t)bits);
    }
}

uint64_t rs_value_below(rs_dtype dtype, uint64_t bits)
{
    const layout parts = layout_of(dtype);
    const uint64_t magnitude = bits & ~parts.sign;
    if ((bits & parts.sign) == 0 && magnitude > 0) {
        return magnitude > parts.smallest_normal ? magnitude - 1 : 0;
    }
    const uint64_t larger = magnitude + 1;
    return parts.sign | (larger > parts.smallest_normal ? larger : parts.smallest_normal);
}

uint64_t rs_value_above(rs_dtype dtype, uint64_t bits)
{
    const uint64_t sign = rs_value_sign(dtype);
    const uint64_t negated = rs_value_below(dtype, bits ^ sign);
    return negated == 0 ? 0 : negated ^ sign;
}

void rs_value_store(rs_dtype dtype, void *row, uint64_t column, uint64_t bits)
{
    /* Little-endian machines only, as the whole project: the low bytes come first. */
    const size_t bytes = rs_dtype_bytes(dtype);
    memcpy((char *)row + column * bytes, &bits, bytes);
}

uint64_t rs_value_load(rs_dtype dtype, const void *row, uint64_t column)
{
    const size_t bytes = rs_dtype_bytes(dtype);
    uint64_t bits = 0;
    memcpy(&bits, (const char *)row + column * bytes, bytes);
    return bits;
}

void rs_value_encode_run(rs_dtype dtype, const double *values, uint64_t count, void *out)
{
    char *const bytes = out;
    switch (dtype) {
    case RS_DTYPE_F16:
        for (uint64_t i = 0; i < count; ++i) {
            const uint16_t bits = rs_f16_from_f32((float)values[i]);
            memcpy(bytes + i * sizeof bits, &bits, sizeof bits);
        }
        return;
    case RS_DTYPE_BF16:
        for (uint64_t i = 0; i < count; ++i) {
            const uint16_t bits = rs_bf16_from_f32((float)values[i]);
            memcpy(bytes + i * sizeof bits, &bits, sizeof bits);
        }
        return;
    case RS_DTYPE_F64:
        memcpy(bytes, values, count * sizeof *values);
        return;
    default:
        for (uint64_t i = 0; i < count; ++i) {
            const float value = (float)values[i];
            memcpy(bytes + i * sizeof value, &value, sizeof value);
        }
        return;
    }
}
