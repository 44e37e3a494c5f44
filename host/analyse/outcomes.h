/* outcomes.h - what several models did on the same images, bit by bit.
 *
 * All from the first predictions: right by the original label, right by ReaL, and the prediction
 * itself. Images are numbered as in the labels (file-name order), whatever order a model's rows
 * were in.
 */
#ifndef RS_OUTCOMES_H
#define RS_OUTCOMES_H

#include <stddef.h>
#include <stdint.h>

#include "reassess/evaluator.h"
#include "reassess/labels.h"

/* Which labels decide what is right. */
typedef enum rs_measure { RS_BY_IMAGENET = 0, RS_BY_REAL, RS_MEASURES } rs_measure;

typedef struct rs_outcomes {
    size_t models;
    uint64_t rows;    /* of the labels */
    size_t words;     /* of 64 images each */
    uint64_t images;  /* that were scored: the same for all models */
    uint64_t *scored; /* [words] */
    uint64_t
        *counted[RS_MEASURES];    /* [words] scored, and with an original label, or with a set that
                                       is not empty */
    uint64_t *right[RS_MEASURES]; /* [models * words] counted, and right */
    int32_t *prediction;          /* [models * rows] -1: an invalid row, or not scored */
    size_t filled;                /* models so far */
} rs_outcomes;

rs_status rs_outcomes_create(size_t models, uint64_t rows, rs_outcomes *outcomes, rs_error *error);

/* What a model did: row range.begin + i of its input was image order[range.begin + i] (`order`
 * NULL: the image of that number) and was predicted as prediction[i * stride]. */
typedef struct rs_model_outcomes {
    const char *file; /* names the input */
    const uint32_t *order;
    rs_row_range range;
    const int32_t *prediction;
    size_t stride;
} rs_model_outcomes;

/* Adds the next model. `labels` in file-name order. RS_MISMATCH when the models before scored other
 * images. */
rs_status rs_outcomes_add(rs_outcomes *outcomes, const rs_label_view *labels,
                          const rs_model_outcomes *of, rs_error *error);

uint64_t rs_outcomes_total(const rs_outcomes *outcomes, rs_measure measure);
uint64_t rs_outcomes_correct(const rs_outcomes *outcomes, rs_measure measure, size_t model);

void rs_outcomes_clear(rs_outcomes *outcomes);

#endif
