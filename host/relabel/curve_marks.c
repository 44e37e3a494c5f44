/* curve_marks.c - marks of a curve: answers of each who gave some, gathered image by image. */
#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "relabel/curve.h"

typedef struct judged_answer {
    uint32_t who;
    uint32_t image; /* of the golden set */
    bool present;
    bool yes;
} judged_answer;

typedef struct judged_answers {
    judged_answer *list;
    uint64_t count;
} judged_answers;

static void add(judged_answers *answers, judged_answer answer)
{
    answers->list[answers->count++] = answer;
}

RS_SORTS(compare_answers, judged_answer)
{
    RS_ORDER_BY(left->who, right->who);
    return RS_COMPARE(left->image, right->image);
}

/* The answers of one image from `from` on, all of the same; returns where the next image begins. */
static uint64_t count_image(const judged_answers *answers, uint64_t from, rs_curve_mark *mark,
                            rs_share_sums *sums)
{
    const judged_answer *const first = &answers->list[from];
    rs_image_counts counts = {0};
    uint64_t at = from;
    for (; at < answers->count && compare_answers(&answers->list[at], first) == 0; ++at) {
        const judged_answer *const answer = &answers->list[at];
        counts.taken += answer->yes;
        counts.right += answer->yes && answer->present;
        counts.present += answer->present;
    }
    mark->judged += at - from;
    mark->taken += counts.taken;
    mark->right += counts.right;
    mark->present += counts.present;
    rs_share_sums_change(sums, (rs_image_counts){0}, counts);
    return at;
}

/* Fills marks[0 .. count - 1], and frees the list. */
static void make_marks(judged_answers *answers, uint32_t count, rs_curve_mark *marks)
{
    uint64_t at = 0;
    qsort(answers->list, answers->count, sizeof *answers->list, compare_answers);
    for (uint32_t who = 0; who < count; ++who) {
        rs_share_sums sums = {0};
        marks[who] = (rs_curve_mark){0};
        while (at < answers->count && answers->list[at].who == who) {
            at = count_image(answers, at, &marks[who], &sums);
        }
        marks[who].ends = rs_share_sums_ends(&sums);
    }
    free(answers->list);
}

/* The golden pair that pair `pair` of the votes is; -1: none that is judged. */
static int64_t golden_pair(const rs_golden *golden, const rs_votes *votes, uint32_t pair)
{
    const int64_t known = rs_pairs_find_same(&golden->pairs, &votes->pairs, pair);
    return known >= 0 && rs_golden_is_judged(golden, (uint32_t)known) ? known : -1;
}

rs_status rs_curve_raters(const rs_golden *golden, const rs_votes *votes, rs_curve_mark *marks,
                          rs_error *error)
{
    judged_answers answers = {0};
    RS_TRY(RS_NEW(&answers.list, rs_votes_count(votes), "answers", error));
    for (uint32_t pair = 0; pair < votes->pairs.count; ++pair) {
        const int64_t known = golden_pair(golden, votes, pair);
        for (uint64_t i = votes->begin[pair]; known >= 0 && i < votes->begin[pair + 1]; ++i) {
            add(&answers, (judged_answer){
                              .who = rs_vote_rater(votes->code[i]),
                              .image = golden->pairs.image[known],
                              .present = rs_golden_is_present(golden, (uint32_t)known),
                              .yes = rs_vote_answer(votes->code[i]) == RS_ANSWER_YES,
                          });
        }
    }
    make_marks(&answers, votes->raters.count, marks);
    return RS_OK;
}

rs_status rs_curve_experts(const rs_golden *golden, rs_curve_mark *marks, rs_error *error)
{
    const rs_votes *const votes = golden->experts;
    judged_answers answers = {0};
    RS_TRY(RS_NEW(&answers.list, rs_votes_count(votes), "answers", error));
    for (uint32_t pair = 0; pair < votes->pairs.count; ++pair) {
        const int64_t known = golden_pair(golden, votes, pair);
        for (uint64_t i = votes->begin[pair]; known >= 0 && i < votes->begin[pair + 1]; ++i) {
            const bool yes = rs_vote_answer(votes->code[i]) == RS_ANSWER_YES;
            const uint32_t others = golden->answers[known] - 1;
            if (others > 0) {
                add(&answers, (judged_answer){
                                  .who = rs_vote_rater(votes->code[i]),
                                  .image = golden->pairs.image[known],
                                  .present = 2 * (uint64_t)(golden->yes[known] - yes) > others,
                                  .yes = yes,
                              });
            }
        }
    }
    make_marks(&answers, votes->raters.count, marks);
    return RS_OK;
}

rs_status rs_curve_majority(const rs_golden *golden, const rs_votes *votes, rs_curve_mark *mark,
                            rs_error *error)
{
    judged_answers answers = {0};
    RS_TRY(RS_NEW(&answers.list, votes->pairs.count, "answers", error));
    for (uint32_t pair = 0; pair < votes->pairs.count; ++pair) {
        const int64_t known = golden_pair(golden, votes, pair);
        const uint64_t asked = votes->begin[pair + 1] - votes->begin[pair];
        uint64_t yes = 0;
        if (known < 0 || asked == 0) {
            continue;
        }
        for (uint64_t i = votes->begin[pair]; i < votes->begin[pair + 1]; ++i) {
            yes += rs_vote_answer(votes->code[i]) == RS_ANSWER_YES;
        }
        add(&answers, (judged_answer){
                          .image = golden->pairs.image[known],
                          .present = rs_golden_is_present(golden, (uint32_t)known),
                          .yes = 2 * yes > asked,
                      });
    }
    make_marks(&answers, 1, mark);
    return RS_OK;
}

rs_status rs_curve_labels(const rs_golden *golden, const int8_t *label_vote, rs_curve_mark *mark,
                          rs_error *error)
{
    judged_answers answers = {0};
    RS_TRY(RS_NEW(&answers.list, golden->pairs.count, "answers", error));
    for (uint32_t pair = 0; pair < golden->pairs.count; ++pair) {
        if (rs_golden_is_judged(golden, pair) && label_vote[pair] != RS_LABEL_SILENT) {
            add(&answers, (judged_answer){
                              .image = golden->pairs.image[pair],
                              .present = rs_golden_is_present(golden, pair),
                              .yes = label_vote[pair] == RS_ANSWER_YES,
                          });
        }
    }
    make_marks(&answers, 1, mark);
    return RS_OK;
}
