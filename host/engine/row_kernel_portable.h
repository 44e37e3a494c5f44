/* row_kernel_portable.h - the functions of the portable tables, which lie in several files, and how
 * those of an instruction set are declared.
 */
#ifndef RS_ROW_KERNEL_PORTABLE_H
#define RS_ROW_KERNEL_PORTABLE_H

#include "base/float_type.h"
#include "engine/row_kernel.h"

/* row_measure_ISA.c */
#define RS_DECLARE_MEASURE(isa, name)                                                              \
    bool rs_measure_##name##_##isa(const void *row, uint32_t columns, uint32_t label,              \
                                   double reference, rs_row_measure *measure);

/* row_find_ISA.c; doubles are found by rs_find_f64_portable everywhere */
#define RS_DECLARE_FIND(isa, name)                                                                 \
    uint32_t rs_find_##name##_##isa(const void *row, uint32_t columns, uint32_t keep,              \
                                    rs_candidate *candidate);

#define RS_DECLARE_PORTABLE(ID, name, bits, infinity, normal)                                      \
    RS_DECLARE_MEASURE(portable, name)                                                             \
    RS_DECLARE_FIND(portable, name)
RS_FLOAT_MAP(RS_DECLARE_PORTABLE)
#undef RS_DECLARE_PORTABLE

/* The types for which instruction sets have kernels: by their widths. Those of any other width have
 * the portable ones. */
#define RS_LANE_FLOATS(X) RS_FLOATS_32(X) RS_FLOATS_16(X) RS_FLOATS_64(X)

#endif
