/* bootstrap.h - what other draws of as many images would have given, for many models at once.
 *
 * A replicate draws images with replacement; how many of the drawn ones a model has right is a sum
 * of products, replicate's counts times right or wrong, so that all replicates of all models are
 * one matrix product, on whatever engine multiplies. All are sums of integers and exact: the same
 * seed gives the same numbers on every engine, with any number of threads.
 */
#ifndef RS_BOOTSTRAP_H
#define RS_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/patterns.h"
#include "engine/thread_pool.h"
#include "reassess/evaluator.h"

#define RS_BOOTSTRAP_GENERATOR "xoshiro256** seeded by splitmix64, a stream a replicate"

typedef struct rs_bootstrap_options {
    uint64_t replicates;
    uint64_t seed;  /* replicate r draws from the generator (seed, r), r = 1, 2, ... */
    uint64_t block; /* replicates of one product; 0: chosen here. Shows in no result */
    bool wide;      /* multiply in double precision; chosen where the images need it */
} rs_bootstrap_options;

typedef struct rs_bootstrap {
    uint64_t replicates;
    size_t columns;
    uint32_t *sum; /* [columns * replicates] column after column: drawn images with the bit set */
} rs_bootstrap;

/* `watch` is told of finished replicates; it may be NULL. Clear *bootstrap in any case. */
rs_status rs_bootstrap_run(const rs_patterns *patterns, const rs_bootstrap_options *options,
                           rs_evaluator *evaluator, rs_thread_pool *pool, const rs_watch *watch,
                           rs_bootstrap *bootstrap, rs_error *error);
void rs_bootstrap_clear(rs_bootstrap *bootstrap);

typedef struct rs_bootstrap_interval {
    uint64_t replicates; /* that drew an image of the total; with none there is no interval */
    double mean;
    double stderr_value; /* standard deviation over the replicates */
    double low;          /* 2.5 % and 97.5 % points, linear between the two nearest replicates */
    double high;
} rs_bootstrap_interval;

/* Of models that never part all replicates are the same: nothing scatters, and there is none. */
static inline bool rs_bootstrap_has_interval(const rs_bootstrap_interval *interval)
{
    return interval->replicates > 0 && interval->low < interval->high;
}

/* Of (first - second) / total, each [replicates] sums. `work` has room for as many numbers. */
rs_bootstrap_interval rs_bootstrap_difference(const uint32_t *first, const uint32_t *second,
                                              const uint32_t *total, uint64_t replicates,
                                              double *work);

#endif
