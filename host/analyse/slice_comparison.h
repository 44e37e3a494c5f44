/* slice_comparison.h - pairs of models in groups of images (labels/slices.h): where is one better?
 *
 * Defined as for all images (docs/METRICS.md, "Two models on the same images"); Holm's correction
 * is over all pairs in all groups, since all of them are looked at.
 */
#ifndef RS_SLICE_COMPARISON_H
#define RS_SLICE_COMPARISON_H

#include "analyse/comparison.h"
#include "labels/slices.h"

typedef struct rs_slice_comparison {
    const rs_slices *slices; /* not owned */
    size_t models, pairs;
    uint64_t *images;                /* [groups] that were scored */
    uint64_t *total[RS_MEASURES];    /* [groups] counted images */
    uint64_t *correct[RS_MEASURES];  /* [groups * models] */
    rs_paired *paired[RS_MEASURES];  /* [groups * pairs] in the order of rs_comparison.pair; no
                                        bootstrap */
    uint64_t tests[RS_MEASURES];     /* pairs in groups with counted images */
    uint64_t significant[RS_MEASURES];
} rs_slice_comparison;

/* `pairs`: those of the models of *outcomes. Threads of `pool` share the work. Clear *made in any
 * case. */
rs_status rs_slice_comparison_make(const rs_outcomes *outcomes, const rs_comparison *pairs,
                                   const rs_slices *slices, rs_thread_pool *pool,
                                   rs_slice_comparison *made, rs_error *error);
void rs_slice_comparison_clear(rs_slice_comparison *made);

#endif
