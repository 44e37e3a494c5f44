/* diagnose_some.c - rows that are right as guesses are, while the others are as a model's.
 *
 * The end of a file that was shuffled, left from another run or filled with one row again and
 * again; the batches of one process among several whose values are another's. No order explains
 * such rows; where they are can be told. A model that lacks some classes is as bad where the images
 * of these stand one behind the other: its answers there are other classes than theirs, while
 * shuffled rows have the classes of each other.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/diagnose_impl.h"

enum {
    LEAST_ROWS = 1000,
    LEAST_CLASSES = 20, /* of fewer, guesses are right too often */
    LEAST_SOME = 200,   /* rows that are told */
    LEAST_RUN = 40,     /* rows one behind the other that are told where they are of many classes */
    LEAST_VARIOUS = 60, /* likewise of two classes or more, where the answers are of many */
    MANY_LABELS = 25,   /* which a model that lacks classes does not take for one */
    PERIODS_MOST = 64
};

#define LEAST_RIGHT 0.10 /* the share of the others that are right, ... */
#define LEAST_TIMES 5.0  /* ... and how many times that of the rows that are told */
#define LEAST_ODDS  50.0 /* the logarithm of how much likelier the rows are as guesses */

/* Rows of one kind: known labels, right answers, how often label and answers name each class. */
typedef struct some_rows {
    const rs_trial *trial;
    const uint32_t *image;
    uint32_t *of_label;  /* [classes] */
    uint32_t *of_answer; /* [classes] */
    double chance;       /* of rows that are not at their images */
    uint64_t known, right;
    uint32_t *known_before; /* [rows + 1] of the rows before */
    uint32_t *right_before;
} some_rows;

static int32_t label_of(const some_rows *all, uint64_t row)
{
    return all->trial->labels->original[all->image == NULL ? row : all->image[row]];
}

static void count_all(some_rows *all)
{
    const uint32_t classes = all->trial->labels->classes;
    double pairs = 0.0;
    for (uint64_t row = 0; row < all->trial->labels->rows; ++row) {
        const int32_t label = label_of(all, row);
        const int32_t answer = rs_predicted(all->trial, row);
        if (label >= 0) {
            all->known += 1;
            all->right += label == answer;
            all->of_label[label] += 1;
        }
        if (answer >= 0 && (uint32_t)answer < classes) {
            all->of_answer[answer] += 1;
        }
        all->known_before[row + 1] = (uint32_t)all->known;
        all->right_before[row + 1] = (uint32_t)all->right;
    }
    for (uint32_t c = 0; c < classes; ++c) {
        pairs += (double)all->of_label[c] * (double)all->of_answer[c];
    }
    const double known = (double)all->known;
    all->chance = fmax(pairs / fmax(known * known, 1.0), 1.0 / (double)classes);
}

/* What is known of some rows. */
typedef struct some_counts {
    uint64_t known, right;
    uint32_t labels; /* different ones */
    uint64_t shared; /* rows whose classes the answers of the others name */
    uint64_t same;   /* with the most frequent answer */
    int32_t answer;  /* which it is */
    uint32_t answers; /* different ones */
} some_counts;

/* Every row for which (row - begin) / batch is a multiple of `period`, up to `end`. */
typedef struct some_where {
    uint64_t begin, end, batch, period;
} some_where;

static void count_some(some_rows *all, const some_where *where, some_counts *out)
{
    const uint32_t classes = all->trial->labels->classes;
    *out = (some_counts){.answer = -1};
    memset(all->of_label, 0, classes * sizeof *all->of_label);
    memset(all->of_answer, 0, classes * sizeof *all->of_answer);
    for (uint64_t row = where->begin; row < where->end; ++row) {
        const int32_t label = label_of(all, row);
        const int32_t answer = rs_predicted(all->trial, row);
        if ((row - where->begin) / where->batch % where->period != 0 || label < 0) {
            continue;
        }
        out->known += 1;
        out->right += label == answer;
        out->labels += all->of_label[label] == 0;
        all->of_label[label] += 1;
        if (answer < 0 || (uint32_t)answer >= classes) {
            continue;
        }
        out->answers += all->of_answer[answer] == 0;
        if (++all->of_answer[answer] > out->same) {
            out->same = all->of_answer[answer];
            out->answer = answer;
        }
    }
    for (uint32_t c = 0; c < classes; ++c) {
        out->shared +=
            all->of_label[c] < all->of_answer[c] ? all->of_label[c] : all->of_answer[c];
    }
}

/* Whether these are right as guesses are and the others are not, whatever their classes. Some rows
 * one behind the other are few classes where images stand class by class, and a model may be
 * hopeless at some; of rows of many classes there is no such excuse. Nor where nearly every answer
 * is another one: 21 models of ImageNet have no 54 such rows. */
static bool are_guesses(const some_rows *all, const some_counts *some, bool in_run)
{
    const uint32_t classes = all->trial->labels->classes;
    const double known = (double)some->known;
    const double others = (double)(all->known - some->known);
    const bool mixed = in_run && 2 * (uint64_t)some->labels >= some->known;
    const bool various =
        in_run && some->labels >= 2 && 4 * (uint64_t)some->answers >= 3 * (uint64_t)some->known;
    const uint64_t least = mixed ? LEAST_RUN : various ? LEAST_VARIOUS : LEAST_SOME;
    if (some->known < least || others < (double)LEAST_SOME) {
        return false;
    }
    const double rate = (double)some->right / known;
    const double of_others = (double)(all->right - some->right) / others;
    const double spread = sqrt(all->chance * (1.0 - all->chance) / known);
    const bool any_class = some->labels >= classes / 2 || 4 * (uint64_t)some->labels >= some->known;
    const bool one_answer = (10 * some->same >= 9 * some->known && some->labels >= 5) ||
                            (2 * some->same >= some->known && some->labels >= MANY_LABELS);
    return rate <= all->chance + 4.0 * spread + 0.01 && of_others >= LEAST_RIGHT &&
           of_others >= LEAST_TIMES * rate &&
           (any_class || one_answer || various || 5 * some->shared >= 2 * some->known);
}

/* ---- one behind the other ---- */

/* The run of rows that is likelier as guesses than as answers that are right in `others` by the
 * most; its logarithm. */
static double find_run(const some_rows *all, double others, some_where *run)
{
    const double guess = fmin(all->chance + 0.002, 0.5 * others);
    const double wrong = log((1.0 - guess) / (1.0 - others));
    const double right = log(guess / others);
    double best = 0.0;
    double sum = 0.0;
    uint64_t begin = 0;
    *run = (some_where){.batch = 1, .period = 1};
    for (uint64_t row = 0; row < all->trial->labels->rows; ++row) {
        const bool is_known = all->known_before[row + 1] > all->known_before[row];
        const bool is_right = all->right_before[row + 1] > all->right_before[row];
        sum += !is_known ? 0.0 : is_right ? right : wrong;
        if (sum <= 0.0) {
            sum = 0.0;
            begin = row + 1;
        } else if (sum > best) {
            best = sum;
            run->begin = begin;
            run->end = row + 1;
        }
    }
    return best;
}

static bool look_for_run(some_rows *all, some_where *run, some_counts *some)
{
    double others = fmin((double)all->right / (double)all->known, 0.999);
    for (int turn = 0; turn < 2; ++turn) { /* again by what the others are then */
        if (others < 2.0 * all->chance || find_run(all, others, run) < LEAST_ODDS) {
            return false;
        }
        count_some(all, run, some);
        if (some->known >= all->known) {
            return false;
        }
        others = fmin((double)(all->right - some->right) / (double)(all->known - some->known),
                      0.999);
    }
    return are_guesses(all, some, true);
}

/* ---- every n-th ---- */

/* Known and right rows of consecutive batches. */
typedef struct batch_counts {
    uint64_t batches;
    uint32_t *known; /* [batches] */
    uint32_t *right;
} batch_counts;

static void count_batches(const some_rows *all, uint64_t batch, batch_counts *counts)
{
    const uint64_t rows = all->trial->labels->rows;
    counts->batches = 0;
    for (uint64_t begin = 0; begin < rows; begin += batch) {
        const uint64_t end = begin + batch < rows ? begin + batch : rows;
        counts->known[counts->batches] = all->known_before[end] - all->known_before[begin];
        counts->right[counts->batches] = all->right_before[end] - all->right_before[begin];
        counts->batches += 1;
    }
}

/* Of each part of the batches [0, end) known and right rows. */
static void sum_parts(const batch_counts *counts, uint64_t end, uint64_t period, uint64_t *known,
                      uint64_t *right)
{
    memset(known, 0, period * sizeof *known);
    memset(right, 0, period * sizeof *right);
    uint64_t part = 0;
    for (uint64_t b = 0; b < end; ++b) {
        known[part] += counts->known[b];
        right[part] += counts->right[b];
        part = part + 1 == period ? 0 : part + 1;
    }
}

/* Whether the first batches let it be that a part is right as guesses are: of so many rows of each
 * part that a guessing one is never right half as often as all are. */
static bool may_have_guesses(const some_rows *all, const batch_counts *counts, uint64_t batch,
                             uint64_t period)
{
    enum { LEAST_LOOKED = 40, LEAST_HITS = 24 };
    const double share = (double)all->right / (double)all->known;
    const uint64_t rows = LEAST_LOOKED + (uint64_t)((double)LEAST_HITS / share);
    const uint64_t end = (rows / batch + 1) * period;
    uint64_t known[PERIODS_MOST];
    uint64_t right[PERIODS_MOST];
    if (2 * end >= counts->batches) {
        return true;
    }
    sum_parts(counts, end, period, known, right);
    for (uint64_t part = 0; part < period; ++part) {
        if (2.0 * (double)right[part] <= share * (double)known[part]) {
            return true;
        }
    }
    return false;
}

/* The part of the rows, of those that are guesses, with the most rows; false where there is none
 * with more than *most. */
static bool look_at_period(some_rows *all, const batch_counts *counts, uint64_t batch,
                           uint64_t period, uint64_t most, some_where *where, some_counts *some)
{
    uint64_t known[PERIODS_MOST];
    uint64_t right[PERIODS_MOST];
    if (!may_have_guesses(all, counts, batch, period)) {
        return false;
    }
    sum_parts(counts, counts->batches, period, known, right);
    for (uint64_t part = 0; part < period; ++part) {
        some_counts found;
        if (known[part] <= most || right[part] * all->known * 4 >= all->right * known[part]) {
            continue; /* not even so far below the average */
        }
        const some_where here = {part * batch, all->trial->labels->rows, batch, period};
        count_some(all, &here, &found);
        if (are_guesses(all, &found, false)) {
            *where = here;
            *some = found;
            return true;
        }
    }
    return false;
}

static rs_status look_for_periods(some_rows *all, some_where *where, some_counts *some,
                                  bool *is_found, rs_error *error)
{
    static const uint64_t batches[] = {1, 16, 32, 50, 64, 100, 128, 250, 256, 500, 512, 1000, 1024};
    const uint64_t rows = all->trial->labels->rows;
    batch_counts counts = {0};
    uint64_t most = 0;
    rs_status status = RS_OK;
    RS_TRY_DONE(RS_NEW(&counts.known, rows, "counts of batches", error));
    RS_TRY_DONE(RS_NEW(&counts.right, rows, "counts of batches", error));
    for (size_t b = 0; b < sizeof batches / sizeof batches[0]; ++b) {
        count_batches(all, batches[b], &counts);
        for (uint64_t period = 2; period <= PERIODS_MOST; ++period) {
            if (2 * batches[b] * period <= rows &&
                look_at_period(all, &counts, batches[b], period, most, where, some)) {
                most = some->known;
            }
        }
    }
    *is_found = most > 0;
done:
    free(counts.right);
    free(counts.known);
    return status;
}

/* ---- one answer again and again ---- */

#define LEAST_ONE    0.4 /* of all answers, ... */
#define TIMES_LABELS 5.0 /* ... and as often as the class is a label */
#define OTHERS_RIGHT 0.3

/* Images that could not be read and were black, say: wherever they stand, they are one class. */
static bool look_for_one_answer(some_rows *all, some_counts *one)
{
    const some_where everywhere = {0, all->trial->labels->rows, 1, 1};
    count_some(all, &everywhere, one);
    if ((double)one->same < LEAST_ONE * (double)one->known) {
        return false;
    }
    const uint32_t labelled = all->of_label[one->answer];
    uint64_t right = 0; /* of those with this answer */
    for (uint64_t row = 0; row < all->trial->labels->rows; ++row) {
        right += label_of(all, row) == one->answer && rs_predicted(all->trial, row) == one->answer;
    }
    const double others = (double)(one->known - one->same);
    return (double)one->same >= TIMES_LABELS * (double)labelled && others >= (double)LEAST_SOME &&
           (double)(one->right - right) >= OTHERS_RIGHT * others;
}

/* ---- the words ---- */

static void describe_one(const some_rows *all, const some_counts *one, char text[RS_SOME_BYTES])
{
    (void)snprintf(text, RS_SOME_BYTES,
                   "class %d is the first prediction in %.2f %% of the rows and the label in %.2f "
                   "%%, while the other rows are as right as a model's: could images not be read, "
                   "so that they were all black, say? Predict them again",
                   one->answer, 100.0 * (double)one->same / (double)one->known,
                   100.0 * (double)all->of_label[one->answer] / (double)one->known);
}

static void describe(const some_rows *all, const some_where *where, const some_counts *some,
                     char text[RS_SOME_BYTES])
{
    const unsigned long long begin = where->begin;
    const unsigned long long step = where->batch * where->period;
    const double others = (double)(all->right - some->right) / (double)(all->known - some->known);
    char which[120];
    char same[60] = "";
    if (where->period == 1) {
        (void)snprintf(which, sizeof which, "rows %llu to %llu", begin,
                       (unsigned long long)where->end - 1);
    } else if (where->batch == 1) {
        (void)snprintf(which, sizeof which, "rows %llu, %llu, %llu, ...", begin,
                       begin + step, begin + 2 * step);
    } else {
        (void)snprintf(which, sizeof which,
                       "the batches of %llu rows from %llu, %llu, %llu, ... on",
                       (unsigned long long)where->batch, begin, begin + step, begin + 2 * step);
    }
    if (10 * some->same >= 9 * some->known) {
        (void)snprintf(same, sizeof same, " (nearly all as class %d)", some->answer);
    }
    (void)snprintf(text, RS_SOME_BYTES,
                   "%s are right in %.2f %% alone%s, as guesses are, and the others in %.2f %%. "
                   "Were they shuffled, computed otherwise, or left from another run? Predict "
                   "their images again, or leave them out with --subset LIST",
                   which, 100.0 * (double)some->right / (double)some->known, same, 100.0 * others);
}

rs_status rs_find_some(const rs_trial *trial, const uint32_t *image, char text[RS_SOME_BYTES],
                       rs_error *error)
{
    const rs_label_view *const labels = trial->labels;
    some_rows all = {.trial = trial, .image = image};
    some_where where;
    some_counts some;
    rs_status status = RS_OK;
    text[0] = '\0';
    if (labels->rows < LEAST_ROWS || labels->rows > UINT32_MAX ||
        labels->classes < LEAST_CLASSES) {
        return RS_OK;
    }
    RS_TRY_DONE(RS_NEW(&all.of_label, labels->classes, "labels", error));
    RS_TRY_DONE(RS_NEW(&all.of_answer, labels->classes, "answers", error));
    RS_TRY_DONE(RS_NEW(&all.known_before, labels->rows + 1, "counts of rows", error));
    RS_TRY_DONE(RS_NEW(&all.right_before, labels->rows + 1, "counts of rows", error));
    count_all(&all);
    if (all.known < LEAST_ROWS || (double)all.right < 2.0 * all.chance * (double)all.known) {
        goto done;
    }
    bool found = look_for_run(&all, &where, &some);
    if (!found || some.known < LEAST_SOME) { /* a short run may be one of many batches */
        some_where nth = {0};
        some_counts of_nth = {0};
        bool found_nth = false;
        RS_TRY_DONE(look_for_periods(&all, &nth, &of_nth, &found_nth, error));
        where = found_nth ? nth : where;
        some = found_nth ? of_nth : some;
        found = found || found_nth;
    }
    if (found) {
        describe(&all, &where, &some, text);
    } else if (look_for_one_answer(&all, &some)) {
        describe_one(&all, &some, text);
    }
done:
    free(all.right_before);
    free(all.known_before);
    free(all.of_answer);
    free(all.of_label);
    return status;
}
