/* float_type.h - the floating types that rows may have: a line of a table for each, and how its
 * bits are read and written.
 *
 * Whatever looks at single values (labels, class maps, selections, made-up rows) is made from the
 * table, a case for each line. What is fast is written for its type, in the kernels.
 *
 * It compiles as C, C++ and CUDA.
 */
#ifndef RS_FLOAT_TYPE_H
#define RS_FLOAT_TYPE_H

#include <stdint.h>
#include <string.h>

#include "base/half.h"
#include "base/host_device.h"

/* ID of rs_dtype, name, bits of a value, bits of +inf, bits of the smallest normal number. The
 * highest bit is the sign. By width, for that is what a kernel is written for: all of 16 bits are
 * ranked and found by the same code, as the integers they are. */
#define RS_FLOATS_32(X) X(F32, f32, 32, 0x7f800000u, 0x00800000u)
#define RS_FLOATS_16(X)                                                                            \
    X(F16, f16, 16, 0x7c00u, 0x0400u)                                                              \
    X(BF16, bf16, 16, 0x7f80u, 0x0080u)
#define RS_FLOATS_64(X) X(F64, f64, 64, UINT64_C(0x7ff0000000000000), UINT64_C(0x0010000000000000))

/* All of them. */
#define RS_FLOAT_MAP(X) RS_FLOATS_32(X) RS_FLOATS_16(X) RS_FLOATS_64(X)

/* For messages: "f32, f16, bf16 or f64". */
#define RS_FIRST_TEXT(ID, name, ...) #name
#define RS_NEXT_TEXT(ID, name, ...)  ", " #name
#define RS_LAST_TEXT(ID, name, ...)  " or " #name
#define RS_FLOATS_TEXT                                                                             \
    RS_FLOATS_32(RS_FIRST_TEXT) RS_FLOATS_16(RS_NEXT_TEXT) RS_FLOATS_64(RS_LAST_TEXT)

#define RS_FLOAT_SIGN(bits) (UINT64_C(1) << ((bits)-1))

/* The value of bits, exact in a double; and the bits of a value, rounded to nearest even (in two
 * steps, through f32, for types narrower than that). */
static inline RS_HOST_DEVICE double rs_f32_decode(uint32_t bits)
{
    return (double)rs_f32_from_bits(bits);
}

static inline RS_HOST_DEVICE uint32_t rs_f32_encode(double value)
{
    return rs_f32_bits((float)value);
}

static inline RS_HOST_DEVICE double rs_f16_decode(uint16_t bits)
{
    return (double)rs_f16_to_f32(bits);
}

static inline RS_HOST_DEVICE uint16_t rs_f16_encode(double value)
{
    return rs_f16_from_f32((float)value);
}

static inline RS_HOST_DEVICE double rs_bf16_decode(uint16_t bits)
{
    return (double)rs_bf16_to_f32(bits);
}

static inline RS_HOST_DEVICE uint16_t rs_bf16_encode(double value)
{
    return rs_bf16_from_f32((float)value);
}

static inline RS_HOST_DEVICE double rs_f64_decode(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline RS_HOST_DEVICE uint64_t rs_f64_encode(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

#endif
