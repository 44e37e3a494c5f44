/* propose_scan.h - what one model proposes: first predictions, and the largest values of the whole
 * set.
 *
 * Further labels are not so many an image: one budget is spent on the pairs of an image and a class
 * with the largest logits, another on those with the largest probabilities, over all images.
 * First predictions are proposed anyway and are not counted in a budget. One pass over the rows.
 */
#ifndef RS_PROPOSE_SCAN_H
#define RS_PROPOSE_SCAN_H

#include "evaluate/doubt.h"
#include "reassess/evaluator.h"
#include "relabel/largest.h"

typedef struct rs_scan_options {
    const rs_label_view *labels; /* how many rows and classes there are */
    const rs_class_map *map;     /* NULL: column j is class j */
    const uint32_t *order;       /* row i is image order[i]; NULL: image i */
    rs_values values;            /* what the numbers are */
    uint64_t extra;              /* the budget, for logits and for probabilities each */
    const rs_watch *watch;       /* may be NULL */
} rs_scan_options;

/* Free with rs_model_scan_clear. */
typedef struct rs_model_scan {
    uint32_t rows;
    int32_t *first;     /* [rows] of each image; -1: none */
    rs_largest logits;  /* finished; empty where the numbers are probabilities */
    rs_largest probs;   /* likewise; empty for ranked predictions with logits */
    uint64_t invalid;   /* rows with a NaN, or without any prediction: they propose nothing */
    rs_rank_hits hits;  /* of ranked predictions */
    uint64_t shapeless; /* rows whose largest logit is infinite: they have no probabilities */
} rs_model_scan;

/* Reads all rows of `source`: floats, from which probabilities follow by the softmax over the
 * classes; or ranked predictions, whose values are `scores` (the floats they were ranked by; NULL:
 * none, then extra must be 0). */
rs_status rs_model_scan_run(const rs_scan_options *options, rs_source *source, rs_source *scores,
                            rs_model_scan *scan, rs_error *error);
void rs_model_scan_clear(rs_model_scan *scan);

#endif
