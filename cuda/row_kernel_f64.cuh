/* row_kernel_f64.cuh - what the two files of f64 kernels share; two, because these take longest to
 * compile.
 */
#ifndef RS_ROW_KERNEL_F64_CUH
#define RS_ROW_KERNEL_F64_CUH

#include "cuda/row_grid.cuh"

#define RS_F64_NARROW 8 /* vectors a lane: 512 columns */
#define RS_F64_WIDE   16

/* Of rows that fit into registers. */
extern "C" cudaError_t rs_launch_whole_f64(const rs_row_task *task, rs_launch_shape shape,
                                           cudaStream_t stream);
extern "C" cudaError_t rs_load_whole_f64(const rs_row_task *task);

#endif
