#include "engine/row_kernel.h"

const rs_row_kernel *rs_row_kernel_avx2(rs_dtype dtype)
{
    return rs_row_kernel_portable(dtype);
}
