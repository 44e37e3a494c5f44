/* curve_in_sample.h - did the golden set that judges scores help to make them? */
#ifndef RS_CURVE_IN_SAMPLE_H
#define RS_CURVE_IN_SAMPLE_H

#include "relabel/golden.h"
#include "relabel/scores.h"
#include "relabel/votes.h"

typedef enum rs_in_sample {
    RS_IN_SAMPLE_NOT_SEEN = 0, /* nothing shows that it did */
    RS_IN_SAMPLE_WEIGHED,      /* raters were weighed by their answers to these pairs */
    RS_IN_SAMPLE_HELD          /* these pairs have their truth as score */
} rs_in_sample;

/* What the published recipe makes of golden pairs: score[i] of votes->pairs, to hold scores against
 * with rs_scores_in_sample. *score is NULL where the three do not go together. Free with free(). */
rs_status rs_recipe_scores(const rs_golden *golden, const rs_votes *votes,
                           const rs_votes *golden_votes, double **score, rs_error *error);

/* `recipe` (NULL: not known) is of the pairs of `votes`. Pairs on which the original label voted
 * too have other scores; a tenth of the golden pairs to nine digits is no accident. */
rs_in_sample rs_scores_in_sample(const rs_golden *golden, const rs_scores *scores,
                                 const rs_votes *votes, const double *recipe);

#endif
