/* compare.h - what comes first: the one way to compare that a sort asks for. */
#ifndef RS_COMPARE_H
#define RS_COMPARE_H

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

#endif
