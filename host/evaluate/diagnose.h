/* diagnose.h - which order of rows or columns explains a doubtful result.
 *
 * A model that scores as if it guessed is nearly always a good model whose rows or columns are in
 * another order than the labels, and so are some that seem to be middling. Given the first
 * predictions of a pass, this tries the orders people really have and says which one explains
 * them, and what accuracy it would give.
 */
#ifndef RS_DIAGNOSE_H
#define RS_DIAGNOSE_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/labels.h"
#include "reassess/status.h"

typedef struct rs_diagnosis {
    bool found;
    bool alike;         /* not found, and mistakes are those of a model, not noise */
    double accuracy;    /* top-1 by the original labels that the other order would give */
    char text[1300];    /* "rows look like ImageFolder order; that gives 75.06 %: ..." */
} rs_diagnosis;

/* True when `correct` of `total` is no better than guessing among `classes` could be. Never for
 * fewer than 100 rows. */
bool rs_near_chance(uint64_t correct, uint64_t total, uint32_t classes);

/* A pass over as many rows as the labels have. */
typedef struct rs_doubted_pass {
    const rs_order *used;      /* NULL for file-name order */
    const int32_t *prediction; /* [i * stride] the first one (-1: none) of input row i */
    uint32_t stride;
} rs_doubted_pass;

/* `labels` in file-name order. */
rs_status rs_diagnose(const rs_labels *labels, const rs_doubted_pass *pass, rs_diagnosis *diagnosis,
                      rs_error *error);

/* What eval says of such a result, for commands that count by themselves: "top-1 accuracy of 0.12 %
 * is near chance: rows look like ..." of first predictions of all images, [rows of labels] in the
 * labels' order (-1: none), which were read in the order `used` (NULL: by file name). "" where
 * nothing is to be said. */
enum { RS_DOUBT_BYTES = 1700 };
rs_status rs_doubt_firsts(const rs_labels *labels, const rs_order *used, const int32_t *first,
                          char text[RS_DOUBT_BYTES], rs_error *error);
/* The words: of a result near chance, explained or not, or of another that is explained. */
void rs_doubt_text(double accuracy, bool near_chance, const rs_diagnosis *diagnosis,
                   char text[RS_DOUBT_BYTES]);

/* How often ranked predictions are right: first, and within the first `k`. */
typedef struct rs_rank_hits {
    uint64_t rows;
    uint64_t first;
    uint64_t within;
    uint32_t k;
} rs_rank_hits;

/* What to make of hits: a row whose label has this rank (from 1; 0: none known). */
static inline void rs_rank_hits_add(rs_rank_hits *hits, uint32_t rank)
{
    hits->rows += 1;
    hits->first += rank == 1;
    hits->within += rank >= 1 && rank <= hits->k;
}

/* Whether the later predictions are right nearly as often as the first. Never for fewer than 3. */
bool rs_hits_look_unsorted(const rs_rank_hits *hits);
/* What is said then. */
#define RS_UNSORTED_TEXT                                                                          \
    "the later predictions of the rows are right nearly as often as the first: are they in "      \
    "order? --pred-scores FILE ranks them by their scores"

#endif
