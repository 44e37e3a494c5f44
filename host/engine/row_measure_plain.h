/* row_measure_plain.h - measuring doubles in plain C, for every instruction set to compile for
 * itself.
 */
#ifndef RS_ROW_MEASURE_PLAIN_H
#define RS_ROW_MEASURE_PLAIN_H

#include "engine/exp_sum.h"
#include "engine/row_kernel.h"
#include "base/row_value.h"

/* Adds columns [begin, end), a batch at a time. */
static inline void rs_add_columns_f64(rs_dtype dtype, const void *row, uint32_t begin, uint32_t end,
                                      double reference, rs_exp_sums *sums)
{
    double batch[RS_EXP_BATCH];
    while (begin < end) {
        const uint32_t count = end - begin < RS_EXP_BATCH ? end - begin : RS_EXP_BATCH;
        for (uint32_t i = 0; i < count; ++i) {
            batch[i] = rs_row_value(dtype, row, begin + i);
        }
        for (uint32_t i = count; i < RS_EXP_BATCH; ++i) {
            batch[i] = -HUGE_VAL;
        }
        rs_exp_sums_add_f64(sums, batch, reference);
        begin += count;
    }
}

/* `measure` of row_kernel.h, with the `rank` of the same table. */
static inline bool rs_measure_in_f64(const rs_row_kernel *kernel, rs_dtype dtype, const void *row,
                                     uint32_t columns, uint32_t label, double reference,
                                     rs_row_measure *measure)
{
    const bool labelled = label != RS_NO_LABEL;
    const bool clean = labelled && kernel->rank(row, columns, &label, 1, &measure->ahead);
    rs_exp_sums sums = {.largest = -HUGE_VAL};
    rs_add_columns_f64(dtype, row, 0, labelled ? label : columns, reference, &sums);
    if (labelled) {
        rs_add_columns_f64(dtype, row, label + 1, columns, reference, &sums);
        sums.largest = rs_larger(sums.largest, rs_row_value(dtype, row, label));
    }
    measure->largest = sums.largest;
    measure->rest = sums.rest;
    return clean;
}

#endif
