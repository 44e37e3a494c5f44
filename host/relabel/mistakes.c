/* mistakes.c - row by row: right or wrong, what raters say, what people judged. */
#include "relabel/mistakes.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"
#include "base/random.h"
#include "labels/image_order.h"

const char *rs_mistake_verdict_name(rs_mistake_verdict verdict)
{
    static const char *const names[RS_MISTAKE_VERDICTS] = {
        [RS_MISTAKE_UNJUDGED] = "",
        [RS_MISTAKE_CLEAR] = "clear mistake",
        [RS_MISTAKE_NONE] = "not a mistake",
        [RS_MISTAKE_UNDECIDED] = "undecided",
    };
    return names[verdict];
}

bool rs_mistake_is(const rs_mistake *mistake, rs_wrong_by by)
{
    switch (by) {
    case RS_WRONG_BY_REAL:
        return mistake->wrong_real;
    case RS_WRONG_BY_ORIGINAL:
        return mistake->wrong_original;
    case RS_WRONG_BY_BOTH:
        return mistake->wrong_real && mistake->wrong_original;
    default:
        return mistake->wrong_real || mistake->wrong_original;
    }
}

/* ---- what people say ---- */

double rs_mistakes_score(const rs_mistakes_setup *setup, uint32_t image, int32_t class_index)
{
    char made_up[RS_IMAGE_NAME_BYTES];
    if (setup->scores == NULL || class_index < 0) {
        return NAN;
    }
    const rs_span name = rs_image_rows_name(setup->images, image, made_up);
    const int64_t pair = rs_pairs_find(&setup->scores->pairs, name, class_index);
    return pair < 0 ? NAN : setup->scores->score[pair];
}

rs_mistake_verdict rs_mistakes_verdict(const rs_mistakes_setup *setup, uint32_t image,
                                       int32_t class_index)
{
    char made_up[RS_IMAGE_NAME_BYTES];
    uint64_t count[RS_ANSWERS] = {0};
    if (setup->answers == NULL || class_index < 0) {
        return RS_MISTAKE_UNJUDGED;
    }
    const rs_votes *const answers = setup->answers;
    const rs_span name = rs_image_rows_name(setup->images, image, made_up);
    const int64_t pair = rs_pairs_find(&answers->pairs, name, class_index);
    if (pair < 0 || answers->begin[pair] == answers->begin[pair + 1]) {
        return RS_MISTAKE_UNJUDGED;
    }
    const uint64_t all = answers->begin[pair + 1] - answers->begin[pair];
    for (uint64_t i = answers->begin[pair]; i < answers->begin[pair + 1]; ++i) {
        ++count[rs_vote_answer(answers->code[i])];
    }
    if (2 * count[RS_ANSWER_NO] > all) {
        return RS_MISTAKE_CLEAR;
    }
    return 2 * count[RS_ANSWER_YES] > all ? RS_MISTAKE_NONE : RS_MISTAKE_UNDECIDED;
}

static void count_preference(const rs_mistakes_setup *setup, uint32_t image, int32_t original,
                             double predicted, rs_preference *preference)
{
    const double labelled = rs_mistakes_score(setup, image, original);
    ++preference->rows;
    if (isnan(predicted) || isnan(labelled)) {
        ++preference->unrated;
    } else if (predicted > labelled) {
        ++preference->prediction;
    } else if (predicted < labelled) {
        ++preference->label;
    } else {
        ++preference->equal;
    }
}

/* ---- rows ---- */

uint32_t rs_mistakes_image(const rs_mistakes_input *input, uint64_t row)
{
    return input->order == NULL ? (uint32_t)row : rs_order_get(input->order)[row];
}

bool rs_mistakes_in_set(const rs_label_view *view, uint32_t image, int32_t class_index)
{
    for (uint32_t i = view->real_begin[image]; i < view->real_begin[image + 1]; ++i) {
        if (view->real_class[i] == class_index) {
            return true;
        }
    }
    return false;
}

static void count_mistake(const rs_mistake *mistake, rs_mistake_count *count)
{
    ++count->mistakes;
    ++count->sampled;
    count->asked += isnan(mistake->score) ? 0 : 1;
    count->near += mistake->near;
    ++count->verdicts[mistake->verdict];
}

static void judge_row(const rs_mistakes_setup *setup, const rs_mistakes_input *input, uint64_t row,
                      rs_mistakes *mistakes)
{
    const rs_label_view *const view = rs_labels_get_view(setup->labels);
    const uint32_t image = rs_mistakes_image(input, row);
    const int32_t original = view->original[image];
    const int32_t prediction = input->prediction[row * input->stride];
    const bool has_set = view->real_begin[image] < view->real_begin[image + 1];
    rs_mistake mistake = {
        .image = image,
        .prediction = prediction,
        .margin = input->margin == NULL || prediction < 0 ? NAN : input->margin[row],
        .wrong_original = original >= 0 && prediction != original,
        .wrong_real = has_set && !rs_mistakes_in_set(view, image, prediction),
        .sampled = true,
    };
    mistakes->original.rows += original >= 0;
    mistakes->real.rows += has_set;
    mistakes->invalid += prediction < 0;
    if (!mistake.wrong_original && !mistake.wrong_real) {
        return;
    }
    mistake.score = rs_mistakes_score(setup, image, prediction);
    /* Rounding must not decide: 0.65 is as near to 0.8 as 0.95 is. A NaN is never near. */
    mistake.near = fabs(mistake.score - setup->threshold) <= setup->near + 1e-12;
    mistake.verdict = rs_mistakes_verdict(setup, image, prediction);
    if (mistake.wrong_original) {
        count_mistake(&mistake, &mistakes->original);
    }
    if (mistake.wrong_real) {
        count_mistake(&mistake, &mistakes->real);
    }
    if (mistake.wrong_original && prediction >= 0 && setup->scores != NULL) {
        count_preference(setup, image, original, mistake.score, &mistakes->preference);
    }
    mistakes->list[mistakes->count++] = mistake;
}

/* Unknown margins come last. */
RS_SORTS(compare_mistakes, rs_mistake)
{
    if (isnan(left->margin) != isnan(right->margin)) {
        return isnan(left->margin) ? 1 : -1;
    }
    RS_ORDER_BY(right->margin, left->margin);
    return RS_COMPARE(left->image, right->image);
}

rs_status rs_mistakes_find(const rs_mistakes_setup *setup, const rs_mistakes_input *input,
                           rs_mistakes *mistakes, rs_error *error)
{
    const rs_label_view *const view = rs_labels_get_view(setup->labels);
    *mistakes = (rs_mistakes){0};
    RS_TRY(rs_order_check_once(input->order, error));
    if (input->rows != view->rows) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), "predict all images",
                       "%" PRIu64 " predictions, but %" PRIu64 " labels", input->rows, view->rows);
    }
    RS_TRY(RS_NEW(&mistakes->list, input->rows, "mistakes", error));
    for (uint64_t row = 0; row < input->rows; ++row) {
        judge_row(setup, input, row, mistakes);
    }
    qsort(mistakes->list, mistakes->count, sizeof *mistakes->list, compare_mistakes);
    return RS_OK;
}

void rs_mistakes_clear(rs_mistakes *mistakes)
{
    free(mistakes->list);
    *mistakes = (rs_mistakes){0};
}

/* ---- samples ---- */

typedef struct drawn_mistake {
    uint64_t key;
    rs_mistake *mistake;
} drawn_mistake;

RS_SORTS(compare_keys, drawn_mistake)
{
    RS_ORDER_BY(left->key, right->key);
    return RS_COMPARE(left->mistake->image, right->mistake->image);
}

static void count_sampled(const rs_mistake *mistake, rs_mistake_count *count)
{
    ++count->sampled;
    ++count->verdicts[mistake->verdict];
}

static void count_sample(rs_mistakes *mistakes)
{
    for (int v = 0; v < RS_MISTAKE_VERDICTS; ++v) {
        mistakes->original.verdicts[v] = mistakes->real.verdicts[v] = 0;
    }
    mistakes->original.sampled = mistakes->real.sampled = 0;
    for (uint64_t i = 0; i < mistakes->count; ++i) {
        const rs_mistake *const mistake = &mistakes->list[i];
        if (mistake->sampled && mistake->wrong_original) {
            count_sampled(mistake, &mistakes->original);
        }
        if (mistake->sampled && mistake->wrong_real) {
            count_sampled(mistake, &mistakes->real);
        }
    }
}

rs_status rs_mistakes_sample(rs_mistakes *mistakes, rs_wrong_by by, uint64_t size, uint64_t seed,
                             rs_error *error)
{
    drawn_mistake *drawn = NULL;
    uint64_t count = 0;
    RS_TRY(RS_NEW(&drawn, mistakes->count, "a sample of mistakes", error));
    for (uint64_t i = 0; i < mistakes->count; ++i) {
        rs_mistake *const mistake = &mistakes->list[i];
        mistake->sampled = false;
        if (rs_mistake_is(mistake, by)) {
            rs_random random = rs_random_make(seed, mistake->image);
            drawn[count++] = (drawn_mistake){rs_random_u64(&random), mistake};
        }
    }
    qsort(drawn, count, sizeof *drawn, compare_keys);
    for (uint64_t i = 0; i < count && i < size; ++i) {
        drawn[i].mistake->sampled = true;
    }
    free(drawn);
    count_sample(mistakes);
    return RS_OK;
}

/* ---- answers that the sets were made of ---- */

static bool has_answer(const rs_votes *answers, rs_span name, int32_t class_index)
{
    const int64_t pair = rs_pairs_find(&answers->pairs, name, class_index);
    return pair >= 0 && answers->begin[pair] < answers->begin[pair + 1];
}

rs_status rs_answers_cover_sets(const rs_labels *labels, const rs_image_rows *images,
                                const rs_votes *answers, bool *cover, rs_error *error)
{
    enum { FEWEST_IMAGES = 20 };
    const rs_label_view *const view = rs_labels_get_view(labels);
    const rs_pairs *const pairs = &answers->pairs;
    uint32_t *row = NULL;
    uint32_t with_set = 0;
    bool all = true;
    RS_TRY(rs_image_rows_map(images, pairs, answers->path, &row, error));
    for (uint32_t i = 0; i < pairs->images.count && all; ++i) {
        const rs_span name = rs_name_table_get(&pairs->images, i);
        if (row[i] == RS_NO_IMAGE_ROW) {
            continue;
        }
        const uint32_t end = view->real_begin[row[i] + 1];
        with_set += view->real_begin[row[i]] < end;
        for (uint32_t k = view->real_begin[row[i]]; k < end && all; ++k) {
            all = has_answer(answers, name, view->real_class[k]);
        }
    }
    *cover = all && with_set >= FEWEST_IMAGES;
    free(row);
    return RS_OK;
}
