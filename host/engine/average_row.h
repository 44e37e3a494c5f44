/* average_row.h - rows of several models into one: weighted sums, of values or of probabilities.
 *
 * Everything is computed in double. Tables differ in speed alone: all give the same bits.
 */
#ifndef RS_AVERAGE_ROW_H
#define RS_AVERAGE_ROW_H

#include <stdint.h>

#include "reassess/evaluator.h"

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
} rs_average_kernel;

uint64_t rs_average_room(uint32_t columns);

/* Of an instruction set that is available; RS_ISA_AUTO is the best. */
const rs_average_kernel *rs_average_kernel_get(rs_isa isa);

const rs_average_kernel *rs_average_kernel_portable(void);
const rs_average_kernel *rs_average_kernel_avx2(void);
const rs_average_kernel *rs_average_kernel_avx512(void);

#endif
