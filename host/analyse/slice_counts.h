/* slice_counts.h - accuracies of groups of images (labels/slices.h), counted from ranks.
 */
#ifndef RS_SLICE_COUNTS_H
#define RS_SLICE_COUNTS_H

#include "labels/slices.h"
#include "reassess/evaluator.h"
#include "reassess/metrics.h"

/* Of one group. */
typedef struct rs_slice_count {
    uint64_t known;    /* rows with an original label */
    uint64_t nonempty; /* rows with a label set */
    uint64_t imagenet[RS_TOPK_MAX]; /* of them, right among the first topk[k] */
    uint64_t real[RS_TOPK_MAX];
} rs_slice_count;

/* Of all groups. Free with rs_slice_counts_free. */
typedef struct rs_slice_counts {
    const rs_slices *slices; /* not owned */
    uint32_t topk_count;
    uint32_t topk[RS_TOPK_MAX];
    rs_slice_count *count; /* [slices->count], behind this */
} rs_slice_counts;

/* Rows of a pass. */
typedef struct rs_slice_rows {
    rs_row_range rows;
    const rs_label_view *labels; /* in their order */
    const uint32_t *image;       /* [end] which image each is; NULL: its own number */
    const uint32_t *rank;        /* [end - begin], as rs_row_results has them */
    const uint32_t *real_rank;
} rs_slice_rows;

/* `shape`: of the tally, for the values of K. */
rs_status rs_slice_counts_make(const rs_slices *slices, const rs_tally_shape *shape,
                               const rs_slice_rows *rows, rs_slice_counts **counts,
                               rs_error *error);
/* None counted yet. */
rs_status rs_slice_counts_create(const rs_slices *slices, rs_slice_counts **counts,
                                 rs_error *error);
/* Adds those of other rows. False, and nothing was added, where the groups or the values of K are
 * others. */
bool rs_slice_counts_add(rs_slice_counts *sum, const rs_slice_counts *part);
void rs_slice_counts_free(rs_slice_counts *counts);

/* Accuracy number k of a group, "imagenet_topK" or "real_topK". */
rs_metric rs_slice_metric(const rs_slice_counts *counts, uint32_t group, uint32_t k, bool real);

#endif
