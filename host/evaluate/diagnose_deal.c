/* diagnose_deal.c - over how many processes, in what batches, rows were dealt out.
 *
 * There are some 60,000 ways for each order of the images. Nearly all are dismissed by a few rows
 * drawn at random, of which next to none is right by chance: under a wrong way a row is right as
 * often as a guess is. Batches of 64 rows and more are only looked at where the beginnings of the
 * first two say so: rows of one batch are as far from each other in the set as in the file, or as
 * there are ranks. A way must promise more than the order that was used and than those found
 * before; what is left is tried on more rows, and the best of them on all.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/random.h"
#include "evaluate/diagnose_impl.h"

enum {
    RANKS_MOST = 64,
    BATCH_MOST = 1024,
    SHORT = 24,    /* rows of the first batch, of which one must be right, ... */
    PREFIX = 64,   /* ... rows of which more must be, ... */
    SECOND = 16,   /* ... and rows of the second, that say whether a long batch is looked at */
    GLANCE = 24,   /* rows of which one must be right, ... */
    LOOK = 48,     /* ... and of these two; more where the order that was used has more */
    GAZE = 128,    /* and of these half as many as of the worst that was kept */
    SAMPLE = 1024, /* rows on which those that are left are compared */
    FINALISTS = 8,
    LEAST_ROWS = 1000
};

typedef struct finalist {
    uint32_t hits; /* in the sample */
    rs_deal deal;
    size_t order;
} finalist;

typedef struct deal_search {
    const rs_trial *trial;
    uint32_t rows;
    const int32_t *label; /* [rows] of the order that is looked at */
    size_t order;
    uint32_t sample[SAMPLE]; /* rows with an answer, at random */
    int32_t answer[SAMPLE];  /* theirs */
    uint32_t least_glanced, least_looked;
    finalist best[FINALISTS];
    uint32_t count;
} deal_search;

static bool hits(const deal_search *search, const rs_deal *deal, uint32_t at)
{
    const uint32_t place = rs_deal_place(deal, search->rows, search->sample[at]);
    return place < search->rows && search->label[place] == search->answer[at];
}

static uint32_t count_hits(const deal_search *search, const rs_deal *deal, uint32_t begin,
                           uint32_t end)
{
    uint32_t count = 0;
    for (uint32_t i = begin; i < end; ++i) {
        count += hits(search, deal, i) ? 1 : 0;
    }
    return count;
}

/* Keeps the finalists sorted, most hits first; of equals the first that was found. */
static void enter(deal_search *search, const rs_deal *deal, uint32_t count)
{
    uint32_t at = search->count;
    if (at == FINALISTS && count <= search->best[FINALISTS - 1].hits) {
        return;
    }
    if (at < FINALISTS) {
        search->count += 1;
    } else {
        --at;
    }
    for (; at > 0 && search->best[at - 1].hits < count; --at) {
        search->best[at] = search->best[at - 1];
    }
    search->best[at] = (finalist){count, *deal, search->order};
}

static void consider(deal_search *search, const rs_deal *deal)
{
    uint32_t count = count_hits(search, deal, 0, GLANCE);
    if (count < search->least_glanced) {
        return;
    }
    count += count_hits(search, deal, GLANCE, LOOK);
    if (count < search->least_looked) {
        return;
    }
    count += count_hits(search, deal, LOOK, GAZE);
    if (search->count == FINALISTS &&
        2 * count * SAMPLE < search->best[FINALISTS - 1].hits * GAZE) {
        return;
    }
    enter(search, deal, count + count_hits(search, deal, GAZE, SAMPLE));
}

/* How many of `count` rows from `row` on, all of one batch, are right. */
static uint32_t count_right(const deal_search *search, const rs_deal *deal, uint32_t row,
                            uint32_t count)
{
    const uint32_t step = deal->kind == RS_DEAL_ROWS ? deal->ranks : 1;
    uint32_t place = rs_deal_place(deal, search->rows, row);
    uint32_t right = 0;
    for (uint32_t i = 0; i < count && place < search->rows && row + i < search->rows; ++i) {
        right += search->label[place] == rs_predicted(search->trial, row + i) ? 1 : 0;
        place += step;
    }
    return right;
}

static void try_batches(deal_search *search, uint32_t ranks, rs_deal_kind kind)
{
    const uint32_t most = search->rows / ranks < BATCH_MOST ? search->rows / ranks : BATCH_MOST;
    for (uint32_t batch = 1; batch <= most; ++batch) {
        const rs_deal deal = {ranks, batch, kind};
        if (kind == RS_DEAL_ROWS && batch == 1) {
            continue; /* as they were */
        }
        if (batch == SHORT && count_right(search, &deal, 1, SHORT) < 1) { /* row 0 is always 0 */
            return;
        }
        if (batch == PREFIX && count_right(search, &deal, 0, PREFIX) < 3) {
            return;
        }
        if (batch >= PREFIX && count_right(search, &deal, batch, SECOND) < 1) {
            continue;
        }
        consider(search, &deal);
    }
}

static void try_deals(deal_search *search)
{
    for (uint32_t ranks = 2; ranks <= RANKS_MOST; ++ranks) {
        consider(search, &(rs_deal){ranks, 0, RS_DEAL_ROWS});
        if (search->rows % ranks != 0) {
            consider(search, &(rs_deal){ranks, 0, RS_DEAL_TRUNCATED});
        }
        try_batches(search, ranks, RS_DEAL_ROWS);
        try_batches(search, ranks, RS_DEAL_BATCHES);
        try_batches(search, ranks, RS_DEAL_BLOCKS);
    }
}

static void draw_sample(deal_search *search)
{
    rs_random random = rs_random_make(1, 0);
    for (uint32_t i = 0; i < SAMPLE; ++i) {
        uint32_t row = 0;
        for (int tries = 0; tries < 16; ++tries) { /* a row without an answer only where most are */
            row = (uint32_t)rs_random_below(&random, search->rows);
            if (rs_predicted(search->trial, row) >= 0) {
                break;
            }
        }
        search->sample[i] = row;
        search->answer[i] = rs_predicted(search->trial, row);
    }
}

/* Which image each row is. */
static void fill_images(const deal_search *search, const rs_deal *deal, const uint32_t *base,
                        uint32_t *image)
{
    rs_deal_places(deal, search->rows, image);
    for (uint32_t i = 0; base != NULL && i < search->rows; ++i) {
        image[i] = base[image[i]];
    }
}

/* The best finalist on all rows, of those close to each other. Those that pad are tried both ways,
 * which differ in few rows. */
static void decide(const deal_search *search, const rs_base_orders *orders, uint32_t *image,
                   rs_found_deal *found)
{
    const uint32_t most = search->count == 0 ? 0 : search->best[0].hits;
    const uint32_t close = most - most / 32;
    for (uint32_t f = 0; f < search->count && search->best[f].hits >= close; ++f) {
        for (int way = 0; way < 2; ++way) {
            rs_deal deal = search->best[f].deal;
            if (way == 1 && (deal.kind != RS_DEAL_ROWS || search->rows % deal.ranks == 0)) {
                break;
            }
            deal.kind = way == 1 ? RS_DEAL_TRUNCATED : deal.kind;
            fill_images(search, &deal, orders->order[search->best[f].order].image, image);
            const rs_fit fit = rs_fit_of(search->trial, image, NULL);
            if (fit.right > found->fit.right) {
                *found = (rs_found_deal){.deal = deal, .order = search->best[f].order, .fit = fit};
            }
        }
    }
}

static uint64_t count_differing(const deal_search *search, const uint32_t *image,
                                const uint32_t *used)
{
    const int32_t *const original = search->trial->labels->original;
    uint64_t differ = 0;
    for (uint32_t i = 0; i < search->rows; ++i) {
        const int32_t answer = rs_predicted(search->trial, i);
        const bool by_deal = answer == original[image[i]];
        const bool by_used = answer == original[used == NULL ? i : used[i]];
        differ += answer >= 0 && by_deal != by_used;
    }
    return differ;
}

rs_status rs_find_deal(const rs_trial *trial, const rs_base_orders *orders, double used,
                       rs_found_deal *found, rs_error *error)
{
    deal_search *search = NULL;
    int32_t *label = NULL;
    uint32_t *image = NULL;
    rs_status status = RS_OK;
    const rs_label_view *const labels = trial->labels;
    *found = (rs_found_deal){.fit = {0}};
    if (labels->rows < LEAST_ROWS || labels->rows > INT32_MAX) {
        return RS_OK;
    }
    RS_TRY_DONE(RS_NEW(&search, 1, "a search", error));
    RS_TRY_DONE(RS_NEW(&label, labels->rows, "labels in order", error));
    RS_TRY_DONE(RS_NEW(&image, labels->rows, "a row order", error));
    search->trial = trial;
    search->rows = (uint32_t)labels->rows;
    search->label = label;
    search->least_glanced = 1 + (uint32_t)(0.3 * used * (double)GLANCE);
    search->least_looked = 2 + (uint32_t)(0.5 * used * (double)LOOK);
    draw_sample(search);
    for (search->order = orders->dealt ? 1 : 0; search->order < orders->count; ++search->order) {
        const uint32_t *const base = orders->order[search->order].image;
        for (uint64_t i = 0; i < labels->rows; ++i) {
            label[i] = labels->original[base == NULL ? i : base[i]];
        }
        try_deals(search);
    }
    decide(search, orders, image, found);
    if (found->fit.right > 0) {
        fill_images(search, &found->deal, orders->order[found->order].image, image);
        found->differ = count_differing(search, image, orders->order[0].image);
        found->neighbours = rs_count_neighbours(trial, image, NULL);
    }
done:
    free(image);
    free(label);
    free(search);
    return status;
}

/* ---- the words ---- */

void rs_describe_deal(const rs_deal *deal, char *text, size_t size)
{
    static const char *const of[RS_DEAL_KINDS] = {
        [RS_DEAL_ROWS] = "dealt out over",
        [RS_DEAL_PADDED] = "dealt out over",
        [RS_DEAL_TRUNCATED] = "dealt out and padded over",
        [RS_DEAL_BATCHES] = "dealt out",
        [RS_DEAL_BLOCKS] = "split in blocks over",
    };
    if (deal->kind == RS_DEAL_BATCHES) {
        (void)snprintf(text, size,
                       "dealt out in batches of %u over %u processes, one behind the other",
                       deal->batch, deal->ranks);
    } else if (deal->batch == 0) {
        (void)snprintf(text, size, "%s %u processes, one behind the other", of[deal->kind],
                       deal->ranks);
    } else {
        (void)snprintf(text, size, "%s %u processes and gathered in batches of %u", of[deal->kind],
                       deal->ranks, deal->batch);
    }
}
