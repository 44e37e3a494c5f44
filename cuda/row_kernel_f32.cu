/* row_kernel_f32.cu - the row kernels of f32. */
#include "cuda/row_grid.cuh"

RS_DEFINE_LAUNCH(f32, 8, 16)
