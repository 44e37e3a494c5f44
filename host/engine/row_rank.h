/* row_rank.h - the part of the rank kernels that does not depend on the instruction set.
 *
 * Each instruction set has a loop that counts the columns ahead of one bound in a range of columns.
 * These macros make `rank`, `inspect`, `rank_within`, `beyond` and `tied` of it (row_kernel.h): a
 * label takes two ranges, before it and behind.
 */
#ifndef RS_ROW_RANK_H
#define RS_ROW_RANK_H

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "reassess/evaluator.h"

enum { RS_WITHIN_COLUMNS = 64 };

/* Columns beyond a bound, of RS_WITHIN_COLUMNS from `begin` on: where an instruction set has no way
 * of its own for so few. */
#define RS_DEFINE_64_FLOAT(name, type, count)                                                      \
    static inline uint32_t count_64_##name(const void *row, uint32_t begin, type bound)            \
    {                                                                                              \
        return count(row, begin, begin + RS_WITHIN_COLUMNS, bound);                                \
    }

#define RS_DEFINE_64_16(seen_type, seen_zero, count)                                               \
    static inline uint32_t count_64_16(const void *row, uint32_t begin, rs_bound16 bound)          \
    {                                                                                              \
        seen_type seen = seen_zero();                                                              \
        return count(row, begin, begin + RS_WITHIN_COLUMNS, bound, &seen);                         \
    }

/* `rank_within`: first the columns around the label, in a stretch of one length wherever it is, so
 * that there is nothing for a processor to guess wrong. Most labels are told by these. Only where
 * another column of them equals the label are they taken apart. count(row, begin, end, bound) is
 * that of the columns beyond a bound, count_64(row, begin, bound) the same of a stretch.
 *
 * `beyond` has no branch at all: for each label a stretch of the row that begins with those
 * columns, or ends with the row. */
#define RS_DEFINE_WITHIN(name, bound, bound_above, bound_from, count, count_64)                    \
    static uint32_t within_##name(const void *row, uint32_t columns, uint32_t label,               \
                                  uint32_t limit)                                                  \
    {                                                                                              \
        const bound above = (bound_above);                                                         \
        const bound from = (bound_from);                                                           \
        const uint32_t begin = label - label % RS_WITHIN_COLUMNS;                                  \
        const uint32_t end =                                                                       \
            columns - begin < RS_WITHIN_COLUMNS ? columns : begin + RS_WITHIN_COLUMNS;             \
        uint32_t ahead = count(row, begin, end, above);                                            \
        if (ahead <= limit && count(row, begin, end, from) - ahead != 1) {                         \
            ahead = count(row, begin, label, from) + count(row, label + 1u, end, above);           \
        }                                                                                          \
        if (ahead <= limit) {                                                                      \
            ahead += count(row, 0, begin, from);                                                   \
        }                                                                                          \
        return ahead > limit ? ahead : ahead + count(row, end, columns, above);                    \
    }                                                                                              \
                                                                                                   \
    static bool tied_##name(const void *row, uint32_t columns, uint32_t label)                     \
    {                                                                                              \
        return count(row, label + 1u, columns, (bound_from)) != 0;                                 \
    }                                                                                              \
                                                                                                   \
    static inline uint32_t outside_64_##name(const void *row, uint32_t label, uint32_t begin)      \
    {                                                                                              \
        const bound above = (bound_above);                                                         \
        return count_64(row, begin, above);                                                        \
    }                                                                                              \
                                                                                                   \
    static uint32_t beyond_##name(const void *row, uint32_t columns, const uint32_t *label,        \
                                  uint32_t limit)                                                  \
    {                                                                                              \
        uint32_t beyond = 0;                                                                       \
        if (columns < RS_WITHIN_COLUMNS) {                                                         \
            return 0;                                                                              \
        }                                                                                          \
        for (uint32_t i = 0; i < RS_LABELS_LOOKED; ++i) {                                          \
            const uint32_t last = columns - RS_WITHIN_COLUMNS;                                     \
            const uint32_t own = label[i] - label[i] % RS_WITHIN_COLUMNS;                          \
            const uint32_t ahead = outside_64_##name(row, label[i], own < last ? own : last);      \
            beyond |= (uint32_t)(ahead > limit) << i;                                              \
        }                                                                                          \
        return beyond;                                                                             \
    }

/* What `rank` counts, of a range before the label and one behind it. */
#define RS_DEFINE_AROUND_FLOAT(name, type, below, count)                                           \
    static inline uint32_t around_##name(const void *row, uint32_t columns, uint32_t label,        \
                                         type value)                                               \
    {                                                                                              \
        return count(row, 0, label, below(value)) + count(row, label + 1u, columns, value);        \
    }

#define RS_DEFINE_AROUND_16(count, seen_pointer)                                                   \
    static inline uint32_t around_16(const void *row, uint32_t columns, uint32_t label,            \
                                     rs_bound16 from, rs_bound16 above, seen_pointer seen)         \
    {                                                                                              \
        return count(row, 0, label, from, seen) + count(row, label + 1u, columns, above, seen);    \
    }

/* count(row, begin, end, bound) takes a NaN for ahead, so that a number with nothing ahead of it is
 * a proof, only +inf and NaN are ahead of `most`, the largest finite number, and nothing but a NaN
 * is ahead of +inf. */
#define RS_DEFINE_RANK_FLOAT(name, type, most, load, below, count)                                 \
    static bool rank_##name(const void *row, uint32_t columns, const uint32_t *label,              \
                            uint32_t labels, uint32_t *ahead)                                      \
    {                                                                                              \
        bool sound = false;                                                                        \
        for (uint32_t i = 0; i < labels; ++i) {                                                    \
            const type value = load(row, label[i]);                                                \
            ahead[i] = around_##name(row, columns, label[i], value);                               \
            sound = sound || (ahead[i] == 0 && value <= (most) && label[i] > 0);                   \
        }                                                                                          \
        return sound;                                                                              \
    }                                                                                              \
                                                                                                   \
    static uint8_t inspect_##name(const void *row, uint32_t columns)                               \
    {                                                                                              \
        const type first = load(row, 0);                                                           \
        uint8_t found = 0;                                                                         \
        if (count(row, 0, columns, most) != 0) {                                                   \
            if (count(row, 0, columns, (type)HUGE_VAL) != 0) {                                     \
                return RS_ROW_NAN;                                                                 \
            }                                                                                      \
            found = RS_ROW_INF;                                                                    \
        }                                                                                          \
        if (columns > 1 && load(row, columns - 1) == first &&                                      \
            count(row, 0, columns, first) == 0 &&                                                  \
            count(row, 0, columns, below(first)) == columns) {                                     \
            found |= RS_ROW_CONSTANT;                                                              \
        }                                                                                          \
        return found;                                                                              \
    }                                                                                              \
                                                                                                   \
    RS_DEFINE_WITHIN(name, type, load(row, label), below(load(row, label)), count, count_64_##name)

/* count(row, begin, end, bound, &seen) gathers in `seen` what found_nan(seen, infinity) looks at:
 * whether a pattern without its sign is above `infinity`. With the pattern before it infinities of
 * both signs are, too; those below zero are ordinary values, of classes that were masked out. */
#define RS_DEFINE_RANK_16(name, infinity, seen_type, seen_zero, count, found_nan)                  \
    static bool rank_##name(const void *row, uint32_t columns, const uint32_t *label,              \
                            uint32_t labels, uint32_t *ahead)                                      \
    {                                                                                              \
        seen_type seen = seen_zero();                                                              \
        bool first = false;                                                                        \
        bool finite = true;                                                                        \
        for (uint32_t i = 0; i < labels; ++i) {                                                    \
            const uint16_t bits = rs_load_u16(row, label[i]);                                      \
            if (rs_is_nan16(bits, infinity)) {                                                     \
                return false;                                                                      \
            }                                                                                      \
            ahead[i] = around_16(row, columns, label[i], rs_bound16_from(bits, infinity),          \
                                 rs_bound16_above(bits, infinity), &seen);                         \
            finite = finite && bits != (infinity);                                                 \
            first = first || (ahead[i] == 0 && bits != (infinity) && label[i] > 0);                \
        }                                                                                          \
        if (first) {                                                                               \
            return !found_nan(seen, infinity);                                                     \
        }                                                                                          \
        return labels > 0 && finite && ahead[0] != label[0] && !found_nan(seen, (infinity)-1u);    \
    }                                                                                              \
                                                                                                   \
    static uint8_t inspect_##name(const void *row, uint32_t columns)                               \
    {                                                                                              \
        const uint16_t first = rs_load_u16(row, 0);                                                \
        const rs_bound16 equal = rs_bound16_from(first, infinity);                                 \
        seen_type seen = seen_zero();                                                              \
        uint8_t found = 0;                                                                         \
        const uint32_t endless =                                                                   \
            count(row, 1, columns, rs_bound16_above((infinity)-1u, infinity), &seen);              \
        if (rs_is_nan16(first, infinity) || found_nan(seen, infinity)) {                           \
            return RS_ROW_NAN;                                                                     \
        }                                                                                          \
        if (first == (infinity) || endless != 0) {                                                 \
            found = RS_ROW_INF;                                                                    \
        }                                                                                          \
        if (columns > 1 && count(row, columns - 1, columns, equal, &seen) == 1 &&                  \
            count(row, 1, columns, rs_bound16_above(first, infinity), &seen) == 0 &&               \
            count(row, 1, columns, equal, &seen) == columns - 1) {                                 \
            found |= RS_ROW_CONSTANT;                                                              \
        }                                                                                          \
        return found;                                                                              \
    }                                                                                              \
                                                                                                   \
    static inline uint32_t outside_##name(const void *row, uint32_t begin, uint32_t end,           \
                                          rs_bound16 bound)                                        \
    {                                                                                              \
        seen_type seen = seen_zero();                                                              \
        return count(row, begin, end, bound, &seen);                                               \
    }                                                                                              \
                                                                                                   \
    RS_DEFINE_WITHIN(name, rs_bound16, rs_bound16_above(rs_load_u16(row, label), infinity),        \
                     rs_bound16_from(rs_load_u16(row, label), infinity), outside_##name,           \
                     count_64_16)

/* Of the kernels wide_NAME: rows narrower than a vector go to the portable kernel. */
#define RS_DEFINE_NARROW(name, dtype)                                                              \
    static bool rank_##name(const void *row, uint32_t columns, const uint32_t *label,              \
                            uint32_t labels, uint32_t *ahead)                                      \
    {                                                                                              \
        return columns >= RS_LANES_16                                                              \
                   ? rank_wide_##name(row, columns, label, labels, ahead)                          \
                   : rs_row_kernel_portable(dtype)->rank(row, columns, label, labels, ahead);      \
    }                                                                                              \
                                                                                                   \
    static uint8_t inspect_##name(const void *row, uint32_t columns)                               \
    {                                                                                              \
        return columns >= RS_LANES_16 ? inspect_wide_##name(row, columns)                          \
                                      : rs_row_kernel_portable(dtype)->inspect(row, columns);      \
    }                                                                                              \
                                                                                                   \
    static uint32_t within_##name(const void *row, uint32_t columns, uint32_t label,               \
                                  uint32_t limit)                                                  \
    {                                                                                              \
        return columns >= RS_LANES_16                                                              \
                   ? within_wide_##name(row, columns, label, limit)                                \
                   : rs_row_kernel_portable(dtype)->rank_within(row, columns, label, limit);       \
    }                                                                                              \
                                                                                                   \
    static uint32_t beyond_##name(const void *row, uint32_t columns, const uint32_t *label,        \
                                  uint32_t limit)                                                  \
    {                                                                                              \
        return beyond_wide_##name(row, columns, label, limit); /* they tell nothing of those */    \
    }                                                                                              \
                                                                                                   \
    static bool tied_##name(const void *row, uint32_t columns, uint32_t label)                     \
    {                                                                                              \
        return columns >= RS_LANES_16 ? tied_wide_##name(row, columns, label)                      \
                                      : rs_row_kernel_portable(dtype)->tied(row, columns, label);  \
    }

/* The row of a type in the table of an instruction set, and the table. */
#define RS_ROW_KERNEL(isa, ID, name, find, fetches)                                                \
    [RS_DTYPE_##                                                                                   \
        ID] = {rank_##name, inspect_##name, rs_measure_##name##_##isa, find, within_##name,        \
               beyond_##name, tied_##name, (fetches)},

#define RS_DEFINE_ROW_KERNELS(isa, ...)                                                            \
    const rs_row_kernel *rs_row_kernel_##isa(rs_dtype dtype)                                       \
    {                                                                                              \
        static const rs_row_kernel kernels[] = {__VA_ARGS__};                                      \
        const bool known = (size_t)dtype < sizeof kernels / sizeof kernels[0];                     \
        return known && kernels[dtype].rank != NULL ? &kernels[dtype] : NULL;                      \
    }

#endif
