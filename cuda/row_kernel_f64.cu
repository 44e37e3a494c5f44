/* row_kernel_f64.cu - the row kernels of f64: entry points, and rows that come in tiles, of 512
 * columns. Those that fit into registers: row_kernel_f64_whole.cu. */
#include "cuda/row_kernel_f64.cuh"

static bool is_whole(const rs_row_task *task)
{
    return task->columns <= rs_tile<rs_type_f64, RS_F64_NARROW>::kColumns ||
           rs_is_wide<rs_type_f64, RS_F64_NARROW, RS_F64_WIDE>(*task);
}

extern "C" uint32_t rs_resident_rows_f64(const rs_row_task *task)
{
    return rs_resident_width<rs_type_f64, RS_F64_NARROW, RS_F64_WIDE>(*task);
}

extern "C" cudaError_t rs_launch_rows_f64(const rs_row_task *task, rs_launch_shape shape,
                                          cudaStream_t stream)
{
    const dim3 grid(shape.blocks);
    const dim3 block(RS_BLOCK_THREADS);
    if (is_whole(task)) {
        return rs_launch_whole_f64(task, shape, stream);
    }
    if (task->calibration) {
        return RS_LAUNCH((rs_row_kernel<rs_type_f64, RS_F64_NARROW, true, true>), grid, block, 0,
                         stream, *task, shape);
    }
    return RS_LAUNCH((rs_row_kernel<rs_type_f64, RS_F64_NARROW, true, false>), grid, block, 0,
                     stream, *task, shape);
}

extern "C" cudaError_t rs_load_rows_f64(const rs_row_task *task)
{
    cudaFuncAttributes attributes;
    if (is_whole(task)) {
        return rs_load_whole_f64(task);
    }
    return task->calibration
               ? cudaFuncGetAttributes(&attributes,
                                       rs_row_kernel<rs_type_f64, RS_F64_NARROW, true, true>)
               : cudaFuncGetAttributes(&attributes,
                                       rs_row_kernel<rs_type_f64, RS_F64_NARROW, true, false>);
}
