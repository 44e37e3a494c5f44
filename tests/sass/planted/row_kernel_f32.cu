/* row_kernel_f32.cu - one kernel alone, for a bug that is planted in it (../CMakeLists.txt). */
#include "cuda/row_grid.cuh"

template __global__ void rs_row_kernel<rs_type_f32, 8, false, false>(const rs_row_task task,
                                                                     rs_launch_shape shape);
