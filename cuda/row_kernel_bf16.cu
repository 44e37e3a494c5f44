/* row_kernel_bf16.cu - the row kernels of bf16. */
#include "cuda/row_grid.cuh"

RS_DEFINE_LAUNCH(bf16, 4, 8)
