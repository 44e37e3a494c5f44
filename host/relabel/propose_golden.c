/* propose_golden.c - golden pairs to sets of models. */
#include "relabel/propose_golden.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"

void rs_golden_proposals_clear(rs_golden_proposals *made)
{
    free(made->mask);
    free(made->is_right);
    free(made->image);
    free(made->of_image);
    *made = (rs_golden_proposals){0};
}

/* What the golden set says of a row. */
typedef struct golden_row {
    bool marked;      /* the golden set looked at its image */
    uint32_t number;  /* of the image in the golden set, in the order of the rows */
    uint32_t present; /* pairs that are there */
} golden_row;

/* Marks the rows of the images that the golden set looked at. */
static rs_status mark_rows(const rs_golden *golden, const rs_image_rows *images, golden_row *marked,
                           rs_error *error)
{
    uint32_t *row = NULL;
    RS_TRY(rs_image_rows_map(images, &golden->pairs, golden->path, &row, error));
    for (uint32_t pair = 0; pair < golden->pairs.count; ++pair) {
        if (rs_golden_is_judged(golden, pair)) {
            golden_row *const at = &marked[row[golden->pairs.image[pair]]];
            at->marked = true;
            at->present += rs_golden_is_present(golden, pair);
        }
    }
    free(row);
    for (uint32_t i = 0; i < golden->listed.count; ++i) {
        const rs_span name = rs_name_table_get(&golden->listed, i);
        const int64_t at = rs_image_rows_find(images, name);
        if (at < 0) {
            return rs_fail(error, RS_MISMATCH, golden->path, rs_nowhere(),
                           "give --files LIST: the file names of all images, in the order of the "
                           "labels",
                           "the image %s is that of no row", RS_SHOW_SPAN(name));
        }
        marked[at].marked = true;
    }
    return RS_OK;
}

typedef enum golden_verdict { GOLDEN_ABSENT = 0, GOLDEN_PRESENT, GOLDEN_UNJUDGED } golden_verdict;

static golden_verdict verdict_on(const rs_golden *golden, rs_span image, int32_t class_index)
{
    const int64_t pair = rs_pairs_find(&golden->pairs, image, class_index);
    if (pair >= 0 && rs_golden_is_judged(golden, (uint32_t)pair)) {
        return rs_golden_is_present(golden, (uint32_t)pair) ? GOLDEN_PRESENT : GOLDEN_ABSENT;
    }
    /* lists say what is there: everything else is not */
    return golden->whole_images && rs_name_table_find(&golden->listed, image) >= 0
               ? GOLDEN_ABSENT
               : GOLDEN_UNJUDGED;
}

static void add_proposal(rs_golden_proposals *made, const rs_label_view *labels,
                         const rs_proposal *proposal, uint32_t image, bool right)
{
    rs_subset_task *const task = &made->task;
    if (labels->original[rs_place_image(proposal->place)] == rs_place_class(proposal->place)) {
        ++task->always;
        task->always_right += right;
        ++made->of_image[image].always;
        made->of_image[image].always_right += right;
        return;
    }
    made->image[task->count] = image;
    made->mask[task->count] = rs_proposal_models(proposal);
    made->is_right[task->count++] = right;
}

/* The proposals for marked rows. */
static void take_proposals(const rs_proposals *proposals, const rs_golden *golden,
                           const rs_image_rows *images, const golden_row *marked,
                           bool unjudged_absent, rs_golden_proposals *made)
{
    for (uint64_t i = 0; i < proposals->count; ++i) {
        const rs_proposal *proposal = &proposals->list[i];
        const uint32_t row = rs_place_image(proposal->place);
        char room[RS_IMAGE_NAME_BYTES];
        if (!marked[row].marked) {
            continue;
        }
        const golden_verdict verdict = verdict_on(golden, rs_image_rows_name(images, row, room),
                                                  rs_place_class(proposal->place));
        made->unjudged += verdict == GOLDEN_UNJUDGED;
        if (verdict != GOLDEN_UNJUDGED || unjudged_absent) {
            add_proposal(made, proposals->labels, proposal, marked[row].number,
                         verdict == GOLDEN_PRESENT);
        }
    }
}

static rs_status number_images(golden_row *marked, uint64_t rows, rs_golden_proposals *made,
                               rs_error *error)
{
    for (uint64_t row = 0; row < rows; ++row) {
        marked[row].number = made->images;
        made->images += marked[row].marked;
    }
    RS_TRY(RS_NEW(&made->of_image, made->images, "golden images", error));
    for (uint64_t row = 0; row < rows; ++row) {
        if (marked[row].marked) {
            made->of_image[marked[row].number].present = marked[row].present;
        }
    }
    return RS_OK;
}

/* Room for all proposals of marked rows. */
static rs_status make_room(const rs_proposals *proposals, const golden_row *marked,
                           rs_golden_proposals *made, rs_error *error)
{
    uint64_t count = 0;
    for (uint64_t i = 0; i < proposals->count; ++i) {
        count += marked[rs_place_image(proposals->list[i].place)].marked;
    }
    if (count > UINT32_MAX) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), "lower --extra",
                       "there are too many proposals for the images of the golden set");
    }
    RS_TRY(RS_NEW(&made->mask, count, "golden pairs", error));
    RS_TRY(RS_NEW(&made->is_right, count, "golden pairs", error));
    RS_TRY(RS_NEW(&made->image, count, "golden pairs", error));
    return RS_OK;
}

static rs_status fill(const rs_proposals *proposals, const rs_golden *golden,
                      const rs_image_rows *images, bool unjudged_absent, golden_row *marked,
                      rs_golden_proposals *made, rs_error *error)
{
    uint64_t judged = 0;
    uint64_t present = 0;
    RS_TRY(mark_rows(golden, images, marked, error));
    RS_TRY(number_images(marked, proposals->labels->rows, made, error));
    RS_TRY(make_room(proposals, marked, made, error));
    take_proposals(proposals, golden, images, marked, unjudged_absent, made);
    rs_golden_count(golden, &judged, &present);
    rs_subset_task *const task = &made->task;
    task->models = proposals->models;
    task->mask = made->mask;
    task->is_right = made->is_right;
    task->present = (uint32_t)present;
    made->judged = (uint32_t)judged;
    made->missed = task->present - task->always_right;
    for (uint32_t i = 0; i < task->count; ++i) {
        made->missed -= made->is_right[i];
    }
    if (task->present == 0) {
        return rs_fail(error, RS_MISMATCH, golden->path, rs_nowhere(),
                       "give a golden set in which some pairs are present",
                       "no pair of the golden set is present: there is no recall");
    }
    return RS_OK;
}

rs_status rs_golden_proposals_make(const rs_proposals *proposals, const rs_golden *golden,
                                   const rs_image_rows *images, bool unjudged_absent,
                                   rs_golden_proposals *made, rs_error *error)
{
    golden_row *judged = NULL;
    *made = (rs_golden_proposals){0};
    RS_TRY(RS_NEW(&judged, proposals->labels->rows, "golden images", error));
    const rs_status status = fill(proposals, golden, images, unjudged_absent, judged, made, error);
    free(judged);
    if (status != RS_OK) {
        rs_golden_proposals_clear(made);
    }
    return status;
}
