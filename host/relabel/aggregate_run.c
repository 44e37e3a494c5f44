/* aggregate_run.c - what comes before and after the methods, and majority, the plainest of them. */
#include "relabel/aggregate_run.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "relabel/aggregate_golden.h"
#include "relabel/dawid_skene.h"

/* ---- majority ---- */

static void count_answer(rs_rater *rater, rs_answer_counts *counts, bool present, rs_answer answer)
{
    counts->count[present ? 1 : 0][answer] += 1.0;
    ++rater->rests_on;
    rater->right += answer == (present ? RS_ANSWER_YES : RS_ANSWER_NO) ? 1.0 : 0.0;
}

/* Counts the answers on a pair as right or wrong by the majority of them; true when that is yes. */
static bool score_by_majority(const rs_votes *votes, int8_t label, uint32_t pair,
                              rs_answer_counts *counts, rs_aggregate *out)
{
    uint64_t answers = votes->begin[pair + 1] - votes->begin[pair];
    uint64_t yes = 0;
    for (uint64_t i = votes->begin[pair]; i < votes->begin[pair + 1]; ++i) {
        yes += rs_vote_answer(votes->code[i]) == RS_ANSWER_YES;
    }
    answers += label != RS_LABEL_SILENT;
    yes += label == RS_ANSWER_YES;
    out->score[pair] = answers == 0 ? 0.0 : (double)yes / (double)answers;

    const bool present = 2 * yes > answers;
    for (uint64_t i = votes->begin[pair]; i < votes->begin[pair + 1]; ++i) {
        const uint32_t rater = rs_vote_rater(votes->code[i]);
        count_answer(&out->rater[rater], &counts[rater], present, rs_vote_answer(votes->code[i]));
    }
    if (label != RS_LABEL_SILENT) {
        count_answer(&out->rater[out->raters], &counts[out->raters], present, (rs_answer)label);
    }
    return present;
}

static rs_status score_all_by_majority(const rs_votes *votes, const rs_aggregate_options *options,
                                       rs_aggregate *out, rs_error *error)
{
    rs_answer_counts *counts = NULL;
    uint64_t present = 0;
    RS_TRY(RS_NEW(&counts, (uint64_t)out->raters + 1, "raters", error));
    for (uint32_t pair = 0; pair < out->pairs; ++pair) {
        present += score_by_majority(votes, rs_label_vote_on(options, pair), pair, counts, out);
    }
    for (uint32_t r = 0; r <= out->raters; ++r) {
        rs_rater_set_matrix(&out->rater[r], &counts[r], options->smoothing);
    }
    out->prior = (double)present / (double)out->pairs;
    free(counts);
    return RS_OK;
}

/* ---- the whole ---- */

static rs_status check_options(const rs_votes *votes, const rs_aggregate_options *options,
                               rs_error *error)
{
    if (votes->pairs.count == 0) {
        return rs_fail(error, RS_FORMAT, votes->path, rs_nowhere(), "is it the right file?",
                       "there are no pairs to score");
    }
    RS_REFUSE(options->golden_votes != NULL && options->golden == NULL, error, "give --golden too",
              "--golden-votes says nothing without the experts' answers");
    RS_REFUSE(options->method == RS_AGGREGATE_GOLDEN && options->golden == NULL, error,
              "give it, and --golden-votes where they are not among --votes, or choose "
              "--method em or majority",
              "--method golden needs --golden");
    RS_REFUSE(options->method == RS_AGGREGATE_GOLDEN && !(options->smoothing > 0.0), error,
              "give a number above 0, as 1",
              "--smoothing 0 would make an answer that a rater never gave to a golden "
              "question a certainty");
    return RS_OK;
}

static void count_votes(const rs_votes *votes, const rs_aggregate_options *options,
                        rs_aggregate *out)
{
    for (uint32_t pair = 0; pair < out->pairs; ++pair) {
        const bool label = rs_label_vote_on(options, pair) != RS_LABEL_SILENT;
        out->label_pairs += label;
        out->unanswered += !label && votes->begin[pair] == votes->begin[pair + 1];
    }
    for (uint64_t i = 0; i < rs_votes_count(votes); ++i) {
        ++out->rater[rs_vote_rater(votes->code[i])].votes;
    }
    out->rater[out->raters].votes = out->label_pairs;
}

static rs_status prepare(const rs_votes *votes, const rs_aggregate_options *options,
                         rs_aggregate *out, rs_error *error)
{
    out->pairs = votes->pairs.count;
    out->raters = votes->raters.count;
    out->label_votes = options->label_vote != NULL;
    RS_TRY(RS_NEW(&out->score, out->pairs, "scores", error));
    RS_TRY(RS_NEW(&out->rater, (uint64_t)out->raters + 1, "raters", error));
    count_votes(votes, options, out);
    return RS_OK;
}

rs_status rs_aggregate_run(const rs_votes *votes, const rs_aggregate_options *options,
                           rs_aggregate *out, rs_error *error)
{
    *out = (rs_aggregate){0};
    RS_TRY(check_options(votes, options, error));
    rs_status status = RS_OK;
    RS_TRY_DONE(prepare(votes, options, out, error));
    if (options->method == RS_AGGREGATE_GOLDEN) {
        RS_TRY_DONE(rs_aggregate_golden(votes, options, out, error));
    } else if (options->method == RS_AGGREGATE_EM) {
        RS_TRY_DONE(rs_aggregate_em(votes, options, out, error));
    } else {
        RS_TRY_DONE(score_all_by_majority(votes, options, out, error));
    }
    return RS_OK;
done:
    rs_aggregate_clear(out);
    return status;
}
