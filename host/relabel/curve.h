/* curve.h - precision and recall against a golden set: of scores over all thresholds, and of
 * anything that answers yes or no (a rater, the majority, the original label).
 *
 * Over the golden pairs: taken = those that are called present, right = those of them that are.
 * Precision is right / taken, recall right / present. A golden pair without a score is never taken.
 */
#ifndef RS_CURVE_H
#define RS_CURVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "relabel/curve_shares.h"
#include "relabel/golden.h"
#include "relabel/label_vote.h"
#include "relabel/scores.h"
#include "relabel/votes.h"

/* What is taken where scores are at least `threshold`. */
typedef struct rs_curve_point {
    double threshold;
    uint64_t taken;
    uint64_t right;
    rs_share_ends ends;
} rs_curve_point;

/* Free with rs_curve_clear. */
typedef struct rs_curve {
    uint64_t judged;       /* golden pairs */
    uint64_t present;      /* those of them that are there */
    uint64_t missing;      /* golden pairs without a score */
    rs_curve_point *point; /* a point for every score that occurs, largest first */
    size_t count;
    double average_precision; /* sum over the points of precision times the recall gained */
} rs_curve;

/* One way of answering yes or no. */
typedef struct rs_curve_mark {
    uint64_t judged;  /* golden pairs that it answered */
    uint64_t present; /* those of them that are there */
    uint64_t taken;
    uint64_t right;
    rs_share_ends ends;
} rs_curve_mark;

/* Lists of what is there must have been completed with the scores' pairs (rs_golden_complete).
 * RS_MISMATCH when no golden pair has a score, RS_RANGE when none is present. */
rs_status rs_curve_make(const rs_golden *golden, const rs_scores *scores, rs_curve *curve,
                        rs_error *error);
void rs_curve_clear(rs_curve *curve);

/* What is taken at a threshold: the last point not below it. */
rs_curve_point rs_curve_at(const rs_curve *curve, double threshold);

/* The point with the best harmonic mean of precision and recall. */
rs_curve_point rs_curve_best(const rs_curve *curve);

/* Of every rater: marks[r], room for votes->raters.count. Yes is taken, no and maybe are not. */
rs_status rs_curve_raters(const rs_golden *golden, const rs_votes *votes, rs_curve_mark *marks,
                          rs_error *error);

/* Of every expert of golden->experts, which is not NULL, by what the other experts say: present is
 * what more than half of these call so. By the golden set itself (rs_curve_raters) an expert is
 * judged by a majority to which they belong. */
rs_status rs_curve_experts(const rs_golden *golden, rs_curve_mark *marks, rs_error *error);

/* More than half of a pair's answers are yes; a pair without answers is not judged. */
rs_status rs_curve_majority(const rs_golden *golden, const rs_votes *votes, rs_curve_mark *mark,
                            rs_error *error);

/* The original label, from rs_label_vote_make over the golden pairs. */
rs_status rs_curve_labels(const rs_golden *golden, const int8_t *label_vote, rs_curve_mark *mark,
                          rs_error *error);

/* Fractions; 0 where there is nothing to divide by. */
double rs_precision(uint64_t taken, uint64_t right);
double rs_recall(uint64_t present, uint64_t right);
double rs_f1(uint64_t taken, uint64_t right, uint64_t present);

#endif
