/* row_batch.c - see row_batch.h. */
#include "cuda/row_batch.h"

#include "cuda/device_error.h"

rs_status rs_row_batch_map(const rs_row_batch *batch, const rs_device_labels *labels,
                           uint32_t positions, uint32_t blocks, cudaStream_t stream,
                           rs_error *error)
{
    const rs_map_task task = {
        .rows = batch->rows,
        .stride_bytes = batch->stride_bytes,
        .row_count = batch->row_count,
        .dtype = batch->dtype,
        .positions = positions,
        .column_begin = labels->column_begin.memory,
        .column = labels->column.memory,
        .mapped = batch->mapped,
    };
    return RS_CUDA(rs_launch_map(&task, blocks, stream), labels->device, error);
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
    task.results = rs_place_results(&batch->layout, batch->results, batch->row_count);
    const rs_launch_shape shape = rs_launch_shape_for(&task, multiprocessors);
    if (pass->map != NULL) {
        RS_TRY(rs_row_batch_map(batch, labels, pass->map->positions, shape.blocks, stream, error));
        task.rows = batch->mapped;
        task.stride_bytes = pass->map->positions * rs_dtype_bytes(batch->dtype);
    }
    RS_TRY(RS_CUDA(rs_launch_rows(&task, shape, stream), device, error));
    if (batch->layout.bytes == 0) {
        return RS_OK;
    }
    return RS_CUDA(cudaMemcpyAsync(batch->host_results, batch->results,
                                   batch->row_count * batch->layout.bytes, cudaMemcpyDeviceToHost,
                                   stream),
                   device, error);
}
