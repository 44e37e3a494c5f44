/* aggregate_golden.c - the recipe of the published scores.
 *
 * One step of Bayes' rule, no iteration: the prior is the share of golden pairs that are present,
 * and every rater's matrix is counted on golden questions, which have a file of their own or are
 * among the votes. A rater who answered none gets the mean
 * matrix of those who did. The truth that the original label is judged by asks for less agreement
 * than that of the raters, two experts of five instead of three; so do the published numbers.
 */
#include "relabel/aggregate_golden.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"

static rs_status take_prior(const rs_golden *golden, double *prior, rs_error *error)
{
    uint64_t judged = 0;
    uint64_t present = 0;
    rs_golden_count(golden, &judged, &present);
    if (present == 0 || present == judged) {
        return rs_fail(error, RS_RANGE, golden->path, rs_nowhere(),
                       "a golden set needs pairs that are there and pairs that are not",
                       "of %" PRIu64 " golden pairs %s is present", judged,
                       present == 0 ? "none" : "each");
    }
    *prior = (double)present / (double)judged;
    return RS_OK;
}

/* ---- raters ---- */

static void set_golden_rater(rs_rater *rater, const rs_answer_counts *counts, double smoothing)
{
    double sum = 0.0;
    for (size_t truth = 0; truth < 2; ++truth) {
        for (size_t answer = 0; answer < RS_ANSWERS; ++answer) {
            sum += counts->count[truth][answer];
        }
    }
    rater->rests_on = (uint64_t)sum;
    rater->right = counts->count[0][RS_ANSWER_NO] + counts->count[1][RS_ANSWER_YES];
    rs_rater_set_matrix(rater, counts, smoothing);
}

/* The mean matrix of all who answered golden questions, whether or not they answered others. */
static rs_status find_mean(const rs_rater *golden_raters, uint32_t count, const char *file,
                           rs_rater *mean, rs_error *error)
{
    uint32_t answered = 0;
    *mean = (rs_rater){.is_mean = true};
    for (uint32_t g = 0; g < count; ++g) {
        if (golden_raters[g].rests_on == 0) {
            continue;
        }
        ++answered;
        for (size_t i = 0; i < 2 * (size_t)RS_ANSWERS; ++i) {
            mean->p[i / RS_ANSWERS][i % RS_ANSWERS] +=
                golden_raters[g].p[i / RS_ANSWERS][i % RS_ANSWERS];
        }
    }
    if (answered == 0) {
        return rs_fail(error, RS_FORMAT, file, rs_nowhere(), "is it the right file?",
                       "nobody answered a golden question");
    }
    for (size_t i = 0; i < 2 * (size_t)RS_ANSWERS; ++i) {
        mean->p[i / RS_ANSWERS][i % RS_ANSWERS] /= answered;
    }
    return RS_OK;
}

static const rs_votes *asked(const rs_votes *votes, const rs_aggregate_options *options)
{
    return options->golden_votes == NULL ? votes : options->golden_votes;
}

static rs_status take_raters(const rs_votes *votes, const rs_aggregate_options *options,
                             rs_rater *golden_raters, rs_aggregate *out, rs_error *error)
{
    rs_rater mean;
    const rs_votes *const questions = asked(votes, options);
    const rs_name_table *known = &questions->raters;
    RS_TRY(find_mean(golden_raters, known->count, questions->path, &mean, error));
    for (uint32_t r = 0; r < out->raters; ++r) {
        const int64_t g = rs_name_table_find(known, rs_name_table_get(&votes->raters, r));
        rs_rater *const rater = &out->rater[r];
        const uint64_t given = rater->votes;
        *rater = g >= 0 && golden_raters[g].rests_on > 0 ? golden_raters[g] : mean;
        rater->votes = given;
    }
    return RS_OK;
}

static rs_status judge_raters(const rs_votes *votes, const rs_aggregate_options *options,
                              rs_aggregate *out, rs_error *error)
{
    const rs_votes *const questions = asked(votes, options);
    const uint32_t count = questions->raters.count;
    rs_answer_counts *counts = NULL;
    rs_rater *raters = NULL;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&counts, count, "raters", error));
    RS_TRY_DONE(RS_NEW(&raters, count, "raters", error));
    RS_TRY_DONE(rs_count_golden_answers(options->golden, questions, options->golden_votes == NULL,
                                        counts, error));
    for (uint32_t g = 0; g < count; ++g) {
        set_golden_rater(&raters[g], &counts[g], options->smoothing);
    }
    RS_TRY_DONE(take_raters(votes, options, raters, out, error));
done:
    free(raters);
    free(counts);
    return status;
}

/* ---- the original label ---- */

static rs_status judge_label(const rs_aggregate_options *options, rs_rater *label, rs_error *error)
{
    const rs_golden *golden = options->golden;
    const uint64_t given = label->votes;
    rs_answer_counts counts = {{{0}}};
    RS_REFUSE(options->golden_label_vote == NULL, error, NULL,
              "the original labels of the golden images are needed");
    for (uint32_t pair = 0; pair < golden->pairs.count; ++pair) {
        const int8_t vote = options->golden_label_vote[pair];
        if (vote != RS_LABEL_SILENT && rs_golden_is_judged(golden, pair)) {
            const bool seen =
                5 * (uint64_t)golden->yes[pair] >= 2 * (uint64_t)golden->answers[pair];
            counts.count[seen ? 1 : 0][vote] += 1.0;
        }
    }
    set_golden_rater(label, &counts, options->smoothing);
    label->votes = given;
    if (label->rests_on == 0) {
        return rs_fail(error, RS_MISMATCH, golden->path, rs_nowhere(),
                       "give the labels of the golden images, or leave --expert-classes out",
                       "the original label of no golden image is known");
    }
    return RS_OK;
}

/* ---- scores ---- */

/* log P(answer | present) - log P(answer | absent), by code; the label's after the raters'. */
static rs_status take_log_odds(const rs_aggregate *out, double **log_odds, rs_error *error)
{
    RS_TRY(RS_NEW(&*log_odds, RS_ANSWERS * ((uint64_t)out->raters + 1), "raters", error));
    for (uint32_t r = 0; r <= out->raters; ++r) {
        const rs_rater *rater = &out->rater[r];
        for (size_t answer = 0; answer < RS_ANSWERS; ++answer) {
            (*log_odds)[RS_ANSWERS * (size_t)r + answer] =
                rater->p[1][answer] > 0.0 ? log(rater->p[1][answer] / rater->p[0][answer]) : 0.0;
        }
    }
    return RS_OK;
}

static void score_pairs(const rs_votes *votes, const rs_aggregate_options *options,
                        const double *log_odds, rs_aggregate *out)
{
    const double prior = log(out->prior / (1.0 - out->prior));
    const double *label_log_odds = log_odds + RS_ANSWERS * (size_t)out->raters;
    for (uint32_t pair = 0; pair < out->pairs; ++pair) {
        const int8_t label = rs_label_vote_on(options, pair);
        double logit = prior;
        for (uint64_t i = votes->begin[pair]; i < votes->begin[pair + 1]; ++i) {
            logit += log_odds[votes->code[i]];
        }
        if (label != RS_LABEL_SILENT) {
            logit += label_log_odds[label];
        }
        out->score[pair] = 1.0 / (1.0 + exp(-logit));
    }
}

rs_status rs_aggregate_golden(const rs_votes *votes, const rs_aggregate_options *options,
                              rs_aggregate *out, rs_error *error)
{
    double *log_odds = NULL;
    RS_TRY(take_prior(options->golden, &out->prior, error));
    RS_TRY(judge_raters(votes, options, out, error));
    if (out->label_votes) {
        RS_TRY(judge_label(options, &out->rater[out->raters], error));
    }
    RS_TRY(take_log_odds(out, &log_odds, error));
    score_pairs(votes, options, log_odds, out);
    free(log_odds);
    return RS_OK;
}
