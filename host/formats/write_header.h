/* write_header.h - the headers that stand before the elements. */
#ifndef RS_WRITE_HEADER_H
#define RS_WRITE_HEADER_H

#include <stddef.h>

#include "base/text.h"
#include "formats/array_spec.h"

/* rs_npy_header_text and the others that formats.def names. Each appends to `out`; the caller
 * clears it. */
#define RS_WRITE_FORMAT(ID, name, header) \
    rs_status header(const rs_array_spec *spec, rs_text *out, rs_error *error);
#include "formats/formats.def"

/* What stands before several tensors, which follow in the order of the specs. */
rs_status rs_safetensors_list_text(const rs_array_spec *specs, size_t count, rs_text *out,
                                   rs_error *error);

/* Bytes of all elements; RS_RANGE when they do not fit. */
rs_status rs_array_spec_bytes(const rs_array_spec *spec, uint64_t *bytes, rs_error *error);

#endif
