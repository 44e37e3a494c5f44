/* row_kernel_f64_whole.cu - the row kernels of f64 for rows that are read once: of 512 columns, and
 * without calibration of 1,024. */
#include "cuda/row_kernel_f64.cuh"

extern "C" cudaError_t rs_launch_whole_f64(const rs_row_task *task, rs_launch_shape shape,
                                           cudaStream_t stream)
{
    const dim3 grid(shape.blocks);
    const dim3 block(RS_BLOCK_THREADS);
    if (rs_is_wide<rs_type_f64, RS_F64_NARROW, RS_F64_WIDE>(*task)) {
        return RS_LAUNCH((rs_row_kernel<rs_type_f64, RS_F64_WIDE, false, false>), grid, block, 0,
                         stream, *task, shape);
    }
    if (task->calibration) {
        return RS_LAUNCH((rs_row_kernel<rs_type_f64, RS_F64_NARROW, false, true>), grid, block, 0,
                         stream, *task, shape);
    }
    return RS_LAUNCH((rs_row_kernel<rs_type_f64, RS_F64_NARROW, false, false>), grid, block, 0,
                     stream, *task, shape);
}

extern "C" cudaError_t rs_load_whole_f64(const rs_row_task *task)
{
    cudaFuncAttributes attributes;
    if (rs_is_wide<rs_type_f64, RS_F64_NARROW, RS_F64_WIDE>(*task)) {
        return cudaFuncGetAttributes(&attributes,
                                     rs_row_kernel<rs_type_f64, RS_F64_WIDE, false, false>);
    }
    return task->calibration
               ? cudaFuncGetAttributes(&attributes,
                                       rs_row_kernel<rs_type_f64, RS_F64_NARROW, false, true>)
               : cudaFuncGetAttributes(&attributes,
                                       rs_row_kernel<rs_type_f64, RS_F64_NARROW, false, false>);
}
