/* row_kernel_portable.h - the functions of the portable tables, which lie in more than one file. */
#ifndef RS_ROW_KERNEL_PORTABLE_H
#define RS_ROW_KERNEL_PORTABLE_H

#include "engine/row_kernel.h"

/* row_measure_portable.c */
bool rs_measure_f32_portable(const void *row, uint32_t columns, uint32_t label, double reference,
                             rs_row_measure *measure);
bool rs_measure_f16_portable(const void *row, uint32_t columns, uint32_t label, double reference,
                             rs_row_measure *measure);
bool rs_measure_bf16_portable(const void *row, uint32_t columns, uint32_t label, double reference,
                              rs_row_measure *measure);
bool rs_measure_f64_portable(const void *row, uint32_t columns, uint32_t label, double reference,
                             rs_row_measure *measure);

/* row_find_portable.c; doubles are selected by this one everywhere */
uint32_t rs_find_f32_portable(const void *row, uint32_t columns, uint32_t keep,
                              rs_candidate *candidate);
uint32_t rs_find_f16_portable(const void *row, uint32_t columns, uint32_t keep,
                              rs_candidate *candidate);
uint32_t rs_find_bf16_portable(const void *row, uint32_t columns, uint32_t keep,
                               rs_candidate *candidate);
uint32_t rs_find_f64_portable(const void *row, uint32_t columns, uint32_t keep,
                              rs_candidate *candidate);

#endif
