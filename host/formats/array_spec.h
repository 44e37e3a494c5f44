/* array_spec.h - what an array that is written is: what its header says and its rows must keep. */
#ifndef RS_ARRAY_SPEC_H
#define RS_ARRAY_SPEC_H

#include <stdint.h>

#include "reassess/logits.h"

typedef struct rs_array_spec {
    const char *name;  /* of the member or tensor, without ".npy"; unused by the other formats */
    rs_dtype dtype;    /* bf16 becomes '<V2' in .npy and .npz, as NumPy writes it */
    uint64_t rows;
    uint64_t columns;  /* 0: one dimension, a number a row */
} rs_array_spec;

#endif
