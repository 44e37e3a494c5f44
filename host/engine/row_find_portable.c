/* row_find_portable.c - columns that may be among the best few, in plain C.
 *
 * Two sweeps, the second in the cache. The first keeps the largest value of each of 64 groups of
 * columns, or key (base/row_order.h) of those of 16 bits. The k-th largest of these is a bound: k
 * columns at least reach it, so whatever does not is not among the best k. The second sweep writes
 * down who reaches it: a few more than k as a rule.
 */
#include "engine/row_kernel_portable.h"

#include <math.h>

#include "base/row_value.h"

enum { GROUPS = 64, STEP = 16 };

/* The keep-th largest; the largest are moved to the front. */
#define DEFINE_BOUND(name, type)                                                                   \
    static type bound_##name(type best[], uint32_t keep)                                           \
    {                                                                                              \
        type bound = best[0];                                                                      \
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
    }

/* Of values as they are compared: `of(row, j)` is one of `type`, `least` no more than any. Only
 * what reaches the bound needs a key of its own, where values are not keys themselves. */
#define DEFINE_FIND(name, bits, type, of, least, key_of)                                           \
    DEFINE_BOUND(name, type)                                                                       \
                                                                                                   \
    /* The bound of whole groups of 64 columns; those behind them may all be candidates. */        \
    static type find_bound_##name(const void *row, uint32_t columns, uint32_t keep)                \
    {                                                                                              \
        type best[GROUPS];                                                                         \
        for (uint32_t group = 0; group < GROUPS; ++group) {                                        \
            best[group] = (least);                                                                 \
        }                                                                                          \
        for (uint32_t first = 0; columns - first >= GROUPS; first += GROUPS) {                     \
            for (uint32_t group = 0; group < GROUPS; ++group) {                                    \
                const type value = of(row, first + group);                                         \
                best[group] = value > best[group] ? value : best[group];                           \
            }                                                                                      \
        }                                                                                          \
        return bound_##name(best, keep);                                                           \
    }                                                                                              \
                                                                                                   \
    /* Nearly all steps are passed over as a whole. */                                             \
    static bool is_reached_##name(const void *row, uint32_t j, type bound)                         \
    {                                                                                              \
        uint##bits##_t reached = 0;                                                                \
        for (uint32_t i = 0; i < STEP; ++i) {                                                      \
            reached = (uint##bits##_t)(reached + (of(row, j + i) >= bound));                       \
        }                                                                                          \
        return reached > 0;                                                                        \
    }                                                                                              \
                                                                                                   \
    uint32_t rs_find_##name##_portable(const void *row, uint32_t columns, uint32_t keep,           \
                                       rs_candidate *candidate)                                    \
    {                                                                                              \
        const bool bounded = keep <= GROUPS && columns > 2 * GROUPS;                               \
        const type bound = bounded ? find_bound_##name(row, columns, keep) : (least);              \
        uint32_t count = 0;                                                                        \
        for (uint32_t first = 0; first < columns; first += STEP) {                                 \
            const uint32_t end = columns - first < STEP ? columns : first + STEP;                  \
            if (end - first == STEP && !is_reached_##name(row, first, bound)) {                    \
                continue;                                                                          \
            }                                                                                      \
            for (uint32_t j = first; j < end; ++j) {                                               \
                if (of(row, j) >= bound) {                                                         \
                    candidate[count++] = (rs_candidate){key_of(row, j), j};                        \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
        return count;                                                                              \
    }

#define KEY_AT(name, bits)                                                                         \
    static inline uint##bits##_t key_at_##name(const void *row, uint32_t column)                   \
    {                                                                                              \
        return rs_key_##name(rs_load_u##bits(row, column));                                        \
    }

KEY_AT(f32, 32)
KEY_AT(f64, 64)

/* The keys of row_order.h without a branch, of which compilers make lanes: bits below zero turned
 * around, those of -0 then one more, and every NaN the largest. */
#define KEY_AT_16(ID, name, bits, infinity, normal)                                                \
    static inline uint16_t key_at_##name(const void *row, uint32_t column)                         \
    {                                                                                              \
        const uint16_t pattern = rs_load_u16(row, column);                                         \
        const uint16_t magnitude = pattern & 0x7fffu;                                              \
        const uint16_t negative = (uint16_t)((int16_t)pattern >> 15);                              \
        const uint16_t nan = (uint16_t)-(magnitude > (infinity));                                  \
        const uint16_t key = (uint16_t)(pattern ^ (negative | 0x8000u));                           \
        return (uint16_t)(key + (pattern == 0x8000u)) | nan;                                       \
    }

RS_FLOATS_16(KEY_AT_16)

/* Processors compare floats in lanes, and keys of 64 bits often not. */
DEFINE_FIND(f32, 32, float, rs_load_f32, -HUGE_VALF, key_at_f32)
DEFINE_FIND(f64, 64, double, rs_load_f64, -HUGE_VAL, key_at_f64)
#define FIND_16(ID, name, bits, infinity, normal)                                                  \
    DEFINE_FIND(name, 16, uint16_t, key_at_##name, 0, key_at_##name)
RS_FLOATS_16(FIND_16)
