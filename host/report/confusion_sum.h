/* confusion_sum.h - the confusions of many models added up. */
#ifndef RS_CONFUSION_SUM_H
#define RS_CONFUSION_SUM_H

#include <stddef.h>
#include <stdint.h>

#include "analyse/confusion.h"

typedef struct rs_confusion_sum {
    rs_confusion *pair; /* ascending by original, then predicted class */
    size_t count;
    size_t models;
    uint64_t confused; /* rows of all models together */
    uint64_t evaluated;
    uint64_t accepted;
} rs_confusion_sum;

/* Adds one model. */
rs_status rs_confusion_sum_add(rs_confusion_sum *sum, const rs_confusions *model, rs_error *error);

/* Sorts the pairs, the most frequent first. Nothing may be added after it. */
void rs_confusion_sum_sort(rs_confusion_sum *sum);

void rs_confusion_sum_clear(rs_confusion_sum *sum);

#endif
