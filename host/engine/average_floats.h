/* average_floats.h - averages of softmaxes in floats, so near those in double that almost always
 * their order is the same.
 *
 * Where no other column lies beside a value (RS_AVERAGE_NEAR), as many columns are above it as in
 * double: ranks of labels that stand alone so are exact. Only the other rows have to be averaged in
 * double (score_averages.c).
 */
#ifndef RS_AVERAGE_FLOATS_H
#define RS_AVERAGE_FLOATS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/average_row.h"

/* An average is off by at most 22 roundings of a float, which average_floats_plain.h counts; two
 * of them by 44. This is 64. */
#define RS_AVERAGE_NEAR 0x1p-18f

/* Of averages below this nothing is said: small powers are not as small as they should be. */
#define RS_AVERAGE_LEAST 1e-20f

/* What `powers` made of a row of each of up to RS_BLENDED members, and what each is to be
 * multiplied by: weight / sum of powers, of weights that add up to 1. */
typedef struct rs_float_powers {
    const float *power[RS_BLENDED];
    float factor[RS_BLENDED];
    uint32_t count;
} rs_float_powers;

/* Rooms hold rs_average_room(columns) values and are aligned. Tables give the same bits. */
typedef struct rs_average_floats {
    /* power[j] = e^(value j) times some power of two, and their sum. Not of F64. False: they are
     * not to be had, for a NaN, or a largest value that is infinite or far from 0. */
    bool (*powers)(rs_dtype dtype, const void *row, uint32_t columns, double *room, float *power,
                   double *sum);
    /* average[j] = sum of factor * power j; returns the largest. */
    float (*add)(const rs_float_powers *of, uint32_t columns, float *average);
    /* How many averages are within RS_AVERAGE_NEAR of a value of at least RS_AVERAGE_LEAST. */
    uint32_t (*near)(const float *average, uint32_t columns, float value);
} rs_average_floats;

/* NULL: this instruction set has none. */
const rs_average_floats *rs_average_floats_get(rs_isa isa);

const rs_average_floats *rs_average_floats_avx2(void);
const rs_average_floats *rs_average_floats_avx512(void);

#endif
