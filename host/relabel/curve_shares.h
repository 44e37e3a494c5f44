/* curve_shares.h - precision, recall and F1 with their intervals: pairs come image by image. */
#ifndef RS_CURVE_SHARES_H
#define RS_CURVE_SHARES_H

#include <stdint.h>

#include "analyse/clustered_share.h"

/* 95 % intervals with images as clusters; NaN at both ends where fewer than two images have any. */
typedef struct rs_share_ends {
    rs_interval precision;
    rs_interval recall;
    rs_interval f1;
} rs_share_ends;

/* Of the golden pairs of one image. */
typedef struct rs_image_counts {
    uint32_t taken;
    uint32_t right;
    uint32_t present;
} rs_image_counts;

/* Sums over images; all zeros are none. */
typedef struct rs_share_sums {
    rs_clusters precision; /* right of taken */
    rs_clusters recall;    /* right of present */
    rs_clusters f1;        /* 2 right of taken + present */
} rs_share_sums;

/* An image of the sums has changed; one that is new was all zeros. */
void rs_share_sums_change(rs_share_sums *sums, rs_image_counts before, rs_image_counts after);

rs_share_ends rs_share_sums_ends(rs_share_sums *sums);

#endif
