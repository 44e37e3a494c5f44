/* aggregate_impl.h - what the methods share; for aggregate*.c and dawid_skene.c alone. */
#ifndef RS_AGGREGATE_IMPL_H
#define RS_AGGREGATE_IMPL_H

#include "relabel/aggregate.h"

/* Each fills score, prior and rater[].p, .rests_on, .right; the rest is done already. */
rs_status rs_aggregate_golden(const rs_votes *votes, const rs_aggregate_options *options,
                              rs_aggregate *out, rs_error *error);
rs_status rs_aggregate_em(const rs_votes *votes, const rs_aggregate_options *options,
                          rs_aggregate *out, rs_error *error);
rs_status rs_aggregate_majority(const rs_votes *votes, const rs_aggregate_options *options,
                                rs_aggregate *out, rs_error *error);

/* Weights of answers on absent [0] and present [1] pairs. */
typedef struct rs_answer_counts {
    double count[2][RS_ANSWERS];
} rs_answer_counts;

/* (count + smoothing) / (sum + 3 smoothing); uniform where there is nothing to divide by. */
void rs_rater_set_matrix(rs_rater *rater, const rs_answer_counts *counts, double smoothing);

/* counts[g] of every rater g of `golden_votes`: the answers to questions whose truth is known. */
rs_status rs_count_golden_answers(const rs_golden *golden, const rs_votes *golden_votes,
                                  rs_answer_counts *counts, rs_error *error);

/* A vote of the original label on a pair, or RS_LABEL_SILENT. */
static inline int8_t rs_label_vote_on(const rs_aggregate_options *options, uint32_t pair)
{
    return options->label_vote == NULL ? RS_LABEL_SILENT : options->label_vote[pair];
}

#endif
