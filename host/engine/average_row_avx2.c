/* average_row_avx2.c - rows of several models into one, compiled for AVX2. */
#include "engine/average_floats_plain.h"
#include "engine/average_row_plain.h"

RS_DEFINE_AVERAGE_KERNEL(avx2)
RS_DEFINE_AVERAGE_FLOATS(avx2)
