/* row_measure_portable.c - ranks and sums of exponentials in plain C.
 *
 * Values are turned into floats a batch at a time, and the loops over a batch are left to the
 * compiler to vectorise (exp_sum.h). Doubles, and floats so large that a float cannot carry n
 * (exp_sum.h), are summed in doubles.
 */
#include "engine/row_kernel_portable.h"
#include "engine/row_measure_plain.h"

/* rs_f16_to_f32 without a branch: the fraction and exponent in their places, times 2^112, is right
 * for normal and subnormal numbers; infinity gets the exponent it needs. */
static inline float float_of_f16(const void *row, uint32_t column)
{
    const uint32_t half = rs_load_u16(row, column);
    const uint32_t magnitude = half & 0x7fffu;
    const uint32_t scaled = rs_f32_bits(rs_f32_from_bits(magnitude << 13) * 0x1p112f);
    const uint32_t endless = magnitude >= 0x7c00u ? 0x7f800000u : 0u;
    return rs_f32_from_bits(scaled | endless | (half & 0x8000u) << 16);
}

static inline float float_of_bf16(const void *row, uint32_t column)
{
    return rs_bf16_to_f32(rs_load_u16(row, column));
}

#define DEFINE_MEASURE(name, dtype, load)                                                          \
    static void add_columns_##name(const void *row, uint32_t begin, uint32_t end,                  \
                                   const rs_exp_reference *reference, rs_exp_sums *sums)           \
    {                                                                                              \
        float batch[RS_EXP_BATCH];                                                                 \
        while (begin < end) {                                                                      \
            const uint32_t count = end - begin < RS_EXP_BATCH ? end - begin : RS_EXP_BATCH;        \
            for (uint32_t i = 0; i < count; ++i) {                                                 \
                batch[i] = load(row, begin + i);                                                   \
            }                                                                                      \
            for (uint32_t i = count; i < RS_EXP_BATCH; ++i) {                                      \
                batch[i] = -HUGE_VALF;                                                             \
            }                                                                                      \
            rs_exp_sums_add_f32(sums, batch, reference);                                           \
            begin += count;                                                                        \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    bool rs_measure_##name##_portable(const void *row, uint32_t columns, uint32_t label,           \
                                      double reference, rs_row_measure *measure)                   \
    {                                                                                              \
        const rs_row_kernel *const kernel = rs_row_kernel_portable(dtype);                         \
        if (!(fabs(reference) <= RS_EXP_FAR_F32)) {                                                \
            return rs_measure_in_f64(kernel, dtype, row, columns, label, reference, measure);      \
        }                                                                                          \
        const bool labelled = label != RS_NO_LABEL;                                                \
        const bool clean = labelled && kernel->rank(row, columns, &label, 1, &measure->ahead);     \
        const rs_exp_reference start = rs_exp_reference_of(reference);                             \
        rs_exp_sums sums = {.largest = -HUGE_VAL};                                                 \
        add_columns_##name(row, 0, labelled ? label : columns, &start, &sums);                     \
        if (labelled) {                                                                            \
            add_columns_##name(row, label + 1, columns, &start, &sums);                            \
            sums.largest = rs_larger(sums.largest, (double)load(row, label));                      \
        }                                                                                          \
        measure->largest = sums.largest;                                                           \
        measure->rest = sums.rest * start.factor;                                                  \
        return clean;                                                                              \
    }

DEFINE_MEASURE(f32, RS_DTYPE_F32, rs_load_f32)
DEFINE_MEASURE(f16, RS_DTYPE_F16, float_of_f16)
DEFINE_MEASURE(bf16, RS_DTYPE_BF16, float_of_bf16)

bool rs_measure_f64_portable(const void *row, uint32_t columns, uint32_t label, double reference,
                             rs_row_measure *measure)
{
    return rs_measure_in_f64(rs_row_kernel_portable(RS_DTYPE_F64), RS_DTYPE_F64, row, columns,
                             label, reference, measure);
}
