/* aggregate.c - what the methods share. */
#include "relabel/aggregate.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"

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

static bool is_split(const rs_votes *votes, uint32_t pair)
{
    bool given[RS_ANSWERS] = {false};
    for (uint64_t v = votes->begin[pair]; v < votes->begin[pair + 1]; ++v) {
        given[rs_vote_answer(votes->code[v])] = true;
    }
    return given[RS_ANSWER_YES] && given[RS_ANSWER_NO];
}

uint64_t rs_aggregate_split_pairs(const rs_aggregate *result, const rs_votes *votes)
{
    uint64_t split = 0;
    const double present = result->prior * result->pairs;
    if (present >= 0.5 && present <= result->pairs - 0.5) {
        return 0;
    }
    for (uint32_t pair = 0; pair < result->pairs; ++pair) {
        split += is_split(votes, pair);
    }
    return split;
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
        const double sum = count[0] + count[1] + count[2] + (double)RS_ANSWERS * smoothing;
        for (size_t answer = 0; answer < RS_ANSWERS; ++answer) {
            rater->p[truth][answer] =
                sum > 0.0 ? (count[answer] + smoothing) / sum : 1.0 / (double)RS_ANSWERS;
        }
    }
}

rs_status rs_count_golden_answers(const rs_golden *golden, const rs_votes *golden_votes, bool mixed,
                                  rs_answer_counts *counts, rs_error *error)
{
    for (uint32_t pair = 0; pair < golden_votes->pairs.count; ++pair) {
        const int64_t known = rs_pairs_find_same(&golden->pairs, &golden_votes->pairs, pair);
        if (known < 0 && mixed) {
            continue;
        }
        if (known < 0) {
            return rs_fail(error, RS_MISMATCH, golden_votes->path, rs_at_row(pair),
                           "golden votes are answers to golden questions alone",
                           "class %" PRId32 " of image %s is not in the golden set %s",
                           golden_votes->pairs.class_index[pair],
                           RS_SHOW_SPAN(rs_pairs_image(&golden_votes->pairs, pair)), golden->path);
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
