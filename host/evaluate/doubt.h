/* doubt.h - what commands say of a doubtful result, with what reassess/diagnose.h finds.
 */
#ifndef RS_DOUBT_H
#define RS_DOUBT_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/diagnose.h"

/* True when `correct` of `total` is no better than guessing among `classes` could be. Never for
 * fewer than 100 rows. */
bool rs_near_chance(uint64_t correct, uint64_t total, uint32_t classes);

/* What eval says of such a result, for commands that count by themselves: "top-1 accuracy of 0.12 %
 * is near chance: rows look like ..." of first predictions of all images, [rows of labels] in the
 * labels' order (-1: none), which were read in the order `used` (NULL: by file name). "" where
 * nothing is to be said. */
enum { RS_DOUBT_BYTES = 1700 };
rs_status rs_doubt_firsts(const rs_labels *labels, const rs_order *used, const int32_t *first,
                          char text[RS_DOUBT_BYTES], rs_error *error);
/* rs_diagnose with a text in the words of the program. */
rs_status rs_diagnose_pass(const rs_labels *labels, const rs_doubted_pass *pass,
                           rs_diagnosis *diagnosis, rs_error *error);
/* The words: of a result near chance, explained or not, or of another that is explained. */
void rs_doubt_text(double accuracy, bool near_chance, const rs_labels *labels,
                   const rs_diagnosis *diagnosis, char text[RS_DOUBT_BYTES]);

/* How often the last of all predictions is right, in a result near chance that nothing explains. */
typedef struct rs_worst_hits {
    uint64_t rows; /* with a rank of their label */
    uint64_t last;
    uint32_t classes;
} rs_worst_hits;

/* Where that is more often than by chance, *diagnosis says that values or ranks are the wrong way
 * round. */
void rs_doubt_worst(const rs_worst_hits *hits, rs_diagnosis *diagnosis);
/* Rankings, [i * ranks] of input row i, which is image[i] (NULL: i): says so where a prediction in
 * the middle is right most often, and far more often than the first. */
void rs_doubt_places(const rs_label_view *labels, const uint32_t *image, const int32_t *ranking,
                     uint32_t ranks, rs_diagnosis *diagnosis);
/* The words: the last prediction is right in this share of the rows. */
void rs_tell_reversed(double last, rs_diagnosis *diagnosis);
#define RS_TURN_ROUND_TEXT "negate the values, or turn each row round"

/* How often ranked predictions are right: first, and within the first `k`. */
typedef struct rs_rank_hits {
    uint64_t rows;
    uint64_t first;
    uint64_t within;
    uint32_t k;
    uint32_t depth; /* predictions a row */
    uint64_t last;  /* rows whose label is the last of them */
} rs_rank_hits;

/* What to make of hits: a row whose label has this rank (from 1; 0: none known). */
static inline void rs_rank_hits_add(rs_rank_hits *hits, uint32_t rank)
{
    hits->rows += 1;
    hits->first += rank == 1;
    hits->within += rank >= 1 && rank <= hits->k;
    hits->last += rank >= 1 && rank == hits->depth;
}

/* Whether the later predictions are right nearly as often as the first. Never for fewer than 3. */
bool rs_hits_look_unsorted(const rs_rank_hits *hits);
/* What is said then. */
#define RS_UNSORTED_TEXT                                                                          \
    "the later predictions of the rows are right nearly as often as the first: are they in "      \
    "order? --pred-scores FILE ranks them by their scores"
/* What is said where the last ones are right and the first are not, as of rows sorted
 * worst first; "" where they are as they should be. */
void rs_doubt_reversed_ranks(const rs_rank_hits *hits, uint32_t classes, char text[RS_DOUBT_BYTES]);

#endif
