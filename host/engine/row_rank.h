/* row_rank.h - the part of a rank kernel that does not depend on the instruction set.
 *
 * Each instruction set has a loop that counts the columns ahead of one bound in a range of columns,
 * and these macros make a `rank` of it (row_kernel.h): two ranges a label, then the proof that the
 * row is clean.
 */
#ifndef RS_ROW_RANK_H
#define RS_ROW_RANK_H

/* count(row, begin, end, bound) takes a NaN for ahead. A label with nothing ahead proves the row
 * clean; else nothing but a NaN is ahead of +inf. */
#define RS_DEFINE_RANK_FLOAT(name, type, load, below, count)                                       \
    static bool rank_##name(const void *row, uint32_t columns, const uint32_t *label,              \
                            uint32_t labels, uint32_t *ahead)                                      \
    {                                                                                              \
        bool clean = false;                                                                        \
        for (uint32_t i = 0; i < labels; ++i) {                                                    \
            const type value = load(row, label[i]);                                                \
            if (isnan(value)) {                                                                    \
                return false;                                                                      \
            }                                                                                      \
            ahead[i] = count(row, 0, label[i], below(value)) +                                     \
                       count(row, label[i] + 1u, columns, value);                                  \
            clean = clean || ahead[i] == 0;                                                        \
        }                                                                                          \
        return clean || count(row, 0, columns, (type)HUGE_VAL) == 0;                               \
    }

/* count(row, begin, end, bound, &seen) gathers in `seen` what found_nan(seen, infinity) looks
 * at. */
#define RS_DEFINE_RANK_16(name, infinity, seen_type, seen_zero, count, found_nan)                  \
    static bool rank_##name(const void *row, uint32_t columns, const uint32_t *label,              \
                            uint32_t labels, uint32_t *ahead)                                      \
    {                                                                                              \
        seen_type seen = seen_zero();                                                              \
        if (labels == 0) {                                                                         \
            (void)count(row, 0, columns, (rs_bound16){0, 0}, &seen);                               \
        }                                                                                          \
        for (uint32_t i = 0; i < labels; ++i) {                                                    \
            const uint16_t bits = rs_load_u16(row, label[i]);                                      \
            if (rs_is_nan16(bits, infinity)) {                                                     \
                return false;                                                                      \
            }                                                                                      \
            ahead[i] =                                                                             \
                count(row, 0, label[i], rs_bound16_from(bits, infinity), &seen) +                  \
                count(row, label[i] + 1u, columns, rs_bound16_above(bits, infinity), &seen);       \
        }                                                                                          \
        return !found_nan(seen, infinity);                                                         \
    }

#endif
