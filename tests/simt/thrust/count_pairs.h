/* count_pairs.h - keys in device memory, to be counted. */
#ifndef SIMT_THRUST_COUNT_PAIRS_H
#define SIMT_THRUST_COUNT_PAIRS_H

#include <stddef.h>
#include <stdint.h>

struct pair_counts {
    uint64_t *keys; /* count of them; sorted afterwards */
    size_t count;
    uint64_t *unique; /* room for count */
    unsigned *counts;
    size_t found; /* out: different keys */
};

void count_pairs(void *user_data); /* of a pair_counts */

#endif
