/* row_order.h - the order of a row: which of two values comes first, and what a NaN does.
 *
 * The definition (docs/METRICS.md, "Order of a row"): larger value first; equal values: lower
 * column first; -0 equals +0; -inf is the smallest real value and an ordinary one; a row with any
 * NaN is invalid. Every engine, test and selection follows this header. It compiles as C, C++ and
 * CUDA.
 *
 * Values are mapped to integer keys that compare as unsigned integers in that order. Both zeros
 * share a key; every NaN, of either sign, gets the largest key, so that a NaN is ahead of whatever
 * it is compared with and can never be overlooked. Key 0 belongs to no value: padding can use it.
 */
#ifndef RS_ROW_ORDER_H
#define RS_ROW_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/float_type.h"
#include "base/host_device.h"

/* From the bits of an IEEE value with `sign` as its sign bit and `infinity` as the bits of +inf. */
#define RS_DEFINE_ROW_KEY(name, type, sign, infinity)                         \
    static inline RS_HOST_DEVICE type name(type bits)                         \
    {                                                                         \
        const type magnitude = (type)(bits & (type)~(type)(sign));            \
        if (magnitude > (type)(infinity)) {                                   \
            return (type)~(type)0;                                            \
        }                                                                     \
        if (bits == magnitude || magnitude == 0) {                            \
            return (type)(magnitude | (type)(sign));                          \
        }                                                                     \
        return (type)~bits;                                                   \
    }

/* rs_key_f32, rs_key_f16, ... */
#define RS_DEFINE_KEY_OF(ID, name, bits, infinity, normal) \
    RS_DEFINE_ROW_KEY(rs_key_##name, uint##bits##_t, RS_FLOAT_SIGN(bits), infinity)
RS_FLOAT_MAP(RS_DEFINE_KEY_OF)
#undef RS_DEFINE_KEY_OF
#undef RS_DEFINE_ROW_KEY

/* True when the value with key `a` in column `column_a` comes before the other. */
static inline RS_HOST_DEVICE bool rs_key_before(uint64_t a, uint32_t column_a, uint64_t b,
                                                uint32_t column_b)
{
    return a > b || (a == b && column_a < column_b);
}

#endif
