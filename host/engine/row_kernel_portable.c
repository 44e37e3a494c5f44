/* row_kernel_portable.c - the row kernels in plain C, for every processor.
 *
 * They work on the keys of base/row_order.h, so they are that definition, spelled out: a NaN has
 * the largest key, both zeros share one. The loops have no branches and compilers vectorise them.
 */
#include "engine/exp_sum.h"
#include "engine/row_kernel.h"
#include "engine/row_value.h"

enum { GROUPS = 64 }; /* of columns, in the search for candidates */

/* Everything that depends on the type of the keys. `load` reads the bits of a value. */
#define DEFINE_KERNELS(name, type, load)                                                          \
    static inline type key_##name(const void *row, uint32_t column)                               \
    {                                                                                             \
        return rs_key_##name(load(row, column));                                                  \
    }                                                                                             \
                                                                                                  \
    /* Columns in [begin, end) with a key above `bound`. */                                       \
    static uint32_t count_##name(const void *row, uint32_t begin, uint32_t end, type bound)       \
    {                                                                                             \
        uint32_t count = 0;                                                                       \
        for (uint32_t j = begin; j < end; ++j) {                                                  \
            count += key_##name(row, j) > bound;                                                  \
        }                                                                                         \
        return count;                                                                             \
    }                                                                                             \
                                                                                                  \
    static bool rank_##name(const void *row, uint32_t columns, const uint32_t *label,             \
                            uint32_t labels, uint32_t *ahead)                                     \
    {                                                                                             \
        const type nan_key = (type) ~(type)0;                                                     \
        bool clean = false;                                                                       \
        for (uint32_t i = 0; i < labels; ++i) {                                                   \
            const type key = key_##name(row, label[i]);                                           \
            if (key == nan_key) {                                                                 \
                return false;                                                                     \
            }                                                                                     \
            ahead[i] = count_##name(row, 0, label[i], (type)(key - 1u)) +                         \
                       count_##name(row, label[i] + 1u, columns, key);                            \
            clean = clean || ahead[i] == 0;                                                       \
        }                                                                                         \
        return clean || count_##name(row, 0, columns, (type)(nan_key - 1u)) == 0;                 \
    }                                                                                             \
                                                                                                  \
    /* The k-th largest of the maxima of k or more disjoint groups of columns is a bound: k       \
     * columns at least reach it, so whatever is below it is not among the best k. */             \
    static uint32_t find_##name(const void *row, uint32_t columns, uint32_t keep,                 \
                                rs_candidate *candidate)                                          \
    {                                                                                             \
        type best[GROUPS] = {0};                                                                  \
        type bound = 0;                                                                           \
        if (keep <= GROUPS && columns > 2u * GROUPS) {                                            \
            const uint32_t whole = columns - columns % GROUPS;                                    \
            for (uint32_t first = 0; first < whole; first += GROUPS) {                            \
                for (uint32_t group = 0; group < GROUPS; ++group) {                               \
                    const type key = key_##name(row, first + group);                              \
                    best[group] = key > best[group] ? key : best[group];                          \
                }                                                                                 \
            }                                                                                     \
            for (uint32_t i = 0; i < keep; ++i) { /* selection sort of the first `keep` */        \
                uint32_t top = i;                                                                 \
                for (uint32_t group = i + 1; group < GROUPS; ++group) {                           \
                    top = best[group] > best[top] ? group : top;                                  \
                }                                                                                 \
                bound = best[top];                                                                \
                best[top] = best[i];                                                              \
                best[i] = bound;                                                                  \
            }                                                                                     \
        }                                                                                         \
        uint32_t count = 0;                                                                       \
        for (uint32_t j = 0; j < columns; ++j) {                                                  \
            const type key = key_##name(row, j);                                                  \
            if (key >= bound) {                                                                   \
                candidate[count++] = (rs_candidate){key, j};                                      \
            }                                                                                     \
        }                                                                                         \
        return count;                                                                             \
    }

DEFINE_KERNELS(f32, uint32_t, rs_load_u32)
DEFINE_KERNELS(f16, uint16_t, rs_load_u16)
DEFINE_KERNELS(bf16, uint16_t, rs_load_u16)
DEFINE_KERNELS(f64, uint64_t, rs_load_u64)

/* ---- calibration: in double, whatever the type ---- */

enum { BATCH = 64 };

/* Adds columns [begin, end) to the sum and the maximum, a batch at a time. */
static void sum_range(rs_dtype dtype, const void *row, uint32_t begin, uint32_t end,
                      double reference, rs_row_measure *measure)
{
    double batch[BATCH];
    for (uint32_t first = begin; first < end; first += BATCH) {
        const uint32_t count = end - first < BATCH ? end - first : BATCH;
        for (uint32_t i = 0; i < count; ++i) {
            batch[i] = rs_row_value(dtype, row, first + i);
        }
        for (uint32_t i = 0; i < count; ++i) {
            measure->largest = batch[i] > measure->largest ? batch[i] : measure->largest;
        }
        measure->rest += rs_exp_sum(batch, count, reference);
    }
}

#define DEFINE_MEASURE(name, dtype)                                                            \
    static bool measure_##name(const void *row, uint32_t columns, uint32_t label,              \
                               double reference, rs_row_measure *measure)                      \
    {                                                                                          \
        *measure = (rs_row_measure){.largest = -HUGE_VAL};                                     \
        if (label == RS_NO_LABEL) {                                                            \
            sum_range(dtype, row, 0, columns, reference, measure);                             \
            return true;                                                                       \
        }                                                                                      \
        if (!rank_##name(row, columns, &label, 1, &measure->ahead)) {                          \
            return false;                                                                      \
        }                                                                                      \
        measure->largest = rs_row_value(dtype, row, label);                                    \
        sum_range(dtype, row, 0, label, reference, measure);                                   \
        sum_range(dtype, row, label + 1u, columns, reference, measure);                        \
        return true;                                                                           \
    }

DEFINE_MEASURE(f32, RS_DTYPE_F32)
DEFINE_MEASURE(f16, RS_DTYPE_F16)
DEFINE_MEASURE(bf16, RS_DTYPE_BF16)
DEFINE_MEASURE(f64, RS_DTYPE_F64)

bool rs_measure_f64_portable(const void *row, uint32_t columns, uint32_t label, double reference,
                             rs_row_measure *measure)
{
    return measure_f64(row, columns, label, reference, measure);
}

uint32_t rs_find_f64_portable(const void *row, uint32_t columns, uint32_t keep,
                              rs_candidate *candidate)
{
    return find_f64(row, columns, keep, candidate);
}

const rs_row_kernel *rs_row_kernel_portable(rs_dtype dtype)
{
    static const rs_row_kernel f32 = {rank_f32, measure_f32, find_f32};
    static const rs_row_kernel f16 = {rank_f16, measure_f16, find_f16};
    static const rs_row_kernel bf16 = {rank_bf16, measure_bf16, find_bf16};
    static const rs_row_kernel f64 = {rank_f64, measure_f64, find_f64};
    switch (dtype) {
    case RS_DTYPE_F32:
        return &f32;
    case RS_DTYPE_F16:
        return &f16;
    case RS_DTYPE_BF16:
        return &bf16;
    case RS_DTYPE_F64:
        return &f64;
    default:
        return NULL;
    }
}
