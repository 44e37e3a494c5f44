/* golden.c - counts of experts' answers. */
#include "relabel/golden.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"

void rs_golden_clear(rs_golden *golden)
{
    rs_pairs_clear(&golden->pairs);
    rs_name_table_clear(&golden->listed);
    if (golden->experts != NULL) {
        rs_votes_clear(golden->experts);
        free(golden->experts);
    }
    free(golden->yes);
    free(golden->answers);
    free(golden->path);
    *golden = (rs_golden){.pairs = rs_pairs_make(), .listed = {.images = true}};
}

void rs_golden_count(const rs_golden *golden, uint64_t *judged, uint64_t *present)
{
    *judged = 0;
    *present = 0;
    for (uint32_t pair = 0; pair < golden->pairs.count; ++pair) {
        *judged += rs_golden_is_judged(golden, pair);
        *present += rs_golden_is_judged(golden, pair) && rs_golden_is_present(golden, pair);
    }
}

rs_status rs_golden_set(rs_golden *golden, rs_span image, int32_t class_index, uint32_t yes,
                        uint32_t answers, rs_error *error)
{
    uint32_t pair = 0;
    bool is_new = false;
    const uint32_t before = golden->pairs.capacity;
    RS_TRY(rs_pairs_add(&golden->pairs, image, class_index, &pair, &is_new, error));
    if (golden->pairs.capacity != before) { /* the counts grow with the list of pairs */
        RS_TRY(RS_GROW(&golden->yes, golden->pairs.capacity, "pairs", error));
        RS_TRY(RS_GROW(&golden->answers, golden->pairs.capacity, "pairs", error));
    }
    golden->yes[pair] = yes;
    golden->answers[pair] = answers;
    return RS_OK;
}

rs_status rs_golden_from_votes(const rs_votes *votes, rs_golden *golden, rs_error *error)
{
    *golden = (rs_golden){.pairs = rs_pairs_make(), .listed = {.images = true}};
    rs_status status = rs_copy_text(&golden->path, votes->path, error);
    for (uint32_t pair = 0; pair < votes->pairs.count && status == RS_OK; ++pair) {
        uint32_t yes = 0;
        for (uint64_t i = votes->begin[pair]; i < votes->begin[pair + 1]; ++i) {
            yes += rs_vote_answer(votes->code[i]) == RS_ANSWER_YES;
        }
        const uint64_t answers = votes->begin[pair + 1] - votes->begin[pair];
        status = rs_golden_set(golden, rs_pairs_image(&votes->pairs, pair),
                               votes->pairs.class_index[pair], yes, (uint32_t)answers, error);
    }
    if (status != RS_OK) {
        rs_golden_clear(golden);
    }
    return status;
}

rs_status rs_golden_complete(rs_golden *golden, const rs_pairs *candidates, rs_error *error)
{
    for (uint32_t pair = 0; golden->whole_images && pair < candidates->count; ++pair) {
        const rs_span image = rs_pairs_image(candidates, pair);
        if (rs_name_table_find(&golden->listed, image) >= 0 &&
            rs_pairs_find(&golden->pairs, image, candidates->class_index[pair]) < 0) {
            RS_TRY(rs_golden_set(golden, image, candidates->class_index[pair], 0, 1, error));
        }
    }
    return RS_OK;
}
