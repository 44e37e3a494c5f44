/* diagnose_pieces.c - runs of rows that stand elsewhere than they should.
 *
 * Parts that were joined in another order than that of their numbers, a batch that was lost or
 * written twice, halves that were exchanged: in such a file each run of rows is moved by a distance
 * of its own. Every row votes for the distances at which it would be right; at those of a run of
 * some hundred rows the votes stand out from what chance gives. Of these distances each row then
 * gets one, so that as many rows as possible are right while the distance seldom changes.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/diagnose_impl.h"
#include "tally/set_counts.h"

enum {
    LEAST_ROWS = 1000,
    ROWS_MOST = 1 << 18,
    LEAST_CLASSES = 20, /* of fewer, half of what is voted for is chance */
    VOTES_MOST = 1 << 22,
    PLACES_MOST = 1 << 13, /* for which one row votes */
    DISTANCES_MOST = 256,
    NEIGHBOURHOOD = 2, /* a distance that is tried has more votes than those next to it */
    NEAR = 8,          /* of rows that stand class by class, those up to it are tried always */
    TURN = 20          /* rows that a change of the distance has to make right */
};

typedef struct piece_search {
    const rs_trial *trial;
    const uint32_t *used;   /* the order that was said; NULL: by file name */
    const uint32_t *base;   /* that which is looked at */
    uint32_t *begin;        /* [classes + 1] in `place` */
    uint32_t *place;        /* [rows] places of each class in the order */
    uint32_t *votes;        /* [2 * rows] for distance d at d + rows */
    int32_t distance[DISTANCES_MOST];
    uint32_t count;
    uint64_t *turned;       /* [rows * DISTANCES_MOST / 64] bit: the best path turns to it here */
    uint16_t *from;         /* [rows] the distance that was best before this row */
    int64_t sum[DISTANCES_MOST];
    uint32_t *image;        /* [rows] */
} piece_search;

static uint64_t rows_of(const piece_search *search)
{
    return search->trial->labels->rows;
}

static uint64_t image_at(const piece_search *search, uint64_t place)
{
    return search->base == NULL ? place : search->base[place];
}

/* Places by class: a counting sort. */
static void sort_places(piece_search *search)
{
    const rs_label_view *const labels = search->trial->labels;
    memset(search->begin, 0, ((size_t)labels->classes + 1) * sizeof *search->begin);
    for (uint64_t i = 0; i < labels->rows; ++i) {
        if (labels->original[i] >= 0) {
            search->begin[labels->original[i] + 1] += 1;
        }
    }
    for (uint32_t c = 0; c < labels->classes; ++c) {
        search->begin[c + 1] += search->begin[c];
    }
    for (uint64_t i = labels->rows; i-- > 0;) { /* from the end, and begin[c + 1] goes down */
        const int32_t label = labels->original[image_at(search, i)];
        if (label >= 0) {
            search->place[--search->begin[label + 1]] = (uint32_t)i;
        }
    }
}

/* After sort_places begin[c + 1] is where class c begins. */
static uint32_t begin_of(const piece_search *search, uint32_t c)
{
    return search->begin[c + 1];
}

static uint32_t end_of(const piece_search *search, uint32_t c, uint32_t known)
{
    return c + 1 < search->trial->labels->classes ? search->begin[c + 2] : known;
}

/* Returns how many votes were given. */
static uint64_t vote(piece_search *search, uint32_t known)
{
    const rs_label_view *const labels = search->trial->labels;
    const uint64_t each = known / labels->classes + 1;
    const uint64_t step = labels->rows * each / VOTES_MOST + 1;
    uint64_t votes = 0;
    memset(search->votes, 0, 2 * labels->rows * sizeof *search->votes);
    for (uint64_t row = 0; row < labels->rows; row += step) {
        const int32_t answer = rs_predicted(search->trial, row);
        if (answer < 0 || (uint32_t)answer >= labels->classes) {
            continue;
        }
        const uint32_t end = end_of(search, (uint32_t)answer, known);
        uint32_t at = begin_of(search, (uint32_t)answer);
        if (end - at > PLACES_MOST) {
            continue;
        }
        votes += end - at;
        for (; at < end; ++at) {
            search->votes[search->place[at] + labels->rows - row] += 1;
        }
    }
    return votes;
}

static bool is_peak(const piece_search *search, uint64_t at)
{
    for (uint64_t near = at < NEIGHBOURHOOD ? 0 : at - NEIGHBOURHOOD;
         near <= at + NEIGHBOURHOOD && near < 2 * rows_of(search); ++near) {
        if (search->votes[near] > search->votes[at] ||
            (near < at && search->votes[near] == search->votes[at])) {
            return false;
        }
    }
    return true;
}

/* Keeps the distances with most votes, sorted. A distance of d has as many pairs of places as fit
 * between both ends. */
static void choose_distances(piece_search *search, uint64_t votes)
{
    const uint64_t rows = rows_of(search);
    uint32_t most[DISTANCES_MOST];
    search->count = 0;
    for (uint64_t at = 1; at < 2 * rows; ++at) {
        const double pairs = (double)(at < rows ? at : 2 * rows - at);
        const double chance = (double)votes * pairs / ((double)rows * (double)rows);
        const uint32_t here = search->votes[at];
        if ((double)here < chance + 7.0 * sqrt(chance + 1.0) + 8.0 || !is_peak(search, at) ||
            (search->count == DISTANCES_MOST && here <= most[DISTANCES_MOST - 1])) {
            continue;
        }
        uint32_t to = search->count < DISTANCES_MOST ? search->count++ : DISTANCES_MOST - 1;
        for (; to > 0 && most[to - 1] < here; --to) {
            most[to] = most[to - 1];
            search->distance[to] = search->distance[to - 1];
        }
        most[to] = here;
        search->distance[to] = (int32_t)((int64_t)at - (int64_t)rows);
    }
}

/* Whether images of a class stand one behind the other: then votes do not tell near distances. */
static bool is_by_class(const piece_search *search)
{
    const rs_label_view *const labels = search->trial->labels;
    uint64_t changes = 0;
    int32_t before = -1;
    for (uint64_t i = 0; i < labels->rows; ++i) {
        const int32_t label = labels->original[image_at(search, i)];
        changes += label != before;
        before = label;
    }
    return changes <= 2 * (uint64_t)labels->classes;
}

/* Images that are missing in such rows, or come twice, move those behind them by a few. */
static void add_near_distances(piece_search *search)
{
    for (int32_t near = -NEAR; near <= NEAR; ++near) {
        bool known = false;
        for (uint32_t k = 0; k < search->count; ++k) {
            known = known || search->distance[k] == near;
        }
        if (!known && search->count < DISTANCES_MOST) {
            search->distance[search->count++] = near;
        }
    }
}

/* By the label, and again where the set of that image agrees. */
static int count_row(const piece_search *search, uint64_t row, int32_t distance)
{
    const rs_label_view *const labels = search->trial->labels;
    const int64_t place = (int64_t)row + distance;
    if (place < 0 || (uint64_t)place >= labels->rows) {
        return 0;
    }
    const uint64_t image = image_at(search, (uint64_t)place);
    const int32_t answer = rs_predicted(search->trial, row);
    if (answer < 0 || labels->original[image] != answer) {
        return 0;
    }
    return labels->real_begin[image + 1] > labels->real_begin[image] &&
                   rs_set_holds(labels, image, answer)
               ? 2
               : 1;
}

/* The best path through the distances, from the first row to the last. */
static uint32_t find_path(piece_search *search)
{
    const uint64_t words = DISTANCES_MOST / 64;
    uint32_t best = 0;
    memset(search->sum, 0, sizeof search->sum);
    memset(search->turned, 0, rows_of(search) * words * sizeof *search->turned);
    for (uint64_t row = 0; row < rows_of(search); ++row) {
        const int64_t turn = search->sum[best] - TURN;
        uint32_t next = 0;
        search->from[row] = (uint16_t)best;
        for (uint32_t k = 0; k < search->count; ++k) {
            if (search->sum[k] < turn) {
                search->sum[k] = turn;
                search->turned[row * words + k / 64] |= UINT64_C(1) << (k % 64);
            }
            search->sum[k] += count_row(search, row, search->distance[k]);
            next = search->sum[k] > search->sum[next] ? k : next;
        }
        best = next;
    }
    return best;
}

typedef struct pieces {
    uint64_t count;
    bool near;      /* none is moved by more than a few rows */
    uint64_t begin; /* the first row that is moved, and where its image is */
    uint64_t place;
} pieces;

/* From the last row to the first, each as image[row]. */
static pieces follow_path(piece_search *search, uint32_t last)
{
    const uint64_t rows = rows_of(search);
    pieces found = {.count = 1, .near = true, .begin = rows};
    uint32_t k = last;
    for (uint64_t row = rows; row-- > 0;) {
        const int64_t place = (int64_t)row + search->distance[k];
        const bool inside = place >= 0 && (uint64_t)place < rows;
        search->image[row] = (uint32_t)image_at(search, inside ? (uint64_t)place : row);
        found.near = found.near && search->distance[k] >= -NEAR && search->distance[k] <= NEAR;
        if (search->distance[k] != 0 && inside) {
            found.begin = row;
            found.place = (uint64_t)place;
        }
        const uint64_t turns = search->turned[row * (DISTANCES_MOST / 64) + k / 64];
        if (row > 0 && (turns >> (k % 64) & 1) != 0) {
            k = search->from[row];
            found.count += 1;
        }
    }
    return found;
}

static void describe(const char *order, const pieces *found, rs_guess *guess)
{
    if (found->near) {
        (void)snprintf(guess->what, sizeof guess->what,
                       "rows look like %s with images missing or twice: row %llu is of the image "
                       "that is number %llu there, from 0, and so on",
                       order, (unsigned long long)found->begin, (unsigned long long)found->place);
    } else if (found->count == 1) {
        (void)snprintf(guess->what, sizeof guess->what,
                       "rows look like %s moved: row %llu is of the image that is number %llu "
                       "there, from 0",
                       order, (unsigned long long)found->begin, (unsigned long long)found->place);
    } else {
        (void)snprintf(guess->what, sizeof guess->what,
                       "rows look like %s in %llu pieces that are not in their places: row %llu is "
                       "of the image that is number %llu there, from 0, and so on",
                       order, (unsigned long long)found->count, (unsigned long long)found->begin,
                       (unsigned long long)found->place);
    }
    if (found->near) {
        (void)snprintf(guess->advice, sizeof guess->advice,
                       "predict the missing images and put their rows in their places, or write "
                       "the file names in this order to a list and use --order LIST");
        return;
    }
    (void)snprintf(guess->advice, sizeof guess->advice,
                   "join parts in the order of their numbers, none missing and none twice, or "
                   "write the file names in this order to a list and use --order LIST");
}

static void try_order(piece_search *search, const char *name, rs_guess *guess)
{
    sort_places(search);
    uint32_t known = 0;
    for (uint64_t i = 0; i < rows_of(search); ++i) {
        known += search->trial->labels->original[i] >= 0;
    }
    choose_distances(search, vote(search, known));
    if (is_by_class(search)) {
        add_near_distances(search);
    }
    if (search->count == 0 || (search->count == 1 && search->distance[0] == 0)) {
        return;
    }
    const pieces found = follow_path(search, find_path(search));
    const rs_fit fit = rs_fit_of(search->trial, search->image, NULL);
    if (found.begin < rows_of(search) &&
        fit.right + fit.in_set > guess->fit.right + guess->fit.in_set) {
        guess->fit = fit;
        guess->contest = rs_contest_of(search->trial, search->image, NULL, search->used);
        guess->neighbours = rs_count_neighbours(search->trial, search->image, NULL);
        describe(name, &found, guess);
    }
}

rs_status rs_guess_pieces(const rs_trial *trial, const rs_base_orders *orders, rs_guess *guess,
                          rs_error *error)
{
    const uint64_t rows = trial->labels->rows;
    const uint64_t words = DISTANCES_MOST / 64;
    piece_search *search = NULL;
    rs_status status = RS_OK;
    *guess = (rs_guess){.fit = {0}};
    if (rows < LEAST_ROWS || rows > ROWS_MOST || trial->labels->classes < LEAST_CLASSES) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&search, 1, "a search", error));
    search->trial = trial;
    search->used = orders->order[0].image;
    RS_TRY_DONE(RS_NEW(&search->begin, (uint64_t)trial->labels->classes + 1, "classes", error));
    RS_TRY_DONE(RS_NEW(&search->place, rows, "places", error));
    RS_TRY_DONE(RS_NEW(&search->votes, 2 * rows, "votes", error));
    RS_TRY_DONE(RS_NEW(&search->turned, rows * words, "a path", error));
    RS_TRY_DONE(RS_NEW(&search->from, rows, "a path", error));
    RS_TRY_DONE(RS_NEW(&search->image, rows, "a row order", error));
    for (size_t o = orders->dealt ? 1 : 0; o < orders->count; ++o) {
        search->base = orders->order[o].image;
        try_order(search, orders->order[o].name, guess);
    }
done:
    if (search != NULL) {
        free(search->image);
        free(search->from);
        free(search->turned);
        free(search->votes);
        free(search->place);
        free(search->begin);
    }
    free(search);
    return status;
}
