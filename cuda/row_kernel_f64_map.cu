/* row_kernel_f64_map.cu - the row kernels of f64 for rows that go through a class map. */
#include "cuda/row_kernel_f64.cuh"

RS_DEFINE_MAPPED(f64, RS_F64_NARROW, RS_F64_WIDE)
