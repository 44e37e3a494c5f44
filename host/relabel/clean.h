/* clean.h - which training labels to keep: those that a strong model's prediction, made by a model
 * that did not see the image, agrees with (the article's section 1.6).
 *
 * Rows are scored by the evaluator, a window at a time: beside the labels, memory goes only to the
 * rows that are dropped, not to those that are read.
 */
#ifndef RS_CLEAN_H
#define RS_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evaluate/doubt.h"
#include "reassess/evaluator.h"
#include "relabel/folds.h"

/* Why a row is dropped; the first reason that holds, in this order. */
typedef enum rs_clean_verdict {
    RS_CLEAN_KEPT = 0,
    RS_CLEAN_UNLABELLED, /* there is no label to keep */
    RS_CLEAN_INVALID,    /* the row holds a NaN: it has no prediction */
    RS_CLEAN_DIFFERS,    /* the first prediction is another class */
    RS_CLEAN_MARGIN,     /* it is the label, but not far enough ahead of the second */
    RS_CLEAN_VERDICTS
} rs_clean_verdict;

/* "kept", "unlabelled", "invalid", "differs", "margin" */
const char *rs_clean_verdict_name(rs_clean_verdict verdict);

typedef struct rs_clean_options {
    const rs_labels *labels; /* original labels, in file-name order */
    const rs_order *order;   /* of the inputs' rows; NULL: that of the labels */
    const rs_folds *folds;   /* of the labels' rows; NULL: one input holds all rows */
    double margin;           /* 0 or more: the least lead of a kept label */
} rs_clean_options;

typedef struct rs_clean_drop {
    double margin;      /* lead of the first prediction over the second; NaN: not known */
    uint32_t row;       /* of the labels */
    int32_t prediction; /* -1: none */
    int32_t label;      /* -1: none */
    uint32_t rank;      /* of the label; 0: not known */
    uint16_t fold;
    uint8_t verdict;
} rs_clean_drop;

typedef struct rs_clean_count {
    uint64_t rows;
    uint64_t kept;
} rs_clean_count;

/* Zero it, or let rs_clean_begin do so; free with rs_clean_clear. */
typedef struct rs_clean {
    rs_clean_options options;
    uint64_t rows;
    uint32_t classes;
    uint32_t folds;
    uint64_t verdicts[RS_CLEAN_VERDICTS];
    rs_clean_count *per_class; /* [classes] rows with this label */
    rs_clean_count *per_fold;  /* [folds] */
    int32_t *first;            /* [rows] first prediction of each image; -1: none */
    rs_rank_hits hits;
    bool ranked;               /* the inputs are ranked predictions */
    rs_clean_drop *drop;       /* ascending by row once finished */
    uint64_t drop_count;
    uint64_t drop_capacity;
} rs_clean;

rs_status rs_clean_begin(const rs_clean_options *options, rs_clean *clean, rs_error *error);

/* Judges the rows of one fold (0 without folds). `source` holds a row for every label, of which
 * those of the other folds are passed over, or rows of this fold alone; both in the order of the
 * inputs. `watch` may be NULL. Each fold once, in any order. */
rs_status rs_clean_judge(rs_clean *clean, rs_evaluator *evaluator, rs_source *source, uint32_t fold,
                         const rs_watch *watch, rs_error *error);

/* The labels of a fold's `rows` rows in their order, which is that of the inputs (by_file_name:
 * that of the labels): of a row for every label, those of other folds are unknown. */
rs_status rs_clean_fold_labels(const rs_clean *clean, uint32_t fold, uint64_t rows,
                               bool by_file_name, rs_labels **labels, rs_error *error);

/* Puts the dropped rows in order, after all folds. */
void rs_clean_finish(rs_clean *clean);

/* Balance of the classes that have rows: how many images a class has. */
typedef struct rs_class_balance {
    uint32_t classes; /* with at least one row */
    uint32_t emptied; /* of these, without a kept row; 0 before */
    uint64_t least;
    uint64_t most;
    double median;
    double variation; /* standard deviation over the mean; 0 without rows */
} rs_class_balance;

rs_status rs_clean_balance(const rs_clean *clean, rs_class_balance *before, rs_class_balance *after,
                           rs_error *error);

void rs_clean_clear(rs_clean *clean);

#endif
