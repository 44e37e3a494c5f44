/* curve.c - sorts the golden pairs by score and counts down. */
#include "relabel/curve.h"

#include <math.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
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
    uint32_t image; /* of the golden set */
    bool present;
} scored_pair;

RS_SORTS(compare_scores, scored_pair)
{
    return RS_COMPARE(right->score, left->score);
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
            pairs[filled++] = (scored_pair){scores->score[at], golden->pairs.image[pair],
                                            rs_golden_is_present(golden, pair)};
        }
    }
    return filled;
}

/* What is present counts for recall, taken or not. */
static void count_present(const rs_golden *golden, rs_image_counts *images, rs_share_sums *sums)
{
    for (uint32_t pair = 0; pair < golden->pairs.count; ++pair) {
        rs_image_counts *const image = &images[golden->pairs.image[pair]];
        const rs_image_counts before = *image;
        image->present +=
            rs_golden_is_judged(golden, pair) && rs_golden_is_present(golden, pair);
        rs_share_sums_change(sums, before, *image);
    }
}

static void take(const scored_pair *pair, rs_image_counts *images, rs_share_sums *sums)
{
    rs_image_counts *const image = &images[pair->image];
    const rs_image_counts before = *image;
    ++image->taken;
    image->right += pair->present;
    rs_share_sums_change(sums, before, *image);
}

/* `images` is all zeros but for what is present. */
static void count_down(const scored_pair *pairs, size_t count, rs_image_counts *images,
                       rs_share_sums *sums, rs_curve *curve)
{
    uint64_t right = 0;
    double previous_recall = 0.0;
    for (size_t i = 0; i < count; ++i) {
        right += pairs[i].present;
        take(&pairs[i], images, sums);
        if (i + 1 < count && pairs[i + 1].score == pairs[i].score) {
            continue; /* equal scores are taken together */
        }
        const double recall = rs_recall(curve->present, right);
        curve->point[curve->count++] =
            (rs_curve_point){pairs[i].score, i + 1, right, rs_share_sums_ends(sums)};
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
    rs_image_counts *images = NULL;
    rs_share_sums sums = {0};
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
    RS_TRY_DONE(RS_NEW(&images, golden->pairs.images.count, "golden images", error));
    qsort(pairs, count, sizeof *pairs, compare_scores);
    count_present(golden, images, &sums);
    count_down(pairs, count, images, &sums, curve);
done:
    free(pairs);
    free(images);
    return status;
}

rs_curve_point rs_curve_at(const rs_curve *curve, double threshold)
{
    static const rs_interval none = {NAN, NAN};
    rs_curve_point found = {.ends = {none, none, none}};
    for (size_t i = 0; i < curve->count && curve->point[i].threshold >= threshold; ++i) {
        found = curve->point[i];
    }
    found.threshold = threshold;
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
