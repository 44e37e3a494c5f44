/* compare.h - what comes first: the one way to compare that a sort asks for. */
#ifndef RS_COMPARE_H
#define RS_COMPARE_H

#include <stdint.h>

/* -1, 0 or 1 as `a` is below, equal to or above `b`. A NaN is equal to everything: where there can
 * be some, they are set apart before. */
#define RS_COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

/* Ends a comparison unless the two are equal: the smaller first, or with the two exchanged the
 * larger. */
#define RS_ORDER_BY(a, b) \
    do { \
        if (RS_COMPARE(a, b) != 0) { \
            return RS_COMPARE(a, b); \
        } \
    } while (0)

/* Comparisons of numbers, for qsort. */
static inline int rs_ascending_u32(const void *left, const void *right)
{
    return RS_COMPARE(*(const uint32_t *)left, *(const uint32_t *)right);
}

static inline int rs_ascending_u64(const void *left, const void *right)
{
    return RS_COMPARE(*(const uint64_t *)left, *(const uint64_t *)right);
}

static inline int rs_ascending_f64(const void *left, const void *right)
{
    return RS_COMPARE(*(const double *)left, *(const double *)right);
}

static inline int rs_descending_f64(const void *left, const void *right)
{
    return rs_ascending_f64(right, left);
}

/* The head of a comparison for qsort and bsearch, whose body compares `left` with `right`, two
 * elements of `type`:
 *
 *     RS_SORTS(by_size, image_key)
 *     {
 *         RS_ORDER_BY(right->size, left->size);
 *         return RS_COMPARE(left->image, right->image);
 *     }
 */
#define RS_SORTS(name, type)                                                                       \
    static int name##_typed(const type *left, const type *right);                                  \
    static int name(const void *left, const void *right)                                           \
    {                                                                                              \
        return name##_typed(left, right);                                                          \
    }                                                                                              \
    static int name##_typed(const type *left, const type *right)

#endif
