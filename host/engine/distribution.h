/* distribution.h - rows that are said to be probabilities, and are none.
 *
 * Probabilities lie in [0, 1] and add up to 1. A dtype rounds each of them, so both hold as nearly
 * as that explains, and as sums of many terms in floats, in which most are computed, can be off. C
 * and CUDA compile what finds such a row; what it saw travels as one integer, of which the largest
 * belongs to the first such row.
 */
#ifndef RS_DISTRIBUTION_H
#define RS_DISTRIBUTION_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/host_device.h"
#include "reassess/labels.h"
#include "reassess/logits.h"

typedef struct rs_distribution_limits {
    double slack; /* how far an entry may be above 1, and a sum from it */
    bool partial; /* a class map has dropped or merged columns: the sum may be below 1 */
} rs_distribution_limits;

enum { RS_FAULT_NONE = 0, RS_FAULT_ENTRY = 1, RS_FAULT_SUM = 2, RS_FAULT_BITS = 3 };

/* What is wrong with a row of these extremes and this sum; *seen is the number that shows it. A row
 * with a NaN is invalid, which is counted elsewhere. */
static inline RS_HOST_DEVICE int rs_distribution_fault(const rs_distribution_limits *limits,
                                                       double least, double largest, double sum,
                                                       double *seen)
{
    if (sum != sum && !(least < -1e308 && largest > 1e308)) { /* not of two infinities */
        return RS_FAULT_NONE;
    }
    if (least < 0.0 || largest > 1.0 + limits->slack) {
        *seen = least < 0.0 ? least : largest;
        return RS_FAULT_ENTRY;
    }
    *seen = sum;
    return sum > 1.0 + limits->slack || (!limits->partial && sum < 1.0 - limits->slack)
               ? RS_FAULT_SUM
               : RS_FAULT_NONE;
}

/* 0 is no row; rows are fewer than 2^32. */
static inline RS_HOST_DEVICE uint64_t rs_pack_fault(uint64_t row, int fault, double seen)
{
    const float narrow = (float)seen;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    bits = (bits & ~(uint32_t)RS_FAULT_BITS) | (uint32_t)fault;
    return (UINT64_C(0xffffffff) - row) << 32 | bits;
}

#ifndef __CUDACC__
/* Of rows that are averages of checked ones: none. They are as far off as the coarsest of those. */
rs_distribution_limits rs_distribution_limits_none(void);
/* `map` NULL: none. */
rs_distribution_limits rs_distribution_limits_of(rs_dtype dtype, uint32_t columns,
                                                 const rs_class_map *map);

/* RS_OK for 0; otherwise RS_FORMAT, naming the row. */
rs_status rs_distribution_check(uint64_t packed, const char *path, rs_error *error);
#endif

#endif
