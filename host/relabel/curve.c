/* curve.c - sorts the golden pairs by score and counts down. */
#include "relabel/curve.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"

double rs_precision(uint64_t taken, uint64_t right)
{
    return taken == 0 ? 0.0 : (double)right / (double)taken;
}

double rs_recall(uint64_t present, uint64_t right)
{
    return present == 0 ? 0.0 : (double)right / (double)present;
}

/* 2 / (1/precision + 1/recall) without the divisions in between. */
double rs_f1(uint64_t taken, uint64_t right, uint64_t present)
{
    return taken + present == 0 ? 0.0 : 2.0 * (double)right / (double)(taken + present);
}

void rs_curve_clear(rs_curve *curve)
{
    free(curve->point);
    *curve = (rs_curve){0};
}

/* ---- the curve of scores ---- */

typedef struct scored_pair {
    double score;
    bool present;
} scored_pair;

static int compare_scores(const void *a, const void *b)
{
    const double left = ((const scored_pair *)a)->score;
    const double right = ((const scored_pair *)b)->score;
    return (left < right) - (left > right);
}

/* The golden pairs that have a score; counts the others. */
static size_t gather(const rs_golden *golden, const rs_scores *scores, scored_pair *pairs,
                     rs_curve *curve)
{
    size_t filled = 0;
    for (uint32_t pair = 0; pair < golden->pairs.count; ++pair) {
        if (!rs_golden_is_judged(golden, pair)) {
            continue;
        }
        const int64_t at = rs_pairs_find_same(&scores->pairs, &golden->pairs, pair);
        if (at < 0) {
            ++curve->missing;
        } else {
            pairs[filled++] =
                (scored_pair){scores->score[at], rs_golden_is_present(golden, pair)};
        }
    }
    return filled;
}

static void count_down(const scored_pair *pairs, size_t count, rs_curve *curve)
{
    uint64_t right = 0;
    double previous_recall = 0.0;
    for (size_t i = 0; i < count; ++i) {
        right += pairs[i].present;
        if (i + 1 < count && pairs[i + 1].score == pairs[i].score) {
            continue; /* equal scores are taken together */
        }
        const double recall = rs_recall(curve->present, right);
        curve->point[curve->count++] =
            (rs_curve_point){.threshold = pairs[i].score, .taken = i + 1, .right = right};
        curve->average_precision += rs_precision(i + 1, right) * (recall - previous_recall);
        previous_recall = recall;
    }
}

static rs_status check_golden(const rs_golden *golden, rs_curve *curve, rs_error *error)
{
    rs_golden_count(golden, &curve->judged, &curve->present);
    if (curve->present == 0) {
        return rs_fail(error, RS_RANGE, golden->path, rs_nowhere(),
                       "a golden set needs pairs that are there",
                       "no golden pair is present, so there is no recall");
    }
    return RS_OK;
}

rs_status rs_curve_make(const rs_golden *golden, const rs_scores *scores, rs_curve *curve,
                        rs_error *error)
{
    *curve = (rs_curve){0};
    RS_TRY(check_golden(golden, curve, error));
    scored_pair *pairs = NULL;
    RS_TRY(RS_NEW(&pairs, golden->pairs.count, "golden pairs", error));
    const size_t count = gather(golden, scores, pairs, curve);
    rs_status status = RS_OK;
    if (count == 0) {
        status = rs_fail(error, RS_MISMATCH, scores->path, rs_nowhere(),
                         "are they scores of the same images?", "no pair of %s has a score",
                         golden->path);
        goto done;
    }
    RS_TRY_DONE(RS_NEW(&curve->point, count, "a curve", error));
    qsort(pairs, count, sizeof *pairs, compare_scores);
    count_down(pairs, count, curve);
done:
    free(pairs);
    return status;
}

rs_curve_point rs_curve_at(const rs_curve *curve, double threshold)
{
    rs_curve_point found = {.threshold = threshold};
    for (size_t i = 0; i < curve->count && curve->point[i].threshold >= threshold; ++i) {
        found.taken = curve->point[i].taken;
        found.right = curve->point[i].right;
    }
    return found;
}

rs_curve_point rs_curve_best(const rs_curve *curve)
{
    rs_curve_point best = curve->point[0];
    for (size_t i = 1; i < curve->count; ++i) {
        const rs_curve_point *point = &curve->point[i];
        if (rs_f1(point->taken, point->right, curve->present) >
            rs_f1(best.taken, best.right, curve->present)) {
            best = *point;
        }
    }
    return best;
}

/* ---- marks ---- */

static void add_answer(rs_curve_mark *mark, bool present, bool yes)
{
    ++mark->judged;
    mark->present += present;
    mark->taken += yes;
    mark->right += yes && present;
}

void rs_curve_raters(const rs_golden *golden, const rs_votes *votes, rs_curve_mark *marks)
{
    for (uint32_t r = 0; r < votes->raters.count; ++r) {
        marks[r] = (rs_curve_mark){0};
    }
    for (uint32_t pair = 0; pair < votes->pairs.count; ++pair) {
        const int64_t known = rs_pairs_find_same(&golden->pairs, &votes->pairs, pair);
        if (known < 0 || !rs_golden_is_judged(golden, (uint32_t)known)) {
            continue;
        }
        const bool present = rs_golden_is_present(golden, (uint32_t)known);
        for (uint64_t i = votes->begin[pair]; i < votes->begin[pair + 1]; ++i) {
            const uint32_t code = votes->code[i];
            add_answer(&marks[rs_vote_rater(code)], present,
                       rs_vote_answer(code) == RS_ANSWER_YES);
        }
    }
}

rs_curve_mark rs_curve_majority(const rs_golden *golden, const rs_votes *votes)
{
    rs_curve_mark mark = {0};
    for (uint32_t pair = 0; pair < votes->pairs.count; ++pair) {
        const int64_t known = rs_pairs_find_same(&golden->pairs, &votes->pairs, pair);
        const uint64_t answers = votes->begin[pair + 1] - votes->begin[pair];
        if (known < 0 || answers == 0 || !rs_golden_is_judged(golden, (uint32_t)known)) {
            continue;
        }
        uint64_t yes = 0;
        for (uint64_t i = votes->begin[pair]; i < votes->begin[pair + 1]; ++i) {
            yes += rs_vote_answer(votes->code[i]) == RS_ANSWER_YES;
        }
        add_answer(&mark, rs_golden_is_present(golden, (uint32_t)known), 2 * yes > answers);
    }
    return mark;
}

rs_curve_mark rs_curve_labels(const rs_golden *golden, const int8_t *label_vote)
{
    rs_curve_mark mark = {0};
    for (uint32_t pair = 0; pair < golden->pairs.count; ++pair) {
        if (rs_golden_is_judged(golden, pair) && label_vote[pair] != RS_LABEL_SILENT) {
            add_answer(&mark, rs_golden_is_present(golden, pair),
                       label_vote[pair] == RS_ANSWER_YES);
        }
    }
    return mark;
}
