/* row_find_portable.c - columns that may be among the best few, in plain C.
 *
 * Works on the keys of base/row_order.h: two sweeps, the second in the cache. The first keeps the
 * largest key of each of 64 groups of columns. The k-th largest of these is a bound: k columns at
 * least reach it, so whatever does not is not among the best k. The second sweep writes down who
 * reaches it: a few more than k as a rule.
 */
#include "engine/row_kernel_portable.h"
#include "engine/row_value.h"

enum { GROUPS = 64 };

#define DEFINE_FIND(name, type, load)                                                              \
    /* The keep-th largest; the largest are moved to the front. */                                 \
    static type bound_##name(type best[], uint32_t keep)                                           \
    {                                                                                              \
        type bound = 0;                                                                            \
        for (uint32_t i = 0; i < keep; ++i) {                                                      \
            uint32_t top = i;                                                                      \
            for (uint32_t group = i + 1; group < GROUPS; ++group) {                                \
                top = best[group] > best[top] ? group : top;                                       \
            }                                                                                      \
            bound = best[top];                                                                     \
            best[top] = best[i];                                                                   \
            best[i] = bound;                                                                       \
        }                                                                                          \
        return bound;                                                                              \
    }                                                                                              \
                                                                                                   \
    /* The bound of whole groups of 64 columns; those behind them may all be candidates. */        \
    static type find_bound_##name(const void *row, uint32_t columns, uint32_t keep)                \
    {                                                                                              \
        type best[GROUPS] = {0};                                                                   \
        for (uint32_t first = 0; columns - first >= GROUPS; first += GROUPS) {                     \
            for (uint32_t group = 0; group < GROUPS; ++group) {                                    \
                const type key = rs_key_##name(load(row, first + group));                          \
                best[group] = key > best[group] ? key : best[group];                               \
            }                                                                                      \
        }                                                                                          \
        return bound_##name(best, keep);                                                           \
    }                                                                                              \
                                                                                                   \
    uint32_t rs_find_##name##_portable(const void *row, uint32_t columns, uint32_t keep,           \
                                       rs_candidate *candidate)                                    \
    {                                                                                              \
        const bool bounded = keep <= GROUPS && columns > 2 * GROUPS;                               \
        const type bound = bounded ? find_bound_##name(row, columns, keep) : (type)0;              \
        uint32_t count = 0;                                                                        \
        for (uint32_t j = 0; j < columns; ++j) {                                                   \
            const type key = rs_key_##name(load(row, j));                                          \
            if (key >= bound) {                                                                    \
                candidate[count++] = (rs_candidate){key, j};                                       \
            }                                                                                      \
        }                                                                                          \
        return count;                                                                              \
    }

DEFINE_FIND(f32, uint32_t, rs_load_u32)
DEFINE_FIND(f16, uint16_t, rs_load_u16)
DEFINE_FIND(bf16, uint16_t, rs_load_u16)
DEFINE_FIND(f64, uint64_t, rs_load_u64)
