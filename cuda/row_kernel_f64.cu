/* row_kernel_f64.cu - the row kernels of f64: always in tiles, of 512 columns. */
#include "cuda/row_grid.cuh"

extern "C" uint32_t rs_resident_rows_f64(const rs_row_task *task)
{
    return static_cast<uint32_t>(rs_resident_blocks<rs_type_f64>(8, task->calibration));
}

extern "C" cudaError_t rs_launch_rows_f64(const rs_row_task *task, rs_launch_shape shape,
                                          cudaStream_t stream)
{
    const dim3 grid(shape.blocks);
    const dim3 block(RS_BLOCK_THREADS);
    if (task->calibration) {
        return RS_LAUNCH((rs_row_kernel<rs_type_f64, 8, true, true>), grid, block, 0, stream,
                         *task, shape);
    }
    return RS_LAUNCH((rs_row_kernel<rs_type_f64, 8, true, false>), grid, block, 0, stream, *task,
                     shape);
}

extern "C" cudaError_t rs_load_rows_f64(const rs_row_task *task)
{
    cudaFuncAttributes attributes;
    return task->calibration
               ? cudaFuncGetAttributes(&attributes, rs_row_kernel<rs_type_f64, 8, true, true>)
               : cudaFuncGetAttributes(&attributes, rs_row_kernel<rs_type_f64, 8, true, false>);
}
