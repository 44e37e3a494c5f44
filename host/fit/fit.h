/* fit.h - linear heads trained on frozen features: softmax or one sigmoid a class, on all rows or
 * on the kept ones (the article's Table 2).
 *
 * Heads of one run are trained side by side: each batch is read once for all of them. A head comes
 * out the same, to the last bit, whatever other heads are trained beside it (on the CPU: a device
 * multiplies all of them at once), on any number of threads, and whether the run was stopped on the
 * way or not.
 */
#ifndef RS_FIT_H
#define RS_FIT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "fit/fit_features.h"
#include "fit/fit_targets.h"
#include "reassess/status.h"

/* What the loss of a row is; z are its logits, R the labels that it has. */
typedef enum rs_loss {
    RS_LOSS_SOFTMAX = 0, /* log sum_j e^z_j - mean over R of z_c */
    RS_LOSS_SIGMOID      /* sum_j log(1 + e^z_j) - sum over R of z_c: a question a class */
} rs_loss;

/* How the rate falls over the steps of a run. */
typedef enum rs_schedule {
    RS_SCHEDULE_COSINE = 0, /* (1 + cos(pi s / S)) / 2 at step s of S */
    RS_SCHEDULE_LINEAR,     /* 1 - s / S */
    RS_SCHEDULE_CONSTANT
} rs_schedule;

/* What heads begin as. */
typedef enum rs_init {
    RS_INIT_PRIOR = 0, /* weights 0; the bias says how frequent each class is */
    RS_INIT_ZERO,
    RS_INIT_UNIFORM    /* within 1 / sqrt(features) on either side of 0 */
} rs_init;

/* "softmax", "sigmoid"; "cosine", ...; "prior", ... */
const char *rs_loss_name(rs_loss loss);
const char *rs_schedule_name(rs_schedule schedule);
const char *rs_init_name(rs_init init);

enum { RS_FIT_NAME_BYTES = 64, RS_FIT_HEADS_MAX = 64, RS_FIT_EPOCHS_MAX = 64 };

/* By what one head is trained. */
typedef struct rs_fit_head {
    char name[RS_FIT_NAME_BYTES]; /* "" for the only one */
    rs_loss loss;
    bool kept; /* on the kept rows alone */
    double lr;
} rs_fit_head;

typedef struct rs_fit_options {
    const rs_fit_head *heads;
    size_t head_count;
    const uint64_t *epochs; /* [epoch_count] ascending: after each the heads are saved */
    size_t epoch_count;
    uint64_t batch;
    rs_schedule schedule;
    rs_init init;
    double momentum;
    double weight_decay; /* of the weights, not of the bias */
    uint64_t seed;
    unsigned threads; /* 0: the processors of the affinity mask */
    rs_engine *engine; /* that trains the heads; NULL: they are trained here, on the CPU */
    uint64_t memory_bytes; /* of the engine, for features to stay there; 0: what is free */
} rs_fit_options;

typedef struct rs_fit_watch {
    /* Told after each step how many rows were gone through, of rs_fit_total_rows, and the loss of
     * the first head; may be NULL. */
    void (*step_done)(void *context, uint64_t rows, double loss);
    void *context;
    const volatile sig_atomic_t *stop; /* non-zero: end with RS_INTERRUPTED; may be NULL */
    const char *checkpoint;            /* NULL: none is written */
    double checkpoint_ms;              /* how long to go on between two of them */
    const char *heads; /* where the heads so far are written, each time that an epoch of the options
                          but the last ends; NULL: the caller writes them at the end */
} rs_fit_watch;

/* A head as it was after some epochs. */
typedef struct rs_fit_saved {
    double loss;      /* the mean over the last epoch, as the rows came by */
    void *parameters; /* [classes * features] weights, [classes] bias, of the features' dtype */
} rs_fit_saved;

typedef struct rs_training rs_training;

/* What the options point to stays the caller's, and must outlive the run. RS_MISMATCH when features
 * and targets do not have as many rows. */
rs_status rs_fit_begin(const rs_fit_options *options, const rs_fit_features *features,
                       const rs_fit_targets *targets, rs_training **fit, rs_error *error);

/* Goes on from a checkpoint, where there is one; *rows_done gets how far that is. RS_MISMATCH when
 * it is of another run. */
rs_status rs_fit_resume(rs_training *fit, const char *path, uint64_t *rows_done, rs_error *error);

/* The checkpoint of a run, written whole or not at all. */
rs_status rs_fit_save(const rs_training *fit, const char *path, rs_error *error);

/* To the last epoch. After RS_INTERRUPTED the checkpoint says how far the run had come; after
 * another failure it is the last that was written. RS_RANGE when a head diverges. */
rs_status rs_fit_run(rs_training *fit, const rs_fit_watch *watch, rs_error *error);

uint64_t rs_fit_total_rows(const rs_training *fit);
/* How many rows a head learns from in an epoch. */
uint64_t rs_fit_head_rows(const rs_training *fit, size_t head);
/* Saved heads: [epoch_count] of each head, NULL parameters where the run has not come so far. */
const rs_fit_saved *rs_fit_get(const rs_training *fit, size_t head, size_t epoch);
double rs_fit_first_loss(const rs_training *fit, size_t head); /* of the first step */
const char *rs_fit_products(const rs_training *fit); /* what multiplies: "OpenBLAS 0.3.21" */
/* Whether the features stay on the device that trains; false on the CPU. */
bool rs_fit_resident(const rs_training *fit);
unsigned rs_fit_threads(const rs_training *fit);
void rs_fit_free(rs_training *fit); /* NULL is fine */

#endif
