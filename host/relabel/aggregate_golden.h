/* aggregate_golden.h - the method "golden". */
#ifndef RS_AGGREGATE_GOLDEN_H
#define RS_AGGREGATE_GOLDEN_H

#include "relabel/aggregate.h"

/* Fills score, prior and rater[].p, .rests_on, .right; the rest is done already. */
rs_status rs_aggregate_golden(const rs_votes *votes, const rs_aggregate_options *options,
                              rs_aggregate *out, rs_error *error);

#endif
