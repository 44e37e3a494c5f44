/* clustered_share.h - the share of something over clusters that were drawn as a whole.
 *
 * Golden pairs come image by image: an image that is easy to judge is so for all of its classes, so
 * 1,135 pairs of 155 images say less than 1,135 pairs of as many images would. The interval is
 * Wilson's for the number of independent pairs that would scatter as much as these images do (the
 * effective size; E. L. Korn and B. I. Graubard, Survey Methodology 24, 1998), with Student's
 * quantile for the number of images.
 */
#ifndef RS_CLUSTERED_SHARE_H
#define RS_CLUSTERED_SHARE_H

#include <stdint.h>

#include "analyse/proportion.h"

/* One cluster: `part` of `whole`, part <= whole. */
typedef struct rs_cluster {
    uint32_t part;
    uint32_t whole;
} rs_cluster;

/* Sums over clusters; all zeros are none. */
typedef struct rs_clusters {
    uint64_t count; /* clusters in which there is something: whole > 0 */
    uint64_t part, whole;
    uint64_t part2, cross, whole2; /* sums of part^2, part whole, whole^2 */
    double quantile;               /* of Student's t, for `quantile_of` clusters */
    uint64_t quantile_of;
} rs_clusters;

void rs_clusters_add(rs_clusters *clusters, rs_cluster cluster);

/* The same cluster, which has become another. */
void rs_clusters_change(rs_clusters *clusters, rs_cluster before, rs_cluster after);

/* The 95 % interval of part / whole. NaN at both ends with fewer than two clusters. */
rs_interval rs_clusters_interval(rs_clusters *clusters);

#endif
