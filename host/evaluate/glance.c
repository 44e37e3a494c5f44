/* glance.c - see glance.h. */
#include "evaluate/glance.h"

#include <math.h>

enum {
    LEAST_ROWS = 1000,
    LEAST_CLASSES = 20, /* of fewer, guesses are right too often */
    LEAST_RUN = 200     /* rows, where they are of few classes: a model may be hopeless at some */
};

#define LEAST_ODDS  40.0 /* the logarithm of how much likelier rows are as guesses */
#define LEAST_RIGHT 0.10
/* Of images of few classes a model may be right in none: then more is asked for. */
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

/* Known rows that are right, how often the class changes from row to row, and the run of rows that
 * is likeliest guessed. */
typedef struct counts {
    uint64_t known, right, changes;
} counts;

static counts count_rows(const rs_label_view *labels, const uint32_t *rank)
{
    counts made = {0};
    int32_t before = -1;
    for (uint64_t row = 0; row < labels->rows; ++row) {
        const int32_t label = labels->original[row];
        made.known += label >= 0;
        made.right += label >= 0 && rank[row] == 1;
        made.changes += label != before;
        before = label;
    }
    return made;
}

static bool has_run(const rs_label_view *labels, const uint32_t *rank, odds row_odds)
{
    sum run = {0};
    for (uint64_t row = 0; row < labels->rows; ++row) {
        if (labels->original[row] >= 0) {
            add(&run, row, rank[row] == 1 ? row_odds.right : row_odds.wrong);
        }
    }
    const uint64_t rows = run.most_end - run.most_begin;
    uint64_t changes = 0;
    for (uint64_t row = run.most_begin + 1; row < run.most_end; ++row) {
        changes += labels->original[row] != labels->original[row - 1];
    }
    return is_much(&run) && (rows >= LEAST_RUN || FEW_CLASSES * changes >= rows);
}

/* Where images stand class by class and one is missing, the last row of each class behind it is of
 * the next one, and where one comes twice, the first row is of the class before. */
static bool has_moved_classes(const rs_label_view *labels, const uint32_t *rank, odds row_odds)
{
    sum first = {0};
    sum last = {0};
    for (uint64_t row = 0; row < labels->rows; ++row) {
        const int32_t label = labels->original[row];
        const int64_t said = rank[row] == 1 ? row_odds.right : row_odds.wrong;
        if (label >= 0 && (row == 0 || labels->original[row - 1] != label)) {
            add(&first, row, said);
        }
        if (label >= 0 && (row + 1 == labels->rows || labels->original[row + 1] != label)) {
            add(&last, row, said);
        }
    }
    return is_much(&first) || is_much(&last);
}

bool rs_ranks_ask_for_a_look(const rs_label_view *labels, const uint32_t *rank)
{
    if (labels->rows < LEAST_ROWS || labels->classes < LEAST_CLASSES) {
        return false;
    }
    const counts all = count_rows(labels, rank);
    const double share = (double)all.right / fmax((double)all.known, 1.0);
    if (share < LEAST_RIGHT) {
        return false; /* such models are looked at anyway */
    }
    const odds row_odds = odds_of(share, labels->classes);
    return has_run(labels, rank, row_odds) ||
           (all.changes <= 2 * (uint64_t)labels->classes &&
            has_moved_classes(labels, rank, row_odds));
}
