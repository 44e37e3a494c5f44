/* aggregate.h - what aggregation makes of raters' answers: a score a pair, how likely it is that
 * the class is there, and how each rater answers.
 *
 * Three methods, each with the formulas in docs/RELABEL.md (aggregate_run.h runs one):
 *   golden    one Bayesian step with what golden questions say of each rater; the published recipe
 *   em        Dawid and Skene: truth and raters estimated from each other by expectation
 *   maximisation majority the share of yes among the answers
 */
#ifndef RS_AGGREGATE_H
#define RS_AGGREGATE_H

#include <stdbool.h>
#include <stdint.h>

#include "relabel/golden.h"
#include "relabel/label_vote.h"
#include "relabel/votes.h"

typedef enum rs_aggregate_method {
    RS_AGGREGATE_GOLDEN = 0,
    RS_AGGREGATE_EM,
    RS_AGGREGATE_MAJORITY
} rs_aggregate_method;

typedef struct rs_aggregate_options {
    rs_aggregate_method method;
    double smoothing;              /* added to every cell of a rater's counts */
    const rs_golden *golden;       /* golden: needed. em: its pairs are held at their truth */
    const rs_votes *golden_votes;  /* raters' answers to golden questions. golden: NULL where they
                                      are among the votes. em: counted among the raters' answers,
                                      with the truth known */
    const int8_t *label_vote;      /* [pairs] of the original label, or NULL */
    const int8_t *golden_label_vote; /* [golden->pairs], where label_vote is; golden: needed */
    uint32_t iterations_max;       /* em */
    double tolerance;              /* em: converged when no score changes by more */
    const double *start;           /* em: [pairs] first guess; NULL: share of yes, maybe a half */
} rs_aggregate_options;

/* smoothing 1, 1000 iterations, tolerance 1e-8; nothing else */
rs_aggregate_options rs_aggregate_defaults(rs_aggregate_method method);

/* How a rater answers: p[0][a] is the probability of answer a on pairs that are absent, p[1][a] on
 * those that are present. */
typedef struct rs_rater {
    double p[2][RS_ANSWERS];
    uint64_t votes;    /* answers on the pairs that are scored */
    uint64_t rests_on; /* answers that the matrix was counted from */
    double right;      /* how many of these are right, yes on present or no on absent; expected */
    bool is_mean;      /* the matrix is the mean of the others' */
} rs_rater;

/* Free with rs_aggregate_clear. */
typedef struct rs_aggregate {
    uint32_t pairs;
    uint32_t raters;
    double *score;        /* [pairs], 0 to 1 */
    double prior;         /* probability that a pair is present; majority: the share of pairs */
    rs_rater *rater;      /* [raters + 1]: the last is the original label */
    bool label_votes;
    uint64_t unanswered;  /* pairs that nobody answered */
    uint64_t label_pairs; /* pairs on which the original label votes */

    /* em */
    uint32_t iterations;
    bool converged;
    bool swapped;           /* present and absent came out the wrong way round and were exchanged */
    double change;          /* largest change of a score in the last iteration */
    double *log_likelihood; /* [iterations] of all answers, with the matrices of that iteration */
    double *objective;      /* [iterations] what each iteration raises: the log-likelihood plus
                               smoothing times the sum of the logarithms of all matrix cells */
    uint64_t held;          /* pairs held at their golden truth */
} rs_aggregate;

#define RS_DEFAULT_THRESHOLD 0.8

/* Is a pair's class one of the image's labels? `threshold` below 0: the method's own rule, which is
 * score >= RS_DEFAULT_THRESHOLD, and for majority more than half. */
bool rs_aggregate_takes(rs_aggregate_method method, double threshold, double score);

/* How many pairs have both a yes and a no, where all the same not one pair, or every one, came out
 * as present: expectation maximisation then told the raters apart and not the pairs, and its scores
 * say nothing. 0: it did not end so. */
uint64_t rs_aggregate_split_pairs(const rs_aggregate *result, const rs_votes *votes);

void rs_aggregate_clear(rs_aggregate *out);

/* ---- what the methods share ---- */

/* Weights of answers on absent [0] and present [1] pairs. */
typedef struct rs_answer_counts {
    double count[2][RS_ANSWERS];
} rs_answer_counts;

/* (count + smoothing) / (sum + 3 smoothing); uniform where there is nothing to divide by. */
void rs_rater_set_matrix(rs_rater *rater, const rs_answer_counts *counts, double smoothing);

/* counts[g] of every rater g of `golden_votes`: the answers to questions whose truth is known.
 * Others are passed over where they may be `mixed`, and an error where not. */
rs_status rs_count_golden_answers(const rs_golden *golden, const rs_votes *golden_votes, bool mixed,
                                  rs_answer_counts *counts, rs_error *error);

/* A vote of the original label on a pair, or RS_LABEL_SILENT. */
static inline int8_t rs_label_vote_on(const rs_aggregate_options *options, uint32_t pair)
{
    return options->label_vote == NULL ? RS_LABEL_SILENT : options->label_vote[pair];
}

#endif
