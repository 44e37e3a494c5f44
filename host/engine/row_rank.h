/* row_rank.h - the part of the rank kernels that does not depend on the instruction set.
 *
 * Each instruction set has a loop that counts the columns ahead of one bound in a range of columns.
 * These macros make `rank` and `has_nan` of it (row_kernel.h): a label takes two ranges, before it
 * and behind.
 */
#ifndef RS_ROW_RANK_H
#define RS_ROW_RANK_H

/* count(row, begin, end, bound) takes a NaN for ahead, so that a number with nothing ahead of it is
 * a proof, and nothing but a NaN is ahead of +inf. */
#define RS_DEFINE_RANK_FLOAT(name, type, load, below, count)                                       \
    static bool rank_##name(const void *row, uint32_t columns, const uint32_t *label,              \
                            uint32_t labels, uint32_t *ahead)                                      \
    {                                                                                              \
        bool clean = false;                                                                        \
        for (uint32_t i = 0; i < labels; ++i) {                                                    \
            const type value = load(row, label[i]);                                                \
            ahead[i] =                                                                             \
                count(row, 0, label[i], below(value)) + count(row, label[i] + 1u, columns, value); \
            clean = clean || (ahead[i] == 0 && !isnan(value));                                     \
        }                                                                                          \
        return clean;                                                                              \
    }                                                                                              \
                                                                                                   \
    static bool has_nan_##name(const void *row, uint32_t columns)                                  \
    {                                                                                              \
        return count(row, 0, columns, (type)HUGE_VAL) != 0;                                        \
    }

/* count(row, begin, end, bound, &seen) gathers in `seen` what found_nan(seen, infinity) looks
 * at. */
#define RS_DEFINE_RANK_16(name, infinity, seen_type, seen_zero, count, found_nan)                  \
    static bool rank_##name(const void *row, uint32_t columns, const uint32_t *label,              \
                            uint32_t labels, uint32_t *ahead)                                      \
    {                                                                                              \
        seen_type seen = seen_zero();                                                              \
        for (uint32_t i = 0; i < labels; ++i) {                                                    \
            const uint16_t bits = rs_load_u16(row, label[i]);                                      \
            if (rs_is_nan16(bits, infinity)) {                                                     \
                return false;                                                                      \
            }                                                                                      \
            ahead[i] =                                                                             \
                count(row, 0, label[i], rs_bound16_from(bits, infinity), &seen) +                  \
                count(row, label[i] + 1u, columns, rs_bound16_above(bits, infinity), &seen);       \
        }                                                                                          \
        return labels > 0 && !found_nan(seen, infinity);                                           \
    }                                                                                              \
                                                                                                   \
    static bool has_nan_##name(const void *row, uint32_t columns)                                  \
    {                                                                                              \
        seen_type seen = seen_zero();                                                              \
        (void)count(row, 0, columns, (rs_bound16){0, 0}, &seen);                                   \
        return found_nan(seen, infinity);                                                          \
    }

#endif
