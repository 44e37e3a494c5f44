/* average_row.h - rows of several models into one: weighted sums, of values or of probabilities;
 * and sums over one row, for calibration where no softmax is taken.
 *
 * Everything is computed in double. Tables differ in speed alone: all give the same bits.
 */
#ifndef RS_AVERAGE_ROW_H
#define RS_AVERAGE_ROW_H

#include <stdint.h>

#include "reassess/evaluator.h"

typedef struct rs_row_sums {
    double least; /* not of `softplus` */
    double largest;
    double sum;
} rs_row_sums;

enum { RS_BLENDED = 8 }; /* more, and their lines push each other out of the first cache */

/* A row of each of up to RS_BLENDED members. */
typedef struct rs_blend {
    const void *row[RS_BLENDED];
    double weight[RS_BLENDED];
    uint32_t count;
} rs_blend;

/* Rows need not be aligned. `room` holds rs_average_room(columns) values. */
typedef struct rs_average_kernel {
    /* out[i] = value i, in float; not for F64, which does not fit. */
    void (*widen)(rs_dtype dtype, const void *values, uint64_t count, float *out);
    /* sum[j] += weight * value j */
    void (*add)(rs_dtype dtype, const void *row, uint32_t columns, double weight, double *sum);
    /* sum[j] += weight * softmax(row)[j]. The largest values have e^0 = 1, infinite ones too;
     * values 690 below the largest have 0. A row with a NaN makes all of sum NaN. */
    void (*add_softmax)(rs_dtype dtype, const void *row, uint32_t columns, double weight,
                        double *room, double *sum);
    /* out[j] = sum[j] * scale, rounded to F32 or as F64 */
    void (*finish)(rs_dtype dtype, const double *sum, uint32_t columns, double scale, void *out);
    /* sum[j] += weight * p, sum[columns + j] += weight * (1 - p), p = 1 / (1 + e^-value j) */
    void (*add_sigmoid)(rs_dtype dtype, const void *row, uint32_t columns, double weight,
                        double *room, double *sum);
    /* The logit of p, F64, from such sums: log(sum[j] / sum[columns + j]). */
    void (*finish_sigmoid)(const double *sum, uint32_t columns, double *out);
    /* Least, largest and sum of the values. */
    void (*add_up)(rs_dtype dtype, const void *row, uint32_t columns, rs_row_sums *sums);
    /* Largest value, and sum of log(1 + e^x) over the values: those of -inf add nothing. */
    void (*softplus)(rs_dtype dtype, const void *row, uint32_t columns, rs_row_sums *sums);
    /* All at once what `add` makes of each row in turn, from sums of 0, and `finish` of those, as
     * F64 where `dtype` is, else F32. Rows that follow are called for (rs_fetch_ahead). */
    void (*blend)(rs_dtype dtype, const rs_blend *of, uint32_t columns, double scale, void *out);
} rs_average_kernel;

uint64_t rs_average_room(uint32_t columns);

/* Of an instruction set that is available; RS_ISA_AUTO is the best. */
const rs_average_kernel *rs_average_kernel_get(rs_isa isa);

const rs_average_kernel *rs_average_kernel_portable(void);
const rs_average_kernel *rs_average_kernel_avx2(void);
const rs_average_kernel *rs_average_kernel_avx512(void);

#endif
