/* label_stats.h - what a ground truth holds: sizes of its label sets, how the original labels do
 * against them, classes that share images, and the oracle that follows from the labels alone.
 */
#ifndef RS_LABEL_STATS_H
#define RS_LABEL_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/label_pairs.h"
#include "analyse/proportion.h"
#include "reassess/labels.h"
#include "reassess/metrics.h"

typedef struct rs_label_stats_options {
    rs_oracle_rows oracle_rows;
    double oracle_cut;           /* 0.9 */
    const bool *oracle_excluded; /* [classes]; NULL: none */
    size_t pairs;                /* how many pairs of either order are wanted */
    const bool *rated;           /* [rows] images that raters saw; NULL: not known */
} rs_label_stats_options;

typedef struct rs_label_class {
    uint64_t images;      /* with this original label */
    uint64_t nonempty;    /* of them with a set that is not empty */
    uint64_t in_set;      /* of them with this class in the set */
    uint64_t real_images; /* sets that hold this class, whatever the original label */
    uint64_t real_alone;  /* of them those that hold nothing else */
    uint64_t oracle_rows;
    double oracle_accuracy; /* meaningless when oracle_rows is 0 */
    bool below_cut;         /* has oracle rows, and their accuracy is below the cut */
    bool considered;        /* below the cut, and not excluded */
} rs_label_class;

typedef struct rs_label_stats {
    uint64_t rows;
    uint64_t known;     /* rows with an original label */
    uint64_t evaluated; /* rows with a set that is not empty */
    uint64_t empty;
    uint64_t labels;    /* in all sets together */
    uint64_t several;   /* rows with more than one label */
    bool rated_known;
    uint64_t rated;         /* rows that raters saw */
    uint64_t rated_several; /* of them with more than one label */
    uint32_t largest_set;
    uint64_t *set_sizes; /* [largest_set + 1] rows with a set of each size */

    /* The ReaL accuracy of the original labels themselves: rows with both a label and a set. */
    uint64_t own_correct;
    uint64_t own_total;
    rs_proportion own; /* meaningless when own_total is 0 */

    uint64_t oracle_rows;
    double oracle_expected; /* meaningless when oracle_rows is 0 */
    double oracle_stddev;
    uint32_t classes_below_cut;
    uint32_t classes_considered; /* without the excluded ones */

    uint32_t classes;
    rs_label_class *per_class; /* [classes] */

    rs_label_pairs pairs;
} rs_label_stats;

/* Fills *stats, which rs_label_stats_clear empties again. `options` may be NULL: the article's
 * choices, no class excluded, 10 pairs. */
rs_status rs_label_stats_compute(const rs_labels *labels, const rs_label_stats_options *options,
                                 rs_label_stats *stats, rs_error *error);
void rs_label_stats_clear(rs_label_stats *stats);

#endif
