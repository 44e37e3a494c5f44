/* row_kernel_f32_map.cu - the row kernels of f32 for rows that go through a class map. */
#include "cuda/row_grid.cuh"

RS_DEFINE_MAPPED(f32, 8, 16)
