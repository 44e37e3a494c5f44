/* row_value.h - single values of a row, whatever its dtype.
 *
 * For the few places that look at one value at a time: the labels of a row, predictions, class
 * maps. Loops over whole rows are in the kernels. Rows may lie at any byte address.
 */
#ifndef RS_ROW_VALUE_H
#define RS_ROW_VALUE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/float_type.h"
#include "base/row_order.h"
#include "reassess/logits.h"

/* The key of a NaN is the largest of its width; widened to 64 bits it is this. */
#define RS_KEY_NAN UINT64_MAX

#define RS_DEFINE_LOAD(name, type)                                                                 \
    static inline type rs_load_##name(const void *row, uint32_t column)                            \
    {                                                                                              \
        type value;                                                                                \
        memcpy(&value, (const unsigned char *)row + (size_t)column * sizeof value, sizeof value);  \
        return value;                                                                              \
    }
RS_DEFINE_LOAD(u16, uint16_t)
RS_DEFINE_LOAD(u32, uint32_t)
RS_DEFINE_LOAD(u64, uint64_t)
RS_DEFINE_LOAD(f32, float)
RS_DEFINE_LOAD(f64, double)
#undef RS_DEFINE_LOAD

/* Exact in a double for every dtype; a NaN gives a NaN. */
static inline double rs_row_value(rs_dtype dtype, const void *row, uint32_t column)
{
    switch (dtype) {
#define RS_VALUE_OF(ID, name, bits, infinity, normal) \
    case RS_DTYPE_##ID:                               \
        return rs_##name##_decode(rs_load_u##bits(row, column));
        RS_FLOAT_MAP(RS_VALUE_OF)
#undef RS_VALUE_OF
    default:
        return (double)NAN;
    }
}

/* The value's place in the order of a row (base/row_order.h); RS_KEY_NAN for every NaN. */
static inline uint64_t rs_row_key(rs_dtype dtype, const void *row, uint32_t column)
{
    uint64_t key = RS_KEY_NAN;
    switch (dtype) {
#define RS_KEY_OF(ID, name, bits, infinity, normal)    \
    case RS_DTYPE_##ID:                                \
        key = rs_key_##name(rs_load_u##bits(row, column)); \
        return key == UINT##bits##_MAX ? RS_KEY_NAN : key;
        RS_FLOAT_MAP(RS_KEY_OF)
#undef RS_KEY_OF
    default:
        return key;
    }
}

/* Writes the bits into a column. */
#define RS_DEFINE_STORE(name, type)                                                                \
    static inline void rs_store_##name(void *row, uint32_t column, type value)                     \
    {                                                                                              \
        memcpy((unsigned char *)row + (size_t)column * sizeof value, &value, sizeof value);        \
    }
RS_DEFINE_STORE(u16, uint16_t)
RS_DEFINE_STORE(u32, uint32_t)
RS_DEFINE_STORE(u64, uint64_t)
#undef RS_DEFINE_STORE

/* Writes `value`, rounded to the dtype. */
static inline void rs_row_set(rs_dtype dtype, void *row, uint32_t column, double value)
{
    switch (dtype) {
#define RS_SET(ID, name, bits, infinity, normal)                      \
    case RS_DTYPE_##ID:                                               \
        rs_store_u##bits(row, column, rs_##name##_encode(value));     \
        break;
        RS_FLOAT_MAP(RS_SET)
#undef RS_SET
    default:
        break;
    }
}

/* Writes -inf: a column that is there and has no mass. */
static inline void rs_row_set_smallest(rs_dtype dtype, void *row, uint32_t column)
{
    switch (dtype) {
#define RS_SET_SMALLEST(ID, name, bits, infinity, normal)                                \
    case RS_DTYPE_##ID:                                                                  \
        rs_store_u##bits(row, column, (uint##bits##_t)((infinity) | RS_FLOAT_SIGN(bits))); \
        break;
        RS_FLOAT_MAP(RS_SET_SMALLEST)
#undef RS_SET_SMALLEST
    default:
        break;
    }
}

#endif
