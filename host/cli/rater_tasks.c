/* rater_tasks.c - every rater answers all golden questions: that is how they can be weighed. */
#include "cli/rater_tasks.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "reassess/labels.h"
#include "relabel/golden_read.h"

enum { PER_IMAGE = 5 }; /* as in the article */

rs_status rs_rater_tasks_take(const rs_arguments *arguments, rs_rater_tasks *raters,
                              rs_error *error)
{
    uint64_t per_image = PER_IMAGE;
    const char *const names = rs_value(arguments, RS_OPT_RATERS, NULL);
    if (names == NULL) {
        RS_REFUSE_GIVEN(arguments, error, "say who rates: --raters ann,bob",
                        "is about named raters", RS_OPT_PER_IMAGE, RS_OPT_GOLDEN);
    }
    RS_TRY(rs_take_u64(arguments, RS_OPT_PER_IMAGE, 1, RS_PLAN_RATERS_MAX, &per_image, error));
    raters->per_image = (uint32_t)per_image;
    raters->has_raters = names != NULL;
    if (names == NULL) {
        return RS_OK;
    }
    RS_TRY(rs_rater_plan_name(&raters->plan, names, error));
    RS_REFUSE(rs_given(arguments, RS_OPT_PER_IMAGE) && per_image > raters->plan.names.count, error,
              "name more raters", "--per-image %u is more than the %u raters", (unsigned)per_image,
              (unsigned)raters->plan.names.count);
    return RS_OK;
}

/* For the names and the number of classes. */
static rs_status make_labels(const rs_candidates *candidates, rs_labels **labels, rs_error *error)
{
    return rs_labels_create(candidates->images.count, candidates->classes, candidates->original,
                            NULL, NULL, labels, error);
}

rs_status rs_rater_tasks_read(const rs_arguments *arguments, const rs_candidates *candidates,
                              rs_rater_tasks *raters, rs_error *error)
{
    const char *const path = rs_value(arguments, RS_OPT_GOLDEN, NULL);
    rs_image_rows images;
    rs_labels *labels = NULL;
    if (path == NULL || candidates->images.count == 0) {
        return RS_OK;
    }
    RS_TRY(rs_image_rows_read(NULL, 0, &images, error));
    rs_status status = make_labels(candidates, &labels, error);
    if (status == RS_OK) {
        status = rs_golden_read(path, labels, &images, &raters->golden, error);
        raters->has_golden = status == RS_OK;
    }
    rs_labels_free(labels);
    rs_image_rows_clear(&images);
    return status;
}

bool rs_rater_tasks_is_golden(const rs_rater_tasks *raters, rs_span image)
{
    return raters->has_golden && (rs_name_table_find(&raters->golden.pairs.images, image) >= 0 ||
                                  rs_name_table_find(&raters->golden.listed, image) >= 0);
}

void rs_rater_tasks_ask(const rs_rater_tasks *raters, rs_span image, int32_t *class_index,
                        uint32_t *count)
{
    const rs_pairs *const pairs = &raters->golden.pairs;
    const int64_t number = raters->has_golden ? rs_name_table_find(&pairs->images, image) : -1;
    const uint32_t before = *count;
    for (uint32_t pair = 0; number >= 0 && pair < pairs->count; ++pair) {
        bool is_new = pairs->image[pair] == number;
        for (uint32_t i = 0; is_new && i < before; ++i) {
            is_new = class_index[i] != pairs->class_index[pair];
        }
        if (is_new) {
            class_index[(*count)++] = pairs->class_index[pair];
        }
    }
}

rs_status rs_rater_tasks_deal(rs_rater_tasks *raters, const rs_tasks *tasks, rs_error *error)
{
    bool *is_golden = NULL;
    if (!raters->has_raters) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&is_golden, tasks->images.count, "images", error));
    for (uint32_t image = 0; image < tasks->images.count; ++image) {
        is_golden[image] =
            rs_rater_tasks_is_golden(raters, rs_name_table_get(&tasks->images, image));
    }
    const rs_status status =
        rs_rater_plan_make(&raters->plan, tasks, is_golden, raters->per_image, error);
    free(is_golden);
    return status;
}

void rs_rater_tasks_clear(rs_rater_tasks *raters)
{
    rs_rater_plan_clear(&raters->plan);
    rs_golden_clear(&raters->golden);
    *raters = (rs_rater_tasks){0};
}
