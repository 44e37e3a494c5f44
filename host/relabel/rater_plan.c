/* rater_plan.c - the least loaded raters get the next image.
 *
 * Of equally loaded ones the first is another for each image, so that raters do not come in fixed
 * groups: how much two raters agree is then known for every two of them.
 */
#include "relabel/rater_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"

enum { NAME_BYTES_MAX = 80 };

rs_status rs_rater_plan_name(rs_rater_plan *plan, const char *list, rs_error *error)
{
    for (const char *at = list;; ++at) {
        const size_t length = strcspn(at, ",");
        const rs_span name = {at, length};
        uint32_t index = 0;
        RS_REFUSE(length == 0 || length > NAME_BYTES_MAX, error, "as in --raters ann,bob,eve",
                  "--raters %s: a name is %s", list, length == 0 ? "empty" : "too long");
        RS_REFUSE(rs_name_table_find(&plan->names, name) >= 0, error, "name each rater once",
                  "--raters: %s comes twice", RS_SHOW_SPAN(name));
        RS_REFUSE(plan->names.count == RS_PLAN_RATERS_MAX, error, "make several pages",
                  "--raters: there are more than %d", (int)RS_PLAN_RATERS_MAX);
        RS_TRY(rs_name_table_add(&plan->names, name, &index, error));
        at += length;
        if (*at == '\0') {
            return RS_OK;
        }
    }
}

void rs_rater_plan_clear(rs_rater_plan *plan)
{
    rs_name_table_clear(&plan->names);
    free(plan->begin);
    free(plan->task);
    *plan = (rs_rater_plan){0};
}

/* ---- dealing out ---- */

typedef struct dealing {
    const rs_tasks *tasks;
    const bool *is_golden;
    uint32_t raters;
    uint32_t per_image;
    uint32_t *first;    /* [images + 1] task of each image; the tasks of one are consecutive */
    uint64_t *load;     /* [raters] candidates so far */
    bool *taken;        /* [raters] of the image that is dealt out */
    uint32_t *chosen;   /* [images * per_image] raters; golden images have none */
    uint32_t *golden;   /* [golden_count] images */
    uint32_t golden_count;
    uint32_t *own;      /* [raters] images that are not golden */
} dealing;

static bool is_golden(const dealing *deal, uint32_t image)
{
    return deal->is_golden != NULL && deal->is_golden[image];
}

static uint64_t candidates_of(const dealing *deal, uint32_t image)
{
    return deal->tasks->begin[deal->first[image + 1]] - deal->tasks->begin[deal->first[image]];
}

static uint32_t least_loaded(const dealing *deal, uint32_t image)
{
    uint32_t best = UINT32_MAX;
    for (uint32_t step = 0; step < deal->raters; ++step) {
        const uint32_t rater = (image + step) % deal->raters;
        if (!deal->taken[rater] && (best == UINT32_MAX || deal->load[rater] < deal->load[best])) {
            best = rater;
        }
    }
    return best;
}

static void deal_image(dealing *deal, uint32_t image)
{
    memset(deal->taken, 0, deal->raters * sizeof *deal->taken);
    for (uint32_t i = 0; i < deal->per_image; ++i) {
        const uint32_t rater = least_loaded(deal, image);
        deal->taken[rater] = true;
        deal->load[rater] += candidates_of(deal, image);
        deal->chosen[(uint64_t)image * deal->per_image + i] = rater;
        ++deal->own[rater];
    }
}

static rs_status deal_all(dealing *deal, rs_error *error)
{
    const rs_tasks *const tasks = deal->tasks;
    const uint32_t images = tasks->images.count;
    RS_TRY(RS_NEW(&deal->first, (uint64_t)images + 1, "raters", error));
    RS_TRY(RS_NEW(&deal->load, deal->raters, "raters", error));
    RS_TRY(RS_NEW(&deal->taken, deal->raters, "raters", error));
    RS_TRY(RS_NEW(&deal->own, deal->raters, "raters", error));
    RS_TRY(RS_NEW(&deal->golden, images, "raters", error));
    RS_TRY(RS_NEW(&deal->chosen, (uint64_t)images * deal->per_image, "raters", error));
    for (uint32_t task = tasks->count; task > 0; --task) {
        deal->first[tasks->image[task - 1]] = task - 1;
    }
    deal->first[images] = tasks->count;
    for (uint32_t image = 0; image < images; ++image) {
        if (is_golden(deal, image)) {
            deal->golden[deal->golden_count++] = image;
        } else {
            deal_image(deal, image);
        }
    }
    return RS_OK;
}

/* ---- in order ---- */

static void put_image(const dealing *deal, uint32_t image, rs_rater_plan *plan, uint64_t *at)
{
    for (uint32_t task = deal->first[image]; task < deal->first[image + 1]; ++task) {
        plan->task[(*at)++] = task;
    }
}

static bool rates(const dealing *deal, uint32_t image, uint32_t rater)
{
    for (uint32_t i = 0; i < deal->per_image; ++i) {
        if (deal->chosen[(uint64_t)image * deal->per_image + i] == rater) {
            return !is_golden(deal, image);
        }
    }
    return false;
}

/* Golden image g comes when (g + 1/2) of golden_count equal shares of the others are done. */
static void put_rater(const dealing *deal, uint32_t rater, rs_rater_plan *plan, uint64_t *at)
{
    const uint64_t golden = deal->golden_count;
    const uint64_t own = deal->own[rater];
    const uint64_t shift = golden * rater / deal->raters;
    uint64_t done = 0;
    uint64_t next = 0;
    for (uint32_t image = 0; image <= deal->tasks->images.count; ++image) {
        const bool at_end = image == deal->tasks->images.count;
        while (next < golden && (at_end || (2 * next + 1) * own <= 2 * golden * done)) {
            put_image(deal, deal->golden[(next++ + shift) % golden], plan, at);
        }
        if (!at_end && rates(deal, image, rater)) {
            put_image(deal, image, plan, at);
            ++done;
        }
    }
}

static uint64_t count_tasks(const dealing *deal)
{
    uint64_t count = 0;
    for (uint32_t image = 0; image < deal->tasks->images.count; ++image) {
        count += (uint64_t)(deal->first[image + 1] - deal->first[image]) *
                 (is_golden(deal, image) ? deal->raters : deal->per_image);
    }
    return count;
}

static rs_status put_all(const dealing *deal, rs_rater_plan *plan, rs_error *error)
{
    uint64_t at = 0;
    RS_TRY(RS_NEW(&plan->begin, (uint64_t)deal->raters + 1, "raters", error));
    RS_TRY(RS_NEW(&plan->task, count_tasks(deal), "raters", error));
    for (uint32_t rater = 0; rater < deal->raters; ++rater) {
        put_rater(deal, rater, plan, &at);
        plan->begin[rater + 1] = at;
    }
    plan->golden = deal->golden_count;
    plan->per_image = deal->per_image;
    return RS_OK;
}

rs_status rs_rater_plan_make(rs_rater_plan *plan, const rs_tasks *tasks,
                             const bool *is_golden_image, uint32_t per_image, rs_error *error)
{
    dealing deal = {
        .tasks = tasks,
        .is_golden = is_golden_image,
        .raters = plan->names.count,
        .per_image = per_image < plan->names.count ? per_image : plan->names.count,
    };
    rs_status status = RS_OK;
    RS_TRY_DONE(deal_all(&deal, error));
    status = put_all(&deal, plan, error);
done:
    free(deal.first);
    free(deal.load);
    free(deal.taken);
    free(deal.own);
    free(deal.golden);
    free(deal.chosen);
    return status;
}

/* ---- in numbers ---- */

uint64_t rs_rater_plan_candidates(const rs_rater_plan *plan, const rs_tasks *tasks, uint32_t rater)
{
    uint64_t count = 0;
    for (uint64_t i = plan->begin[rater]; i < plan->begin[rater + 1]; ++i) {
        count += tasks->begin[plan->task[i] + 1] - tasks->begin[plan->task[i]];
    }
    return count;
}

uint32_t rs_rater_plan_images(const rs_rater_plan *plan, const rs_tasks *tasks, uint32_t rater)
{
    uint32_t count = 0;
    for (uint64_t i = plan->begin[rater]; i < plan->begin[rater + 1]; ++i) {
        count += tasks->part[plan->task[i]] == 1;
    }
    return count;
}
