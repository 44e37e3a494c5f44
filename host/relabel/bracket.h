/* bracket.h - what ReaL does not know of a model: the ReaL accuracy with the first predictions that
 * no rater was asked about taken for wrong, and for right; and the accuracy by label sets of other
 * thresholds of the raters' scores.
 */
#ifndef RS_BRACKET_H
#define RS_BRACKET_H

#include "reassess/metrics.h"
#include "relabel/asked.h"
#include "relabel/rated.h"

/* Integers that add up over row ranges, and what follows from them. */
typedef struct rs_bracket {
    bool measured;
    const char *reason; /* why there are no shares; NULL when there are */
    uint64_t total;     /* rows with a label set */
    uint64_t correct;   /* real_top1 */
    uint64_t unasked;   /* of the others, those whose first prediction nobody was asked about */
    double low;         /* correct / total */
    double high;        /* (correct + unasked) / total */
    double ci95[2];     /* Wilson's limits, the lower one of `low` and the upper one of `high` */
    uint64_t hash;      /* of the scores: rs_rated_hash */
    rs_metric threshold[RS_RATED_THRESHOLDS]; /* the accuracy by the sets of each */
} rs_bracket;

/* How the accuracy by the sets of a threshold is called: "at_50", "at_55", ... */
enum { RS_BRACKET_NAME_BYTES = 8 };
void rs_bracket_threshold_name(uint32_t index, char out[RS_BRACKET_NAME_BYTES]);

/* The first predictions of rows that follow each other. */
typedef struct rs_bracket_rows {
    uint64_t begin; /* the first one */
    uint64_t end;
    const int32_t *prediction; /* of row begin + i at [i * stride]; -1: none */
    uint32_t stride;
    const uint32_t *image; /* [end] which image each row of the input is, those before `begin`
                              too; NULL: row i is image i */
} rs_bracket_rows;

/* An image that came before counts no more. */
rs_status rs_bracket_count(const rs_rated *rated, const rs_bracket_rows *rows, rs_bracket *bracket,
                           rs_error *error);

/* Adds the pairs behind `unasked`, which would have to be judged for `low` and `high` to meet. */
rs_status rs_bracket_ask(const rs_rated *rated, const rs_bracket_rows *rows, rs_asked *asked,
                         rs_error *error);

/* Those of other rows, by the same scores. */
void rs_bracket_add(rs_bracket *sum, const rs_bracket *part);

#endif
