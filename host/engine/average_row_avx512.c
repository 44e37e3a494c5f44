/* average_row_avx512.c - rows of several models into one, compiled for AVX-512. */
#include "engine/average_floats_plain.h"
#include "engine/average_row_plain.h"

RS_DEFINE_AVERAGE_KERNEL(avx512)
RS_DEFINE_AVERAGE_FLOATS(avx512)
