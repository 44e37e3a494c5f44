/* confusion.h - which class is taken for which, how often, and how often ReaL agrees.
 */
#ifndef RS_CONFUSION_H
#define RS_CONFUSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/key_counts.h"
#include "reassess/evaluator.h"
#include "reassess/labels.h"

typedef struct rs_confusion {
    int32_t original;   /* the class that the original labels name */
    int32_t predicted;  /* the class that the model answers first; another one */
    uint64_t count;     /* rows */
    uint64_t evaluated; /* of them, with a non-empty ReaL set */
    uint64_t accepted;  /* of them, with the predicted class in their ReaL set */
} rs_confusion;

typedef struct rs_confusions {
    rs_confusion *pair; /* most frequent first; equal counts by original, then predicted class */
    size_t count;
    uint64_t rows;      /* with a known original label and a prediction */
    uint64_t confused;  /* of them, with another prediction: the sum of all counts */
    uint64_t evaluated; /* sums over all pairs */
    uint64_t accepted;
} rs_confusions;

/* `prediction` holds `keep` classes for each row of `rows`, the first of them the model's answer
 * (rs_row_results); row i of the labels is row i - rows.begin of it. Rows whose original label is
 * unknown, or which have no prediction (-1), are left out. `evaluator` counts on its engine; NULL
 * counts here. The result is the same. */
rs_status rs_confusions_count(rs_evaluator *evaluator, const rs_label_view *labels,
                              rs_row_range rows, const int32_t *prediction, uint32_t keep,
                              rs_confusions *confusions, rs_error *error);
/* The same in two steps, where the rows of many models are counted together: a key for every
 * confused row into `keys` (room for all of `rows`), which returns how many; *known grows by the
 * rows with a label and a prediction. Rows and classes are not checked. */
size_t rs_confusions_list(const rs_label_view *labels, rs_row_range rows, const int32_t *prediction,
                          uint32_t keep, uint64_t *keys, uint64_t *known);
/* All but `rows` from keys[count], which are used as room to work in. */
rs_status rs_confusions_of_keys(rs_evaluator *evaluator, uint64_t *keys, size_t count,
                                rs_confusions *confusions, rs_error *error);

/* An engine may count in the pass itself, where the predictions are: whether that of the evaluator
 * does, for rows that are scored as they are. It is asked before the pass, whose counts `pairs`
 * gets (free its entry with free()), and no longer with NULL after it. */
bool rs_confusions_in_pass(const rs_evaluator *evaluator, const rs_label_view *labels);
void rs_confusions_ask(rs_evaluator *evaluator, rs_key_counts *pairs);
/* All of them, as rs_confusions_count has them. */
rs_status rs_confusions_of_pairs(const rs_key_counts *pairs, rs_confusions *confusions,
                                 rs_error *error);

void rs_confusions_clear(rs_confusions *confusions);

#endif
