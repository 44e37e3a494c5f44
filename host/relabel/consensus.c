/* consensus.c - counts who says what of each image, then looks at the labels. */
#include "relabel/consensus.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/compare.h"
#include "base/error.h"

/* ---- what models say ---- */

rs_status rs_opinions_begin(const rs_labels *labels, rs_opinions *opinions, rs_error *error)
{
    *opinions = (rs_opinions){.labels = labels};
    return RS_NEW(&opinions->first, rs_labels_get_view(labels)->rows, "what models say", error);
}

void rs_opinions_clear(rs_opinions *opinions)
{
    free(opinions->first);
    free(opinions->said);
    *opinions = (rs_opinions){0};
}

static rs_status add_said(rs_opinions *opinions, uint32_t image, int32_t class_index,
                          rs_error *error)
{
    for (uint32_t at = opinions->first[image]; at > 0; at = opinions->said[at - 1].next) {
        if (opinions->said[at - 1].class_index == class_index) {
            ++opinions->said[at - 1].models;
            return RS_OK;
        }
    }
    if (opinions->said_count == opinions->room) {
        const uint64_t room = opinions->room == 0 ? 1024 : 2 * opinions->room;
        if (room > UINT32_MAX) {
            return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(), "take fewer models at once",
                           "models say more than 2,147,483,648 different things");
        }
        RS_TRY(RS_GROW(&opinions->said, room, "what models say", error));
        opinions->room = room;
    }
    opinions->said[opinions->said_count++] =
        (rs_said){.class_index = class_index, .models = 1, .next = opinions->first[image]};
    opinions->first[image] = (uint32_t)opinions->said_count;
    return RS_OK;
}

rs_status rs_opinions_add(rs_opinions *opinions, const rs_mistakes_input *input, rs_error *error)
{
    for (uint64_t row = 0; row < input->rows; ++row) {
        const int32_t prediction = input->prediction[row * input->stride];
        if (prediction >= 0) {
            RS_TRY(add_said(opinions, rs_mistakes_image(input, row), prediction, error));
        }
    }
    ++opinions->models;
    return RS_OK;
}

/* ---- what the labels say of it ---- */

/* Of one image: the class that most models say, and how many models are right. */
typedef struct image_votes {
    int32_t most;
    uint32_t most_models;
    uint32_t as_label;
    uint32_t in_set;
    bool most_in_set;
} image_votes;

static image_votes votes_of(const rs_opinions *opinions, uint32_t image)
{
    const rs_label_view *const view = rs_labels_get_view(opinions->labels);
    image_votes votes = {.most = -1};
    for (uint32_t at = opinions->first[image]; at > 0; at = opinions->said[at - 1].next) {
        const rs_said *const said = &opinions->said[at - 1];
        const bool in_set = rs_mistakes_in_set(view, image, said->class_index);
        votes.in_set += in_set ? said->models : 0;
        votes.as_label += said->class_index == view->original[image] ? said->models : 0;
        if (said->models > votes.most_models ||
            (said->models == votes.most_models && said->class_index < votes.most)) {
            votes.most = said->class_index;
            votes.most_models = said->models;
            votes.most_in_set = in_set;
        }
    }
    return votes;
}

static void judge_image(const rs_opinions *opinions, uint32_t image, rs_consensus *consensus)
{
    const rs_label_view *const view = rs_labels_get_view(opinions->labels);
    const bool labelled = view->original[image] >= 0;
    const bool has_set = view->real_begin[image] < view->real_begin[image + 1];
    const image_votes votes = votes_of(opinions, image);
    const uint32_t models = opinions->models;
    const bool could[RS_AGREED_KINDS] = {labelled, labelled && has_set, has_set};
    const bool most = 2 * (uint64_t)votes.most_models > models;
    const rs_agreed_image found = {
        .image = image,
        .most = votes.most,
        .models = votes.most_models,
        .is = {labelled && most && votes.most != view->original[image],
               labelled && has_set && votes.in_set == models && votes.as_label == 0,
               has_set && votes.in_set == 0},
    };
    bool any = false;
    for (int kind = 0; kind < RS_AGREED_KINDS; ++kind) {
        consensus->rows[kind] += could[kind];
        consensus->images[kind] += found.is[kind];
        any = any || found.is[kind];
    }
    consensus->decided += found.is[RS_AGREED_AGAINST_LABEL] && has_set;
    consensus->accepted += found.is[RS_AGREED_AGAINST_LABEL] && votes.most_in_set;
    if (any) {
        consensus->list[consensus->count++] = found;
    }
}

RS_SORTS(compare_images, rs_agreed_image)
{
    RS_ORDER_BY(right->models, left->models);
    return RS_COMPARE(left->image, right->image);
}

rs_status rs_consensus_find(const rs_opinions *opinions, rs_consensus *consensus, rs_error *error)
{
    const uint64_t rows = rs_labels_get_view(opinions->labels)->rows;
    *consensus = (rs_consensus){.models = opinions->models};
    RS_TRY(RS_NEW(&consensus->list, rows, "the consensus of models", error));
    for (uint64_t image = 0; image < rows && opinions->models > 0; ++image) {
        judge_image(opinions, (uint32_t)image, consensus);
    }
    qsort(consensus->list, consensus->count, sizeof *consensus->list, compare_images);
    return RS_OK;
}

void rs_consensus_clear(rs_consensus *consensus)
{
    free(consensus->list);
    *consensus = (rs_consensus){0};
}
