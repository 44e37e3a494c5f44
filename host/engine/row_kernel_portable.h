/* row_kernel_portable.h - the functions of the portable tables, which lie in more than one file. */
#ifndef RS_ROW_KERNEL_PORTABLE_H
#define RS_ROW_KERNEL_PORTABLE_H

#include "base/float_type.h"
#include "engine/row_kernel.h"

/* row_measure_portable.c, row_find_portable.c; rs_find_f64_portable selects doubles everywhere */
#define RS_DECLARE_KERNEL(ID, name, bits, infinity, normal)                                        \
    bool rs_measure_##name##_portable(const void *row, uint32_t columns, uint32_t label,           \
                                      double reference, rs_row_measure *measure);                  \
    uint32_t rs_find_##name##_portable(const void *row, uint32_t columns, uint32_t keep,           \
                                       rs_candidate *candidate);
RS_FLOAT_MAP(RS_DECLARE_KERNEL)
#undef RS_DECLARE_KERNEL

#endif
