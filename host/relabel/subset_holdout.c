/* subset_holdout.c - counts by image, and a search without each fold. */
#include "relabel/subset_holdout.h"

#include <inttypes.h>
#include <stdlib.h>

#include "analyse/clustered_share.h"
#include "base/checked.h"
#include "base/error.h"

/* What a subset proposes for one image. */
typedef struct image_counts {
    uint32_t proposed;
    uint32_t right;
} image_counts;

/* ---- intervals ---- */

/* subset_of[image % folds] proposes for the image. */
static void count_images(const rs_golden_proposals *golden, const uint32_t *subset_of,
                         uint32_t folds, image_counts *counts)
{
    for (uint32_t i = 0; i < golden->images; ++i) {
        const rs_golden_image *const image = &golden->of_image[i];
        counts[i] = (image_counts){image->always, image->always_right};
    }
    for (uint32_t pair = 0; pair < golden->task.count; ++pair) {
        const uint32_t image = golden->image[pair];
        if ((golden->mask[pair] & subset_of[image % folds]) != 0) {
            ++counts[image].proposed;
            counts[image].right += golden->is_right[pair];
        }
    }
}

static rs_subset_ends ends_of(const rs_golden_proposals *golden, const image_counts *counts)
{
    rs_clusters recall = {0};
    rs_clusters precision = {0};
    for (uint32_t i = 0; i < golden->images; ++i) {
        rs_clusters_add(&recall, (rs_cluster){counts[i].right, golden->of_image[i].present});
        rs_clusters_add(&precision, (rs_cluster){counts[i].right, counts[i].proposed});
    }
    return (rs_subset_ends){rs_clusters_interval(&recall), rs_clusters_interval(&precision)};
}

rs_status rs_subset_ends_of(const rs_golden_proposals *golden, uint32_t subset,
                            rs_subset_ends *ends, rs_error *error)
{
    image_counts *counts = NULL;
    RS_TRY(RS_NEW(&counts, golden->images, "golden images", error));
    count_images(golden, &subset, 1, counts);
    *ends = ends_of(golden, counts);
    free(counts);
    return RS_OK;
}

/* ---- folds ---- */

/* The golden set without one fold; `mask` and `is_right` are room for its pairs. */
static rs_subset_task task_without(const rs_golden_proposals *golden, uint32_t fold, uint32_t folds,
                                   uint32_t *mask, uint8_t *is_right)
{
    rs_subset_task task = {.models = golden->task.models, .mask = mask, .is_right = is_right};
    for (uint32_t i = 0; i < golden->images; ++i) {
        if (i % folds != fold) {
            task.always += golden->of_image[i].always;
            task.always_right += golden->of_image[i].always_right;
            task.present += golden->of_image[i].present;
        }
    }
    for (uint32_t pair = 0; pair < golden->task.count; ++pair) {
        if (golden->image[pair] % folds != fold) {
            mask[task.count] = golden->mask[pair];
            is_right[task.count++] = golden->is_right[pair];
        }
    }
    return task;
}

static rs_status choose_without(const rs_subset_task *task, double min_recall, uint32_t *subset,
                                bool *fell_short, rs_error *error)
{
    rs_subset_point *front = NULL;
    size_t count = 0;
    if (task->present == 0) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(), "take other folds: --holdout K",
                       "every pair of the golden set that is present is in one fold");
    }
    RS_TRY(rs_subset_front(task, &front, &count, error));
    const rs_subset_point *const chosen =
        rs_subset_choose(front, count, task->present, min_recall);
    *fell_short = chosen == NULL;
    *subset = chosen != NULL ? chosen->subset : front[count - 1].subset;
    free(front);
    return RS_OK;
}

static void sum_up(const rs_golden_proposals *golden, const image_counts *counts,
                   const uint32_t *subset_of, rs_holdout *out)
{
    for (uint32_t i = 0; i < golden->images; ++i) {
        out->proposed += counts[i].proposed;
        out->right += counts[i].right;
        out->present += golden->of_image[i].present;
    }
    for (uint32_t fold = 0; fold < out->folds; ++fold) {
        uint32_t same = 0;
        while (subset_of[same] != subset_of[fold]) {
            ++same;
        }
        out->subsets += same == fold;
    }
    out->ends = ends_of(golden, counts);
}

rs_status rs_subset_hold_out(const rs_golden_proposals *golden, uint32_t folds, double min_recall,
                             rs_holdout *out, rs_error *error)
{
    uint32_t *mask = NULL;
    uint8_t *is_right = NULL;
    uint32_t *subset_of = NULL;
    image_counts *counts = NULL;
    rs_status status = RS_OK;
    *out = (rs_holdout){.folds = folds};
    RS_REFUSE(folds < 2 || folds > golden->images, error,
              "take from 2 folds to as many as there are images",
              "--holdout %" PRIu32 ", but the golden set is of %" PRIu32 " image%s", folds,
              golden->images, golden->images == 1 ? "" : "s");
    RS_TRY_DONE(RS_NEW(&mask, golden->task.count, "golden pairs", error));
    RS_TRY_DONE(RS_NEW(&is_right, golden->task.count, "golden pairs", error));
    RS_TRY_DONE(RS_NEW(&subset_of, folds, "folds", error));
    RS_TRY_DONE(RS_NEW(&counts, golden->images, "golden images", error));
    for (uint32_t fold = 0; fold < folds; ++fold) {
        const rs_subset_task task = task_without(golden, fold, folds, mask, is_right);
        bool fell_short = false;
        RS_TRY_DONE(
            choose_without(&task, min_recall, &subset_of[fold], &fell_short, error));
        out->fell_short += fell_short;
    }
    count_images(golden, subset_of, folds, counts);
    sum_up(golden, counts, subset_of, out);
done:
    free(mask);
    free(is_right);
    free(subset_of);
    free(counts);
    return status;
}
