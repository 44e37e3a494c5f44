/* row_measure_sums.h - the part of the measure kernels that does not depend on the instruction set.
 *
 * Each has sums of exponentials in floats (exp32_for, no_sums, finish), for references up to
 * FAR_REFERENCE, and a sweep of the row that adds all columns but the label to them and counts
 * those ahead of it (sweep_around_f32, _f16, _bf16; `label` may be RS_NO_LABEL). These macros make
 * `measure` of it (row_kernel.h), and such a sweep of a loop that adds a range of columns and
 * counts those ahead of a bound (sweep_f32, sweep_f16, sweep_bf16): the label's own column is left
 * out by sweeping what is before and behind it apart.
 */
#ifndef RS_ROW_MEASURE_SUMS_H
#define RS_ROW_MEASURE_SUMS_H

#include <math.h>

#include "engine/row_bounds.h"
#include "engine/row_kernel.h"
#include "base/row_value.h"

#define RS_DEFINE_SWEEP_AROUND_F32                                                                 \
    static inline uint32_t sweep_around_f32(const void *row, uint32_t columns, uint32_t label,     \
                                            float value, const exp32 *e, sums32 *sums)             \
    {                                                                                              \
        if (label == RS_NO_LABEL) {                                                                \
            return sweep_f32(row, 0, columns, value, e, sums);                                     \
        }                                                                                          \
        const uint32_t before = sweep_f32(row, 0, label, rs_below_f32(value), e, sums);            \
        return before + sweep_f32(row, label + 1, columns, value, e, sums);                        \
    }

#define RS_DEFINE_SWEEP_AROUND_16(name, infinity, seen_pointer)                                    \
    static inline uint32_t sweep_around_##name(const void *row, uint32_t columns, uint32_t label,  \
                                               uint16_t bits, const exp32 *e, sums32 *sums,        \
                                               seen_pointer seen)                                  \
    {                                                                                              \
        const rs_bound16 above = rs_bound16_above(bits, infinity);                                 \
        if (label == RS_NO_LABEL) {                                                                \
            return sweep_##name(row, 0, columns, above, e, sums, seen);                            \
        }                                                                                          \
        const rs_bound16 from = rs_bound16_from(bits, infinity);                                   \
        const uint32_t before = sweep_##name(row, 0, label, from, e, sums, seen);                  \
        return before + sweep_##name(row, label + 1, columns, above, e, sums, seen);               \
    }

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
        const float value = label == RS_NO_LABEL ? 0.0f : rs_load_f32(row, label);                 \
        measure->ahead = sweep_around_f32(row, columns, label, value, &e, &sums);                  \
        finish(&sums, &e, measure);                                                                \
        if (label == RS_NO_LABEL) {                                                                \
            return true;                                                                           \
        }                                                                                          \
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
        const uint16_t bits = label == RS_NO_LABEL ? 0 : rs_load_u16(row, label);                  \
        measure->ahead = sweep_around_##name(row, columns, label, bits, &e, &sums, &seen);         \
        finish(&sums, &e, measure);                                                                \
        if (label == RS_NO_LABEL) {                                                                \
            return true;                                                                           \
        }                                                                                          \
        measure->largest = rs_larger(measure->largest, rs_row_value(dtype, row, label));           \
        return !rs_is_nan16(bits, infinity) && !rs_found_nan16(seen, infinity);                    \
    }

#endif
