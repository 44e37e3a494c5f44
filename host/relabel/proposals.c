/* proposals.c - sorted lists, merged model by model. */
#include "relabel/proposals.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"

#define NO_PLACE UINT64_MAX

void rs_proposals_clear(rs_proposals *proposals)
{
    free(proposals->list);
    *proposals = (rs_proposals){0};
}

rs_status rs_proposals_begin(const rs_label_view *labels, rs_proposals *proposals, rs_error *error)
{
    *proposals = (rs_proposals){.labels = labels};
    RS_TRY(RS_NEW(&proposals->list, labels->rows, "proposals", error));
    for (uint32_t i = 0; i < labels->rows; ++i) {
        if (labels->original[i] >= 0) {
            proposals->list[proposals->count++].place = rs_place_of(i, labels->original[i]);
        }
    }
    return RS_OK;
}

/* ---- merging ---- */

/* Four lists in ascending order, and where each is. */
typedef struct merger {
    const rs_proposals *proposals;
    const rs_model_scan *scan;
    uint64_t at;
    uint32_t image;
    uint64_t logit;
    uint64_t prob;
} merger;

static uint64_t place_at(const rs_largest *largest, uint64_t at)
{
    return at < largest->count ? largest->list[at].place : NO_PLACE;
}

static uint64_t first_place(merger *merge)
{
    const rs_model_scan *scan = merge->scan;
    while (merge->image < scan->rows && scan->first[merge->image] < 0) {
        ++merge->image;
    }
    return merge->image < scan->rows ? rs_place_of(merge->image, scan->first[merge->image])
                                     : NO_PLACE;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The next pair, by whomever it is proposed; false at the end. */
static bool merge_next(merger *merge, uint32_t bit, rs_proposal *next)
{
    const rs_proposals *old = merge->proposals;
    const uint64_t known = merge->at < old->count ? old->list[merge->at].place : NO_PLACE;
    const uint64_t first = first_place(merge);
    const uint64_t logit = place_at(&merge->scan->logits, merge->logit);
    const uint64_t prob = place_at(&merge->scan->probs, merge->prob);
    const uint64_t place = least(least(known, first), least(logit, prob));
    if (place == NO_PLACE) {
        return false;
    }
    *next = (rs_proposal){.place = place};
    if (known == place) {
        *next = old->list[merge->at++];
    }
    if (first == place) {
        next->first |= bit;
        ++merge->image;
    }
    if (logit == place) {
        next->logits |= bit;
        ++merge->logit;
    }
    if (prob == place) {
        next->probs |= bit;
        ++merge->prob;
    }
    return true;
}

rs_status rs_proposals_add(rs_proposals *proposals, const rs_model_scan *scan, rs_error *error)
{
    merger merge = {.proposals = proposals, .scan = scan};
    if (proposals->models == RS_PROPOSE_MODELS_MAX) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(), "leave some out",
                       "there are more than %d models", RS_PROPOSE_MODELS_MAX);
    }
    const uint64_t most = proposals->count + scan->rows + scan->logits.count + scan->probs.count;
    rs_proposal *list = NULL;
    RS_TRY(RS_NEW(&list, most, "proposals", error));
    uint64_t count = 0;
    while (merge_next(&merge, UINT32_C(1) << proposals->models, &list[count])) {
        ++count;
    }
    free(proposals->list);
    proposals->list = list;
    proposals->count = count;
    ++proposals->models;
    /* Most of the room is rarely needed; where it cannot be given back, it stays. */
    (void)RS_GROW(&proposals->list, count, "proposals", NULL);
    return RS_OK;
}

/* ---- subsets ---- */

static bool is_original(const rs_proposals *proposals, uint64_t place)
{
    return proposals->labels->original[rs_place_image(place)] == rs_place_class(place);
}

/* The bits of `models` that are in `subset`, moved together. */
static uint32_t squeeze(uint32_t models, uint32_t subset)
{
    uint32_t squeezed = 0;
    for (uint32_t place = 0; subset != 0; subset &= subset - 1, ++place) {
        const uint32_t lowest = subset & (~subset + 1);
        squeezed |= (models & lowest) != 0 ? UINT32_C(1) << place : 0;
    }
    return squeezed;
}

void rs_proposals_keep(rs_proposals *proposals, uint32_t subset)
{
    uint64_t kept = 0;
    for (uint64_t i = 0; i < proposals->count; ++i) {
        const rs_proposal *old = &proposals->list[i];
        const rs_proposal left = {old->place, squeeze(old->first, subset),
                                  squeeze(old->logits, subset), squeeze(old->probs, subset)};
        if (rs_proposal_models(&left) != 0 || is_original(proposals, left.place)) {
            proposals->list[kept++] = left;
        }
    }
    proposals->count = kept;
    proposals->models = (uint32_t)__builtin_popcount(subset);
}

rs_proposals_counts rs_proposals_count(const rs_proposals *proposals, uint32_t subset)
{
    rs_proposals_counts counts = {0};
    uint64_t next = 0;
    for (uint64_t i = 0; i < proposals->count; i = next) {
        const uint32_t image = rs_place_image(proposals->list[i].place);
        uint64_t candidates = 0;
        bool agreed = false;
        for (next = i;
             next < proposals->count && rs_place_image(proposals->list[next].place) == image;
             ++next) {
            const rs_proposal *proposal = &proposals->list[next];
            const bool original = is_original(proposals, proposal->place);
            candidates += original || (rs_proposal_models(proposal) & subset) != 0;
            agreed = agreed || (original && (proposal->first & subset) == subset);
        }
        counts.candidates += candidates;
        counts.rated += !agreed && candidates > 0;
        counts.rated_candidates += agreed ? 0 : candidates;
    }
    return counts;
}
