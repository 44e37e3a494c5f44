/* row_measure_sums.h - the part of the measure kernels that does not depend on the instruction set.
 *
 * Each has sums of exponentials in floats (exp32_for, no_sums, finish) and a loop that adds a range
 * of columns to them and counts those ahead of a bound (sweep_f32, sweep_f16, sweep_bf16), for
 * references up to FAR_REFERENCE. These macros make `measure` of it (row_kernel.h): the label's own
 * column is left out by sweeping what is before and behind it apart.
 */
#ifndef RS_ROW_MEASURE_SUMS_H
#define RS_ROW_MEASURE_SUMS_H

#include <math.h>

#include "engine/row_bounds.h"
#include "engine/row_kernel.h"
#include "base/row_value.h"

#define RS_DEFINE_MEASURE_F32(isa)                                                                 \
    bool rs_measure_f32_##isa(const void *row, uint32_t columns, uint32_t label, double reference, \
                              rs_row_measure *measure)                                             \
    {                                                                                              \
        if (!(fabs(reference) <= FAR_REFERENCE)) {                                                 \
            return rs_row_kernel_portable(RS_DTYPE_F32)                                            \
                ->measure(row, columns, label, reference, measure);                                \
        }                                                                                          \
        const exp32 e = exp32_for(reference);                                                      \
        sums32 sums = no_sums();                                                                   \
        if (label == RS_NO_LABEL) {                                                                \
            (void)sweep_f32(row, 0, columns, 0.0f, &e, &sums);                                     \
            finish(&sums, &e, measure);                                                            \
            return true;                                                                           \
        }                                                                                          \
        const float value = rs_load_f32(row, label);                                               \
        measure->ahead = sweep_f32(row, 0, label, rs_below_f32(value), &e, &sums) +                \
                         sweep_f32(row, label + 1, columns, value, &e, &sums);                     \
        finish(&sums, &e, measure);                                                                \
        measure->largest = rs_larger(measure->largest, (double)value);                             \
        return measure->ahead == 0 && !isnan(value);                                               \
    }

/* `seen`: of the columns, from which a NaN is told (rs_found_nan16 of the instruction set).
 * `too_narrow`: a row with so few `columns` is left to the portable kernel. */
#define RS_DEFINE_MEASURE_16(isa, name, dtype, infinity, seen_type, seen_zero, too_narrow)         \
    bool rs_measure_##name##_##isa(const void *row, uint32_t columns, uint32_t label,              \
                                   double reference, rs_row_measure *measure)                      \
    {                                                                                              \
        if (!(fabs(reference) <= FAR_REFERENCE) || (too_narrow)) {                                 \
            return rs_row_kernel_portable(dtype)->measure(row, columns, label, reference,          \
                                                          measure);                                \
        }                                                                                          \
        const exp32 e = exp32_for(reference);                                                      \
        sums32 sums = no_sums();                                                                   \
        seen_type seen = seen_zero();                                                              \
        if (label == RS_NO_LABEL) {                                                                \
            (void)sweep_##name(row, 0, columns, (rs_bound16){0, 0}, &e, &sums, &seen);             \
            finish(&sums, &e, measure);                                                            \
            return true;                                                                           \
        }                                                                                          \
        const uint16_t bits = rs_load_u16(row, label);                                             \
        measure->ahead =                                                                           \
            sweep_##name(row, 0, label, rs_bound16_from(bits, infinity), &e, &sums, &seen) +       \
            sweep_##name(row, label + 1, columns, rs_bound16_above(bits, infinity), &e, &sums,     \
                         &seen);                                                                   \
        finish(&sums, &e, measure);                                                                \
        measure->largest = rs_larger(measure->largest, rs_row_value(dtype, row, label));           \
        return !rs_is_nan16(bits, infinity) && !rs_found_nan16(seen, infinity);                    \
    }

#endif
