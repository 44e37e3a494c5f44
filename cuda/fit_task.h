/* fit_task.h - the kernels of a step of training, around its two products. C and CUDA compile
 * this.
 *
 * All pointers are device pointers. Launching neither waits nor allocates.
 */
#ifndef RS_FIT_TASK_H
#define RS_FIT_TASK_H

#include <cuda_runtime_api.h>
#include <stdint.h>

#include "engine/trainer.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A step of the heads, which lie behind each other: a row of logits is that of the first head,
 * then that of the second, ... */
typedef struct rs_fit_task {
    rs_dtype dtype; /* F32 or F64: of all numbers but the losses */
    uint64_t rows;  /* of the batch */
    uint32_t columns;
    uint32_t classes;
    uint32_t heads;
    const uint32_t *row; /* [rows] which they are */
    const uint32_t *label_begin;
    const int32_t *label;
    const uint8_t *kept; /* NULL: all are */
    void *logits;        /* [rows][heads][classes]; then their gradient */
    double *loss;        /* [heads][rows] */
    void *weights;       /* [heads][classes][columns] */
    void *weights_velocity;
    const void *weights_gradient;
    void *bias; /* [heads][classes] */
    void *bias_velocity;
    rs_trainer_head head[RS_TRAINER_HEADS_MAX];
    rs_trainer_rate rate[RS_TRAINER_HEADS_MAX];
} rs_fit_task;

/* Rows of features as numbers of F32, or of F64 where they are that: row row[i] comes to place i;
 * with a row of NULL, row i. */
typedef struct rs_gather_task {
    rs_dtype stored;
    const void *features;
    const uint32_t *row; /* [rows] */
    uint64_t rows;
    uint32_t columns;
    void *out;
} rs_gather_task;

/* `blocks` is the most that a launch is spread over; what there is less of takes fewer. */
cudaError_t rs_launch_gather(const rs_gather_task *task, uint32_t blocks, cudaStream_t stream);

/* Logits to losses and, in their place, gradients. */
cudaError_t rs_launch_losses(const rs_fit_task *task, uint32_t blocks, cudaStream_t stream);

/* The gradients to steps, of weights and bias. */
cudaError_t rs_launch_update(const rs_fit_task *task, uint32_t blocks, cudaStream_t stream);

#ifdef __cplusplus
}
#endif
#endif
