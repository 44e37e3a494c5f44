/* device_counter.c - counting rows that lie on the device already: no copy, no synchronisation.
 *
 * A launch goes into the caller's stream. The counter has a stream of its own that is made to wait
 * for each of those launches, so that in the end waiting for one stream is enough.
 */
#include <stdlib.h>

#include "base/checked.h"
#include "base/float_type.h"
#include "cuda/cuda_engine.h"
#include "cuda/device_error.h"
#include "cuda/row_batch.h"

struct rs_device_counter {
    rs_pass pass; /* its label arrays may be gone */
    uint64_t label_rows;
    uint32_t multiprocessors;
    rs_device_labels labels;
    cudaStream_t gather;
    cudaEvent_t launched;
};

static rs_status open_counter(rs_device_counter *counter, rs_error *error)
{
    const int device = counter->labels.device;
    int multiprocessors = 0;
    RS_TRY(RS_CUDA(cudaSetDevice(device), device, error));
    RS_TRY(RS_CUDA(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device),
                   device, error));
    counter->multiprocessors = (uint32_t)multiprocessors;
    RS_TRY(RS_CUDA(cudaStreamCreateWithFlags(&counter->gather, cudaStreamNonBlocking), device,
                   error));
    RS_TRY(RS_CUDA(cudaEventCreateWithFlags(&counter->launched, cudaEventDisableTiming), device,
                   error));
    RS_TRY(rs_device_labels_prepare(&counter->labels, &counter->pass, counter->gather, error));
    return RS_CUDA(cudaStreamSynchronize(counter->gather), device, error);
}

rs_status rs_device_counter_create(const rs_pass *pass, int device, rs_device_counter **counter,
                                   rs_error *error)
{
    rs_device_counter *made = NULL;
    *counter = NULL;
    if (pass->map != NULL) {
        return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(),
                       "put the columns into class order before",
                       "rows on the device cannot go through a class map");
    }
    RS_TRY(RS_NEW(&made, 1, "a counter", error));
    made->pass = *pass;
    made->label_rows = pass->labels.rows;
    made->labels.device = device;
    const rs_status status = open_counter(made, error);
    if (status != RS_OK) {
        rs_device_counter_free(made);
        return status;
    }
    made->pass.labels = (rs_label_view){.rows = made->label_rows};
    *counter = made;
    return RS_OK;
}

rs_status rs_device_counter_add(rs_device_counter *counter, const void *device_rows, rs_dtype dtype,
                                uint64_t first_row, uint64_t rows, uint64_t stride_bytes,
                                void *stream, rs_error *error)
{
    const int device = counter->labels.device;
    const size_t bytes = rs_dtype_bytes(dtype);
    if (!rs_dtype_is_float(dtype)) {
        return rs_fail(error, RS_UNSUPPORTED, NULL, rs_nowhere(), "give " RS_FLOATS_TEXT,
                       "rows of type %s cannot be scored", rs_dtype_name(dtype));
    }
    if ((uintptr_t)device_rows % bytes != 0 || stride_bytes % bytes != 0 ||
        (rows > 1 && stride_bytes < counter->pass.columns * bytes)) {
        return rs_fail(error, RS_RANGE, NULL, rs_nowhere(),
                       "rows begin at whole elements and do not overlap",
                       "a stride of %llu bytes does not fit rows of %u values",
                       (unsigned long long)stride_bytes, counter->pass.columns);
    }
    if (first_row > counter->label_rows || rows > counter->label_rows - first_row) {
        return rs_fail(error, RS_RANGE, NULL, rs_at_row(first_row), NULL,
                       "%llu rows from here on are more than the labels have",
                       (unsigned long long)rows);
    }
    if (rows == 0) {
        return RS_OK;
    }
    const rs_row_batch batch = {
        .rows = device_rows,
        .stride_bytes = stride_bytes,
        .row_count = rows,
        .first_row = first_row,
        .dtype = dtype,
    };
    RS_TRY(RS_CUDA(cudaSetDevice(device), device, error));
    RS_TRY(rs_row_batch_score(&batch, &counter->labels, &counter->pass, counter->multiprocessors,
                              stream, error));
    RS_TRY(RS_CUDA(cudaEventRecord(counter->launched, stream), device, error));
    return RS_CUDA(cudaStreamWaitEvent(counter->gather, counter->launched, 0), device, error);
}

rs_status rs_device_counter_fetch(rs_device_counter *counter, uint64_t *counters, rs_error *error)
{
    const int device = counter->labels.device;
    uint64_t fault = 0;
    RS_TRY(RS_CUDA(cudaSetDevice(device), device, error));
    RS_TRY(rs_device_labels_fetch_fault(&counter->labels, &counter->pass, counter->gather, &fault,
                                        error));
    RS_TRY(rs_distribution_check(fault, NULL, error));
    return rs_device_labels_fetch(&counter->labels, &counter->pass, counter->gather, counters,
                                  error);
}

void rs_device_counter_free(rs_device_counter *counter)
{
    if (counter == NULL) {
        return;
    }
    (void)cudaSetDevice(counter->labels.device);
    if (counter->gather != NULL) {
        (void)cudaStreamSynchronize(counter->gather);
    }
    rs_device_labels_free(&counter->labels);
    if (counter->launched != NULL) {
        (void)cudaEventDestroy(counter->launched);
    }
    if (counter->gather != NULL) {
        (void)cudaStreamDestroy(counter->gather);
    }
    free(counter);
}
