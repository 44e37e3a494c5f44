/* trainer.h - linear heads trained where an engine keeps them: on a device.
 *
 * Whoever trains (the fit floor) deals the rows, counts the steps and says the rates; the trainer
 * holds features, labels and heads, and makes the steps. The CPU needs none: its heads are trained
 * where they lie (fit/fit_step.c).
 */
#ifndef RS_TRAINER_H
#define RS_TRAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "reassess/logits.h"
#include "reassess/status.h"

enum { RS_TRAINER_HEADS_MAX = 64 };

typedef struct rs_trainer_head {
    bool sigmoid; /* a question a class; else softmax */
    bool kept;    /* learns from the kept rows alone */
} rs_trainer_head;

/* What stays the same over the steps. Arrays are the caller's and must outlive the trainer. */
typedef struct rs_trainer_task {
    rs_dtype stored; /* features, as they are read */
    rs_dtype dtype;  /* F32 or F64: what heads are computed in */
    uint64_t rows;
    uint32_t columns;
    uint32_t classes;
    uint64_t batch;              /* rows of a step at most */
    const uint32_t *label_begin; /* [rows + 1] */
    const int32_t *label;        /* [label_begin[rows]], no class twice in a row */
    const bool *kept;            /* [rows]; NULL: all are */
    const rs_trainer_head *heads;
    size_t head_count;
    uint64_t memory_bytes; /* that features which stay may take; 0: what is free */
    /* Features of `count` rows, as they are stored, behind each other. */
    rs_status (*read)(void *context, const uint32_t *row, uint64_t count, void *out,
                      rs_error *error);
    void *context;
} rs_trainer_task;

/* Of one head in one step. */
typedef struct rs_trainer_rate {
    double lr;
    double momentum;
    double weight_decay; /* of the weights, not of the bias */
    double scale;        /* 1 / the rows of the batch that it learns from; 0: it stays as it is */
} rs_trainer_rate;

typedef struct rs_trainer rs_trainer;

typedef struct rs_trainer_vtable {
    /* One step of every head on these rows; loss[h][i] gets what row i was to head h: 0 where that
     * does not learn from it, and no number where the logits are none. */
    rs_status (*step)(rs_trainer *trainer, const uint32_t *row, uint64_t rows,
                      const rs_trainer_rate *rates, double *const *loss, rs_error *error);
    /* [classes * columns] weights and [classes] bias of a head, and how it moves likewise; of the
     * task's dtype. Before the first step all heads are put. */
    rs_status (*put)(rs_trainer *trainer, size_t head, const void *parameters,
                     const void *velocity, rs_error *error);
    rs_status (*get)(rs_trainer *trainer, size_t head, void *parameters, void *velocity,
                     rs_error *error);
    void (*free)(rs_trainer *trainer);
} rs_trainer_vtable;

struct rs_trainer {
    const rs_trainer_vtable *vtable;
    bool resident; /* the features stay; else those of each step are sent */
};

#endif
