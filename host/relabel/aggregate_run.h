/* aggregate_run.h - from raters' answers to scores, by one of the methods. */
#ifndef RS_AGGREGATE_RUN_H
#define RS_AGGREGATE_RUN_H

#include "relabel/aggregate.h"

/* RS_USAGE when something the method needs is missing, RS_MISMATCH when golden votes ask about
 * pairs that the golden set does not know. On failure *out is empty. */
rs_status rs_aggregate_run(const rs_votes *votes, const rs_aggregate_options *options,
                           rs_aggregate *out, rs_error *error);

#endif
