/* confusion_sum.h - the confusions of many models added up.
 *
 * Confused rows gather as keys over several models and are then counted at once: sorted for each
 * model they would cost more than all else that a report does. */
#ifndef RS_CONFUSION_SUM_H
#define RS_CONFUSION_SUM_H

#include <stddef.h>
#include <stdint.h>

#include "analyse/confusion.h"
#include "reassess/labels.h"

typedef struct rs_confusion_sum {
    rs_confusion *pair; /* once ended, the most frequent first */
    size_t count;
    size_t models;
    uint64_t *key; /* [key_room], not yet counted */
    size_t key_count;
    size_t key_room;
    uint64_t confused; /* rows of all models together */
    uint64_t evaluated;
    uint64_t accepted;
} rs_confusion_sum;

/* Adds one model: its first predictions, prediction[i * keep] of row i of the labels. */
rs_status rs_confusion_sum_add(rs_confusion_sum *sum, const rs_label_view *labels,
                               const int32_t *prediction, uint32_t keep, rs_error *error);

/* Adds the models of `from`, which is left empty: sums of several threads, in any order. */
rs_status rs_confusion_sum_join(rs_confusion_sum *sum, rs_confusion_sum *from, rs_error *error);

/* After the last model: the pairs, the most frequent first. */
rs_status rs_confusion_sum_end(rs_confusion_sum *sum, rs_error *error);

void rs_confusion_sum_clear(rs_confusion_sum *sum);

#endif
