/* row_kernel_f16_map.cu - the row kernels of f16 for rows that go through a class map. */
#include "cuda/row_grid.cuh"

RS_DEFINE_MAPPED(f16, 4, 8)
