/* diagnose.c - the explanations of a doubtful result, and which of them is said. */
#include "reassess/diagnose.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "evaluate/diagnose_impl.h"
#include "labels/image_order.h"

enum {
    SOME_ROWS = 4000 /* on which explanations are tried first */
};

/* A per-class majority fits noise a little; real class permutations fit most of the rows, and far
 * more than any plain order does. */
#define LEAST_FREE 0.30
#define FREE_GAIN  1.5

/* Below this accuracy, an explanation must explain more than near misses do, and by this factor. */
#define LEAST_SAFE 0.20
#define MISS_GAIN  4
/* Of a poor result, the rows that it alone puts right to those that it alone puts wrong. */
#define LEAST_TIMES 8
/* Classes that are each other's in pairs are in an order of their own, and not second predictions,
 * where so many rows are right by it. */
#define LEAST_PAIRS 0.50

/* Mistakes are classes like the right one, and those are neighbours. Of first predictions, right
 * ones are some fifty times as many as those of either neighbour; of second to fifth ones less than
 * four times, and such are the first of rows that are sorted worst first. An order that does no
 * better explains nothing. */
static bool is_near_miss(const rs_fit *fit, uint64_t neighbours)
{
    return rs_fit_accuracy(fit) < LEAST_SAFE && fit->right < MISS_GAIN * neighbours;
}

/* Rows that stand elsewhere are right next to never where they are. Near misses are right here and
 * there: of third predictions in a tenth where they seem to be, and in a thirtieth as they are. */
static bool is_poor(const rs_fit *fit, const rs_contest *contest)
{
    return rs_fit_accuracy(fit) < LEAST_FREE &&
           contest->by_label[0] < LEAST_TIMES * contest->by_label[1];
}

/* ---- what is found ---- */

typedef struct explanation {
    rs_fit fit;
    int wrong;        /* of rows and columns, how many it has in another order than was said */
    char what[220];   /* "rows look like ImageFolder order" */
    char advice[200]; /* "use --order imagefolder" */
    rs_finding finding;
    char option[80]; /* what alone puts it right */
} explanation;

typedef struct inquiry {
    rs_trial trial;
    bool ilsvrc; /* a sound model is better by ReaL */
    rs_base_orders orders;
    rs_fit used;
    explanation best;
    explanation other; /* as good by the original labels; fit.right is 0 when there is none */
    bool pairs; /* answers are those of classes that are each other's: no order is known by them */
    char later[RS_SOME_BYTES]; /* words for predictions that are not the first ones, or "" */
} inquiry;

/* Of two that are as good as each other the simpler is said; both where that does not decide. */
static void offer(inquiry *q, const explanation *made)
{
    explanation *const best = &q->best;
    const double more = rs_fit_score(&made->fit) - rs_fit_score(&best->fit);
    if (!rs_fit_is_better(&made->fit, &q->used)) {
        return;
    }
    if (more > 0.0) {
        *best = *made;
        q->other = (explanation){.fit = {0}};
    } else if (more == 0.0 && q->other.fit.right == 0 && made->wrong <= best->wrong) {
        q->other = *made;
    }
}

/* ---- another order of the rows, another class for each column ---- */

typedef struct columns {
    const char *what; /* NULL: column j is class j */
    const char *advice;
    int32_t *class_of;
} columns;

enum { IDENTITY, SHIFTED_UP, SHIFTED_DOWN, BY_TEXT, FROM_TEXT, COLUMNS };

static rs_status make_columns(uint32_t classes, columns *list, rs_error *error)
{
    static const char by_text[] = "columns look like classes sorted as texts: 0, 1, 10, 100, ...";
    static const char places[] =
        "columns look like places of the classes where they are sorted as texts";
    static const char shifted[] = "columns look shifted by one class";
    static const char map[] = "say with --class-map which class each column is";
    list[IDENTITY] = (columns){.what = NULL};
    list[SHIFTED_UP] = (columns){.what = shifted,
                                 .advice = "class 0 seems to be in column 1: say with --class-map "
                                           "which class each column is"};
    list[SHIFTED_DOWN] = (columns){.what = shifted,
                                   .advice = "class 1 seems to be in column 0: say with "
                                             "--class-map which class each column is"};
    list[BY_TEXT] = (columns){.what = by_text, .advice = map};
    list[FROM_TEXT] = (columns){.what = places, .advice = map};
    RS_TRY(RS_NEW(&list[SHIFTED_UP].class_of, classes, "a class order", error));
    RS_TRY(RS_NEW(&list[SHIFTED_DOWN].class_of, classes, "a class order", error));
    RS_TRY(RS_NEW(&list[FROM_TEXT].class_of, classes, "a class order", error));
    RS_TRY(rs_text_order(classes, &list[BY_TEXT].class_of, error));
    for (uint32_t c = 0; c < classes; ++c) {
        list[SHIFTED_UP].class_of[c] = (int32_t)c - 1;
        list[SHIFTED_DOWN].class_of[c] = c + 1 < classes ? (int32_t)c + 1 : -1;
        list[FROM_TEXT].class_of[list[BY_TEXT].class_of[c]] = (int32_t)c;
    }
    return RS_OK;
}

/* An explanation by rows, by columns, or by both. */
static explanation explain_both(const inquiry *q, const rs_fit *fit, const rs_base_order *rows,
                                const columns *as)
{
    explanation made = {.fit = *fit,
                        .wrong = (rows->used ? 0 : 1) + (as->what == NULL ? 0 : 1)};
    const char *const as_columns = as->what == NULL ? "" : as->what;
    const char *const and = as->what == NULL ? "" : " and ";
    if (rows->used) {
        (void)snprintf(made.what, sizeof made.what, "%s", as_columns);
        (void)snprintf(made.advice, sizeof made.advice, "%s", as->advice);
        made.finding = RS_FINDING_COLUMNS;
        return made;
    }
    made.finding = as->what == NULL ? RS_FINDING_ROWS : RS_FINDING_ROWS_AND_COLUMNS;
    if (as->what == NULL && rows->option != NULL) {
        (void)snprintf(made.option, sizeof made.option, "%s",
                       rows->option[0] == '\0' ? "--order file" : rows->option);
    }
    const char *advice = rows->option;
    if (rows->option == NULL) {
        advice = "write the file names in this order to a list and use --order LIST";
    } else if (rows->option[0] == '\0') {
        advice = "leave --order out";
    }
    (void)snprintf(made.what, sizeof made.what, "rows look like %s%s%s", rows->name, and,
                   as_columns);
    (void)snprintf(made.advice, sizeof made.advice, "%s%s%s%s%s",
                   rows->option != NULL && rows->option[0] != '\0' ? "use " : "", advice,
                   q->orders.dealt ? ", leave --deal out" : "", and,
                   as->what == NULL ? "" : as->advice);
    return made;
}

/* Whether some of the rows say that it may be better than what is known: no more than that. */
static bool is_promising(const inquiry *q, const uint32_t *image, const int32_t *class_of)
{
    const uint64_t step = q->trial.labels->rows / SOME_ROWS + 1;
    const rs_fit some = rs_fit_of_some(&q->trial, image, class_of, step);
    const double rows = rs_fit_score(&some) * (double)step;
    const double spread = sqrt(rows * (double)step + (double)(step * step));
    return rows + 8.0 * spread >= fmax(rs_fit_score(&q->used), rs_fit_score(&q->best.fit));
}

static rs_status try_orders(inquiry *q, rs_error *error)
{
    columns list[COLUMNS] = {{.what = NULL}};
    rs_status status = RS_OK;
    RS_TRY_DONE(make_columns(q->trial.labels->classes, list, error));
    for (int c = 0; c < COLUMNS; ++c) {
        for (size_t o = 0; o < q->orders.count; ++o) {
            const rs_base_order *const rows = &q->orders.order[o];
            if ((!rows->used || c != IDENTITY) && is_promising(q, rows->image, list[c].class_of)) {
                const rs_fit fit = rs_fit_of(&q->trial, rows->image, list[c].class_of);
                const explanation by_both = explain_both(q, &fit, rows, &list[c]);
                const uint64_t neighbours =
                    rs_count_neighbours(&q->trial, rows->image, list[c].class_of);
                if (!is_near_miss(&fit, neighbours)) {
                    offer(q, &by_both);
                }
            }
        }
    }
done:
    for (int c = 0; c < COLUMNS; ++c) {
        free(list[c].class_of);
    }
    return status;
}

/* ---- rows turned round, moved by one, or sorted as texts ---- */

/* Against another explanation as one of rows that were dealt out. */
static rs_status try_rows(inquiry *q, rs_error *error)
{
    rs_found_rows found;
    RS_TRY(rs_find_rows(&q->trial, &q->orders, &found, error));
    if (found.fit.right == 0 || !rs_contest_is_won(&found.contest) ||
        is_near_miss(&found.fit, found.neighbours) ||
        rs_fit_score(&found.fit) <= rs_fit_score(&q->best.fit) + 0.003 * (double)found.fit.known) {
        return RS_OK;
    }
    q->best = (explanation){.fit = found.fit, .finding = RS_FINDING_ROWS};
    q->other = (explanation){.fit = {0}};
    rs_describe_rows(&q->orders, &found, q->best.what, sizeof q->best.what, q->best.advice,
                     sizeof q->best.advice);
    return RS_OK;
}

/* Of images that are others of their classes. */
static bool look_mixed(const inquiry *q, const rs_fit *fit)
{
    return q->ilsvrc && fit->sets > 0 && rs_fit_accuracy(fit) < 0.8 &&
           rs_fit_real(fit) < rs_fit_accuracy(fit);
}

/* Runs of rows, or files of ranks, in another order than theirs. */
static rs_status try_guess(inquiry *q,
                           rs_status (*make)(const rs_trial *, const rs_base_orders *, rs_guess *,
                                             rs_error *),
                           rs_error *error)
{
    rs_guess guess;
    RS_TRY(make(&q->trial, &q->orders, &guess, error));
    const double known = (double)guess.fit.known;
    if (look_mixed(q, &guess.fit)) {
        return RS_OK; /* runs of images of the right classes */
    }
    const double least = q->best.fit.right == 0 ? 0.0 : rs_fit_score(&q->best.fit) + 0.02 * known;
    if (guess.fit.right == 0 || !rs_contest_is_won(&guess.contest) ||
        is_poor(&guess.fit, &guess.contest) || is_near_miss(&guess.fit, guess.neighbours) ||
        rs_fit_score(&guess.fit) <= least) {
        return RS_OK;
    }
    q->best = (explanation){.fit = guess.fit, .finding = RS_FINDING_ROWS};
    q->other = (explanation){.fit = {0}};
    (void)snprintf(q->best.what, sizeof q->best.what, "%s", guess.what);
    (void)snprintf(q->best.advice, sizeof q->best.advice, "%s", guess.advice);
    return RS_OK;
}

/* ---- rows that were dealt out ---- */

/* Against the order that was used, by the rows that only one of both makes right: a deal can be
 * near to it. Against another explanation, by more than the rows by which two deals can differ. */
static bool is_worth_dealing(const inquiry *q, const rs_found_deal *found)
{
    const double known = (double)found->fit.known;
    const double gain = (double)found->fit.right - (double)q->used.right;
    return !is_near_miss(&found->fit, found->neighbours) &&
           gain > 6.0 * sqrt((double)found->differ + 1.0) && gain > 0.003 * known &&
           rs_fit_score(&found->fit) > rs_fit_score(&q->best.fit) + 0.003 * known;
}

static rs_status try_deals(inquiry *q, rs_error *error)
{
    rs_found_deal found;
    RS_TRY(rs_find_deal(&q->trial, &q->orders, rs_fit_accuracy(&q->used), &found, error));
    if (!is_worth_dealing(q, &found)) {
        return RS_OK;
    }
    const rs_base_order *const rows = &q->orders.order[found.order];
    explanation dealt = {.fit = found.fit, .finding = RS_FINDING_DEALT_ROWS};
    char how[100];
    char spec[40];
    rs_describe_deal(&found.deal, how, sizeof how);
    rs_deal_format(&found.deal, spec, sizeof spec);
    const char *order = "use"; /* that which was used */
    const char *option = "";
    if (!rows->used && rows->option == NULL) {
        order = "use --order with a list of the file names, and";
    } else if (!rows->used && rows->option[0] == '\0') {
        order = "leave --order out and use";
    } else if (!rows->used) {
        order = "use ";
        option = rows->option;
    }
    (void)snprintf(dealt.what, sizeof dealt.what, "rows look like those of %s %s", rows->name, how);
    (void)snprintf(dealt.advice, sizeof dealt.advice, "%s%s --deal %s", order, option, spec);
    if (rows->used) {
        (void)snprintf(dealt.option, sizeof dealt.option, "--deal %s", spec);
    } else if (rows->option != NULL) {
        (void)snprintf(dealt.option, sizeof dealt.option, "%s --deal %s",
                       rows->option[0] == '\0' ? "--order file" : rows->option, spec);
    }
    q->best = dealt;
    q->other = (explanation){.fit = {0}};
    return RS_OK;
}

/* ---- with much freedom ---- */

static bool is_worth_it(const inquiry *q, const rs_fit *fit)
{
    const double least = fmax(LEAST_FREE, FREE_GAIN * rs_fit_accuracy(&q->best.fit));
    return rs_fit_accuracy(fit) >= fmax(least, FREE_GAIN * rs_fit_accuracy(&q->used));
}

/* Any class for each column, in each order of the rows. */
static rs_status try_maps(inquiry *q, explanation *found, rs_error *error)
{
    const columns any = {
        .what = "columns look like another class order than that of the sorted synset ids",
        .advice = "say with --class-map which class each column is"};
    for (size_t o = 0; o < q->orders.count; ++o) {
        const rs_base_order *const rows = &q->orders.order[o];
        int32_t *map = NULL;
        uint64_t sure = 0;
        RS_TRY(rs_best_map(&q->trial, rows->image, &map, &sure, error));
        if (map != NULL) {
            const rs_fit fit = rs_fit_of(&q->trial, rows->image, map);
            q->pairs = q->pairs || rs_count_paired(map, q->trial.labels->classes) > 0;
            if (q->later[0] == '\0') {
                rs_look_for_later(&q->trial, rows, map, sure, q->later);
            }
            free(map);
            const rs_fit told = {.known = fit.known, .right = sure};
            if (is_worth_it(q, &told) && rs_fit_is_better(&fit, &q->used) &&
                rs_fit_score(&fit) > rs_fit_score(&found->fit)) {
                *found = explain_both(q, &fit, rows, &any);
            }
        }
    }
    return RS_OK;
}

/* Class folders one behind the other in any order. */
static rs_status try_folders(inquiry *q, explanation *found, rs_error *error)
{
    uint32_t *image = NULL;
    RS_TRY(rs_order_by_answers(&q->trial, &image, error));
    if (image == NULL) {
        return RS_OK;
    }
    found->fit = rs_fit_of(&q->trial, image, NULL);
    found->finding = RS_FINDING_ROWS;
    free(image);
    (void)snprintf(found->what, sizeof found->what,
                   "rows look like class folders that were read in an order of their own");
    (void)snprintf(found->advice, sizeof found->advice,
                   "write the file names in this order to a list and use --order LIST");
    if (!is_worth_it(q, &found->fit) || !rs_fit_is_better(&found->fit, &q->used)) {
        found->fit = (rs_fit){0};
    }
    return RS_OK;
}

/* Another class order in ImageFolder order, and class folders in another order, make the same rows
 * right by the original labels. The sets tell them apart: they are of the images. */
static rs_status try_free(inquiry *q, rs_error *error)
{
    explanation maps = {.fit = {0}};
    explanation folders = {.fit = {0}};
    if (fmax(rs_fit_accuracy(&q->best.fit), rs_fit_accuracy(&q->used)) > 1.0 / FREE_GAIN) {
        return RS_OK; /* nothing can be so much better */
    }
    RS_TRY(try_maps(q, &maps, error));
    RS_TRY(try_folders(q, &folders, error));
    if (maps.fit.right == 0 && folders.fit.right == 0) {
        return RS_OK;
    }
    const bool folders_better = rs_fit_score(&folders.fit) > rs_fit_score(&maps.fit);
    if (q->pairs && rs_fit_accuracy(folders_better ? &folders.fit : &maps.fit) < LEAST_PAIRS) {
        return RS_OK;
    }
    q->best = folders_better ? folders : maps;
    q->other = (explanation){.fit = {0}};
    if (!rs_fit_is_better(&folders.fit, &maps.fit) && !rs_fit_is_better(&maps.fit, &folders.fit)) {
        q->other = folders_better ? maps : folders;
    }
    return RS_OK;
}

/* Some of the columns, where that explains more than any order of rows: where images stand class by
 * class, some rows could be said to be elsewhere, which puts a few right. */
static rs_status try_exchange(inquiry *q, rs_error *error)
{
    rs_exchanged found;
    RS_TRY(rs_find_exchanged(&q->trial, q->orders.order[0].image, &found, error));
    if (found.count == 0 || !rs_contest_is_won(&found.contest) ||
        rs_fit_score(&found.fit) <= rs_fit_score(&q->best.fit)) {
        return RS_OK;
    }
    q->other = (explanation){.fit = {0}};
    q->best = (explanation){.fit = found.fit, .finding = RS_FINDING_COLUMNS};
    (void)snprintf(q->best.what, sizeof q->best.what, "%s", found.what);
    (void)snprintf(q->best.advice, sizeof q->best.advice,
                   "say with --class-map which class each column is, or mend the labels, if it is "
                   "they that name these classes wrongly");
    return RS_OK;
}

/* ---- the whole ---- */

static void tell(const inquiry *q, rs_diagnosis *diagnosis)
{
    const explanation *const best = &q->best;
    char real[100] = "";
    char other[460] = "";
    if (best->fit.right == 0) {
        return;
    }
    diagnosis->found = true;
    diagnosis->finding = best->finding;
    (void)snprintf(diagnosis->option, sizeof diagnosis->option, "%s",
                   q->other.fit.right == 0 ? best->option : "");
    diagnosis->accuracy = rs_fit_accuracy(&best->fit);
    if (best->fit.sets > 0) {
        (void)snprintf(real, sizeof real, " (ReaL %.2f %%%s)", 100.0 * rs_fit_real(&best->fit),
                       look_mixed(q, &best->fit)
                           ? ", too low: images may be mixed inside their classes as well"
                           : "");
    }
    if (q->other.fit.right > 0) {
        (void)snprintf(other, sizeof other, "; or %s: %s", q->other.what, q->other.advice);
    }
    (void)snprintf(diagnosis->text, sizeof diagnosis->text, "%s; that gives %.2f %%%s: %s%s",
                   best->what, 100.0 * diagnosis->accuracy, real, best->advice, other);
}

/* Where no order explains all of it. */
static rs_status tell_some(const inquiry *q, rs_diagnosis *diagnosis, rs_error *error)
{
    char text[RS_SOME_BYTES];
    if (diagnosis->found) {
        return RS_OK;
    }
    const uint32_t *const image = q->orders.order[0].image;
    uint64_t wrapped = 0;
    uint64_t rows = 0;
    if (q->later[0] != '\0') {
        (void)snprintf(text, sizeof text, "%s", q->later);
    } else if (rs_look_wrapped(&q->trial, image, &wrapped, &rows)) {
        (void)snprintf(text, sizeof text,
                       "no class from 256 on is ever predicted, and %.2f %% of the rows of these "
                       "have the number that is left of theirs in 8 bits: save class indices as "
                       "int32",
                       100.0 * (double)wrapped / (double)rows);
    } else {
        rows = 0;
        RS_TRY(rs_find_some(&q->trial, image, text, error));
    }
    if (text[0] != '\0') {
        diagnosis->found = true;
        diagnosis->finding = q->later[0] != '\0' ? RS_FINDING_LATER
                             : rows > 0          ? RS_FINDING_COLUMNS
                                                 : RS_FINDING_SOME_ROWS;
        diagnosis->accuracy = rs_fit_accuracy(&q->used);
        (void)snprintf(diagnosis->text, sizeof diagnosis->text, "%s", text);
    }
    return RS_OK;
}

rs_status rs_diagnose_answers(const rs_labels *labels, const rs_order *used,
                              const int32_t *prediction, uint32_t stride, rs_diagnosis *diagnosis,
                              rs_error *error)
{
    *diagnosis = (rs_diagnosis){0};
    inquiry *q = NULL;
    rs_status status = RS_OK;
    RS_TRY(RS_NEW(&q, 1, "a diagnosis", error));
    q->trial = (rs_trial){rs_labels_get_view(labels), prediction, stride};
    q->ilsvrc = rs_labels_are_ilsvrc(labels);
    RS_TRY_DONE(rs_base_orders_make(labels, used, &q->orders, error));
    q->used = rs_fit_of(&q->trial, q->orders.order[0].image, NULL);
    RS_TRY_DONE(try_orders(q, error));
    RS_TRY_DONE(try_rows(q, error));
    RS_TRY_DONE(try_deals(q, error));
    RS_TRY_DONE(try_guess(q, rs_guess_ranks, error));
    RS_TRY_DONE(try_guess(q, rs_guess_pieces, error));
    RS_TRY_DONE(try_free(q, error));
    RS_TRY_DONE(try_exchange(q, error));
    tell(q, diagnosis);
    RS_TRY_DONE(tell_some(q, diagnosis, error));
    if (!diagnosis->found) {
        RS_TRY_DONE(
            rs_mistakes_alike(&q->trial, q->orders.order[0].image, &diagnosis->alike, error));
    }
done:
    rs_base_orders_clear(&q->orders);
    free(q);
    return status;
}
