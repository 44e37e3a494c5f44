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

RS_DEFINE_ROW_KEY(rs_key_f16, uint16_t, 0x8000u, 0x7c00u)
RS_DEFINE_ROW_KEY(rs_key_bf16, uint16_t, 0x8000u, 0x7f80u)
RS_DEFINE_ROW_KEY(rs_key_f32, uint32_t, 0x80000000u, 0x7f800000u)
RS_DEFINE_ROW_KEY(rs_key_f64, uint64_t, 0x8000000000000000u, 0x7ff0000000000000u)

#undef RS_DEFINE_ROW_KEY

/* True when the value with key `a` in column `column_a` comes before the other. */
static inline RS_HOST_DEVICE bool rs_key_before(uint64_t a, uint32_t column_a, uint64_t b,
                                                uint32_t column_b)
{
    return a > b || (a == b && column_a < column_b);
}

#endif
