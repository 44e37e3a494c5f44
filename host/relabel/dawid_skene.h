/* dawid_skene.h - the method "em". */
#ifndef RS_DAWID_SKENE_H
#define RS_DAWID_SKENE_H

#include "relabel/aggregate.h"

/* Fills score, prior, rater[].p, .rests_on, .right and what is of em; the rest is done already. */
rs_status rs_aggregate_em(const rs_votes *votes, const rs_aggregate_options *options,
                          rs_aggregate *out, rs_error *error);

#endif
