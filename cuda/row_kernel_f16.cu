/* row_kernel_f16.cu - the row kernels of f16. */
#include "cuda/row_grid.cuh"

RS_DEFINE_LAUNCH(f16, 4, 8)
