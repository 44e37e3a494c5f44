/* comparison.h - every two of several models on the same images: who is better, and is it chance?
 *
 * Defined in docs/METRICS.md, "Two models on the same images".
 */
#ifndef RS_COMPARISON_H
#define RS_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/bootstrap.h"
#include "analyse/outcomes.h"
#include "analyse/tango.h"

enum { RS_COMPARE_SEED = 1 };

/* One measure of a pair. Without counted images (rs_comparison.total is 0) all of it is 0, and
 * log_p is that of p = 1. */
typedef struct rs_paired {
    uint64_t both; /* images that both have right, ... */
    uint64_t first_only;
    uint64_t second_only;
    uint64_t neither;
    double difference;   /* of the accuracies, first minus second */
    double stderr_value; /* of paired images */
    rs_interval score;   /* its 95 % interval: Tango's; both ends 0 without counted images */
    double detectable;   /* the least difference that would show in 80 % of draws; 0: none */
    double log_p;        /* natural logarithm of the exact McNemar p */
    double holm_p;    /* Holm's adjusted p over all pairs, by this measure; below 1e-308 it is 0 */
    bool significant; /* at 5 % after Holm */
    rs_bootstrap_interval bootstrap; /* of the difference; replicates 0: none */
} rs_paired;

typedef struct rs_model_pair {
    size_t first; /* the earlier model */
    size_t second;
    uint64_t same_prediction; /* images on which both answer the same class */
    rs_paired by[RS_MEASURES];
} rs_model_pair;

typedef struct rs_comparison {
    size_t models;
    uint64_t images;
    uint64_t total[RS_MEASURES];    /* counted images */
    uint64_t *correct[RS_MEASURES]; /* [models] */
    rs_model_pair *pair;            /* [pair_count] (0, 1), (0, 2), ..., (1, 2), ... */
    size_t pair_count;
    uint64_t significant[RS_MEASURES]; /* pairs */
    uint64_t replicates;
    uint64_t seed;
    size_t patterns; /* different ones of right and wrong */
} rs_comparison;

/* Compares the models of *outcomes. Threads of `pool` share the work, `evaluator` multiplies. Clear
 * *comparison in any case. */
rs_status rs_comparison_make(const rs_outcomes *outcomes, const rs_bootstrap_options *options,
                             rs_evaluator *evaluator, rs_thread_pool *pool, const rs_watch *watch,
                             rs_comparison *comparison, rs_error *error);
void rs_comparison_clear(rs_comparison *comparison);

/* Two models among some images: [words] a bit each, NULL: all; `total` of them are counted. Neither
 * Holm's correction nor the bootstrap is in it. */
rs_paired rs_paired_among(const rs_outcomes *outcomes, rs_measure measure, const uint64_t *among,
                          uint64_t total, size_t first, size_t second);

/* The pair of two different models, whichever is earlier. */
const rs_model_pair *rs_comparison_pair(const rs_comparison *comparison, size_t a, size_t b);

#endif
