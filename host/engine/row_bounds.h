/* row_bounds.h - what the vector kernels compare a column with to know whether it is ahead of a
 * label.
 *
 * Columns before the label (lower columns) are ahead when they are not smaller, those behind it
 * when they are larger. Both are the same comparison with another bound, so a kernel has one loop:
 *
 * Floats: ahead when !(x <= bound), with the largest number below the label's value as the bound of
 * the lower columns. A NaN is ahead, too.
 *
 * 16-bit floats are compared as the integers they are, never converted. The values that are not
 * ahead, the label's own and all smaller ones, are neighbours on the circle of the 65,536 bit
 * patterns when the negative NaNs are let in or left out as it fits: zero and up, then from -0 down
 * to -inf. So one subtraction and one unsigned comparison suffice: ahead when bits - base > limit.
 * NaNs have to be looked for apart.
 */
#ifndef RS_ROW_BOUNDS_H
#define RS_ROW_BOUNDS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The largest number below `value`; below -inf there is none, and nothing is <= NaN. Both zeros are
 * one number. (nextafter is a call, and there is one of these a row.) */
#define RS_DEFINE_BELOW(name, type, bits_type, sign)                                               \
    static inline type name(type value)                                                            \
    {                                                                                              \
        bits_type bits;                                                                            \
        if (value == (type)-HUGE_VAL) {                                                            \
            return (type)NAN;                                                                      \
        }                                                                                          \
        memcpy(&bits, &value, sizeof bits);                                                        \
        if (value == 0) {                                                                          \
            bits = (sign) | 1u;                                                                    \
        } else {                                                                                   \
            bits += (bits & (sign)) != 0 ? 1u : (bits_type)-1;                                     \
        }                                                                                          \
        memcpy(&value, &bits, sizeof value);                                                       \
        return value;                                                                              \
    }
RS_DEFINE_BELOW(rs_below_f32, float, uint32_t, UINT32_C(0x80000000))
RS_DEFINE_BELOW(rs_below_f64, double, uint64_t, UINT64_C(0x8000000000000000))
#undef RS_DEFINE_BELOW

/* A 16-bit pattern is ahead when (uint16_t)(pattern - base) > limit. */
typedef struct rs_bound16 {
    uint16_t base;
    uint16_t limit;
} rs_bound16;

static inline bool rs_is_nan16(uint16_t bits, uint16_t infinity)
{
    return (bits & 0x7fffu) > infinity;
}

/* Larger than `bits` is ahead. `infinity` is the pattern of +inf. */
static inline rs_bound16 rs_bound16_above(uint16_t bits, uint16_t infinity)
{
    const unsigned minus_infinity = infinity | 0x8000u;
    /* not negative: not ahead are 0x8000 .. 0xffff, 0x0000 .. bits. Which it is no branch could
     * foresee, so both are taken together. */
    const unsigned negative = -(unsigned)(bits > 0x8000u);
    const unsigned limit = ((bits & 0x7fffu) + 0x8000u) & ~negative;
    return (rs_bound16){(uint16_t)(0x8000u | (bits & negative)),
                        (uint16_t)(limit | ((minus_infinity - bits) & negative))};
}

/* Equal to `bits` is ahead as well: the bound above the next smaller number. */
static inline rs_bound16 rs_bound16_from(uint16_t bits, uint16_t infinity)
{
    const unsigned minus_infinity = infinity | 0x8000u;
    if ((bits & 0x7fffu) == 0) { /* next below both zeros is the smallest negative number */
        return rs_bound16_above(0x8001u, infinity);
    }
    if (bits == minus_infinity) { /* all are ahead but one NaN */
        return (rs_bound16){(uint16_t)(minus_infinity + 1u), 0};
    }
    return rs_bound16_above((uint16_t)(bits < 0x8000u ? bits - 1u : bits + 1u), infinity);
}

#endif
