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

#include "base/half.h"
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
    case RS_DTYPE_F32:
        return (double)rs_load_f32(row, column);
    case RS_DTYPE_F16:
        return (double)rs_f16_to_f32(rs_load_u16(row, column));
    case RS_DTYPE_BF16:
        return (double)rs_bf16_to_f32(rs_load_u16(row, column));
    case RS_DTYPE_F64:
        return rs_load_f64(row, column);
    default:
        return (double)NAN;
    }
}

/* The value's place in the order of a row (base/row_order.h); RS_KEY_NAN for every NaN. */
static inline uint64_t rs_row_key(rs_dtype dtype, const void *row, uint32_t column)
{
    uint64_t key = RS_KEY_NAN;
    switch (dtype) {
    case RS_DTYPE_F32:
        key = rs_key_f32(rs_load_u32(row, column));
        return key == UINT32_MAX ? RS_KEY_NAN : key;
    case RS_DTYPE_F16:
        key = rs_key_f16(rs_load_u16(row, column));
        return key == UINT16_MAX ? RS_KEY_NAN : key;
    case RS_DTYPE_BF16:
        key = rs_key_bf16(rs_load_u16(row, column));
        return key == UINT16_MAX ? RS_KEY_NAN : key;
    case RS_DTYPE_F64:
        return rs_key_f64(rs_load_u64(row, column));
    default:
        return key;
    }
}

/* Writes -inf: a column that is there and has no mass. */
static inline void rs_row_set_smallest(rs_dtype dtype, void *row, uint32_t column)
{
    unsigned char *const bytes = row;
    const uint16_t half = dtype == RS_DTYPE_F16 ? 0xfc00u : 0xff80u;
    const float single = -HUGE_VALF;
    const double wide = -HUGE_VAL;
    switch (dtype) {
    case RS_DTYPE_F32:
        memcpy(bytes + (size_t)column * sizeof single, &single, sizeof single);
        break;
    case RS_DTYPE_F64:
        memcpy(bytes + (size_t)column * sizeof wide, &wide, sizeof wide);
        break;
    default:
        memcpy(bytes + (size_t)column * sizeof half, &half, sizeof half);
        break;
    }
}

#endif
