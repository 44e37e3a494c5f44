/* diagnose_ranks.c - files of ranks that were joined in another order than that of their numbers.
 *
 * rank_0, rank_1, rank_10, rank_11, ..., rank_2: names sorted as texts; or files in the order in
 * which the processes came to their end. Each is every W-th row, so some rows of the first block
 * tell whether it is that of any rank; where it is, all rows of each block tell which.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/diagnose_impl.h"
#include "tally/set_counts.h"

enum {
    RANKS_MOST = 64,
    LEAST_ROWS = 1000,
    LEAST_BLOCK = 50,
    SAMPLE = 64,    /* rows of the first block, ... */
    LEAST_RIGHT = 8 /* ... of which so many are right, or W is another */
};

/* Rows r, r + ranks, ... */
static uint64_t rank_rows(uint64_t rows, uint32_t ranks, uint32_t rank)
{
    return (rows - rank + ranks - 1) / ranks;
}

typedef struct rank_search {
    const rs_trial *trial;
    const uint32_t *base;
    uint32_t ranks;
    uint32_t rank[RANKS_MOST]; /* of each block */
    uint32_t *image;           /* [rows] */
} rank_search;

static uint64_t image_at(const rank_search *search, uint64_t place)
{
    return search->base == NULL ? place : search->base[place];
}

/* Rows right by the label, and again by the set, which is of the image and tells ranks apart where
 * the images stood class by class. */
static uint64_t count_right(const rank_search *search, uint64_t begin, uint32_t rank, uint64_t step)
{
    const rs_label_view *const labels = search->trial->labels;
    const uint64_t rows = rank_rows(labels->rows, search->ranks, rank);
    uint64_t right = 0;
    for (uint64_t i = 0; i < rows && begin + i < labels->rows; i += step) {
        const int32_t answer = rs_predicted(search->trial, begin + i);
        const uint64_t image = image_at(search, rank + i * search->ranks);
        if (answer >= 0 && answer == labels->original[image]) {
            right += labels->real_begin[image + 1] > labels->real_begin[image] &&
                             rs_set_holds(labels, image, answer)
                         ? 2
                         : 1;
        }
    }
    return right;
}

/* Returns how many of the rows that are looked at are right as the best of those that are left. */
static uint64_t find_rank(const rank_search *search, const bool *taken, uint64_t begin,
                          uint64_t step, uint32_t *best)
{
    uint64_t most = 0;
    *best = 0;
    for (uint32_t rank = 0; rank < search->ranks; ++rank) {
        const uint64_t right = taken[rank] ? 0 : count_right(search, begin, rank, step);
        *best = right > most ? rank : *best;
        most = right > most ? right : most;
    }
    return most;
}

/* False where the first block is that of no rank. */
static bool find_ranks(rank_search *search)
{
    bool taken[RANKS_MOST] = {false};
    uint32_t rank = 0;
    uint64_t begin = 0;
    const uint64_t rows = search->trial->labels->rows;
    const uint64_t step = rows / search->ranks / SAMPLE + 1;
    if (find_rank(search, taken, 0, step, &rank) < LEAST_RIGHT) {
        return false;
    }
    for (uint32_t block = 0; block < search->ranks; ++block) {
        (void)find_rank(search, taken, begin, 1, &rank);
        if (taken[rank]) {
            return false;
        }
        taken[rank] = true;
        search->rank[block] = rank;
        begin += rank_rows(rows, search->ranks, rank);
    }
    return true;
}

static void fill_images(const rank_search *search)
{
    const uint64_t rows = search->trial->labels->rows;
    uint64_t row = 0;
    for (uint32_t block = 0; block < search->ranks; ++block) {
        for (uint64_t place = search->rank[block]; place < rows; place += search->ranks) {
            search->image[row++] = (uint32_t)image_at(search, place);
        }
    }
}

static void describe(const rank_search *search, const char *order, rs_guess *guess)
{
    (void)snprintf(guess->what, sizeof guess->what,
                   "rows look like those of %s dealt out over %u processes, one behind the other, "
                   "but from process %u, %u%s on",
                   order, search->ranks, search->rank[0], search->rank[1],
                   search->ranks > 2 ? ", ..." : "");
    (void)snprintf(guess->advice, sizeof guess->advice,
                   "join the files of the processes in the order of their numbers and use --deal "
                   "%u (names sorted as texts have 10 before 2)",
                   search->ranks);
}

/* The best of many ranks is right more often than chance; that of a block is told by nothing
 * else. */
static bool is_beyond_choice(const rank_search *search, const rs_fit *fit)
{
    const rs_label_view *const labels = search->trial->labels;
    const double chance = 2.0 / (double)labels->classes;
    const double block = (double)labels->rows / (double)search->ranks;
    return block >= (double)LEAST_BLOCK &&
           rs_fit_accuracy(fit) >= 2.0 * (chance + 3.5 * sqrt(chance / block));
}

rs_status rs_guess_ranks(const rs_trial *trial, const rs_base_orders *orders, rs_guess *guess,
                         rs_error *error)
{
    const uint64_t rows = trial->labels->rows;
    rank_search search = {.trial = trial};
    *guess = (rs_guess){.fit = {0}};
    if (rows < LEAST_ROWS) {
        return RS_OK;
    }
    RS_TRY(RS_NEW(&search.image, rows, "a row order", error));
    for (size_t o = orders->dealt ? 1 : 0; o < orders->count; ++o) {
        search.base = orders->order[o].image;
        for (search.ranks = 2; search.ranks <= RANKS_MOST; ++search.ranks) {
            if (!find_ranks(&search)) {
                continue;
            }
            fill_images(&search);
            const rs_fit fit = rs_fit_of(trial, search.image, NULL);
            if (is_beyond_choice(&search, &fit) &&
                fit.right + fit.in_set > guess->fit.right + guess->fit.in_set) {
                guess->fit = fit;
                guess->contest =
                    rs_contest_of(trial, search.image, NULL, orders->order[0].image);
                guess->neighbours = rs_count_neighbours(trial, search.image, NULL);
                describe(&search, orders->order[o].name, guess);
            }
        }
    }
    free(search.image);
    return RS_OK;
}
