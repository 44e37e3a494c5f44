/* row_measure_portable.c - ranks and sums of exponentials in plain C.
 *
 * Values are turned into floats a batch at a time, and the loops over a batch are left to the
 * compiler to vectorise (exp_sum.h). Doubles, and floats so large that a float cannot carry n
 * (exp_sum.h), are summed in doubles.
 */
#include "engine/row_kernel_portable.h"
#include "engine/row_measure_plain.h"

/* Four at a time, in vectors of the compiler's: it makes none of plain loops over halves. */
enum { LANES = 4 };
typedef uint16_t halves __attribute__((vector_size(LANES * sizeof(uint16_t))));
typedef uint32_t words __attribute__((vector_size(LANES * sizeof(uint32_t))));
typedef float floats __attribute__((vector_size(LANES * sizeof(float))));

/* rs_f16_to_f32: the fraction and exponent in their places, times 2^112, is right for normal and
 * subnormal numbers; infinity gets the exponent it needs. */
static inline floats floats_of_f16(words half)
{
    const words magnitude = half & 0x7fffu;
    const floats scaled = (floats)(magnitude << 13) * 0x1p112f;
    const words endless = (words)(magnitude > 0x7bffu) & 0x7f800000u;
    return (floats)((words)scaled | endless | (half & 0x8000u) << 16);
}

static inline floats floats_of_bf16(words half)
{
    return (floats)(half << 16);
}

#define DEFINE_FILL_16(name)                                                                       \
    static inline void fill_##name(const void *row, uint32_t begin, uint32_t count, float *batch)  \
    {                                                                                              \
        uint32_t i = 0;                                                                            \
        for (; i + LANES <= count; i += LANES) {                                                   \
            halves half;                                                                           \
            memcpy(&half, (const unsigned char *)row + (size_t)(begin + i) * sizeof(uint16_t),     \
                   sizeof half);                                                                   \
            const floats value = floats_of_##name(__builtin_convertvector(half, words));           \
            memcpy(batch + i, &value, sizeof value);                                               \
        }                                                                                          \
        for (; i < count; ++i) {                                                                   \
            batch[i] = rs_##name##_to_f32(rs_load_u16(row, begin + i));                            \
        }                                                                                          \
    }

static inline void fill_f32(const void *row, uint32_t begin, uint32_t count, float *batch)
{
    memcpy(batch, (const unsigned char *)row + (size_t)begin * sizeof *batch,
           count * sizeof *batch);
}

#define DEFINE_MEASURE(name, dtype)                                                                \
    static void add_columns_##name(const void *row, uint32_t begin, uint32_t end,                  \
                                   const rs_exp_reference *reference, rs_exp_sums *sums)           \
    {                                                                                              \
        float batch[RS_EXP_BATCH];                                                                 \
        while (begin < end) {                                                                      \
            const uint32_t count = end - begin < RS_EXP_BATCH ? end - begin : RS_EXP_BATCH;        \
            fill_##name(row, begin, count, batch);                                                 \
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
            sums.largest = rs_larger(sums.largest, rs_row_value(dtype, row, label));               \
        }                                                                                          \
        measure->largest = sums.largest;                                                           \
        measure->rest = sums.rest * start.factor;                                                  \
        return clean;                                                                              \
    }

DEFINE_MEASURE(f32, RS_DTYPE_F32)
#define MEASURE_16(ID, name, bits, infinity, normal)                                               \
    DEFINE_FILL_16(name)                                                                           \
    DEFINE_MEASURE(name, RS_DTYPE_##ID)
RS_FLOATS_16(MEASURE_16)

bool rs_measure_f64_portable(const void *row, uint32_t columns, uint32_t label, double reference,
                             rs_row_measure *measure)
{
    return rs_measure_in_f64(rs_row_kernel_portable(RS_DTYPE_F64), RS_DTYPE_F64, row, columns,
                             label, reference, measure);
}
