/* proposals.h - which models propose which label for which image.
 *
 * One entry a pair of an image and a class, with sets of models: bit m stands for model m. The
 * original label is always there, whoever proposes it.
 */
#ifndef RS_PROPOSALS_H
#define RS_PROPOSALS_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "relabel/candidates.h"
#include "relabel/propose_scan.h"

typedef struct rs_proposal {
    uint64_t place;  /* image and class (relabel/largest.h) */
    uint32_t first;  /* models whose first prediction it is */
    uint32_t logits; /* models among whose largest logits it is */
    uint32_t probs;  /* models among whose largest probabilities it is */
} rs_proposal;

/* Free with rs_proposals_clear. */
typedef struct rs_proposals {
    const rs_label_view *labels;
    uint32_t models;
    rs_proposal *list; /* [count] in ascending order of place */
    uint64_t count;
} rs_proposals;

static inline uint32_t rs_proposal_models(const rs_proposal *proposal)
{
    return proposal->first | proposal->logits | proposal->probs;
}

/* Begins with the original labels, which must outlive the proposals. */
rs_status rs_proposals_begin(const rs_label_view *labels, rs_proposals *proposals, rs_error *error);

/* Adds what one more model proposes. RS_RANGE above RS_PROPOSE_MODELS_MAX. */
rs_status rs_proposals_add(rs_proposals *proposals, const rs_model_scan *scan, rs_error *error);

/* What is left when only the models of `subset` are asked. They are numbered anew, in their order;
 * original labels stay. */
void rs_proposals_keep(rs_proposals *proposals, uint32_t subset);

typedef struct rs_proposals_counts {
    uint64_t candidates; /* pairs, with the original labels */
    uint64_t rated;      /* images on which not all models answer the original label first */
    uint64_t rated_candidates;
} rs_proposals_counts;

/* As they would be if only the models of `subset` were asked. */
rs_proposals_counts rs_proposals_count(const rs_proposals *proposals, uint32_t subset);

void rs_proposals_clear(rs_proposals *proposals);

#endif
