/* curve_in_sample.c - holds scores against what the golden set would make of them. */
#include "relabel/curve_in_sample.h"

#include <math.h>

#include "relabel/aggregate_run.h"

enum { FEWEST_PAIRS = 10, ONE_IN = 10 };

rs_status rs_recipe_scores(const rs_golden *golden, const rs_votes *votes,
                           const rs_votes *golden_votes, double **score, rs_error *error)
{
    rs_aggregate_options options = rs_aggregate_defaults(RS_AGGREGATE_GOLDEN);
    rs_aggregate made;
    options.golden = golden;
    options.golden_votes = golden_votes;
    *score = NULL;
    const rs_status status = rs_aggregate_run(votes, &options, &made, error);
    if (status != RS_OK) {
        return status == RS_MEMORY ? status : RS_OK;
    }
    *score = made.score;
    made.score = NULL;
    rs_aggregate_clear(&made);
    return RS_OK;
}

rs_in_sample rs_scores_in_sample(const rs_golden *golden, const rs_scores *scores,
                                 const rs_votes *votes, const double *recipe)
{
    uint64_t scored = 0;
    uint64_t held = 0;
    uint64_t weighed = 0;
    for (uint32_t pair = 0; pair < golden->pairs.count; ++pair) {
        const int64_t at = rs_pairs_find_same(&scores->pairs, &golden->pairs, pair);
        if (!rs_golden_is_judged(golden, pair) || at < 0) {
            continue;
        }
        const double score = scores->score[at];
        ++scored;
        held += score == (rs_golden_is_present(golden, pair) ? 1.0 : 0.0);
        const int64_t asked =
            recipe == NULL ? -1 : rs_pairs_find_same(&votes->pairs, &golden->pairs, pair);
        weighed += asked >= 0 && fabs(recipe[asked] - score) <= 1e-9 * score;
    }
    if (scored < FEWEST_PAIRS) {
        return RS_IN_SAMPLE_NOT_SEEN;
    }
    return held == scored                ? RS_IN_SAMPLE_HELD
           : ONE_IN * weighed >= scored ? RS_IN_SAMPLE_WEIGHED
                                        : RS_IN_SAMPLE_NOT_SEEN;
}
