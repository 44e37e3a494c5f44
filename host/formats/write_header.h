/* write_header.h - the headers that stand before the elements. */
#ifndef RS_WRITE_HEADER_H
#define RS_WRITE_HEADER_H

#include "base/text.h"
#include "formats/write.h"

/* Both append to `out`; the caller clears it. */
rs_status rs_npy_header_text(const rs_array_spec *spec, rs_text *out, rs_error *error);
rs_status rs_safetensors_header_text(const rs_array_spec *spec, rs_text *out, rs_error *error);

/* Bytes of all elements; RS_RANGE when they do not fit. */
rs_status rs_array_spec_bytes(const rs_array_spec *spec, uint64_t *bytes, rs_error *error);

#endif
