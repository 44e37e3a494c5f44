/* device_trainer.c - features, labels and heads on a device, and a step on them.
 *
 * All heads are one matrix, so that a batch takes two products whatever their number: features by
 * weights, and the logits' gradient, transposed, by features. Everything is in one stream, in
 * order, and the host waits for the losses at the end of a step: nothing of one is under way when
 * the next begins.
 */
#include "cuda/device_trainer.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "cuda/current_device.h"
#include "cuda/device_error.h"
#include "cuda/fit_task.h"
#include "cuda/head_task.h"
#include "cuda/row_task.h"

/* A part of what is free stays so, for the kernels and for others: one in so many bytes. */
enum { FREE_PART = 8, BLOCKS_PER_PROCESSOR = 8 };

typedef struct device_trainer {
    rs_trainer base;
    rs_gpu *gpu;
    rs_trainer_task task;
    rs_fit_task step; /* its pointers and heads are set once */
    cudaStream_t stream;
    size_t size;       /* of a number */
    uint64_t row_size; /* of features, as they are stored */
    uint64_t classes;  /* of all heads */
    uint32_t blocks;
    rs_device_array weights, weights_velocity, weights_gradient;
    rs_device_array bias, bias_velocity;
    rs_device_array logits, batch, features; /* `features`: all, or those of a batch */
    rs_device_array label_begin, label, kept, row, loss;
    void *sent;       /* [batch] features, page-locked */
    uint32_t *rows;   /* [batch], likewise */
    double *fetched;  /* [heads][batch], likewise */
} device_trainer;

/* ---- begin and end ---- */

static void release(device_trainer *of)
{
    rs_device_array *const array[] = {
        &of->weights, &of->weights_velocity, &of->weights_gradient, &of->bias, &of->bias_velocity,
        &of->logits,  &of->batch,            &of->features,         &of->kept, &of->label_begin,
        &of->label,   &of->row,              &of->loss};
    void *const locked[] = {of->sent, of->rows, of->fetched};
    (void)cudaStreamSynchronize(of->stream); /* nothing is under way when its memory goes */
    for (size_t i = 0; i < sizeof array / sizeof array[0]; ++i) {
        rs_device_array_free(array[i]);
    }
    for (size_t i = 0; i < sizeof locked / sizeof locked[0]; ++i) {
        if (locked[i] != NULL) {
            (void)cudaFreeHost(locked[i]);
        }
    }
    (void)cudaGetLastError(); /* of a device that is lost, which was told */
    free(of);
}

static void free_trainer(rs_trainer *base)
{
    const int before = rs_device_before();
    device_trainer *const of = (device_trainer *)base;
    (void)rs_gpu_use(of->gpu, NULL);
    release(of);
    rs_device_back(before);
}

static rs_status reserve_heads(device_trainer *of, rs_error *error)
{
    const int device = of->gpu->device;
    const uint64_t answers = of->classes * of->size;
    const uint64_t weights = answers * of->task.columns;
    const uint64_t heads = of->task.head_count;
    rs_device_array *const large[] = {&of->weights, &of->weights_velocity, &of->weights_gradient};
    for (size_t i = 0; i < sizeof large / sizeof large[0]; ++i) {
        RS_TRY(rs_device_array_reserve(large[i], weights, device, error));
    }
    RS_TRY(rs_device_array_reserve(&of->bias, answers, device, error));
    RS_TRY(rs_device_array_reserve(&of->bias_velocity, answers, device, error));
    RS_TRY(rs_device_array_reserve(&of->logits, of->task.batch * answers, device, error));
    RS_TRY(rs_device_array_reserve(&of->batch, of->task.batch * of->task.columns * of->size,
                                   device, error));
    RS_TRY(rs_device_array_reserve(&of->row, of->task.batch * sizeof(uint32_t), device, error));
    return rs_device_array_reserve(&of->loss, heads * of->task.batch * sizeof(double), device,
                                   error);
}

static rs_status lock_room(device_trainer *of, rs_error *error)
{
    const int device = of->gpu->device;
    const size_t batch = (size_t)of->task.batch;
    const unsigned how = cudaHostAllocDefault;
    void *rows = NULL;
    void *fetched = NULL;
    RS_TRY(RS_CUDA(cudaHostAlloc(&of->sent, batch * of->row_size, how), device, error));
    RS_TRY(RS_CUDA(cudaHostAlloc(&rows, batch * sizeof *of->rows, how), device, error));
    of->rows = rows;
    RS_TRY(RS_CUDA(cudaHostAlloc(&fetched, of->task.head_count * batch * sizeof *of->fetched, how),
                   device, error));
    of->fetched = fetched;
    return RS_OK;
}

static rs_status send_labels(device_trainer *of, rs_error *error)
{
    const rs_trainer_task *const task = &of->task;
    const int device = of->gpu->device;
    const uint64_t labels = task->label_begin[task->rows];
    RS_TRY(rs_device_array_send(&of->label_begin, task->label_begin,
                                (task->rows + 1) * sizeof *task->label_begin, device, of->stream,
                                error));
    RS_TRY(rs_device_array_send(&of->label, task->label, labels * sizeof *task->label, device,
                                of->stream, error));
    if (task->kept != NULL) {
        RS_TRY(rs_device_array_send(&of->kept, task->kept, task->rows * sizeof *task->kept, device,
                                    of->stream, error));
    }
    return RS_CUDA(cudaStreamSynchronize(of->stream), device, error);
}

/* ---- features ---- */

/* Whether all features can stay; then there is room for them. Else for those of a batch. */
static rs_status reserve_features(device_trainer *of, rs_error *error)
{
    const int device = of->gpu->device;
    const uint64_t all = of->task.rows * of->row_size;
    size_t left = 0;
    size_t total = 0;
    RS_TRY(RS_CUDA(cudaMemGetInfo(&left, &total), device, error));
    const uint64_t allowed =
        of->task.memory_bytes > 0 ? of->task.memory_bytes : left - left / FREE_PART;
    of->base.resident = all <= allowed;
    if (of->base.resident) {
        const rs_status status = rs_device_array_reserve(&of->features, all, device, error);
        if (status != RS_MEMORY) {
            return status;
        }
        of->base.resident = false; /* memory in one piece is less than memory */
    }
    return rs_device_array_reserve(&of->features, of->task.batch * of->row_size, device, error);
}

/* Rows that are named in of->rows, to where `at` rows lie already. */
static rs_status send_rows(device_trainer *of, uint64_t at, uint64_t rows, rs_error *error)
{
    RS_TRY(of->task.read(of->task.context, of->rows, rows, of->sent, error));
    return RS_CUDA(cudaMemcpyAsync((unsigned char *)of->features.memory + at * of->row_size,
                                   of->sent, rows * of->row_size, cudaMemcpyHostToDevice,
                                   of->stream),
                   of->gpu->device, error);
}

static rs_status send_all_rows(device_trainer *of, rs_error *error)
{
    for (uint64_t at = 0; at < of->task.rows; at += of->task.batch) {
        const uint64_t left = of->task.rows - at;
        const uint64_t rows = left < of->task.batch ? left : of->task.batch;
        for (uint64_t i = 0; i < rows; ++i) {
            of->rows[i] = (uint32_t)(at + i);
        }
        RS_TRY(send_rows(of, at, rows, error));
        RS_TRY(RS_CUDA(cudaStreamSynchronize(of->stream), of->gpu->device, error));
    }
    return RS_OK;
}

/* ---- a step ---- */

static rs_status gather(device_trainer *of, const uint32_t *row, uint64_t rows, rs_error *error)
{
    const int device = of->gpu->device;
    memcpy(of->rows, row, (size_t)rows * sizeof *row);
    if (!of->base.resident) {
        RS_TRY(send_rows(of, 0, rows, error));
    }
    RS_TRY(RS_CUDA(cudaMemcpyAsync(of->row.memory, of->rows, rows * sizeof *row,
                                   cudaMemcpyHostToDevice, of->stream),
                   device, error));
    const rs_gather_task task = {
        .stored = of->task.stored,
        .features = of->features.memory,
        .row = of->base.resident ? of->row.memory : NULL,
        .rows = rows,
        .columns = of->task.columns,
        .out = of->batch.memory,
    };
    return RS_CUDA(rs_launch_gather(&task, of->blocks, of->stream), device, error);
}

static rs_status multiply(device_trainer *of, uint64_t rows, bool forward, rs_error *error)
{
    rs_device_product product = {.dtype = of->task.dtype};
    rs_product *const shape = &product.shape;
    shape->rows = forward ? rows : of->classes;
    shape->columns = forward ? of->classes : of->task.columns;
    shape->depth = forward ? of->task.columns : rows;
    shape->left = forward ? of->batch.memory : of->logits.memory;
    shape->right = forward ? of->weights.memory : of->batch.memory;
    shape->left_transposed = !forward;
    shape->right_transposed = forward;
    shape->add = forward; /* to the bias */
    shape->out = forward ? of->logits.memory : of->weights_gradient.memory;
    shape->left_stride = forward ? of->task.columns : of->classes;
    shape->right_stride = of->task.columns;
    shape->out_stride = forward ? of->classes : of->task.columns;
    return rs_cublas_multiply(&of->gpu->cublas, &product, of->stream, error);
}

static rs_status put_step(device_trainer *of, const uint32_t *row, uint64_t rows, rs_error *error)
{
    const int device = of->gpu->device;
    const uint64_t losses = rows * of->task.head_count;
    const uint64_t parts = rows * of->classes / RS_BLOCK_THREADS + 1;
    const uint32_t blocks = parts < of->blocks ? (uint32_t)parts : of->blocks;
    of->step.rows = rows;
    RS_TRY(gather(of, row, rows, error));
    RS_TRY(RS_CUDA(rs_launch_bias(of->task.dtype, of->bias.memory, (uint32_t)of->classes, rows,
                                  of->logits.memory, blocks, of->stream),
                   device, error));
    RS_TRY(multiply(of, rows, true, error));
    RS_TRY(RS_CUDA(rs_launch_losses(&of->step, of->blocks, of->stream), device, error));
    RS_TRY(multiply(of, rows, false, error));
    RS_TRY(RS_CUDA(rs_launch_update(&of->step, of->blocks, of->stream), device, error));
    return RS_CUDA(cudaMemcpyAsync(of->fetched, of->loss.memory, losses * sizeof(double),
                                   cudaMemcpyDeviceToHost, of->stream),
                   device, error);
}

static rs_status make_step(device_trainer *of, const uint32_t *row, uint64_t rows,
                           const rs_trainer_rate *rates, double *const *loss, rs_error *error)
{
    RS_TRY(rs_gpu_use(of->gpu, error));
    memcpy(of->step.rate, rates, of->task.head_count * sizeof *rates);
    const rs_status status = put_step(of, row, rows, error);
    const cudaError_t code = cudaStreamSynchronize(of->stream); /* also after a failure */
    if (status != RS_OK) {
        (void)cudaGetLastError();
        return status;
    }
    RS_TRY(RS_CUDA(code, of->gpu->device, error));
    for (size_t h = 0; h < of->task.head_count; ++h) {
        memcpy(loss[h], of->fetched + h * rows, (size_t)rows * sizeof(double));
    }
    return RS_OK;
}

static rs_status step(rs_trainer *base, const uint32_t *row, uint64_t rows,
                      const rs_trainer_rate *rates, double *const *loss, rs_error *error)
{
    const int before = rs_device_before();
    device_trainer *const of = (device_trainer *)base;
    rs_range_begin(of->gpu->ranges, "training step");
    const rs_status status = make_step(of, row, rows, rates, loss, error);
    rs_range_end(of->gpu->ranges);
    rs_device_back(before);
    return status;
}

/* ---- heads to and fro ---- */

/* Where the matrix of a head lies on the device, and the vector behind it. */
typedef struct head_parts {
    unsigned char *matrix;
    unsigned char *vector;
    uint64_t matrix_bytes;
    uint64_t vector_bytes;
} head_parts;

static head_parts parts_of(const device_trainer *of, size_t head, const rs_device_array *matrix,
                           const rs_device_array *vector)
{
    const uint64_t answers = of->task.classes * of->size;
    const uint64_t weights = answers * of->task.columns;
    return (head_parts){(unsigned char *)matrix->memory + head * weights,
                        (unsigned char *)vector->memory + head * answers, weights, answers};
}

static rs_status copy(const device_trainer *of, void *to, const void *from, uint64_t bytes,
                      enum cudaMemcpyKind kind, rs_error *error)
{
    return RS_CUDA(cudaMemcpyAsync(to, from, bytes, kind, of->stream), of->gpu->device, error);
}

static rs_status send_head(const device_trainer *of, const head_parts *to, const void *from,
                           rs_error *error)
{
    const unsigned char *const bytes = from;
    RS_TRY(copy(of, to->matrix, bytes, to->matrix_bytes, cudaMemcpyHostToDevice, error));
    return copy(of, to->vector, bytes + to->matrix_bytes, to->vector_bytes, cudaMemcpyHostToDevice,
                error);
}

static rs_status fetch_head(const device_trainer *of, const head_parts *from, void *to,
                            rs_error *error)
{
    unsigned char *const bytes = to;
    RS_TRY(copy(of, bytes, from->matrix, from->matrix_bytes, cudaMemcpyDeviceToHost, error));
    return copy(of, bytes + from->matrix_bytes, from->vector, from->vector_bytes,
                cudaMemcpyDeviceToHost, error);
}

/* Sends or fetches the parameters of a head and their velocities, and waits, also after a failure;
 * one of the two is NULL. */
static rs_status carry(const device_trainer *of, size_t head, const void *const *send,
                       void *const *fetch, rs_error *error)
{
    const head_parts parts[] = {parts_of(of, head, &of->weights, &of->bias),
                                parts_of(of, head, &of->weights_velocity, &of->bias_velocity)};
    const int before = rs_device_before();
    rs_status status = rs_gpu_use(of->gpu, error);
    for (size_t i = 0; i < 2 && status == RS_OK; ++i) {
        if (send != NULL) {
            status = send_head(of, &parts[i], send[i], error);
        } else if (fetch != NULL) {
            status = fetch_head(of, &parts[i], fetch[i], error);
        }
    }
    const cudaError_t code = cudaStreamSynchronize(of->stream);
    status = status != RS_OK ? status : RS_CUDA(code, of->gpu->device, error);
    rs_device_back(before);
    return status;
}

static rs_status put(rs_trainer *base, size_t head, const void *parameters, const void *velocity,
                     rs_error *error)
{
    const void *const send[] = {parameters, velocity};
    const device_trainer *const of = (const device_trainer *)base;
    rs_range_begin(of->gpu->ranges, "send a head");
    const rs_status status = carry(of, head, send, NULL, error);
    rs_range_end(of->gpu->ranges);
    return status;
}

static rs_status get(rs_trainer *base, size_t head, void *parameters, void *velocity,
                     rs_error *error)
{
    void *const fetch[] = {parameters, velocity};
    const device_trainer *const of = (const device_trainer *)base;
    rs_range_begin(of->gpu->ranges, "fetch a head");
    const rs_status status = carry(of, head, NULL, fetch, error);
    rs_range_end(of->gpu->ranges);
    return status;
}

/* ---- all of it ---- */

/* What of the steps does not change. */
static void set_step(device_trainer *of)
{
    const rs_trainer_task *const task = &of->task;
    of->step = (rs_fit_task){
        .dtype = task->dtype,
        .columns = task->columns,
        .classes = task->classes,
        .heads = (uint32_t)task->head_count,
        .row = of->row.memory,
        .label_begin = of->label_begin.memory,
        .label = of->label.memory,
        .kept = task->kept != NULL ? of->kept.memory : NULL,
        .logits = of->logits.memory,
        .loss = of->loss.memory,
        .weights = of->weights.memory,
        .weights_velocity = of->weights_velocity.memory,
        .weights_gradient = of->weights_gradient.memory,
        .bias = of->bias.memory,
        .bias_velocity = of->bias_velocity.memory,
    };
    memcpy(of->step.head, task->heads, task->head_count * sizeof *task->heads);
}

static rs_status prepare(device_trainer *of, rs_error *error)
{
    RS_TRY(rs_cublas_open(&of->gpu->cublas, of->gpu->device, error));
    RS_TRY(reserve_heads(of, error));
    RS_TRY(lock_room(of, error));
    RS_TRY(send_labels(of, error));
    RS_TRY(reserve_features(of, error));
    set_step(of);
    return of->base.resident ? send_all_rows(of, error) : RS_OK;
}

rs_status rs_device_train(rs_gpu *gpu, const rs_trainer_task *task, rs_trainer **trainer,
                          rs_error *error)
{
    static const rs_trainer_vtable vtable = {step, put, get, free_trainer};
    device_trainer *made = NULL;
    *trainer = NULL;
    if (task->head_count > RS_TRAINER_HEADS_MAX) {
        return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(), "train fewer heads in a run",
                       "%zu heads, at most %d can be trained together", task->head_count,
                       RS_TRAINER_HEADS_MAX);
    }
    RS_TRY(RS_NEW(&made, 1, "a training", error));
    made->base.vtable = &vtable;
    made->gpu = gpu;
    made->task = *task;
    made->stream = gpu->ring.stream[0];
    made->size = rs_dtype_bytes(task->dtype);
    made->row_size = task->columns * rs_dtype_bytes(task->stored);
    made->classes = (uint64_t)task->classes * task->head_count;
    made->blocks = gpu->multiprocessors * BLOCKS_PER_PROCESSOR;
    const rs_status status = prepare(made, error);
    if (status != RS_OK) {
        release(made);
        return status;
    }
    *trainer = &made->base;
    return RS_OK;
}
