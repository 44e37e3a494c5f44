/* aggregate.c - what comes before and after the methods, and majority, the plainest of them. */
#include "relabel/aggregate.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "relabel/aggregate_impl.h"

rs_aggregate_options rs_aggregate_defaults(rs_aggregate_method method)
{
    return (rs_aggregate_options){
        .method = method, .smoothing = 1.0, .iterations_max = 1000, .tolerance = 1e-8};
}

bool rs_aggregate_takes(rs_aggregate_method method, double threshold, double score)
{
    if (threshold < 0.0) {
        return method == RS_AGGREGATE_MAJORITY ? score > 0.5 : score >= RS_DEFAULT_THRESHOLD;
    }
    return score >= threshold;
}

void rs_aggregate_clear(rs_aggregate *out)
{
    free(out->score);
    free(out->rater);
    free(out->log_likelihood);
    free(out->objective);
    *out = (rs_aggregate){0};
}

/* ---- shared by the methods ---- */

void rs_rater_set_matrix(rs_rater *rater, const rs_answer_counts *counts, double smoothing)
{
    for (size_t truth = 0; truth < 2; ++truth) {
        const double *count = counts->count[truth];
        const double sum = count[0] + count[1] + count[2] + RS_ANSWERS * smoothing;
        for (size_t answer = 0; answer < RS_ANSWERS; ++answer) {
            rater->p[truth][answer] =
                sum > 0.0 ? (count[answer] + smoothing) / sum : 1.0 / RS_ANSWERS;
        }
    }
}

rs_status rs_count_golden_answers(const rs_golden *golden, const rs_votes *golden_votes,
                                  rs_answer_counts *counts, rs_error *error)
{
    for (uint32_t pair = 0; pair < golden_votes->pairs.count; ++pair) {
        const int64_t known = rs_pairs_find_same(&golden->pairs, &golden_votes->pairs, pair);
        if (known < 0) {
            char text[RS_SHOWN_BYTES];
            return rs_fail(error, RS_MISMATCH, golden_votes->path, rs_at_row(pair),
                           "golden votes are answers to golden questions alone",
                           "class %" PRId32 " of image %s is not in the golden set %s",
                           golden_votes->pairs.class_index[pair],
                           rs_show_span(rs_pairs_image(&golden_votes->pairs, pair), text),
                           golden->path);
        }
        if (!rs_golden_is_judged(golden, (uint32_t)known)) {
            continue;
        }
        const size_t truth = rs_golden_is_present(golden, (uint32_t)known) ? 1 : 0;
        for (uint64_t i = golden_votes->begin[pair]; i < golden_votes->begin[pair + 1]; ++i) {
            const uint32_t code = golden_votes->code[i];
            counts[rs_vote_rater(code)].count[truth][rs_vote_answer(code)] += 1.0;
        }
    }
    return RS_OK;
}

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

rs_status rs_aggregate_majority(const rs_votes *votes, const rs_aggregate_options *options,
                                rs_aggregate *out, rs_error *error)
{
    void *memory = NULL;
    uint64_t present = 0;
    RS_TRY(rs_alloc(&memory, (uint64_t)out->raters + 1, sizeof(rs_answer_counts), "raters", error));
    rs_answer_counts *const counts = memory;
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
    if (options->golden_votes != NULL && options->golden == NULL) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "give --golden too",
                       "--golden-votes says nothing without the experts' answers");
    }
    if (options->method == RS_AGGREGATE_GOLDEN &&
        (options->golden == NULL || options->golden_votes == NULL)) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(),
                       "give both, or choose --method em or majority",
                       "--method golden needs --golden and --golden-votes");
    }
    if (options->method == RS_AGGREGATE_GOLDEN && !(options->smoothing > 0.0)) {
        return rs_fail(error, RS_USAGE, NULL, rs_nowhere(), "give a number above 0, as 1",
                       "--smoothing 0 would make an answer that a rater never gave to a golden "
                       "question a certainty");
    }
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
    void *memory = NULL;
    out->pairs = votes->pairs.count;
    out->raters = votes->raters.count;
    out->label_votes = options->label_vote != NULL;
    RS_TRY(rs_alloc(&memory, out->pairs, sizeof *out->score, "scores", error));
    out->score = memory;
    RS_TRY(rs_alloc(&memory, (uint64_t)out->raters + 1, sizeof *out->rater, "raters", error));
    out->rater = memory;
    count_votes(votes, options, out);
    return RS_OK;
}

rs_status rs_aggregate_run(const rs_votes *votes, const rs_aggregate_options *options,
                           rs_aggregate *out, rs_error *error)
{
    *out = (rs_aggregate){0};
    RS_TRY(check_options(votes, options, error));
    rs_status status = prepare(votes, options, out, error);
    if (status == RS_OK && options->method == RS_AGGREGATE_GOLDEN) {
        status = rs_aggregate_golden(votes, options, out, error);
    } else if (status == RS_OK && options->method == RS_AGGREGATE_EM) {
        status = rs_aggregate_em(votes, options, out, error);
    } else if (status == RS_OK) {
        status = rs_aggregate_majority(votes, options, out, error);
    }
    if (status != RS_OK) {
        rs_aggregate_clear(out);
    }
    return status;
}
