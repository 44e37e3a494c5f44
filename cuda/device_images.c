/* device_images.c - scoring rows that lie on the device already, of any images: no copy, no wait.
 *
 * A batch is a launch in the caller's stream. Which image a row is comes from the device, where the
 * caller has it there, or in the arguments of the launch, or is counted on there: a position in the
 * memory of the device, so that a launch can be captured in a graph and replayed. What an image
 * gave stays on the device (row_images.cuh) until somebody asks.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/float_type.h"
#include "cuda/cuda_engine.h"
#include "cuda/current_device.h"
#include "cuda/device_error.h"
#include "cuda/device_labels.h"
#include "cuda/ranges.h"
#include "cuda/row_batch.h"
#include "engine/image_index.h"

struct rs_device_images {
    rs_pass pass; /* its label arrays may be gone */
    uint64_t count;
    uint32_t keep;
    uint32_t multiprocessors;
    rs_ranges ranges;
    rs_device_labels labels;
    rs_device_array state, seen, row, measure, prediction, value;
    cudaStream_t stream; /* of what this file copies */
    cudaEvent_t added;   /* after the last batch that others have to be behind */
    uint64_t next;       /* where the next one does, unless one was captured */
    bool captured;
};

/* ---- the caller's device stays its own ---- */

typedef rs_status (*work)(rs_device_images *images, void *argument, rs_error *error);

static rs_status on_device(rs_device_images *images, const char *name, work run, void *argument,
                           rs_error *error)
{
    const int device = images->labels.device;
    int before = device;
    RS_TRY(RS_CUDA(cudaGetDevice(&before), device, error));
    rs_status status = RS_OK;
    if (before != device) {
        status = RS_CUDA(cudaSetDevice(device), device, error);
    }
    if (status == RS_OK) {
        rs_range_begin(images->ranges, name);
        status = run(images, argument, error);
        rs_range_end(images->ranges);
    }
    if (before != device) {
        (void)cudaSetDevice(before);
    }
    return status;
}

/* ---- making ---- */

static uint64_t seen_bytes(const rs_device_images *images)
{
    return (images->count + 31) / 32 * sizeof(uint32_t);
}

static rs_status make_array(const rs_device_images *images, rs_device_array *array, uint64_t bytes,
                            int fill, rs_error *error)
{
    const int device = images->labels.device;
    RS_TRY(rs_device_array_reserve(array, bytes, device, error));
    return RS_CUDA(cudaMemsetAsync(array->memory, fill, bytes, images->stream), device, error);
}

static rs_status make_arrays(rs_device_images *images, rs_error *error)
{
    const uint64_t predictions = images->count * images->keep;
    RS_TRY(make_array(images, &images->state, sizeof(rs_image_state), 0, error));
    RS_TRY(make_array(images, &images->seen, seen_bytes(images), 0, error));
    RS_TRY(make_array(images, &images->row, images->count * sizeof(rs_scored_row), 0, error));
    if (images->pass.calibration) {
        RS_TRY(make_array(images, &images->measure, images->count * sizeof(rs_row_measured), 0,
                          error));
    }
    if (predictions > 0) {
        RS_TRY(make_array(images, &images->prediction, predictions * sizeof(int32_t), 0xff, error));
        RS_TRY(make_array(images, &images->value, predictions * sizeof(double), 0, error));
    }
    return RS_OK;
}

static rs_row_task task_of(const rs_device_images *images, rs_dtype dtype)
{
    rs_row_task task = rs_device_labels_task(&images->labels, &images->pass, dtype);
    task.results.keep = images->keep;
    task.results.prediction = images->prediction.memory;
    task.results.value = images->value.memory;
    task.images.seen = images->seen.memory;
    task.images.state = images->state.memory;
    task.images.count = images->count;
    task.images.row = images->row.memory;
    task.images.measure = images->measure.memory;
    return task;
}

/* Of every type that a batch may have: the first one does not wait for its kernel. */
static rs_status load_kernels(const rs_device_images *images, rs_error *error)
{
#define LOAD(ID, name, bits, infinity, normal)                                                     \
    {                                                                                              \
        const rs_row_task task = task_of(images, RS_DTYPE_##ID);                                   \
        RS_TRY(RS_CUDA(rs_load_rows(&task), images->labels.device, error));                        \
    }
    RS_FLOAT_MAP(LOAD)
#undef LOAD
    return RS_OK;
}

static rs_status open_images(rs_device_images *images, void *argument, rs_error *error)
{
    rs_engine_info *const info = argument;
    const int device = images->labels.device;
    struct cudaDeviceProp properties;
    RS_TRY(RS_CUDA(cudaGetDeviceProperties(&properties, device), device, error));
    images->multiprocessors = (uint32_t)properties.multiProcessorCount;
    *info = (rs_engine_info){.name = "cuda"};
    (void)snprintf(info->device, sizeof info->device, "%.*s", (int)sizeof info->device - 1,
                   properties.name);
    RS_TRY(RS_CUDA(cudaStreamCreateWithFlags(&images->stream, cudaStreamNonBlocking), device,
                   error));
    RS_TRY(RS_CUDA(cudaEventCreateWithFlags(&images->added, cudaEventDisableTiming), device,
                   error));
    RS_TRY(rs_device_labels_prepare(&images->labels, &images->pass, images->stream, error));
    RS_TRY(make_arrays(images, error));
    RS_TRY(load_kernels(images, error));
    return RS_CUDA(cudaStreamSynchronize(images->stream), device, error);
}

rs_status rs_device_images_create(const rs_pass *pass, uint32_t keep, int device,
                                  rs_engine_info *info, rs_device_images **images, rs_error *error)
{
    rs_device_images *made = NULL;
    *images = NULL;
    RS_TRY(RS_NEW(&made, 1, "a scorer of a device", error));
    made->pass = *pass;
    made->count = pass->labels.rows;
    made->keep = keep;
    made->labels.device = device;
    made->ranges = rs_ranges_open();
    const rs_status status = on_device(made, "make a scorer", open_images, info, error);
    if (status != RS_OK) {
        rs_device_images_free(made);
        return status;
    }
    made->pass.labels = (rs_label_view){.rows = made->count};
    *images = made;
    return RS_OK;
}

/* ---- adding ---- */

static rs_status check_form(const rs_device_images *images, const rs_image_batch *batch,
                            rs_error *error)
{
    const size_t bytes = rs_dtype_bytes(batch->dtype);
    if (!rs_dtype_is_float(batch->dtype)) {
        return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(), "give " RS_FLOATS_TEXT,
                       "rows of type %s cannot be scored", rs_dtype_name(batch->dtype));
    }
    if ((uintptr_t)batch->data % bytes != 0 || batch->stride_bytes % bytes != 0 ||
        (batch->rows > 1 && batch->stride_bytes < images->pass.columns * bytes)) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(),
                       "rows begin at whole elements and do not overlap",
                       "a stride of %llu bytes does not fit rows of %u values",
                       (unsigned long long)batch->stride_bytes, images->pass.columns);
    }
    return RS_OK;
}

/* Where memory is: on the scorer's device or on the host. */
static rs_status find_memory(const rs_device_images *images, const void *memory, const char *what,
                             bool *there, rs_error *error)
{
    const int device = images->labels.device;
    struct cudaPointerAttributes found;
    RS_TRY(RS_CUDA(cudaPointerGetAttributes(&found, memory), device, error));
    *there = found.type == cudaMemoryTypeDevice || found.type == cudaMemoryTypeManaged;
    if (found.type == cudaMemoryTypeDevice && found.device != device) {
        return rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                       "make a scorer for each device, and merge them",
                       "%s on CUDA device %d, but the scorer is of device %d", what, found.device,
                       device);
    }
    return RS_OK;
}

static rs_status check_data(const rs_device_images *images, const rs_image_batch *batch,
                            rs_error *error)
{
    bool there = false;
    RS_TRY(find_memory(images, batch->data, "the rows lie", &there, error));
    return there ? RS_OK
                 : rs_fail(error, RS_MISMATCH, NULL, rs_nowhere(),
                           "give such rows to a scorer of the CPU, and merge the two",
                           "the rows lie in the memory of the host, but the scorer is of CUDA "
                           "device %d",
                           images->labels.device);
}

static rs_status launch(const rs_device_images *images, const rs_row_task *task,
                        cudaStream_t stream, rs_error *error)
{
    return RS_CUDA(
        rs_launch_rows(task, rs_launch_shape_for(task, images->multiprocessors), stream),
        images->labels.device, error);
}

/* An index on the host travels in the arguments of the launch. */
static rs_status launch_listed(const rs_device_images *images, const rs_image_batch *batch,
                               rs_row_task *task, rs_error *error)
{
    task->images.is_listed = true;
    for (uint64_t first = 0; first < batch->rows; first += RS_LISTED_IMAGES) {
        const uint64_t left = batch->rows - first;
        task->rows = (const unsigned char *)batch->data + first * batch->stride_bytes;
        task->row_count = left < RS_LISTED_IMAGES ? left : RS_LISTED_IMAGES;
        for (uint64_t i = 0; i < task->row_count; ++i) {
            task->images.listed[i] = (uint32_t)batch->index[first + i];
        }
        RS_TRY(launch(images, task, batch->stream, error));
    }
    return RS_OK;
}

/* Where an index is, and whether it is one. */
static rs_status check_index(const rs_device_images *images, const rs_image_batch *batch,
                             bool *there, rs_error *error)
{
    *there = false;
    if (batch->index == NULL) {
        return RS_OK;
    }
    RS_TRY(find_memory(images, batch->index, "the index lies", there, error));
    return *there ? RS_OK
                  : rs_image_index_check(batch->index, batch->rows, images->count, error);
}

static rs_status launch_batch(rs_device_images *images, const rs_image_batch *batch, bool there,
                              rs_error *error)
{
    rs_row_task task = task_of(images, batch->dtype);
    task.rows = batch->data;
    task.stride_bytes = batch->stride_bytes;
    task.row_count = batch->rows;
    task.images.index = there ? batch->index : NULL;
    return batch->index == NULL || there ? launch(images, &task, batch->stream, error)
                                         : launch_listed(images, batch, &task, error);
}

/* Batches that count on are one after the other in whatever streams: an event says so. What a graph
 * replays is where the caller has put it. */
static rs_status launch_in_order(rs_device_images *images, const rs_image_batch *batch,
                                 rs_error *error)
{
    const int device = images->labels.device;
    enum cudaStreamCaptureStatus capture = cudaStreamCaptureStatusNone;
    RS_TRY(RS_CUDA(cudaStreamIsCapturing(batch->stream, &capture), device, error));
    if (capture != cudaStreamCaptureStatusNone) {
        images->captured = true;
        return launch_batch(images, batch, false, error);
    }
    if (!images->captured) { /* else only the device knows */
        RS_TRY(rs_image_index_check_next(images->next, batch->rows, images->count, error));
    }
    RS_TRY(RS_CUDA(cudaStreamWaitEvent(batch->stream, images->added, 0), device, error));
    RS_TRY(launch_batch(images, batch, false, error));
    images->next += batch->rows;
    return RS_CUDA(cudaEventRecord(images->added, batch->stream), device, error);
}

static rs_status add(rs_device_images *images, void *argument, rs_error *error)
{
    const rs_image_batch *const batch = argument;
    bool there = false;
    RS_TRY(check_data(images, batch, error));
    RS_TRY(check_index(images, batch, &there, error));
    return batch->index == NULL ? launch_in_order(images, batch, error)
                                : launch_batch(images, batch, there, error);
}

rs_status rs_device_images_add(rs_device_images *images, const rs_image_batch *batch,
                               rs_error *error)
{
    rs_image_batch argument = *batch;
    RS_TRY(check_form(images, batch, error));
    return batch->rows == 0 ? RS_OK : on_device(images, "enqueue rows", add, &argument, error);
}

/* ---- fetching ---- */

typedef struct fetched {
    rs_scored_rows *scored;
    rs_row_results *results;
    rs_image_state state;
    uint64_t fault;
} fetched;

static rs_status bring(const rs_device_images *images, void *to, const rs_device_array *from,
                       uint64_t bytes, rs_error *error)
{
    return bytes == 0 ? RS_OK
                      : RS_CUDA(cudaMemcpyAsync(to, from->memory, bytes, cudaMemcpyDeviceToHost,
                                                images->stream),
                                images->labels.device, error);
}

static rs_status fetch(rs_device_images *images, void *argument, rs_error *error)
{
    fetched *const to = argument;
    const int device = images->labels.device;
    const uint64_t count = images->count;
    const uint64_t predictions = count * images->keep;
    const bool measured = images->pass.calibration;
    RS_TRY(RS_CUDA(cudaDeviceSynchronize(), device, error));
    RS_TRY(bring(images, &to->state, &images->state, sizeof to->state, error));
    RS_TRY(bring(images, to->scored->row, &images->row, count * sizeof(rs_scored_row), error));
    RS_TRY(bring(images, to->scored->measure, &images->measure,
                 measured ? count * sizeof(rs_row_measured) : 0, error));
    RS_TRY(bring(images, to->results->prediction, &images->prediction,
                 predictions * sizeof(int32_t), error));
    RS_TRY(bring(images, to->results->value, &images->value, predictions * sizeof(double), error));
    RS_TRY(rs_device_labels_fetch_fault(&images->labels, &images->pass, images->stream, &to->fault,
                                        error));
    return RS_CUDA(cudaStreamSynchronize(images->stream), device, error);
}

rs_status rs_device_images_fetch(rs_device_images *images, rs_scored_rows *scored,
                                 rs_row_results *results, uint64_t *repeats, rs_error *error)
{
    fetched to = {.scored = scored, .results = results};
    RS_TRY(on_device(images, "wait and fetch images", fetch, &to, error));
    RS_TRY(rs_distribution_check(to.fault, NULL, error));
    if (to.state.outside > 0) {
        return rs_image_index_fail(rs_nowhere(), (int64_t)to.state.largest_outside, images->count,
                                   error);
    }
    *repeats = to.state.repeats;
    return RS_OK;
}

/* ---- images that came elsewhere ---- */

static rs_status send_seen(rs_device_images *images, void *argument, rs_error *error)
{
    const int device = images->labels.device;
    RS_TRY(rs_device_array_send(&images->seen, argument, seen_bytes(images), device, images->stream,
                                error));
    return RS_CUDA(cudaStreamSynchronize(images->stream), device, error);
}

rs_status rs_device_images_mark(rs_device_images *images, const rs_scored_rows *scored,
                                rs_error *error)
{
    uint32_t *seen = NULL;
    RS_TRY(RS_NEW(&seen, seen_bytes(images) / sizeof seen[0], "marks of images", error));
    for (uint64_t i = 0; i < images->count; ++i) {
        seen[i / 32] |= (uint32_t)(scored->row[i].counted != 0) << (i % 32);
    }
    const rs_status status = on_device(images, "mark images", send_seen, seen, error);
    free(seen);
    return status;
}

/* ---- the end ---- */

static void close_images(rs_device_images *images)
{
    rs_device_array *const array[] = {&images->state,   &images->seen,       &images->row,
                                      &images->measure, &images->prediction, &images->value};
    (void)cudaDeviceSynchronize(); /* launches may be under way that write to these */
    for (size_t i = 0; i < sizeof array / sizeof array[0]; ++i) {
        rs_device_array_free(array[i]);
    }
    rs_device_labels_free(&images->labels);
    if (images->added != NULL) {
        (void)cudaEventDestroy(images->added);
    }
    if (images->stream != NULL) {
        (void)cudaStreamDestroy(images->stream);
    }
    (void)cudaGetLastError();
}

void rs_device_images_free(rs_device_images *images)
{
    if (images == NULL) {
        return;
    }
    const int before = rs_device_before();
    if (before != images->labels.device) {
        (void)cudaSetDevice(images->labels.device);
    }
    close_images(images); /* of a device that is lost too */
    rs_device_back(before);
    rs_ranges_close(images->ranges);
    free(images);
}
