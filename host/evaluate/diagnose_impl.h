/* diagnose_impl.h - what the searches of a diagnosis share; for diagnose*.c alone.
 *
 * An explanation is an order of the rows, perhaps dealt out, and a class for every column. How well
 * it explains is how many first predictions it makes right.
 */
#ifndef RS_DIAGNOSE_IMPL_H
#define RS_DIAGNOSE_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "labels/deal.h"
#include "reassess/diagnose.h"
#include "reassess/labels.h"

/* The first predictions, beside labels of as many images. */
typedef struct rs_trial {
    const rs_label_view *labels;
    const int32_t *prediction;
    uint32_t stride;
} rs_trial;

static inline int32_t rs_predicted(const rs_trial *trial, uint64_t row)
{
    return trial->prediction[row * trial->stride];
}

/* The same as class class_of[p] (NULL: p itself; -1: none). */
static inline int32_t rs_answer(const rs_trial *trial, uint64_t row, const int32_t *class_of)
{
    const int32_t answer = rs_predicted(trial, row);
    if (class_of == NULL || answer < 0) {
        return answer;
    }
    return (uint32_t)answer < trial->labels->classes ? class_of[answer] : -1;
}

/* By the original labels and, where they are not empty, by the sets. */
typedef struct rs_fit {
    uint64_t known, right;
    uint64_t sets, in_set;
} rs_fit;

/* Input row i as image image[i] (NULL: i), answer p as class class_of[p] (NULL: p; below 0: none;
 * labels->classes of them). */
rs_fit rs_fit_of(const rs_trial *trial, const uint32_t *image, const int32_t *class_of);
/* The same of every `step`-th row. */
rs_fit rs_fit_of_some(const rs_trial *trial, const uint32_t *image, const int32_t *class_of,
                      uint64_t step);
double rs_fit_accuracy(const rs_fit *fit);
double rs_fit_real(const rs_fit *fit); /* below 0: there are no sets */
/* What explanations are compared by: rows right by the label and rows right by the set. Those that
 * only put rows at images of the right class are not as good by the sets, which are of the image.
 */
double rs_fit_score(const rs_fit *fit);
/* Whether `fit` is so much better that neither chance nor the choice among thousands of
 * explanations could have made it so. */
bool rs_fit_is_better(const rs_fit *fit, const rs_fit *than);

/* Two explanations by the rows in which they differ, which tells more than how many each makes
 * right: of rows that count in both, or in none, nothing can be said. */
typedef struct rs_contest {
    uint64_t by_label[2]; /* rows right by the first alone, by the second alone */
    uint64_t by_set[2];   /* likewise in the set */
} rs_contest;

/* image and class_of as in rs_fit_of. */
rs_contest rs_contest_of(const rs_trial *trial, const uint32_t *image, const int32_t *class_of,
                         const uint32_t *used);
/* Whether the first puts so many more rows right that neither chance nor the choice among thousands
 * of explanations and places could have made it so. */
bool rs_contest_is_won(const rs_contest *contest);

/* ---- of one answer a row, diagnose.c ---- */

/* rs_diagnose of prediction[i * stride]. */
rs_status rs_diagnose_answers(const rs_labels *labels, const rs_order *used,
                              const int32_t *prediction, uint32_t stride, rs_diagnosis *diagnosis,
                              rs_error *error);

/* ---- orders of rows people have, diagnose_orders.c ---- */

typedef struct rs_base_order {
    const char *name;      /* "ImageFolder order" */
    const char *option;    /* what reads it: "--order imagefolder"; NULL: none but a list */
    const uint32_t *image; /* [rows]; NULL: file-name order */
    uint32_t *owned;       /* the same, where it was made here */
    bool used;             /* the one that the pass took */
} rs_base_order;

enum { RS_BASE_ORDERS_MAX = 4 };

typedef struct rs_base_orders {
    rs_base_order order[RS_BASE_ORDERS_MAX];
    size_t count;
    bool dealt; /* the one that was used was dealt out */
} rs_base_orders;

/* The one that was used first (NULL: file-name order), then all others. Clear in any case. */
rs_status rs_base_orders_make(const rs_labels *labels, const rs_order *used, rs_base_orders *orders,
                              rs_error *error);
void rs_base_orders_clear(rs_base_orders *orders);

/* Images by class folder, the folders in the order in which the answers come: what a loader gives
 * that lists folders as the file system does. [rows]; NULL where labels are unknown. */
rs_status rs_order_by_answers(const rs_trial *trial, uint32_t **image, rs_error *error);

/* ---- classes of columns, diagnose_columns.c ---- */

/* class_of[p]: where classes are sorted as texts (0, 1, 10, 100, 101, ...), the p-th of them. */
rs_status rs_text_order(uint32_t classes, int32_t **class_of, rs_error *error);

/* class_of[p]: the class that most rows with answer p have, each class of one p, or -1. NULL where
 * there are too many classes for a table. *sure: rows whose class the other rows with the same
 * answer tell. With few rows a class a map makes many right that it was made of. */
rs_status rs_best_map(const rs_trial *trial, const uint32_t *image, int32_t **class_of,
                      uint64_t *sure, rs_error *error);

/* How many classes are each other's in pairs, where a map is one of such pairs, as that of second
 * predictions is: what is taken for a class is what that is taken for. Else 0: of classes in an
 * order of their own hardly any are. */
uint32_t rs_count_paired(const int32_t *class_of, uint32_t classes);
/* The words for predictions that are the second ones of rows in that order, by rs_best_map of it;
 * "" where they are not. */
enum { RS_SOME_BYTES = 500 };
void rs_look_for_later(const rs_trial *trial, const rs_base_order *rows, const int32_t *class_of,
                       uint64_t sure, char text[RS_SOME_BYTES]);

/* Rows whose answer is one class up, or those where it is one class down, whichever are more. */
uint64_t rs_count_neighbours(const rs_trial *trial, const uint32_t *image,
                             const int32_t *class_of);

/* Whether mistakes in images of one class name the same classes, as those of a model do and noise
 * does not. */
rs_status rs_mistakes_alike(const rs_trial *trial, const uint32_t *image, bool *alike,
                            rs_error *error);

/* table[answer * classes + label] += 1 for every row with both. */
void rs_count_answers(const rs_trial *trial, const uint32_t *image, uint32_t *table);

/* Columns that hold other classes than theirs while most do not, diagnose_exchange.c. */
typedef struct rs_exchanged {
    uint32_t count; /* columns; 0: none was found */
    rs_fit fit;
    rs_contest contest; /* with the columns as they are */
    char what[220];
} rs_exchanged;
rs_status rs_find_exchanged(const rs_trial *trial, const uint32_t *image, rs_exchanged *found,
                            rs_error *error);

/* Whether class numbers were kept in 8 bits: answers are below 256 all, and rows of later classes
 * have what is left of them. *wrapped: rows right so, of *rows. */
bool rs_look_wrapped(const rs_trial *trial, const uint32_t *image, uint64_t *wrapped,
                     uint64_t *rows);

/* ---- rows turned round, moved by one, or sorted as texts, diagnose_rows.c ---- */

typedef enum rs_rows_kind {
    RS_ROWS_REVERSED = 0,
    RS_ROWS_MIRRORED, /* batches of `begin` rows, the last one of each first */
    RS_ROWS_LOST,     /* from `begin` on each is of the next image, the last of none */
    RS_ROWS_VIEWS,    /* `begin` rows of each image, and of the last ones none */
    RS_ROWS_DOUBLED,  /* that at `begin` is of none, and from then on each of the one before */
    RS_ROWS_BY_TEXT,  /* images numbered from `begin`, 0 or 1, in the order 1, 10, 100, ... */
    RS_ROWS_FROM_TEXT /* by number, while the labels are in that order */
} rs_rows_kind;

typedef struct rs_found_rows {
    rs_rows_kind kind;
    size_t order; /* that which was turned round or moved */
    uint64_t begin;
    rs_fit fit; /* 0 when nothing was found */
    rs_contest contest; /* with the order that was used */
    uint64_t neighbours;
} rs_found_rows;

/* Of these the one that makes the most answers right. */
rs_status rs_find_rows(const rs_trial *trial, const rs_base_orders *orders, rs_found_rows *found,
                       rs_error *error);
/* The words for what was found: "rows look like ...", and what to do. */
void rs_describe_rows(const rs_base_orders *orders, const rs_found_rows *found, char *what,
                      size_t what_size, char *advice, size_t advice_size);

/* ---- rows that were dealt out, diagnose_deal.c ---- */

/* The deal of rows that makes the most answers right. */
typedef struct rs_found_deal {
    rs_deal deal;
    size_t order; /* in which the rows were before */
    rs_fit fit;   /* fit.right is 0 when nothing was found */
    uint64_t differ; /* rows right by this deal or by the order that was used, but not by both */
    uint64_t neighbours; /* rs_count_neighbours in it */
} rs_found_deal;

/* "dealt out over 8 processes and gathered in batches of 64" */
void rs_describe_deal(const rs_deal *deal, char *text, size_t size);

/* `used`: the accuracy that is to be bettered. */
rs_status rs_find_deal(const rs_trial *trial, const rs_base_orders *orders, double used,
                       rs_found_deal *found, rs_error *error);

/* ---- blocks of rows in another order, diagnose_pieces.c and diagnose_ranks.c ---- */

/* An explanation with its words. */
typedef struct rs_guess {
    rs_fit fit; /* 0 when nothing was found */
    rs_contest contest; /* with the order that was used */
    uint64_t neighbours;
    char what[220];
    char advice[200];
} rs_guess;

/* Runs of consecutive rows of an order, each at another place than its own. */
rs_status rs_guess_pieces(const rs_trial *trial, const rs_base_orders *orders, rs_guess *guess,
                          rs_error *error);
/* Rows dealt out over processes and joined one behind the other, but not from the first on. */
rs_status rs_guess_ranks(const rs_trial *trial, const rs_base_orders *orders, rs_guess *guess,
                         rs_error *error);

/* ---- what concerns some of the rows alone, diagnose_some.c ---- */

/* The words for rows that are right as guesses are, one behind the other or every so-manieth, while
 * the others are right far more often: "" where there are none. `image` is the order they were
 * taken in (NULL: by file name). */
rs_status rs_find_some(const rs_trial *trial, const uint32_t *image, char text[RS_SOME_BYTES],
                       rs_error *error);

#endif
