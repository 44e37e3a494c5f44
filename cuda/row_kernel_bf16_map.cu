/* row_kernel_bf16_map.cu - the row kernels of bf16 for rows that go through a class map. */
#include "cuda/row_grid.cuh"

RS_DEFINE_MAPPED(bf16, 4, 8)
