/* synth_value.h - values of a floating type as bits, and the next value below or above.
 *
 * The ranking of a row is decided on the order keys of base/row_order.h, as integers, so "strictly
 * ranked in this type" is a matter of comparing and subtracting one.
 */
#ifndef RS_SYNTH_VALUE_H
#define RS_SYNTH_VALUE_H

#include <stdint.h>

#include "reassess/logits.h"

/* The bits of `value` rounded to nearest even (in two steps, through f32, for the 16-bit types). */
uint64_t rs_value_encode(rs_dtype dtype, double value);
double rs_value_decode(rs_dtype dtype, uint64_t stored); /* the bits of a value */

/* The place of the value in the order of a row (base/row_order.h). */
uint64_t rs_value_key(rs_dtype dtype, uint64_t stored);

/* The largest value below, the smallest value above, that is no subnormal: hardware that flushes
 * those to zero must rank the same. `bits` is finite, and so must the answer be. */
uint64_t rs_value_below(rs_dtype dtype, uint64_t bits);
uint64_t rs_value_above(rs_dtype dtype, uint64_t bits);

/* The bits of +infinity, and of the sign. */
uint64_t rs_value_infinity(rs_dtype dtype);
uint64_t rs_value_sign(rs_dtype dtype);

/* Puts the bits into column `column` of a row of this type, which need not be aligned. */
void rs_value_store(rs_dtype dtype, void *row, uint64_t column, uint64_t bits);
uint64_t rs_value_load(rs_dtype dtype, const void *row, uint64_t column);

/* rs_value_encode and rs_value_store of a whole run, columns 0 .. count-1 of `out`. */
void rs_value_encode_run(rs_dtype dtype, const double *values, uint64_t count, void *out);

#endif
