/* glance.c - see glance.h. */
#include "evaluate/glance.h"

#include <math.h>

enum {
    LEAST_ROWS = 1000,
    LEAST_CLASSES = 20, /* of fewer, guesses are right too often */
    LEAST_RUN = 200,    /* rows, where they are of one class: a model may be hopeless at it */
    LEAST_OF_TWO = 60   /* where they are of more */
};

#define LEAST_ODDS  40.0 /* the logarithm of how much likelier rows are as guesses */
#define LEAST_RIGHT 0.10
/* Rows of a class that stand together; of fewer classes a model may be right in none. */
#define FEW_CLASSES 4

/* What a row says for its being a guess, in units of 1/1024 of the logarithm. */
typedef struct odds {
    int64_t wrong, right;
} odds;

static odds odds_of(double share, uint32_t classes)
{
    const double others = fmin(share, 0.999);
    const double guess = fmin(1.0 / (double)classes + 0.002, 0.5 * others);
    return (odds){.wrong = (int64_t)(1024.0 * log((1.0 - guess) / (1.0 - others))),
                  .right = (int64_t)(1024.0 * log(guess / others))};
}

/* What was added up since it was last at 0, and the most that it came to. */
typedef struct sum {
    int64_t now, most;
    uint64_t begin; /* of what is added up */
    uint64_t most_begin, most_end;
} sum;

static void add(sum *of, uint64_t at, int64_t value)
{
    of->now += value;
    if (of->now <= 0) {
        of->now = 0;
        of->begin = at + 1;
    } else if (of->now > of->most) {
        of->most = of->now;
        of->most_begin = of->begin;
        of->most_end = at + 1;
    }
}

static bool is_much(const sum *of)
{
    return (double)of->most >= 1024.0 * LEAST_ODDS;
}

static uint64_t count_changes(const rs_label_view *labels, uint64_t begin, uint64_t end)
{
    uint64_t changes = 0;
    for (uint64_t row = begin + 1; row < end; ++row) {
        changes += labels->original[row] != labels->original[row - 1];
    }
    return changes;
}

/* Whether rows can come to much, by blocks of a few: most passes end here. What stands at both ends
 * beyond the blocks is taken for wrong. */
static bool may_have_run(const rs_label_view *labels, const uint32_t *rank, odds row_odds)
{
    enum { BLOCK = 8 };
    const uint64_t blocks = labels->rows / BLOCK;
    sum most = {0};
    for (uint64_t b = 0; b < blocks; ++b) {
        const int32_t *const original = labels->original + b * BLOCK;
        const uint32_t *const of = rank + b * BLOCK;
        uint32_t known = 0;
        uint32_t right = 0;
        for (uint32_t i = 0; i < BLOCK; ++i) { /* without a branch, in lanes */
            const uint32_t is_known = original[i] >= 0;
            known += is_known;
            right += is_known & (uint32_t)(of[i] == 1);
        }
        most.now += row_odds.wrong * (int64_t)(known - right) + row_odds.right * (int64_t)right;
        most.now = most.now > 0 ? most.now : 0;
        most.most = most.now > most.most ? most.now : most.most;
    }
    most.most += 2 * (int64_t)(BLOCK - 1) * row_odds.wrong;
    return is_much(&most);
}

static bool has_run(const rs_label_view *labels, const uint32_t *rank, odds row_odds)
{
    sum run = {0};
    if (!may_have_run(labels, rank, row_odds)) {
        return false;
    }
    for (uint64_t row = 0; row < labels->rows; ++row) {
        if (labels->original[row] >= 0) {
            add(&run, row, rank[row] == 1 ? row_odds.right : row_odds.wrong);
        }
    }
    const uint64_t rows = run.most_end - run.most_begin;
    const uint64_t changes = count_changes(labels, run.most_begin, run.most_end);
    return is_much(&run) && (rows >= LEAST_RUN || (rows >= LEAST_OF_TWO && changes > 0) ||
                             FEW_CLASSES * changes >= rows);
}

/* As some hundred rows say. */
static bool stand_by_class(const rs_label_view *labels)
{
    return FEW_CLASSES * count_changes(labels, 0, LEAST_ROWS) <= LEAST_ROWS;
}

/* Where images stand class by class and one is missing, the last row of each class behind it is of
 * the next one, and where one comes twice, the first row is of the class before. */
static bool has_moved_classes(const rs_label_view *labels, const uint32_t *rank, odds row_odds)
{
    const int32_t *const original = labels->original;
    sum first = {0};
    sum last = {0};
    for (uint64_t row = 1; row < labels->rows; ++row) {
        if (original[row] == original[row - 1]) {
            continue;
        }
        if (original[row - 1] >= 0) {
            add(&last, row - 1, rank[row - 1] == 1 ? row_odds.right : row_odds.wrong);
        }
        if (original[row] >= 0) {
            add(&first, row, rank[row] == 1 ? row_odds.right : row_odds.wrong);
        }
    }
    return is_much(&first) || is_much(&last);
}

bool rs_ranks_ask_for_a_look(const rs_label_view *labels, const uint32_t *rank, double accuracy)
{
    if (labels->rows < LEAST_ROWS || labels->classes < LEAST_CLASSES || accuracy < LEAST_RIGHT) {
        return false; /* models that are poor are looked at anyway */
    }
    const odds row_odds = odds_of(accuracy, labels->classes);
    return has_run(labels, rank, row_odds) ||
           (stand_by_class(labels) && has_moved_classes(labels, rank, row_odds));
}
