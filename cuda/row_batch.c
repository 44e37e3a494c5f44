/* row_batch.c - see row_batch.h. */
#include "cuda/row_batch.h"

#include "cuda/device_error.h"

rs_device_results rs_row_batch_results(const rs_row_batch *batch)
{
    rs_device_results results = rs_place_results(&batch->layout, batch->results, batch->row_count);
    if (results.prediction == NULL && batch->held != NULL) {
        results.prediction = batch->held;
        results.keep = rs_kept_on_device(&batch->layout);
    }
    return results;
}

rs_status rs_row_batch_score(const rs_row_batch *batch, const rs_device_labels *labels,
                             const rs_pass *pass, uint32_t multiprocessors, cudaStream_t stream,
                             rs_error *error)
{
    const int device = labels->device;
    rs_row_task task = rs_device_labels_task(labels, pass, batch->dtype);
    task.rows = batch->rows;
    task.stride_bytes = batch->stride_bytes;
    task.row_count = batch->row_count;
    task.first_row = batch->first_row;
    task.counters = batch->counters != NULL ? batch->counters : task.counters;
    task.results = rs_row_batch_results(batch);
    const rs_launch_shape shape = rs_launch_shape_for(&task, multiprocessors);
    RS_TRY(RS_CUDA(rs_launch_rows(&task, shape, stream), device, error));
    if (batch->layout.bytes == 0) {
        return RS_OK;
    }
    return RS_CUDA(cudaMemcpyAsync(batch->host_results, batch->results,
                                   batch->row_count * batch->layout.bytes, cudaMemcpyDeviceToHost,
                                   stream),
                   device, error);
}
