/* propose_golden.h - proposals held against a golden set: what the search over subsets works on. */
#ifndef RS_PROPOSE_GOLDEN_H
#define RS_PROPOSE_GOLDEN_H

#include "relabel/golden.h"
#include "relabel/image_rows.h"
#include "relabel/proposals.h"
#include "relabel/subset_search.h"

/* What every subset has of one image of the golden set. */
typedef struct rs_golden_image {
    uint32_t always; /* proposals whatever the models: the original label, 1 or 0 */
    uint32_t always_right;
    uint32_t present; /* pairs that are there, proposed or not */
} rs_golden_image;

/* Free with rs_golden_proposals_clear. */
typedef struct rs_golden_proposals {
    rs_subset_task task; /* points into the two arrays below */
    uint32_t *mask;
    uint8_t *is_right;
    uint32_t *image;           /* [task.count] of the golden set, in the order of the rows */
    uint32_t images;           /* of the golden set */
    rs_golden_image *of_image; /* [images] */
    uint32_t judged;           /* pairs that it judges */
    uint32_t missed;           /* of those that are there, how many no model proposes */
    uint32_t unjudged;         /* proposed for images of the set, but not judged */
} rs_golden_proposals;

/* Proposals that the golden set does not judge count as absent if `unjudged_absent`, else they are
 * left out. RS_MISMATCH when nothing of the golden set is there. */
rs_status rs_golden_proposals_make(const rs_proposals *proposals, const rs_golden *golden,
                                   const rs_image_rows *images, bool unjudged_absent,
                                   rs_golden_proposals *made, rs_error *error);
void rs_golden_proposals_clear(rs_golden_proposals *made);

#endif
