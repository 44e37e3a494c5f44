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

rs_status rs_average_batch(const rs_averaging *of, const void *rows, uint64_t row_count,
                           const rs_source_info *info, void *averaged, uint32_t multiprocessors,
                           int device, cudaStream_t stream, rs_error *error)
{
    rs_average_task task = {
        .row_count = row_count,
        .columns = (uint32_t)info->columns,
        .members = (uint32_t)of->count,
        .scale = of->scale,
        .softmax = of->softmax,
        .dtype = info->dtype,
        .averaged = averaged,
    };
    for (size_t m = 0; m < of->count; ++m) {
        task.member[m] = (rs_averaged_member){
            .rows = (const unsigned char *)rows + row_count * rs_averaging_bytes_before(of, m),
            .weight = of->weight[m],
            .dtype = rs_source_get_info(of->member[m])->dtype,
        };
    }
    return RS_CUDA(rs_launch_average(&task, RS_AVERAGE_BLOCKS * multiprocessors, stream), device,
                   error);
}
