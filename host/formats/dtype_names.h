/* dtype_names.h - what the formats call the element types. */
#ifndef RS_DTYPE_NAMES_H
#define RS_DTYPE_NAMES_H

#include <stdbool.h>

#include "reassess/logits.h"

/* How many there are, and the last one. */
enum {
#define RS_DTYPE_PLACE(name, text, bytes, is_float) RS_PLACE_OF_##name,
    RS_DTYPE_MAP(RS_DTYPE_PLACE)
#undef RS_DTYPE_PLACE
    RS_DTYPE_COUNT,
    RS_DTYPE_LAST = (int)RS_DTYPE_NONE + RS_DTYPE_COUNT
};

/* As headers are written. */
const char *rs_dtype_npy(rs_dtype dtype);         /* "<f4", "|i1"; "<V2" for bf16, as NumPy does */
const char *rs_dtype_safetensors(rs_dtype dtype); /* "F32" */

/* From NumPy's name without its byte order. False: none of the types. RS_DTYPE_NONE: bytes without
 * a meaning (V2), which is how NumPy writes types that it does not know. */
bool rs_dtype_of_npy(const char *text, rs_dtype *dtype);

/* RS_DTYPE_NONE: none of the types. */
rs_dtype rs_dtype_of_safetensors(const char *text);

#endif
