/* multiple_tests.c - Holm's procedure. */
#include "analyse/multiple_tests.h"

#include <math.h>
#include <stdlib.h>

#include "base/compare.h"

RS_SORTS(by_p_then_index, rs_tested)
{
    RS_ORDER_BY(left->p, right->p);
    return RS_COMPARE(left->index, right->index);
}

/* A p that is the level but for rounding is at most the level. */
#define ROUNDING 1e-12

uint32_t rs_holm(rs_tested *test, size_t count, double level)
{
    uint32_t found = 0;
    double adjusted = 0.0;
    if (count > 1) {
        qsort(test, count, sizeof *test, by_p_then_index);
    }
    for (size_t i = 0; i < count; ++i) {
        /* ascends: the first one that fails ends it, even where a later one would pass */
        adjusted = fmax(adjusted, (double)(count - i) * test[i].p);
        test[i].adjusted = fmin(adjusted, 1.0);
        test[i].significant = adjusted <= level * (1.0 + ROUNDING);
        found += test[i].significant;
    }
    return found;
}
