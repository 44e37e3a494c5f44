/* synth_value.c - the floating types, told apart by their table. */
#include "synth/synth_value.h"

#include <string.h>

#include "base/float_type.h"
#include "base/row_order.h"

typedef struct layout {
    uint64_t infinity;
    uint64_t sign;
    uint64_t smallest_normal;
} layout;

static layout layout_of(rs_dtype dtype)
{
    switch (dtype) {
#define LAYOUT(ID, name, bits, infinity, normal) \
    case RS_DTYPE_##ID:                          \
        return (layout){infinity, RS_FLOAT_SIGN(bits), normal};
        RS_FLOAT_MAP(LAYOUT)
#undef LAYOUT
    default:
        return (layout){0, 0, 0};
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
#define ENCODE(ID, name, bits, infinity, normal) \
    case RS_DTYPE_##ID: \
        return rs_##name##_encode(value);
        RS_FLOAT_MAP(ENCODE)
#undef ENCODE
    default:
        return 0;
    }
}

double rs_value_decode(rs_dtype dtype, uint64_t stored)
{
    switch (dtype) {
#define DECODE(ID, name, bits, infinity, normal) \
    case RS_DTYPE_##ID: \
        return rs_##name##_decode((uint##bits##_t)stored);
        RS_FLOAT_MAP(DECODE)
#undef DECODE
    default:
        return 0;
    }
}

uint64_t rs_value_key(rs_dtype dtype, uint64_t stored)
{
    switch (dtype) {
#define KEY(ID, name, bits, infinity, normal) \
    case RS_DTYPE_##ID: \
        return rs_key_##name((uint##bits##_t)stored);
        RS_FLOAT_MAP(KEY)
#undef KEY
    default:
        return 0;
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
    switch (dtype) {
#define ENCODE_RUN(ID, name, bits, infinity, normal)                                 \
    case RS_DTYPE_##ID:                                                              \
        for (uint64_t i = 0; i < count; ++i) {                                       \
            const uint##bits##_t stored = rs_##name##_encode(values[i]);             \
            memcpy((char *)out + i * sizeof stored, &stored, sizeof stored);         \
        }                                                                            \
        return;
        RS_FLOAT_MAP(ENCODE_RUN)
#undef ENCODE_RUN
    default:
        return;
    }
}
