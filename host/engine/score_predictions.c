/* score_predictions.c - ranked predictions: the rank of a label is its place in the list. */
#include "base/row_value.h"
#include "engine/score_rows.h"
#include "tally/count_row.h"

/* Where `class_index` stands in the list, from 1; 0 when it is not in it. Lists are short. */
static uint32_t rank_in_list(const void *list, uint32_t depth, int32_t class_index)
{
    for (uint32_t k = 0; k < depth; ++k) {
        const int32_t predicted = (int32_t)rs_load_u32(list, k);
        if (predicted == class_index) {
            return k + 1;
        }
        if (predicted < 0) {
            break;
        }
    }
    return 0;
}

static void write_predictions(const rs_row_scorer *scorer, const void *list, uint64_t at)
{
    const rs_row_results *results = scorer->results;
    bool ended = false; /* nothing follows the first missing one */
    for (uint32_t k = 0; k < results->keep; ++k) {
        const int32_t predicted = k < scorer->width ? (int32_t)rs_load_u32(list, k) : -1;
        ended = ended || predicted < 0;
        if (results->prediction != NULL) {
            results->prediction[at * results->keep + k] = ended ? -1 : predicted;
        }
        if (results->value != NULL) {
            results->value[at * results->keep + k] = 0.0; /* a list has none */
        }
    }
}

/* Of an outcome whose original label and its rank are known. */
static void rank_set(const rs_row_scorer *scorer, const void *row, const uint32_t *begin,
                     const int32_t *real_class, rs_row_outcome *outcome)
{
    outcome->set_size = begin[1] - begin[0];
    for (uint32_t i = begin[0]; i < begin[1]; ++i) {
        const bool same = real_class[i] == outcome->original; /* most are: found already */
        rs_outcome_add_real(outcome, same ? outcome->rank
                                          : rank_in_list(row, scorer->width, real_class[i]));
        outcome->original_in_set = outcome->original_in_set || same;
    }
}

static void score_further(rs_row_scorer *scorer, const void *row, uint64_t row_index,
                          const rs_row_outcome *own)
{
    const rs_pass *const pass = scorer->pass;
    for (size_t s = 0; s < pass->further_count; ++s) {
        const rs_further_set *const set = &pass->further[s];
        rank_set(scorer, row, &set->real_begin[row_index], set->real_class,
                 rs_further_outcome(scorer, s, own));
    }
}

void rs_score_predictions(rs_row_scorer *scorer, const void *row, uint64_t row_index)
{
    const rs_label_view *labels = &scorer->pass->labels;
    rs_row_outcome outcome = {.original = labels->original[row_index]};
    if (outcome.original >= 0) {
        outcome.rank = rank_in_list(row, scorer->width, outcome.original);
    }
    rank_set(scorer, row, &labels->real_begin[row_index], labels->real_class, &outcome);
    /* No prediction at all: the row was invalid. */
    const bool invalid = (int32_t)rs_load_u32(row, 0) < 0;
    scorer->counters[RS_COUNT_NAN_ROWS] += invalid;
    rs_count_row(scorer->counters, &scorer->layout, scorer->pass->topk, &outcome);
    if (rs_has_others(scorer, row_index)) {
        score_further(scorer, row, row_index, &outcome);
    }
    if (scorer->results != NULL) {
        write_predictions(scorer, row,
                          rs_write_outcome(scorer, row_index, &outcome, invalid ? RS_ROW_NAN : 0));
    }
}
