/* fit_impl.h - a run as its files see it: fit_run.c (its life), fit_step.c, fit_checkpoint.c. */
#ifndef RS_FIT_IMPL_H
#define RS_FIT_IMPL_H

#include "engine/openblas.h"
#include "engine/thread_pool.h"
#include "fit/fit.h"
#include "fit/fit_kernels.h"

/* A head under way. */
typedef struct rs_fit_member {
    const rs_fit_head *head;
    unsigned char *parameters; /* [classes * features] weights, [classes] bias */
    unsigned char *velocity;   /* likewise */
    unsigned char *gradient;   /* likewise */
    unsigned char *logits;     /* [batch * classes], then their gradient */
    double *row_loss;          /* [batch] */
    uint64_t rows;             /* that it learns from in an epoch */
    uint64_t batch_rows;       /* of the batch: its first ones */
    double loss_sum;           /* of the epoch so far */
    double batch_loss;         /* mean; of the last batch that it learned from, ... */
    double first_loss;         /* ... and of the first step */
    rs_fit_saved *saved;       /* [epoch_count] */
} rs_fit_member;

struct rs_training {
    rs_fit_options options;
    const rs_fit_features *features;
    const rs_fit_targets *targets;
    const rs_fit_kernels *kernels;
    rs_openblas blas;
    rs_thread_pool *pool;
    size_t size;          /* of a number */
    uint64_t weights;     /* classes * features */
    uint64_t parameters;  /* with the bias */
    uint32_t *order;      /* [rows] those with a label, as the epoch goes through them */
    uint64_t rows;
    uint32_t *batch_row;  /* [batch] of the step: the kept ones first */
    uint64_t order_epoch; /* that `order` is of; UINT64_MAX: none yet */
    uint64_t batch;       /* no more than there are rows */
    uint64_t steps;       /* an epoch */
    uint64_t step;        /* done, of all epochs */
    size_t saved;         /* how many of options.epochs are behind */
    unsigned char *x;     /* [batch * features] of the batch */
    unsigned char *room;  /* a row as it is stored, for each thread */
    rs_product *products; /* [head_count] */
    rs_trainer *trainer;  /* of options.engine; NULL: on the CPU */
    bool put;             /* the heads are where it trains them, and those here are older */
    rs_fit_member *member;
};

/* One step on rows order[at .. at + rows). */
rs_status rs_fit_step(rs_training *fit, uint64_t at, uint64_t rows, rs_error *error);

#endif
