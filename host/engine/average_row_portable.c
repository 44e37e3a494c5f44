/* average_row_portable.c - rows of several models into one, and which kernel does it. */
#include "engine/average_floats.h"
#include "engine/average_row_plain.h"
#include "engine/row_kernel.h"

RS_DEFINE_AVERAGE_KERNEL(portable)

uint64_t rs_average_room(uint32_t columns)
{
    return ((uint64_t)columns + RS_EXP_BATCH - 1) / RS_EXP_BATCH * RS_EXP_BATCH;
}

const rs_average_kernel *rs_average_kernel_get(rs_isa isa)
{
    switch (isa == RS_ISA_AUTO ? rs_isa_best() : isa) {
#if defined(__x86_64__)
    case RS_ISA_AVX2:
        return rs_average_kernel_avx2();
    case RS_ISA_AVX512:
        return rs_average_kernel_avx512();
#endif
    default:
        return rs_average_kernel_portable();
    }
}

const rs_average_floats *rs_average_floats_get(rs_isa isa)
{
    switch (isa == RS_ISA_AUTO ? rs_isa_best() : isa) {
#if defined(__x86_64__)
    case RS_ISA_AVX2:
        return rs_average_floats_avx2();
    case RS_ISA_AVX512:
        return rs_average_floats_avx512();
#endif
    default:
        return NULL;
    }
}
