/* average_batch.c - see average_batch.h. */
#include "cuda/average_batch.h"

#include "cuda/device_error.h"

uint64_t rs_averaging_bytes_before(const rs_averaging *of, size_t m)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < of->count; ++i) {
        const uint64_t row_bytes = rs_source_get_info(of->member[i])->row_bytes;
        const uint64_t own = m < of->count ? rs_source_get_info(of->member[m])->row_bytes : 0;
        bytes += row_bytes > own || (row_bytes == own && i < m) ? row_bytes : 0;
    }
    return bytes;
}

rs_status rs_average_batch_make(const rs_average_batch *batch, const rs_device_labels *labels,
                                uint32_t multiprocessors, cudaStream_t stream, rs_error *error)
{
    const rs_averaging *const of = batch->of;
    rs_average_task task = {
        .row_count = batch->row_count,
        .columns = (uint32_t)batch->info->columns,
        .members = (uint32_t)of->count,
        .map = rs_device_labels_member_columns(labels, of->map),
        .scale = of->scale,
        .softmax = of->softmax,
        .dtype = batch->info->dtype,
        .averaged = batch->averaged,
    };
    for (size_t m = 0; m < of->count; ++m) {
        const rs_source_info *const info = rs_source_get_info(of->member[m]);
        task.member[m] = (rs_averaged_member){
            .rows = (const unsigned char *)batch->rows +
                    batch->row_count * rs_averaging_bytes_before(of, m),
            .weight = of->weight[m],
            .dtype = info->dtype,
            .row_bytes = (uint32_t)info->row_bytes,
        };
    }
    return RS_CUDA(rs_launch_average(&task, RS_AVERAGE_BLOCKS * multiprocessors, stream),
                   labels->device, error);
}
