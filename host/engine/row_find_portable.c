/* row_find_portable.c - columns that may be among the best few, in plain C.
 *
 * Works on the keys of base/row_order.h: two sweeps, the second in the cache. The first keeps the
 * largest key of each of 64 groups of columns. The k-th largest of these is a bound: k columns at
 * least reach it, so whatever does not is not among the best k. The second sweep writes down who
 * reaches it: a few more than k as a rule.
 */
#include "engine/row_kernel_portable.h"
#include "base/row_value.h"

enum { GROUPS = 64 };

#define DEFINE_FIND(ID, name, bits, infinity, normal)                                              \
    /* The keep-th largest; the largest are moved to the front. */                                 \
    static uint##bits##_t bound_##name(uint##bits##_t best[], uint32_t keep)                       \
    {                                                                                              \
        uint##bits##_t bound = 0;                                                                  \
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
    static uint##bits##_t find_bound_##name(const void *row, uint32_t columns, uint32_t keep)      \
    {                                                                                              \
        uint##bits##_t best[GROUPS] = {0};                                                         \
        for (uint32_t first = 0; columns - first >= GROUPS; first += GROUPS) {                     \
            for (uint32_t group = 0; group < GROUPS; ++group) {                                    \
                const uint##bits##_t key = rs_key_##name(rs_load_u##bits(row, first + group));     \
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
        const uint##bits##_t bound = bounded ? find_bound_##name(row, columns, keep) : 0;          \
        uint32_t count = 0;                                                                        \
        for (uint32_t j = 0; j < columns; ++j) {                                                   \
            const uint##bits##_t key = rs_key_##name(rs_load_u##bits(row, j));                     \
            if (key >= bound) {                                                                    \
                candidate[count++] = (rs_candidate){key, j};                                       \
            }                                                                                      \
        }                                                                                          \
        return count;                                                                              \
    }

RS_FLOAT_MAP(DEFINE_FIND)
